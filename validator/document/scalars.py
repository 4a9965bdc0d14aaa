"""Plain scalars: what YAML 1.2's core schema reads, and where YAML 1.1 would read something else.

Sources: YAML 1.2.2, section 10.3.2 (core schema); the YAML 1.1 type repository
(https://yaml.org/type/), with the float and int patterns as PyYAML applies them.
"""

import re
from functools import lru_cache
from itertools import product
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

# Python refuses to read or write integers of more than 4,300 decimal digits; so many hexadecimal
# ones still keep within that.
MAX_DIGITS = 3_000
# No longer text is read by YAML 1.1: nobody writes such a number by mistake.
LONGEST_OLD = 200

_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip
_INFINITY = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")

_OLD_TRUE = frozenset({"y", "yes", "on"})
_OLD_FALSE = frozenset({"n", "no", "off"})
_OLD_BINARY = re.compile(r"[-+]?0b[01_]+")
_OLD_OCTAL = re.compile(r"[-+]?0[0-7_]+")
_OLD_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_OLD_HEX = re.compile(r"[-+]?0x[0-9a-fA-F_]+")
_OLD_SIXTY = re.compile(
    r"[-+]?(?:[1-9][0-9_]*(?::[0-5]?[0-9])+|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)"
)
_OLD_FLOAT = re.compile(
    r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
)

# Only these words, and text that begins so, can be anything but the same string in both versions.
WORDS = frozenset(_WORDS).union(
    "".join(letters)
    for word in _OLD_TRUE | _OLD_FALSE
    for letters in product(*((letter, letter.upper()) for letter in word))
)
NUMERIC = frozenset("0123456789+-.")
FIRST = NUMERIC.union(word[0] for word in WORDS if word)
"""The characters with which WORDS and such text begin."""


class NumberTooLongError(ValueError):
    """A number of more than MAX_DIGITS digits."""


@lru_cache(maxsize=4096)
def read_plain(text: str) -> tuple[Scalar, str | None]:
    """Return the core-schema value of a plain scalar, and how YAML 1.1 reads it if otherwise.

    The second item is None where both versions agree; else words for a message.
    Raises NumberTooLongError.
    """
    value = read_core(text)
    old = _read_old(text)
    if old is _SAME or (type(old) is type(value) and old == value):
        return value, None
    return value, describe(old)


SHORT = 32
"""So many characters are remembered: dates and quantities stand in a file many times."""
read_plain_again = lru_cache(maxsize=10_000)(read_plain)
"""The same for short texts, from memory."""


def read_core(text: str) -> Scalar:
    """Return the value of a plain scalar by the core schema. Raises NumberTooLongError."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in NUMERIC:
        return text
    if _INT.fullmatch(text):
        return _integer(text, 10)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _OCTAL.fullmatch(text):
        return _integer(text[2:], 8)
    if _HEX.fullmatch(text):
        return _integer(text[2:], 16)
    if match := _INFINITY.fullmatch(text):
        return float(match[1] + "inf")
    return text


def describe(value: object) -> str:
    """Return a value as a reader of YAML would write it: `true`, `null`, `12`, the string "no"."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'the string "{value}"' if isinstance(value, str) else str(value)


# What _read_old returns where YAML 1.1 has no reading of its own.
_SAME = object()


def _read_old(text: str) -> object:
    if not text or text in _WORDS or len(text) > LONGEST_OLD:
        return _SAME
    folded = text.lower()
    if folded in _OLD_TRUE:
        return True
    if folded in _OLD_FALSE:
        return False
    if text[0] not in NUMERIC:
        return _SAME
    digits = text.replace("_", "")
    if _OLD_DECIMAL.fullmatch(text):
        return _integer(digits, 10)
    if _OLD_OCTAL.fullmatch(text):
        return _integer(digits, 8)
    if _OLD_BINARY.fullmatch(text):
        return _integer(digits.replace("0b", ""), 2)
    if _OLD_HEX.fullmatch(text):
        return _integer(digits.replace("0x", ""), 16)
    if _OLD_SIXTY.fullmatch(text):
        return _sixty(digits)
    if _OLD_FLOAT.fullmatch(text):
        return float(digits)
    return text if not _INFINITY.fullmatch(text) else _SAME


def _integer(digits: str, base: int) -> int:
    if len(digits) > MAX_DIGITS:
        raise NumberTooLongError(len(digits))
    return int(digits, base) if digits.strip("+-") else 0


def _sixty(text: str) -> int | float:
    sign = -1 if text.startswith("-") else 1
    total: float = 0
    for part in text.lstrip("+-").split(":"):
        total = total * 60 + (float(part) if "." in part else int(part))
    return sign * total
