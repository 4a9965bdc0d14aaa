"""Texts of a forecast that several formats share."""

from collections import Counter
from collections.abc import Iterator

from validator.findings.forecast_report import (
    CoverageGroup,
    ForecastEvent,
    ForecastReport,
    SubscriptionBar,
    Timeline,
)
from validator.findings.wording import counted, listing

_MAX_NAMES = 3


def headline(report: ForecastReport) -> str:
    """Return the summary of a forecast, on one line."""
    window = f"from {report.begin} to {report.until}"
    if not report.events:
        return f"Nothing changes {window}"
    appears = sum(len(event.appears) for event in report.events)
    clears = sum(len(event.clears) for event in report.events)
    days = len({event.date for event in report.events})
    counts = f"{counted(appears, 'finding')} will appear and {clears:,} clear"
    return f"{counts} on {counted(days, 'day')} {window}"


def cleared_ids(event: ForecastEvent) -> Iterator[str]:
    """Yield the id of each policy whose findings clear, with their number if there are several."""
    for id, number in Counter(id for id, _ in event.clears).items():
        yield id if number == 1 else f"{id} ({number:,} times)"


def term_text(bar: SubscriptionBar) -> str:
    """Return the term of a subscription, with its renewal or grace period."""
    words = f"{bar.start} to {bar.end}" if bar.end else f"from {bar.start}"
    if bar.is_renewing and bar.end:
        return f"{words}, renews"
    if bar.last and bar.last != bar.end:
        return f"{words}, grace to {bar.last}"
    return words if bar.is_serving else f"{words}, does not serve"


def outside_text(timeline: Timeline) -> str:
    """Return the number of subscriptions not shown, in words; an empty text if all are shown."""
    if not timeline.outside:
        return ""
    return f"{counted(timeline.outside, 'subscription')} with no day in the window"


def cover_text(cover: CoverageGroup) -> str:
    """Return who is covered until when, or has no access."""
    first = list(cover.users[:_MAX_NAMES])
    more = len(cover.users) - len(first)
    who = listing([*first, f"{more:,} more"] if more else first)
    if cover.is_lost:
        return f"{who}: no access"
    return f"{who}: covered until {cover.until}" if cover.until else f"{who}: covered on"
