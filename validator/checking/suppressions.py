"""Suppressions: comments that suppress findings, with a reason and optionally a last day.

The form is `# tenantlint: ignore[ids] [until DATE]: reason`. At the end of a line, a suppression
covers the findings that start on that line. Alone on a line, it covers the list item or key that
begins on the next line of content, with its whole value. `ignore-file[ids]` covers the document.
A topic means all of its ids.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import Literal, NamedTuple
from unicodedata import category

from validator.checking.policy_names import is_refused_in_comments
from validator.document.nodes import SCALAR
from validator.document.reader import Document
from validator.document.span_locator import SpanLocator
from validator.document.suppression_comments import (
    comment_test,
    is_after_blank,
    suppression_comments,
)
from validator.findings.builtin import can_be_hidden
from validator.findings.diagnostic import Span
from validator.schema.formats import is_date

Position = tuple[int, int]
"""A line and a column, from 1."""

_FORM = re.compile(
    r"#[ \t]*tenantlint[ \t]*:[ \t]*(?P<kind>ignore|ignore-file)[ \t]*\[(?P<ids>[^\]]*)\]"
    r"(?:[ \t]+until[ \t]+(?P<until>[^\s:]+))?[ \t]*(?::(?P<reason>.*))?"
)
_DAY_IN_REASON = re.compile(  # at its start or end
    r"[ \t]*until[ \t]+([0-9]{4}-[0-9]{2}-[0-9]{2})\b"
    r"|.*[ \t(,;]until[ \t]+([0-9]{4}-[0-9]{2}-[0-9]{2})[ \t.)]*\Z",
    re.ASCII,
)
_IGNORE = re.compile(r"[^:]*+:[ \t]*ignore(?:-file)?[ \t]*\[")
_EVERYTHING = ((0, 0), (2**62, 0))
# The suppressions around a finding that are compared, so that a hostile file does not take long.
_MAX_NESTED = 20


class Suppression(NamedTuple):
    """A comment that suppresses findings.

    `names` are the ids and topics as written, `ids` the ids that they mean. It covers findings
    with these ids that start at or after `begin` and before `end`, unless `until` is past. `span`
    is its place and `source` its line. `wrong` is the error in its form; with an error, it covers
    nothing. `written` is the text of the comment. `extent` is what it covers: the document, its
    line, or the node (of the key, if there is one) that begins on the next line of content;
    `node` is None if no node begins there. `former` are the written names that are former ids.
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
        """Return the suppression with the ids that its names mean.

        `current` maps former ids to current ids.
        """
        former = tuple(name for name in dict.fromkeys(self.names) if name in current)
        names = tuple(current.get(name, name) for name in self.names) if former else self.names
        every = (id for name in dict.fromkeys(names) for id in ids_of(name))
        return self._replace(names=names, ids=tuple(dict.fromkeys(every)), former=former)

    def is_expired(self, today: date) -> bool:
        """Return whether the last day of the suppression is past."""
        return self.until is not None and self.until < today

    def is_open(self, today: date) -> bool:
        """Return whether the suppression is valid today: well-formed, explained and not expired."""
        return not self.wrong and bool(self.reason) and not self.is_expired(today)

    @property
    def justification(self) -> str:
        """The reason, with the last day if there is one."""
        return f"{self.reason} (until {self.until})" if self.until else self.reason


def find_suppressions(text: str, document: Document, places: SpanLocator) -> list[Suppression]:
    """Return the suppressions in a readable document, in text order."""
    lines = _LinesOfContent(text)
    is_comment = comment_test(text, document.nodes)
    return [
        _suppression(start, end, text, document, places, lines, is_comment)
        for start, end in suppression_comments(text, document.start, document.end, is_comment)
    ]


def find_refused_suppressions(
    text: str, begin: int, end: int, document: Document, places: SpanLocator
) -> list[Suppression]:
    """Return the suppressions that try to hide that a document cannot be read.

    `begin` and `end` are the offsets between which the document is. Only text after a space or at
    the start of a line is known to be a comment there.
    """
    lines = _LinesOfContent(text)

    def may_be_comment(offset: int) -> bool:
        return is_after_blank(text, offset) and _IGNORE.match(text, offset) is not None

    found = (
        _suppression(*place, text, document, places, lines, partial(is_after_blank, text))
        for place in suppression_comments(text, begin, end, may_be_comment)
    )
    return [item for item in found if any(map(is_refused_in_comments, item.names))]


def cover(
    suppressions: Sequence[Suppression], findings: Sequence[tuple[str, Span]]
) -> list[Suppression | None]:
    """Return the suppression that covers each finding, or None.

    A finding is an id and a span. The suppressions must be open. Findings that prevent policies
    from running cannot be covered. If several suppressions cover a finding, the one that begins
    last is used.
    """
    covers: list[Suppression | None] = [None] * len(findings)
    for number, around in _around(suppressions, findings):
        covers[number] = around[-1]
    return covers


def spans_that_cover_later(
    suppressions: Sequence[Suppression], findings: Sequence[tuple[str, Span]]
) -> set[Span]:
    """Return the spans of suppressions that cover a finding when nearer ones have ended."""
    found: set[Span] = set()
    if all(item.until is None for item in suppressions):
        return found
    for number, around in _around(suppressions, findings):
        last, span = around[-1], findings[number][1]
        for item in islice(reversed(around), 1, _MAX_NESTED):
            if last.until is None:
                break
            if item.end <= (span.line, span.column):
                continue
            if item.until is None or item.until > last.until:
                found.add(item.span)
                last = item
    return found


def _around(
    suppressions: Sequence[Suppression], findings: Sequence[tuple[str, Span]]
) -> Iterator[tuple[int, Sequence[Suppression]]]:
    """Yield the number of each finding with suppressions that begin before it, the nearest last.

    The last one covers it; others may have ended before it. The text is walked once: suppressions
    that have begun and not ended are kept by id.
    """
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
        if here:
            yield number, here


def _suppression(
    start: int,
    after: int,
    text: str,
    document: Document,
    places: SpanLocator,
    lines: "_LinesOfContent",
    is_comment: Callable[[int], bool],
) -> Suppression:
    """Return the suppression in a comment, which begins at `start` and ends before `after`."""
    written = text[start:after].rstrip()
    span = places.span_between(start, start + len(written))
    source = places.line_text(span.line)
    form = _FORM.fullmatch(written)
    if form is None:
        nothing = ((0, 0), (0, 0))
        wrong = "it does not have the form `# tenantlint: ignore[ids] [until DATE]: reason`"
        return Suppression((), None, "", *nothing, span, source, written, wrong)
    names = tuple(name.strip() for name in form["ids"].split(","))
    until, wrong = None, ""
    if form["until"] is not None:
        if is_date(form["until"]):
            until = date.fromisoformat(form["until"])
        else:
            from validator.schema.readings import not_a_day

            wrong = not_a_day(form["until"])
    elif in_reason := _DAY_IN_REASON.match(form["reason"] or ""):
        day = in_reason[1] or in_reason[2]
        wrong = f"write `until {day}` before the colon and the reason after it"
    extent: Literal["file", "line", "node"] = "file"
    node = None
    if form["kind"] == "ignore-file":
        begin, end = _EVERYTHING
    else:
        before = source[: span.column - 1].lstrip(" \t\ufeff")
        # The line can begin in a string, with a character that is no comment there.
        if before and not (before.startswith("#") and is_comment(start - len(before))):
            extent = "line"
            begin, end = (span.line, 0), (span.line + 1, 0)
        else:
            extent = "node"
            offset = lines.next(after)
            node = _node_at(offset, text, document)
            begin, end = _extent_of(offset, node, document, places)
    reason = (form["reason"] or "").strip()
    if not (reason.isascii() or any(category(char)[0] not in "CZ" for char in reason)):
        reason = ""  # nobody can see it
    return Suppression(names, until, reason, begin, end, span, source, written, wrong, extent, node)


_LINE_OF_CONTENT = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*[ \t]*")


class _LinesOfContent:
    """Finds the next line of content after a comment.

    The result is cached, because many comments can be before one line.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._skipped_from = self._skipped_to = 0

    def next(self, offset: int) -> int:
        """Return the offset of the first character of content after the end of a comment."""
        if not self._skipped_from <= offset < self._skipped_to:
            skipped = _LINE_OF_CONTENT.match(self._text, offset)
            self._skipped_from, self._skipped_to = offset, skipped.end() if skipped else offset
        return self._skipped_to


def _extent_of(
    begin: int, node: int | None, document: Document, places: SpanLocator
) -> tuple[Position, Position]:
    """Return the start and end of a list item, or of a key with its value."""
    if node is None:
        return (0, 0), (0, 0)
    nodes = document.nodes
    last = node + 1 if nodes.key_name(node) is not None else node
    end = nodes.end_offsets[last] + (nodes.kind(last) == SCALAR)  # a null can have no text
    first, after = places.span_between(begin, begin), places.span_between(end, end)
    return (first.line, first.column), (after.line, after.column)


def _node_at(begin: int, text: str, document: Document) -> int | None:
    """Return the node of the key, value or list item that begins at an offset; None if none."""
    nodes = document.nodes
    if re.match(r"[-?](?:[ \t\r\n]|\Z)", text[begin : begin + 2]):  # an item, or an explicit key
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
