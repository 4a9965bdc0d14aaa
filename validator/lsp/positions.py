"""Positions of the protocol and of this program.

The protocol counts lines from 0, and columns in units that client and server agree on: by default
those of UTF-16. This program counts Unicode characters.
"""

from bisect import bisect_right
from functools import cached_property

from lsprotocol import types

from validator.document.span_locator import line_starts
from validator.findings.diagnostic import Span

UTF8, UTF16 = types.PositionEncodingKind.Utf8.value, types.PositionEncodingKind.Utf16.value


BYTE_ORDER_MARK = "\ufeff"


class Positions:
    """The positions in one text, with columns in the units of an encoding.

    `text` is the text without a byte order mark, which is no part of the first line here.
    """

    def __init__(self, source: str, encoding: str) -> None:
        self.text = source.removeprefix(BYTE_ORDER_MARK)
        self._encoding = encoding
        self._is_plain = source.isascii()
        self._mark = units(source[: len(source) - len(self.text)], encoding)

    @cached_property
    def _starts(self) -> list[int]:
        return line_starts(self.text)

    def range(self, span: Span) -> types.Range:
        """Return the range of a span."""
        return types.Range(
            self._position(span.line - 1, span.column - 1),
            self._position(span.end_line - 1, span.end_column - 1),
        )

    def _position(self, line: int, column: int) -> types.Position:
        if self._is_plain or line >= len(self._starts):
            return types.Position(line, column)
        start = self._starts[line]
        mark = self._mark if line == 0 else 0
        return types.Position(line, mark + units(self.text[start : start + column], self._encoding))

    def characters(self, position: types.Position) -> tuple[int, int]:
        """Return the line and the column, in Unicode characters from 0, of a position."""
        line = position.line
        if self._is_plain or line >= len(self._starts):
            return line, position.character
        start = self._starts[line]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        content = self.text[start:end]
        wanted = position.character - (self._mark if line == 0 else 0)
        column = bisect_right(
            range(len(content)),
            wanted,
            key=lambda number: units(content[: number + 1], self._encoding),
        )
        return line, column


def units(text: str, encoding: str) -> int:
    """Return the length of a text in the units of an encoding."""
    if text.isascii():
        return len(text)
    if encoding == UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text.encode("utf-8", "surrogatepass")) if encoding == UTF8 else len(text)
