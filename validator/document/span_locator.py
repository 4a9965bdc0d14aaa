"""Finds the span for a path: the place of a value or a key in the text of a document."""

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from validator.document.nodes import ALIAS, MAPPING, SCALAR, SEQUENCE
from validator.document.reader import Document
from validator.findings.diagnostic import Span
from validator.findings.json_pointer import pointer_parts

LINE_BREAK = re.compile(r"\r\n|\r|\n")
"""What ends a line of YAML. Other characters, such as U+2028, end none."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)")
_COMMENT = re.compile(r"[ \t]#")
_BLANKS = " \t\r\n"
# Trailing white space is first searched for in this number of characters, as values can be long.
_TAIL_LENGTH = 80

MAX_EXCERPT_LENGTH = 320
"""The largest length of an excerpt, in characters."""
_EXCERPT_BEFORE = 120


class Excerpt(NamedTuple):
    """The part of a line around a column. `offset` is the number of characters before the part."""

    text: str
    offset: int


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line starts."""
    if "\r" not in text:  # the usual case, three times as fast
        return list(accumulate([len(line) + 1 for line in text.split("\n")[:-1]], initial=0))
    # The last line is left out: without a line break, the pattern takes quadratic time on it.
    last = max(text.rfind("\n"), text.rfind("\r")) + 1
    return list(accumulate(map(len, _LINE.findall(text, 0, last)), initial=0))


class SpanLocator:
    """Locates spans in a text and its documents, and caches the results."""

    def __init__(self, text: str) -> None:
        self.text = text
        # By document index and node: the spans of mappings and lists without a key.
        self._first_lines: dict[tuple[int, int], Span] = {}
        # By number: the lines that are shown in full. Cached as many findings can be on one line.
        self._short_lines: dict[int, Excerpt] = {}

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line starts."""
        return line_starts(self.text)

    @property
    def line_count(self) -> int:
        """The number of lines. A line break at the end of the text starts another, empty line."""
        return len(self.line_starts)

    def line_text(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its line break."""
        return self.text[self.line_starts[number - 1] : self._line_end(number)]

    def line_offsets(self, number: int) -> tuple[int, int]:
        """Return the offset of the start of a line, and of the line break that ends it."""
        return self.line_starts[number - 1], self._line_end(number)

    def excerpt(self, span: Span) -> Excerpt:
        """Return the first line of a span or, if it is long, the part around the span's start.

        Findings on a short line share its text. On a long line, each finding has its own part.
        """
        known = self._short_lines.get(span.line)
        if known is not None:
            return known
        start, end = self.line_starts[span.line - 1], self._line_end(span.line)
        if end - start <= MAX_EXCERPT_LENGTH:
            whole = self._short_lines[span.line] = Excerpt(self.text[start:end], 0)
            return whole
        offset = max(0, min(span.column - 1 - _EXCERPT_BEFORE, end - start - MAX_EXCERPT_LENGTH))
        begin = start + offset
        return Excerpt(self.text[begin : begin + MAX_EXCERPT_LENGTH], offset)

    def _line_end(self, number: int) -> int:
        """Return the offset of the line break that ends a line."""
        if number == len(self.line_starts):
            return len(self.text)
        start, end = self.line_starts[number - 1], self.line_starts[number] - 1
        return end - (end > start and self.text[end - 1 : end + 1] == "\r\n")

    def _content_end(self, start: int, end: int) -> int:
        """Return the end of a range without trailing white space, as YAML defines it."""
        if start < end and self.text[end - 1] not in _BLANKS:
            return end  # the usual case
        tail = self.text[max(start, end - _TAIL_LENGTH) : end]
        length = len(tail.rstrip(_BLANKS))
        if length:
            return end - len(tail) + length
        return start + len(self.text[start:end].rstrip(_BLANKS))

    def span_between(self, start: int, end: int) -> Span:
        """Return the span between two character offsets."""
        starts = self.line_starts
        line, end_line = bisect_right(starts, start), bisect_right(starts, end)
        return Span(line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)

    def span(self, document: Document, path: str, *, on_key: bool = False) -> Span:
        """Return the span of the value at `path` or, with `on_key`, of its key.

        The span of a scalar is its text. The span of a mapping or list is its key, or its first
        line if it has no key. The span of a value that comes from an alias or a merge key is that
        alias or merge key. The span of a missing key is the span of its mapping.
        Raises KeyError if no node contains the path.
        """
        key, node = self._find(document, path)
        nodes = document.nodes
        if nodes.kind(node) in (MAPPING, SEQUENCE):
            if key is None:
                cache_key = (document.index, node)
                if cache_key not in self._first_lines:
                    self._first_lines[cache_key] = self._first_line_span(document, node)
                return self._first_lines[cache_key]
            on_key = True
        if on_key and key is not None:
            node = key
        start, end = nodes.offsets(node)
        return self.span_between(start, self._content_end(start, end))

    def scalar_text(self, document: Document, path: str) -> str | None:
        """Return the text of the scalar at `path`; None if the value there is not a scalar."""
        _, node = self._find(document, path)
        start, end = document.nodes.offsets(node)
        return self.text[start:end] if document.nodes.kind(node) == SCALAR else None

    def offset(self, document: Document, path: str) -> int:
        """Return the offset of the value at `path` in the text. Raises KeyError."""
        return document.nodes.offsets(self._find(document, path)[1])[0]

    def _find(self, document: Document, path: str) -> tuple[int | None, int]:
        """Return the node of the key at `path`, if there is one, and the node of its value.

        For a value that comes from an alias or a merge key, the alias or merge key is returned.
        """
        key: int | None = None
        node = 0
        nodes = document.nodes
        parts = pointer_parts(path)
        for number, part in enumerate(parts, 1):
            by_part, merge, is_mapping = nodes.children_by_part(node)
            child = by_part.get(part)
            if child is not None:
                key, node = (child, child + 1) if is_mapping else (None, child)
            elif merge is not None:
                return None, merge
            elif (kind := nodes.kind(node)) == ALIAS:
                return None, node
            elif kind != MAPPING or number < len(parts):
                raise KeyError(path)
        return key, node

    def _first_line_span(self, document: Document, node: int) -> Span:
        """Return the span of the first line of a mapping or list, without a comment."""
        nodes = document.nodes
        start, node_end = nodes.offsets(node)
        line = bisect_right(self.line_starts, start)
        line_end = min(self._line_end(line), node_end)
        # A `#` in a scalar does not start a comment, so the search begins after the last scalar.
        scalar_end, child, subtree_end = start, node + 1, nodes.subtree_end(node)
        while child < subtree_end:
            child_start, child_end = nodes.offsets(child)
            if child_start >= line_end:
                break
            if nodes.subtree_end(child) == child + 1:
                scalar_end = max(scalar_end, min(child_end, line_end))
            child += 1
        comment = _COMMENT.search(self.text, scalar_end, line_end)
        end = comment.start() if comment else line_end
        return self.span_between(start, self._content_end(start, end))
