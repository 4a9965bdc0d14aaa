"""Find differences between a tenant document and the exports, with changes that resolve them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from validator.controlhub.difference import Difference, finding_at_list
from validator.controlhub.document_values import (
    first_subscriptions,
    mappings,
    what_the_file_says,
    written_status,
)
from validator.controlhub.export import Export
from validator.controlhub.new_entries import exported_status, new_subscription
from validator.controlhub.quantity_differences import quantity_differences
from validator.controlhub.subscription_dates import is_over
from validator.controlhub.usage_differences import usage_differences
from validator.controlhub.user_differences import user_differences
from validator.findings.finding import Finding
from validator.findings.fix import Edit
from validator.findings.json_pointer import pointer
from validator.findings.wording import counted, listing
from validator.schema.placeholder import TODO


def find_differences(value: Mapping[str, Any], export: Export, today: date) -> list[Difference]:
    """Return the differences between the value of a tenant document and the exports, on a day.

    The document need not be valid against its schema; values of the wrong type are ignored.
    """
    return [
        *_organisation_differences(value, export),
        *_subscription_differences(value, export),
        *_status_differences(value, export, today),
        *quantity_differences(value, export, today),
        *(user_differences(value, export, today) if export.has_users else ()),
        *usage_differences(value, export),
    ]


def _organisation_differences(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    tenant = value.get("tenant")
    if export.organisation and isinstance(tenant, dict) and tenant.get("id") == TODO:
        finding = Finding("/tenant/id", f"the tenant is {export.organisation}")
        change = Edit("set", "/tenant/id", export.organisation)
        yield Difference("drift-tenant", finding, (change,))


def _subscription_differences(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    # The file may be invalid against the schema, so an id can be of any type.
    ids = (item.get("id") for _, item in mappings(value, "subscriptions"))
    known = {id for id in ids if isinstance(id, str)}
    for id in export.subscriptions:
        if id not in known:
            message = f"Control Hub has the subscription {id}, but the file does not"
            change = Edit("append", "/subscriptions", new_subscription(id, export))
            finding = finding_at_list(value, "subscriptions", message)
            yield Difference("drift-subscription", finding, (change,))


def _status_differences(
    value: Mapping[str, Any], export: Export, today: date
) -> Iterator[Difference]:
    """Yield the subscriptions that are suspended or a trial only in the file or in the exports.

    A subscription that is cancelled in the file stays cancelled. One that is over by its dates
    must be neither active nor a trial, whatever its id says.
    """
    for index, id, subscription in first_subscriptions(value):
        has = written_status(subscription)
        if id not in export.subscriptions or not isinstance(has, str):
            continue
        exported = _exported_status(id, has, export)
        if exported == has or (exported in ("active", "trial") and is_over(subscription, today)):
            continue
        path = pointer("subscriptions", index)
        message = f"{id} is {exported} in Control Hub, but {what_the_file_says(subscription)}"
        place = path + pointer("status") if "status" in subscription else path
        change = Edit("set", path + pointer("status"), exported)
        yield Difference("drift-status", Finding(place, message), (change,))


def _exported_status(id: str, has: str, export: Export) -> str:
    """Return the status of a subscription in the exports; `has` is its status in the file."""
    exported = exported_status(id, export)
    if exported == "suspended":
        return has if has == "cancelled" else exported
    if has == "suspended" and id in export.serving:
        return exported or "active"
    return exported if exported and has == "active" else has


def summarize(differences: Sequence[Difference]) -> str:
    """Return a summary with the numbers of added, removed and changed values."""
    made = [item for item in differences if item.changes]
    counts = Counter(item.id for item in made)
    subscriptions, added, removed = (
        counts.pop(id, 0) for id in ("drift-subscription", "drift-user-missing", "drift-user-extra")
    )
    rows = sum(item.id == "drift-usage" and item.changes[0].kind == "append" for item in made)
    parts = (
        (subscriptions, "subscription", "added"),
        (added, "user", "added"),
        (removed, "user", "removed"),
        (rows, "usage row", "added"),
        (counts.total() - rows, "value", "changed"),
    )
    words = [f"{counted(number, noun)} {verb}" for number, noun, verb in parts if number]
    by_hand = sum(not item.changes for item in differences)
    words += [f"{counted(by_hand, 'value')} to change by hand"] if by_hand else []
    return listing(words) if words else "nothing to change"
