"""Where the characters of a scalar's value stand in its text."""

import re

_BLANK = " \t\r\n"
# An anchor, a tag or both.
_PROPERTIES = re.compile(r"(?:[&!][^\s]*\s+)*")
_BLOCK_HEADER = re.compile(r"[|>][^\r\n]*(?:\r\n|\r|\n)?")
_CODE_LENGTHS = {"x": 2, "u": 4, "U": 8}
_BLANK_ESCAPES = "tnr \t\r\n"
_HIGH_SURROGATES = range(0xD800, 0xDC00)


def offset_in_text(text: str, value: str, offset: int) -> int:
    """Return the offset in the text of a scalar of the character at an offset in its value.

    White space is folded, indented and left out, so characters are counted without it.
    """
    wanted = sum(char not in _BLANK for char in value[:offset])
    properties = _PROPERTIES.match(text)
    position = properties.end() if properties else 0
    first = text[position : position + 1]
    if first in ("|", ">"):
        header = _BLOCK_HEADER.match(text, position)
        position = header.end() if header else position
    style = first if first in ("'", '"') else ""
    position += len(style)
    while position < len(text):
        length, is_blank = _character(text, position, style)
        if not is_blank:
            if wanted == 0:
                break
            wanted -= 1
        position += length
    return position


def _character(text: str, position: int, style: str) -> tuple[int, bool]:
    """Return how long the text of a character is, and whether it is white space or nothing."""
    char = text[position]
    if style == "'" and text.startswith("''", position):
        return 2, False
    if style != '"' or char != "\\":
        return 1, char in _BLANK
    escape = text[position + 1 : position + 2]
    if escape not in _CODE_LENGTHS:
        return 2, escape in _BLANK_ESCAPES
    length = 2 + _CODE_LENGTHS[escape]
    code = int(text[position + 2 : position + length], 16)
    is_pair = code in _HIGH_SURROGATES and text.startswith("\\u", position + length)
    return 2 * length if is_pair else length, chr(code) in _BLANK
