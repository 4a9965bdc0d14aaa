"""Counters for the seats that assignments take, including planned assignments."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from validator.tenant import terms
from validator.tenant.index import Index
from validator.tenant.model import Subscription, Tenant
from validator.tenant.runs import Runs
from validator.tenant.timeline import AssignmentKey, assignment_keys, takes_agent_seat

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
    if the user works, no licence. `keys` has the keys of the assignments of each user that serve
    on a later day, or all of them at first. Assignments are only added, so no count ever decreases.
    """

    def __init__(self, tenant: Tenant, index: Index, today: date) -> None:
        self._by_id = index.subscriptions
        self._sole_licenses = {id: terms.sole_license(item) for id, item in self._by_id.items()}
        self._timeline = index.timeline
        self.holders: Counter[Seat] = Counter()
        self.agents: Counter[str] = Counter()
        self.versions: Counter[str] = Counter()
        """A number for each subscription that increases when one of its counts increases."""
        self.idle = [terms.is_idle(user, today) for user in tenant.users]
        self.idle_holders = IdleHolders()
        self._ended: dict[tuple[int, str], set[str]] = {}
        """For a user and an agent licence: subscriptions that may still have seats of the licence,
        in which the user takes an agent seat by an assignment that no longer serves."""
        self.keys: list[tuple[AssignmentKey, ...]] = []
        for number, user in enumerate(tenant.users):
            keys = assignment_keys(user, self._by_id)
            self.keys.append(keys)
            self.holders.update(seats := self._seats(keys))
            self.agents.update({key.subscription for key in keys if takes_agent_seat(key)})
            if self.idle[number]:
                for seat in seats:
                    self.idle_holders.add(number, seat)

    def _seats(self, keys: Iterable[AssignmentKey]) -> set[Seat]:
        return {
            (key.subscription, service)
            for key in keys
            if (service := self.service(key)) is not None
        }

    def service(self, key: AssignmentKey) -> str | None:
        """Return the service in which an assignment takes a seat; None if it takes none."""
        if key.needs_agent_license:
            return self._sole_licenses[key.subscription]
        return key.license

    def takes_seat(self, user: int, seat: Seat) -> bool:
        """Return whether the user takes a seat."""
        return any(
            key.subscription == seat[0] and self.service(key) == seat[1] for key in self.keys[user]
        )

    def takes_agent_seat(self, user: int, id: str) -> bool:
        """Return whether the user takes an agent seat in a subscription."""
        return any(
            key.subscription == id and takes_agent_seat(key) for key in self.keys[user]
        ) or any(id in self._ended.get((user, license), ()) for license in terms.AGENT_LICENSES)

    def own(self, user: int, license: str | None, day: date) -> tuple[set[str], set[str]]:
        """Return the subscriptions in which the user takes a seat of a licence, or an agent seat.

        Subscriptions that have no seats of the licence from the day on may be omitted. The licence
        None means either agent licence.
        """
        keys = self.keys[user]
        holding = {
            key.subscription for key in keys if license is not None and self.service(key) == license
        }
        agents = {key.subscription for key in keys if takes_agent_seat(key)}
        for agent_license in terms.AGENT_LICENSES if license is None else (license,):
            ended = self._ended.get((user, agent_license), set())
            over = [id for id in ended if not _lasts(self._has(id, agent_license), day)]
            ended.difference_update(over)
            agents |= ended
        return holding, agents

    def _has(self, id: str, license: str) -> Runs:
        return self._timeline.has(self._by_id[id], license)

    def assign(self, user: int, key: AssignmentKey) -> None:
        """Add an assignment of a user."""
        id, service = key.subscription, self.service(key)
        if service is not None and not self.takes_seat(user, (id, service)):
            self.holders[id, service] += 1
            if self.idle[user]:
                self.idle_holders.add(user, (id, service))
        if takes_agent_seat(key) and not self.takes_agent_seat(user, id):
            self.agents[id] += 1
        self.versions[id] += 1
        self.keys[user] = (*self.keys[user], key)

    def forget_ended(self, user: int, day: date) -> None:
        """Remove the assignments of a user that do not serve from a day on from `keys`.

        The counts do not change.
        """
        keys = self.keys[user]
        ended = [key for key in keys if not _lasts(self._timeline.serves(key), day)]
        if not ended:
            return
        self.keys[user] = tuple([key for key in keys if _lasts(self._timeline.serves(key), day)])
        for key in filter(takes_agent_seat, ended):
            for license in terms.AGENT_LICENSES:
                self._ended.setdefault((user, license), set()).add(key.subscription)

    def by_subscription(self) -> dict[Subscription, dict[str, int]]:
        """Return the number of holders of each service with holders, sorted by service.

        Assignments count for the first subscription with an id.
        """
        found: dict[Subscription, dict[str, int]] = {}
        for (id, service), count in sorted(self.holders.items()):
            found.setdefault(self._by_id[id], {})[service] = count
        return found


def _lasts(runs: Runs, day: date) -> bool:
    """Return whether runs include the day or a later one."""
    return bool(runs) and runs[-1][1] >= day
