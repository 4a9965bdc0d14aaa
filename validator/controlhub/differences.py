"""Differences between a tenant document and the exports, and the changes that resolve them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from validator.controlhub.difference import Difference, finding_at_list, mappings
from validator.controlhub.export import AGENT_SERVICES, Export
from validator.controlhub.new_entries import new_subscription
from validator.controlhub.user_differences import user_differences
from validator.document.value_edits import ValueEdit
from validator.findings.finding import Finding
from validator.findings.json_pointer import pointer
from validator.findings.wording import counted, listing
from validator.schema.placeholder import TODO


def find_differences(value: Mapping[str, Any], export: Export) -> list[Difference]:
    """Return the differences between the value of a tenant document and the exports.

    The document need not be valid against its schema; values of the wrong type are ignored.
    """
    return [
        *_organisation_differences(value, export),
        *_subscription_differences(value, export),
        *_quantity_differences(value, export),
        *(user_differences(value, export) if export.has_users else ()),
    ]


def _organisation_differences(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    tenant = value.get("tenant")
    if export.organisation and isinstance(tenant, dict) and tenant.get("id") == TODO:
        finding = Finding("/tenant/id", f"the tenant is {export.organisation}")
        change = ValueEdit("set", "/tenant/id", export.organisation)
        yield Difference("drift-tenant", finding, (change,))


def _subscription_differences(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    known = {item.get("id") for _, item in mappings(value, "subscriptions")}
    for id in export.subscriptions:
        if id not in known:
            message = f"Control Hub has the subscription {id}, the file does not"
            change = ValueEdit("append", "/subscriptions", new_subscription(id, export))
            finding = finding_at_list(value, "subscriptions", message)
            yield Difference("drift-subscription", finding, (change,))


def _quantity_differences(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    seen: set[object] = set()
    for index, subscription in mappings(value, "subscriptions"):
        id = subscription.get("id")
        if id not in export.licensed_subscriptions or id in seen:
            continue
        seen.add(id)
        path = pointer("subscriptions", index)
        entitlements = subscription.get("entitlements")
        lines = entitlements if isinstance(entitlements, dict) else {}
        lacking: dict[str, int] = {}
        for service in AGENT_SERVICES:
            wanted = export.quantities.get((str(id), service), 0)
            line = lines.get(service)
            if line is None:
                if wanted:
                    lacking[service] = wanted
                continue
            inner = isinstance(line, dict)
            has = line.get("quantity") if isinstance(line, dict) else line
            if has != wanted:
                at = path + pointer("entitlements", service, *(["quantity"] if inner else []))
                message = f"{id} has {wanted:,} of {service} in Control Hub, the file says {has}"
                change = ValueEdit("set", at, wanted)
                yield Difference("drift-quantity", Finding(at, message), (change,))
        if not lacking:
            continue
        words = listing(f"{wanted:,} of {service}" for service, wanted in lacking.items())
        message = f"{id} has {words} in Control Hub, the file does not say so"
        at = path + pointer("entitlements")
        if lines:
            changes = [
                ValueEdit("set", at + pointer(key), wanted) for key, wanted in lacking.items()
            ]
        else:
            changes = [ValueEdit("set", at, lacking)]
        place = at if isinstance(entitlements, dict) else path
        yield Difference("drift-quantity", Finding(place, message), tuple(changes))


def summarize(differences: Sequence[Difference]) -> str:
    """Return the numbers of added, removed and changed things, in words."""
    counts = Counter(item.id for item in differences)
    subscriptions, added, removed = (
        counts.pop(id, 0) for id in ("drift-subscription", "drift-user-missing", "drift-user-extra")
    )
    parts = (
        (subscriptions, "subscription", "added"),
        (added, "user", "added"),
        (removed, "user", "removed"),
        (counts.total(), "value", "changed"),
    )
    words = [f"{counted(number, noun)} {verb}" for number, noun, verb in parts if number]
    return listing(words) if words else "nothing to change"
