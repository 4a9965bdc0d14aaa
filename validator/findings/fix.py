"""Fixes: the edits that would remove a finding, at paths and, once placed, in the text."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

EditKind: TypeAlias = Literal["set", "append", "remove", "rename", "quote"]


class Edit(NamedTuple):
    """An edit of the value at a path, which is a JSON Pointer.

    `set` gives a key its value, and adds the key if its mapping lacks it. `append` adds `value`
    to a list. `remove` takes a key or an item of a list away. `rename` gives a key the name
    `value`. `quote` puts a scalar in quotes. Values are those of YAML: strings, numbers,
    booleans, null, lists and mappings.
    """

    kind: EditKind
    path: str
    value: Any = None

    @staticmethod
    def set(path: str, value: Any) -> "Edit":
        """Return the edit that writes a value at a path."""
        return Edit("set", path, value)

    @staticmethod
    def append(path: str, value: Any) -> "Edit":
        """Return the edit that adds an item at the end of the list at a path."""
        return Edit("append", path, value)

    @staticmethod
    def remove(path: str) -> "Edit":
        """Return the edit that removes the key or the item of a list at a path."""
        return Edit("remove", path)

    @staticmethod
    def rename(path: str, key: str) -> "Edit":
        """Return the edit that gives the key at a path another name."""
        return Edit("rename", path, key)

    @staticmethod
    def quote(path: str) -> "Edit":
        """Return the edit that puts the scalar at a path in quotes."""
        return Edit("quote", path)


class Fix(NamedTuple):
    """Edits that together remove a finding; `title` says what they do.

    A fix is `safe` if the meaning that the author wrote stays, or if what it removes has no
    effect. All others are guesses.
    """

    title: str
    edits: Sequence[Edit]
    safe: bool = False


class TextChange(NamedTuple):
    """The replacement of a range of text. Lines and columns count as those of a span."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class PlacedFix(NamedTuple):
    """A fix with the changes of the text that make its edits, in text order.

    `edits` are empty where the value stays as it is: comments, quotes.
    """

    title: str
    safe: bool
    changes: tuple[TextChange, ...]
    edits: tuple[Edit, ...] = ()
