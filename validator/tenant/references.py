"""The references to subscriptions that a tenant does not have, and the ids that they may mean."""

from collections.abc import Collection, Container, Mapping, Sequence
from typing import NamedTuple

from validator.findings.wording import closest_name
from validator.tenant import terms
from validator.tenant.model import Subscription, Tenant


class References(NamedTuple):
    """The licences of assignments and the months of usage rows that name a subscription."""

    licenses: set[str]
    months: set[str]


class UnknownSubscriptions:
    """The ids of subscriptions that a tenant does not have. What they may mean is cached.

    `by_id` has the subscriptions of the tenant.
    """

    def __init__(self, tenant: Tenant, by_id: Mapping[str, Subscription]) -> None:
        self._by_id = by_id
        self._references = _unknown_references(tenant, by_id)
        self._meant: dict[str, str] = {}

    @property
    def names(self) -> Collection[str]:
        """The unknown ids."""
        return self._references.keys()

    def meant(
        self,
        name: str,
        similar: str,
        near: Sequence[str],
        license: str | None,
        month: str | None,
    ) -> str | None:
        """Return the id that an unknown subscription id may mean. `similar` is the most similar id.

        It is the most similar one of those that fit all references to the unknown id, or of all if
        none fits. If `near` has ids, only these are compared. None if it does not fit the licence
        or the month of a reference.
        """
        if name not in self._meant:
            self._meant[name] = self._meant_by(name, similar, near)
        other = self._meant[name]
        licenses = {license} if license else set[str]()
        months = {month} if month else set[str]()
        return other if _fits(self._by_id[other], licenses, months) else None

    def _meant_by(self, name: str, similar: str, near: Sequence[str]) -> str:
        by_id, needed = self._by_id, self._references.get(name)
        if needed is None or _fits(by_id[similar], *needed):
            return similar
        if name.lower() in (similar.lower(), (by_id[similar].name or "").lower()):
            return similar
        fitting = (id for id in near or by_id if _fits(by_id[id], *needed))
        return next(fitting, similar) if near else closest_name(name, [*fitting]) or similar


def _fits(subscription: Subscription, licenses: set[str], months: set[str]) -> bool:
    """Return whether the subscription includes the licences and ran in the months.

    Then the references cause neither license-not-entitled nor usage-outside-term.
    """
    if subscription.has_entitlements and not licenses <= subscription.entitlements.keys():
        return False
    # The first and the last month are enough, because the term has no gap.
    ends = {min(months), max(months)} if months else ()
    return not any(terms.is_outside_term(subscription, month) for month in ends)


def _unknown_references(tenant: Tenant, known: Container[str]) -> dict[str, References]:
    """Return the references to unknown subscriptions, by id. Rows without usage have no month."""
    found: dict[str, References] = {}
    for user in tenant.users:
        for item in user.assignments:
            if item.subscription not in known:
                one = found.setdefault(item.subscription, References(set(), set()))
                if item.license is not None:
                    one.licenses.add(item.license)
    for row in tenant.usage:
        if row.subscription is not None and row.subscription not in known:
            one = found.setdefault(row.subscription, References(set(), set()))
            if row.quantity > 0:
                one.months.add(row.month)
    return found
