"""Where the nodes of a document stand: a few flat arrays instead of a tree."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

SCALAR, MAPPING, SEQUENCE, ALIAS = range(4)
"""The kinds of nodes."""


class Merge:
    """The type of MERGE."""


MERGE = Merge()
"""Stands for the name of a merge key."""


MOST_MARKS = 2_000
"""So many marks may wait; they are thirty times as large as the offsets that are taken of them."""


class Nodes:
    """The nodes of a document in the order of the text, a key before its value.

    A node is a number. `start` and `end` are the character offsets of each. Most nodes are
    scalars; the others, and the keys, are listed apart, so that a scalar costs eight bytes.
    An alias is a node without a subtree.

    A node is added by its marks, in `starts` and `ends`. Of most documents nobody asks where a
    node stands, so they wait, MOST_MARKS at a time, until somebody does; `base` is added to their
    offsets. `settled` is the number of nodes whose marks do not wait any more. So do the keys:
    each has its name in `names`, and in `keys` the number of nodes that wait up to it.
    """

    __slots__ = (
        "_after", "_end", "_key_nodes", "_kinds", "_others", "_start",
        "base", "ends", "keys", "names", "settled", "starts",
    )  # fmt: skip

    def __init__(self, base: int = 0) -> None:
        self.base = base
        self.starts: list[Any] = []
        self.ends: list[Any] = []
        self.settled = 0
        self._start = array("I")
        self._end = array("I")
        self._others = array("I")
        self._kinds = bytearray()
        self._after = array("I")
        self._key_nodes = array("I")
        self.keys: list[int] = []
        self.names: list[str | Merge] = []

    def __len__(self) -> int:
        return self.settled + len(self.starts)

    @property
    def start(self) -> "array[int]":
        """The offsets of the first characters, of all nodes."""
        self.settle()
        return self._start

    @property
    def end(self) -> "array[int]":
        """The offsets behind the last characters, of all nodes."""
        self.settle()
        return self._end

    def at(self, node: int) -> tuple[int, int]:
        """Return the offset of a node's first character, and the one behind its last."""
        waiting = node - self.settled
        if waiting < 0:
            return self._start[node], self._end[node]
        return self.base + self.starts[waiting].index, self.base + self.ends[waiting].index

    def settle(self) -> None:
        """Take the offsets of the marks that wait, and the numbers of the keys."""
        if self.starts:
            self._number_keys()
            base = self.base
            self._start.extend([base + mark.index for mark in self.starts])
            self._end.extend([base + mark.index for mark in self.ends])
            self.starts.clear()
            self.ends.clear()
            self.settled = len(self._start)

    def _number_keys(self) -> None:
        before = self.settled - 1
        self._key_nodes.extend([before + key for key in self.keys])
        self.keys.clear()

    def place(self, node: int, event: Any) -> None:
        """Let a node stand where an event stands."""
        self.start[node] = self.base + event.start_mark.index
        self.end[node] = self.base + event.end_mark.index

    def add_other(self, kind: int, event: Any) -> int:
        """Add a node that is no scalar; return what `close` takes."""
        number = self.settled + len(self.starts)
        self.starts.append(event.start_mark)
        self.ends.append(event.end_mark)
        self._others.append(number)
        self._kinds.append(kind)
        self._after.append(number + 1)
        return len(self._kinds) - 1

    def close(self, other: int, mark: Any) -> int:
        """End a mapping or list after its last child; return the number of its nodes."""
        number, after = self._others[other], self.settled + len(self.starts)
        if number < self.settled:
            self._end[number] = self.base + mark.index
        else:
            self.ends[number - self.settled] = mark
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
        others = self._others
        other = bisect_left(others, node)
        is_mapping, after = self._kinds[other] == MAPPING, self._after[other]
        child, other = node + 1, other + 1
        while child < after:
            value = child + is_mapping
            # `other` is the first node after the child's key, or the key, that is no scalar.
            other = bisect_left(others, value, other)
            yield (child if is_mapping else None), value
            is_scalar = other == len(others) or others[other] != value
            child = value + 1 if is_scalar else self._after[other]

    def name(self, node: int) -> str | Merge | None:
        """Return the name of a key; None for any other node."""
        if self.keys:
            self._number_keys()
        index = bisect_left(self._key_nodes, node)
        if index < len(self._key_nodes) and self._key_nodes[index] == node:
            return self.names[index]
        return None
