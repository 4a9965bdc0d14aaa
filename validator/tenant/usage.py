"""The tenant-wide use of each month and service, and who pays for it."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from validator.tenant import terms
from validator.tenant.calendar_days import month_of
from validator.tenant.model import Subscription, Tenant, UsageRow
from validator.tenant.months import (
    MonthQuantity,
    bearer_in,
    primary_in,
    quantity_in,
    rows_by_month,
    rows_that_count,
)
from validator.tenant.tenant_on import TenantOn
from validator.tenant.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Share:
    """The share of one subscription in a row. The subscription may be unknown."""

    subscription: str
    department: str | None
    entitled: int
    used: Decimal


@dataclass(frozen=True, slots=True)
class DepartmentShare:
    """The share of one department in a row; None for subscriptions without a department."""

    department: str | None
    entitled: int
    used: Decimal


@dataclass(frozen=True, slots=True)
class Use:
    """The use of a service in a month (YYYY-MM).

    `entitled` is the largest quantity on a day of the month, `on` the last day with it, and
    `lowest` the smallest quantity above 0, or else 0. `split` is the split on the day `on`.
    `overage` is None if no source defines it. `bearer` is None if there is no overage or no bearer.
    `primary` is None if no subscription is active in the month.
    """

    month: str
    service: str
    on: date
    entitled: int
    lowest: int
    used: Decimal
    overage: Decimal | None
    bearer: str | None
    primary: str | None
    split: tuple[Share, ...]

    @property
    def by_department(self) -> tuple[DepartmentShare, ...]:
        """The split by department, in alphabetical order, None last."""
        departments: dict[str | None, list[Share]] = {}
        for share in self.split:
            departments.setdefault(share.department, []).append(share)
        ordered = sorted(departments.items(), key=lambda item: (item[0] is None, item[0] or ""))
        return tuple(
            DepartmentShare(
                name,
                sum(share.entitled for share in shares),
                terms.total(share.used for share in shares),
            )
            for name, shares in ordered
        )


@dataclass(frozen=True, slots=True)
class TenantUse:
    """The use of one tenant."""

    file: str
    document: int
    tenant: str
    name: str
    uses: tuple[Use, ...]


SplitBy = Literal["subscription", "department"]


@dataclass(frozen=True, slots=True)
class UsageReport:
    """The use of all tenants: the input of the `usage` reporters.

    `by` says how a row is split. `broken` has a line for each file with YAML or schema errors.
    `failures` has the causes of exit code 2, one line each. `assumed` has the assumptions of the
    run. `width` is for reporters that print to a terminal; it is None without one.
    """

    tenants: tuple[TenantUse, ...]
    by: SplitBy = "subscription"
    broken: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    width: int | None = None

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The reasons why the report is incomplete, one line each."""
        return (*self.failures, *self.broken)


def uses_of(tenant: Tenant, today: date, months: Collection[str] = ()) -> tuple[Use, ...]:
    """Return a row for each service with usage or an active line, month by month.

    The months are those with a usage row that do not begin after today. If `months` is not empty,
    only these months are returned.
    """
    view = TenantOn(tenant, today)
    timeline = view.history
    asked = frozenset(months)
    rows = rows_by_month(
        row
        for row in tenant.usage
        if (not asked or row.month in asked) and not view.months.is_future(row.month)
    )
    used_months = sorted({month for month, _ in rows})
    quantities = {
        (month, service): quantity_in(timeline, service, month)
        for month, service in sorted(rows.keys() | _active_services(timeline, used_months))
    }
    with_line = _subscriptions_with_line(
        timeline, [(key[1], found.on) for key, found in quantities.items()]
    )
    return tuple(
        _use(view, *key, rows.get(key, []), quantity, with_line.get((key[1], quantity.on), ()))
        for key, quantity in quantities.items()
    )


def _active_services(timeline: Timeline, months: Sequence[str]) -> set[tuple[str, str]]:
    """Return each of the sorted months with each service that has an active line on a day of it."""
    return {
        (month, service)
        for item in timeline.subscriptions
        for service in item.entitlements
        for first, last in timeline.has(item, service)
        for month in months[
            bisect_left(months, month_of(first)) : bisect_right(months, month_of(last))
        ]
    }


def _subscriptions_with_line(
    timeline: Timeline, days: Iterable[tuple[str, date]]
) -> dict[tuple[str, date], list[Subscription]]:
    """Return the subscriptions with an active line of a service on a day, the first one first.

    The days of each service are sorted.
    """
    by_service: dict[str, list[date]] = {}
    for service, day in days:
        by_service.setdefault(service, []).append(day)
    with_line: dict[tuple[str, date], list[Subscription]] = {}
    for item in sorted(timeline.subscriptions, key=terms.first_key):
        for service in item.entitlements:
            asked = by_service.get(service, [])
            for first, last in timeline.has(item, service):
                for day in asked[bisect_left(asked, first) : bisect_right(asked, last)]:
                    with_line.setdefault((service, day), []).append(item)
    return with_line


def _use(
    view: TenantOn,
    month: str,
    service: str,
    rows: Sequence[UsageRow],
    quantity: MonthQuantity,
    with_line: Sequence[Subscription],
) -> Use:
    """Return the use of a service in a month; `with_line` are the subscriptions with a line."""
    timeline = view.history
    primary = primary_in(timeline, month)
    used = terms.total(row.quantity for row in rows_that_count(rows))
    overage = terms.overage(used, quantity.entitled)
    bearer = bearer_in(timeline, service, month) if overage > 0 else None
    is_connect = service == terms.CONNECT
    if is_connect and primary is not None:
        quantities = {primary.id: used} if rows else {}
    else:
        quantities = _used_by_subscription(rows)
    return Use(
        month,
        service,
        quantity.on,
        quantity.entitled,
        quantity.lowest,
        used,
        None if is_connect else overage,
        None if is_connect or bearer is None else bearer.id,
        None if primary is None else primary.id,
        _split(view, service, quantity.on, with_line, quantities),
    )


def _used_by_subscription(rows: Sequence[UsageRow]) -> dict[str, Decimal]:
    quantities: dict[str, list[Decimal]] = {}
    for row in rows:
        if row.subscription is not None:
            quantities.setdefault(row.subscription, []).append(row.quantity)
    return {id: terms.total(numbers) for id, numbers in quantities.items()}


def _split(
    view: TenantOn,
    service: str,
    on: date,
    with_line: Sequence[Subscription],
    used: Mapping[str, Decimal],
) -> tuple[Share, ...]:
    """Return the share of each subscription with an active line on a day, or with usage."""
    shares: list[Share] = []
    users = [item for item in map(view.subscription, used) if item is not None]
    # Of two subscriptions with one id, only the first in the file has usage, so it comes first.
    for item in sorted(dict.fromkeys((*users, *with_line)), key=terms.first_key):
        own = used.get(item.id) if view.subscription(item.id) is item else None
        quantity = view.history.quantity(item, service).at(on)
        shares.append(Share(item.id, item.department, quantity, own or Decimal(0)))
    unknown = sorted(id for id in used if view.subscription(id) is None)
    return (*shares, *(Share(id, None, 0, used[id]) for id in unknown))
