"""Counters for the seats that assignments take, including planned assignments."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from validator.tenant import terms
from validator.tenant.index import Index
from validator.tenant.model import Subscription, Tenant
from validator.tenant.timeline import AssignmentKey, assignment_keys

Seat = tuple[str, str]
"""A subscription id and a service."""


class IdleHolders:
    """The number of idle users who take a seat of each service in the counted subscriptions.

    At first, no subscription is counted.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._users: dict[Seat, list[int]] = {}
        self._counted: set[Seat] = set()
        self._counted_seats: Counter[tuple[int, str]] = Counter()

    def add(self, user: int, seat: Seat) -> None:
        """Add an idle user who takes a seat for the first time."""
        self._users.setdefault(seat, []).append(user)
        if seat in self._counted:
            self._count(user, seat[1], 1)

    def switch(self, seat: Seat) -> None:
        """Count a service of a subscription from now on, or no longer if it was counted."""
        change = -1 if seat in self._counted else 1
        self._counted ^= {seat}
        for user in self._users.get(seat, ()):
            self._count(user, seat[1], change)

    def _count(self, user: int, service: str, change: int) -> None:
        before = self._counted_seats[user, service]
        self._counted_seats[user, service] = before + change
        # A user with seats in several subscriptions is one holder.
        if not before or not before + change:
            self.counts[service] += change


class SeatCounts:
    """The number of users who take a seat of each service or an agent seat.

    A user takes an agent seat in a subscription with an assignment that names an agent licence or,
    if the user works, no licence. `keys` has the keys of the assignments of each user. Assignments
    are only added, so no count ever decreases.
    """

    def __init__(self, tenant: Tenant, index: Index, today: date) -> None:
        self._by_id = index.subscriptions
        self._sole_licenses = {id: terms.sole_license(item) for id, item in self._by_id.items()}
        self._last_active = {
            id: runs[-1][1] if (runs := index.timeline.active(item)) else date.min
            for id, item in self._by_id.items()
        }
        self.holders: Counter[Seat] = Counter()
        self.agents: Counter[str] = Counter()
        self.versions: Counter[str] = Counter()
        """A number for each subscription that increases when one of its counts increases."""
        self.idle = [terms.is_idle(user, today) for user in tenant.users]
        self.idle_holders = IdleHolders()
        self.keys: list[tuple[AssignmentKey, ...]] = []
        for number, user in enumerate(tenant.users):
            keys = assignment_keys(user, self._by_id)
            self.keys.append(keys)
            self.holders.update(seats := self._seats(keys))
            self.agents.update({key[0] for key in keys if takes_agent_seat(key)})
            if self.idle[number]:
                for seat in seats:
                    self.idle_holders.add(number, seat)

    def _seats(self, keys: Iterable[AssignmentKey]) -> set[Seat]:
        return {(key[0], service) for key in keys if (service := self.service(key)) is not None}

    def service(self, key: AssignmentKey) -> str | None:
        """Return the service in which an assignment takes a seat; None if it takes none."""
        id, license, works = key
        return self._sole_licenses[id] if works else license

    def takes_seat(self, user: int, seat: Seat) -> bool:
        """Return whether the user takes a seat."""
        return any(key[0] == seat[0] and self.service(key) == seat[1] for key in self.keys[user])

    def takes_agent_seat(self, user: int, id: str) -> bool:
        """Return whether the user takes an agent seat in a subscription."""
        return any(key[0] == id and takes_agent_seat(key) for key in self.keys[user])

    def assign(self, user: int, key: AssignmentKey) -> None:
        """Add an assignment of a user."""
        id, service = key[0], self.service(key)
        if service is not None and not self.takes_seat(user, (id, service)):
            self.holders[id, service] += 1
            if self.idle[user]:
                self.idle_holders.add(user, (id, service))
        if takes_agent_seat(key) and not self.takes_agent_seat(user, id):
            self.agents[id] += 1
        self.versions[id] += 1
        self.keys[user] = (*self.keys[user], key)

    def forget_ended(self, user: int, day: date) -> None:
        """Remove a user's assignments to subscriptions that are not active from a day on.

        The counts do not change.
        """
        keys = self.keys[user]
        if any(self._last_active[key[0]] < day for key in keys):
            self.keys[user] = tuple([key for key in keys if self._last_active[key[0]] >= day])

    def by_subscription(self) -> dict[Subscription, dict[str, int]]:
        """Return the number of holders of each service with holders, sorted by service.

        Assignments count for the first subscription with an id.
        """
        found: dict[Subscription, dict[str, int]] = {}
        for (id, service), count in sorted(self.holders.items()):
            found.setdefault(self._by_id[id], {})[service] = count
        return found


def takes_agent_seat(key: AssignmentKey) -> bool:
    """Return whether an assignment takes an agent seat."""
    _, license, works = key
    return works or license in terms.AGENT_LICENSES
