"""Colours and widths of text on a terminal."""

import unicodedata
from collections.abc import Callable, Mapping

from click import style

from validator.findings.severity import Severity

SEVERITY_COLORS: Mapping[Severity, str] = {"error": "red", "warning": "yellow", "info": "cyan"}
MIN_WIDTH = 20
"""The columns to which texts are wrapped at least."""

Paint = Callable[..., str]
"""Takes a text and the styles of click.style as keywords; returns the text in these styles."""


def painter(*, color: bool) -> Paint:
    """Return a function that styles text; without colour, it returns the text unchanged."""
    return style if color else lambda text, **_: text


def display_width(text: str) -> int:
    """Return the number of terminal columns that a printable text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_width_of, text))


def _width_of(char: str) -> int:
    """Return the columns of a character: 0 if it is drawn over or within the one before it."""
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    if "\u1160" <= char <= "\u11ff":  # vowels and final consonants of Hangul
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit_width(text: str, columns: int) -> str:
    """Pad a printable text to the given number of terminal columns, or cut it with an ellipsis."""
    width = display_width(text)
    if width > columns:
        text = f"{text[: _fitting_end(text, 0, columns - 1)]}…" if columns > 0 else ""
        width = display_width(text)
    return text + " " * (columns - width)


def wrap_width(text: str, columns: int, indent: str = "") -> list[str]:
    """Wrap a printable text to lines of at most the given number of terminal columns.

    Lines break at spaces; a word that is too long is split. Lines after the first are indented
    unless the indent takes more than half of the columns.
    """
    if display_width(text) <= columns:
        return [text] if text else []
    if len(indent) > columns // 2:
        indent = ""
    line = text[: len(text) - len(text.lstrip(" "))]
    words = " ".join(text.split())
    lines: list[str] = []
    start = 0
    while start < len(words):
        end = _fitting_end(words, start, max(1, columns - display_width(line)))
        if end < len(words) and words[end] != " ":
            space = words.rfind(" ", start, end)
            end = max(end, start + 1) if space < 0 else space
        lines.append(line + words[start:end])
        start = end + words.startswith(" ", end)
        line = indent
    return lines


def wrapped(text: str, width: int | None, indent: str = "") -> list[str]:
    """Wrap a printable text to the width of the terminal; without a terminal, return one line."""
    return [text] if width is None else wrap_width(text, max(MIN_WIDTH, width), indent) or [text]


def _fitting_end(text: str, start: int, columns: int) -> int:
    """Return the end of the longest part from `start` that fits."""
    if text.isascii():
        return min(len(text), start + columns)
    width = 0
    for end in range(start, len(text)):
        width += display_width(text[end])
        if width > columns:
            return end
    return len(text)
