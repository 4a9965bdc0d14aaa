"""Fixes: edits that remove a finding, first at paths and then as changes of the text."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

EditKind: TypeAlias = Literal["set", "append", "remove", "rename", "quote"]


class Edit(NamedTuple):
    """An edit at a path, which is a JSON Pointer.

    `set` replaces a value, or adds the key if the mapping does not have it. `append` adds `value`
    to a list. `remove` removes a key or a list item. `rename` renames a key to `value`. `quote`
    puts a scalar in quotes. Values are YAML values: strings, numbers, booleans, null, lists and
    mappings.
    """

    kind: EditKind
    path: str
    value: Any = None

    @staticmethod
    def set(path: str, value: Any) -> "Edit":
        """Return an edit that writes a value at a path."""
        return Edit("set", path, value)

    @staticmethod
    def append(path: str, value: Any) -> "Edit":
        """Return an edit that appends an item to the list at a path."""
        return Edit("append", path, value)

    @staticmethod
    def remove(path: str) -> "Edit":
        """Return an edit that removes the key or list item at a path."""
        return Edit("remove", path)

    @staticmethod
    def rename(path: str, key: str) -> "Edit":
        """Return an edit that renames the key at a path."""
        return Edit("rename", path, key)

    @staticmethod
    def quote(path: str) -> "Edit":
        """Return an edit that puts the scalar at a path in quotes."""
        return Edit("quote", path)


class Fix(NamedTuple):
    """Edits that together remove a finding. `title` describes them.

    A fix is `safe` if it keeps the author's meaning, or if what it removes has no effect. All
    other fixes are guesses.
    """

    title: str
    edits: Sequence[Edit]
    safe: bool = False


class TextChange(NamedTuple):
    """The replacement of a range of text. Lines and columns count as in `Span`."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class PlacedFix(NamedTuple):
    """A fix with the text changes that make its edits, in text order.

    `edits` is empty if no value changes, as with comments and quotes.
    """

    title: str
    safe: bool
    changes: tuple[TextChange, ...]
    edits: tuple[Edit, ...] = ()
