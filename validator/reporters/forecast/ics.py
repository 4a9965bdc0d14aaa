"""Format `ics` of `forecast`: a calendar with an all-day entry for each day and file."""

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
    assumed = text_notes(report.assumed)
    causes = [*text_notes((), report.incomplete), *eased_line(report.eased)]
    return render_calendar("forecast", report.begin, map(_entry, by_file.values()), assumed, causes)


def _entry(events: list[ForecastEvent]) -> CalendarEntry:
    day, file = events[0].date, events[0].file
    appears = [item for event in events for item in event.appears]
    clears = sum(len(event.clears) for event in events)
    if len(appears) == 1:
        summary = appears[0].message
    elif appears:
        summary = f"{counted(len(appears), 'finding')} in {file}"
    else:
        summary = f"{counted(clears, 'finding')} {'clears' if clears == 1 else 'clear'} in {file}"
    lines = [file]
    lines += [f"{item.severity}: {item.id}: {item.message}" for item in appears]
    lines += [f"clears: {words}" for event in events for words in cleared_ids(event)]
    description = "\n".join(map(printable, lines))
    return CalendarEntry(f"{file}\0{day}", day, printable(summary), description)
