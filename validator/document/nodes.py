"""Stores the nodes of a document in flat arrays instead of a tree: kinds, offsets and keys."""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias, cast

SCALAR, MAPPING, SEQUENCE, ALIAS = range(4)
"""The node kinds."""


class Merge:
    """The type of MERGE."""


MERGE = Merge()
"""The name of a merge key (`<<`)."""

MAX_PENDING_MARKS = 2_000
"""The number of nodes whose marks are kept. A mark takes as much memory as thirty offsets."""


def key_text(key: str | Merge | None) -> str:
    """Return a key as text; `<<` for a merge key."""
    return key if isinstance(key, str) else "<<"


Children: TypeAlias = tuple[Mapping[str, int], int | None, bool]
"""The children of a mapping or list by path part, the first merge key of a mapping, and whether
the node is a mapping.

A child of a mapping is the node of its key, which comes before its value. Of duplicate keys, it
is the last one. A plain tuple takes a fraction of the time of a named one, and each step along a
path makes or reads one.
"""


class Nodes:
    """The nodes of a document in text order. A key comes before its value.

    A node is a number. Most nodes are scalars. Other nodes and keys are stored in separate
    arrays, so a scalar takes only the eight bytes of its two offsets. An alias has no subtree.

    Nodes are added with the marks of the parser, in `pending_starts` and `pending_ends`. The
    offsets in most documents are never needed, so they are taken from the marks on request, or by
    `resolve_marks` when there are many. `base` is added to each offset. `resolved` is the number
    of nodes whose marks have been resolved. `key_names` holds the name of each key.
    `pending_keys` holds, for each unresolved key, the number of pending nodes up to and including
    it.
    """

    __slots__ = (
        "_by_part", "_end_offsets", "_key_nodes", "_kinds", "_nonscalars", "_start_offsets",
        "_subtree_ends", "base", "key_names", "pending_ends", "pending_keys", "pending_starts",
        "resolved",
    )  # fmt: skip

    def __init__(self, base: int = 0) -> None:
        self.base = base
        self.pending_starts: list[Any] = []
        self.pending_ends: list[Any] = []
        self.resolved = 0
        self._start_offsets = array("I")
        self._end_offsets = array("I")
        # Parallel arrays: nodes that are not scalars, their kinds, and the nodes after them.
        self._nonscalars = array("I")
        self._kinds = bytearray()
        self._subtree_ends = array("I")
        # Parallel to `key_names`, without the pending keys.
        self._key_nodes = array("I")
        self.pending_keys: list[int] = []
        self.key_names: list[str | Merge] = []
        self._by_part: dict[int, Children] = {}

    def __len__(self) -> int:
        return self.resolved + len(self.pending_starts)

    @property
    def start_offsets(self) -> "array[int]":
        """The offset of the first character of each node."""
        self.resolve_marks()
        return self._start_offsets

    @property
    def end_offsets(self) -> "array[int]":
        """The offset after the last character of each node."""
        self.resolve_marks()
        return self._end_offsets

    def offsets(self, node: int) -> tuple[int, int]:
        """Return the offset of a node's first character and the offset after its last."""
        pending = node - self.resolved
        if pending < 0:
            return self._start_offsets[node], self._end_offsets[node]
        start, end = self.pending_starts[pending], self.pending_ends[pending]
        return self.base + start.index, self.base + end.index

    def resolve_marks(self) -> None:
        """Replace pending marks with offsets, and pending keys with node numbers."""
        if self.pending_starts:
            self._resolve_keys()
            base = self.base
            self._start_offsets.extend([base + mark.index for mark in self.pending_starts])
            self._end_offsets.extend([base + mark.index for mark in self.pending_ends])
            self.pending_starts.clear()
            self.pending_ends.clear()
            self.resolved = len(self._start_offsets)

    def _resolve_keys(self) -> None:
        before = self.resolved - 1
        self._key_nodes.extend([before + key for key in self.pending_keys])
        self.pending_keys.clear()

    def move(self, node: int, event: Any) -> None:
        """Set the offsets of a node to those of an event."""
        self.start_offsets[node] = self.base + event.start_mark.index
        self.end_offsets[node] = self.base + event.end_mark.index

    def add_nonscalar(self, kind: int, event: Any) -> int:
        """Add a node that is not a scalar; return the number that `close` expects."""
        node = self.resolved + len(self.pending_starts)
        self.pending_starts.append(event.start_mark)
        self.pending_ends.append(event.end_mark)
        self._nonscalars.append(node)
        self._kinds.append(kind)
        self._subtree_ends.append(node + 1)
        return len(self._kinds) - 1

    def close(self, index: int, end_mark: Any) -> int:
        """End a mapping or list after its last child; return the number of nodes in its subtree.

        `index` is the return value of `add_nonscalar`.
        """
        node, subtree_end = self._nonscalars[index], self.resolved + len(self.pending_starts)
        if node < self.resolved:
            self._end_offsets[node] = self.base + end_mark.index
        else:
            self.pending_ends[node - self.resolved] = end_mark
        self._subtree_ends[index] = subtree_end
        return subtree_end - node

    def kind(self, node: int) -> int:
        """Return the kind of a node."""
        index = bisect_left(self._nonscalars, node)
        if index < len(self._nonscalars) and self._nonscalars[index] == node:
            return self._kinds[index]
        return SCALAR

    def nonscalars(self) -> Iterator[tuple[int, int]]:
        """Yield each node that is not a scalar, in text order, with its kind."""
        return zip(self._nonscalars, self._kinds, strict=True)

    def subtree_end(self, node: int) -> int:
        """Return the number of the first node after the node's subtree."""
        index = bisect_left(self._nonscalars, node)
        if index < len(self._nonscalars) and self._nonscalars[index] == node:
            return self._subtree_ends[index]
        return node + 1

    def children(self, node: int) -> Iterator[tuple[int | None, int]]:
        """Yield the key (None in a list) and the value of each child of a mapping or list.

        A scalar or an alias has no children.
        """
        nonscalars = self._nonscalars
        index = bisect_left(nonscalars, node)
        if index == len(nonscalars) or nonscalars[index] != node:
            return
        is_mapping, subtree_end = self._kinds[index] == MAPPING, self._subtree_ends[index]
        child, index = node + 1, index + 1
        while child < subtree_end:
            value = child + is_mapping
            # Skip the key if it is not a scalar (an alias).
            index = bisect_left(nonscalars, value, index)
            yield (child if is_mapping else None), value
            is_scalar = index == len(nonscalars) or nonscalars[index] != value
            child = value + 1 if is_scalar else self._subtree_ends[index]

    def children_by_part(self, node: int) -> Children:
        """Return the children of a mapping or list, after all nodes have been added.

        A scalar or an alias has no children.
        """
        known = self._by_part.get(node)
        if known is None:
            known = self._by_part[node] = self._children_by_part(node)
        return known

    def _children_by_part(self, node: int) -> Children:
        nonscalars, subtree_ends = self._nonscalars, self._subtree_ends
        by_part: dict[str, int] = {}
        merge: int | None = None
        index, count = bisect_left(nonscalars, node), len(nonscalars)
        if index == count or nonscalars[index] != node:
            return by_part, merge, False
        is_mapping, end = self._kinds[index] == MAPPING, subtree_ends[index]
        if self.pending_keys:
            self._resolve_keys()
        key_nodes, names = self._key_nodes, self.key_names
        child, index = node + 1, index + 1
        number = bisect_left(key_nodes, child)
        if is_mapping and (index == count or nonscalars[index] >= end):
            nodes = range(child, end, 2)  # all children are scalars
            flat = dict(zip(names[number : number + len(nodes)], nodes, strict=True))
            if MERGE not in flat:
                return cast("Mapping[str, int]", flat), None, is_mapping
        while child < end:
            value = child
            if is_mapping:
                name = names[number]
                if name is not MERGE:
                    by_part[str(name)] = child
                elif merge is None:
                    merge = child
                value, number = child + 1, number + 1
                index += index < count and nonscalars[index] == child  # an alias as the key
            else:
                by_part[str(len(by_part))] = child
            child = value + 1
            if index < count and nonscalars[index] == value:
                child, index = subtree_ends[index], index + 1
                if child > value + 1:
                    index = bisect_left(nonscalars, child, index)
                    number = bisect_left(key_nodes, child, number)
        return by_part, merge, is_mapping

    def first_keys(self, duplicates: Collection[int]) -> dict[int, int]:
        """Return the first key of the same name in the mapping of each duplicate key."""
        firsts: dict[int, int] = {}
        for node, kind in self.nonscalars():
            if kind != MAPPING:
                continue
            keys: dict[str | Merge | None, int] = {}
            for key, _ in self.children(node):
                if key is not None:
                    first = keys.setdefault(self.key_name(key), key)
                    if key in duplicates:
                        firsts[key] = first
        return firsts

    def key_name(self, node: int) -> str | Merge | None:
        """Return the name of a key; None for any other node."""
        if self.pending_keys:
            self._resolve_keys()
        index = bisect_left(self._key_nodes, node)
        if index < len(self._key_nodes) and self._key_nodes[index] == node:
            return self.key_names[index]
        return None
