"""Convert between the positions of the protocol and those of this program.

The protocol counts lines from 0, and columns in units that client and server negotiate: by default
UTF-16 code units. This program counts Unicode characters.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise

from lsprotocol import types

from validator.document.span_locator import line_starts
from validator.findings.diagnostic import Span

UTF8, UTF16 = types.PositionEncodingKind.Utf8.value, types.PositionEncodingKind.Utf16.value
BYTE_ORDER_MARK = "\ufeff"

# The characters that take more than one unit.
_WIDE = {
    UTF8: re.compile(r"[^\x00-\x7f]"),
    UTF16: re.compile(r"[\U00010000-\U0010ffff]"),
}


class Columns:
    """The columns of a text, in the units of an encoding."""

    def __init__(self, text: str, encoding: str) -> None:
        self._text = text
        self._encoding = encoding

    @cached_property
    def _wide(self) -> tuple[list[int], list[int]]:
        """The offsets of characters with several units, and running sums of the extra units."""
        offsets: list[int] = []
        sums = [0]
        pattern = _WIDE.get(self._encoding)
        if pattern is not None and not self._text.isascii():
            for match in pattern.finditer(self._text):
                offsets.append(match.start())
                width = len(match[0].encode("utf-8", "surrogatepass"))
                sums.append(sums[-1] + (width - 1 if self._encoding == UTF8 else 1))
        return offsets, sums

    def units(self, start: int, end: int) -> int:
        """Return the number of units between two offsets."""
        offsets, sums = self._wide
        return end - start + sums[bisect_left(offsets, end)] - sums[bisect_left(offsets, start)]

    def offset(self, start: int, end: int, column: int) -> int:
        """Return the offset of a column in the line between two offsets, at most its end.

        For a column within a character, this is the offset of the character.
        """
        numbers = range(start, end)
        return start + bisect_right(
            numbers, column, key=lambda offset: self.units(start, offset + 1)
        )


class Positions:
    """The positions in one text.

    `text` is the text without a byte order mark, which is not part of the first line here.
    """

    def __init__(self, source: str, encoding: str) -> None:
        self.text = source.removeprefix(BYTE_ORDER_MARK)
        self._columns = Columns(self.text, encoding)
        mark = Columns(BYTE_ORDER_MARK, encoding).units(0, 1)
        self._mark = mark if len(source) > len(self.text) else 0

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
        mark = 0 if line else self._mark
        if line >= len(self._starts):
            return types.Position(line, column)
        start = self._starts[line]
        return types.Position(line, mark + self._columns.units(start, start + column))

    def characters(self, position: types.Position) -> tuple[int, int]:
        """Return the line and the column, in Unicode characters from 0, of a position."""
        line = position.line
        if line >= len(self._starts):
            return line, position.character
        start, end = self._starts[line], _line_end(self.text, self._starts, line)
        column = position.character - (0 if line else self._mark)
        return line, self._columns.offset(start, end, column) - start


def edited(
    source: str, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: str
) -> str:
    """Return a text after changes by the editor, to ranges or to the whole text, one by one.

    Only the line ends of the protocol end a line: LF, CR LF and CR.
    """
    lines = _lines(source)
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            _replace(lines, change, encoding)
        else:
            lines = _lines(change.text)
    return "".join(lines)


def _replace(
    lines: list[str], change: types.TextDocumentContentChangePartial, encoding: str
) -> None:
    """Replace a range in the lines of a text."""
    start = _place(lines, change.range.start, encoding)
    end = max(start, _place(lines, change.range.end, encoding))
    (first, begin), (last, stop) = start, end
    text = lines[first][:begin] + change.text + lines[last][stop:]
    if first and text.startswith("\n") and lines[first - 1].endswith("\r"):
        first -= 1
        text = lines[first] + text
    made = _lines(text)
    if last + 1 < len(lines):
        made.pop()  # the text ends with a line end, and the next line is in the list
    lines[first : last + 1] = made


def _place(lines: Sequence[str], position: types.Position, encoding: str) -> tuple[int, int]:
    """Return the index of a line, and an offset in it, for a position."""
    if position.line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    line = lines[position.line]
    end = len(line.rstrip("\r\n"))
    return position.line, Columns(line, encoding).offset(0, end, position.character)


def _lines(text: str) -> list[str]:
    """Return the lines of a text with their line ends; the last one has none, and can be empty."""
    return [text[start:end] for start, end in pairwise([*line_starts(text), len(text)])]


def _line_end(text: str, starts: list[int], line: int) -> int:
    """Return the offset at which the content of a line ends."""
    end = starts[line + 1] if line + 1 < len(starts) else len(text)
    start = starts[line]
    while end > start and text[end - 1] in "\r\n":
        end -= 1
    return end
