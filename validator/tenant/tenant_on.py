"""The tenant as it stands on a day: what policies ask, worked out once and shared by all."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar, overload

from validator.findings.finding import Finding, Related
from validator.tenant import terms
from validator.tenant.clock import NEVER, Clock
from validator.tenant.index import Index
from validator.tenant.model import (
    Organisation,
    Partner,
    Subscription,
    Telephony,
    Tenant,
    UsageRow,
    User,
)

Answer = TypeVar("Answer")


class TelephonyOption(NamedTuple):
    """The one telephony option of a tenant, and where it is set."""

    value: Telephony
    set_at: Related


class MonthlyUse(NamedTuple):
    """The use of one service in one month, tenant-wide, judged on the month's last day.

    `row` is the first usage row of the month and service.
    """

    row: UsageRow
    entitled: int
    used: Decimal
    subscriptions: tuple[Subscription, ...]

    @property
    def overage(self) -> Decimal:
        """What was used beyond the entitlement."""
        return terms.overage(self.used, self.entitled)

    @property
    def bearer(self) -> Subscription | None:
        """Who pays for overage."""
        _, day = terms.month_days(self.row.month)
        return terms.bearer(self.subscriptions, self.row.service, day)


class shared(Generic[Answer]):  # noqa: N801
    """A property that is worked out once and shared, and knows until when it holds."""

    def __init__(self, work_out: Callable[["TenantOn"], Answer]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    @overload
    def __get__(self, tenant: None, owner: type) -> "shared[Answer]": ...
    @overload
    def __get__(self, tenant: "TenantOn", owner: type) -> Answer: ...
    def __get__(self, tenant: "TenantOn | None", owner: type) -> "shared[Answer] | Answer":
        if tenant is None:
            return self
        return tenant.share(self._name, self._work_out, tenant)


class TenantOn:
    """A tenant on a day.

    `today` is the day, `expiring_within` the horizon in days. Dates are calendar days;
    `terms.FOREVER` (the last day of the calendar) stands for no end.

    To look ahead, today notes what it is compared with; what is worked out holds until the first
    day on which a comparison comes out otherwise. So a policy compares dates with `today`, or
    asks what is here; in a message it says `day`, the same as text. All else that can be done
    with `today` works, too, but makes the policy be asked again on every day.
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
        self.tenant = tenant
        self.clock = Clock(today) if clock is None else clock
        self.today = self.clock.today
        self.expiring_within = expiring_within
        self.organisation: Organisation = tenant.organisation
        self.subscriptions: tuple[Subscription, ...] = tenant.subscriptions
        self.users: tuple[User, ...] = tenant.users
        self.partners: tuple[Partner, ...] = tenant.partners
        self.usage: tuple[UsageRow, ...] = tenant.usage
        self._index: Index = Index(tenant) if before is None else before._index  # noqa: SLF001
        # What has been worked out, by what it is, and the first day on which it may be otherwise;
        # of what an earlier day has worked out, that which still holds.
        self._worked_out: dict[Hashable, tuple[Any, date]] = {}
        if before is not None:
            earlier = before._worked_out  # noqa: SLF001
            self._worked_out = {key: known for key, known in earlier.items() if today < known[1]}

    @property
    def day(self) -> str:
        """The day as a message says it."""
        return self.clock.text()

    def share(self, key: Hashable, work_out: Callable[..., Answer], *about: Any) -> Answer:
        """Return what was worked out under this key, or work it out."""
        known = self._worked_out.get(key)
        if known is None:
            known = self._worked_out[key] = self.clock.measure(work_out, *about)
        answer: Answer
        answer, until = known
        if until is not NEVER:
            self.clock.note(until)
        return answer

    def finding(self, *keys: str | int, message: str, help: str = "") -> Finding:
        """Return a finding at the value under these keys of the document."""
        return self.tenant.finding(*keys, message=message, help=help)

    # The day

    @shared
    def live(self) -> tuple[Subscription, ...]:
        """The subscriptions that are not over, in the order of the file."""
        return tuple(item for item in self.subscriptions if terms.is_live(item, self.today))

    @shared
    def active(self) -> tuple[Subscription, ...]:
        """The subscriptions that serve today, in the order of the file."""
        return tuple(item for item in self.subscriptions if terms.is_active(item, self.today))

    @shared
    def _active(self) -> frozenset[Subscription]:
        return frozenset(self.active)

    @shared
    def first_live(self) -> Subscription | None:
        """The live subscription that starts first."""
        return terms.first(self.live)

    @shared
    def primary(self) -> Subscription | None:
        """The primary: the first of the active subscriptions (R3)."""
        return terms.first(self.active)

    @shared
    def next_primary(self) -> tuple[date, Subscription] | None:
        """The day within the horizon on which the primary changes, and the next primary."""
        return terms.next_primary(self.primary, self.subscriptions, self._horizon)

    @shared
    def telephony_option(self) -> TelephonyOption | None:
        """The tenant's option: its own, else that of the first live subscription that has one."""
        if self.organisation.telephony is not None:
            related = Related(self.organisation.at("telephony"), "the tenant's option is set here")
            return TelephonyOption(self.organisation.telephony, related)
        first = terms.first(item for item in self.live if item.telephony is not None)
        if first is None or first.telephony is None:
            return None
        related = Related(
            first.at("telephony"), f"{first.id}, the first live subscription, sets the option here"
        )
        return TelephonyOption(first.telephony, related)

    # Who is covered

    @shared
    def covered_until(self) -> date | None:
        """The last day of the unbroken run of days with an active subscription; None: no run."""
        return terms.covered_until(self.active, self.subscriptions)

    def user_covered_until(self, user: User) -> date | None:
        """Return until when the user's known subscriptions cover them; None: not today."""
        covers = self._covers
        if user in covers:
            return covers[user]
        return self._covered_by([item.subscription for item in user.assignments])

    @shared
    def _covers(self) -> dict[User, date | None]:
        covers: dict[User, date | None] = {}
        known: dict[tuple[str, ...], date | None] = {}
        for user in self.users:
            ids = tuple([item.subscription for item in user.assignments])
            if ids not in known:
                known[ids] = self._covered_by(ids)
            covers[user] = known[ids]
        return covers

    @shared
    def ending_users(self) -> tuple[tuple[User, date], ...]:
        """The users whose cover ends within the horizon, and its last day."""
        covers = self._covers
        ending = {until for until in {*covers.values()} if until and self.is_ending(until)}
        return tuple([(user, until) for user, until in covers.items() if until in ending])

    @shared
    def administrators(self) -> tuple[User, ...]:
        """The users with the role administrator."""
        return tuple(user for user in self.users if "administrator" in user.roles)

    @shared
    def administrators_with_access(self) -> tuple[User, ...]:
        """The administrators who have access today."""
        return tuple(
            user for user in self.administrators if self.user_covered_until(user) is not None
        )

    @shared
    def administrators_covered_until(self) -> date | None:
        """Until when the subscriptions of all administrators together cover somebody."""
        return self._covered_by(
            {item.subscription for user in self.administrators for item in user.assignments}
        )

    @cached_property
    def _horizon(self) -> date:
        """The last day of the horizon. It moves along with today, so it never needs a note."""
        return terms.plus_days(self.today, self.expiring_within)

    def is_ending(self, until: date) -> bool:
        """Tell whether a cover that lasts until then ends within the horizon."""
        return terms.is_within(until, self._horizon)

    def is_active(self, subscription: Subscription) -> bool:
        """Tell whether the subscription serves today."""
        return terms.is_active(subscription, self.today)

    def is_expiring(self, subscription: Subscription) -> bool:
        """Tell whether the subscription serves today and ends within the horizon."""
        return terms.is_expiring(subscription, self.today, self.expiring_within)

    def has_started(self, subscription: Subscription) -> bool:
        """Tell whether the subscription's first day has come."""
        return subscription.start <= self.today

    def is_past(self, subscription: Subscription) -> bool:
        """Tell whether the subscription's last day is past."""
        return terms.last_day(subscription) < self.today

    def state(self, subscription: Subscription) -> str:
        """Return how the subscription stands today, as a message puts it."""
        if subscription.status == "cancelled":
            return "is cancelled"
        if self.is_past(subscription):
            return f"ended on {terms.last_day(subscription)}"
        if not terms.serves(subscription):
            return f"is {subscription.status}"
        if subscription.start > self.today:
            return f"starts on {subscription.start}"
        return f"is active since {subscription.start}"

    def runs_until(self, subscription: Subscription) -> str:
        """Return until when the subscription runs, as a message puts it."""
        last = terms.last_day(subscription)
        return "has no end" if last == terms.FOREVER else f"runs until {last}"

    def term_end(self, subscription: Subscription) -> date | None:
        """Return the end that `start` and `term_months` make; None without a term."""
        if subscription.term_months is None:
            return None
        return terms.term_end(subscription.start, subscription.term_months)

    def starting_after(self, day: date) -> Subscription | None:
        """Return the first subscription that starts to serve after the day."""
        return terms.first(
            item for item in self.subscriptions if item.start > day and terms.runs(item)
        )

    def last_day(self, subscription: Subscription) -> date:
        """Return the last day of service, with grace; FOREVER where there is none."""
        return terms.last_day(subscription)

    def day_after(self, day: date) -> date:
        """Return the next day."""
        return terms.day_after(day)

    def successor(self, until: date | None) -> Subscription | None:
        """Return the subscription that serves the day after `until`, or today, the longest."""
        return self.share(("successor", until), self._work_out_successor, until)

    def _work_out_successor(self, until: date | None) -> Subscription | None:
        day = self.today if until is None else terms.day_after(until)
        serving = (item for item in self.subscriptions if terms.is_active(item, day))
        return max(serving, key=terms.last_day, default=None)

    def _covered_by(self, ids: Iterable[str]) -> date | None:
        by_id, active = self._index.subscriptions, self._active
        known = [by_id[id] for id in ids if id in by_id]
        return terms.covered_until([item for item in known if item in active], known)

    # References

    @shared
    def distinct_subscriptions(self) -> tuple[Subscription, ...]:
        """The subscriptions to which references lead: of those of one id, the first."""
        return tuple(item for item in self.subscriptions if self.subscription(item.id) is item)

    def user(self, email: str) -> User | None:
        """Return the user of this e-mail address, letter case aside, the first in the file."""
        return self._index.users.get(email.lower())

    def subscription(self, id: str) -> Subscription | None:
        """Return the subscription of this id, the first in the file."""
        return self._index.subscriptions.get(id)

    @shared
    def first_with_partner(self) -> Subscription | None:
        """The first of all subscriptions that name a partner (R10)."""
        return terms.first(item for item in self.subscriptions if item.partner is not None)

    def has_subscription(self, partner: Partner) -> bool:
        """Tell whether a subscription names the partner, which an earlier one may hide."""
        return partner.id in self._index.engaged and self.partner(partner.id) is partner

    def partner(self, id: str) -> Partner | None:
        """Return the partner of this id, the first in the file."""
        return self._index.partners.get(id)

    def suggest_subscription(self, id: str) -> str:
        """Return "did you mean Sub1?" for an unknown id, or nothing."""
        return self._index.suggest(id, self._index.subscriptions)

    def suggest_partner(self, id: str) -> str:
        """Return "did you mean northwind?" for an unknown id, or nothing."""
        return self._index.suggest(id, self._index.partners)

    # Entitlements and use

    def holders(self, subscription: Subscription, service: str) -> int:
        """Return how many users are assigned a license of the service on a subscription."""
        return self._index.holders[subscription.id, service]

    def entitled(self, subscription: Subscription, service: str) -> int | None:
        """Return the quantity of a line of the service that is active today, else None."""
        return terms.entitled(subscription, service, self.today)

    @shared
    def monthly_use(self) -> tuple[MonthlyUse, ...]:
        """The use of each month and service that has usage rows, in the order of the file."""
        rows: dict[tuple[str, str], list[UsageRow]] = {}
        for row in self.usage:
            rows.setdefault((row.month, row.service), []).append(row)
        return tuple(self._use_of(of_both) for of_both in rows.values())

    def _use_of(self, rows: list[UsageRow]) -> MonthlyUse:
        first = rows[0]
        _, day = terms.month_days(first.month)
        entitled = terms.entitled_in_all(self.subscriptions, first.service, day)
        used = terms.total([row.quantity for row in rows])
        return MonthlyUse(first, entitled, used, self.subscriptions)

    def primary_of_month(self, month: str) -> Subscription | None:
        """Return the primary on the last day of a month, YYYY-MM."""
        _, day = terms.month_days(month)
        return self.share(("primary", month), terms.primary, self.subscriptions, day)

    def has_day_in_month(self, subscription: Subscription, month: str) -> bool:
        """Tell whether a day of the month, YYYY-MM, lies in the subscription's term and grace."""
        return terms.has_day_in(subscription, *terms.month_days(month))
