"""Colours and column widths of text on a terminal."""

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
