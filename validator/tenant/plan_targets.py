"""The targets of moves: the subscriptions that serve on a day and have a free seat."""

import heapq
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER
from validator.tenant.model import Subscription
from validator.tenant.plan_seats import SeatCounts
from validator.tenant.runs import Run, run_at
from validator.tenant.timeline import Timeline

Preference = tuple[tuple[bool, bool, bool, bool], tuple[int, date, str]]
"""The sort key of a target: the parts before and after the comparison of departments.

The smallest key is the best one. It is different for each id.
"""


class Need(NamedTuple):
    """What a new assignment must give.

    `license` is the licence that it names, or None. `works` (whether the user works) and
    `prefers_premium` (whether premium-agent is preferred) are only used if it is None.
    """

    license: str | None
    works: bool = False
    prefers_premium: bool = False


class Target(NamedTuple):
    """A subscription for a new assignment.

    `run` is the unbroken run of days on which the assignment serves and has a seat. `version` is
    the version of the seat counts from which the target was computed.
    """

    preference: Preference
    version: int
    run: Run
    subscription: Subscription


class Targets:
    """The targets of a tenant. Days must only increase, and seats must not become free.

    For users without a seat in a subscription, targets only get worse. There is a heap of targets
    for each need, and the best target is ranked again only after a seat in its subscription was
    taken. Other heaps have the subscriptions of one department: the best target of a user is the
    best one in the department, or else the best one of all.
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
        self._candidates: dict[Need, tuple[Subscription, ...]] = {}
        self._heaps: dict[tuple[Need, str | None], list[Target]] = {}

    def candidates(self, need: Need, day: date) -> tuple[Subscription, ...]:
        """Return the subscriptions on which a new assignment would serve, ignoring seats."""
        self._move_to(day)
        if need not in self._candidates:
            self._candidates[need] = tuple(
                item
                for item in self._offers.get((need.license, None), ())
                if self._serves(item, need, day)
            )
        return self._candidates[need]

    def best(self, user: int, need: Need, department: str | None, day: date) -> Target | None:
        """Return the best target with a free seat for a user, or None."""
        self._move_to(day)
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

    def _move_to(self, day: date) -> None:
        if day != self._day:
            self._day = day
            self._candidates.clear()
            self._heaps.clear()

    def _serves(self, item: Subscription, need: Need, day: date) -> bool:
        runs = self._timeline.serves((item.id, need.license, need.works))
        return run_at(runs, day) is not None

    def _best_of_others(self, need: Need, department: str | None) -> list[Target]:
        """Return the best target for users without a seat in any subscription; [] if none.

        With a department, only the subscriptions of the department count.
        """
        heap = self._heaps.get((need, department))
        if heap is None:
            found = (
                self._target(item, need)
                for item in self._offers.get((need.license, department), ())
                if self._serves(item, need, self._day)
            )
            heap = [target for target in found if target is not None]
            heapq.heapify(heap)
            self._heaps[need, department] = heap
        while heap:
            item = heap[0].subscription
            if heap[0].version == self._seats.versions[item.id]:
                return [heap[0]]
            target = self._target(item, need)
            if target is None:
                heapq.heappop(heap)
            else:
                heapq.heapreplace(heap, target)
        return []

    def _of_own(self, user: int, need: Need) -> list[Target]:
        """Return the targets among the subscriptions in which the user has a seat."""
        if need.license is None and not need.works:
            return []
        found: list[Target] = []
        for id in {key[0] for key in self._seats.keys[user]}:
            item = self._by_id[id]
            if item.type == "named" and item.has_entitlements:
                target = self._target(item, need, user)
                if target is not None:
                    found.append(target)
        return found

    def _target(self, item: Subscription, need: Need, user: int | None = None) -> Target | None:
        """Return a subscription as a target. Without a user, the target is for one with no seat."""
        run = self._run(item, need, user)
        if run is None:
            return None
        before = (
            not item.has_entitlements,
            item.status == "trial",
            need.prefers_premium and not self._has_premium(item),
            run[1] < self._last,
        )
        after = (-run[1].toordinal(), item.start, item.id)
        return Target((before, after), self._seats.versions[item.id], run, item)

    def _has_premium(self, item: Subscription) -> bool:
        return run_at(self._timeline.has(item, terms.PREMIUM), self._day) is not None

    def _run(self, item: Subscription, need: Need, user: int | None) -> Run | None:
        """Return the run of days, including today, on which an assignment serves with a seat."""
        license = need.license
        if not item.has_entitlements or (license is None and not need.works):
            return run_at(self._timeline.serves((item.id, license, need.works)), self._day)
        is_named = item.type == "named"
        run: Run | None = (date.min, FOREVER)
        if license is not None:
            taken = self._other_holders(item.id, license, user) if is_named else 0
            run = self._timeline.quantity(item, license).run_above(taken, self._day)
        if run is None or (license is not None and not is_named):
            return run
        if license is None or license in terms.AGENT_LICENSES:
            taken = self._other_agents(item.id, user) if is_named else 0
            of_agents = self._timeline.agent_quantity(item).run_above(taken, self._day)
            if of_agents is None:
                return None
            run = max(run[0], of_agents[0]), min(run[1], of_agents[1])
        return run

    def _other_holders(self, id: str, license: str, user: int | None) -> int:
        holders = self._seats.holders[id, license]
        return holders - (user is not None and self._seats.takes_seat(user, (id, license)))

    def _other_agents(self, id: str, user: int | None) -> int:
        agents = self._seats.agents[id]
        return agents - (user is not None and self._seats.takes_agent_seat(user, id))


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
