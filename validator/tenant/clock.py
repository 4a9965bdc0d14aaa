"""A day that knows until when what was asked of it stays true.

Policies compare dates with today. Each comparison has a day on which it first comes out
otherwise; until the earliest of them, asking again would go the same way and find the same. So a
year ahead is judged on the days that matter alone, for the policies of third parties, too.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

Answer = TypeVar("Answer")

NEVER = date.max
_DAY = timedelta(1)
_NO_DAY = timedelta(0)


class Clock:
    """Notes, while something is worked out, the first day on which it may come out otherwise.

    With `verbatim`, words in which the day stands are something else on the next day.
    """

    def __init__(self, day: date, *, ahead: bool = False, verbatim: bool = False) -> None:
        self.day = day
        self._verbatim = verbatim
        self.today: date = Today.at(day, _NO_DAY, self) if ahead else day
        self.until: date = NEVER
        """The first day noted, since this was last set to NEVER."""

    def note(self, day: date) -> None:
        """Note a day on which an answer changes."""
        if day < self.until:  # noqa: PLR1730 - the call of min takes twice as long
            self.until = day

    def text(self) -> str:
        """Return the day as a message says it."""
        if self._verbatim:
            self.note_tomorrow()
        return self.day.isoformat()

    def note_tomorrow(self) -> None:
        """Note that an answer may change every day."""
        if self.day < NEVER:
            self.note(self.day + _DAY)

    def measure(self, work_out: Callable[..., Answer], *about: Any) -> tuple[Answer, date]:
        """Return an answer, and the first day on which it may be another; NEVER if none.

        What is noted meanwhile is for that answer alone.
        """
        outer, self.until = self.until, NEVER
        try:
            return work_out(*about), self.until
        finally:
            self.until = outer

    def for_words(self, work_out: Callable[..., Answer], *about: Any) -> Answer:
        """Return an answer that only changes the words of a finding, not whether there is one.

        How long it holds counts only where words count.
        """
        answer, until = self.measure(work_out, *about)
        if self._verbatim:
            self.note(until)
        return answer


class Today(date):
    """A date that notes what it is compared with.

    It is the day of its clock, or that day moved by a fixed number of days. Whatever is asked of
    it but a comparison, or to move it, makes the answer one for this day alone.
    """

    clock: Clock
    moved: timedelta

    @classmethod
    def at(cls, day: date, moved: timedelta, clock: Clock) -> "Today":
        """Return a day of a clock."""
        made = cls.fromordinal(date.toordinal(day))
        made.clock = clock
        made.moved = moved
        return made

    def _note(self, other: date, later: timedelta) -> None:
        """Note the day on which this one is so much later than the other."""
        if other >= self.clock.until and not self.moved:
            return  # an earlier day is noted already
        try:
            self.clock.note(other + (later - self.moved))
        except OverflowError:
            return  # the calendar ends before

    def _is_fixed(self, other: object) -> bool:
        """Tell whether the other moves along, so that nothing will ever change."""
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
