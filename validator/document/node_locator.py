"""Locates the nodes of a document in its text for edits: their contents, blocks and lines."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from validator.document.nodes import ALIAS, MAPPING, SCALAR, SEQUENCE, Nodes
from validator.document.reader import Document
from validator.document.scalars import NULL_WORDS
from validator.document.span_locator import line_starts
from validator.document.suppression_comments import comment_test, suppression_comments
from validator.document.text_edits import EditError
from validator.findings.json_pointer import pointer_parts, value_at
from validator.findings.wording import shortened
from validator.system.patterns import compiled

_COMMENT = re.compile(r"[ \t]*+#")
_OF_DOCUMENT = re.compile(r"[^:]*+:[ \t]*ignore-file\b")
_DASH = re.compile(r"(?:[&!]\S*|#[^\r\n]*|\s+)*-(?=\s|\Z)")
_PROPERTIES = re.compile(r"(?:[&!]\S*(?:[ \t]+|(?=[\r\n])|\Z))*")
_EXPLICIT = re.compile(r"\?[ \t\r\n]+\Z")
_MAX_BLANKS = 200
_PROPERTY = re.compile(r"[&!]\S*")
# The properties of a scalar, or the header of a block scalar, with the comment after it.
_BEFORE_CONTENT = re.compile(
    r"(?:[&!]\S*\s*(?:#[^\r\n]*\s*)*)*(?:[|>][0-9+-]*[ \t]*(?:#[^\r\n]*)?)?"
)


class NodeLocator:
    """Locates the nodes of one document. Positions are character offsets in the text."""

    def __init__(self, text: str, document: Document, starts: list[int] | None = None) -> None:
        self.text = text
        self.nodes: Nodes = document.nodes
        self._value = document.value
        # Known line starts are passed in because a text can have many documents.
        self._line_starts = line_starts(text) if starts is None else starts
        self._children: dict[int, list[tuple[int | None, int]]] = {}
        self._has_comments: dict[int, bool] = {}
        self._line_suppressions: dict[int, int | None] = {}

    @cached_property
    def _is_comment(self) -> Callable[[int], bool]:
        return comment_test(self.text, self.nodes)

    # Nodes

    def children(self, node: int) -> list[tuple[int | None, int]]:
        """Return the key (None in a list) and the value of each child of a mapping or list."""
        if node not in self._children:
            self._children[node] = list(self.nodes.children(node))
        return self._children[node]

    def find(self, path: str) -> tuple[int, str | None]:
        """Return the node at a path; if its key is missing, return the mapping and the key.

        Raises EditError.
        """
        node = 0
        parts = pointer_parts(path)
        for number, part in enumerate(parts):
            by_part, merge, is_mapping = self.nodes.children_by_part(node)
            child = by_part.get(part)
            if child is not None:
                node = child + is_mapping
                continue
            kind = self.nodes.kind(node)
            if kind == ALIAS:
                raise self.error(node, "this value is an alias; change it by hand")
            if kind == SCALAR:
                raise self.error(node, "this value is not a mapping")
            if kind == SEQUENCE:
                raise self.error(node, f"the list has no item {shortened(part)}")
            if merge is not None:
                raise self.error(node, f"{part} may come from a merge key (<<); change it by hand")
            if number == len(parts) - 1:
                return node, part
            raise self.error(node, f"{part} is missing here")
        return node, None

    def key_at(self, path: str) -> int | None:
        """Return the node of the key at a path; None for a list item. Raises EditError."""
        node, missing = self.find(path)
        if missing is not None:
            raise self.error(node, f"{shortened(missing)} is missing here")
        return self.key_of(node)

    def value_at(self, path: str) -> Any:
        """Return the value at a path. Raises LookupError."""
        return value_at(self._value, path)

    def key_of(self, node: int) -> int | None:
        """Return the node of the key before a value; None if there is no key."""
        return node - 1 if node and self.nodes.key_name(node - 1) is not None else None

    def is_alias(self, node: int) -> bool:
        """Return whether a node is an alias."""
        return self.nodes.kind(node) == ALIAS

    def is_scalar(self, node: int) -> bool:
        """Return whether a node is a scalar."""
        return self.nodes.kind(node) == SCALAR

    def is_flow(self, node: int) -> bool:
        """Return whether a node is a mapping or list in flow style."""
        content = self.content_start(node)
        return self.text[content : content + 1] in ("[", "{")

    def is_empty(self, node: int) -> bool:
        """Return whether a node is null, or a mapping or list without children."""
        if self.is_scalar(node):
            return self.text[self.start(node) : self.content_end(node)] in NULL_WORDS
        return not self.children(node)

    def has_comments(self, node: int) -> bool:
        """Return whether there may be comments in a list, or after its last item."""
        if node not in self._has_comments:
            end = self.next_line_start(self.content_end(self.children(node)[-1][1]))
            self._has_comments[node] = "#" in self.text[self.content_start(node) : end]
        return self._has_comments[node]

    def has_comment(self, start: int, end: int) -> bool:
        """Return whether there is a comment between two offsets. A # in a value is none."""
        if "#" not in self.text[start:end]:
            return False
        node, position = bisect_left(self.nodes.start_offsets, start), start
        gaps: list[str] = []
        while node < len(self.nodes) and self.start(node) < end:
            if self.nodes.kind(node) in (SCALAR, ALIAS):
                content = _BEFORE_CONTENT.match(self.text, self.start(node))
                gaps.append(self.text[position : content.end() if content else None])
                position = self.content_end(node)
            node += 1
        gaps.append(self.text[position:end])
        return any("#" in _PROPERTY.sub("", gap) for gap in gaps)

    def has_properties(self, node: int) -> bool:
        """Return whether a node has an anchor or a tag."""
        return self.content_start(node) != self.start(node)

    def error(self, node: int, message: str) -> EditError:
        """Return an error with the offset of a node."""
        return EditError(self.start(node), message)

    # Offsets of nodes

    def start(self, node: int) -> int:
        """Return the offset at which a node starts, including its anchor and tag."""
        return self.nodes.offsets(node)[0]

    def key_start(self, key: int) -> int:
        """Return the offset at which a key starts, including the `?` of an explicit key."""
        start = self.start(key)
        match = _EXPLICIT.search(self.text, max(0, start - _MAX_BLANKS), start)
        return match.start() if match else start

    def end(self, node: int) -> int:
        """Return the parser's end of a node. For a block, it can be lines after its content."""
        return self.nodes.offsets(node)[1]

    def content_start(self, node: int) -> int:
        """Return the offset at which the content of a node starts, after its anchor and tag."""
        match = _PROPERTIES.match(self.text, self.start(node))
        return match.end() if match else self.start(node)

    def content_end(self, node: int) -> int:
        """Return the offset at which a node's content ends, before blanks and comments."""
        start, end = self.nodes.offsets(self.last_node(node))
        return start + len(self.text[start:end].rstrip())

    def last_node(self, node: int) -> int:
        """Return the node at which a node ends: a scalar, an alias, or one in flow style."""
        while self.nodes.kind(node) in (MAPPING, SEQUENCE) and not self.is_flow(node):
            children = self.children(node)
            if not children:
                break
            node = children[-1][1]
        return node

    def block_header(self, node: int) -> str:
        """Return the header of a block scalar, such as `|+`; an empty string for another node."""
        match = compiled(r"[|>][0-9+-]*").match(self.text, self.content_start(node))
        return match[0] if match is not None and self.is_scalar(node) else ""

    def block_end(self, node: int, column: int) -> int:
        """Return the start of the first line after a node in a block at the given column.

        Comments that are indented more than the block belong to the node, up to a suppression,
        which belongs to what follows. So do the blank lines after a block scalar that keeps them.
        """
        offset = self.next_line_start(self.content_end(node))
        last = self.last_node(node)
        if "+" in self.block_header(last):
            offset = max(offset, self.end(last))
        while offset < len(self.text):
            after = self.next_line_start(offset)
            line = self.text[offset:after]
            content = line.lstrip(" \t")
            if not content.startswith("#") or len(line) - len(content) <= column:
                break
            if any(suppression_comments(self.text, offset, after, self._is_comment)):
                break
            offset = after
        return offset

    def dash_column(self, node: int) -> int:
        """Return the column, from 0, of the dashes of a list in block style. Raises EditError."""
        match = _DASH.match(self.text, self.start(node))
        if match is None:
            raise self.error(node, "this list cannot be edited")
        return self.column(match.end() - 1)

    def dash_before(self, node: int, column: int) -> int:
        """Return the offset of a list item's dash, which is in the given column.

        Raises EditError.
        """
        offset = self.line_start(self.start(node))
        while (
            self.text[offset : offset + column].strip()
            or self.text[offset + column : offset + column + 1] != "-"
        ):
            if offset == 0:
                raise self.error(node, "this list item cannot be edited")
            offset = self.previous_line_start(offset)
        return offset + column

    def suppression(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the range of the suppression in a comment; None if there is none.

        The comment is between two offsets, after blanks. A suppression of the whole document is
        none. The range does not contain another comment before the suppression.
        """
        if not _COMMENT.match(self.text, start, end):
            return None
        found = self._suppression(start, end)
        if found is None:
            return None
        return start + len(self.text[start : found[0]].rstrip(" \t")), found[1]

    def line_suppression(self, offset: int) -> int | None:
        """Return the offset of the suppression in the line that contains an offset.

        None if there is none. A suppression of the whole document is none.
        """
        line = self.line_start(offset)
        if line not in self._line_suppressions:
            found = self._suppression(line, self.next_line_start(line))
            self._line_suppressions[line] = found[0] if found else None
        return self._line_suppressions[line]

    def _suppression(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the range of a suppression that does not cover the whole document, or None."""
        found = next(suppression_comments(self.text, start, end, self._is_comment), None)
        return None if found is None or _OF_DOCUMENT.match(self.text, *found) else found

    def suppressions_above(self, line: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges of the suppressions of the node that begins on a line, upwards.

        They are alone on their lines. Between them and the node, there are only comments and blank
        lines. A range is the whole line if nothing else is on it.
        """
        before = bisect_left(self.nodes.start_offsets, line) - 1
        is_scalar = before >= 0 and self.is_scalar(before)
        # Lines of a scalar can look like comments.
        first = self.end(before) if is_scalar else 0
        while line > 0:
            above = self.previous_line_start(line)
            content = self.text[above:line].strip()
            if above < first or (content and not content.startswith("#")):
                break
            found = self.suppression(above, line)
            if found is not None:
                yield found if found[0] > above else (above, line)
            line = above

    # Lines

    @property
    def line_break(self) -> str:
        """The first line break of the text; that of Unix if there is none."""
        if len(self._line_starts) == 1:
            return "\n"
        end = self._line_starts[1]
        return "\r\n" if self.text[max(0, end - 2) : end] == "\r\n" else self.text[end - 1]

    def line_start(self, offset: int) -> int:
        """Return the start of the line that contains an offset."""
        return self._line_starts[bisect_right(self._line_starts, offset) - 1]

    def previous_line_start(self, start: int) -> int:
        """Return the start of the line before the line that starts at `start`."""
        return self._line_starts[bisect_left(self._line_starts, start) - 1]

    def next_line_start(self, offset: int) -> int:
        """Return the start of the next line, or the end of the text."""
        number = bisect_right(self._line_starts, offset)
        return self._line_starts[number] if number < len(self._line_starts) else len(self.text)

    def column(self, offset: int) -> int:
        """Return the column of an offset, from 0."""
        return offset - self.line_start(offset)
