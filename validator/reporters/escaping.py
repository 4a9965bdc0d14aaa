"""Escapes that make any text safe on a terminal and in Markdown."""

import re

_TAB = "    "
# Characters with a meaning in Markdown, or on GitHub or GitLab (references, mentions, links).
_MARKDOWN_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#!|~@&$%^]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def printable(text: str) -> str:
    """Return text with control and formatting characters written as escapes.

    Escape sequences could hide findings, and bidirectional marks could reorder a line.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char == " " or char.isprintable() else _escape_character(char) for char in text
    )


def escape_markdown(text: str) -> str:
    """Return Markdown that shows the text on one line, whatever it contains."""
    line = " ".join(printable(text.replace("\n", " ")).split())
    return _MARKDOWN_SPECIAL.sub(lambda match: f"&#{ord(match[0])};", line)


def _escape_character(char: str) -> str:
    if char == "\t":
        return _TAB
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
