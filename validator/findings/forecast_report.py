"""What time alone will do: all that a reporter of a forecast may use."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from validator.findings.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Event:
    """What appears and clears in a document on a day; what clears, by its id and path."""

    date: date
    file: str
    document: int
    tenant: str | None
    appears: tuple[Diagnostic, ...]
    clears: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A subscription on a timeline.

    `end` is the last day of its term and `last` that with grace, each None where there is none;
    `renews` tells whether it renews by itself after `end`, `serves` whether its status lets it
    serve. `primary` are the stretches of days within the window on which it is the primary,
    `lapses` the days without service.
    """

    id: str
    name: str
    start: date
    end: date | None
    last: date | None
    renews: bool
    serves: bool
    primary: tuple[tuple[date, date], ...]
    lapses: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Cover:
    """Users who are covered by a licence until the same day; None: without an end.

    `users` are their names in messages. A `license` of None is access by assignments that name
    no licence. Users without access today have `lost`.
    """

    until: date | None
    users: tuple[str, ...]
    lost: bool = False
    license: str | None = None


class Fall(NamedTuple):
    """A quantity of a service in a subscription that is lower from a day on."""

    date: date
    subscription: str
    service: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture of one tenant; `outside` counts the subscriptions with no day in the window."""

    file: str
    document: int
    tenant: str
    name: str
    bars: tuple[Bar, ...]
    covers: tuple[Cover, ...]
    falls: tuple[Fall, ...] = ()
    outside: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """The outcome of a forecast, from the first day to the last.

    `standing` are the findings of the first day, `events` what changes after it, sorted by
    date, file and document. `judged` counts the days on which a document was looked at.
    """

    begin: date
    until: date
    files: tuple[str, ...]
    standing: tuple[Diagnostic, ...]
    events: tuple[Event, ...]
    timelines: tuple[Timeline, ...]
    failures: tuple[str, ...] = ()
    judged: int = 0
    color: bool = False
    width: int = 100
