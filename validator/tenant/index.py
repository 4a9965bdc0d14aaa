"""What is found in a tenant by its name, whatever the day; each index is made once, if wanted.

Where a name stands twice, the first in the file counts.
"""

from collections import Counter
from functools import cached_property

from validator.findings.wording import did_you_mean
from validator.tenant.model import Partner, Subscription, Tenant, User

# So many unknown names of a tenant get a suggestion; it keeps a hostile file quick.
_MOST_SUGGESTIONS = 50


class Index:
    """The parts of a tenant by name."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._suggested: dict[str, str] = {}

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
    def engaged(self) -> frozenset[str | None]:
        """The ids of the partners that subscriptions name."""
        return frozenset([item.partner for item in self._tenant.subscriptions])

    @cached_property
    def holders(self) -> Counter[tuple[str, str]]:
        """How many users are assigned a license, by the subscription's id and the license."""
        return Counter(
            held
            for user in self._tenant.users
            for held in {
                (item.subscription, item.license)
                for item in user.assignments
                if item.license is not None
            }
        )

    def suggest(self, name: str, names: dict[str, Subscription] | dict[str, Partner]) -> str:
        """Return "did you mean Sub1?" for an unknown name, or nothing."""
        if name not in self._suggested and len(self._suggested) < _MOST_SUGGESTIONS:
            self._suggested[name] = did_you_mean(name, list(names))
        return self._suggested.get(name, "")
