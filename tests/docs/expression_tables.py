"""The tables of the variables and fields that expressions can use, and what they mean."""

from collections.abc import Mapping

from validator.findings.wording import listing
from validator.plugins import cel_schema

MEANINGS: Mapping[str, str] = {
    "tenant": "the organisation",
    "live": "the subscriptions that are not over",
    "active": "the subscriptions that are active today",
    "primary": "the oldest active subscription; its `id` is empty if no subscription is active",
    "x": "the keys of the document that begin with `x-`",
    "today": "the day of the run",
    "expiring_within": "the horizon, in days",
    **{
        f"{name}.x": "its keys that begin with `x-`"
        for name, fields in cel_schema.MESSAGES.items()
        if "x" in fields
    },
    "Tenant.telephony_option": "its own option, else that of the first subscription that has one",
    "Tenant.covered_until": "the last day on which a subscription is active without a gap",
    "Entitlement.since": "the first day; by default the start of the subscription",
    "Subscription.status": "by default `active`",
    "Subscription.auto_renew": "by default `false`",
    "Subscription.notice_days": "by default 30",
    "Subscription.grace_days": "by default 0",
    "User.status": "by default `active`",
    "Entitlement.assigned": "the number of users who take a seat of this licence here",
    "Subscription.has_entitlements": "whether the file lists its entitlements",
    "Subscription.last_day": "the end plus the days of grace; 2199-12-31 without an end",
    "Subscription.lapses": "days without service between a term and its renewal",
    "Subscription.entitlements_x": "the keys of `entitlements` that begin with `x-`",
    "Subscription.primary": "the value in the file",
    "Subscription.is_live": "whether it is live, which means not over",
    "Subscription.is_active": "whether it is active today",
    "Subscription.is_primary": "whether it is the primary today",
    "Subscription.is_expiring": "whether it is active, and its active days end within the horizon",
    "Subscription.state": 'a description of its state, such as "ended on 2026-05-31"',
    "Assignment.is_known": "whether the tenant has this subscription",
    "User.is_idle": "whether the user is inactive, or has had no access for more than 90 days",
    "User.has_access": "whether an assignment gives the user access today",
    "User.is_expiring": "whether the user has access, and loses it within the horizon",
    "User.covered_until": "the last day of the user's access without a gap",
    "Partner.has_subscription": "whether a subscription names the partner",
    "UsageRow.entitled": "the tenant's largest entitlement to the service on any day of the month",
    "UsageRow.lowest": "the tenant's smallest entitlement above 0 on any day of the month",
    "UsageRow.used": "the tenant's use of the service in the month: the sum of the rows that count",
    "UsageRow.overage": "the use above the entitlement",
    "UsageRow.bearer": "the subscription that bears the overage",
    "Month.start": "the first day of the month",
    "Month.end": "the last day of the month",
    "Month.is_future": "whether it begins after today",
    "Month.has_known_entitlements": (
        "whether every subscription that is active in it lists `entitlements`"
    ),
    "Month.entitled": "the tenant's largest entitlement to the service on any day of the month",
    "Month.lowest": "the tenant's smallest entitlement above 0 on any day of the month",
    "Month.used": "the tenant's use of the service in the month: the sum of the rows that count",
    "Month.overage": "the use above the entitlement",
    "Month.bearer": "the subscription that bears the overage; empty if no subscription bears it",
    "Month.primary": (
        "the primary on the last day of the month that has one; empty if no day has one"
    ),
    "Month.rows": "the usage rows that count",
}
"""The documentation of variables (`live`) and fields (`User.has_access`) that need it."""


def tables() -> str:
    """Return a table of the variables and a table of the fields of each type."""
    rows = ["| variable | type | |", "|---|---|---|"]
    elements = {
        name: kind
        for names in cel_schema.ELEMENT_VARIABLES.values()
        for name, kind in names.items()
    }
    for name, kind in elements.items():
        lists = [
            f"`{each}`" for each, names in cel_schema.ELEMENT_VARIABLES.items() if name in names
        ]
        rows.append(f"| `{name}` | {kind} | for each of {listing(lists, 'or')} |")
    for name, kind in cel_schema.VARIABLES.items():
        rows.append(f"| `{name}` | {_typed(kind)} | {MEANINGS.get(name, '')} |")
    rows += ["", "| type | field | type | |", "|---|---|---|---|"]
    for name, fields in cel_schema.MESSAGES.items():
        plain = [key for key in fields if f"{name}.{key}" not in MEANINGS]
        for kind in dict.fromkeys(fields[key] for key in plain):
            keys = ", ".join(f"`{key}`" for key in plain if fields[key] == kind)
            rows.append(f"| {name} | {keys} | {_typed(kind)} | |")
        for key in (key for key in fields if key not in plain):
            meaning = MEANINGS[f"{name}.{key}"]
            rows.append(f"| {name} | `{key}` | {_typed(fields[key])} | {meaning} |")
    return "\n".join(("", *rows, ""))


def _typed(kind: str) -> str:
    plain = kind.removeprefix("list ")
    return f"list of {plain}" if plain != kind else plain
