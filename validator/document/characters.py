"""The characters of a YAML text: those that YAML forbids, and the line breaks of YAML 1.1."""

import re
from itertools import islice
from typing import NamedTuple

from yaml.reader import Reader

# A character class of this size takes milliseconds to compile. PyYAML has compiled it already.
_NOT_PRINTABLE: re.Pattern[str] = Reader.NON_PRINTABLE
_PRINTABLE_ASCII = b"\t\n\r" + bytes(range(0x20, 0x7F))
_BYTE_ORDER_MARK = "\ufeff"
_REPLACEMENT = "\ufffd"
# Line breaks in YAML 1.1 and to libyaml, ordinary characters in YAML 1.2.
_YAML11_BREAKS = "\x85\u2028\u2029"
_YAML11_BREAK = re.compile(f"[{_YAML11_BREAKS}]")


class ParserInput(NamedTuple):
    """A text of the same length as the original that libyaml reads as YAML 1.2.

    `forbidden` holds the offsets of the characters that YAML forbids, in order; `text` has U+FFFD
    in their place. `restore` is a table for `str.translate` that gives scalars their original
    characters; None if no character of a scalar was replaced.
    """

    text: str
    forbidden: list[int]
    restore: dict[int, int] | None


def parser_input(text: str) -> ParserInput:
    """Return a text with the characters replaced that libyaml would reject or misread."""
    if is_plainly_printable(text):
        return ParserInput(text, [], None)
    forbidden = sorted(
        match.start()
        for pattern in (_NOT_PRINTABLE, _BYTE_ORDER_MARK)
        for match in re.finditer(pattern, text)
    )
    if forbidden:
        text = _NOT_PRINTABLE.sub(_REPLACEMENT, text).replace(_BYTE_ORDER_MARK, _REPLACEMENT)
    text, restore = _replace_yaml11_breaks(text)
    return ParserInput(text, forbidden, restore)


def is_plainly_printable(text: str) -> bool:
    """Tell whether a quick test finds nothing to replace in a text.

    The test is one-sided: some texts that fail it need no replacement either.
    """
    if text.isascii():
        return not text.encode("ascii").translate(None, _PRINTABLE_ASCII)
    # Every character that is printable to Python is printable to YAML.
    return text.replace("\n", "").replace("\r", "").isprintable()


def _replace_yaml11_breaks(text: str) -> tuple[str, dict[int, int] | None]:
    """Replace each line break of YAML 1.1 by a character that the text does not use.

    Returns the new text, and a table for `str.translate` that reverses the replacement.
    """
    if not _YAML11_BREAK.search(text):
        return text, None
    used = set(text)
    unused = (char for char in map(chr, range(0xE000, 0x10FFFF)) if char not in used)
    substitutes = "".join(islice(unused, len(_YAML11_BREAKS)))
    replaced = text.translate(str.maketrans(_YAML11_BREAKS, substitutes))
    return replaced, str.maketrans(substitutes, _YAML11_BREAKS)
