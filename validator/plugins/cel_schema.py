"""The schema of CEL expressions: the variables, messages and fields that they can use."""

from collections.abc import Mapping

Types = Mapping[str, str]
"""Types by the name of a variable or field.

A type is `string`, `int`, `bool`, `double`, DAY, the name of a message, or one of these after
`list `.
"""
DAY = "day"
"""The type of a day: in CEL a timestamp at 00:00 UTC."""
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
    },
    "Entitlement": {
        "service": "string",
        "quantity": "int",
        "since": DAY,
        "until": DAY,
        "is_active": "bool",
        "assigned": "int",
    },
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
        "is_live": "bool",
        "is_active": "bool",
        "is_primary": "bool",
        "is_expiring": "bool",
        "state": "string",
    },
    "Assignment": {"subscription": "string", "license": "string", "is_known": "bool"},
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
    },
    "Partner": {
        "id": "string",
        "name": "string",
        "access": "string",
        "approved_by": "string",
        "has_subscription": "bool",
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
    },
}
"""The protobuf messages and the types of their fields.

A field that tenant files have, too, has the same name here.
"""

VARIABLES: Types = {
    "tenant": "Tenant",
    "subscriptions": "list Subscription",
    "live": "list Subscription",
    "active": "list Subscription",
    "primary": "Subscription",
    "users": "list User",
    "partners": "list Partner",
    "usage": "list UsageRow",
    "today": DAY,
    "expiring_within": "int",
}
"""The variables of every expression and their types."""

MEANINGS: Mapping[str, str] = {
    "tenant": "the organisation",
    "live": "the subscriptions that are not over",
    "active": "those that serve today",
    "primary": "the oldest active one; its `id` is empty where there is none",
    "today": "the day of the run",
    "expiring_within": "the horizon, in days",
    "Tenant.telephony_option": "its own, else that of the first subscription that has one",
    "Tenant.covered_until": "the last day on which a subscription serves without a gap",
    "Entitlement.since": "the first day, if need be that of the subscription",
    "Entitlement.assigned": "how many users take a seat of this licence in this subscription",
    "Subscription.has_entitlements": "the file says what it includes",
    "Subscription.last_day": "the end with its days of grace",
    "Subscription.primary": "what the file claims",
    "Subscription.is_live": "it is not over",
    "Subscription.is_active": "it serves today",
    "Subscription.is_primary": "it is the primary today",
    "Subscription.is_expiring": "it serves, and ends within the horizon",
    "Subscription.state": 'how it stands, in words, such as "ended on 2026-05-31"',
    "Assignment.is_known": "the tenant has this subscription",
    "User.is_idle": "they are inactive, or had no access for 90 days",
    "User.has_access": "one of their assignments gives access today",
    "User.is_expiring": "they have access, and lose it within the horizon",
    "User.covered_until": "the last day of their access without a gap",
    "Partner.has_subscription": "a subscription names it",
    "UsageRow.entitled": "the tenant's largest entitlement to the service on a day of this month",
    "UsageRow.lowest": "the smallest one above 0 on a day of this month",
    "UsageRow.used": "the tenant's use of it in this month, all rows that count together",
    "UsageRow.overage": "what was used beyond the entitlement",
    "UsageRow.bearer": "the subscription that pays for that",
}
"""The documentation of variables (`live`) and fields (`User.has_access`) that need one."""

ELEMENT_VARIABLES: Mapping[str, Types] = {
    "tenant": {},
    "subscriptions": {"subscription": "Subscription"},
    "users": {"user": "User"},
    "partners": {"partner": "Partner"},
    "usage": {"row": "UsageRow"},
    "assignments": {"user": "User", "assignment": "Assignment"},
    "entitlements": {"subscription": "Subscription", "entitlement": "Entitlement"},
}
"""The values of `for-each`, and the variables that each adds to VARIABLES.

They are the element of the list and the user or subscription that contains it, with their types.
"""
