"""The tenant on a day: what policies ask, worked out once and shared by all of them."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import NamedTuple

from validator.findings.finding import Finding, Related
from validator.findings.wording import did_you_mean
from validator.tenant import terms
from validator.tenant.advice_on import AdviceOn
from validator.tenant.calendar_days import FOREVER, day_after
from validator.tenant.clock import Clock
from validator.tenant.handover_on import HandoverOn
from validator.tenant.index import Index
from validator.tenant.model import (
    Assignment,
    EntitlementLine,
    Organisation,
    Partner,
    Subscription,
    Telephony,
    Tenant,
    UsageRow,
    User,
)
from validator.tenant.months_on import MonthsOn
from validator.tenant.on_day import OnDay
from validator.tenant.runs import Runs, merged
from validator.tenant.shared import shared
from validator.tenant.timeline import Timeline, key_of, timeline_with_history


class TelephonyOption(NamedTuple):
    """The one telephony option of a tenant, and where it is set."""

    value: Telephony
    set_at: Related


class TenantOn(OnDay):
    """A tenant on a day.

    `today` is the day, `expiring_within` the horizon in days. Dates are calendar days; FOREVER
    (the last day of the calendar) stands for no end.

    To look ahead, today notes what it is compared with; what is worked out holds until the first
    day on which a comparison has another result. So a policy compares dates with `today`, or
    uses the properties here; in a message it writes `day`, the same day as text. Everything else
    that can be done with `today` works, too, but the policy then runs again for every day.
    """

    def __init__(
        self,
        tenant: Tenant,
        today: date,
        expiring_within: int = 30,
        *,
        clock: Clock | None = None,
        before: "TenantOn | None" = None,
    ) -> None:
        earlier = {} if before is None else before.worked_out
        super().__init__(clock or Clock(today), expiring_within, earlier)
        self.tenant = tenant
        self.organisation: Organisation = tenant.organisation
        self.subscriptions: tuple[Subscription, ...] = tenant.subscriptions
        self.users: tuple[User, ...] = tenant.users
        self.partners: tuple[Partner, ...] = tenant.partners
        self.usage: tuple[UsageRow, ...] = tenant.usage
        self.index: Index = Index(tenant) if before is None else before.index

    def finding(self, *keys: str | int, message: str, help: str = "") -> Finding:
        """Return a finding at the value under these keys of the document."""
        return self.tenant.finding(*keys, message=message, help=help)

    @property
    def timeline(self) -> Timeline:
        """When the terms of the tenant hold, from today on."""
        return self.index.timeline

    @property
    def history(self) -> Timeline:
        """When the terms of the tenant hold, and held before today."""
        return self._history if self.index.has_history else self.index.timeline

    @shared
    def _history(self) -> Timeline:
        day = self.clock.day
        timeline, changes = timeline_with_history(self.tenant, self.index.subscriptions, day)
        self.clock.note(changes)
        return timeline

    def day_after(self, day: date) -> date:
        """Return the next day."""
        return day_after(day)

    # Subscriptions

    @shared
    def live(self) -> tuple[Subscription, ...]:
        """The subscriptions that are not over, in the order of the file."""
        return tuple(item for item in self.subscriptions if not terms.is_over(item, self.today))

    @shared
    def active(self) -> tuple[Subscription, ...]:
        """The subscriptions that are active today, in the order of the file."""
        return tuple(item for item in self.subscriptions if self.is_active(item))

    @shared
    def first_live(self) -> Subscription | None:
        """The live subscription that starts first."""
        return terms.first(self.live)

    def is_active(self, subscription: Subscription) -> bool:
        """Return whether the subscription is active today."""
        return self.run(self.timeline.active(subscription)) is not None

    def is_past(self, subscription: Subscription) -> bool:
        """Return whether the subscription's last day is past."""
        return terms.last_day(subscription) < self.today

    def is_expiring(self, subscription: Subscription) -> bool:
        """Return whether the subscription is active today and its run of active days ends soon."""
        until = self.until(self.timeline.active(subscription))
        return until is not None and self.is_ending(until)

    def has_started(self, subscription: Subscription) -> bool:
        """Return whether the subscription's first day has come."""
        return subscription.start <= self.today

    def last_day(self, subscription: Subscription) -> date:
        """Return the last day of service, with grace; FOREVER where there is none."""
        return terms.last_day(subscription)

    def rewritten(
        self, old: Subscription | None, new: Subscription, service: str
    ) -> tuple[date, int, int] | None:
        """Return the first past day on which lines count otherwise in an older version.

        With it come the quantities of both. It lies before today, and not before either start.
        """
        if old is None:
            return None
        changed = terms.first_difference(old, new, service)
        return changed if changed is not None and changed[0] < self.today else None

    @property
    def next_to_start(self) -> tuple[date, Subscription] | None:
        """The next day on which a subscription becomes active, and that subscription."""
        return self.clock.for_words(self.starting_after, self.today)

    def starting_after(self, day: date) -> tuple[date, Subscription] | None:
        """Return the next day after a day on which a subscription becomes active, and that one."""
        starts = [
            (first, item)
            for item in self.subscriptions
            for first, _ in self.timeline.active(item)
            if first > day
        ]
        return min(starts, key=lambda start: (start[0], start[1].id), default=None)

    def first_term_end(self, subscription: Subscription) -> date:
        """Return the last day of the first term of `term_months`."""
        return terms.first_term_end(subscription)

    def is_term_end(self, subscription: Subscription, end: date) -> bool:
        """Return whether a number of whole terms (`term_months`) from the start ends on a day."""
        months = subscription.term_months
        return months is not None and terms.is_term_end(subscription, months, end)

    def renewal_decision(self, subscription: Subscription) -> tuple[date, date] | None:
        """Return the day by which a renewal must be decided, and the end of the term, if soon."""
        decision = terms.decision_day(subscription, self.clock.day)
        if decision is None:
            return None
        self.clock.note(day_after(decision[0]))
        return decision if self.is_ending(decision[0]) else None

    @shared
    def primary(self) -> Subscription | None:
        """The primary: of the active subscriptions, the one that started first (R3)."""
        return self.leader(self.timeline.primaries)

    @shared
    def next_primary(self) -> tuple[date, Subscription] | None:
        """The day until one after the horizon on which the primary changes, and the next one."""
        return self.next_leader(self.timeline.primaries)

    def bearer(self, service: str) -> Subscription | None:
        """Return who bears the overage of a service today."""
        return self.leader(self.timeline.bearers(service))

    def next_bearer(self, service: str) -> tuple[date, Subscription] | None:
        """Return the day until one after the horizon on which the bearer changes, and the next."""
        return self.next_leader(self.timeline.bearers(service))

    @cached_property
    def telephony_option(self) -> TelephonyOption | None:
        """The tenant's option: its own, else that of the first subscription that has one (R12)."""
        if self.organisation.telephony is not None:
            related = Related(self.organisation.at("telephony"), "the tenant's option is set here")
            return TelephonyOption(self.organisation.telephony, related)
        first = terms.first(
            item
            for item in self.subscriptions
            if item.telephony is not None and item.status != "cancelled"
        )
        if first is None or first.telephony is None:
            return None
        words = f"{first.id}, the first subscription, sets the option here"
        return TelephonyOption(first.telephony, Related(first.at("telephony"), words))

    @shared
    def covered_until(self) -> date | None:
        """The last day of the run of days with an active subscription; None: not today."""
        return self.until(self.timeline.tenant)

    # Entitlements

    def has(self, subscription: Subscription, service: str) -> bool:
        """Return whether a line of the service is active today."""
        return self.run(self.timeline.has(subscription, service)) is not None

    def quantity(self, subscription: Subscription, service: str) -> int:
        """Return the quantity of a service in a subscription today."""
        return self.amount(self.timeline.quantity(subscription, service))

    def holders(self, subscription: Subscription, service: str) -> int:
        """Return how many users take a seat of a service in a subscription."""
        return len(self.index.holders.get((subscription.id, service), ()))

    def largest_quantity(self, subscription: Subscription, service: str) -> int | None:
        """Return the largest sum of lines that count on a day from today and the start on.

        None where no line counts any more.
        """
        lines = subscription.entitlements[service].lines
        return terms.largest_quantity(subscription, [line for line in lines if self.is_left(line)])

    def is_left(self, line: EntitlementLine) -> bool:
        """Return whether the line does not end before today."""
        return line.until is None or line.until >= self.today

    def has_run_out(self, subscription: Subscription, service: str) -> bool:
        """Return whether the subscription lists the service, and every line of it has ended."""
        entitlement = subscription.entitlements.get(service)
        return entitlement is not None and not any(map(self.is_left, entitlement.lines))

    # People

    @shared
    def _covers(self) -> dict[User, date | None]:
        covers: dict[User, date | None] = {}
        known: dict[Runs, date | None] = {}
        for user in self.users:
            runs = self.timeline.cover(user)
            if runs not in known:
                known[runs] = self.until(runs)
            covers[user] = known[runs]
        return covers

    def user_covered_until(self, user: User) -> date | None:
        """Return until when the user is covered (R7, R8); None: not today."""
        covers = self._covers
        return covers[user] if user in covers else self.until(self.timeline.cover(user))

    @shared
    def ending_users(self) -> tuple[tuple[User, date], ...]:
        """The users whose cover ends soon, and its last day."""
        covers = self._covers
        ending = {until for until in {*covers.values()} if until and self.is_ending(until)}
        return tuple([(user, until) for user, until in covers.items() if until in ending])

    def license_covered_until(self, user: User, license: str) -> date | None:
        """Return until when a licence of the user is covered; None: not today."""
        return self.until(self.timeline.license_cover(user, license))

    def serves(self, user: User, assignment: Assignment) -> bool:
        """Return whether an assignment of the user serves today."""
        key = key_of(assignment, user_works=terms.works(user))
        return self.run(self.timeline.serves(key)) is not None

    def is_served(self, user: User) -> bool:
        """Return whether one of the user's assignments serves today."""
        return any(self.serves(user, item) for item in user.assignments)

    def is_idle(self, user: User) -> bool:
        """Return whether the user is inactive, or has had no access for 90 days."""
        return terms.is_idle(user, self.today)

    @cached_property
    def administrators(self) -> tuple[User, ...]:
        """The users with the role administrator."""
        return tuple(user for user in self.users if "administrator" in user.roles)

    @shared
    def administrators_with_access(self) -> tuple[User, ...]:
        """The administrators who are covered today."""
        return tuple(
            user for user in self.administrators if self.user_covered_until(user) is not None
        )

    @shared
    def administrators_covered_until(self) -> date | None:
        """Until when at least one administrator is covered; None: none today."""
        runs = {self.timeline.cover(user) for user in self.administrators}
        return self.until(merged(run for item in runs for run in item))

    @cached_property
    def months(self) -> MonthsOn:
        """The months of the tenant: their use, quantities and primaries."""
        return MonthsOn(self)

    @cached_property
    def handover(self) -> HandoverOn:
        """Who loses an agent licence when, and how many seats of it are free afterwards."""
        return HandoverOn(self)

    @cached_property
    def advice(self) -> AdviceOn:
        """What to assign to those who have no access or licence, or soon lose it."""
        return AdviceOn(self)

    # In words

    def state(self, subscription: Subscription) -> str:
        """Return how the subscription stands today, for a message."""
        if subscription.status == "cancelled":
            return "is cancelled"
        if self.is_past(subscription):
            return f"ended on {terms.last_day(subscription)}"
        if not terms.has_active_status(subscription):
            return f"is {subscription.status}"
        if not self.has_started(subscription):
            return f"starts on {subscription.start}"
        if not self.is_active(subscription):
            return f"has lapsed on {self.day}"
        return f"is active since {subscription.start}"

    def until_text(self, day: date) -> str:
        """Return "until 2026-12-31", or "without an end", for a message."""
        return "without an end" if day == FOREVER else f"until {day}"

    def suggest_administrator(self, email: str) -> str:
        """Return "did you mean ada@harbour.example?" for an address of no administrator."""
        return did_you_mean(email, [user.email for user in self.administrators])

    def runs_until(self, subscription: Subscription) -> str:
        """Return until when the subscription runs, for a message."""
        last = terms.last_day(subscription)
        return "has no end" if last == FOREVER else f"runs until {last}"

    # References

    @cached_property
    def distinct_subscriptions(self) -> tuple[Subscription, ...]:
        """The subscriptions that references lead to: of those of one id, the first."""
        return tuple(item for item in self.subscriptions if self.subscription(item.id) is item)

    def subscription(self, id: str) -> Subscription | None:
        """Return the subscription of this id, the first in the file."""
        return self.index.subscriptions.get(id)

    def user(self, email: str) -> User | None:
        """Return the user of this e-mail address, letter case aside, the first in the file."""
        return self.index.users.get(email.lower())

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

    def suggest_subscription(self, id: str) -> str:
        """Return "did you mean Sub1?" for an unknown id, or nothing."""
        return self.index.suggest(id, self.index.subscriptions)

    def suggest_partner(self, id: str) -> str:
        """Return "did you mean northwind?" for an unknown id, or nothing."""
        return self.index.suggest(id, self.index.partners)

    def known_subscriptions(self, ids: Iterable[str]) -> list[Subscription]:
        """Return the subscriptions of these ids, as far as they are known."""
        return [item for id in ids if (item := self.subscription(id)) is not None]
