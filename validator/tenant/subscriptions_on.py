"""The subscriptions of a tenant on a day: which are active, which is primary, what they include."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from validator.findings.finding import Finding, Related
from validator.findings.fix import Fix
from validator.findings.wording import suggestion
from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, day_after, month_days, until_text
from validator.tenant.clock import Clock
from validator.tenant.index import Index
from validator.tenant.model import (
    EntitlementLine,
    Organisation,
    Partner,
    Subscription,
    Tenant,
    UsageRow,
    User,
)
from validator.tenant.on_day import OnDay
from validator.tenant.runs import next_begin
from validator.tenant.shared import shared
from validator.tenant.timeline import Timeline, timeline_with_history

_PARTS = ("organisation", "subscriptions", "users", "partners", "usage")


class SubscriptionsOn(OnDay):
    """The subscriptions of a tenant on a day, and the basic data of the tenant."""

    tenant: Tenant
    organisation: Organisation
    subscriptions: tuple[Subscription, ...]
    users: tuple[User, ...]
    partners: tuple[Partner, ...]
    usage: tuple[UsageRow, ...]
    index: Index

    def __init__(
        self,
        tenant: Tenant,
        today: date,
        expiring_within: int = 30,
        *,
        clock: Clock | None = None,
        before: "SubscriptionsOn | None" = None,
    ) -> None:
        earlier = {} if before is None else before.worked_out
        super().__init__(clock or Clock(today), expiring_within, earlier)
        index = Index(tenant) if before is None else before.index
        parts = {name: getattr(tenant, name) for name in _PARTS}
        self._store(tenant=tenant, index=index, **parts)

    def finding(
        self, *keys: str | int, message: str, help: str = "", fix: Fix | None = None
    ) -> Finding:
        """Return a finding at the value under the given keys of the document."""
        return self.tenant.finding(*keys, message=message, help=help, fix=fix)

    @property
    def timeline(self) -> Timeline:
        """The days on which the terms of the tenant hold, from today on."""
        return self.index.timeline

    @property
    def history(self) -> Timeline:
        """The days on which the terms of the tenant hold, including the days before today."""
        return self._history if self.index.has_history else self.index.timeline

    @shared
    def _history(self) -> Timeline:
        day = self.clock.day
        timeline, changes = timeline_with_history(self.tenant, self.index.subscriptions, day)
        self.clock.note(changes)
        return timeline

    def history_in(self, month: str) -> Timeline:
        """Return the history for questions about the days of one month.

        The answers about a past month are the same on every later day. The answers about a coming
        month are valid at least until it begins.
        """
        if not self.index.has_history:
            return self.index.timeline
        timeline, changes = self.clock.measure(lambda: self._history)
        first, last = month_days(month)
        if last >= self.clock.day:
            self.clock.note(max(changes, day_after(first)))
        return timeline

    @shared
    def has_ending(self) -> bool:
        """Whether a subscription or an entitlement line ends soon.

        If not, no cover and no licence of a user ends soon.
        """
        ends = self.timeline.ends
        number = bisect_left(ends, self.clock.day)
        if number == len(ends) or not self.is_ending(ends[number]):
            return False
        self.clock.note(day_after(ends[number]))
        return True

    # Subscriptions

    @shared
    def live(self) -> tuple[Subscription, ...]:
        """The subscriptions that are not over, in the order of the file."""
        return tuple(item for item in self.subscriptions if not self.is_over(item))

    @shared
    def active(self) -> tuple[Subscription, ...]:
        """The subscriptions that are active today, in the order of the file."""
        return tuple(item for item in self.subscriptions if self.is_active(item))

    @shared
    def first_live(self) -> Subscription | None:
        """The live subscription with the earliest start."""
        return terms.first(self.live)

    def is_active(self, subscription: Subscription) -> bool:
        """Return whether the subscription is active today."""
        return self.run(self.timeline.active(subscription)) is not None

    def is_over(self, subscription: Subscription) -> bool:
        """Return whether the subscription is cancelled or its last day has passed."""
        return terms.is_over(subscription, self.today)

    def is_past(self, subscription: Subscription) -> bool:
        """Return whether the last day of the subscription has passed."""
        return terms.last_day(subscription) < self.today

    def is_expiring(self, subscription: Subscription) -> bool:
        """Return whether the subscription is active today and its active days end soon."""
        until = self.until(self.timeline.active(subscription))
        return until is not None and self.is_ending(until)

    def has_started(self, subscription: Subscription) -> bool:
        """Return whether the subscription starts today or has started."""
        return subscription.start <= self.today

    def last_day(self, subscription: Subscription) -> date:
        """Return the last day of service, with grace, or FOREVER."""
        return terms.last_day(subscription)

    def rewritten(
        self, old: Subscription, new: Subscription, service: str
    ) -> tuple[date, int, int] | None:
        """Return the first past day on which the quantity differs between two versions.

        Also returns the old and the new quantity. The day is not before either start.
        """
        changed = terms.first_difference(old, new, service)
        return changed if changed is not None and changed[0] < self.today else None

    @property
    def next_to_start(self) -> tuple[date, Subscription] | None:
        """The next day on which a subscription becomes active, with that subscription."""
        return self.clock.for_words(self.starting_after, self.today)

    def starting_after(self, day: date) -> tuple[date, Subscription] | None:
        """Return the first day after a day on which a subscription becomes active, with it."""
        starts = [
            (first, item)
            for item in self.subscriptions
            if (first := next_begin(self.timeline.active(item), day)) is not None
        ]
        return min(starts, key=lambda start: (start[0], start[1].id), default=None)

    def first_term_end(self, subscription: Subscription) -> date:
        """Return the last day of the first term of `term_months`."""
        return terms.first_term_end(subscription)

    def is_term_end(self, subscription: Subscription, end: date) -> bool:
        """Return whether a whole number of terms (`term_months`) from the start ends on a day."""
        months = subscription.term_months
        return months is not None and terms.is_term_end(subscription, months, end)

    def renewal_decision(self, subscription: Subscription) -> tuple[date, date] | None:
        """Return the day by which a renewal must be decided, if soon, and the end of the term."""
        decision = next(terms.decisions(subscription, self.clock.day), None)
        if decision is None:
            return None
        self.clock.note(day_after(decision[0]))
        return decision if self.is_ending(decision[0]) else None

    @shared
    def primary(self) -> Subscription | None:
        """The primary: the active subscription that started first (R3)."""
        return self.leader(self.timeline.primaries)

    @shared
    def next_primary(self) -> tuple[date, Subscription] | None:
        """The day of the next primary, at most one after the horizon, and that primary."""
        return self.next_leader(self.timeline.primaries)

    def bearer(self, service: str) -> Subscription | None:
        """Return the subscription that bears the overage of a service today."""
        return self.leader(self.timeline.bearers(service))

    def next_bearer(self, service: str) -> tuple[date, Subscription] | None:
        """Return the day of the next bearer, at most one after the horizon, and that bearer."""
        return self.next_leader(self.timeline.bearers(service))

    @cached_property
    def telephony_option(self) -> terms.TelephonyOption | None:
        """The telephony option of the tenant, else of the first subscription that has one (R12)."""
        if self.organisation.telephony is not None:
            related = Related(self.organisation.at("telephony"), "the tenant's option is set here")
            return terms.TelephonyOption(self.organisation.telephony, related)
        first = terms.first(
            item
            for item in self.subscriptions
            if item.telephony is not None and item.status != "cancelled"
        )
        if first is None or first.telephony is None:
            return None
        words = f"{first.id}, the first subscription with an option, sets it here"
        return terms.TelephonyOption(first.telephony, Related(first.at("telephony"), words))

    @property
    def can_use_bundled_pstn(self) -> bool:
        """Whether Cisco offers the bundled PSTN in the tenant's country, if that is known (R12)."""
        return self.organisation.country in (None, *terms.BUNDLED_PSTN_COUNTRIES)

    @shared
    def covered_until(self) -> date | None:
        """The last day of the run of days with an active subscription; None if not active today."""
        return self.until(self.timeline.tenant)

    # Entitlements

    def has(self, subscription: Subscription, service: str) -> bool:
        """Return whether a line of the service is active today."""
        return self.run(self.timeline.has(subscription, service)) is not None

    def quantity(self, subscription: Subscription, service: str) -> int:
        """Return the quantity of a service in a subscription today."""
        return self.amount(self.timeline.quantity(subscription, service))

    def holders(self, subscription: Subscription, service: str) -> int:
        """Return the number of users who take a seat of a service in a subscription."""
        return len(self.index.holders.get((subscription.id, service), ()))

    def agent_holders(self, subscription: Subscription) -> int:
        """Return the number of users who take an agent seat in a subscription."""
        return self.index.agent_holders.get(subscription.id, 0)

    def assigned_users(self, subscription: Subscription) -> int:
        """Return the number of users with an assignment to the subscription."""
        return self.index.assigned.get(subscription.id, 0)

    def largest_quantity(self, subscription: Subscription, service: str) -> int | None:
        """Return the largest sum of the lines that count on a day, from today and the start on.

        None if no line counts any more.
        """
        day = self.clock.day
        ends, quantity = self.timeline.lines(subscription, service)
        number = bisect_left(ends, day)
        if number == len(ends):
            return None
        self.clock.note(day_after(ends[number]))
        return quantity.largest_from(day)

    def is_left(self, line: EntitlementLine) -> bool:
        """Return whether the line does not end before today."""
        return line.until is None or line.until >= self.today

    def bundled_pstn_services(self, subscription: Subscription) -> list[str]:
        """Return the services of the bundled PSTN of which the subscription has lines left."""
        return [
            service
            for service in terms.BUNDLED_PSTN_SERVICES
            if service in subscription.entitlements and not self.has_run_out(subscription, service)
        ]

    def has_run_out(self, subscription: Subscription, service: str) -> bool:
        """Return whether the subscription lists the service, but every line of it has ended."""
        return self.share(
            ("run_out", subscription, service), self._has_run_out, subscription, service
        )

    def _has_run_out(self, subscription: Subscription, service: str) -> bool:
        entitlement = subscription.entitlements.get(service)
        ends = [] if entitlement is None else [one.until or FOREVER for one in entitlement.lines]
        return bool(ends) and max(ends) < self.today

    # Text for messages

    def state(self, subscription: Subscription) -> str:
        """Return the state of the subscription today, for a message."""
        if subscription.status == "cancelled":
            return "is cancelled"
        if self.is_past(subscription):
            return f"ended on {terms.last_day(subscription)}"
        if not terms.has_active_status(subscription):
            return f"is {subscription.status}"
        if not self.has_started(subscription):
            return f"starts on {subscription.start}"
        if not self.is_active(subscription):
            return f"is lapsed on {self.day}"
        return f"is active since {subscription.start}"

    def until_text(self, day: date) -> str:
        """Return "until 2026-12-31", or "without an end", for a message."""
        return until_text(day)

    def runs_until(self, subscription: Subscription) -> str:
        """Return until when the subscription runs, for a message."""
        if subscription.auto_renew and subscription.end is not None:
            return "renews automatically"
        last = terms.last_day(subscription)
        return "has no end" if last == FOREVER else f"runs until {last}"

    # References

    @cached_property
    def distinct_subscriptions(self) -> tuple[Subscription, ...]:
        """The subscriptions that references mean: the first one with each id."""
        return self.index.distinct_subscriptions

    def subscription(self, id: str) -> Subscription | None:
        """Return the first subscription with an id, or None."""
        return self.index.subscriptions.get(id)

    def closest_subscription(
        self, id: str, license: str | None = None, month: str | None = None
    ) -> str | None:
        """Return the known id that is most similar to an unknown one; None if none is similar.

        One that does not include the licence, or did not run in the month, is left out.
        """
        return self.index.closest_subscription(id, license, month)

    def suggest_subscription(self, id: str, license: str | None = None) -> str:
        """Return "did you mean Sub1?" for an unknown id, or an empty string."""
        return suggestion(self.closest_subscription(id, license))

    def known_subscriptions(self, ids: Iterable[str]) -> list[Subscription]:
        """Return the subscriptions with the given ids. Unknown ids are omitted."""
        return [item for id in ids if (item := self.subscription(id)) is not None]
