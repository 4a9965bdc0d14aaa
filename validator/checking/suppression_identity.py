"""Identifies suppressions across versions of a document, and finds the places that they cover."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from validator.checking.suppressions import Suppression
from validator.document.nodes import ALIAS, MAPPING, SCALAR, SEQUENCE, Nodes, key_text
from validator.document.reader import Document
from validator.document.span_locator import SpanLocator
from validator.document.stable_paths import StablePaths
from validator.findings.json_pointer import pointer


class SuppressionKey(NamedTuple):
    """The identity of a suppression, which does not change when its block is moved.

    `places` holds the stable path of the covered node, or of the topmost nodes on the line that do
    not begin there only because their first child does.
    """

    extent: str
    names: frozenset[str]
    until: date | None
    reason: str
    places: tuple[str, ...]


Reach = frozenset[str] | None
"""The stable paths that a line suppression covers; None for other suppressions."""


class SuppressionIdentifier:
    """Identifies the suppressions in one document."""

    def __init__(self, document: Document, spans: SpanLocator) -> None:
        self._nodes = document.nodes
        self._spans = spans
        self._paths = _NodePaths(document.nodes)
        self._stable = StablePaths(document.value)

    def identify(self, item: Suppression) -> tuple[SuppressionKey, Reach]:
        """Return the key of a suppression and the places that it covers."""
        extent, reach = item.extent, None
        places: tuple[str, ...] = ()
        if extent == "line":
            first, last = self._nodes_of_line(item.span.line)
            places = tuple(self._name(node) for node in self._topmost(first, last))
            reach = frozenset(self._name(node) for node in range(first, last))
        elif item.node is not None:
            places = (self._name(item.node),)
            is_key = self._nodes.key_name(item.node) is not None
            if self._nodes.kind(item.node + is_key) in (SCALAR, ALIAS):
                # The same comment at the end of that line has the same effect.
                extent, reach = "line", frozenset(places)
        key = SuppressionKey(extent, frozenset(item.names), item.until, item.reason, places)
        return key, reach

    def _name(self, node: int) -> str:
        return self._stable.name(self._paths.path(node))

    def _nodes_of_line(self, line: int) -> tuple[int, int]:
        """Return the first node that begins on a line, and the first node after the line."""
        start, end = self._spans.line_offsets(line)
        starts = self._nodes.start_offsets
        return bisect_left(starts, start), bisect_right(starts, end)

    def _topmost(self, first: int, last: int) -> Iterator[int]:
        """Yield the topmost nodes among those of a line.

        A mapping or list in block style begins where its first child begins, and a child above it
        would change that. Therefore the child is yielded instead.
        """
        node = first
        while node < last:
            is_key = self._nodes.key_name(node) is not None
            if not is_key and self._is_block(node):
                node += 1
                continue
            yield node
            node = self._nodes.subtree_end(node + is_key)

    def _is_block(self, node: int) -> bool:
        start, _ = self._nodes.offsets(node)
        is_collection = self._nodes.kind(node) in (MAPPING, SEQUENCE)
        return is_collection and self._spans.text[start] not in "[{"


class _NodePaths:
    """Computes the paths of nodes in a document, and caches the children on the way."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._children: dict[int, tuple[list[int], list[str | int], list[int]]] = {}

    def path(self, node: int) -> str:
        """Return the path of a node. A key has the path of its value."""
        parts: list[str | int] = []
        current = 0
        while current != node and self._nodes.kind(current) in (MAPPING, SEQUENCE):
            firsts, names, values = self._children_of(current)
            index = bisect_right(firsts, node) - 1
            parts.append(names[index])
            if firsts[index] == node:
                break
            current = values[index]
        return pointer(*parts)

    def _children_of(self, node: int) -> tuple[list[int], list[str | int], list[int]]:
        """Return the first node, the name, and the value of each child."""
        if node not in self._children:
            firsts: list[int] = []
            names: list[str | int] = []
            values: list[int] = []
            for key, value in self._nodes.children(node):
                firsts.append(value if key is None else key)
                names.append(len(names) if key is None else key_text(self._nodes.key_name(key)))
                values.append(value)
            self._children[node] = firsts, names, values
        return self._children[node]
