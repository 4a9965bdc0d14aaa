"""What the words about time mean: active, over, live, covered until, primary, bearer.

Each is said once, here. Days are calendar days, both ends included; what has no end lasts
FOREVER, and so does what would end after the last day of the calendar.
Sources (Cisco, help article n98y8mz) are given as R numbers, which CONTRIBUTING.md lists.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Context, Decimal
from functools import lru_cache, reduce

from validator.tenant.model import Entitlement, Subscription

_EPOCH = date(1970, 1, 1).toordinal()
FOREVER = date.max

# Without a status a subscription is active.
_SERVING = (None, "active", "trial")

# Their overage is borne by the subscription that has had the service longest (R14, R15).
SENIORITY_SERVICES = frozenset({"ai-agent", "ai-assistant", "ivr-outbound-campaign"})

# Wide enough for the sum of any two numbers that a document can hold.
_EXACT = Context(prec=4_000)


def plus_days(day: date, days: int) -> date:
    """Return the day so many days later, FOREVER where the calendar ends before it."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return FOREVER


def day_after(day: date) -> date:
    """Return the next day."""
    return plus_days(day, 1)


def day_before(day: date) -> date:
    """Return the day before; the first day of the calendar has none. Raises OverflowError."""
    return day - timedelta(1)


def is_within(day: date, horizon: date) -> bool:
    """Tell whether a day is not after the horizon; FOREVER is after every one."""
    return day < FOREVER and day <= horizon


def last_day(subscription: Subscription) -> date:
    """Return the last day of service: the end and the grace, FOREVER where there is none."""
    if subscription.auto_renew or subscription.end is None:
        return FOREVER
    days = subscription.grace_days
    return plus_days(subscription.end, days) if days else subscription.end


def serves(subscription: Subscription) -> bool:
    """Tell whether the status lets the subscription serve, as active and trial do."""
    return subscription.status in _SERVING


def runs(subscription: Subscription) -> bool:
    """Tell whether there is a day on which the subscription serves."""
    return serves(subscription) and subscription.start <= last_day(subscription)


def is_active(subscription: Subscription, day: date) -> bool:
    """Tell whether the subscription serves on the day."""
    return subscription.status in _SERVING and subscription.start <= day <= last_day(subscription)


def is_over(subscription: Subscription, day: date) -> bool:
    """Tell whether the subscription is cancelled or has had its last day."""
    return subscription.status == "cancelled" or day > last_day(subscription)


def is_live(subscription: Subscription, day: date) -> bool:
    """Tell whether the subscription is not over; pending, suspended, upcoming ones are live."""
    return not is_over(subscription, day)


def is_expiring(subscription: Subscription, day: date, within: int) -> bool:
    """Tell whether an active subscription has its last day within so many days."""
    return is_active(subscription, day) and is_within(
        last_day(subscription), plus_days(day, within)
    )


def first(subscriptions: Iterable[Subscription]) -> Subscription | None:
    """Return the one that starts first; of those that start on one day, the smallest id."""
    return min(subscriptions, key=lambda item: (item.start, item.id), default=None)


def primary(subscriptions: Iterable[Subscription], day: date) -> Subscription | None:
    """Return the first of those active on the day (R3)."""
    return first(item for item in subscriptions if is_active(item, day))


def next_primary(
    now: Subscription | None, subscriptions: Iterable[Subscription], horizon: date
) -> tuple[date, Subscription] | None:
    """Return the primary that follows the one of `now`, and its first day, up to the horizon.

    Whoever starts later than the primary comes after it, and whoever starts earlier is over, so
    the primary stays primary to its last day.
    """
    if now is None or last_day(now) == FOREVER:
        return None
    following = day_after(last_day(now))
    if not is_within(following, horizon):
        return None
    later = [item for item in subscriptions if runs(item) and last_day(item) >= following]
    begin = min((max(following, item.start) for item in later), default=FOREVER)
    if not is_within(begin, horizon):
        return None
    then = primary(later, begin)
    return (begin, then) if then else None


def covered_until(
    active: Iterable[Subscription], subscriptions: Iterable[Subscription]
) -> date | None:
    """Return the last day of the unbroken run of days with a subscription that serves.

    It begins with the `active` ones; None if there are none.
    """
    until = max([last_day(item) for item in active], default=None)
    if until is None:
        return None
    longer = [
        (item.start, last)
        for item in subscriptions
        if (last := last_day(item)) > until and serves(item)
    ]
    for start, last in sorted(longer):
        if start > day_after(until):
            break
        until = max(until, last)
    return until


def line_since(subscription: Subscription, line: Entitlement) -> date:
    """Return the day from which the subscription has the entitlement line (R17)."""
    return subscription.start if line.since is None else line.since


def is_line_active(subscription: Subscription, line: Entitlement, day: date) -> bool:
    """Tell whether an entitlement line counts on the day."""
    return (
        is_active(subscription, day)
        and line_since(subscription, line) <= day
        and (line.until is None or day <= line.until)
    )


def entitled(subscription: Subscription, service: str, day: date) -> int | None:
    """Return the quantity of an active line of the service; None if there is none."""
    line = subscription.entitlements.get(service)
    if line is None or not is_line_active(subscription, line, day):
        return None
    return line.quantity


def entitled_in_all(subscriptions: Iterable[Subscription], service: str, day: date) -> int:
    """Return the sum of the active lines of a service, which counts tenant-wide (R4, R14)."""
    return sum([entitled(item, service, day) or 0 for item in subscriptions])


def bearer(subscriptions: Iterable[Subscription], service: str, day: date) -> Subscription | None:
    """Return who pays the overage of a service on the day (R5, R15)."""
    if service not in SENIORITY_SERVICES:
        return primary(subscriptions, day)
    return min(
        (item for item in subscriptions if entitled(item, service, day) is not None),
        key=lambda item: (line_since(item, item.entitlements[service]), item.id),
        default=None,
    )


@lru_cache(maxsize=1024)
def month_days(month: str) -> tuple[date, date]:
    """Return the first and the last day of a month, YYYY-MM."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def next_month(day: date) -> date:
    """Return the first day of the next month; FOREVER after the last one of the calendar."""
    if (day.year, day.month) == (FOREVER.year, FOREVER.month):
        return FOREVER
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def has_day_in(subscription: Subscription, begin: date, end: date) -> bool:
    """Tell whether a day from begin to end lies in the subscription's start to last day."""
    first, last = subscription.start, last_day(subscription)
    return first <= last and first <= end and begin <= last


def term_end(start: date, months: int) -> date:
    """Return the last day of a term: so many months after the start, less a day.

    A day past the month's end falls back to its last day before the day is subtracted.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > FOREVER.year:
        return FOREVER
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])) - timedelta(1)


def seconds(day: date) -> int:
    """Return the beginning of the day, 00:00 UTC, in seconds since 1970."""
    return (day.toordinal() - _EPOCH) * 86_400


def overage(used: Decimal, entitled: int) -> Decimal:
    """Return what was used beyond the entitlement, tenant-wide (R4, R14)."""
    return total([used, Decimal(-entitled)]) if used > entitled else Decimal(0)


def total(numbers: Iterable[Decimal]) -> Decimal:
    """Return the exact sum."""
    return reduce(_EXACT.add, numbers, Decimal(0))
