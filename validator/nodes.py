"""Where the nodes of a document stand: a few flat arrays instead of a tree."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

SCALAR, MAPPING, SEQUENCE, ALIAS = range(4)
"""The kinds of nodes."""


class Merge:
    """The type of MERGE."""


MERGE = Merge()
"""Stands for the name of a merge key."""


class Nodes:
    """The nodes of a document in the order of the text, a key before its value.

    A node is a number. `start` and `end` are the character offsets of each. Most nodes are
    scalars; the others, and the keys, are listed apart, so that a scalar costs eight bytes.
    An alias is a node without a subtree.
    """

    __slots__ = ("_after", "_kinds", "_others", "end", "key_nodes", "names", "start")

    def __init__(self) -> None:
        self.start = array("I")
        self.end = array("I")
        self._others = array("I")
        self._kinds = bytearray()
        self._after = array("I")
        self.key_nodes = array("I")
        self.names: list[str | Merge] = []

    def __len__(self) -> int:
        return len(self.start)

    def move(self, by: int) -> None:
        """Move all nodes by so many characters."""
        if by:
            self.start = array("I", [offset + by for offset in self.start])
            self.end = array("I", [offset + by for offset in self.end])

    def add(self, start: int, end: int) -> None:
        """Add a scalar."""
        self.start.append(start)
        self.end.append(end)

    def add_other(self, kind: int, start: int, end: int) -> int:
        """Add a node that is no scalar; return what `close` takes."""
        number = len(self.start)
        self.start.append(start)
        self.end.append(end)
        self._others.append(number)
        self._kinds.append(kind)
        self._after.append(number + 1)
        return len(self._kinds) - 1

    def close(self, other: int, end: int) -> int:
        """Close a mapping or list after its last child; return the number of its nodes."""
        number, after = self._others[other], len(self.start)
        self.end[number] = end
        self._after[other] = after
        return after - number

    def kind(self, node: int) -> int:
        """Return the kind of a node."""
        index = bisect_left(self._others, node)
        if index < len(self._others) and self._others[index] == node:
            return self._kinds[index]
        return SCALAR

    def after(self, node: int) -> int:
        """Return the number of the node that follows the node's subtree."""
        index = bisect_left(self._others, node)
        if index < len(self._others) and self._others[index] == node:
            return self._after[index]
        return node + 1

    def children(self, node: int) -> Iterator[tuple[int | None, int]]:
        """Yield the keys and values of a mapping; the items of a list without keys."""
        is_mapping = self.kind(node) == MAPPING
        child, after = node + 1, self.after(node)
        while child < after:
            value = child + is_mapping
            yield (child if is_mapping else None), value
            child = self.after(value)

    def name(self, node: int) -> str | Merge | None:
        """Return the name of a key; None for any other node."""
        index = bisect_left(self.key_nodes, node)
        if index < len(self.key_nodes) and self.key_nodes[index] == node:
            return self.names[index]
        return None
