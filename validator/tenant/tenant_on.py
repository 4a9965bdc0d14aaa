"""The tenant on a day: the answers that policies ask for, computed once and shared."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from validator.tenant import terms
from validator.tenant.handover_on import HandoverOn
from validator.tenant.model import Partner, Subscription
from validator.tenant.months_on import MonthsOn
from validator.tenant.people_on import PeopleOn
from validator.tenant.runs import leader_at, merged, run_at

if TYPE_CHECKING:
    from validator.tenant.advice_on import AdviceOn
    from validator.tenant.successors_on import NeedKey, Successors


class TenantOn(PeopleOn):
    """A tenant on a day.

    `today` is the day and `expiring_within` the horizon in days. Dates are calendar days. FOREVER
    (the last day of the calendar) means no end.

    For forecasts, `today` notes the dates with which it is compared. A result is valid until the
    first day on which a comparison has another result. Policies therefore compare dates with
    `today`, or use the properties of this class. In messages they use `day`, the same day as text.
    Any other operator or method of `today` works, too, but then the policy runs again for every
    day. Two uses are not noted: a condition on the text of `day`, and a function that takes
    `today` as an argument, such as `datetime.combine`.
    """

    # Parts that refer to the tenant are not stored in it: a cycle is only freed by the garbage
    # collector.

    @property
    def months(self) -> MonthsOn:
        """The months of the tenant: their use, quantities and primaries."""
        return MonthsOn(self)

    @property
    def handover(self) -> HandoverOn:
        """The users who lose an agent licence, and the seats that are then free."""
        return HandoverOn(self)

    @property
    def advice(self) -> "AdviceOn":
        """Advice on what to assign to users who have no access or licence, or soon lose it."""
        from validator.tenant.advice_on import AdviceOn

        return AdviceOn(self, self.handover, self._successors)

    @cached_property
    def _successors(self) -> "dict[NeedKey, Successors]":
        """The successors by need, as far as `advice` has worked them out."""
        return {}

    # Pending subscriptions

    def awaited_on(self, day: date, *licenses: str) -> Subscription | None:
        """Return the pending subscription that would be active on a day the longest, or None.

        With licences, only if it has a free seat of one of them, or no `entitlements`. One with
        which the cover of the tenant, or the licence, would soon end is left out.
        """
        return self.clock.for_words(self._awaited_on, day, licenses)

    def _awaited_on(self, day: date, licenses: tuple[str, ...]) -> Subscription | None:
        found = leader_at(self.index.awaited(licenses), day)
        if found is None:
            return None
        runs = self.index.free_runs(found, licenses)
        run = run_at(runs if licenses else merged([*self.timeline.tenant, *runs]), day)
        return None if run is None or self.is_ending(run[1]) else found

    # Partners

    def partner(self, id: str) -> Partner | None:
        """Return the first partner with an id, or None."""
        return self.index.partners.get(id)

    @cached_property
    def distinct_partners(self) -> tuple[Partner, ...]:
        """The partners that references mean: the first one with each id."""
        return tuple(item for item in self.partners if self.partner(item.id) is item)

    def has_subscription(self, partner: Partner) -> bool:
        """Return whether a subscription names the partner, and no earlier partner has its id."""
        named = self.index.partners_with_subscription
        return partner.id in named and self.partner(partner.id) is partner

    @cached_property
    def first_with_partner(self) -> Subscription | None:
        """The first subscription that names a known partner (R10)."""
        return terms.first(
            item
            for item in self.subscriptions
            if item.partner is not None and self.partner(item.partner) is not None
        )

    def closest_partner(self, id: str) -> str | None:
        """Return the known id that is most similar to an unknown one; None if none is similar."""
        return self.index.known_partners.closest(id)

    def suggest_partner(self, id: str) -> str:
        """Return "did you mean northwind?" for an unknown id, or an empty string."""
        return self.index.known_partners.suggest(id)
