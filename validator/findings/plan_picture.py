"""The data of a plan's picture: subscriptions, and seats over time compared with users."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from validator.findings.forecast_report import SubscriptionBar


class SeatStep(NamedTuple):
    """The seats, and the people who need one, from a day until the next step.

    `seats` is None if their number is unknown. `missing` is the number of people without a seat.
    """

    first: date
    seats: int | None
    people: int
    missing: int


class SeatChart(NamedTuple):
    """The seats of an agent licence over the days of the window.

    `subscription` is an id, or None for the sum of the named subscriptions. `license` is None for
    both agent licences together. `is_concurrent`: people share the seats. The first step begins on
    the first day.
    """

    subscription: str | None
    license: str | None
    is_concurrent: bool
    steps: tuple[SeatStep, ...]

    @property
    def is_short(self) -> bool:
        """Whether seats are missing on any day."""
        return any(step.missing for step in self.steps)


class PlanPicture(NamedTuple):
    """The subscriptions of a tenant that have a day in the window, and the seat charts.

    `rows` maps an id to the position of its bar. `outside` is the number of subscriptions without
    a day in the window. `totals` has the charts for all named subscriptions together. `seats` has
    the charts for single subscriptions in which a person needs a seat on some day.
    """

    bars: tuple[SubscriptionBar, ...]
    rows: Mapping[str, int]
    outside: int
    totals: tuple[SeatChart, ...]
    seats: tuple[SeatChart, ...]
