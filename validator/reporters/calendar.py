"""Writes a calendar with all-day entries as text. Source: RFC 5545."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from validator.tenant.calendar_days import FOREVER, day_after

# The standard allows 75 octets, but common libraries fold at 74.
_MAX_OCTETS = 74
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


class CalendarEntry(NamedTuple):
    """An all-day entry. Its UID is derived from `identity`."""

    identity: str
    day: date
    summary: str
    description: str


def render_calendar(
    product: str,
    created: date,
    entries: Iterable[CalendarEntry],
    assumed: Sequence[str] = (),
    causes: Sequence[str] = (),
) -> str:
    """Return a calendar. The same entries result in the same bytes and UIDs.

    `assumed` holds lines about assumptions, `causes` lines that say why the calendar is not
    complete. Both are added to the name of the calendar and to its entries. Assumptions are also
    part of the UIDs, so that an assumed entry never replaces a real one.
    """
    notes = (*assumed, *causes)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//tenantlint//{product}//EN"]
    lines += [f"X-WR-CALNAME:{'. '.join(('tenantlint', *notes)).translate(_ESCAPES)}"]
    for entry in entries:
        lines += _entry_lines(_noted(entry, assumed, notes), created)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _noted(entry: CalendarEntry, assumed: Sequence[str], notes: Sequence[str]) -> CalendarEntry:
    return entry._replace(
        identity="\0".join((*assumed, entry.identity)),
        description="\n".join((*notes, entry.description)),
    )


def _entry_lines(entry: CalendarEntry, created: date) -> Iterator[str]:
    data = entry.identity.encode("utf-8", "backslashreplace")
    yield "BEGIN:VEVENT"
    yield f"SUMMARY:{entry.summary.translate(_ESCAPES)}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    if entry.day < FOREVER:  # an entry without an end lasts one day
        yield f"DTEND;VALUE=DATE:{day_after(entry.day):%Y%m%d}"
    yield f"DTSTAMP:{created:%Y%m%d}T000000Z"
    yield f"UID:{hashlib.blake2b(data, digest_size=16).hexdigest()}@tenantlint"
    yield f"DESCRIPTION:{entry.description.translate(_ESCAPES)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _folded(line: str) -> Iterator[str]:
    """Yield the parts of a line, each at most 74 octets long, without splitting a character."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode("utf-8", "backslashreplace"))
        if size + octets > _MAX_OCTETS:
            yield part
            part, size = " ", 1
        part += character
        size += octets
    yield part
