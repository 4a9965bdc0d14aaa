"""Which users lose an agent licence, when, and how many of its seats are then free."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, day_after
from validator.tenant.model import Subscription, User
from validator.tenant.people_on import PeopleOn
from validator.tenant.runs import Run, Runs, Steps, merged, run_at


class Ending(NamedTuple):
    """An agent licence that soon ends in a subscription, on `until`.

    `users` is the number of users who have lost it by then, and `seats` the number of free seats
    on the next day. `usable` is the number of those that are left if users without a named licence
    are counted, too. `supervisors` is the number of the users who need premium-agent instead.
    """

    subscription: Subscription
    license: str
    until: date
    users: int
    seats: int
    usable: int
    supervisors: int


class HandoverOn:
    """The hand-over of the agent licences in a tenant, as seen on a day."""

    def __init__(self, tenant: PeopleOn) -> None:
        self._tenant = tenant

    @property
    def too_small(self) -> tuple[Ending, ...]:
        """The endings after which there are fewer free seats than users who need one."""
        return self._tenant.share("handover.too_small", lambda: tuple(self._too_small()))

    def _too_small(self) -> Iterator[Ending]:
        for license in terms.AGENT_LICENSES:
            for ending in self.endings(license):
                if ending.users > ending.seats:
                    yield ending

    def endings(self, license: str) -> tuple[Ending, ...]:
        """Return the subscriptions in which an agent licence ends soon.

        Subscriptions are omitted if no user needs a seat afterwards, or if another subscription
        has seats for all users.
        """
        return self._tenant.share(("handover.endings", license), self._endings, license)

    def seats_of_awaited(self, subscription: Subscription, license: str, day: date) -> int | None:
        """Return how many seats a pending subscription would have for those who lose a licence.

        They are its free seats, and those of its holders who lose the licence before the day. None
        if it would have seats for all.
        """
        tenant = self._tenant
        free = tenant.index.seats_of_pending(subscription, (license,), day)
        if free is None:
            return None
        key = ("handover.held", license, subscription.id)
        return free + bisect_left(
            tenant.share(key, self._losses_of_holders, license, subscription.id), day
        )

    def _losses_of_holders(self, license: str, subscription: str) -> Sequence[date]:
        """Return the days, sorted, on which the holders of a subscription lose a licence."""
        losses = self.days_of_loss(license)
        holders = self._tenant.index.holders.get((subscription, license), ())
        return sorted(losses[user] for user in holders if user in losses)

    def _endings(self, license: str) -> tuple[Ending, ...]:
        tenant = self._tenant
        if not tenant.has_ending:
            return ()
        ends = self._ends(license)
        losses = self.days_of_loss(license)
        losing = sorted(losses.values())
        above = sorted(
            until for user, until in losses.items() if terms.needs_premium(user, license)
        )
        found: list[Ending] = []
        for item, until in ends.items():
            if tenant.is_ending(until):
                users = bisect_right(losing, until)
                seats = self._free_seats_in_all(license, day_after(until)) if users else None
                if seats is not None:
                    usable = self._usable_seats(license).at(day_after(until)) if seats else 0
                    supervisors = bisect_right(above, until)
                    found.append(Ending(item, license, until, users, seats, usable, supervisors))
        return tuple(found)

    def _ends(self, license: str) -> dict[Subscription, date]:
        """Return the last day of a licence for each subscription that has it today."""
        return self._tenant.share(("handover.ends", license), self._work_out_ends, license)

    def _work_out_ends(self, license: str) -> dict[Subscription, date]:
        tenant, timeline = self._tenant, self._tenant.timeline
        ends: dict[Subscription, date] = {}
        for item in tenant.distinct_subscriptions:
            if license in item.entitlements:
                until = tenant.until(timeline.has(item, license))
                if until is not None:
                    ends[item] = until
        return ends

    def days_of_loss(self, license: str) -> Mapping[User, date]:
        """Return the last day of the licence or of all cover, whichever is later, by holder."""
        return self._tenant.share(("handover.loss", license), self._days_of_loss, license)

    def _days_of_loss(self, license: str) -> Mapping[User, date]:
        ends = self._ends(license)
        if not any(map(self._tenant.is_ending, ends.values())):
            return MappingProxyType({})
        first_end: dict[User, date] = {}
        for item, until in ends.items():
            for user in self._tenant.index.holders.get((item.id, license), ()):
                first_end[user] = min(until, first_end.get(user, until))
        days: dict[User, date] = {}
        for user, until in first_end.items():
            covered = self._tenant.user_covered_until(user)
            days[user] = until if covered is None else max(until, covered)
        return MappingProxyType(days)

    def _free_seats_in_all(self, license: str, day: date) -> int | None:
        """Return the number of free seats on a day; None if a subscription has seats for all."""
        share = self._tenant.share
        unlimited = share(("handover.seats_for_all", license), self._seats_for_all, license)
        if run_at(unlimited, day) is not None:
            return None
        return share(("handover.free_seats", license), self._free_seats, license).at(day)

    def _seats_for_all(self, license: str) -> Runs:
        """Return the runs of days on which a subscription has seats of a licence for all users."""
        timeline = self._tenant.timeline
        runs: list[Run] = []
        for item in self._tenant.distinct_subscriptions:
            if not item.has_entitlements:
                runs += timeline.active(item)
            elif item.type == "concurrent":
                parts = timeline.quantity(item, license).between(date.min, FOREVER)
                runs += [(first, last) for first, last, quantity in parts if quantity > 0]
        return merged(runs)

    def _free_seats(self, license: str) -> Steps:
        """Return the number of free seats in the subscriptions that count seats."""
        timeline = self._tenant.timeline
        amounts: list[tuple[Runs, int]] = []
        for item in self._tenant.distinct_subscriptions:
            if item.has_entitlements and item.type != "concurrent":
                holders = self._tenant.holders(item, license)
                parts = timeline.quantity(item, license).between(date.min, FOREVER)
                amounts += [
                    (((first, last),), quantity - holders)
                    for first, last, quantity in parts
                    if quantity > holders
                ]
        return Steps(amounts)

    def _usable_seats(self, license: str) -> Steps:
        """Return the number of those free seats, also of both agent licences together."""
        return self._tenant.share(("handover.usable", license), self._count_usable, license)

    def _count_usable(self, license: str) -> Steps:
        index = self._tenant.index
        return Steps(
            ((days,), free)
            for item in self._tenant.distinct_subscriptions
            if item.type != "concurrent" and license in item.entitlements
            for days, free in index.free_seats(item, license, (date.min, FOREVER))
            if free > 0
        )
