"""The use, quantities, primary and bearer of a month (YYYY-MM).

The timelines must include the history.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, month_days, month_of, plus_months
from validator.tenant.model import Subscription, UsageRow
from validator.tenant.runs import Runs, Stretch
from validator.tenant.timeline import Timeline

_MAX_AGE_MONTHS = 12
"""Older usage is not compared with the coming months."""


class MonthQuantity(NamedTuple):
    """The tenant-wide quantity of a service in a month.

    `entitled` is the largest quantity on a day, `on` the last day with that quantity, and `lowest`
    the smallest quantity above 0, or else 0.
    """

    entitled: int
    lowest: int
    on: date


class MonthlyUse(NamedTuple):
    """The use of one service in one month, tenant-wide.

    `rows` has the usage rows that count, and `row` is the first of them. `bearer` is the
    subscription that bears the overage; None if there is no overage or no bearer.
    """

    row: UsageRow
    rows: tuple[UsageRow, ...]
    used: Decimal
    quantity: MonthQuantity
    bearer: Subscription | None

    @property
    def entitled(self) -> int:
        """The largest quantity on any day of the month."""
        return self.quantity.entitled

    @property
    def overage(self) -> Decimal:
        """The use beyond the entitlement."""
        return terms.overage(self.used, self.entitled)


def rows_that_count(rows: Sequence[UsageRow]) -> tuple[UsageRow, ...]:
    """Return the rows that count for the use, from the rows of one month and service.

    If there are rows without a subscription, only these count, because peaks do not add up.
    """
    return tuple([row for row in rows if row.subscription is None]) or tuple(rows)


def rows_by_month(rows: Iterable[UsageRow]) -> dict[tuple[str, str], list[UsageRow]]:
    """Return the usage rows by month and service, in the order of the file."""
    found: dict[tuple[str, str], list[UsageRow]] = {}
    for row in rows:
        found.setdefault((row.month, row.service), []).append(row)
    return found


def last_months(used: Iterable[tuple[str, str]], day: date) -> dict[str, str]:
    """Return the last month of each service whose use is compared with the coming months.

    `used` has the months and services with usage. The months in the future, those more than a year
    before the month of the day, and Webex Connect are left out.
    """
    now, oldest = month_of(day), month_of(plus_months(day, -_MAX_AGE_MONTHS))
    months: dict[str, str] = {}
    for month, service in used:
        if service != terms.CONNECT and oldest <= month <= now:
            months[service] = max(month, months.get(service, month))
    return months


def use_of(timeline: Timeline, rows: Sequence[UsageRow]) -> MonthlyUse:
    """Return the use from the rows of one month and service."""
    counting = rows_that_count(rows)
    row = counting[0]
    used = terms.total([item.quantity for item in counting])
    quantity = quantity_in(timeline, row.service, row.month)
    has_overage = used > quantity.entitled
    bearer = bearer_in(timeline, row.service, row.month) if has_overage else None
    return MonthlyUse(row, counting, used, quantity, bearer)


def quantity_in(timeline: Timeline, service: str, month: str) -> MonthQuantity:
    """Return the tenant-wide quantity of a service in a month."""
    first, last = month_days(month)
    parts = list(timeline.total(service).between(first, last))
    if len(parts) == 1:
        ((_, on, entitled),) = parts
        return MonthQuantity(entitled, entitled, on)
    entitled = max(quantity for _, _, quantity in parts)
    lowest = min((quantity for _, _, quantity in parts if quantity), default=0)
    on = next(end for _, end, quantity in reversed(parts) if quantity == entitled)
    return MonthQuantity(entitled, lowest, on)


def primary_in(timeline: Timeline, month: str) -> Subscription | None:
    """Return the primary on the last day of the month that has one."""
    return _last_of(timeline.primaries, month)


def bearer_in(timeline: Timeline, service: str, month: str) -> Subscription | None:
    """Return the bearer of a service on the last day of the month that has one."""
    return _last_of(timeline.bearers(service), month)


def _last_of(stretches: Sequence[Stretch[Subscription]], month: str) -> Subscription | None:
    in_month = stretches_in(stretches, month)
    return in_month[-1].item if in_month else None


def stretches_in(
    stretches: Sequence[Stretch[Subscription]], month: str
) -> Sequence[Stretch[Subscription]]:
    """Return the stretches with a day in the month."""
    first, last = month_days(month)
    begin = bisect_right(stretches, first, key=lambda stretch: stretch.first) - 1
    end = bisect_right(stretches, last, key=lambda stretch: stretch.first)
    found = stretches[max(begin, 0) : end]
    return found[1:] if found and found[0].last < first else found


def is_unknown(timeline: Timeline, month: str) -> bool:
    """Return whether the entitlements of a month are unknown.

    They are unknown if a subscription without `entitlements` is active on any day of the month.
    """
    return has_day_in(timeline.unknown_entitlements, month)


def has_day_in(runs: Runs, month: str) -> bool:
    """Return whether the runs have a day in the month."""
    first, last = month_days(month)
    number = bisect_right(runs, (last, FOREVER))
    return number > 0 and runs[number - 1][1] >= first
