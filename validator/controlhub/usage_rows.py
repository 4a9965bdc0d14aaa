"""Parse the cells of a usage report: months, services and quantities."""

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from validator.findings.wording import shortened
from validator.schema.readings import MONTHS
from validator.schema.vocabulary import LICENSE_NAMES, meant_value, plain, service_of_license

DecimalMark = Literal[".", ","]

# The month without a separator has two digits; 46113 is a day as a number in a spreadsheet.
_YEAR_FIRST = re.compile(r"([0-9]{4})(?:[-/. ](1[0-2]|0?[1-9])|(0[1-9]|1[0-2]))")
_YEAR_LAST = re.compile(r"(0?[1-9]|1[0-2])[-/. ]([0-9]{4})")
_TIME = (
    r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
    r"(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_YEAR_FIRST_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})" + _TIME)
_YEAR_LAST_DAY = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})" + _TIME)
_WORDS = re.compile(r"(?:([0-9]{1,2})[- ])?([^\W\d_]+)\.?[- ,']+([0-9]{4}|[0-9]{2})")
_MARKS: tuple[tuple[DecimalMark, str], ...] = ((".", ","), (",", r"\."))
"""The decimal marks, each with the pattern of the thousands separator."""
_NUMBERS: dict[DecimalMark, re.Pattern[str]] = {
    mark: re.compile(
        r"(?:[0-9]+|[1-9][0-9]{0,2}(?:(?: [0-9]{3})+|(?:" + other + r"[0-9]{3})+))"
        r"(?:" + re.escape(mark) + r"[0-9]+)?"
    )
    for mark, other in _MARKS
}
"""The pattern of a number, by its decimal mark."""
_DIGITS_AND_MARKS = re.compile(r"[0-9]+(?:[ .,]+[0-9]+)+")
_TOTALS = frozenset(("total", "totals", "grand total", "sum", "totaal", "overall"))
_MAX_DIGITS = 18
_LAST_MONTH = 12
_SERVICES = tuple(LICENSE_NAMES)
_SHORT_YEAR = 2


class NotUnderstood(NamedTuple):
    """The reason why a cell cannot be read."""

    reason: str


def parse_month(text: str) -> str | NotUnderstood:
    """Return the month of a cell as YYYY-MM. The cell may have a day of that month, and a time."""
    text = _with_single_blanks(text)
    year, month, day = 0, 0, 1
    if match := _YEAR_FIRST.fullmatch(text):
        year, month = int(match[1]), int(match[2] or match[3])
    elif match := _YEAR_FIRST_DAY.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _YEAR_LAST.fullmatch(text):
        year, month = int(match[2]), int(match[1])
    elif match := _YEAR_LAST_DAY.fullmatch(text):
        first, second, year = (int(part) for part in match.groups())
        if first <= _LAST_MONTH and second <= _LAST_MONTH and first != second:
            return NotUnderstood(f"the month of {shortened(text)} is ambiguous; write {year}-MM")
        month, day = (first, second) if second > _LAST_MONTH else (second, first)
    elif (match := _WORDS.fullmatch(text)) and match[2].lower() in MONTHS:
        year = int(match[3]) + (2000 if len(match[3]) == _SHORT_YEAR else 0)
        month, day = MONTHS[match[2].lower()], int(match[1] or 1)
    if not _is_day(year, month, day):
        return NotUnderstood(f"{shortened(text) or 'an empty cell'} is not a month such as 2026-04")
    return f"{year:04}-{month:02}"


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def parse_service(text: str) -> str | None:
    """Return the service that a cell names; None if tenant files have no such service."""
    if text in LICENSE_NAMES:
        return text
    return service_of_license(text) or meant_value(text, _SERVICES)


def is_total(text: str) -> bool:
    """Return whether a cell marks its row as a total."""
    return plain(text) in _TOTALS


def decimal_mark(cells: Collection[str]) -> DecimalMark | None:
    """Return the decimal mark of a column; None if no number shows it, or if numbers differ.

    A number shows the mark with which alone it can be read: `1,234.5`, `0,125` and `1234.500`, but
    not `1,234`. Other text shows none.
    """
    marks = {
        read[0] for cell in cells if len(read := _possible_marks(_with_single_blanks(cell))) == 1
    }
    return marks.pop() if len(marks) == 1 else None


def _possible_marks(number: str) -> list[DecimalMark]:
    """Return the decimal marks with which a text can be read as a number."""
    return [mark for mark, pattern in _NUMBERS.items() if pattern.fullmatch(number)]


def _with_single_blanks(text: str) -> str:
    return " ".join(text.split())


def parse_quantity(text: str, mark: DecimalMark | None) -> float | int | NotUnderstood:
    """Return the number in a cell; `mark` is the decimal mark of its column.

    The digits before the mark may be in groups of three.
    """
    text = _with_single_blanks(text)
    if mark is None and _may_be_thousands(text):
        return NotUnderstood(
            f"{shortened(text)} may have a thousands separator; write it without one, and with a "
            "decimal point and two decimals"
        )
    if not _NUMBERS[mark or "."].fullmatch(text):
        if _DIGITS_AND_MARKS.fullmatch(text):
            reason = "separators that do not group the digits by three; write it without them"
            return NotUnderstood(f"{shortened(text)} has {reason}")
        return NotUnderstood(f"{shortened(text) or 'an empty cell'} is not a number of 0 or more")
    other = "." if mark == "," else ","
    number = text.replace(" ", "").replace(other, "").replace(",", ".")
    if len(number) > _MAX_DIGITS or ("." in number and Decimal(number) != _kept(number)):
        return NotUnderstood(f"{shortened(text)} has too many digits to be kept exactly; round it")
    if "." not in number:
        return int(number)
    value = float(number)
    return int(value) if value == int(value) else value


def _kept(number: str) -> Decimal:
    """Return the number that a document has for a number with decimals."""
    return Decimal(str(float(number)))


def _may_be_thousands(number: str) -> bool:
    """Return whether a mark in a number may be a thousands separator."""
    marks = _possible_marks(number)
    return bool(marks) and ("," in number or ("." in number and len(marks) > 1))
