"""The subscriptions that meet a need for a licence, by the day on which users need it."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, day_after, plus_days
from validator.tenant.handover_on import HandoverOn
from validator.tenant.model import Assignment, Subscription
from validator.tenant.needs_on import EITHER_LICENSE, Need, NeedsOn
from validator.tenant.people_on import PeopleOn
from validator.tenant.runs import (
    Run,
    Runs,
    Steps,
    Stretch,
    includes_any,
    leader_at,
    leaders,
    run_at,
)
from validator.tenant.timeline import key_of


class Successor(NamedTuple):
    """A subscription that meets a need, with a seat for every user who needs one.

    `seats` is the number of free seats, or None if seats are not counted. `until` is the last day
    on which the subscription has the licence. `is_only`: there is no other successor, and it
    has a seat for every user who needs one.
    """

    subscription: Subscription
    license: str | None
    seats: int | None
    until: date
    is_only: bool = True

    @property
    def assignment(self) -> Assignment:
        """The assignment that meets the need."""
        license = None if self.license == EITHER_LICENSE else self.license
        return Assignment(subscription=self.subscription.id, license=license, bare=license is None)


class FreeSeats(NamedTuple):
    """The free seats of a subscription on some days. `seats` is None if they are not counted.

    `new` is how many of them are left for users who take no agent seat in the subscription yet.
    `kept` is how many of them other needs may take, and `kept_from_unassigned` how many before
    users without assignments. `is_tight` means that users who have the licence today may need them.
    """

    days: Run
    successor: Successor
    seats: int | None
    new: int | None
    kept: int
    kept_from_unassigned: int
    is_tight: bool


class Successors(NamedTuple):
    """The successors that meet the needs for a licence, by the day of the need.

    `best` has the best one by day, also of each department, and of all with the key None.
    `number` has how many there are, and `changes` the first day on which they may change.
    """

    best: Mapping[str | None, tuple[Stretch[Successor], ...]]
    number: Steps
    changes: tuple[Stretch[date], ...]


NeedKey = tuple[str | None, bool]
"""What decides which subscriptions meet a need on a day: its `license` and `is_unassigned`."""


class SuccessorsOn:
    """The successors in a tenant, as seen on a day. `known` keeps those that were worked out."""

    def __init__(
        self,
        tenant: PeopleOn,
        needs: NeedsOn,
        handover: HandoverOn,
        known: dict[NeedKey, Successors],
    ) -> None:
        self._tenant = tenant
        self._needs = needs
        self._handover = handover
        self._by_need = known
        # By the identity of runs, which the timeline keeps: whether they include a tight day.
        self._is_tight: dict[tuple[str, bool, int], bool] = {}

    def of(self, need: Need, department: str | None = None) -> Successor | None:
        """Return the best successor, or None.

        As in a plan, it is no trial if possible, then one that reaches the end of a plan that
        begins today, then one of the department, then the longest, then the oldest.
        """
        license, day, is_unassigned = need
        key = license, is_unassigned
        if key not in self._by_need:
            # The days of change of other needs are not noted.
            self._by_need[key], _ = self._tenant.clock.measure(self._successors, need)
        best, number, changes = self._by_need[key]
        change = leader_at(changes, day)
        if change is not None:
            self._tenant.clock.note(change)
        found = leader_at(best[None], day)
        own = leader_at(best.get(department, ()), day)
        if found is None:
            return None
        return self.better_of(own, found)._replace(is_only=number.at(day) == 1)

    def better_of(self, own: Successor | None, best: Successor) -> Successor:
        """Return the best successor of a department, unless the best of all is better in itself."""
        if own is None or own is best or _grade(own) != _grade(best):
            return best
        reaches_end = partial(self._tenant.clock.for_words, self._reaches_end_of_plan)
        return own if reaches_end(own.until) or not reaches_end(best.until) else best

    def _reaches_end_of_plan(self, until: date) -> bool:
        return until >= plus_days(self._tenant.today, terms.PLAN_DAYS - 1)

    def _successors(self, need: Need) -> Successors:
        """Return the successors for such needs from today to the day after the horizon.

        A successor does not end soon, so it has the licence on the last of these days.
        """
        clock, changes = self._tenant.clock, dict[Run, date]()
        found: list[tuple[Run, Successor]] = []
        for part, successor, _, runs in self._candidates(need.license, changes):
            is_free, change = clock.measure(self._is_free, need, successor, runs)
            _note(changes, part, change)
            if is_free:
                found.append((part, successor))
        found.sort(key=lambda entry: _rank(entry[1]))
        by_department: dict[str | None, list[tuple[Run, Successor]]] = {None: found}
        for part, one in found:
            if one.subscription.department:
                by_department.setdefault(one.subscription.department, []).append((part, one))
        return Successors(
            {department: _leaders(entries) for department, entries in by_department.items()},
            Steps(((part,), 1) for part, _ in found),
            leaders(((change, days), (days,), change) for days, change in changes.items()),
        )

    def offers(self, license: str) -> list[FreeSeats]:
        """Return the free seats of a licence, the best first, for needs as in `_successors`."""
        offers: list[FreeSeats] = []
        for part, successor, new, runs in self._candidates(license, {}):
            taken, seekers = self._seekers(successor)
            is_tight = self._are_tight(runs, taken, is_unassigned=True)
            kept = self._kept(license, taken, seekers) if successor.seats is not None else (0, 0)
            offers.append(FreeSeats(part, successor, successor.seats, new, *kept, is_tight))
        return sorted(offers, key=lambda offer: _rank(offer.successor))

    def _kept(self, license: str, taken: str | None, seekers: set[str | None]) -> tuple[int, int]:
        """Return `kept` and `kept_from_unassigned` of an offer, given what `_seekers` returns.

        Needs for a certain licence are met first. Those of users without assignments are met after
        the needs of others for either licence, if both take the same seats.
        """
        others, number = seekers - {license}, self._needs.number
        if license != EITHER_LICENSE:
            return 0, number(others, is_unassigned=False)
        last = number(others, is_unassigned=True)
        return (last if taken == license else number(others, is_unassigned=False)), last

    def _candidates(
        self, license: str | None, changes: dict[Run, date]
    ) -> Iterator[tuple[Run, Successor, int | None, Runs]]:
        """Yield the subscriptions that have a licence and do not end soon, with free seats or not.

        Each comes with days on which the number of seats is the same, `new` of `FreeSeats`, and the
        days on which it has the licence. The days on which the result may change are noted in
        `changes`.
        """
        clock = self._tenant.clock
        last = day_after(plus_days(clock.day, self._tenant.expiring_within))
        for item, runs in self._subscriptions(license):
            run = run_at(runs, last)
            if run is None:
                continue
            days = max(run[0], clock.day), last
            is_lasting, change = clock.measure(self._is_lasting, runs, run)
            _note(changes, days, change)
            if is_lasting:
                parts, change = clock.measure(self._seats, item, license, days)
                for part, seats, new in parts:
                    _note(changes, part, change)
                    yield part, Successor(item, license, seats, run[1]), new, runs

    def _subscriptions(self, license: str | None) -> Iterator[tuple[Subscription, Runs]]:
        """Yield the subscriptions that may meet a need, with the days on which they do."""
        timeline = self._tenant.timeline
        for item in self._tenant.distinct_subscriptions:
            if license is None:
                yield item, timeline.active(item)
            elif license == EITHER_LICENSE:
                yield item, timeline.serves(key_of(item.id, None, user_works=True))
            elif license in item.entitlements:
                yield item, timeline.has(item, license)

    def _is_lasting(self, runs: Runs, run: Run) -> bool:
        """Return whether a run does not end soon, and no other run includes today."""
        return not self._tenant.is_ending(run[1]) and self._tenant.run(runs) in (None, run)

    def _seats(
        self, item: Subscription, license: str | None, days: Run
    ) -> list[tuple[Run, int | None, int | None]]:
        """Return parts of the days with the number of free seats; None if seats are not counted.

        The second number is that for users who take no agent seat in the subscription yet.
        """
        if license is None or not item.has_entitlements:
            return [(days, None, None)]
        tenant = self._tenant
        is_either = license == EITHER_LICENSE
        if item.type == "concurrent" or is_either:
            of_agents = tenant.timeline.agent_quantity(item)
            steps = of_agents if is_either else tenant.timeline.quantity(item, license)
            parts = [((first, last), number) for first, last, number in steps.between(*days)]
            if item.type == "concurrent":
                return [(part, None, None) for part, number in parts if number > 0]
            taken = tenant.agent_holders(item)
            return [(part, number - taken, number - taken) for part, number in parts]
        return [*self._named_seats(item, license, days)]

    def _named_seats(
        self, item: Subscription, license: str, days: Run
    ) -> Iterator[tuple[Run, int, int]]:
        """Yield what `_seats` returns for a licence of a named subscription.

        The agent seats for users who need premium-agent are not free for standard-agent.
        """
        free_seats = self._tenant.index.free_seats
        if license not in terms.AGENT_LICENSES:
            yield from ((part, seats, seats) for part, seats in free_seats(item, license, days))
            return
        own, parts = self._needs.own_seats(license)[item.id], [(days, 0)]
        if license == terms.STANDARD and terms.PREMIUM in item.entitlements:
            there = self._needs.own_seats(terms.PREMIUM)[item.id]
            others = self._needs.number({terms.PREMIUM}, is_unassigned=True) - there
            premium = free_seats(item, terms.PREMIUM, days, further=-there)
            parts = [(part, max(0, min(seats, others))) for part, seats in premium]
        for days_of_part, kept in parts:
            seats = free_seats(item, license, days_of_part, further=kept - own)
            new = free_seats(item, license, days_of_part, further=kept)
            yield from ((part, n, m) for (part, n), (_, m) in zip(seats, new, strict=True))

    def _is_free(self, need: Need, successor: Successor, runs: Runs) -> bool:
        """Return whether a subscription has a seat for every user who may need one.

        `runs` has the days on which the subscription has the licence. On none of them, users who
        soon lose the licence may need its seats.
        """
        if successor.seats is None or successor.seats <= 0:
            return successor.seats is None
        taken, seekers = self._seekers(successor)
        number = self._needs.number(seekers, is_unassigned=need.is_unassigned)
        if taken == EITHER_LICENSE:
            # Needs for a certain licence are met first, also those of users without assignments.
            number = self._needs.number(seekers - {taken}, is_unassigned=True)
            number += self._needs.number({taken}, is_unassigned=need.is_unassigned)
        if successor.seats < number:
            return False
        return not self._are_tight(runs, taken, is_unassigned=need.is_unassigned)

    def _seekers(self, successor: Successor) -> tuple[str | None, set[str | None]]:
        """Return the licence of which an assignment takes a seat, and the needs for such seats."""
        sole, license = terms.sole_license(successor.subscription), successor.license
        if license == EITHER_LICENSE:
            # An assignment without a license takes a seat of the only agent licence that is listed.
            return sole or license, {license, *((sole,) if sole else terms.AGENT_LICENSES)}
        return license, {license, EITHER_LICENSE} if license == sole else {license}

    def _are_tight(self, runs: Runs, license: str | None, *, is_unassigned: bool) -> bool:
        """Return whether users who soon lose a licence need its seats on one of some days."""
        if license not in terms.AGENT_LICENSES:
            return False
        days = self._tight_days(license, is_unassigned)
        key = license, is_unassigned, id(runs)
        if key not in self._is_tight:
            self._is_tight[key] = includes_any(runs, days)
        return self._is_tight[key]

    def _tight_days(self, license: str, is_unassigned: bool) -> Sequence[date]:  # noqa: FBT001
        return self._tenant.share(
            ("advice.tight_days", license, is_unassigned),
            self._work_out_tight_days,
            license,
            is_unassigned,
        )

    def _work_out_tight_days(self, license: str, is_unassigned: bool) -> Sequence[date]:  # noqa: FBT001
        """Return the days, sorted, on which free seats only suffice for users who lose the licence.

        They do not suffice for those who wait for one as well.
        """
        losses = self._handover.days_of_loss(license)
        waiting = sorted(
            losses.get(user, FOREVER)
            for name in (license, EITHER_LICENSE)
            for user, need in self._needs.waiting(name)
            if is_unassigned or not need.is_unassigned
        )
        tight = {
            day_after(ending.until)
            for ending in self._handover.endings(license)
            if 0
            <= ending.seats - ending.users
            < len(waiting) - bisect_right(waiting, ending.until)
        }  # fmt: skip
        return sorted(tight)


def _leaders(found: Sequence[tuple[Run, Successor]]) -> tuple[Stretch[Successor], ...]:
    """Return the best successor by day, given successors with days, the best first."""
    return leaders((rank, (part,), one) for rank, (part, one) in enumerate(found))


def _rank(successor: Successor) -> tuple[object, ...]:
    """Return the sort key of a successor; the best has the smallest."""
    item = successor.subscription
    return _grade(successor), FOREVER - successor.until, terms.first_key(item)


def _grade(successor: Successor) -> tuple[bool, bool]:
    """Return what counts for more than the department; the best has the smallest.

    A subscription without `entitlements` comes after the others, because it may lack what a user
    needs. So does a trial.
    """
    item = successor.subscription
    return not item.has_entitlements, item.status == "trial"


def _note(changes: dict[Run, date], days: Run, change: date) -> None:
    """Note a day on which the result for some days may change."""
    changes[days] = min(change, changes.get(days, change))
