"""The targets of moves: the subscriptions that serve on a day and have a free seat."""

import heapq
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, day_after, day_before
from validator.tenant.model import Subscription
from validator.tenant.plan_seats import SeatCounts
from validator.tenant.runs import Run, change_after, run_at
from validator.tenant.timeline import AssignmentKey, Timeline, key_of

Preference = tuple[tuple[bool, bool, bool, bool], tuple[int, date, str]]
"""The sort key of a target: the parts before and after the comparison of departments.

The smallest key is the best one. It is different for each id.
"""


OwnSeats = tuple[bool, bool]
"""Whether a user takes a seat of the needed licence, and an agent seat, in a subscription."""

NO_SEATS: OwnSeats = (False, False)


class WantedAssignment(NamedTuple):
    """What a new assignment must give.

    `license` is the licence that it names, or None. `works` (whether the user works) and
    `prefers_premium` (whether premium-agent is preferred) are only used if it is None.
    """

    license: str | None
    works: bool = False
    prefers_premium: bool = False

    def key_in(self, subscription: str) -> AssignmentKey:
        """Return what decides when the assignment serves in a subscription."""
        return key_of(subscription, self.license, user_works=self.works)


class Target(NamedTuple):
    """A subscription for a new assignment.

    `run` is the unbroken run of days on which the assignment serves and has a seat. `version` is
    the version of the seat counts from which the target was computed. While no seat is taken, the
    target stays the same up to the day `until`.
    """

    preference: Preference
    version: int
    run: Run
    until: date
    subscription: Subscription


class Ranking(NamedTuple):
    """The targets for a need, with the smallest key first, and the days on which they change.

    `targets` and `changes` are heaps. `next_changes` has the day of the next change of each
    subscription. It moves to an earlier day if a seat is taken, and the entry of the later day
    stays in `changes`: an entry is outdated unless its day is that of its subscription in
    `next_changes`. Outdated entries are dropped on their day.
    """

    targets: list[Target]
    changes: list[tuple[date, str]]
    next_changes: dict[str, date]


class Targets:
    """The targets of a tenant. Days must only increase, and seats must not become free.

    For users without a seat in a subscription, targets only get worse until their run of days ends.
    There is a ranking for each need. A target is ranked again on the day on which it changes, and
    when it is the best one, if a seat in its subscription was taken. Other rankings have the
    subscriptions of one department: the best target of a user is the best one in the department,
    or else the best one of all.
    """

    def __init__(
        self,
        subscriptions: Sequence[Subscription],
        timeline: Timeline,
        seats: SeatCounts,
        last: date,
    ) -> None:
        self._offers = _offers(subscriptions)
        self._departments = {item.department for item in subscriptions if item.department}
        self._by_id = {item.id: item for item in subscriptions}
        self._timeline = timeline
        self._seats = seats
        self._last = last
        self._day = date.min
        self._candidates: dict[WantedAssignment, tuple[set[str], list[tuple[date, str]]]] = {}
        self._rankings: dict[tuple[WantedAssignment, str | None], Ranking] = {}

    def candidates(self, need: WantedAssignment, day: date) -> Collection[str]:
        """Return the ids of subscriptions on which a new assignment would serve, ignoring seats.

        From then on, the idle holders of the licence are counted in these subscriptions.
        """
        self._day = day
        if need not in self._candidates:
            offers = self._offers.get((need.license, None), ())
            self._candidates[need] = set(), sorted((date.min, item.id) for item in offers)
        serving, changes = self._candidates[need]
        while changes and changes[0][0] <= day:
            _, id = heapq.heappop(changes)
            runs = self._timeline.serves(need.key_in(id))
            if (run_at(runs, day) is not None) != (id in serving):
                serving ^= {id}
                if need.license is not None:
                    self._seats.idle_holders.switch((id, need.license))
            change = change_after(runs, day)
            if change > day:
                heapq.heappush(changes, (change, id))
        return serving

    def best(
        self, user: int, need: WantedAssignment, department: str | None, day: date
    ) -> Target | None:
        """Return the best target with a free seat for a user, or None."""
        self._day = day
        if department not in self._departments:
            department = None
        targets = self._of_own(user, need)
        targets += self._best_of_others(need, None)
        if department is not None:
            targets += self._best_of_others(need, department)

        def preference(target: Target) -> tuple[object, bool, object]:
            before, after = target.preference
            is_other = department is not None and target.subscription.department != department
            return before, is_other, after

        return min(targets, key=preference, default=None)

    def _best_of_others(self, need: WantedAssignment, department: str | None) -> list[Target]:
        """Return the best target for users without a seat in any subscription; [] if none.

        With a department, only the subscriptions of the department count.
        """
        ranking = self._rankings.get((need, department))
        if ranking is None:
            ranking = self._rankings[need, department] = Ranking([], [], {})
            for item in self._offers.get((need.license, department), ()):
                self._rank(ranking, item, need)
        targets, changes, next_changes = ranking
        while changes and changes[0][0] <= self._day:
            day, id = heapq.heappop(changes)
            if next_changes.get(id) == day:  # otherwise, the entry is outdated
                self._rank(ranking, self._by_id[id], need)
        while targets:
            best, item = targets[0], targets[0].subscription
            if best.until < self._day:
                heapq.heappop(targets)
            elif best.version == self._seats.versions[item.id]:
                return [best]
            else:
                heapq.heappop(targets)
                self._rank(ranking, item, need)
        return []

    def _rank(self, ranking: Ranking, item: Subscription, need: WantedAssignment) -> None:
        """Add a subscription to a ranking in which it has no target for today."""
        target = self._target(item, need)
        change = self._change(item, need) if target is None else day_after(target.until)
        if target is not None:
            heapq.heappush(ranking.targets, target)
        if change > self._day and (target is None or target.until < FOREVER):
            heapq.heappush(ranking.changes, (change, item.id))
            ranking.next_changes[item.id] = change
        else:
            ranking.next_changes.pop(item.id, None)

    def _change(self, item: Subscription, need: WantedAssignment) -> date:
        """Return the first day after today on which a subscription without a target may be one.

        FOREVER if there is no such day.
        """
        license = need.license
        if _counts_no_seats(item, need):
            return change_after(self._timeline.serves(need.key_in(item.id)), self._day)
        change = FOREVER
        if license is not None:
            change = self._timeline.quantity(item, license).change_after(self._day)
        if license is None or license in terms.AGENT_LICENSES:
            change = min(change, self._timeline.agent_quantity(item).change_after(self._day))
        return change

    def _of_own(self, user: int, need: WantedAssignment) -> list[Target]:
        """Return the targets among the subscriptions in which the user has a seat."""
        if need.license is None and not need.works:
            return []
        holding, agents = self._seats.own(user, need.license, self._day)
        found: list[Target] = []
        for id in holding | agents:
            item = self._by_id[id]
            if item.type == "named" and item.has_entitlements:
                target = self._target(item, need, (id in holding, id in agents))
                if target is not None:
                    found.append(target)
        return found

    def _target(
        self, item: Subscription, need: WantedAssignment, own: OwnSeats = NO_SEATS
    ) -> Target | None:
        """Return a subscription as a target for a user with the given seats in it."""
        run = self._run(item, need, own)
        if run is None:
            return None
        before = (
            not item.has_entitlements,
            item.status == "trial",
            need.prefers_premium and not self._has_premium(item),
            run[1] < self._last,
        )
        after = (-run[1].toordinal(), item.start, item.id)
        until = run[1]
        if need.prefers_premium:
            change = change_after(self._timeline.has(item, terms.PREMIUM), self._day)
            until = min(until, day_before(change)) if change > self._day else until
        return Target((before, after), self._seats.versions[item.id], run, until, item)

    def _has_premium(self, item: Subscription) -> bool:
        return run_at(self._timeline.has(item, terms.PREMIUM), self._day) is not None

    def _run(self, item: Subscription, need: WantedAssignment, own: OwnSeats) -> Run | None:
        """Return the run of days, including today, on which an assignment serves with a seat."""
        license = need.license
        if _counts_no_seats(item, need):
            return run_at(self._timeline.serves(need.key_in(item.id)), self._day)
        is_named = item.type == "named"
        run: Run | None = (date.min, FOREVER)
        if license is not None:
            taken = self._seats.holders[item.id, license] - own[0] if is_named else 0
            run = self._timeline.quantity(item, license).run_above(taken, self._day)
        if run is None or (license is not None and not is_named):
            return run
        if license is None or license in terms.AGENT_LICENSES:
            taken = self._seats.agents[item.id] - own[1] if is_named else 0
            of_agents = self._timeline.agent_quantity(item).run_above(taken, self._day)
            if of_agents is None:
                return None
            run = max(run[0], of_agents[0]), min(run[1], of_agents[1])
        return run


def _offers(
    subscriptions: Iterable[Subscription],
) -> dict[tuple[str | None, str | None], list[Subscription]]:
    """Return the subscriptions that list a licence, by licence and department.

    With the licence None, or for all departments, the key has None.
    """
    offers: dict[tuple[str | None, str | None], list[Subscription]] = {}
    for item in subscriptions:
        listed = item.entitlements if item.has_entitlements else terms.AGENT_LICENSES
        departments = (None, item.department) if item.department else (None,)
        for key in product((None, *listed), departments):
            offers.setdefault(key, []).append(item)
    return offers


def _counts_no_seats(item: Subscription, need: WantedAssignment) -> bool:
    """Return whether an assignment serves without a seat."""
    return not item.has_entitlements or (need.license is None and not need.works)
