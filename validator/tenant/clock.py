"""A date that records until when comparisons with it have the same result.

Policies compare dates with today. Each comparison has a first day on which its result changes.
Until the earliest of these days, a policy would return the same findings. A forecast therefore
evaluates only the days that matter, also for third-party policies.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

from validator.tenant.calendar_days import FOREVER

Answer = TypeVar("Answer")

_DAY = timedelta(1)
_NO_DAY = timedelta(0)


class Clock:
    """Records, during a computation, the first day on which its result may change.

    With `verbatim`, a message that contains the day counts as changed on the next day.
    """

    def __init__(self, day: date, *, ahead: bool = False, verbatim: bool = False) -> None:
        self.day = day
        self._verbatim = verbatim
        self.today: date = Today.at(day, _NO_DAY, self) if ahead else day
        self.until: date = FOREVER
        """The first day that was noted since this was last set to FOREVER."""

    def note(self, day: date) -> None:
        """Note a day on which the result changes."""
        if day < self.until:  # noqa: PLR1730 - `min` takes twice as long
            self.until = day

    def text(self) -> str:
        """Return the day as text for a message."""
        if self._verbatim:
            self.note_tomorrow()
        return self.day.isoformat()

    def note_tomorrow(self) -> None:
        """Note that the result may change every day."""
        if self.day < FOREVER:
            self.note(self.day + _DAY)

    def measure(self, work_out: Callable[..., Answer], *about: Any) -> tuple[Answer, date]:
        """Return a result and the first day on which it may change; FOREVER if it does not.

        The days noted during the computation only count for this result.
        """
        outer, self.until = self.until, FOREVER
        try:
            return work_out(*about), self.until
        finally:
            self.until = outer

    def for_words(self, work_out: Callable[..., Answer], *about: Any) -> Answer:
        """Return a result that only affects the text of a finding, not whether there is one.

        The day on which it may change is only noted if the clock is `verbatim`.
        """
        answer, until = self.measure(work_out, *about)
        if self._verbatim:
            self.note(until)
        return answer


class Today(date):
    """A date that notes the dates with which it is compared.

    It is the day of its clock, or that day moved by a fixed number of days. After any operation
    other than a comparison or an addition of days, the result is only valid for this day.
    """

    clock: Clock
    moved: timedelta

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        """Return a plain date, because only `at` knows a clock. So do all other class methods."""
        return date(*arguments, **named)

    @classmethod
    def at(cls, day: date, moved: timedelta, clock: Clock) -> "Today":
        """Return a day that belongs to a clock."""
        made = date.__new__(cls, day.year, day.month, day.day)
        made.clock = clock
        made.moved = moved
        return made

    def _note(self, other: date, later: timedelta) -> None:
        """Note the day on which this date is `later` after the other."""
        if other >= self.clock.until and not self.moved:
            return  # an earlier day is already noted
        try:
            self.clock.note(other + (later - self.moved))
        except OverflowError:
            return  # that day is after the end of the calendar

    def _is_fixed(self, other: object) -> bool:
        """Return whether the other date moves with this one, so that the result never changes."""
        return isinstance(other, Today) and other.clock is self.clock

    def __lt__(self, other: date) -> Any:
        answer = date.__lt__(self, other)
        if answer is True and (type(other) is date or not self._is_fixed(other)):
            self._note(other, _NO_DAY)
        return answer

    def __le__(self, other: date) -> Any:
        answer = date.__le__(self, other)
        if answer is True and (type(other) is date or not self._is_fixed(other)):
            self._note(other, _DAY)
        return answer

    def __gt__(self, other: date) -> Any:
        answer = date.__gt__(self, other)
        if answer is False and (type(other) is date or not self._is_fixed(other)):
            self._note(other, _DAY)
        return answer

    def __ge__(self, other: date) -> Any:
        answer = date.__ge__(self, other)
        if answer is False and (type(other) is date or not self._is_fixed(other)):
            self._note(other, _NO_DAY)
        return answer

    def __eq__(self, other: object) -> Any:
        answer = date.__eq__(self, other)
        if answer is not NotImplemented and not self._is_fixed(other):
            if answer:
                self._note(other, _DAY)  # type: ignore[arg-type]
            elif date.__lt__(self, other):  # type: ignore[operator]
                self._note(other, _NO_DAY)  # type: ignore[arg-type]
        return answer

    def __ne__(self, other: object) -> Any:
        answer = self.__eq__(other)
        return answer if answer is NotImplemented else not answer

    def __add__(self, other: timedelta) -> Any:
        if not isinstance(other, timedelta):
            return NotImplemented
        return Today.at(_plain(self) + other, self.moved + other, self.clock)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return Today.at(_plain(self) - other, self.moved - other, self.clock)
        self.clock.note_tomorrow()
        return _plain(self) - other

    def __rsub__(self, other: Any) -> Any:
        self.clock.note_tomorrow()
        return other - _plain(self) if isinstance(other, date) else NotImplemented

    def __hash__(self) -> int:
        self.clock.note_tomorrow()
        return date.__hash__(self)

    def __reduce__(self) -> Any:
        self.clock.note_tomorrow()
        return _plain(self).__reduce__()


def _plain(day: date) -> date:
    return date.fromordinal(date.toordinal(day))


def _for_this_day_alone(name: str) -> Callable[..., Any]:
    original = getattr(date, name)

    def ask(self: Today, *arguments: Any, **named: Any) -> Any:
        self.clock.note_tomorrow()
        return original(_plain(self), *arguments, **named)

    return ask


def _part(name: str) -> property:
    original = getattr(date, name)

    def ask(self: Today) -> int:
        self.clock.note_tomorrow()
        part: int = original.__get__(self)
        return part

    return property(ask)


for _name in (
    "__str__", "__format__", "__repr__", "isoformat", "strftime", "ctime", "toordinal",
    "timetuple", "weekday", "isoweekday", "isocalendar", "replace",
):  # fmt: skip
    setattr(Today, _name, _for_this_day_alone(_name))
for _name in ("year", "month", "day"):
    setattr(Today, _name, _part(_name))
