"""Indexes of the parts of a tenant by name. Each index is built when it is first used.

If a name is listed twice, the first entry in the file counts.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER
from validator.tenant.free_seats import Seats, free_seats
from validator.tenant.model import Partner, Subscription, Tenant, User
from validator.tenant.references import UnknownSubscriptions
from validator.tenant.runs import Run, Runs, Stretch, clipped, leaders, merged
from validator.tenant.timeline import Timeline, assignment_keys, takes_agent_seat, timeline_ahead

if TYPE_CHECKING:
    from validator.tenant.known_names import KnownNames, Named


class Index:
    """The parts of a tenant by name, and its timeline. They do not depend on the day."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._awaited: dict[tuple[str, ...], tuple[Stretch[Subscription], ...]] = {}
        self._free: dict[tuple[Subscription, tuple[str, ...], bool], Runs] = {}

    @cached_property
    def subscriptions(self) -> dict[str, Subscription]:
        """The subscriptions by id."""
        return {item.id: item for item in reversed(self._tenant.subscriptions)}

    @cached_property
    def distinct_subscriptions(self) -> tuple[Subscription, ...]:
        """The first subscription with each id, in the order of the file."""
        by_id = self.subscriptions
        return tuple(item for item in self._tenant.subscriptions if by_id[item.id] is item)

    @cached_property
    def partners(self) -> dict[str, Partner]:
        """The partners by id."""
        return {item.id: item for item in reversed(self._tenant.partners)}

    @cached_property
    def users(self) -> dict[str, User]:
        """The users by e-mail address, in lower case."""
        return {user.email.lower(): user for user in reversed(self._tenant.users)}

    @cached_property
    def partners_with_subscription(self) -> frozenset[str | None]:
        """The ids of the partners that subscriptions name."""
        return frozenset([item.partner for item in self._tenant.subscriptions])

    @cached_property
    def timeline(self) -> Timeline:
        """The timeline of the tenant, starting on the day of the run."""
        return timeline_ahead(self._tenant, self.subscriptions)

    @cached_property
    def has_history(self) -> bool:
        """Whether the days before the day of the run need a separate timeline."""
        return any(terms.counts_by_dates(item) for item in self._tenant.subscriptions)

    @cached_property
    def holders(self) -> dict[tuple[str, str], list[User]]:
        """The users who take a seat, by subscription id and service."""
        holders: dict[tuple[str, str], list[User]] = {}
        for user in self._tenant.users:
            works = terms.works(user)
            seats: dict[tuple[str, str], None] = {}
            for item in user.assignments:
                subscription = self.subscriptions.get(item.subscription)
                if subscription is not None:
                    service = terms.seat_of(item, subscription, user_works=works)
                    if service is not None:
                        seats[item.subscription, service] = None
            for seat in seats:
                holders.setdefault(seat, []).append(user)
        return holders

    @cached_property
    def agent_holders(self) -> Counter[str]:
        """The number of users who take an agent seat, by subscription id."""
        return Counter(
            id
            for user in self._tenant.users
            for id in {
                key.subscription
                for key in assignment_keys(user, self.subscriptions)
                if takes_agent_seat(key)
            }
        )

    @cached_property
    def bare_holders(self) -> Mapping[str, Sequence[User]]:
        """The users who work and have an assignment that names no licence, by subscription id."""
        found: dict[str, list[User]] = {}
        for user in self._tenant.users:
            if terms.works(user):
                for id in {item.subscription for item in user.assignments if item.license is None}:
                    found.setdefault(id, []).append(user)
        return found

    def free_seats(
        self, subscription: Subscription, license: str, days: Run, *, further: int = 0
    ) -> Iterator[tuple[Run, int]]:
        """Yield parts of the days, each with the number of free seats in a named subscription.

        It is negative if too many users take a seat. `further` users are counted besides those who
        take an agent seat.
        """
        seats = Seats(
            self.timeline.quantity(subscription, license),
            len(self.holders.get((subscription.id, license), ())),
        )
        of_agents = None
        if license in terms.AGENT_LICENSES:
            taken = self.agent_holders[subscription.id] + further
            of_agents = Seats(self.timeline.agent_quantity(subscription), taken)
        return free_seats(seats, of_agents, days)

    @cached_property
    def assigned(self) -> Counter[str]:
        """The number of users with an assignment to a subscription, by subscription id."""
        return Counter(
            id
            for user in self._tenant.users
            for id in {item.subscription for item in user.assignments}
        )

    def awaited(self, licenses: tuple[str, ...]) -> tuple[Stretch[Subscription], ...]:
        """Return the pending subscription that would be active with another status, by day.

        With licences, only those that have a free seat of one of them, or no `entitlements`. Of
        several, it is the one that lasts longest, then the first.
        """
        if licenses not in self._awaited:
            self._awaited[licenses] = leaders(
                ((FOREVER - run[1], terms.first_key(item)), (run,), item)
                for item in self._tenant.subscriptions
                if item.status == "pending"
                for run in self.free_runs(item, licenses)
            )
        return self._awaited[licenses]

    def free_runs(
        self, subscription: Subscription, licenses: tuple[str, ...], *, is_holder: bool = False
    ) -> Runs:
        """Return the days on which a pending subscription would have a seat of a licence.

        The seat is free, or with `is_holder`, a user who takes one already may have it.
        """
        key = subscription, licenses, is_holder
        if key not in self._free:
            self._free[key] = self._runs_with_seat(*key)
        return self._free[key]

    def _runs_with_seat(
        self,
        subscription: Subscription,
        licenses: tuple[str, ...],
        is_holder: bool,  # noqa: FBT001
    ) -> Runs:
        runs = terms.service_runs(subscription)
        if not licenses or not subscription.has_entitlements:
            return runs
        found: list[Run] = []
        for name in licenses:
            if name not in subscription.entitlements:
                continue
            others, agents = 0, 0
            if subscription.type != "concurrent":
                others = len(self.holders.get((subscription.id, name), ())) - is_holder
                agents = self.agent_holders[subscription.id] - is_holder
            _, quantities = self.timeline.lines(subscription, name)
            seats, of_agents = Seats(quantities, max(others, 0)), None
            if name in terms.AGENT_LICENSES:
                of_agents = Seats(self.timeline.agent_lines(subscription), max(agents, 0))
            for days, free in free_seats(seats, of_agents, (date.min, FOREVER)):
                if free > 0:
                    found += clipped(runs, *days)
        return merged(found)

    def seats_of_pending(
        self, subscription: Subscription, licenses: Sequence[str], day: date
    ) -> int | None:
        """Return how many seats of licences a pending subscription would have free on a day.

        None if it would have room for all.
        """
        if not (licenses and subscription.has_entitlements and subscription.type == "named"):
            return None
        number = 0
        for name in licenses:
            if name in subscription.entitlements:
                _, quantities = self.timeline.lines(subscription, name)
                holders = self.holders.get((subscription.id, name), ())
                number += max(0, quantities.at(day) - len(holders))
        if not {*terms.AGENT_LICENSES}.isdisjoint(licenses):
            of_agents = self.timeline.agent_lines(subscription).at(day)
            number = min(number, max(0, of_agents - self.agent_holders[subscription.id]))
        return number

    def closest_subscription(self, name: str, license: str | None, month: str | None) -> str | None:
        """Return the id that an unknown one may mean, for an assignment or a row, or None."""
        similar = self.known_subscriptions.closest(name)
        if similar is None:
            return None
        near = self.known_subscriptions.near(name)
        return self._unknown_subscriptions.meant(name, similar, near, license, month)

    @cached_property
    def known_subscriptions(self) -> "KnownNames":
        """The ids of the subscriptions."""
        return _known_names(self.subscriptions, lambda: self._unknown_subscriptions.names)

    @cached_property
    def known_partners(self) -> "KnownNames":
        """The ids of the partners."""
        named = (item.partner for item in self._tenant.subscriptions if item.partner)
        return _known_names(self.partners, lambda: dict.fromkeys(named))

    @cached_property
    def known_administrators(self) -> "KnownNames":
        """The e-mail addresses of the administrators."""
        named = (item.approved_by for item in self._tenant.partners if item.approved_by)
        by_email = {
            user.email: user for user in self._tenant.users if "administrator" in user.roles
        }
        return _known_names(by_email, lambda: dict.fromkeys(named))

    @cached_property
    def _unknown_subscriptions(self) -> UnknownSubscriptions:
        return UnknownSubscriptions(self._tenant, self.subscriptions)


def _known_names(
    entries: "Mapping[str, Named]", references: Callable[[], Collection[str]]
) -> "KnownNames":
    from validator.tenant.known_names import KnownNames  # few files need it

    return KnownNames(entries, references)
