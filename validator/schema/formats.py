"""The string formats of the schemas."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from validator.system.patterns import compiled

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The Mailbox of RFC 5321, with the non-ASCII letters of RFC 6531.
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
EMAIL = (
    rf'\A(?:{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*")'
    rf"@(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Za-z:.]+\])\Z"
)
"""The pattern of a text that is an e-mail address."""
MAX_EMAIL_LENGTH = 254


def is_date(text: str) -> bool:
    """Return whether a text is an RFC 3339 full-date that exists in the calendar."""
    try:
        date_of(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=10_000)
def date_of(text: str) -> date:
    """Return the day of an RFC 3339 full-date. Raises ValueError for another text."""
    if not _DATE.fullmatch(text):
        raise ValueError("not of the form YYYY-MM-DD")
    return date.fromisoformat(text)


def is_email(text: str) -> bool:
    """Return whether a text is an RFC 5321 mailbox."""
    return len(text) <= MAX_EMAIL_LENGTH and compiled(EMAIL).match(text) is not None


FORMATS: Mapping[str, Callable[[str], bool]] = {"date": is_date, "email": is_email}
"""The test function for each format."""
