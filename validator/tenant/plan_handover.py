"""The hand-over of a tenant: the assignments that users get when their licences end.

The simulation only visits the days on which a user's licence ends.
"""

import heapq
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from validator.findings.plan_report import Reason
from validator.tenant import terms
from validator.tenant.calendar_days import day_after
from validator.tenant.index import Index
from validator.tenant.model import Tenant
from validator.tenant.plan_seats import SeatCounts
from validator.tenant.plan_targets import Target, Targets, WantedAssignment
from validator.tenant.runs import Runs, run_at, run_in_pair
from validator.tenant.timeline import AssignmentKey, key_of

_LICENSE_ORDER: dict[str | None, int] = {terms.PREMIUM: 0, terms.STANDARD: 1, None: 2}


class Placement(NamedTuple):
    """A planned assignment of one user. `user` is the index in the file. See `Move`."""

    user: int
    source: str
    target: str
    license: str | None
    earliest: date
    latest: date


class Loss(NamedTuple):
    """A licence of one user that cannot be placed. `user` is the index in the file.

    See `Unplaced`.
    """

    user: int
    source: str
    license: str | None
    lost: date
    reason: Reason
    idle_holders: int


class Handover(NamedTuple):
    """The planned assignments and the losses, in the order in which they were decided."""

    placements: tuple[Placement, ...]
    losses: tuple[Loss, ...]


def handover_of(
    tenant: Tenant, index: Index, seats: SeatCounts, first: date, last: date
) -> Handover:
    """Return the hand-over for the days from first to last, and add its assignments to `seats`."""
    simulation = _Simulation(tenant, index, seats, first, last)
    simulation.run()
    return Handover(tuple(simulation.placements), tuple(simulation.losses))


class _Simulation:
    """The state of the hand-over.

    A holding is a licence of a user, or None for access by assignments that name no licence.
    `_open` has the last day of each holding of a user. `_closed` has the holdings that are not
    placed again. `_queue` is a heap of the holdings that end before the last day of the window.
    """

    def __init__(
        self, tenant: Tenant, index: Index, seats: SeatCounts, first: date, last: date
    ) -> None:
        self._users = tenant.users
        self._timeline = index.timeline
        self._by_id = index.subscriptions
        self._seats = seats
        self._first, self._last = first, last
        self._targets = Targets(index.distinct_subscriptions, self._timeline, seats, last)
        self._open: list[dict[str | None, date]] = [{} for _ in tenant.users]
        self._closed: dict[int, set[str | None]] = {}
        self._queue: list[tuple[date, int, int, int, str | None]] = []
        self._covers: dict[tuple[tuple[AssignmentKey, ...], str | None], tuple[Runs, Runs]] = {}
        self.placements: list[Placement] = []
        self.losses: list[Loss] = []

    def run(self) -> None:
        """Place each holding that ends in the window."""
        for number, keys in enumerate(self._seats.keys):
            for key in keys:
                if key.license not in self._open[number] and self._serves(key, self._first):
                    self._open_holding(number, key.license, self._first)
        while self._queue:
            last_day, _, user, _, license = heapq.heappop(self._queue)
            # An entry is outdated if its holding has ended or now lasts longer.
            if self._open[user].get(license) == last_day:
                self._place(user, license, last_day)

    # Holdings

    def _open_holding(self, user: int, license: str | None, day: date) -> None:
        """Open a holding that is covered on a day, or extend it."""
        run = run_in_pair(self._cover(user, license), day)
        if run is None:
            raise ValueError(f"{license} is not covered on {day}")
        if self._open[user].get(license) == run[1]:
            return
        self._open[user][license] = run[1]
        if run[1] < self._last:
            rank = terms.placement_rank(self._users[user], is_idle=self._seats.idle[user])
            # Other licences share no seats, so their order does not matter.
            order = _LICENSE_ORDER.get(license, len(_LICENSE_ORDER))
            heapq.heappush(self._queue, (run[1], rank, user, order, license))

    def _cover(self, user: int, license: str | None) -> tuple[Runs, Runs]:
        """Return two runs whose union has the days on which the user has a holding."""
        keys = self._seats.keys[user]
        cover = self._covers.get((keys, license))
        if cover is None:
            if license is None:
                parts = [self._timeline.serves(key) for key in keys if key.license is None]
            else:
                parts = [self._timeline.gives(key, license) for key in keys]
            cover = self._covers[keys, license] = self._timeline.unions.pair(parts)
        return cover

    def _serves(self, key: AssignmentKey, day: date) -> bool:
        return run_at(self._timeline.serves(key), day) is not None

    def _gives(self, key: AssignmentKey, license: str, day: date) -> bool:
        return run_at(self._timeline.gives(key, license), day) is not None

    # One holding that ends

    def _place(self, user: int, license: str | None, last_day: date) -> None:
        """Place a holding that ends, or record that it is lost or not needed."""
        day = day_after(last_day)
        del self._open[user][license]
        self._seats.forget_ended(user, last_day)
        better = self._better(user, license, day)
        if better:
            closed = self._closed.setdefault(user, set())
            closed.add(license)
            for other in better - closed - self._open[user].keys():
                self._open_holding(user, other, day)
            return
        source = self._source(user, license, last_day)
        department = self._users[user].department or self._by_id[source].department or None
        for wanted in self._wanted(user, license):
            target = self._targets.best(user, self._need(user, wanted), department, day)
            if target is not None:
                self._move(user, source, wanted, target, last_day)
                return
        self._lose(user, source, license, day)

    def _better(self, user: int, license: str | None, day: date) -> set[str | None]:
        """Return the holdings that replace another one on a day, so that it is not needed."""
        if license == terms.STANDARD:
            has_premium = run_in_pair(self._cover(user, terms.PREMIUM), day) is not None
            return {terms.PREMIUM} if has_premium else set()
        if license is not None:
            return set()
        return {
            key.license
            for key in self._seats.keys[user]
            if key.license in terms.AGENT_LICENSES and self._serves(key, day)
        }

    def _wanted(self, user: int, license: str | None) -> Iterable[str | None]:
        """Return the licences with which a holding can be replaced, the preferred one first."""
        if terms.needs_premium(self._users[user], license):
            return (terms.PREMIUM, terms.STANDARD)
        return (license,)

    def _need(self, user: int, license: str | None) -> WantedAssignment:
        if license is not None:
            return WantedAssignment(license)
        item = self._users[user]
        return WantedAssignment(None, terms.works(item), "supervisor" in item.roles)

    def _source(self, user: int, license: str | None, last_day: date) -> str:
        """Return the id of the subscription that served a holding on its last day."""
        giving: str | None = None
        for key in self._seats.keys[user]:
            if key.license == license:
                if self._serves(key, last_day):
                    return key.subscription
            elif giving is None and license is not None and self._gives(key, license, last_day):
                giving = key.subscription
        if giving is None:
            raise ValueError(f"nothing gives {license} on {last_day}")
        return giving

    def _move(
        self, user: int, source: str, license: str | None, target: Target, last_day: date
    ) -> None:
        id, day = target.subscription.id, day_after(last_day)
        earliest = max(target.run[0], self._first)
        self.placements.append(Placement(user, source, id, license, earliest, last_day))
        works = terms.works(self._users[user])
        self._seats.assign(user, key_of(id, license, user_works=works))
        self._open_holding(user, license, day)
        for other, end in list(self._open[user].items()):
            if end > last_day:
                self._open_holding(user, other, day)

    def _lose(self, user: int, source: str, license: str | None, day: date) -> None:
        need = self._need(user, license)._replace(prefers_premium=False)
        candidates = self._targets.candidates(need, day)
        idle = 0 if license is None else self._seats.idle_holders.counts[license]
        reason: Reason = "no-seats" if candidates else "no-subscription"
        self.losses.append(Loss(user, source, license, day, reason, idle))
        self._closed.setdefault(user, set()).add(license)
