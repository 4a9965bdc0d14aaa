"""The calendar, compared with a library that reads and writes RFC 5545."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from validator.reporters.calendar import CalendarEntry, render_calendar

texts = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]) | st.sampled_from(";,\\\n:é€🌍"),
    max_size=200,
).filter(lambda text: text == text.strip())
entries = st.builds(
    CalendarEntry,
    st.text(max_size=30),
    st.dates(date(1970, 1, 1), date(9999, 12, 30)),
    texts,
    texts,
)


@given(st.lists(entries, max_size=4))
def test_a_library_reads_the_same_entries(wanted: list[CalendarEntry]) -> None:
    text = render_calendar("test", date(2026, 5, 1), wanted)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    events: Any = Calendar.from_ical(text).walk("VEVENT")
    found = [
        (event["dtstart"].dt, event["dtend"].dt, str(event["summary"]), str(event["description"]))
        for event in events
    ]
    assert found == [
        (item.day, item.day + timedelta(1), item.summary, item.description) for item in wanted
    ]
    assert len({str(event["uid"]) for event in events}) == len(
        {item.identity.encode("utf-8", "backslashreplace") for item in wanted}
    )


# The library takes a backslash before N for a line break.
@given(texts.filter(lambda text: "\\N" not in text))
def test_text_is_escaped_as_by_the_library(summary: str) -> None:
    event = Event()
    event.add("summary", summary)
    text = render_calendar("test", date(2026, 5, 1), [CalendarEntry("x", date.max, summary, "")])
    theirs = event.to_ical().decode().split("\r\n", 1)[1].rpartition("END:VEVENT")[0]
    assert theirs.replace("\r\n ", "") in text.replace("\r\n ", "")
