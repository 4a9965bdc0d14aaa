"""Finds text that libyaml reads differently from YAML 1.2, or accepts although it is not YAML.

Such text is reported as a finding, so that no wrong value is used. libyaml 0.2.5 has three cases:
an anchor name that ends too early (`&an:chor`); in brackets, a `?` without a space (`[?x]`) or a
`:` without a space after an anchor or a tag (`[&a :x]`); and a comment without a space before it
(`"a"# b`, `># b`, `]# b`).
"""

import re
from bisect import bisect_right
from typing import NamedTuple

from validator.document.line_context import line_end
from validator.document.nodes import ALIAS, SCALAR, Nodes
from validator.document.yaml_findings import YamlFinding
from validator.findings.wording import shortened

# The character comes first, and what stands before it is tested after it: this takes a tenth of the
# time, because few characters of a text are tried.
_SUSPECT = re.compile(
    r"""
    [?:&*#]
    (?:
        (?:(?<=[\s\[{,:][?:&*])|(?<=\A[?:&*]))
        (?:(?<=[?])(?=\S)|(?<=:)(?=[^\s,\[\]{}])|(?<=[&*])[\w-]+(?=[^\w\s,\[\]{}-]))
    |
        (?<=[]}"',\[{|>+\-1-9]\#)
    )
    """,
    re.ASCII | re.VERBOSE,
)
_PROPERTY = re.compile(r"[&!]\S*[ \t]+")
_BLOCK_HEADER = re.compile(r"(?:[&!]\S*[ \t]+)*[|>][-+0-9]*")
_VALUE_END = re.compile(r":(?=[\s,\[\]{}]|\Z)|[,\]}\r\n]|[ \t]#")


def find_misreading(text: str, nodes: Nodes, start: int, end: int) -> YamlFinding | None:
    """Return the finding for the first place in a document that libyaml misreads."""
    comment_end = start
    # The scalar of the last suspect, and the places in it that libyaml misreads.
    scalar, places = -1, _Places(frozenset(), -1)
    for match in _SUSPECT.finditer(text, start, end):
        offset = match.start()
        if offset < comment_end:
            continue
        node = bisect_right(nodes.start_offsets, offset) - 1
        node_start, node_end = nodes.offsets(node) if node >= 0 else (start, start)
        is_leaf = node >= 0 and nodes.kind(node) in (SCALAR, ALIAS)
        if is_leaf and node_start <= offset < node_end:
            if node != scalar:  # a scalar can have many suspects
                scalar, places = node, _places_in_scalar(text, node_start, node_end)
            char = text[offset]
            is_misread = (
                offset == places.header_end
                if char == "#"
                else (char in "&*" and offset in places.after_properties)
            )
        else:
            leaf_end = node_end if is_leaf else node_start
            # A comment before the place has been found, so it is not searched again.
            comment = _comment_start(text, max(leaf_end, comment_end), offset)
            if comment is not None:
                comment_end = line_end(text, comment)
                continue
            is_misread = text[offset] != ":" or _follows_properties(text, offset)
        if is_misread:
            return _finding(text, offset, match.end())
    return None


class _Places(NamedTuple):
    """The offsets of a scalar's content and properties after others, and the end of its header."""

    after_properties: frozenset[int]
    header_end: int


def _places_in_scalar(text: str, start: int, end: int) -> _Places:
    """Return the places in a scalar where a suspect is its anchor, or a comment in its header."""
    offsets = [start]
    while match := _PROPERTY.match(text, offsets[-1], end):
        offsets.append(match.end())
    header = _BLOCK_HEADER.match(text, start)
    return _Places(frozenset(offsets), -1 if header is None else header.end())


def _follows_properties(text: str, offset: int) -> bool:
    """Return whether a place follows an anchor or a tag and white space."""
    end = offset
    while end > 0 and text[end - 1].isspace():
        end -= 1
    start = end
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in ",[]{}":
        start -= 1
    return start < end < offset and text[start] in "&!"


def _comment_start(text: str, start: int, offset: int) -> int | None:
    """Return the start of the comment that contains a place, or None."""
    line = max(start, text.rfind("\n", start, offset) + 1)
    line = max(line, text.rfind("\r", line, offset) + 1)
    comment = text.find("#", line, offset)
    return None if comment < 0 else comment


def _finding(text: str, offset: int, end: int) -> YamlFinding:
    char = text[offset]
    if char == "#":
        message, help = "a space is missing before this comment", "put a space before the #"
        return YamlFinding("yaml-syntax", "", message, help, offset, offset + 1)
    if char in "?:":
        stop = _VALUE_END.search(text, offset)
        end = stop.start() if stop else len(text)
        value = text[offset:end].rstrip()
        message = f"a value in brackets cannot begin with {char}"
        is_plain = len(value) == len(shortened(value)) and not set(value) & set('"\\`')
        help = f'write `"{value}"`' if is_plain else "put the value in quotes"
        return YamlFinding("yaml-syntax", "", message, help, offset, offset + max(1, len(value)))
    what = "an anchor" if char == "&" else "an alias"
    message = f"the name of {what} cannot contain {text[end]}"
    help = "use only letters, digits, - and _ in the name, and put a space after it"
    return YamlFinding("yaml-syntax", "", message, help, offset, end + 1)
