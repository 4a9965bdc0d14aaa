"""Format `ics` of `forecast`: a calendar with an all-day entry for each day and file."""

from collections.abc import Mapping

from validator.findings.forecast_report import ForecastEvent, ForecastReport
from validator.findings.wording import counted
from validator.reporters.calendar import CalendarEntry, render_calendar
from validator.reporters.forecast.wording import cleared_ids
from validator.reporters.notes import eased_line, text_notes
from validator.system.printable import printable


def render(report: ForecastReport) -> str:
    """Return a calendar (RFC 5545). The same forecast results in the same bytes and UIDs."""
    by_file: dict[tuple[object, str], list[ForecastEvent]] = {}
    for event in report.events:
        by_file.setdefault((event.date, event.file), []).append(event)
    names = {(item.file, item.document): item.name for item in report.timelines}
    entries = (_entry(events, names) for events in by_file.values())
    assumed = text_notes(report.assumed)
    causes = [*text_notes((), report.incomplete), *eased_line(report.eased)]
    return render_calendar("forecast", report.begin, entries, assumed, causes)


def _entry(events: list[ForecastEvent], names: Mapping[tuple[str, int], str]) -> CalendarEntry:
    """Return the entry of a day and a file. `names` has the names of the tenants in documents."""
    day, file = events[0].date, events[0].file
    appears = [item for event in events for item in event.appears]
    clears = sum(len(event.clears) for event in events)
    if len(appears) == 1:
        summary = appears[0].message
    elif appears:
        summary = f"{counted(len(appears), 'finding')} in {file}"
    else:
        summary = f"{counted(clears, 'finding')} {'clears' if clears == 1 else 'clear'} in {file}"
    named = {names.get((event.file, event.document)) for event in events}
    if len(named) == 1 and (name := named.pop()):
        summary = f"{name}: {summary}"
    lines = [file]
    lines += [f"{item.severity}: {item.id}: {item.message}" for item in appears]
    lines += [f"clears: {words}" for event in events for words in cleared_ids(event)]
    description = "\n".join(map(printable, lines))
    return CalendarEntry(f"{file}\0{day}", day, printable(summary), description)
