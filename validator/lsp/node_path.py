"""Find the path of the value at a position in a text."""

from bisect import bisect_right
from typing import Any, NamedTuple

from validator.document.nodes import ALIAS, Nodes, key_text
from validator.document.reader import Document
from validator.document.span_locator import line_starts


class NodeAt(NamedTuple):
    """The innermost node at an offset: its path, its offsets, and whether it is a key.

    The path of a key is the path of its value.
    """

    parts: tuple[str, ...]
    start: int
    end: int
    is_key: bool


def offset_of(text: str, line: int, column: int) -> int:
    """Return the offset of a position; a column past the end of its line is the end of the line."""
    starts = line_starts(text)
    if line >= len(starts):
        return len(text)
    end = starts[line + 1] if line + 1 < len(starts) else len(text)
    content = text[starts[line] : end].rstrip("\r\n")
    return starts[line] + min(column, len(content))


def document_at(documents: tuple[Document, ...], offset: int) -> Document | None:
    """Return the document at an offset, if it can be read."""
    readable = [item for item in documents if item.is_readable]
    number = bisect_right(readable, offset, key=lambda item: item.start) - 1
    found = readable[max(number, 0)] if readable else None
    return found if found is not None and offset <= max(found.end, found.start) else None


def node_at(document: Document, offset: int) -> NodeAt:
    """Return the innermost node at an offset; the end of a node belongs to it."""
    nodes = document.nodes
    node = 0
    found = NodeAt((), *nodes.offsets(0), is_key=False)
    while nodes.kind(node) != ALIAS:
        child = _child_at(nodes, node, offset)
        if child is None:
            return found
        name, key, value = child
        if key is not None and offset <= nodes.offsets(key)[1]:
            return NodeAt((*found.parts, name), *nodes.offsets(key), is_key=True)
        if not nodes.offsets(value)[0] <= offset <= nodes.offsets(value)[1]:
            return found
        found = NodeAt((*found.parts, name), *nodes.offsets(value), is_key=False)
        node = value
    return found


def _child_at(nodes: Nodes, node: int, offset: int) -> tuple[str, int | None, int] | None:
    """Return the last child of a node that begins at or before an offset: name, key and value."""
    last = None
    for number, (key, value) in enumerate(nodes.children(node)):
        if nodes.offsets(value if key is None else key)[0] > offset:
            break
        last = number, key, value
    if last is None:
        return None
    number, key, value = last
    return str(number) if key is None else key_text(nodes.key_name(key) or ""), key, value


def value_at(value: Any, parts: tuple[str, ...]) -> Any:
    """Return the value at a path, or None."""
    for part in parts:
        if isinstance(value, list):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value
