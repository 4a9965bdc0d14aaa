"""The report of a forecast: the input of the `forecast` reporters."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from validator.findings.diagnostic import Diagnostic
from validator.findings.wording import cannot_look_at


@dataclass(frozen=True, slots=True)
class ForecastEvent:
    """The findings of a document that appear or clear on a day.

    `clears` has the ids and paths of the findings that are no longer reported.
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

    `end` is the last day of the term and `last` the last day of the grace period; both are None if
    there is no end. `is_renewing`: the subscription renews automatically after `end`.
    `is_serving`: its status allows it to serve. `primary` has the ranges of days (first and last
    day) in the window on which the subscription is the primary. `lapses` has the ranges of days
    without service that overlap the window.
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
    """Users who are covered by a licence until the same day; `until` is None if there is no end.

    `license` is None for access by assignments that name no licence. `users` has the labels of the
    users, as in messages, and `numbers` their positions in the file. Users without access on the
    first day are a separate group with `is_lost`.
    """

    until: date | None
    users: tuple[str, ...]
    is_lost: bool = False
    license: str | None = None
    numbers: tuple[int, ...] = ()


class QuantityFall(NamedTuple):
    """A quantity of a service in a subscription that decreases on a day.

    `number` is the position of the subscription's bar.
    """

    date: date
    subscription: str
    service: str
    before: int
    after: int
    number: int


@dataclass(frozen=True, slots=True)
class DrawnTimeline:
    """The subscriptions and the coverage of one tenant.

    `outside` is the number of subscriptions without a day in the window.
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

    `initial` has the findings of the first day. `events` has the changes after it, sorted by date,
    file and document. `failures` has the causes of exit code 2, one line each. `broken` has the
    files with YAML or schema errors, on which no policy could run; each with which of its documents
    has them, or an empty string. `assumed` has the assumptions of the run. `eased` has the ways in
    which the configuration weakens the forecast, as in `Report`. `color` and `width` (in
    characters) are for reporters that print to a terminal.
    """

    begin: date
    until: date
    files: tuple[str, ...]
    initial: tuple[Diagnostic, ...]
    events: tuple[ForecastEvent, ...]
    timelines: tuple[DrawnTimeline, ...]
    failures: tuple[str, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()
    eased: tuple[str, ...] = ()
    color: bool = False
    width: int = 100

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The reasons why the forecast is incomplete, one line each."""
        return (*self.failures, *(cannot_look_at(*place) for place in self.broken))
