"""The labels on the time axis of a timeline."""

from collections.abc import Iterator
from datetime import date

from validator.tenant.calendar_days import FOREVER, next_month

_MAX_YEARS_OF_MONTHS = 3
_MAX_YEAR_LABELS = 50


def axis_labels(begin: date, until: date) -> Iterator[tuple[date, str]]:
    """Yield days and their labels: months in a short window, years in a long one."""
    yield begin, f"{begin:%b %Y}"
    years = until.year - begin.year
    if years <= _MAX_YEARS_OF_MONTHS:
        day = next_month(begin)
        while day <= until and day != FOREVER:
            yield day, f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"
            day = next_month(day)
        return
    steps = (1, 10, 100, 1000)
    step = next((step for step in steps if years <= _MAX_YEAR_LABELS * step), steps[-1])
    for year in range(begin.year // step * step + step, until.year + 1, step):
        yield date(year, 1, 1), str(year)
