"""What a suppression is known by from version to version, and what it reaches."""

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
    """What a suppression is known by; moving a block does not change it.

    `places` are named by ids: of the node that it covers, or of the topmost nodes of its line.
    """

    extent: str
    names: frozenset[str]
    until: date | None
    reason: str
    places: tuple[str, ...]


Reach = frozenset[str] | None
"""The places, named by ids, that a suppression of a line reaches; None if it is not of a line."""


class SuppressionIdentifier:
    """Identifies the suppressions of one document."""

    def __init__(self, document: Document, spans: SpanLocator) -> None:
        self._nodes = document.nodes
        self._spans = spans
        self._paths = _NodePaths(document.nodes)
        self._stable = StablePaths(document.value)

    def identify(self, item: Suppression) -> tuple[SuppressionKey, Reach]:
        """Return the key of a suppression, and what it reaches."""
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
                # The comment may as well stand at the end of that line.
                extent, reach = "line", frozenset(places)
        key = SuppressionKey(extent, frozenset(item.names), item.until, item.reason, places)
        return key, reach

    def _name(self, node: int) -> str:
        return self._stable.name(self._paths.path(node))

    def _nodes_of_line(self, line: int) -> tuple[int, int]:
        """Return the first node that begins on a line, and the first one after it."""
        start, end = self._spans.line_offsets(line)
        starts = self._nodes.start_offsets
        return bisect_left(starts, start), bisect_right(starts, end)

    def _topmost(self, first: int, last: int) -> Iterator[int]:
        node = first
        while node < last:
            yield node
            is_key = self._nodes.key_name(node) is not None
            node = self._nodes.subtree_end(node + is_key)


class _NodePaths:
    """The paths of the nodes of a document. It caches the children of what it has passed."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._children: dict[int, tuple[list[int], list[str | int], list[int]]] = {}

    def path(self, node: int) -> str:
        """Return the path of a node; the path of a key is that of its value."""
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
