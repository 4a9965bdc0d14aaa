"""Format `ics` of `forecast`: a calendar with an all-day event for each day and file."""

import hashlib
from datetime import UTC, datetime, time, timedelta

from icalendar import Calendar
from icalendar import Event as Entry

from validator.findings.forecast_report import ForecastEvent, ForecastReport
from validator.findings.wording import counted
from validator.reporters.escaping import printable
from validator.reporters.forecast.wording import cleared_ids


def render(report: ForecastReport) -> str:
    """Return a calendar (RFC 5545). The same forecast gives the same bytes, UIDs included."""
    calendar = Calendar()
    calendar.add("prodid", "-//tenantlint//forecast//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "tenantlint")
    by_file: dict[tuple[object, str], list[ForecastEvent]] = {}
    for event in report.events:
        by_file.setdefault((event.date, event.file), []).append(event)
    for events in by_file.values():
        calendar.add_component(_entry(report, events))
    data: bytes = calendar.to_ical()
    return data.decode()


def _entry(report: ForecastReport, events: list[ForecastEvent]) -> Entry:
    day, file = events[0].date, events[0].file
    entry = Entry()
    known_by = hashlib.blake2b(f"{file}\0{day}".encode("utf-8", "backslashreplace"), digest_size=16)
    entry.add("uid", f"{known_by.hexdigest()}@tenantlint")
    entry.add("dtstamp", datetime.combine(report.begin, time(), UTC))
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(1))
    entry.add("transp", "TRANSPARENT")
    appears = [item for event in events for item in event.appears]
    clears = sum(len(event.clears) for event in events)
    if len(appears) == 1:
        summary = appears[0].message
    elif appears:
        summary = f"{counted(len(appears), 'finding')} in {file}"
    else:
        summary = f"{counted(clears, 'finding')} clear in {file}"
    entry.add("summary", printable(summary))
    lines = [file]
    lines += [f"{item.severity}: {item.id}: {item.message}" for item in appears]
    lines += [f"clears: {words}" for event in events for words in cleared_ids(event)]
    entry.add("description", "\n".join(map(printable, lines)))
    return entry
