"""The words of a forecast that its formats share."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from validator.findings.forecast_report import (
    CoverageGroup,
    ForecastEvent,
    ForecastReport,
    SubscriptionBar,
    Timeline,
)
from validator.findings.wording import counted, listing
from validator.tenant import terms

_MOST_NAMES = 3
_YEARS_OF_MONTHS = 3


def headline(outlook: ForecastReport) -> str:
    """Return what the forecast comes to, on one line."""
    window = f"from {outlook.begin} to {outlook.until}"
    if not outlook.events:
        return f"Nothing changes {window}"
    appears = sum(len(event.appears) for event in outlook.events)
    clears = sum(len(event.clears) for event in outlook.events)
    days = len({event.date for event in outlook.events})
    counts = f"{counted(appears, 'finding')} will appear and {clears:,} clear"
    return f"{counts} on {counted(days, 'day')} {window}"


def cleared(event: ForecastEvent) -> Iterator[str]:
    """Yield what clears, the findings of one id together."""
    for id, number in Counter(id for id, _ in event.clears).items():
        yield id if number == 1 else f"{id} ({number:,} times)"


def term(bar: SubscriptionBar) -> str:
    """Return the days of a subscription."""
    words = f"{bar.start} to {bar.end}" if bar.end else f"from {bar.start}"
    if bar.is_renewing and bar.end:
        return f"{words}, renews"
    if bar.last and bar.last != bar.end:
        return f"{words}, grace to {bar.last}"
    return words if bar.is_serving else f"{words}, does not serve"


def ticks(begin: date, until: date) -> Iterator[tuple[date, str]]:
    """Yield the days that a timeline names, and how: months, or for long windows years."""
    yield begin, f"{begin:%b %Y}"
    span = until.year - begin.year
    if span <= _YEARS_OF_MONTHS:
        day = terms.next_month(begin)
        while day <= until and day != terms.FOREVER:
            yield day, f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"
            day = terms.next_month(day)
        return
    step = next(step for step in (1, 10, 100, 1000) if span <= 50 * step or step == 1000)  # noqa: PLR2004
    for year in range(begin.year // step * step + step, until.year + 1, step):
        yield date(year, 1, 1), str(year)


def outside(timeline: Timeline) -> str:
    """Return what the picture leaves out; nothing if it has all subscriptions."""
    if not timeline.outside:
        return ""
    return f"{counted(timeline.outside, 'subscription')} with no day in the window"


def people(cover: CoverageGroup) -> str:
    """Return who is covered until then."""
    most = list(cover.users[:_MOST_NAMES])
    more = len(cover.users) - len(most)
    who = listing([*most, f"{more:,} more"] if more else most)
    if cover.is_lost:
        return f"{who}: no access"
    return f"{who}: covered until {cover.until}" if cover.until else f"{who}: covered on"
