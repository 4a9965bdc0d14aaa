"""Calculations with calendar days and months.

A day is a `date`. FOREVER, the last day of the calendar, means "never ends". A result after the
end of the calendar is also FOREVER.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

FOREVER = date.max
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = timedelta(1)


def plus_days(day: date, days: int) -> date:
    """Return the day a number of days later; FOREVER after the end of the calendar."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return FOREVER


def day_after(day: date) -> date:
    """Return the next day; FOREVER after FOREVER."""
    return day if day == FOREVER else day + _DAY


def day_before(day: date) -> date:
    """Return the previous day. Raises OverflowError for the first day of the calendar."""
    return day - _DAY


def plus_months(day: date, months: int) -> date:
    """Return the day a number of months later; FOREVER after the end of the calendar.

    If the month has no such day, the result is the last day of the month. Before the first day of
    the calendar, the result is that day.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > FOREVER.year:
        return FOREVER
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(day: date, later: date) -> int:
    """Return the number of months from the month of a day to that of a later day."""
    return (later.year - day.year) * 12 + later.month - day.month


@lru_cache(maxsize=1024)
def month_days(month: str) -> tuple[date, date]:
    """Return the first and the last day of a month (YYYY-MM)."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def month_of(day: date) -> str:
    """Return the month of a day as YYYY-MM."""
    return f"{day.year:04}-{day.month:02}"


def next_month(day: date) -> date:
    """Return the first day of the next month; FOREVER after the last month of the calendar."""
    if (day.year, day.month) == (FOREVER.year, FOREVER.month):
        return FOREVER
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def seconds(day: date) -> int:
    """Return the start of a day (00:00 UTC) in seconds since 1970."""
    return (day.toordinal() - _EPOCH) * 86_400


def until_text(day: date) -> str:
    """Return "until 2026-12-31", or "without an end"."""
    return "without an end" if day == FOREVER else f"until {day}"
