"""The schema of CEL expressions: the variables, messages and fields that they can use."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

Types = Mapping[str, str]
"""Types by the name of a variable or field.

A type is `string`, `int`, `bool`, `double`, DAY, KEYS, the name of a message, or one of these
after `list `.
"""
DAY = "day"
"""The type of a day: in CEL a timestamp at 00:00 UTC."""
KEYS = "map"
"""The type of the keys that begin with `x-`: a map from strings to values of any type."""
PACKAGE = "tenantlint"
"""The protobuf package of the messages."""

MESSAGES: Mapping[str, Types] = {
    "Tenant": {
        "id": "string",
        "name": "string",
        "country": "string",
        "telephony": "string",
        "telephony_option": "string",
        "covered_until": DAY,
        "x": KEYS,
    },
    "Entitlement": {
        "service": "string",
        "quantity": "int",
        "since": DAY,
        "until": DAY,
        "is_active": "bool",
        "assigned": "int",
        "x": KEYS,
    },
    "Lapse": {"from": DAY, "until": DAY, "x": KEYS},
    "Subscription": {
        "id": "string",
        "name": "string",
        "department": "string",
        "partner": "string",
        "type": "string",
        "offer": "string",
        "telephony": "string",
        "status": "string",
        "start": DAY,
        "end": DAY,
        "last_day": DAY,
        "term_months": "int",
        "auto_renew": "bool",
        "notice_days": "int",
        "grace_days": "int",
        "deployment": "string",
        "primary": "bool",
        "has_entitlements": "bool",
        "entitlements": "list Entitlement",
        "lapses": "list Lapse",
        "is_live": "bool",
        "is_active": "bool",
        "is_primary": "bool",
        "is_expiring": "bool",
        "state": "string",
        "x": KEYS,
        "entitlements_x": KEYS,
    },
    "Assignment": {"subscription": "string", "license": "string", "is_known": "bool", "x": KEYS},
    "User": {
        "email": "string",
        "name": "string",
        "department": "string",
        "status": "string",
        "last_access": DAY,
        "is_idle": "bool",
        "roles": "list string",
        "assignments": "list Assignment",
        "has_access": "bool",
        "is_expiring": "bool",
        "covered_until": DAY,
        "x": KEYS,
    },
    "Partner": {
        "id": "string",
        "name": "string",
        "access": "string",
        "approved_by": "string",
        "has_subscription": "bool",
        "x": KEYS,
    },
    "UsageRow": {
        "month": "string",
        "subscription": "string",
        "service": "string",
        "quantity": "double",
        "entitled": "int",
        "lowest": "int",
        "used": "double",
        "overage": "double",
        "bearer": "string",
        "x": KEYS,
    },
    "Month": {
        "month": "string",
        "service": "string",
        "start": DAY,
        "end": DAY,
        "is_future": "bool",
        "has_known_entitlements": "bool",
        "entitled": "int",
        "lowest": "int",
        "used": "double",
        "overage": "double",
        "bearer": "string",
        "primary": "string",
        "rows": "list UsageRow",
    },
}
"""The protobuf messages and the types of their fields.

A field that is also in tenant files has the same name here.
"""

OPTIONAL_FIELDS = frozenset(
    {
        "Tenant.covered_until",
        "Entitlement.until",
        "Subscription.end",
        "Subscription.term_months",
        "User.last_access",
        "User.covered_until",
    }
)
"""The days and numbers that may be unset. An expression must test them with `has()` first."""

IMPLIED_DAYS: Mapping[str, tuple[str, ...]] = {
    "User.has_access": ("covered_until",),
    "User.is_expiring": ("covered_until",),
}
"""Fields that are true only if other fields of the same message are set."""

DEFAULTS: Mapping[str, tuple[str, str]] = {
    "Entitlement.since": ("the start of the subscription", ""),
    "Subscription.status": ("active", '"active"'),
    "Subscription.auto_renew": ("false", ""),
    "Subscription.notice_days": ("30", "30"),
    "Subscription.grace_days": ("0", "0"),
    "User.status": ("active", '"active"'),
}
"""The keys of a tenant file that always have a value, although a file can lack them.

For each, the value of a missing key in words and as an expression. The expression is empty for a
boolean, and for a value that has another name in each expression.
"""

COMPUTED = frozenset(
    {
        *("Entitlement.is_active", "Entitlement.assigned"),
        *("Subscription.last_day", "Subscription.has_entitlements", "Subscription.is_live"),
        *("Subscription.is_active", "Subscription.is_primary", "Subscription.is_expiring"),
        *("Subscription.state", "Assignment.is_known"),
        *("User.is_idle", "User.has_access", "User.is_expiring", "Partner.has_subscription"),
        *("UsageRow.entitled", "UsageRow.lowest", "UsageRow.used", "UsageRow.overage"),
        *("Month.start", "Month.end", "Month.is_future", "Month.has_known_entitlements"),
        *("Month.entitled", "Month.lowest", "Month.used", "Month.overage"),
    }
)
"""The fields that are not keys of a tenant file and always have a value."""

ALWAYS_SET = COMPUTED | DEFAULTS.keys()
"""The fields that always have a value although a tenant file can lack them."""

VARIABLES: Types = {
    "tenant": "Tenant",
    "subscriptions": "list Subscription",
    "live": "list Subscription",
    "active": "list Subscription",
    "primary": "Subscription",
    "users": "list User",
    "partners": "list Partner",
    "usage": "list UsageRow",
    "x": KEYS,
    "today": DAY,
    "expiring_within": "int",
}
"""The variables of every expression and their types."""

ELEMENT_VARIABLES: Mapping[str, Types] = {
    "tenant": {},
    "subscriptions": {"subscription": "Subscription"},
    "users": {"user": "User"},
    "partners": {"partner": "Partner"},
    "usage": {"row": "UsageRow"},
    "months": {"month": "Month"},
    "assignments": {"user": "User", "assignment": "Assignment"},
    "entitlements": {"subscription": "Subscription", "entitlement": "Entitlement"},
}
"""The values of `for-each`, and the variables that each adds to VARIABLES.

These are the list element and the user or subscription that contains it, with their types.
"""


_DEFINITIONS = {
    "tenant": "",
    "subscriptions": "subscription",
    "users": "user",
    "partners": "partner",
    "usage": "usage",
    "months": "usage",
    "assignments": "assignment",
    "entitlements": "line",
}
"""The definitions of the tenant schema that describe the elements of each list."""


@cache
def element_keys(for_each: str) -> tuple[str, ...]:
    """Return the keys that an element of a list can have in a tenant file."""
    from validator.system.bundled_files import tenant_schema

    schema = tenant_schema()
    definition = _DEFINITIONS[for_each]
    return tuple((schema["$defs"][definition] if definition else schema)["properties"])


class Scope(NamedTuple):
    """The variables of an expression: those of a list element, and the options of the policy.

    An option is the variable `options.NAME`; `options` has the names and their types.
    """

    for_each: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def variables(self) -> Types:
        """The types of the variables by name."""
        options = {f"options.{name}": kind for name, kind in self.options}
        return {**VARIABLES, **ELEMENT_VARIABLES[self.for_each], **options}
