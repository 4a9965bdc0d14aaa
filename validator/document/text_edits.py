"""Edits in a text: replacements of character ranges."""

from collections.abc import Iterable
from typing import NamedTuple

from validator.system.errors import NoVerdictError


class EditError(NoVerdictError):
    """Raised if an edit cannot be made in a text. `offset` is the character offset of the place."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset

    def located(self, file: str, text: str) -> str:
        """Return the message with the file, line and column of the place in the text."""
        from validator.document.span_locator import SpanLocator

        at = SpanLocator(text).span_between(self.offset, self.offset)
        return f"{file}:{at.line}:{at.column}: {self}"


class TextEdit(NamedTuple):
    """The replacement of the characters from the offset `start` up to `end`."""

    start: int
    end: int
    replacement: str

    def moved(self, by: int) -> "TextEdit":
        """Return the same edit, moved by the given number of characters."""
        return TextEdit(self.start + by, self.end + by, self.replacement)


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """Return the text with edits applied. The edits must be in text order and not overlap."""
    parts: list[str] = []
    last = 0
    for edit in edits:
        parts += [text[last : edit.start], edit.replacement]
        last = edit.end
    return "".join((*parts, text[last:]))
