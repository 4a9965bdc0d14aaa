"""What a picture of a plan shows: subscriptions, and seats over time against people."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from validator.findings.forecast_report import SubscriptionBar


class SeatStep(NamedTuple):
    """The seats and the people who need one from a day on, until the next step.

    `seats` is None where nobody knows how many there are. `missing` is the number of people for
    whom there is no seat.
    """

    first: date
    seats: int | None
    people: int
    missing: int


class SeatChart(NamedTuple):
    """The seats of an agent licence over the days of the window.

    `subscription` is an id, None for the sum of the named subscriptions. `license` is None for
    both agent licences together. `is_concurrent` tells whether people share the seats. The first
    step begins on the first day.
    """

    subscription: str | None
    license: str | None
    is_concurrent: bool
    steps: tuple[SeatStep, ...]

    @property
    def is_short(self) -> bool:
        """Whether people have no seat on a day."""
        return any(step.missing for step in self.steps)


class PlanPicture(NamedTuple):
    """The subscriptions of a tenant that have a day in the window, and the charts of seats.

    `rows` is the position of the bar that references to an id mean. `outside` is the number of
    subscriptions that have no day in the window. `totals` are the charts of all named
    subscriptions, `seats` those of one subscription, where a person needs a seat on some day.
    """

    bars: tuple[SubscriptionBar, ...]
    rows: Mapping[str, int]
    outside: int
    totals: tuple[SeatChart, ...]
    seats: tuple[SeatChart, ...]
