"""The tenant on a day: what policies ask, worked out once and shared by all of them."""

from functools import cached_property
from typing import TYPE_CHECKING

from validator.tenant import terms
from validator.tenant.handover_on import HandoverOn
from validator.tenant.model import (
    Partner,
    Subscription,
)
from validator.tenant.months_on import MonthsOn
from validator.tenant.people_on import PeopleOn

if TYPE_CHECKING:
    from validator.tenant.advice_on import AdviceOn


class TenantOn(PeopleOn):
    """A tenant on a day.

    `today` is the day, `expiring_within` the horizon in days. Dates are calendar days; FOREVER
    (the last day of the calendar) stands for no end.

    To look ahead, today notes what it is compared with; what is worked out holds until the first
    day on which a comparison has another result. So a policy compares dates with `today`, or
    uses the properties here; in a message it writes `day`, the same day as text. Everything else
    that can be done with `today` works, too, but the policy then runs again for every day.
    """

    @cached_property
    def months(self) -> MonthsOn:
        """The months of the tenant: their use, quantities and primaries."""
        return MonthsOn(self)

    @cached_property
    def handover(self) -> HandoverOn:
        """Who loses an agent licence when, and how many seats of it are free afterwards."""
        return HandoverOn(self)

    @cached_property
    def advice(self) -> "AdviceOn":
        """What to assign to those who have no access or licence, or soon lose it."""
        from validator.tenant.advice_on import AdviceOn

        return AdviceOn(self, self.handover)

    # Partners

    def partner(self, id: str) -> Partner | None:
        """Return the partner of this id, the first in the file."""
        return self.index.partners.get(id)

    @cached_property
    def distinct_partners(self) -> tuple[Partner, ...]:
        """The partners that references lead to: of those of one id, the first."""
        return tuple(item for item in self.partners if self.partner(item.id) is item)

    def has_subscription(self, partner: Partner) -> bool:
        """Return whether a subscription names the partner, which an earlier one may hide."""
        named = self.index.partners_with_subscription
        return partner.id in named and self.partner(partner.id) is partner

    @cached_property
    def first_with_partner(self) -> Subscription | None:
        """The first of all subscriptions that name a known partner (R10)."""
        return terms.first(
            item
            for item in self.subscriptions
            if item.partner is not None and self.partner(item.partner) is not None
        )

    def closest_partner(self, id: str) -> str | None:
        """Return the known id that is most similar to an unknown one; None if none is similar."""
        return self.index.closest(id, self.index.partners)

    def suggest_partner(self, id: str) -> str:
        """Return "did you mean northwind?" for an unknown id, or nothing."""
        return self.index.suggest(id, self.index.partners)
