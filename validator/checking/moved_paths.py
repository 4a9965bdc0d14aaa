"""Computes the paths of values after edits: removed items move the items after them."""

from bisect import bisect_left
from collections.abc import Iterable

from validator.findings.fix import Edit
from validator.findings.json_pointer import pointer_parts


class MovedPaths:
    """Maps the paths of values before edits to their paths after the edits."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        # By the path of the list or mapping: the removed items and keys, and the renamed keys.
        self._removed: dict[tuple[str, ...], set[str]] = {}
        self._indexes: dict[tuple[str, ...], list[int]] = {}
        self._renamed: dict[tuple[str, ...], str] = {}
        for edit in edits:
            parts = tuple(pointer_parts(edit.path))
            if edit.kind == "remove":
                self._removed.setdefault(parts[:-1], set()).add(parts[-1])
            elif edit.kind == "rename":
                self._renamed[parts] = str(edit.value)
        for parent, names in self._removed.items():
            self._indexes[parent] = sorted(int(name) for name in names if name.isdecimal())

    def path(self, path: str) -> tuple[str, ...] | None:
        """Return the parts of the path after the edits; None if the value was removed.

        A numeric part is treated as an index only if items were removed from a list there.
        """
        parts = tuple(pointer_parts(path))
        if not self._removed and not self._renamed:
            return parts
        moved: list[str] = []
        for number, part in enumerate(parts):
            parent = parts[:number]
            if part in self._removed.get(parent, ()):
                return None
            indexes = self._indexes.get(parent)
            if indexes and part.isdecimal():
                moved.append(str(int(part) - bisect_left(indexes, int(part))))
            else:
                moved.append(self._renamed.get((*parent, part), part))
        return tuple(moved)
