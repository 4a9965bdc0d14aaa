"""Lookups on a day that note until when their results are valid."""

from collections.abc import Callable, Hashable
from datetime import date
from functools import cached_property
from typing import Any, NoReturn, TypeVar

from validator.tenant.calendar_days import FOREVER, day_after, plus_days
from validator.tenant.clock import Clock
from validator.tenant.model import Subscription
from validator.tenant.runs import Run, Runs, Steps, Stretch, change_after, run_at, stretch_number
from validator.tenant.terms import PLAN_DAYS

Answer = TypeVar("Answer")


class OnDay:
    """A day with a horizon, and the results that were computed for it.

    `today` is the day and `expiring_within` the horizon in days. For forecasts, `today` notes the
    dates with which it is compared. A result is valid until the first day on which a comparison
    has another result. `earlier` has the results for an earlier day, by key, each with the first
    day on which it may change. The attributes cannot be set, because all policies share them.
    """

    clock: Clock
    today: date
    expiring_within: int
    worked_out: dict[Hashable, tuple[Any, date]]

    def __init__(
        self,
        clock: Clock,
        expiring_within: int,
        earlier: dict[Hashable, tuple[Any, date]],
    ) -> None:
        day = clock.day
        self._store(
            clock=clock,
            today=clock.today,
            expiring_within=expiring_within,
            worked_out={key: known for key, known in earlier.items() if day < known[1]},
        )

    def _store(self, **attributes: object) -> None:
        self.__dict__.update(attributes)

    def __setattr__(self, name: str, value: object = None) -> NoReturn:
        raise AttributeError(f"{name} of a tenant cannot be set")

    __delattr__ = __setattr__

    @property
    def day(self) -> str:
        """The day as text for a message."""
        return self.clock.text()

    def share(self, key: Hashable, work_out: Callable[..., Answer], *about: Any) -> Answer:
        """Return the stored result for a key, or compute and store it."""
        known = self.worked_out.get(key)
        if known is None:
            known = self.worked_out[key] = self.clock.measure(work_out, *about)
        answer: Answer
        answer, until = known
        if until is not FOREVER:
            self.clock.note(until)
        return answer

    @cached_property
    def _horizon(self) -> date:
        """The last day of the horizon. It moves with today, so comparing both never changes."""
        return plus_days(self.today, self.expiring_within)

    @cached_property
    def _after_horizon(self) -> date:
        return plus_days(self.today, self.expiring_within + 1)

    def day_after(self, day: date) -> date:
        """Return the next day."""
        return day_after(day)

    def plan_command(self, day: date, days: int = 0) -> str:
        """Return the command for a plan that reaches a day some days after another one."""
        return self.clock.for_words(self._plan_command, plus_days(day, days))

    def _plan_command(self, until: date) -> str:
        is_far = until > plus_days(self.today, PLAN_DAYS - 1)
        return f"tenantlint plan --until {until}" if is_far else "tenantlint plan"

    def is_soon(self, day: date) -> bool:
        """Return whether a day is between today and the last day of the horizon, both included."""
        return day < FOREVER and self.today <= day <= self._horizon

    def is_ending(self, until: date) -> bool:
        """Return whether a run of days that includes today and ends on a day ends soon."""
        return until < FOREVER and until <= self._horizon

    def run(self, runs: Runs) -> Run | None:
        """Return the run of days that includes today, or None."""
        day = self.clock.day
        self.clock.note(change_after(runs, day))
        return run_at(runs, day)

    def is_in_shift_window(self, day: date) -> bool:
        """Return whether a day is at most one day after the horizon."""
        return day <= self._after_horizon

    def amount(self, steps: Steps) -> int:
        """Return the quantity today."""
        day = self.clock.day
        self.clock.note(steps.change_after(day))
        return steps.at(day)

    def until(self, runs: Runs) -> date | None:
        """Return the last day of the run that includes today, or None."""
        run = self.run(runs)
        return None if run is None else run[1]

    def leader(self, stretches: tuple[Stretch[Subscription], ...]) -> Subscription | None:
        """Return the item whose stretch of days includes today, or None."""
        day = self.clock.day
        number = stretch_number(stretches, day)
        if number + 1 < len(stretches):
            self.clock.note(stretches[number + 1].first)
        if number < 0 or stretches[number].last < day:
            return None
        self.clock.note(day_after(stretches[number].last))
        return stretches[number].item

    def next_leader(
        self, stretches: tuple[Stretch[Subscription], ...]
    ) -> tuple[date, Subscription] | None:
        """Return the first day on which a subscription with another id leads, and that one.

        None without one. The day is at most one day after the horizon.
        """
        now = self.leader(stretches)
        if now is None:
            return None
        number = stretch_number(stretches, self.clock.day)
        for first, _, item in stretches[number + 1 :]:
            if not self.is_in_shift_window(first):
                return None
            if item.id != now.id:
                return first, item
        return None
