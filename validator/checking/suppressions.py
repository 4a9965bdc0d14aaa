"""Suppressions: comments that let a finding pass, with a reason and perhaps until a day.

`# tenantlint: ignore[ids] [until DATE]: reason`. At the end of a line it covers the findings
that start on that line; alone on a line, the list item or key that begins on the next line of
content, with all that belongs to it; `ignore-file[ids]` covers the document. A topic stands for
all of its ids.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

from validator.checking.policy_names import is_refused_in_comments
from validator.document.nodes import SCALAR
from validator.document.reader import Document
from validator.document.span_locator import SpanLocator
from validator.findings.builtin import can_be_hidden
from validator.findings.diagnostic import Span
from validator.schema.formats import is_date

Position = tuple[int, int]
"""A line and a column, from 1."""

_BEGIN = re.compile(r"#[ \t]*tenantlint[ \t]*:[^\r\n]*")
_FORM = re.compile(
    r"#[ \t]*tenantlint[ \t]*:[ \t]*(?P<kind>ignore|ignore-file)[ \t]*\[(?P<ids>[^\]]*)\]"
    r"(?:[ \t]+until[ \t]+(?P<until>[^\s:]+))?[ \t]*(?::(?P<reason>.*))?"
)
_BLOCK_SCALAR = re.compile(r"(?:[&!]\S*[ \t]+)*[|>][^\r\n]*")
_BEFORE_COMMENT = " \t\r\n\ufeff"
_EVERYTHING = ((0, 0), (2**62, 0))


class Suppression(NamedTuple):
    """A comment that lets findings pass.

    `names` are the ids and topics as written, `ids` those that they stand for. It covers the
    findings of these ids that start from `begin` up to, and without, `end`, unless `until` is
    past. `span` is where it stands, `source` its line. `wrong` says why it covers nothing, where
    its form is wrong. `written` is the comment as it stands. `extent` is what it covers: the
    document, its line, or the node (of the key, if there is one) that begins on the next line of
    content; `node` is None if none does. `former` are names as written that policies had before.
    """

    names: tuple[str, ...]
    until: date | None
    reason: str
    begin: Position
    end: Position
    span: Span
    source: str
    written: str
    wrong: str = ""
    extent: Literal["file", "line", "node"] = "line"
    node: int | None = None
    ids: tuple[str, ...] = ()
    former: tuple[str, ...] = ()

    def with_ids(
        self, ids_of: Callable[[str], Sequence[str]], current: Mapping[str, str]
    ) -> "Suppression":
        """Return the suppression with the ids that its names stand for.

        `current` are the ids of now by former ones.
        """
        former = tuple(name for name in dict.fromkeys(self.names) if name in current)
        names = tuple(current.get(name, name) for name in self.names) if former else self.names
        every = (id for name in dict.fromkeys(names) for id in ids_of(name))
        return self._replace(names=names, ids=tuple(dict.fromkeys(every)), former=former)

    def is_expired(self, today: date) -> bool:
        """Tell whether the last day on which it covers anything is past."""
        return self.until is not None and self.until < today

    def is_open(self, today: date) -> bool:
        """Tell whether it covers anything today."""
        return not self.wrong and bool(self.reason) and not self.is_expired(today)

    @property
    def justification(self) -> str:
        """The reason, and until when it holds."""
        return f"{self.reason} (until {self.until})" if self.until else self.reason


def find_suppressions(text: str, document: Document, places: SpanLocator) -> list[Suppression]:
    """Return the suppressions of a document that is sound, in the order of the text."""
    lines = _LinesOfContent(text)
    is_comment = _comment_test(text, document)
    return [
        _suppression(match, text, document, places, lines)
        for match in _BEGIN.finditer(text, document.start, document.end)
        if is_comment(match.start())
    ]


def find_refused_suppressions(
    text: str, begin: int, end: int, document: Document, places: SpanLocator
) -> list[Suppression]:
    """Return the suppressions that try to hide that a document cannot be read.

    The document is somewhere between two offsets. What is a comment there is only known for
    what follows a space or begins a line.
    """
    lines = _LinesOfContent(text)
    found = (
        _suppression(match, text, document, places, lines)
        for match in _BEGIN.finditer(text, begin, end)
        if match.start() == 0 or text[match.start() - 1] in _BEFORE_COMMENT
    )
    return [item for item in found if any(map(is_refused_in_comments, item.names))]


def cover(
    suppressions: Sequence[Suppression], findings: Sequence[tuple[str, Span]]
) -> list[Suppression | None]:
    """Return what covers each finding, an id and a span; the suppressions are open ones.

    What keeps policies from looking at a document is covered by nothing.

    One walk through the text: what has begun and not ended is kept by id. Of several that cover
    a finding, the one that begins last is the nearest.
    """
    covers: list[Suppression | None] = [None] * len(findings)
    begun: dict[str, list[Suppression]] = {}
    waiting = sorted(suppressions, key=lambda item: item.begin, reverse=True)
    positions = [(span.line, span.column) for _, span in findings]
    for number in sorted(range(len(findings)), key=positions.__getitem__):
        while waiting and waiting[-1].begin <= positions[number]:
            item = waiting.pop()
            for id in item.ids:
                begun.setdefault(id, []).append(item)
        id = findings[number][0]
        here = begun.get(id, []) if can_be_hidden(id) else []
        while here and here[-1].end <= positions[number]:
            here.pop()
        covers[number] = here[-1] if here else None
    return covers


def _comment_test(text: str, document: Document) -> Callable[[int], bool]:
    """Return a function that tells whether the `#` at an offset starts a comment."""
    nodes = document.nodes
    starts, ends = nodes.start_offsets, nodes.end_offsets

    @cache
    def header_end(node: int) -> int:
        """Return the offset at which the header of a block scalar ends; 0 for other scalars."""
        header = _BLOCK_SCALAR.match(text, starts[node])
        return header.end() if header else 0

    def is_comment(offset: int) -> bool:
        if offset > 0 and text[offset - 1] not in _BEFORE_COMMENT:
            return False
        node = bisect_right(starts, offset) - 1
        # Scalars do not overlap: only the last node that begins before the place can reach over it.
        if node < 0 or nodes.kind(node) != SCALAR or ends[node] <= offset:
            return True
        # What follows the header of a block scalar is a comment.
        return offset < header_end(node)

    return is_comment


def _suppression(
    match: re.Match[str],
    text: str,
    document: Document,
    places: SpanLocator,
    lines: "_LinesOfContent",
) -> Suppression:
    written = match[0].rstrip()
    span = places.span_between(match.start(), match.start() + len(written))
    source = places.line_text(span.line)
    form = _FORM.fullmatch(written)
    if form is None:
        nothing = ((0, 0), (0, 0))
        wrong = "it is not of the form `# tenantlint: ignore[ids] [until DATE]: reason`"
        return Suppression((), None, "", *nothing, span, source, written, wrong)
    names = tuple(name.strip() for name in form["ids"].split(","))
    until, wrong = None, ""
    if form["until"] is not None:
        if is_date(form["until"]):
            until = date.fromisoformat(form["until"])
        else:
            wrong = f"{form['until']} is not a calendar day (YYYY-MM-DD)"
    extent: Literal["file", "line", "node"] = "file"
    node = None
    if form["kind"] == "ignore-file":
        begin, end = _EVERYTHING
    else:
        before = source[: span.column - 1].strip(" \t\ufeff")
        if before and not before.startswith("#"):
            extent = "line"
            begin, end = (span.line, 0), (span.line + 1, 0)
        else:
            extent = "node"
            offset = lines.next(match.end())
            node = _node_at(offset, text, document)
            begin, end = _extent_of(offset, node, document, places)
    reason = (form["reason"] or "").strip()
    return Suppression(names, until, reason, begin, end, span, source, written, wrong, extent, node)


_LINE_OF_CONTENT = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*[ \t]*")


class _LinesOfContent:
    """Finds the next line of content after a comment; many comments can be before one line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._skipped_from = self._skipped_to = 0

    def next(self, offset: int) -> int:
        """Return the offset of the first character of the content after a comment's end."""
        if not self._skipped_from <= offset < self._skipped_to:
            skipped = _LINE_OF_CONTENT.match(self._text, offset)
            self._skipped_from, self._skipped_to = offset, skipped.end() if skipped else offset
        return self._skipped_to


def _extent_of(
    begin: int, node: int | None, document: Document, places: SpanLocator
) -> tuple[Position, Position]:
    """Return where a list item, or a key with its value, begins and ends."""
    if node is None:
        return (0, 0), (0, 0)
    nodes = document.nodes
    last = node + 1 if nodes.key_name(node) is not None else node
    end = nodes.end_offsets[last] + (nodes.kind(last) == SCALAR)  # a null is nothing but its place
    first, after = places.span_between(begin, begin), places.span_between(end, end)
    return (first.line, first.column), (after.line, after.column)


def _node_at(begin: int, text: str, document: Document) -> int | None:
    """Return the node of the key, or else of the value or list item, that begins at an offset."""
    nodes = document.nodes
    if re.match(r"-(?:[ \t\r\n]|\Z)", text[begin : begin + 2]):
        node = bisect_right(nodes.start_offsets, begin)
        return node if node < len(nodes) else None
    last = bisect_right(nodes.start_offsets, begin) - 1
    if last < 0 or nodes.start_offsets[last] != begin:
        return None
    node = last
    while node >= 0 and nodes.start_offsets[node] == begin:
        if nodes.key_name(node) is not None:
            return node
        node -= 1
    return node + 1
