"""Parse times in exports, such as `2022-06-23T18:53:09.064Z`."""

from datetime import date

from validator.schema.formats import is_date


def day_of(text: str) -> date | None:
    """Return the day of an ISO 8601 time in its own time zone; None if the text is not a time."""
    day, rest = text[:10], text[10:11]
    return date.fromisoformat(day) if is_date(day) and rest in ("", "T", " ") else None
