"""Maps the characters in a scalar's value to their places in its text."""

import re

_BLANK = " \t\r\n"
# An anchor, a tag or both.
_PROPERTIES = re.compile(r"(?:[&!][^\s]*\s+)*")
_BLOCK_HEADER = re.compile(r"[|>][^\r\n]*(?:\r\n|\r|\n)?")
_CODE_LENGTHS = {"x": 2, "u": 4, "U": 8}
_BLANK_ESCAPES = "tnr \t\r\n"
_HIGH_SURROGATES = range(0xD800, 0xDC00)


def offset_in_text(text: str, value: str, offset: int) -> int:
    """Return the offset in a scalar's text of the character at an offset in its value.

    Only characters that are not white space are counted, because white space can be folded,
    indented or left out.
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
    """Return the length of a character's text, and whether the character is blank or empty."""
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
