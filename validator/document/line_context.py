"""The lines around an error: their text, their indentation, and the open levels."""

import re
from typing import NamedTuple

_DASHES = re.compile(r"(?:- +)+")
_KEY = re.compile(r"[^:]*")
_LINE_BREAK = re.compile(r"[\r\n]")
_MAX_LEVELS = 3


class Line(NamedTuple):
    """A line: the offsets of its start, its content and its end, and the content as text."""

    start: int
    content_start: int
    end: int
    content: str

    @property
    def indentation(self) -> int:
        """The number of characters before the content."""
        return self.content_start - self.start


def line_at(text: str, offset: int) -> Line:
    """Return the line that contains an offset."""
    start, end = line_start(text, offset), line_end(text, offset)
    line = text[start:end]
    return Line(start, start + len(line) - len(line.lstrip()), end, line.strip())


def line_start(text: str, offset: int) -> int:
    """Return the start of the line that contains an offset, in time linear in its length."""
    width = 256
    while True:
        low = max(0, offset - width)
        line_break = max(text.rfind("\n", low, offset), text.rfind("\r", low, offset))
        if line_break >= 0 or low == 0:
            return line_break + 1
        width *= 2


def line_end(text: str, offset: int) -> int:
    """Return the offset of the line break after an offset, or the end of the text."""
    match = _LINE_BREAK.search(text, offset)
    return match.start() if match else len(text)


def line_before(text: str, line: Line) -> Line | None:
    """Return the nearest line above that is neither blank nor a comment, or None."""
    while line.start > 0:
        line = line_at(text, line.start - 1)
        if line.content and not line.content.startswith("#"):
            return line
    return None


def indentation_levels(text: str, line: Line) -> list[tuple[int, str]]:
    """Return the levels in the lines above that are still open, the deepest first.

    A level is an indentation and the nearest key or list item that has it.
    """
    levels: list[tuple[int, str]] = []
    lowest = 1 << 30
    above = line_before(text, line)
    while above is not None and lowest > 0 and len(levels) < _MAX_LEVELS:
        dashes = _DASHES.match(above.content)
        inner = above.content[dashes.end() :] if dashes else above.content
        for indentation, content in (
            (above.indentation + len(above.content) - len(inner), inner),
            (above.indentation, above.content),
        ):
            if indentation < lowest:
                lowest = indentation
                levels.append((indentation, _name(content)))
        above = line_before(text, above)
    return levels


def outer_level(text: str, line: Line) -> tuple[int, str] | None:
    """Return the level of the nearest line above that is indented less, or None."""
    above = line_before(text, line)
    while above is not None and above.indentation >= line.indentation:
        above = line_before(text, above)
    return None if above is None else (above.indentation, _name(above.content))


def spaces(number: int) -> str:
    """Return "1 space", "2 spaces"."""
    return f"{number} space{'' if number == 1 else 's'}"


def _name(content: str) -> str:
    match = _KEY.match(content)
    return (match[0] if match else content)[:40]
