"""Where the values of a document are after edits: removed items move those behind them."""

from bisect import bisect_left
from collections.abc import Iterable

from validator.findings.fix import Edit
from validator.findings.json_pointer import pointer_parts


class MovedPaths:
    """The paths of values after edits, by their paths before."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        # By the path of the list or mapping: what was removed from it, and the renamed keys.
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
        """Return the parts of the path after the edits; None for what was removed.

        A number is taken for an index only where it is one.
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
