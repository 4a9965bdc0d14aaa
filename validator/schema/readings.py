"""Readings of a text: the days, months, numbers, booleans and addresses that it can mean.

Functions that return a list put the likeliest reading first. The list is empty if there is none.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from validator.findings.wording import listing

_MAX_LENGTH = 100
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_QUOTES = "\"'`“”„‟‘’‚«»"
_CENTURY = 2000
_LIKELY_YEARS = range(2012, 2060)
_NO_VALUE = frozenset(
    {"none", "never", "nil", "n/a", "na", "-", "open-ended", "open ended", "indefinite", "no end",
     "geen", "nooit", "onbepaald"}
)  # fmt: skip

_MONTH_NAMES = (
    ("jan", "january", "januari"),
    ("feb", "february", "februari"),
    ("mar", "march", "maart", "mrt"),
    ("apr", "april"),
    ("may", "mei"),
    ("jun", "june", "juni"),
    ("jul", "july", "juli"),
    ("aug", "august", "augustus"),
    ("sep", "sept", "september"),
    ("oct", "october", "oktober", "okt"),
    ("nov", "november"),
    ("dec", "december"),
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}
"""The numbers of the months, by their English and Dutch names in lower case."""

_BESIDE_A_DAY = frozenset(
    {"mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "monday", "tuesday",
     "wednesday", "thursday", "friday", "saturday", "sunday", "ma", "di", "wo", "do", "vr", "za",
     "zo", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "of",
     "the", "on", "op", "de"}
)  # fmt: skip
"""Words beside a day that do not change it: the days of the week, "28th of February"."""

_TIME = re.compile(r"[T ]+[0-9]{1,2}:[0-9]{2}[0-9:.,]* ?(?:Z|UTC|GMT|[-+][0-9:]+)?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/. ])([0-9]{1,2})\2([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_COMPACT = re.compile(r"[0-9]{8}")
_WORDS = re.compile(r"[^\W\d_]+|[0-9]+")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{4})")
_YEAR_AND_MONTH = re.compile(r"([0-9]{4})(?:[-/. ]([0-9]{1,2})|([0-9]{2}))(?:[-/. ][0-9]{1,2})?")
_DAY_AND_SUFFIX = re.compile(r"(?<=[0-9])(?:st|nd|rd|th|e|de|ste)\b", re.IGNORECASE)

_NUMBER = re.compile(r"([-+]?[0-9][0-9.,'_ ]*)(?:[-\s]*([^\W\d_]+))?")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:([.,'_ ])[0-9]{3})(?:\1[0-9]{3})*")
_FACTORS = {
    "months": {"month": 1, "mo": 1, "m": 1, "maand": 1, "maanden": 1, "mnd": 1, "year": 12,
               "yr": 12, "y": 12, "jaar": 12, "jaren": 12},
    "days": {"day": 1, "d": 1, "w": 7, "dag": 1, "dagen": 1, "week": 7, "weken": 7},
    "": dict.fromkeys(
        ("seat", "user", "agent", "license", "licence", "licentie", "port", "unit", "piece", "pc",
         "stuk", "x", "named", "concurrent", "session", "minute", "call"), 1),
}  # fmt: skip
_TRUE = frozenset({"yes", "y", "true", "t", "on", "1", "ja", "j", "waar", "aan", "enabled"})
_FALSE = frozenset({"no", "n", "false", "f", "off", "0", "nee", "onwaar", "uit", "disabled"})


def cleaned(text: str) -> str:
    """Return a text without surrounding blanks and quotes, with ASCII digits and dashes."""
    if len(text) > _MAX_LENGTH:
        return ""
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip().strip(_QUOTES).strip()


def kebab_case(text: str) -> str:
    """Return a name such as "Mixed_Telephony" or "mixedTelephony" in kebab-case."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cleaned(text))
    return re.sub(r"[\s_.-]+", "-", words).strip("-").lower()


def days(text: str) -> list[str]:
    """Return the calendar days (YYYY-MM-DD) that a text can mean."""
    words = _TIME.sub("", cleaned(text)).strip()
    found: Iterable[tuple[int, int, int]] = ()
    if match := _YEAR_FIRST.fullmatch(words):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
        found = [(year, month, day), *([] if _is_day(year, month, day) else [(year, day, month)])]
    elif match := _YEAR_LAST.fullmatch(words):
        found = _year_last(int(match[1]), int(match[3]), match[4], dotted=match[2] == ".")
    elif _COMPACT.fullmatch(words):
        year_first = (int(words[:4]), int(words[4:6]), int(words[6:]))
        day_first = (int(words[4:]), int(words[2:4]), int(words[:2]))
        found = [year_first] if _is_day(*year_first) else [day_first]
    else:
        found = _in_words(words)
    readings = dict.fromkeys(parts for parts in found if _is_day(*parts))
    likely = [parts for parts in readings if parts[0] in _LIKELY_YEARS]
    return [date(*parts).isoformat() for parts in likely or readings]


def not_a_day(text: str) -> str:
    """Return the message that a text is not a calendar day, with the days to write instead."""
    return f"{text} is not a calendar day (YYYY-MM-DD){_to_write(days(text))}"


def last_day_of_month(text: str) -> str | None:
    """Return the last day of the month for a day after it, such as 2027-02-30."""
    match = _YEAR_FIRST.fullmatch(cleaned(text))
    if match is None or not _is_day(int(match[1]), int(match[3]), 1) or int(match[4]) > 31:  # noqa: PLR2004
        return None
    year, month = int(match[1]), int(match[3])
    return date(year, month, monthrange(year, month)[1]).isoformat()


def _year_last(
    first: int, second: int, year: str, *, dotted: bool
) -> Iterator[tuple[int, int, int]]:
    """Yield the readings of three numbers. With dots, the day comes first."""
    full = int(year) if len(year) == 4 else _CENTURY + int(year)  # noqa: PLR2004
    yield full, second, first
    if not dotted:
        yield full, first, second
        if len(year) == 2:  # noqa: PLR2004
            yield _CENTURY + first, second, int(year)


def _in_words(words: str) -> list[tuple[int, int, int]]:
    """Return the day in a text such as "28 Feb 2027" or "Sunday, February 28th, 2027"."""
    parts = [part.lower() for part in _WORDS.findall(_DAY_AND_SUFFIX.sub("", words))]
    months = [MONTHS[part] for part in parts if part in MONTHS]
    numbers = [part for part in parts if part.isdecimal()]
    others = {*parts} - _BESIDE_A_DAY - MONTHS.keys() - {*numbers}
    if len(months) != 1 or len(numbers) != 2 or others:  # noqa: PLR2004
        return []
    if len(numbers[0]) == 4:  # noqa: PLR2004
        numbers.reverse()
    year = int(numbers[1]) + (_CENTURY if len(numbers[1]) == 2 else 0)  # noqa: PLR2004
    return [(year, months[0], int(numbers[0]))]


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]  # noqa: PLR2004


def months(text: str) -> list[str]:
    """Return the months (YYYY-MM) that a text can mean; a day means its month."""
    words = cleaned(text)
    year, month = 0, 0
    if match := _YEAR_AND_MONTH.fullmatch(words):
        year, month = int(match[1]), int(match[2] or match[3])
    elif match := _MONTH_FIRST.fullmatch(words):
        year, month = int(match[2]), int(match[1])
    else:
        parts = [part.lower() for part in _WORDS.findall(words)]
        names = [MONTHS[part] for part in parts if part in MONTHS]
        years = [int(part) for part in parts if part.isdecimal() and len(part) == 4]  # noqa: PLR2004
        if len(parts) == 2 and len(names) == len(years) == 1:  # noqa: PLR2004
            year, month = years[0], names[0]
    if _is_day(year, month, 1):
        return [f"{year:04}-{month:02}"]
    return list(dict.fromkeys(day[:7] for day in days(words)))


def not_a_month(text: str) -> str:
    """Return the message that a text is not a month, with the months to write instead."""
    return f"{text} is not a month (YYYY-MM){_to_write(months(text))}"


def _to_write(readings: Sequence[str]) -> str:
    return f"; write {listing(readings, 'or')}" if readings else ""


def numbers(text: str, key: str) -> list[int | float]:
    """Return the numbers that a text such as "36 months" or "1.000" can mean.

    A unit of time is converted to months or days if `key` ends with that word.
    """
    match = _NUMBER.fullmatch(cleaned(text))
    if match is None:
        is_none = cleaned(text).lower() in _FALSE or is_no_value(text)
        return [0] if is_none and key.endswith("days") else []
    factor = 1
    if match[2]:
        counted = next((unit for unit in ("months", "days") if key.endswith(unit)), "")
        unit = match[2].lower()
        factors = _FACTORS[counted]
        factor = factors.get(unit, factors.get(unit.removesuffix("s"), 0))
    return [number * factor for number in _plain_numbers(match[1].strip())] if factor else []


def _plain_numbers(digits: str) -> Iterator[int | float]:
    """Yield the values of a number with or without separators."""
    thousands = _THOUSANDS.fullmatch(digits)
    if thousands:
        yield int(re.sub(r"[.,'_ ]", "", digits))
    # A single comma or point with three digits after it may also be a decimal separator.
    if digits.count(",") + digits.count(".") == 1 or not thousands:
        try:
            value = float(digits.replace(",", "."))
        except ValueError:
            return
        yield int(value) if value == int(value) else value


def booleans(text: str) -> list[bool]:
    """Return the boolean that a word means, in English or Dutch."""
    word = cleaned(text).lower()
    return [True] if word in _TRUE else [False] if word in _FALSE else []


def addresses(text: str) -> list[str]:
    """Return the e-mail address in a text such as "Maud <maud@harbour.example>"."""
    words = cleaned(text)
    if match := re.fullmatch(r"[^<>]*<([^<>]*)>", words):
        words = match[1].strip()
    words = re.sub(r"^mailto:", "", words, flags=re.IGNORECASE)
    words = re.sub(r"\s*(?:\(at\)|\[at\]|\s+at\s+)\s*", "@", words, flags=re.IGNORECASE)
    words = re.sub(r"\s*(@)\s*", r"\1", words).rstrip(".,;")
    return [words]


def is_no_value(text: str) -> bool:
    """Return whether a text means that there is no value."""
    return cleaned(text).lower() in _NO_VALUE
