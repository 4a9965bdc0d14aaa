"""Runs of days: the days on which a condition holds, as sorted runs with gaps between them.

A run is a tuple of its first and last day, both included. It never ends if the last day is FOREVER.
"""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import accumulate, repeat
from operator import attrgetter, itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

from validator.tenant.calendar_days import FOREVER, day_after, day_before

Item = TypeVar("Item")

# The number of runs that take turns in a union before it is built. Most have one or two.
_MAX_STEPS = 8
# The number of runs that are merged for each user instead of being kept as a union.
_FEW = 64

Run = tuple[date, date]
Runs = tuple[Run, ...]


def merged(runs: Iterable[Run]) -> Runs:
    """Return the union of runs. Runs without a gap between them become one."""
    made: list[Run] = []
    for first, last in sorted(runs):
        if first > last:
            continue
        if made and (made[-1][1] == FOREVER or first <= day_after(made[-1][1])):
            if last > made[-1][1]:
                made[-1] = (made[-1][0], last)
        else:
            made.append((first, last))
    return tuple(made)


def without(first: date, last: date, gaps: Runs) -> Runs:
    """Return the days from first to last that are not in a gap."""
    left: list[Run] = []
    for begin, end in gaps:
        if end < first or begin > last:
            continue
        if begin > first:
            left.append((first, day_before(begin)))
        if end == FOREVER or end >= last:
            return tuple(left)
        first = day_after(end)
    if first <= last:
        left.append((first, last))
    return tuple(left)


def clipped(runs: Runs, first: date, last: date) -> Runs:
    """Return the days of the runs from first to last."""
    if not runs or (first <= runs[0][0] and runs[-1][1] <= last):
        return runs
    if first > last:
        return ()
    number = bisect_right(runs, (first, FOREVER))
    if number and runs[number - 1][1] >= first:
        number -= 1
    kept = runs[number : bisect_right(runs, (last, FOREVER))]
    if len(kept) < 2:  # noqa: PLR2004
        return tuple([(max(begin, first), min(end, last)) for begin, end in kept])
    (begin, end_of_first), *between, (begin_of_last, end) = kept
    return (max(begin, first), end_of_first), *between, (begin_of_last, min(end, last))


def run_at(runs: Runs, day: date) -> Run | None:
    """Return the run that includes a day, or None."""
    number = bisect_right(runs, (day, FOREVER)) - 1
    return runs[number] if number >= 0 and runs[number][1] >= day else None


def next_begin(runs: Runs, day: date) -> date | None:
    """Return the first day after a day on which a run begins, or None."""
    number = bisect_right(runs, day, key=itemgetter(0))
    return runs[number][0] if number < len(runs) else None


def includes_any(runs: Runs, days: Sequence[date]) -> bool:
    """Return whether a run includes one of the days, which are sorted."""
    return any(
        (number := bisect_left(days, first)) < len(days) and days[number] <= last
        for first, last in runs
    )


def change_after(runs: Runs, day: date) -> date:
    """Return the first day after the given one on which `run_at` has another result.

    FOREVER if there is no such day.
    """
    number = bisect_right(runs, (day, FOREVER))
    if number and runs[number - 1][1] >= day:
        return day_after(runs[number - 1][1])
    return runs[number][0] if number < len(runs) else FOREVER


class Unions:
    """The unions of runs. They are kept, because many users can share those of long runs.

    They are known by the identities of the runs, which are kept, too.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], tuple[Sequence[Runs], Runs]] = {}

    def pair(self, parts: Iterable[Runs]) -> tuple[Runs, Runs]:
        """Return two runs with the same union as several runs.

        The first one may be that of many users. The second one is as long as the others.
        """
        long = {id(runs): runs for runs in parts if len(runs) > _MAX_STEPS}
        others = [runs for runs in parts if len(runs) <= _MAX_STEPS]
        *rest, longest = sorted(long.values(), key=len) or [()]
        if sum(map(len, rest)) <= _FEW:
            return longest, _union([*others, *rest])
        return self.of(long.values()), _union(others)

    def of(self, parts: Iterable[Runs]) -> Runs:
        """Return the union of several runs; the same object for the same objects."""
        by_id = {id(runs): runs for runs in parts}
        if len(by_id) == 1:
            return next(iter(by_id.values()))
        key = tuple(sorted(by_id))
        if key not in self._known:
            self._known[key] = [*by_id.values()], _union(by_id.values())
        return self._known[key][1]


def last_in_any(parts: Collection[Runs], day: date, unions: Unions) -> date | None:
    """Return the last day of the run that includes a day in the union of several runs, or None."""
    last, is_end = _follow(parts, day, None, range(_MAX_STEPS))
    if last is not None and not is_end:
        last, _ = _follow(unions.pair(parts), day_after(last), last, repeat(None))
    return last


def run_in_any(parts: Collection[Runs], day: date, unions: Unions) -> Run | None:
    """Return the run that includes a day in the union of several runs, or None."""
    last = last_in_any(parts, day, unions)
    if last is None:
        return None
    first, is_begin = _follow_back(parts, day, day, range(_MAX_STEPS))
    if not is_begin:
        first, _ = _follow_back(unions.pair(parts), day_before(first), first, repeat(None))
    return first, last


def run_in_pair(pair: tuple[Runs, Runs], day: date) -> Run | None:
    """Return the run that includes a day in the union of a pair of `Unions`, or None.

    Runs of both take turns, so the second one limits the number of steps.
    """
    last, _ = _follow(pair, day, None, repeat(None))
    return None if last is None else (_follow_back(pair, day, day, repeat(None))[0], last)


def _follow(
    parts: Collection[Runs], day: date, last: date | None, steps: Iterable[object]
) -> tuple[date | None, bool]:
    """Follow runs that take turns, from a day on, for some steps.

    Return the last day reached, which is `last` if no run includes the day, and whether the union
    ends there.
    """
    for _ in steps:
        ends = [run[1] for runs in parts if (run := run_at(runs, day)) is not None]
        if not ends:
            return last, True
        last = max(ends)
        if last == FOREVER:
            return last, True
        day = day_after(last)
    return last, False


def _follow_back(
    parts: Collection[Runs], day: date, first: date, steps: Iterable[object]
) -> tuple[date, bool]:
    """Follow runs that take turns back from a day, as `_follow` does to the other side."""
    for _ in steps:
        starts = [run[0] for runs in parts if (run := run_at(runs, day)) is not None]
        if not starts:
            return first, True
        first = min(starts)
        if first == date.min:
            return first, True
        day = day_before(first)
    return first, False


def _union(parts: Iterable[Runs]) -> Runs:
    return merged(run for runs in parts for run in runs)


class Stretch(NamedTuple, Generic[Item]):
    """Consecutive days on which the same item leads."""

    first: date
    last: date
    item: Item


def leaders(candidates: Iterable[tuple[Any, Runs, Item]]) -> tuple[Stretch[Item], ...]:
    """Return the stretches of days with their leader.

    The leader on a day is the item with the smallest key among those whose runs include the day.
    `candidates` has a unique key, the runs and the item. Days without a leader are omitted.
    """
    ranked = sorted(candidates, key=itemgetter(0))
    if len(ranked) == 1:
        ((_, runs, only),) = ranked
        return tuple([Stretch(first, last, only) for first, last in runs])
    starts = sorted(
        [(first, rank, last) for rank, (_, runs, _) in enumerate(ranked) for first, last in runs]
    )
    running: list[tuple[int, date]] = []
    stretches: list[tuple[date, date, Item]] = []
    day, at = date.min, 0
    while running or at < len(starts):
        if not running:
            day = starts[at][0]
        while at < len(starts) and starts[at][0] <= day:
            heapq.heappush(running, starts[at][1:])
            at += 1
        rank, last = running[0]
        if last < day:
            heapq.heappop(running)
            continue
        # Another item may lead from the next start on.
        if at < len(starts) and starts[at][0] <= last:
            last = day_before(starts[at][0])
        item = ranked[rank][2]
        begin, end, before = stretches[-1] if stretches else (day, day, None)
        if before is item and day_after(end) == day:
            stretches[-1] = begin, last, item
        else:
            stretches.append((day, last, item))
        if last == FOREVER:
            break
        day = day_after(last)
    return tuple([Stretch(*stretch) for stretch in stretches])


def stretch_number(stretches: Sequence[Stretch[Any]], day: date) -> int:
    """Return the index of the last stretch that begins on or before a day; -1 if none does."""
    return bisect_right(stretches, day, key=attrgetter("first")) - 1


def leader_at(stretches: Sequence[Stretch[Item]], day: date) -> Item | None:
    """Return the item that leads on a day, or None."""
    number = stretch_number(stretches, day)
    return stretches[number].item if number >= 0 and stretches[number].last >= day else None


class Steps:
    """A quantity that changes over time: the sum of amounts that apply on runs of days."""

    def __init__(self, amounts: Iterable[tuple[Runs, int]]) -> None:
        changes: dict[date, int] = {}
        for runs, amount in amounts:
            for first, last in runs:
                changes[first] = changes.get(first, 0) + amount
                if last != FOREVER:
                    after = day_after(last)
                    changes[after] = changes.get(after, 0) - amount
        self.days = sorted(changes)
        self._totals: list[int] = []
        total = 0
        for day in self.days:
            total += changes[day]
            self._totals.append(total)

    def at(self, day: date) -> int:
        """Return the quantity on a day."""
        number = bisect_right(self.days, day) - 1
        return self._totals[number] if number >= 0 else 0

    def largest_from(self, day: date) -> int:
        """Return the largest quantity on a day or a later one."""
        number = bisect_right(self.days, day) - 1
        return self._largest[max(number, 0)] if self.days else 0

    @cached_property
    def _largest(self) -> list[int]:
        """The largest quantity from the begin of each part on."""
        return [*accumulate(reversed(self._totals), max)][::-1]

    def change_after(self, day: date) -> date:
        """Return the first day after the given one on which the quantity may change."""
        number = bisect_right(self.days, day)
        return self.days[number] if number < len(self.days) else FOREVER

    def run_above(self, quantity: int, day: date) -> Run | None:
        """Return the run of days above a quantity (0 or more) that includes a day, or None."""
        number = bisect_right(self.days, day) - 1
        if number < 0 or self._totals[number] <= quantity:
            return None
        begin, end = number, number + 1
        for level, lowest in reversed([*enumerate(self._lowest)]):
            width = 1 << level
            if begin >= width and lowest[begin - width] > quantity:
                begin -= width
            if end + width <= len(self.days) and lowest[end] > quantity:
                end += width
        return self.days[begin], day_before(self.days[end]) if end < len(self.days) else FOREVER

    @cached_property
    def _lowest(self) -> list[list[int]]:
        """The lowest quantity of 1, 2, 4 and so on consecutive parts, by their first part."""
        levels, width = [self._totals], 1
        while 2 * width <= len(self._totals):
            levels.append(list(map(min, levels[-1], levels[-1][width:])))
            width *= 2
        return levels

    def between(self, first: date, last: date) -> Iterator[tuple[date, date, int]]:
        """Yield the parts of the days from first to last, each with its days and its quantity."""
        number = bisect_right(self.days, first) - 1
        begin = first
        while begin <= last:
            following = self.days[number + 1] if number + 1 < len(self.days) else None
            total = self._totals[number] if number >= 0 else 0
            if following is None or following > last:
                yield begin, last, total
                return
            yield begin, day_before(following), total
            begin, number = following, number + 1
