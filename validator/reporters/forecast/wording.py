"""The texts of a forecast that several formats share."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from validator.findings.forecast_report import (
    CoverageGroup,
    DrawnTimeline,
    ForecastEvent,
    ForecastReport,
    SubscriptionBar,
)
from validator.findings.wording import counted, few, listing

_MAX_NAMES = 3


def headline(report: ForecastReport) -> str:
    """Return the summary of a forecast, on one line."""
    window = f"from {report.begin} to {report.until}"
    if not report.broken and report.failures and not report.timelines:
        return f"No forecast {window}"
    if not report.broken:
        return _changes_text(report, window) or f"Nothing changes {window}"
    verb = "was" if len(report.broken) == 1 else "were"
    places = [f"{file}{where}" for file, where in report.broken]
    unread = f"{few(places, _MAX_NAMES)} {verb} not checked because of YAML or schema findings"
    if not report.timelines:
        return f"No forecast {window}: {unread}"
    return f"{unread}; {_changes_text(report, window) or f'nothing changes elsewhere {window}'}"


def _changes_text(report: ForecastReport, window: str) -> str:
    """Return the numbers of findings and days; an empty string if there are no events."""
    if not report.events:
        return ""
    appears = sum(len(event.appears) for event in report.events)
    clears = sum(len(event.clears) for event in report.events)
    days = len({event.date for event in report.events})
    counts = f"{counted(appears, 'finding')} will appear and {clears:,} clear"
    return f"{counts} on {counted(days, 'day')} {window}"


def events_by_document(
    report: ForecastReport,
) -> dict[tuple[str, int], list[ForecastEvent]]:
    """Return the events of each document, by its file and index."""
    events: dict[tuple[str, int], list[ForecastEvent]] = {}
    for event in report.events:
        events.setdefault((event.file, event.document), []).append(event)
    return events


def cleared_ids(event: ForecastEvent) -> Iterator[str]:
    """Yield the id of each policy whose findings clear, with their number if there are several."""
    for id, number in Counter(id for id, _ in event.clears).items():
        yield id if number == 1 else f"{id} ({number:,} times)"


def term_text(bar: SubscriptionBar) -> str:
    """Return the term of a subscription, with its renewal, grace period and lapses."""
    words = f"{bar.start} to {bar.end}" if bar.end else f"from {bar.start}"
    if bar.is_renewing and bar.end:
        words += ", renews"
    elif bar.last and bar.last != bar.end:
        words += f", grace to {bar.last}"
    if not bar.is_serving:
        return f"{words}, does not serve"
    if bar.lapses:
        words += f", lapses {few([f'{first} to {last}' for first, last in bar.lapses], _MAX_NAMES)}"
    return words


def primary_text(bar: SubscriptionBar) -> str:
    """Return the days in the window on which a subscription is the primary; empty if none."""
    return listing(f"{first} to {last}" for first, last in bar.primary)


def outside_text(outside: int) -> str:
    """Return a text with the number of subscriptions not shown; empty if all are shown."""
    return f"{counted(outside, 'subscription')} with no day in the window" if outside else ""


def people_text(cover: CoverageGroup) -> str:
    """Return the first users in a group and the number of the others."""
    return few(cover.users, _MAX_NAMES)


def access_text(cover: CoverageGroup) -> str:
    """Return what a group is covered by: a licence, access without a licence, or no access."""
    return "no access" if cover.is_lost else cover.license or "access"


def cover_text(cover: CoverageGroup) -> str:
    """Return the users in a group, what they are covered by, and until when."""
    words = f"{people_text(cover)}: {access_text(cover)}"
    if cover.is_lost:
        return words
    return f"{words} until {cover.until}" if cover.until else f"{words} without an end"


def fall_texts(timeline: DrawnTimeline) -> Iterator[str]:
    """Yield the quantities that fall, one text for each day and subscription."""
    for (day, id), falls in groupby(timeline.falls, lambda fall: (fall.date, fall.subscription)):
        words = listing(f"{fall.service} from {fall.before} to {fall.after}" for fall in falls)
        yield f"{day}: {id}, {words}"
