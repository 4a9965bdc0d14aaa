"""Build the values of the CEL variables: a tenant on a day as protobuf messages.

Fields that are not in tenant files are properties of the tenant on a day. Days are timestamps at
00:00 UTC.
"""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from validator.plugins.cel_environment import message_class, timestamp_class
from validator.plugins.policy import UndecidedError
from validator.tenant import terms
from validator.tenant.calendar_days import month_days, seconds
from validator.tenant.model import (
    Assignment,
    EntitlementLine,
    Lapse,
    Organisation,
    Partner,
    Subscription,
    UsageRow,
    User,
)
from validator.tenant.months import MonthlyUse
from validator.tenant.tenant_on import TenantOn

# The difference between these days fits in a CEL duration, which has 64 bits of nanoseconds.
# _FOREVER also replaces all later days, such as the end of a subscription without an end.
_EARLIEST, _FOREVER = date(1800, 1, 1), date(2199, 12, 31)
_MAX_INT = 2**63 - 1
# Protobuf reads messages with up to a hundred levels, and a list in a Struct takes three.
_MAX_DEPTH = 16


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
        case "months":
            return [_month_message(tenant, use) for use in tenant.months.all_use]
        case "x":
            return _plain_keys(tenant)
        case "today":
            # The conversion records in the clock of the day that the result may change every day.
            today = _bounded_day(date.fromisoformat(tenant.today.isoformat()))
            return timestamp_class()(seconds=seconds(today))
    return tenant.expiring_within


def _plain_keys(tenant: TenantOn) -> Any:
    """Return the `x-` keys of the document; only a message field converts them to a Struct."""
    message = message_class("Tenant")(x=_keys(tenant.tenant.x))
    return message.x


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
        x=_keys(item.x),
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
        lapses=[_lapse_message(lapse) for lapse in item.lapses],
        x=_keys(item.x),
        entitlements_x=_keys(item.entitlements_x),
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
        x=_keys(line.x),
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
        x=_keys(item.x),
    )


def _assignment_message(tenant: TenantOn, item: Assignment) -> Any:
    return message_class("Assignment")(
        subscription=item.subscription,
        license=item.license,
        is_known=tenant.subscription(item.subscription) is not None,
        x=_keys(item.x),
    )


def _partner_message(tenant: TenantOn, item: Partner) -> Any:
    return message_class("Partner")(
        id=item.id,
        name=item.name,
        access=item.access,
        approved_by=item.approved_by,
        has_subscription=tenant.has_subscription(item),
        x=_keys(item.x),
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
        x=_keys(item.x),
    )


def _month_message(tenant: TenantOn, use: MonthlyUse) -> Any:
    months, row = tenant.months, use.row
    first, last = month_days(row.month)
    primary = months.primary(row.month)
    return message_class("Month")(
        month=row.month,
        service=row.service,
        start=_timestamp(first),
        end=_timestamp(last),
        is_future=months.is_future(row.month),
        has_known_entitlements=not months.is_unknown(row.month),
        entitled=_bounded_int(use.entitled),
        lowest=_bounded_int(use.quantity.lowest),
        used=float(use.used),
        overage=float(use.overage),
        bearer=None if use.bearer is None else use.bearer.id,
        primary=None if primary is None else primary.id,
        rows=[_usage_row_message(item, use) for item in use.rows],
    )


def _lapse_message(item: Lapse) -> Any:
    # `from` is a keyword of Python.
    days = {"from": _timestamp(item.first), "until": _timestamp(item.until)}
    return message_class("Lapse")(**days, x=_keys(item.x))


def _keys(values: Mapping[str, Any]) -> Any:
    """Return keys that begin with `x-` as the content of a Struct; None if there are none."""
    return _json_value(values, 0) if values else None


def _json_value(value: object, depth: int) -> Any:
    """Return a value of a document as JSON: keys are strings, numbers are doubles."""
    if depth > _MAX_DEPTH:
        raise UndecidedError(f"the value of a key x- is nested more than {_MAX_DEPTH} levels deep")
    if isinstance(value, Mapping):
        return {str(key): _json_value(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(item, depth + 1) for item in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return str(value)


def _bounded_int(number: int | None) -> int | None:
    """Return a number, at most the largest integer of CEL, which has 64 bits."""
    return None if number is None else min(number, _MAX_INT)


def _timestamp(day: date | None) -> dict[str, int] | None:
    """Return the fields of the Timestamp of a day."""
    return None if day is None else {"seconds": seconds(_bounded_day(day))}


def _bounded_day(day: date) -> date:
    return max(_EARLIEST, min(day, _FOREVER))
