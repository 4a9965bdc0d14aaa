"""Messages about exported data that an import does not use."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from validator.controlhub.document_values import first_subscriptions, mappings
from validator.controlhub.export import Export
from validator.findings.wording import counted, few, listing, shortened

_MAX_NAMED = 8


def export_notes(export: Export) -> Iterator[str]:
    """Yield a line for each kind of data that was left out."""
    left_out = export.left_out
    for name, columns in left_out.columns.items():
        if columns:
            yield f"left out of {name}: the {_named('column', columns)}"
    yield from _unlimited(export)
    for id in sorted(export.suspended & export.serving):
        yield (
            f"{id} is suspended for some of its licences; a file can only suspend a whole "
            "subscription, so all of it is suspended"
        )
    for what, names in (
        ("licence", sorted(left_out.licenses, key=lambda name: "Contact" not in name)),
        ("role", left_out.roles),
        ("status", left_out.statuses),
        ("time", left_out.times),
    ):
        if names:
            yield f"left out: the {_named(what, names)}"


def left_out_users(value: Mapping[str, Any], export: Export) -> Iterator[str]:
    """Yield a line if users were left out of a tenant document because they hold no agent licence.

    Users who are in the document are compared.
    """
    emails = (user.get("email") for _, user in mappings(value, "users"))
    known = {email.lower() for email in emails if isinstance(email, str)}
    without = sum(
        not person.licenses and email not in known for email, person in export.people.items()
    )
    if without and not export.is_partial:
        yield f"left out: {counted(without, 'user')} without an agent licence"


def left_out_entitlements(value: Mapping[str, Any], export: Export) -> Iterator[str]:
    """Yield a line for each subscription with a service that has no limit and is not in the file.

    Without `entitlements`, they are unknown, and other quantities are left out. With them,
    a service that is not listed is one that the subscription does not have.
    """
    limited = {id for id, _ in export.quantities}
    for _, id, item in first_subscriptions(value):
        entitlements = item.get("entitlements")
        services = export.unlimited_services(id)
        if entitlements is None and services and id in limited:
            have = "has" if len(services) == 1 else "have"
            yield (
                f"left out: the entitlements of {id}, because {listing(services)} {have} no limit "
                "there; without them, they are unknown"
            )
        elif isinstance(entitlements, dict):
            for service in services:
                if entitlements.get(service) is None:
                    yield (
                        f"{id} has {service} without a limit, but its entitlements do not list it; "
                        "add a quantity that is high enough, or remove entitlements"
                    )


def _unlimited(export: Export) -> Iterator[str]:
    for subscription, service in sorted(export.unlimited):
        yield f"left out: the quantity of {service} in {subscription}, which has no limit"


def _named(noun: str, names: Collection[str]) -> str:
    """Return a noun and names, limited in number and length."""
    plural = {"status": "statuses"}.get(noun, f"{noun}s")
    words = few([shortened(name) for name in names], _MAX_NAMED)
    return f"{noun if len(names) == 1 else plural} {words}"
