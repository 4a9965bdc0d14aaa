"""The relevant run of days, primary, bearer or quantity on a day, to explain a term."""

from bisect import bisect_right
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from validator.tenant.calendar_days import FOREVER, day_after, day_before
from validator.tenant.model import Subscription
from validator.tenant.runs import (
    Runs,
    Steps,
    Stretch,
    Unions,
    run_at,
    run_in_any,
    stretch_number,
)


class Period(NamedTuple):
    """The relevant run for a day: the one that includes it, else the next, else the last.

    `is_now`: the run includes the day. `is_past`: it ended before the day.
    """

    first: date
    last: date
    is_now: bool
    is_past: bool

    @property
    def until(self) -> date | None:
        """The last day if the run includes the day, else None."""
        return self.last if self.is_now else None

    @property
    def begins(self) -> date | None:
        """The first day if the run begins after the day, else None."""
        return None if self.is_now or self.is_past else self.first


class Tenure(NamedTuple):
    """The primary or bearer, the last day of that role, and who has it on the next day."""

    subscription: Subscription
    until: date
    next: Subscription | None


class Amount(NamedTuple):
    """A quantity on a day, the last day with that quantity, and the quantity after it."""

    quantity: int
    until: date
    next: int | None


def period_of(runs: Runs, day: date) -> Period | None:
    """Return the relevant run for a day; None if there are no runs."""
    if not runs:
        return None
    now = run_at(runs, day)
    if now is not None:
        return Period(*now, is_now=True, is_past=False)
    number = bisect_right(runs, (day, FOREVER))
    if number < len(runs):
        return Period(*runs[number], is_now=False, is_past=False)
    return Period(*runs[-1], is_now=False, is_past=True)


def period_in_any(parts: Collection[Runs], day: date, unions: Unions) -> Period | None:
    """Return the relevant run for a day in the union of several runs; None if there are no runs."""
    if len(parts) == 1:
        (runs,) = parts
        return period_of(runs, day)
    now = run_in_any(parts, day, unions)
    if now is not None:
        return Period(*now, is_now=True, is_past=False)
    numbers = [(runs, bisect_right(runs, (day, FOREVER))) for runs in parts]
    begin = min((runs[number][0] for runs, number in numbers if number < len(runs)), default=None)
    following = None if begin is None else run_in_any(parts, begin, unions)
    if following is not None:
        return Period(*following, is_now=False, is_past=False)
    end = max((runs[-1][1] for runs in parts if runs), default=None)
    ended = None if end is None else run_in_any(parts, end, unions)
    return None if ended is None else Period(*ended, is_now=False, is_past=True)


def until_of(period: Period | None) -> date | None:
    """Return the last day of a run that includes the day; None if it does not."""
    return None if period is None else period.until


def begin_of(period: Period | None) -> date | None:
    """Return the first day of a run that begins after the day; None if it does not."""
    return None if period is None else period.begins


def days_left(period: Period | None, day: date) -> int | None:
    """Return the number of days left in the run after this day; None if it has no end."""
    until = until_of(period)
    return None if until is None or until == FOREVER else (until - day).days


def role_of(stretches: tuple[Stretch[Subscription], ...], day: date) -> Tenure | None:
    """Return the subscription with a role on a day, or None."""
    number = stretch_number(stretches, day)
    if number < 0 or stretches[number].last < day:
        return None
    _, last, item = stretches[number]
    following = stretches[number + 1 : number + 2]
    follows = [part.item for part in following if part.first == day_after(last)]
    return Tenure(item, last, follows[0] if follows else None)


def amount_on(steps: Steps, day: date) -> Amount:
    """Return the quantity on a day, and its next change."""
    quantity = steps.at(day)
    for change in steps.days[bisect_right(steps.days, day) :]:
        after = steps.at(change)
        if after != quantity:
            return Amount(quantity, day_before(change), after)
    return Amount(quantity, FOREVER, None)
