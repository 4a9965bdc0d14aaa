"""The lists of a plan about subscriptions: seats, capacity, shifts, renewals and ends."""

from collections.abc import Iterator
from datetime import date

from validator.findings.plan_report import (
    CapacityShortage,
    Renewal,
    SeatShortage,
    Shift,
    SubscriptionEnd,
)
from validator.tenant import terms
from validator.tenant.calendar_days import (
    FOREVER,
    day_after,
    day_before,
    month_days,
    month_of,
    next_month,
)
from validator.tenant.index import Index
from validator.tenant.model import Subscription, Tenant, UsageRow
from validator.tenant.months import (
    bearer_in,
    is_unknown,
    last_months,
    quantity_in,
    rows_by_month,
    use_of,
)
from validator.tenant.plan_seats import SeatCounts
from validator.tenant.runs import Stretch, run_at
from validator.tenant.timeline import Timeline


def seat_shortages(
    index: Index, seats: SeatCounts, first: date, last: date
) -> Iterator[SeatShortage]:
    """Yield the quantities in named subscriptions that fall below the number of holders.

    These are days after the first day, on which the subscription has the service, as on the day
    before.
    """
    timeline = index.timeline
    for item in index.distinct_subscriptions:
        if item.type != "named":
            continue
        for service in item.entitlements:
            runs = timeline.has(item, service)
            steps = timeline.quantity(item, service)
            holders = seats.holders[item.id, service]
            for day in steps.days:
                if not first < day <= last:
                    continue
                quantity, before = steps.at(day), day_before(day)
                goes_on = run_at(runs, before) is not None and run_at(runs, day) is not None
                if goes_on and quantity < steps.at(before) and quantity < holders:
                    yield SeatShortage(item.id, service, day, quantity, holders)


def capacity_shortages(
    tenant: Tenant, history: Timeline, first: date, last: date
) -> Iterator[CapacityShortage]:
    """Yield the coming months with a quantity below the previous month and the last known use."""
    for service, rows in _last_use(tenant, first).items():
        use = use_of(history, rows)
        for month in _months_after_a_change(history, service, first, last):
            earlier = month_of(day_before(month_days(month)[0]))
            if is_unknown(history, month) or is_unknown(history, earlier):
                continue
            before = quantity_in(history, service, earlier).entitled
            after = quantity_in(history, service, month).entitled
            if after < before and after < use.used:
                bearer = bearer_in(history, service, month)
                yield CapacityShortage(
                    service,
                    month,
                    before,
                    after,
                    use.row.month,
                    use.used,
                    terms.overage(use.used, after),
                    None if bearer is None else bearer.id,
                )


def _last_use(tenant: Tenant, today: date) -> dict[str, list[UsageRow]]:
    """Return the usage rows in the last comparable month of each service."""
    by_month = rows_by_month(tenant.usage)
    last = last_months(by_month, today)
    return {service: by_month[month, service] for service, month in last.items()}


def _months_after_a_change(history: Timeline, service: str, first: date, last: date) -> list[str]:
    """Return the months that begin after the first day and may have a new quantity.

    The quantity changes in these months or in the month before.
    """
    begins: set[date] = set()
    for day in history.total(service).days:
        if day <= last:
            begins |= {month_days(month_of(day))[0], next_month(day)}
    # The day after the last month of the calendar is FOREVER, which does not begin a month.
    return sorted(month_of(begin) for begin in begins - {FOREVER} if first < begin <= last)


def shifts(timeline: Timeline, first: date, last: date) -> Iterator[Shift]:
    """Yield the days after the first on which the primary or the bearer of a service changes."""
    for service in (None, *terms.SENIORITY_SERVICES):
        stretches = timeline.primaries if service is None else timeline.bearers(service)
        before: str | None = None
        for day, id in _leaders(stretches, first, last):
            if day > first and id != before:
                yield Shift(service, day, before, id)
            before = id


def _leaders(
    stretches: tuple[Stretch[Subscription], ...], first: date, last: date
) -> Iterator[tuple[date, str | None]]:
    """Yield each day from first to last on which the leader may change, with its id or None."""
    following = first
    for begin, end, item in stretches:
        if end < first:
            continue
        if begin > last:
            break
        if begin > following:
            yield following, None
        yield max(begin, first), item.id
        if end >= last:
            return
        following = day_after(end)
    yield following, None


def renewals(tenant: Tenant, first: date, last: date) -> Iterator[Renewal]:
    """Yield the renewals that must be decided from first to last."""
    for item in tenant.subscriptions:
        for decide_by, end in terms.decisions(item, first):
            if decide_by > last:
                break
            yield Renewal(item.id, decide_by, day_after(end))


def subscription_ends(
    tenant: Tenant, seats: SeatCounts, first: date, last: date
) -> Iterator[SubscriptionEnd]:
    """Yield the subscriptions whose last day is from first to last, with their holders."""
    holders = seats.by_subscription()
    for item in tenant.subscriptions:
        end = terms.last_day(item)
        if first <= end <= last and end < FOREVER:
            yield SubscriptionEnd(item.id, end, holders.get(item, {}))
