"""Paths into spans: where in the text a value of a document stands."""

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from validator.document.nodes import ALIAS, MAPPING, MERGE, SEQUENCE
from validator.document.reader import Document
from validator.findings.diagnostic import Span
from validator.findings.json_pointer import pointer_parts

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)")
_COMMENT = re.compile(r"[ \t]#")


class Places:
    """Answers for one text and its documents; what it learns on the way it keeps."""

    def __init__(self, text: str) -> None:
        self._text = text
        # The children of the nodes met so far: by name in a mapping, by number in a list.
        self._children: dict[tuple[int, int], tuple[dict[str, int], int | None]] = {}

    @cached_property
    def _starts(self) -> list[int]:
        """The offsets at which the lines start."""
        return list(accumulate(map(len, _LINE.findall(self._text)), initial=0))

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its line break."""
        return self._text[self._starts[number - 1] : self._line_end(number)]

    def _line_end(self, number: int) -> int:
        """Return the offset at which a line ends, before its line break."""
        start = self._starts[number - 1]
        if number == len(self._starts):
            return len(self._text)
        return start + len(self._text[start : self._starts[number]].rstrip("\r\n"))

    def between(self, start: int, end: int) -> Span:
        """Return the span of two character offsets."""
        line, end_line = bisect_right(self._starts, start), bisect_right(self._starts, end)
        return Span(
            line,
            start - self._starts[line - 1] + 1,
            end_line,
            end - self._starts[end_line - 1] + 1,
        )

    def span(self, document: Document, path: str, *, on_key: bool = False) -> Span:
        """Return where the value at `path` stands, or with `on_key` its key.

        A scalar is marked as it is, a mapping or list at its key; where it has none, its first
        line. What stands in the text only through an alias or a merge key is marked there, and
        a key that a mapping lacks at the mapping. Raises KeyError where there is no such place.
        """
        key, node = self._find(document, path)
        nodes = document.nodes
        if nodes.kind(node) in (MAPPING, SEQUENCE):
            if key is None:
                return self._first_line(document, node)
            on_key = True
        if on_key and key is not None:
            node = key
        start, end = nodes.at(node)
        written = self._text[start:end].rstrip()
        return self.between(start, start + len(written))

    def _find(self, document: Document, path: str) -> tuple[int | None, int]:
        """Return the node of the key, if any, and of the value, or of what stands for it."""
        key: int | None = None
        node = 0
        nodes = document.nodes
        parts = pointer_parts(path)
        for number, part in enumerate(parts, 1):
            if nodes.kind(node) == ALIAS:
                return None, node
            children, merge = self._children_of(document, node)
            if part in children:
                node = children[part]
                key = node if nodes.name(node) is not None else None
                node += key is not None
            elif merge is not None:
                return None, merge
            elif nodes.kind(node) != MAPPING or number < len(parts):
                raise KeyError(path)
        return key, node

    def _first_line(self, document: Document, node: int) -> Span:
        """Return the span of a collection as far as it stands on its first line, comment apart."""
        nodes = document.nodes
        start, end_of_node = nodes.at(node)
        line = bisect_right(self._starts, start)
        line_end = self._line_end(line)
        last, child, after = start, node + 1, nodes.after(node)
        while child < after:
            child_start, child_end = nodes.at(child)
            if child_start >= line_end:
                break
            if nodes.after(child) == child + 1:
                last = max(last, min(child_end, line_end))
            child += 1
        comment = _COMMENT.search(self._text, last, line_end)
        end = min(comment.start() if comment else line_end, end_of_node)
        return self.between(start, start + len(self._text[start:end].rstrip()))

    def _children_of(self, document: Document, node: int) -> tuple[dict[str, int], int | None]:
        memory = (document.index, node)
        if memory not in self._children:
            nodes = document.nodes
            children: dict[str, int] = {}
            merge = None
            for key, value in nodes.children(node):
                if key is None:
                    children[str(len(children))] = value
                elif nodes.name(key) is MERGE:
                    merge = key if merge is None else merge
                else:
                    children[str(nodes.name(key))] = key
            self._children[memory] = children, merge
        return self._children[memory]
