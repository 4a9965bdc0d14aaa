"""Parses plain scalars by YAML 1.2's core schema, and finds those that YAML 1.1 reads differently.

Sources: YAML 1.2.2, section 10.3.2 (core schema); the YAML 1.1 type repository
(https://yaml.org/type/), with the float and int patterns as applied by PyYAML.
"""

import re
from functools import lru_cache
from itertools import product
from typing import TypeAlias

from validator.system.patterns import compiled

Scalar: TypeAlias = str | int | float | bool | None

MAX_DIGITS = 3_000
"""The largest number of digits in an integer.

Python limits conversions to 4,300 decimal digits; 3,000 hexadecimal digits are within that limit.
"""

# Longer texts are not read as YAML 1.1, because no user writes such a number by mistake.
_MAX_YAML11_LENGTH = 200

_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip

NULL_WORDS = frozenset(word for word, value in _WORDS.items() if value is None)
"""The texts of null."""

# The rare ones are compiled when they are first used.
_INFINITY = r"([-+]?)\.(?:inf|Inf|INF)"
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = r"0o[0-7]+"
_HEX = r"0x[0-9a-fA-F]+"
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")

_YAML11_TRUE = frozenset({"y", "yes", "on"})
_YAML11_FALSE = frozenset({"n", "no", "off"})
_YAML11_BINARY = r"[-+]?0b[01_]+"
_YAML11_OCTAL = r"[-+]?0[0-7_]+"
_YAML11_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_YAML11_HEX = r"[-+]?0x[0-9a-fA-F_]+"
_YAML11_SEXAGESIMAL = (
    r"[-+]?(?:[1-9][0-9_]*(?::[0-5]?[0-9])+|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)"
)
_YAML11_FLOAT = r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"

SPECIAL_WORDS = frozenset(_WORDS).union(
    "".join(letters)
    for word in _YAML11_TRUE | _YAML11_FALSE
    for letters in product(*((letter, letter.upper()) for letter in word))
)
"""The words that are not strings in at least one version of YAML."""

NUMERIC_CHARS = frozenset("0123456789+-.")
"""The first characters of the other texts that may not be strings in both versions of YAML."""

SPECIAL_FIRST_CHARS = NUMERIC_CHARS.union(word[0] for word in SPECIAL_WORDS if word)
"""The first characters of SPECIAL_WORDS, and NUMERIC_CHARS."""


class NumberTooLongError(ValueError):
    """Raised for a number with more than MAX_DIGITS digits."""


def parse_plain(text: str) -> tuple[Scalar, str | None]:
    """Return the core-schema value of a plain scalar, and a description of its YAML 1.1 value.

    The description is None if both versions agree. Raises NumberTooLongError.
    """
    value = parse_core(text)
    yaml11 = _parse_yaml11(text)
    if yaml11 is _SAME or (type(yaml11) is type(value) and yaml11 == value):
        return value, None
    return value, describe_scalar(yaml11)


MAX_CACHED_LENGTH = 32
"""The largest length of a text for `parse_plain_cached`. Dates and quantities often recur."""

parse_plain_cached = lru_cache(maxsize=10_000)(parse_plain)
"""`parse_plain` with a cache, for texts of at most MAX_CACHED_LENGTH characters."""


def parse_core(text: str) -> Scalar:
    """Return the value of a plain scalar in the core schema. Raises NumberTooLongError."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in NUMERIC_CHARS:
        return text
    if _INT.fullmatch(text):
        return _parse_int(text, 10)
    if _FLOAT.fullmatch(text):
        return float(text)
    if compiled(_OCTAL).fullmatch(text):
        return _parse_int(text[2:], 8)
    if compiled(_HEX).fullmatch(text):
        return _parse_int(text[2:], 16)
    if match := compiled(_INFINITY).fullmatch(text):
        return float(match[1] + "inf")
    return text


def describe_scalar(value: object) -> str:
    """Return a value as it would be written in YAML: `true`, `null`, `12`, `the string "no"`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the string "{value}"'
    return print_number(value) if isinstance(value, float) else str(value)


def print_number(number: float) -> str:
    """Return a number as text that both versions of YAML read as this number."""
    # YAML 1.1 has no number with an exponent but without a point.
    text = re.sub(r"^(-?[0-9]+)e", r"\1.0e", str(number))
    return text.replace("inf", ".inf").replace("nan", ".nan")


# Returned by _parse_yaml11 if YAML 1.1 has the same value as the core schema.
_SAME = object()


def _parse_yaml11(text: str) -> object:
    if not text or text in _WORDS or len(text) > _MAX_YAML11_LENGTH:
        return _SAME
    folded = text.lower()
    if folded in _YAML11_TRUE:
        return True
    if folded in _YAML11_FALSE:
        return False
    if text[0] not in NUMERIC_CHARS:
        return _SAME
    digits = text.replace("_", "")
    if _YAML11_DECIMAL.fullmatch(text):
        return _parse_int(digits, 10)
    # Most texts here are dates. Searching a character is faster than compiling a pattern.
    if text.lstrip("+-").startswith("0") and compiled(_YAML11_OCTAL).fullmatch(text):
        return _parse_int(digits, 8)
    if "b" in text and compiled(_YAML11_BINARY).fullmatch(text):
        return _parse_int(digits.replace("0b", ""), 2)
    if "x" in text and compiled(_YAML11_HEX).fullmatch(text):
        return _parse_int(digits.replace("0x", ""), 16)
    if ":" in text and compiled(_YAML11_SEXAGESIMAL).fullmatch(text):
        return _parse_sexagesimal(digits)
    if "." in text and compiled(_YAML11_FLOAT).fullmatch(text):
        return float(digits)
    return _SAME if "." in text and compiled(_INFINITY).fullmatch(text) else text


def _parse_int(digits: str, base: int) -> int:
    if len(digits) > MAX_DIGITS:
        raise NumberTooLongError(len(digits))
    return int(digits, base) if digits.strip("+-") else 0


def _parse_sexagesimal(text: str) -> int | float:
    sign = -1 if text.startswith("-") else 1
    total: float = 0
    for part in text.lstrip("+-").split(":"):
        total = total * 60 + (float(part) if "." in part else int(part))
    return sign * total
