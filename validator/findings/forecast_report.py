"""The report of a forecast: the input of the reporters of `forecast`."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from validator.findings.diagnostic import Diagnostic
from validator.findings.wording import cannot_look_at


@dataclass(frozen=True, slots=True)
class ForecastEvent:
    """The findings of a document that appear or clear on a day.

    `clears` are the ids and paths of the findings that are no longer reported.
    """

    date: date
    file: str
    document: int
    tenant: str | None
    appears: tuple[Diagnostic, ...]
    clears: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SubscriptionBar:
    """A subscription on a timeline.

    `end` is the last day of the term, `last` the last day of the grace period; None if there is
    no end. With `is_renewing` the subscription renews automatically after `end`. `is_serving`
    tells whether its status allows it to serve. `primary` are the ranges of days, first and last
    day, on which the subscription is the primary in the window, `lapses` those without service
    that touch the window.
    """

    id: str
    name: str
    start: date
    end: date | None
    last: date | None
    is_renewing: bool
    is_serving: bool
    primary: tuple[tuple[date, date], ...]
    lapses: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageGroup:
    """Users who are covered by a licence until the same day; `until` is None if it has no end.

    A `license` of None is access by assignments that name no licence. `users` are their labels,
    as in messages, `numbers` their positions in the file. Users who have no access on the first
    day are a group of their own, with `is_lost`.
    """

    until: date | None
    users: tuple[str, ...]
    is_lost: bool = False
    license: str | None = None
    numbers: tuple[int, ...] = ()


class QuantityFall(NamedTuple):
    """A quantity of a service in a subscription that is lower from a day on.

    `number` is the position of the subscription's bar.
    """

    date: date
    subscription: str
    service: str
    before: int
    after: int
    number: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The subscriptions and the coverage of one tenant.

    `outside` is the number of subscriptions that have no day in the window.
    """

    file: str
    document: int
    tenant: str
    name: str
    bars: tuple[SubscriptionBar, ...]
    covers: tuple[CoverageGroup, ...]
    falls: tuple[QuantityFall, ...] = ()
    outside: int = 0


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """The result of a forecast for the days from `begin` to `until`, both included.

    `initial` are the findings of the first day. `events` are the changes after it, sorted by
    date, file and document. `failures` are the causes of exit code 2, one line each. `broken` names
    the files and documents that break YAML or a schema, so that no policy looked at them.
    `evaluations` is how often a file was evaluated, `assumed` are the assumptions of the run.
    `color` and `width`, in characters, are for reporters that print to a terminal.
    """

    begin: date
    until: date
    files: tuple[str, ...]
    initial: tuple[Diagnostic, ...]
    events: tuple[ForecastEvent, ...]
    timelines: tuple[Timeline, ...]
    failures: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    evaluations: int = 0
    assumed: tuple[str, ...] = ()
    color: bool = False
    width: int = 100

    @property
    def incomplete(self) -> tuple[str, ...]:
        """Why the forecast is not complete, one line each."""
        return (*self.failures, *map(cannot_look_at, self.broken))
