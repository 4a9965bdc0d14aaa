"""What the formats for people share: text that no file can use to write on the terminal."""

import unicodedata

_TAB = "    "


def printable(text: str) -> str:
    """Return text with control and formatting characters written as escapes.

    Escape sequences could hide findings, and bidirectional marks could reorder a line.
    """
    if text.isprintable():
        return text
    return "".join(char if char == " " or char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    if char == "\t":
        return _TAB
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def width(text: str) -> int:
    """Return how many columns of a terminal the printable text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
