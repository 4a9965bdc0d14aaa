"""The parts of a tenant by name; each index is made when it is first used.

Where a name stands twice, the first in the file counts.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from validator.findings.wording import closest_name
from validator.tenant import terms
from validator.tenant.model import Partner, Subscription, Tenant, User
from validator.tenant.timeline import Timeline, timeline_ahead

# So many unknown names of a tenant get a suggestion, so that a hostile file costs no time.
_MAX_SUGGESTIONS = 50


class Index:
    """The parts of a tenant by name, and its timeline; nothing of it depends on the day."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._closest: dict[tuple[str, int], str | None] = {}

    @cached_property
    def subscriptions(self) -> dict[str, Subscription]:
        """The subscriptions by id."""
        return {item.id: item for item in reversed(self._tenant.subscriptions)}

    @cached_property
    def partners(self) -> dict[str, Partner]:
        """The partners by id."""
        return {item.id: item for item in reversed(self._tenant.partners)}

    @cached_property
    def users(self) -> dict[str, User]:
        """The users by e-mail address, in lower case."""
        return {user.email.lower(): user for user in reversed(self._tenant.users)}

    @cached_property
    def administrators(self) -> dict[str, User]:
        """The users with the role administrator, by e-mail address."""
        return {item.email: item for item in self._tenant.users if "administrator" in item.roles}

    @cached_property
    def partners_with_subscription(self) -> frozenset[str | None]:
        """The ids of the partners that subscriptions name."""
        return frozenset([item.partner for item in self._tenant.subscriptions])

    @cached_property
    def timeline(self) -> Timeline:
        """The timeline of the tenant from the day of the run on."""
        return timeline_ahead(self._tenant, self.subscriptions)

    @cached_property
    def has_history(self) -> bool:
        """Whether days before the day of the run have a timeline of their own."""
        return any(terms.counts_by_dates(item) for item in self._tenant.subscriptions)

    @cached_property
    def holders(self) -> dict[tuple[str, str], list[User]]:
        """The users who take a seat, by the subscription's id and the service."""
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
    def assigned(self) -> Counter[str]:
        """How many users have an assignment that names a subscription, by id."""
        return Counter(
            id
            for user in self._tenant.users
            for id in {item.subscription for item in user.assignments}
        )

    def closest(self, name: str, names: Mapping[str, object]) -> str | None:
        """Return the known name that is most similar to an unknown one; None if none is similar.

        `names` are one of the mappings above.
        """
        key = name, id(names)
        if key not in self._closest and len(self._closest) < _MAX_SUGGESTIONS:
            self._closest[key] = closest_name(name, list(names))
        return self._closest.get(key)

    def suggest(self, name: str, names: Mapping[str, object]) -> str:
        """Return "did you mean Sub1?" for an unknown name, or nothing."""
        other = self.closest(name, names)
        return f"did you mean {other}?" if other else ""
