"""Build new subscriptions, users and assignments from the data of the exports."""

from datetime import date, timedelta
from typing import Any

from validator.controlhub.export import ADMINISTRATOR_ROLES, SERVICES, Export, HeldLicense, Person
from validator.schema.placeholder import TODO

_WRITTEN_AFTER_DAYS = 30
_TRIAL = "trialsub."


def new_subscription(id: str, export: Export) -> dict[str, Any]:
    """Return a subscription with the data of the exports, and TODO for the rest.

    Entitlements that leave out a service would say that the subscription does not have it. So there
    are none if one service has no limit.
    """
    entitlements = {
        service: export.quantities[id, service]
        for service in SERVICES
        if (id, service) in export.quantities
    }
    made: dict[str, Any] = {"id": id, "type": TODO, "telephony": TODO}
    status = exported_status(id, export)
    if status:
        made["status"] = status
    made |= {"start": TODO, "end": TODO}
    is_known = id in export.licensed_subscriptions
    if (entitlements or is_known) and not export.unlimited_services(id):
        made["entitlements"] = entitlements
    return made


def exported_status(id: str, export: Export) -> str:
    """Return the exported status of a subscription; empty if neither suspended nor a trial."""
    if id in export.suspended:
        return "suspended"
    return "trial" if id.lower().startswith(_TRIAL) else ""


def new_user(person: Person, today: date) -> dict[str, Any]:
    """Return a user with the data of the exports; a user with a licence is an agent."""
    made: dict[str, Any] = {"email": person.email}
    if person.name:
        made["name"] = person.name
    if person.department:
        made["department"] = person.department
    if person.status not in ("", "active"):
        made["status"] = person.status
    if is_long_ago(person.last_access, today):
        made["last_access"] = str(person.last_access)
    roles = [role for role in ADMINISTRATOR_ROLES if person.roles and role in person.roles]
    return {
        **made,
        "roles": ["agent", *roles],
        "assignments": [new_assignment(license) for license in person.licenses],
    }


def new_assignment(license: HeldLicense) -> dict[str, str]:
    """Return an assignment of a licence."""
    return {"subscription": license[0], "license": license[1]}


def is_long_ago(last_access: date | None, today: date) -> bool:
    """Return whether the last access was more than 30 days ago.

    A more recent access is not written, because it changes daily.
    """
    return last_access is not None and today - last_access > timedelta(_WRITTEN_AFTER_DAYS)
