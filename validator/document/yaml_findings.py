"""Findings about a document's YAML: syntax, duplicate keys, ambiguous scalars and limits.

Some functions return a finding, others return an error that stops reading the document.
"""

import re
from typing import Any, NamedTuple

import yaml

from validator.document.nodes import Merge, key_text
from validator.document.scalars import Scalar, describe_scalar, print_number
from validator.findings.wording import shortened

MAX_DEPTH = 100
"""The largest nesting depth of mappings and lists."""

MAX_TAGS = 1_000
"""The largest number of `%TAG` directives of a document."""

CORE_TAG_PREFIX = "tag:yaml.org,2002:"
"""The prefix of the tags in YAML's core schema, written `!!`."""

_MAX_WRITTEN = 80
_FREE_KEY = "/x-"
_ZEROS_BEFORE = re.compile(r"[-+]?0[0-9]")
_CORE_TAGS = ("str", "int", "float", "bool", "null", "map", "seq")


class YamlFinding(NamedTuple):
    """A finding about the YAML of a document.

    Its place is given by the character offsets `start` and `end`, because there may be no value
    at its path. `related` is the offset of a place that explains the finding, and a message.
    `replacement` is another spelling that resolves the finding. It is one of the same value unless
    `new_value` has the other value.
    """

    id: str
    path: str
    message: str
    help: str
    start: int
    end: int
    related: tuple[int, str] | None = None
    replacement: str | None = None
    new_value: str | None = None


class UnreadableDocumentError(Exception):
    """Raised if the rest of a document cannot be read. `finding` says why."""

    def __init__(self, finding: YamlFinding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def undecodable_byte(error: UnicodeDecodeError) -> YamlFinding:
    """Return the finding for a byte that is not valid in the encoding of the stream."""
    data, encoding = error.object, error.encoding
    start = len(data[: error.start].decode(encoding, errors="replace"))
    return YamlFinding(
        "yaml-syntax",
        "",
        f"byte {data[error.start]:#04x} is not {encoding.upper()}",
        "save the file as UTF-8",
        start,
        start + 1,
    )


def forbidden_character(char: str, offset: int) -> YamlFinding:
    """Return the finding for a character that YAML forbids."""
    return YamlFinding(
        "yaml-syntax",
        "",
        f"the character U+{ord(char):04X} is not allowed in YAML",
        'remove it, or write it as an escape in double quotes, such as "\\u0007"',
        offset,
        offset + 1,
    )


def ambiguous_scalar(
    event: Any, path: str, text: str, value: Scalar, yaml11: str, *, is_key: bool
) -> YamlFinding:
    """Return the finding for a plain scalar that YAML 1.1 reads as `yaml11`.

    A key is always text. So is a number with zeros before it where the content is free, because it
    can be a phone number.
    """
    number = print_number(value) if isinstance(value, int | float) else str(value)
    quoted = f'"{text}"'
    is_text = is_key or isinstance(value, str)
    keeps_zeros = not is_text and _FREE_KEY in path and _ZEROS_BEFORE.match(text) is not None
    if is_text:
        help = f"write `{quoted}`"
    elif keeps_zeros:
        help = f"write `{quoted}`, or `{number}` if it is a number"
    else:
        help = f"write `{number}`, or `{quoted}` if it is text"
    return YamlFinding(
        "yaml-ambiguous-scalar",
        path,
        f"{text} is {describe_scalar(value)} in YAML 1.2, but {yaml11} in YAML 1.1",
        help,
        *_offsets(event),
        replacement=quoted if is_text or keeps_zeros else number,
        new_value=text if keeps_zeros else None,
    )


def duplicate_key(event: Any, path: str, key: str | Merge, *, begins_item: bool) -> YamlFinding:
    """Return the finding for a key that is already in its mapping.

    `begins_item`: it is the first key of a list item, so the dash of another item may be missing.
    """
    used = "the last value is used" if isinstance(key, str) else "all of them are merged here"
    message = f"duplicate key {key_text(key)} in this mapping; {used}"
    if not isinstance(key, str):
        help = "keep one of them and list the aliases there, as in <<: [*a, *b]"
    elif begins_item:
        help = "put a dash before it if it begins another list item; otherwise, keep one of them"
    else:
        help = "keep one of them; if both have entries, keep the entries of both"
    return YamlFinding("yaml-duplicate-key", path, message, help, *_offsets(event))


def syntax_error(event: Any, message: str, help: str) -> UnreadableDocumentError:
    """Return the error for an event that cannot be converted to a value."""
    return UnreadableDocumentError(YamlFinding("yaml-syntax", "", message, help, *_offsets(event)))


def collection_as_key(event: Any) -> UnreadableDocumentError:
    """Return the error for a mapping or list that is used as a key."""
    return syntax_error(event, "a mapping or list cannot be a key here", "use a string")


def invalid_merge(event: Any) -> UnreadableDocumentError:
    """Return the error for a merge key whose value is not a mapping or a list of mappings."""
    return syntax_error(
        event,
        "the value of a merge key must be a mapping or a list of mappings",
        "merge an alias of a mapping: `<<: *name`",
    )


def invalid_tag(event: Any, node: str) -> UnreadableDocumentError:
    """Return the error for a tag that is not allowed on its node. `node` describes the node."""
    tag = event.tag
    name = tag.removeprefix(CORE_TAG_PREFIX)
    if name in _CORE_TAGS:
        return syntax_error(event, f"the tag !!{name} does not match {node}", "remove the tag")
    shown = tag.replace(CORE_TAG_PREFIX, "!!")
    message = f"the tag {shortened(shown)} is not in YAML's core schema"
    help, value = "remove the tag", getattr(event, "value", None)
    text = f"{shown} {value}".strip() if isinstance(value, str) else ""
    if 0 < len(text) <= _MAX_WRITTEN and not set(text) & set('`"\\\r\n'):
        help = f'write `"{text}"` if it is text; otherwise, remove the tag'
    return syntax_error(event, message, help)


def unknown_alias(event: Any) -> UnreadableDocumentError:
    """Return the error for an alias without an anchor."""
    name = event.anchor
    help = f"put &{name} before an earlier value, or write the value here"
    return syntax_error(event, f"there is no anchor &{name} before the alias *{name}", help)


def too_large(event: Any, reason: str) -> UnreadableDocumentError:
    """Return the error for a document that exceeds a limit."""
    return UnreadableDocumentError(_limit_finding(*_offsets(event), reason))


def number_too_long(event: Any) -> UnreadableDocumentError:
    """Return the error for a number with more digits than the limit."""
    return too_large(event, "a number has thousands of digits")


def too_many_tags(start: int) -> UnreadableDocumentError:
    """Return the error for a document with more than MAX_TAGS `%TAG` directives."""
    reason = f"the document has more than {MAX_TAGS:,} %TAG directives"
    return UnreadableDocumentError(_limit_finding(start, start + len("%TAG"), reason))


def too_deep(event: Any) -> UnreadableDocumentError:
    """Return the error for nesting deeper than MAX_DEPTH."""
    return UnreadableDocumentError(_depth_finding(event.start_mark.index))


def parser_finding(
    error: yaml.YAMLError, text: str, base: int, document: tuple[int, int]
) -> YamlFinding:
    """Return the finding for an error of libyaml, with offsets in the text.

    `base` is the offset at which the parser started. `document` holds the start and the end of
    the document.
    """
    # Imported here because most files have no syntax error.
    from validator.document.syntax_errors import explain_mistake

    phrase = str(getattr(error, "problem", None) or error).splitlines()[0]
    mark = getattr(error, "problem_mark", None)
    start = base + (mark.index if mark else 0)
    if "maximum nesting depth" in phrase:
        return _depth_finding(start)
    context_mark = getattr(error, "context_mark", None)
    context_start = None if context_mark is None else base + context_mark.index
    context = str(getattr(error, "context", None) or "")
    found = explain_mistake(text, phrase, start, context, context_start, document)
    return YamlFinding("yaml-syntax", "", *found)


def _limit_finding(start: int, end: int, reason: str) -> YamlFinding:
    message = f"{reason}; the rest of the document is not read"
    return YamlFinding("yaml-too-large", "", message, "write the document without it", start, end)


def _depth_finding(start: int) -> YamlFinding:
    return _limit_finding(start, start + 1, f"the nesting is deeper than {MAX_DEPTH} levels")


def _offsets(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index
