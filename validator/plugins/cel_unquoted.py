"""Find texts and days without quotes in CEL expressions."""

import re
from collections.abc import Iterator

from validator.findings.wording import did_you_mean
from validator.plugins.cel_place import COMPARED, Place, place_of
from validator.plugins.cel_schema import Scope
from validator.schema.formats import is_date

_UNQUOTED_DAY = re.compile(r"(?<![\w\"'.-])(\d{4})-(\d\d?)-(\d\d?)(?![\w\"'-])")
_OPERATORS = re.compile(r"\b(?:and|or|not|in|is|contains)\b")


def unquoted_days(source: str) -> Iterator[tuple[str, int]]:
    """Yield a message about each day without quotes, which is a subtraction, and its offset."""
    for match in _UNQUOTED_DAY.finditer(place_of(source, None).part):
        if is_date(day := _in_full(match)):
            yield f'{match[0]} is a subtraction; write day("{day}")', match.start()


def _in_full(day: re.Match[str]) -> str:
    """Return a day with two digits in the month and the day."""
    return f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}"


def unquoted_day(message: str, place: Place) -> str:
    """Return the day in quotes that is next to an error without quotes (2026-1-1), or "".

    A sum only has the days directly beside its sign.
    """
    days = list(_UNQUOTED_DAY.finditer(place.part))
    if re.search(r"'_[-+]_'", message):
        days = [day for day in days if not _between(day, place).strip("+- ")]
    day = min(days, key=lambda day: len(_between(day, place)), default=None)
    return f'"{_in_full(day)}"' if day else ""


def _between(match: re.Match[str], place: Place) -> str:
    """Return the text between a match and an error."""
    offset = place.offset
    after = offset < match.start()
    return place.part[offset : match.start()] if after else place.part[match.end() : offset]


def unquoted_text(message: str, scope: Scope, place: Place) -> str:
    """Return a text without quotes that a field is compared with, or an empty string.

    Examples: `webex-calling`, `flex-3`, `Customer care`, `active`, which is also a variable.
    """
    if "Syntax error" in message:
        words = place.match(r"(?:(?<=[=!]=)|\A)\s*[A-Za-z_]\w*(?: +[A-Za-z_]\w*)+\s*\Z")
        return words[0].strip() if words and not _OPERATORS.search(words[0]) else ""
    if re.search(r"\(string, list\(", message):
        name = place.match(rf"{COMPARED}(\w+)\s*\Z")
        return name[3] if name and name[3] in scope.variables else ""
    if re.search(r"undeclared|\(string, int\)", message):
        joined = place.match(r"(?:[=!]=|\[(?:[^]]*,)?)\s*([A-Za-z_]\w*)((?:-\w+)+)(?![\w.(])")
        is_known = joined is None or bool(did_you_mean(joined[1], sorted(scope.variables)))
        return "" if is_known or joined is None else joined[1] + joined[2]
    return ""
