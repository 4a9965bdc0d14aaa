"""The values of the CEL variables: a tenant on a day as protobuf messages.

The values of fields that tenant files lack are properties of the tenant on a day. Days are
timestamps at 00:00 UTC.
"""

from datetime import UTC, date, datetime
from typing import Any

from validator.plugins.cel_environment import message_class
from validator.tenant import terms
from validator.tenant.calendar_days import seconds
from validator.tenant.model import (
    Assignment,
    EntitlementLine,
    Organisation,
    Partner,
    Subscription,
    UsageRow,
    User,
)
from validator.tenant.months import MonthlyUse
from validator.tenant.tenant_on import TenantOn

# CEL can subtract these days from each other: a duration has 64 bits of nanoseconds. _FOREVER
# also replaces all later days, such as the end of a subscription without an end.
_EARLIEST, _FOREVER = date(1800, 1, 1), date(2199, 12, 31)
_MAX_INT = 2**63 - 1


def variable(tenant: TenantOn, name: str) -> Any:
    """Return the value of a variable; it is created once for all expressions about a tenant."""
    return tenant.share(("cel", name), lambda: _value_of(tenant, name))


def _value_of(tenant: TenantOn, name: str) -> Any:
    match name:
        case "tenant":
            return _tenant_message(tenant, tenant.organisation)
        case "subscriptions":
            live = set(map(id, tenant.live))
            return [_subscription_message(tenant, item, live) for item in tenant.subscriptions]
        case "live" | "active":
            messages = _messages_by_subscription(tenant)
            return [messages[id(item)] for item in getattr(tenant, name)]
        case "primary":
            messages = _messages_by_subscription(tenant)
            if tenant.primary is None:
                return message_class("Subscription")()
            return messages[id(tenant.primary)]
        case "users":
            return [_user_message(tenant, item) for item in tenant.users]
        case "partners":
            return [_partner_message(tenant, item) for item in tenant.partners]
        case "usage":
            uses = {(use.row.month, use.row.service): use for use in tenant.months.all_use}
            return [
                _usage_row_message(item, uses[item.month, item.service]) for item in tenant.usage
            ]
        case "today":
            # To convert the day notes in its clock that the result may change every day.
            today = _bounded_day(date.fromisoformat(tenant.today.isoformat()))
            return datetime.combine(today, datetime.min.time(), UTC)
    return tenant.expiring_within


def _messages_by_subscription(tenant: TenantOn) -> dict[int, Any]:
    """Return the messages of subscriptions by the identity of the subscription."""
    messages = variable(tenant, "subscriptions")
    return dict(zip(map(id, tenant.subscriptions), messages, strict=True))


def _tenant_message(tenant: TenantOn, item: Organisation) -> Any:
    option = tenant.telephony_option
    return message_class("Tenant")(
        id=item.id,
        name=item.name,
        country=item.country,
        telephony=item.telephony,
        telephony_option=None if option is None else option.value,
        covered_until=_timestamp(tenant.covered_until),
    )


def _subscription_message(tenant: TenantOn, item: Subscription, live: set[int]) -> Any:
    return message_class("Subscription")(
        id=item.id,
        name=item.name,
        department=item.department,
        partner=item.partner,
        type=item.type,
        offer=item.offer,
        telephony=item.telephony,
        status=item.status or "active",
        start=_timestamp(item.start),
        end=_timestamp(item.end),
        last_day=_timestamp(tenant.last_day(item)),
        term_months=_bounded_int(item.term_months),
        auto_renew=item.auto_renew,
        notice_days=_bounded_int(item.notice_days),
        grace_days=_bounded_int(item.grace_days),
        deployment=item.deployment,
        has_entitlements=item.has_entitlements,
        primary=item.primary,
        entitlements=[
            _entitlement_message(tenant, item, service, line)
            for service, entitlement in item.entitlements.items()
            for line in entitlement.lines
        ],
        is_live=id(item) in live,
        is_active=tenant.is_active(item),
        is_primary=tenant.primary is item,
        is_expiring=tenant.is_expiring(item),
        state=tenant.state(item),
    )


def _entitlement_message(
    tenant: TenantOn, item: Subscription, service: str, line: EntitlementLine
) -> Any:
    return message_class("Entitlement")(
        service=service,
        quantity=_bounded_int(line.quantity),
        since=_timestamp(terms.line_run(item, line)[0]),
        until=_timestamp(line.until),
        is_active=tenant.run(tenant.timeline.line(item, line)) is not None,
        assigned=_bounded_int(tenant.holders(item, service)),
    )


def _user_message(tenant: TenantOn, item: User) -> Any:
    until = tenant.user_covered_until(item)
    return message_class("User")(
        email=item.email,
        name=item.name,
        department=item.department,
        status=item.status or "active",
        last_access=_timestamp(item.last_access),
        is_idle=tenant.is_idle(item),
        roles=item.roles,
        assignments=[_assignment_message(tenant, inner) for inner in item.assignments],
        has_access=until is not None,
        is_expiring=until is not None and tenant.is_ending(until),
        covered_until=_timestamp(until),
    )


def _assignment_message(tenant: TenantOn, item: Assignment) -> Any:
    return message_class("Assignment")(
        subscription=item.subscription,
        license=item.license,
        is_known=tenant.subscription(item.subscription) is not None,
    )


def _partner_message(tenant: TenantOn, item: Partner) -> Any:
    return message_class("Partner")(
        id=item.id,
        name=item.name,
        access=item.access,
        approved_by=item.approved_by,
        has_subscription=tenant.has_subscription(item),
    )


def _usage_row_message(item: UsageRow, use: MonthlyUse) -> Any:
    return message_class("UsageRow")(
        month=item.month,
        subscription=item.subscription,
        service=item.service,
        quantity=float(item.quantity),
        entitled=_bounded_int(use.entitled),
        lowest=_bounded_int(use.quantity.lowest),
        used=float(use.used),
        overage=float(use.overage),
        bearer=None if use.bearer is None else use.bearer.id,
    )


def _bounded_int(number: int | None) -> int | None:
    """Return a number, or the greatest of CEL, whose integers have 64 bits."""
    return None if number is None else min(number, _MAX_INT)


def _timestamp(day: date | None) -> dict[str, int] | None:
    """Return the fields of the Timestamp of a day."""
    return None if day is None else {"seconds": seconds(_bounded_day(day))}


def _bounded_day(day: date) -> date:
    return max(_EARLIEST, min(day, _FOREVER))
