"""What is used and who pays: a row for each month and service, tenant-wide."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from validator.tenant import terms
from validator.tenant.model import Tenant, UsageRow
from validator.tenant.tenant_on import TenantOn

CONNECT = "webex-connect"


@dataclass(frozen=True, slots=True)
class Share:
    """What one subscription is entitled to and has used; `subscription` may be unknown."""

    subscription: str
    entitled: int
    used: Decimal


@dataclass(frozen=True, slots=True)
class Use:
    """The use of a service in a month (YYYY-MM), judged on the month's last day.

    `overage` is None where no rule says what it is, `bearer` where there is none or nobody can
    bear it, `primary` where no subscription is active on that day.
    """

    month: str
    service: str
    entitled: int
    used: Decimal
    overage: Decimal | None
    bearer: str | None
    primary: str | None
    split: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class TenantUse:
    """The use of one tenant."""

    file: str
    document: int
    tenant: str
    name: str
    uses: tuple[Use, ...]


def uses_of(tenant: Tenant, months: Collection[str] = ()) -> tuple[Use, ...]:
    """Return a row for each service with usage or an active entitlement, month by month.

    Months are those that have a usage row, or of them only these.
    """
    by_month: dict[str, list[UsageRow]] = {}
    for row in tenant.usage:
        if not months or row.month in months:
            by_month.setdefault(row.month, []).append(row)
    return tuple(
        use for month in sorted(by_month) for use in _month(tenant, month, by_month[month])
    )


def _month(tenant: Tenant, month: str, rows: Sequence[UsageRow]) -> Iterator[Use]:
    _, day = terms.month_days(month)
    view = TenantOn(tenant, day)
    subscriptions = sorted(tenant.subscriptions, key=lambda item: (item.start, item.id))
    primary = view.primary
    services = {row.service for row in rows} | {
        service
        for item in subscriptions
        for service in item.entitlements
        if view.entitled(item, service) is not None
    }
    for service in sorted(services):
        quantities: dict[str, list[Decimal]] = {}
        for row in rows:
            if row.service == service:
                owner = row.subscription
                if service == CONNECT and primary is not None:
                    owner = primary.id
                quantities.setdefault(owner, []).append(row.quantity)
        used = {name: terms.total(numbers) for name, numbers in quantities.items()}
        shares: list[Share] = []
        for item in subscriptions:
            line = view.entitled(item, service)
            here = used.get(item.id) if view.subscription(item.id) is item else None
            if line is not None or here is not None:
                shares.append(Share(item.id, line or 0, here or Decimal(0)))
        shares += [
            Share(name, 0, number)
            for name, number in sorted(used.items())
            if view.subscription(name) is None
        ]
        entitled = sum(share.entitled for share in shares)
        total = terms.total(used.values())
        overage = terms.overage(total, entitled)
        bearer = terms.bearer(tenant.subscriptions, service, day) if overage > 0 else None
        is_connect = service == CONNECT
        yield Use(
            month,
            service,
            entitled,
            total,
            None if is_connect else overage,
            None if is_connect or bearer is None else bearer.id,
            None if primary is None else primary.id,
            tuple(shares),
        )
