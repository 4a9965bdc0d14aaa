"""The definitions of the terms of a tenant: active, live, primary, term, works, seat, idle.

`timeline` defines when an assignment serves, gives access or takes an agent seat, and which
subscription bears the overage of a service.

Days are calendar days, both ends included. Functions that return runs (see `runs`) return the days
on which a term holds, from the day of the run on. `history` also returns the days before it.
Sources are R numbers of Cisco's help article n98y8mz, which docs/development.md lists.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Context, Decimal
from functools import reduce
from typing import NamedTuple

from validator.findings.finding import Related
from validator.tenant.calendar_days import (
    FOREVER,
    day_before,
    month_days,
    months_between,
    plus_days,
    plus_months,
)
from validator.tenant.model import Assignment, EntitlementLine, Subscription, Telephony, User
from validator.tenant.runs import Run, Runs, Steps, clipped, merged, without

SENIORITY_SERVICES = ("ai-agent", "ai-assistant", "ivr-outbound-campaign")
"""The services whose overage is borne by the subscription that has had them longest (R14, R15)."""
PREMIUM, STANDARD = AGENT_LICENSES = ("premium-agent", "standard-agent")
"""The agent licences: a user needs one of them to work."""
AGENT_ROLES = frozenset({"agent", "supervisor"})
"""The roles of users who work, and therefore need an agent licence."""
CONNECT = "webex-connect"
"""The service whose usage belongs to the primary (R2). No source says who bears its overage."""
BUNDLED_PSTN_COUNTRIES = ("US", "CA")
"""The countries in which Cisco offers the telephony option bundled-pstn (R12)."""
BUNDLED_PSTN_SERVICES = ("pstn-inbound-toll", "pstn-toll-free")
"""The services that are part of the telephony option bundled-pstn (gsmsaeb)."""

IDLE_DAYS = 90
"""A user is idle if the last access was more than this number of days ago."""
PLAN_DAYS = 120
"""The number of days of a plan, including the first, if no other window is given."""
DEFAULT_TERM_MONTHS = 12

_ACTIVE_STATUSES = (None, "active", "trial")
# Precise enough for the exact sum of any two numbers that a document can contain.
_EXACT = Context(prec=4_000)


# Subscriptions on a day


class TelephonyOption(NamedTuple):
    """The telephony option of a tenant, and where it is set."""

    value: Telephony
    set_at: Related


def last_day(subscription: Subscription) -> date:
    """Return the last day of service, with grace, or FOREVER."""
    if subscription.auto_renew or subscription.end is None:
        return FOREVER
    days = subscription.grace_days
    return plus_days(subscription.end, days) if days else subscription.end


def has_active_status(subscription: Subscription) -> bool:
    """Return whether the status is active or trial."""
    return subscription.status in _ACTIVE_STATUSES


def service_runs(subscription: Subscription) -> Runs:
    """Return the runs of days from the dates and lapses, ignoring the status."""
    last = last_day(subscription)
    if not subscription.lapses:
        return ((subscription.start, last),) if subscription.start <= last else ()
    gaps = merged((lapse.first, lapse.until) for lapse in subscription.lapses)
    return without(subscription.start, last, gaps)


def active_runs(subscription: Subscription) -> Runs:
    """Return the runs of days on which the subscription is active, from today on."""
    return service_runs(subscription) if has_active_status(subscription) else ()


def counts_by_dates(subscription: Subscription) -> bool:
    """Return whether only the dates decide about the days before today, not the status.

    That is the case for a suspended subscription, and for a cancelled one with an end.
    """
    status = subscription.status
    return status == "suspended" or (status == "cancelled" and subscription.end is not None)


def history(subscription: Subscription, today: date) -> Runs:
    """Return the runs of days on which the subscription was, is or will be active."""
    if not counts_by_dates(subscription):
        return active_runs(subscription)
    runs = service_runs(subscription)
    return clipped(runs, date.min, day_before(today)) if today > date.min else ()


def history_changes(subscription: Subscription, today: date) -> date:
    """Return the first day after today on which `history` changes; FOREVER if it does not."""
    if counts_by_dates(subscription):
        for first, last in service_runs(subscription):
            if last >= today:
                return plus_days(max(first, today), 1)
    return FOREVER


def is_over(subscription: Subscription, day: date) -> bool:
    """Return whether the subscription is cancelled or its last day has passed."""
    return subscription.status == "cancelled" or day > last_day(subscription)


def first_key(subscription: Subscription) -> tuple[date, str]:
    """Return the sort key that defines the first of several subscriptions."""
    return subscription.start, subscription.id


def first(subscriptions: Iterable[Subscription]) -> Subscription | None:
    """Return the subscription with the earliest start; for equal starts, the smallest id."""
    return min(subscriptions, key=first_key, default=None)


def primary_key(subscription: Subscription, index: int) -> tuple[date, bool, str, int]:
    """Return the sort key that defines the primary among active subscriptions (R3)."""
    return subscription.start, subscription.primary is not True, subscription.id, index


# Terms and renewals


def is_outside_term(subscription: Subscription, month: str) -> bool:
    """Return whether no day of the month is between the start and the last day."""
    first, last = month_days(month)
    return max(subscription.start, first) > min(last_day(subscription), last)


def is_term_end(subscription: Subscription, term_months: int, end: date) -> bool:
    """Return whether a whole number of terms from the start ends on a day."""
    if end == FOREVER:
        return False
    following = plus_days(end, 1)
    months = months_between(subscription.start, following)
    return (
        months > 0
        and months % term_months == 0
        and plus_months(subscription.start, months) == following
    )


def first_term_end(subscription: Subscription) -> date:
    """Return the last day of the first term; FOREVER after the end of the calendar."""
    months = subscription.term_months or DEFAULT_TERM_MONTHS
    following = plus_months(subscription.start, months)
    return following if following == FOREVER else day_before(following)


def term_ends(subscription: Subscription, day: date) -> Iterator[date]:
    """Yield the term ends on or after a day, for a subscription that renews automatically.

    They are the subscription's end and each whole number of terms after it, until FOREVER.
    """
    if subscription.end is None or subscription.end == FOREVER:
        return
    months = subscription.term_months or DEFAULT_TERM_MONTHS
    begin = plus_days(subscription.end, 1)
    # Start with a term close to the day, so that hostile dates do not take long.
    number = max(0, months_between(begin, day) // months - 1) if day > begin else 0
    # A term may end on the last day but one of the calendar, so that the next begins on the last.
    while number * months <= months_between(begin, FOREVER):
        end = day_before(plus_months(begin, number * months))
        if end >= day:
            yield end
        number += 1


def decisions(subscription: Subscription, day: date) -> Iterator[tuple[date, date]]:
    """Yield the days on or after the given one by which a renewal must be decided.

    Each has the end of its term. There is none if the subscription does not renew automatically.
    """
    if has_active_status(subscription) and subscription.auto_renew:
        notice = subscription.notice_days
        for end in term_ends(subscription, plus_days(day, notice)):
            yield plus_days(end, -notice), end


# Entitlements on a day


def line_run(subscription: Subscription, line: EntitlementLine) -> Run:
    """Return the days on which a line counts."""
    return line.since or subscription.start, line.until or FOREVER


def seniority(subscription: Subscription, service: str) -> date:
    """Return the first day of the earliest line of a service, active or not (R15, R17)."""
    lines = subscription.entitlements[service].lines
    return min(line_run(subscription, line)[0] for line in lines)


def first_difference(
    old: Subscription, new: Subscription, service: str
) -> tuple[date, int, int] | None:
    """Return the first day on which the sums of the lines that count differ, and both sums.

    The day is not before the later of both starts. None if the sums never differ.
    """
    versions = [
        Steps(
            ((line_run(item, line),), line.quantity)
            for line in (item.entitlements[service].lines if service in item.entitlements else ())
            if line_run(item, line)[0] <= line_run(item, line)[1]
        )
        for item in (old, new)
    ]
    begin = max(old.start, new.start)
    for day in sorted({begin, *(day for steps in versions for day in steps.days if day > begin)}):
        before, after = (steps.at(day) for steps in versions)
        if before != after:
            return day, before, after
    return None


# People


def needs_premium(user: User, license: str | None) -> bool:
    """Return whether the user is a supervisor, for whom standard-agent is not enough."""
    return license == STANDARD and "supervisor" in user.roles


def works(user: User) -> bool:
    """Return whether the user has the role agent or supervisor."""
    return not AGENT_ROLES.isdisjoint(user.roles)


def needs_assignment(user: User) -> bool:
    """Return whether the user needs an assignment to a subscription to have access (R7)."""
    return user.status != "inactive" and {*user.roles} != {"read-only-administrator"}


def seat_of(assignment: Assignment, subscription: Subscription, *, user_works: bool) -> str | None:
    """Return the service in which an assignment takes a seat in its subscription, or None."""
    if assignment.license is not None or not user_works:
        return assignment.license
    return sole_license(subscription)


def sole_license(subscription: Subscription) -> str | None:
    """Return the agent licence that a subscription lists, if it lists exactly one."""
    listed = [license for license in AGENT_LICENSES if license in subscription.entitlements]
    return listed[0] if len(listed) == 1 else None


def is_idle(user: User, today: date, days: int = IDLE_DAYS) -> bool:
    """Return whether the user is inactive, or had no access for more than `days` days."""
    if user.status == "inactive":
        return True
    return user.last_access is not None and today > plus_days(user.last_access, days)


def placement_rank(user: User, *, is_idle: bool) -> int:
    """Return the rank of a user among those who need another seat from the same day on."""
    if is_idle:
        return 3
    if "administrator" in user.roles:
        return 0
    return 1 if "supervisor" in user.roles else 2


# Quantities


def overage(used: Decimal, entitled: int) -> Decimal:
    """Return the tenant-wide use beyond the entitlement (R4, R14)."""
    return total([used, Decimal(-entitled)]) if used > entitled else Decimal(0)


def total(numbers: Iterable[Decimal]) -> Decimal:
    """Return the exact sum of numbers, without zeros at its end: 2.5 and 2.5 are 5."""
    exact = reduce(_EXACT.add, numbers, Decimal(0))
    whole = exact.to_integral_value()
    return whole if whole == exact else _EXACT.normalize(exact)
