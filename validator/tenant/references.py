"""The references to subscriptions that a tenant does not have."""

from collections.abc import Container
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import month_days
from validator.tenant.model import Subscription, Tenant


class References(NamedTuple):
    """The licences of assignments and the months of usage rows that name a subscription."""

    licenses: set[str]
    months: set[str]

    def fit(self, subscription: Subscription) -> bool:
        """Return whether the subscription includes the licences and ran in the months.

        Then the references cause neither license-not-entitled nor usage-outside-term.
        """
        if subscription.has_entitlements and not self.licenses <= subscription.entitlements.keys():
            return False
        if not self.months:
            return True
        start, last = subscription.start, terms.last_day(subscription)
        first_month, last_month = month_days(min(self.months)), month_days(max(self.months))
        return start <= last and start <= first_month[1] and last_month[0] <= last


def references(license: str | None = None, month: str | None = None) -> References:
    """Return one reference with a licence or in a month; both can be missing."""
    return References({license} if license else set(), {month} if month else set())


def unknown_references(tenant: Tenant, known: Container[str]) -> dict[str, References]:
    """Return the references to unknown subscriptions, by id. Rows without usage have no month."""
    found: dict[str, References] = {}
    for user in tenant.users:
        for item in user.assignments:
            if item.subscription not in known:
                one = found.setdefault(item.subscription, references())
                if item.license is not None:
                    one.licenses.add(item.license)
    for row in tenant.usage:
        if row.subscription is not None and row.subscription not in known:
            one = found.setdefault(row.subscription, references())
            if row.quantity > 0:
                one.months.add(row.month)
    return found
