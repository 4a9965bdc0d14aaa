"""Escapes text so that it is safe on a terminal."""

_TAB = "    "


def printable(text: str) -> str:
    """Return text with control and formatting characters written as escapes.

    Escape sequences can hide findings, and bidirectional marks can reorder a line.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char == " " or char.isprintable() else _escape_character(char) for char in text
    )


def _escape_character(char: str) -> str:
    if char == "\t":
        return _TAB
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
