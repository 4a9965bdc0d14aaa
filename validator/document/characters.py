"""Replaces the characters in a YAML text that libyaml rejects or misreads.

These are the characters that YAML forbids, the line breaks of YAML 1.1, and the surrogate pairs
that JSON uses to escape a character beyond U+FFFF.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from yaml.reader import Reader

from validator.system.patterns import compiled

# PyYAML's pattern is used because compiling such a large character class takes milliseconds.
_NOT_PRINTABLE: re.Pattern[str] = Reader.NON_PRINTABLE
_PRINTABLE_ASCII = b"\t\n\r" + bytes(range(0x20, 0x7F))
_BYTE_ORDER_MARK = "\ufeff"
_REPLACEMENT = "\ufffd"
# Line breaks in YAML 1.1 and in libyaml, but ordinary characters in YAML 1.2.
_YAML11_BREAKS = "\x85\u2028\u2029"
# An escaped surrogate pair, or any other escape, so that `\\\\ud83d` is read as a backslash.
_ESCAPE = r"(?s)\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|.)"
_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"

Restore: TypeAlias = Callable[[Any, int], str]
"""Returns the original value of a scalar. Takes its event and the offset of the parser's start."""


class ParserInput(NamedTuple):
    """A text that libyaml reads as YAML 1.2, of the same length as the original.

    `forbidden` holds the offsets of the characters that YAML forbids, in order. `text` has U+FFFD
    in their place. `restore` restores the original characters in scalars. It is None if no
    character in a scalar was replaced.
    """

    text: str
    forbidden: list[int]
    restore: Restore | None


def parser_input(text: str) -> ParserInput:
    """Replace the characters in a text that libyaml would reject or misread."""
    has_pairs = "\\ud" in text or "\\uD" in text
    if is_plainly_printable(text) and not has_pairs:
        return ParserInput(text, [], None)
    original = text
    forbidden = sorted(
        match.start()
        for pattern in (_NOT_PRINTABLE, _BYTE_ORDER_MARK)
        for match in re.finditer(pattern, text)
    )
    if forbidden:
        text = _NOT_PRINTABLE.sub(_REPLACEMENT, text).replace(_BYTE_ORDER_MARK, _REPLACEMENT)
    text, breaks = _replace_yaml11_breaks(text)
    filler = ""
    if has_pairs and compiled(_PAIR).search(text):
        filler = next(_unused_characters(text))
        text = _replace_pairs(text, filler)
    restore = _restorer(original, breaks, filler) if breaks or filler else None
    return ParserInput(text, forbidden, restore)


def is_plainly_printable(text: str) -> bool:
    """Return whether a quick test finds nothing to replace in a text.

    The test is one-sided: it also fails for some texts that need no replacement.
    """
    if text.isascii():
        return not text.encode("ascii").translate(None, _PRINTABLE_ASCII)
    # Every character that is printable in Python is printable in YAML.
    return text.replace("\n", "").replace("\r", "").isprintable()


def _replace_yaml11_breaks(text: str) -> tuple[str, dict[int, int] | None]:
    """Replace each line break of YAML 1.1 with a character that is not in the text.

    Returns the new text and a table for `str.translate` that reverses the replacement.
    """
    if not any(char in text for char in _YAML11_BREAKS):
        return text, None
    substitutes = "".join(islice(_unused_characters(text), len(_YAML11_BREAKS)))
    replaced = text.translate(str.maketrans(_YAML11_BREAKS, substitutes))
    return replaced, str.maketrans(substitutes, _YAML11_BREAKS)


def _unused_characters(text: str) -> Iterator[str]:
    """Yield characters that are not in a text."""
    used = set(text)
    return (char for char in map(chr, range(0xE000, 0x10FFFF)) if char not in used)


def _replace_pairs(text: str, filler: str) -> str:
    """Replace each escaped surrogate pair with the escape of its character and two fillers."""

    def replace(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        code = 0x10000 + (int(match[1], 16) - 0xD800) * 0x400 + int(match[2], 16) - 0xDC00
        return f"\\U{code:08X}{filler}{filler}"

    return compiled(_ESCAPE).sub(replace, text)


def _restorer(original: str, breaks: dict[int, int] | None, filler: str) -> Restore:
    """Return the function that undoes the replacements in scalars.

    Escapes exist only in double quotes. Elsewhere, the pairs are plain text and are taken from
    the original.
    """
    replaced = re.compile(rf"\\U[0-9A-F]{{8}}{filler}{filler}")

    def restore(event: Any, base: int) -> str:
        text: str = event.value
        if filler and filler in text:
            if event.style == '"':
                text = text.replace(filler, "")
            else:
                start, end = base + event.start_mark.index, base + event.end_mark.index
                # The comment in a block scalar's header may contain pairs, too.
                pairs = compiled(_PAIR).findall(original, start, end)[
                    -len(replaced.findall(text)) :
                ]
                remaining = iter(pairs)
                text = replaced.sub(lambda _: next(remaining), text)
        return text if breaks is None else text.translate(breaks)

    return restore
