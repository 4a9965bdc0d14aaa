"""Colours and widths of text on a terminal."""

import unicodedata
from collections.abc import Callable, Mapping

from click import style

from validator.findings.severity import Severity

SEVERITY_COLORS: Mapping[Severity, str] = {"error": "red", "warning": "yellow", "info": "cyan"}


Paint = Callable[..., str]
"""Takes a text and the styles of click.style as keywords; returns the text in these styles."""


def painter(*, color: bool) -> Paint:
    """Return a function that styles text; without colour, it returns the text unchanged."""
    return style if color else lambda text, **_: text


def display_width(text: str) -> int:
    """Return the number of terminal columns that a printable text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def fit_width(text: str, columns: int) -> str:
    """Pad a printable text to the given number of terminal columns, or cut it with an ellipsis."""
    width = display_width(text)
    if width > columns:
        text = f"{_split_width(text, columns - 1)[0]}…" if columns > 0 else ""
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
    lines: list[str] = []
    line = text[: len(text) - len(text.lstrip(" "))]
    width = len(line)
    is_begun = False
    for word in text.split():
        size = display_width(word)
        if is_begun and width + 1 + size <= columns:
            line += f" {word}"
            width += 1 + size
            continue
        if is_begun:
            lines.append(line)
            line, width = indent, display_width(indent)
        while width + size > columns:
            part, word = _split_width(word, max(1, columns - width))  # noqa: PLW2901
            lines.append(line + part)
            line, width, size = indent, display_width(indent), display_width(word)
        line += word
        width += size
        is_begun = True
    return [*lines, line] if line.strip() else lines


def _split_width(text: str, columns: int) -> tuple[str, str]:
    """Return the beginning of a text that fits into the given number of columns, and the rest."""
    width = 0
    for number, char in enumerate(text):
        width += display_width(char)
        if width > columns:
            return text[: max(number, 1)], text[max(number, 1) :]
    return text, ""
