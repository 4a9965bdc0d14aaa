"""Find the differences between the quantities in a tenant document and in the exports."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from validator.controlhub.difference import Difference
from validator.controlhub.document_values import first_subscriptions, whole_number
from validator.controlhub.export import AGENT_SERVICES, SERVICES, Export
from validator.controlhub.subscription_dates import line_counts
from validator.findings.finding import Finding
from validator.findings.fix import Edit
from validator.findings.json_pointer import pointer
from validator.findings.wording import listing


class _Line(NamedTuple):
    """An entitlement line: its quantity, the quantity's path, and whether it is compared."""

    quantity: object
    path: str
    counts: bool


def quantity_differences(
    value: Mapping[str, Any], export: Export, today: date
) -> Iterator[Difference]:
    """Yield the differences in the quantities that count today.

    For a subscription that begins later, they are those that count at its start.
    """
    for index, id, subscription in first_subscriptions(value):
        if id in export.subscriptions:
            yield from _of_subscription(index, id, subscription, export, today)


def _of_subscription(
    index: int, id: str, subscription: Mapping[str, Any], export: Export, today: date
) -> Iterator[Difference]:
    at = pointer("subscriptions", index, "entitlements")
    entitlements = subscription.get("entitlements")
    listed = entitlements if isinstance(entitlements, dict) else {}
    lacking: dict[str, int] = {}
    for service in SERVICES:
        wanted = _wanted(id, service, export)
        if wanted is None:
            continue
        if listed.get(service) is not None:
            path = at + pointer(service)
            lines = list(_lines(listed[service], path, subscription, today))
            yield from _of_lines(id, service, lines, wanted, path)
        elif wanted:
            lacking[service] = wanted
    # Without the key, the entitlements are unknown. A quantity without a limit cannot be written.
    if not lacking or (entitlements is None and export.unlimited_services(id)):
        return
    words = listing(f"{wanted:,} of {service}" for service, wanted in lacking.items())
    message = f"{id} has {words} in Control Hub, but not in the file"
    changes = (
        tuple(Edit("set", at + pointer(key), wanted) for key, wanted in lacking.items())
        if listed
        else (Edit("set", at, lacking),)
    )
    place = at if isinstance(entitlements, dict) else pointer("subscriptions", index)
    yield Difference("drift-quantity", Finding(place, message), changes)


def _wanted(id: str, service: str, export: Export) -> int | None:
    """Return the quantity in the exports; None if it is unknown."""
    if (id, service) in export.unlimited:
        return None
    wanted = export.quantities.get((id, service))
    is_known = service in AGENT_SERVICES and id in export.licensed_subscriptions
    return 0 if wanted is None and is_known else wanted


def _of_lines(
    id: str, service: str, lines: list[_Line], wanted: int, path: str
) -> Iterator[Difference]:
    """Yield the difference in the lines that count; it has a change if only one line counts."""
    counting = [line for line in lines if line.counts]
    read = (whole_number(line.quantity) for line in counting)
    numbers = [number for number in read if number is not None]
    if sum(numbers) == wanted and len(numbers) == len(counting):
        return
    says = counting[0].quantity if len(counting) == 1 and not numbers else f"{sum(numbers):,}"
    message = f"{id} has {wanted:,} of {service} in Control Hub, but the file says {says}"
    if len(counting) == 1:
        change = Edit("set", counting[0].path, wanted)
        yield Difference("drift-quantity", Finding(counting[0].path, message), (change,))
    else:
        yield Difference("drift-quantity", Finding(path, message), ())


def _lines(
    entitlement: object, path: str, subscription: Mapping[str, Any], today: date
) -> Iterator[_Line]:
    """Yield the lines of a service. A quantity without keys always counts."""
    items = (
        [(path + pointer(number), line) for number, line in enumerate(entitlement)]
        if isinstance(entitlement, list)
        else [(path, entitlement)]
    )
    for at, line in items:
        if isinstance(line, dict):
            counts = line_counts(line, subscription, today)
            yield _Line(line.get("quantity"), at + pointer("quantity"), counts)
        else:
            yield _Line(line, at, counts=True)
