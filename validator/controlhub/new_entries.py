"""New subscriptions, users and assignments with the data of the exports."""

from typing import Any

from validator.controlhub.export import (
    ADMINISTRATOR_ROLES,
    AGENT_SERVICES,
    Export,
    HeldLicense,
    Person,
)
from validator.schema.placeholder import TODO


def new_subscription(id: str, export: Export) -> dict[str, Any]:
    """Return a subscription with the data of the exports, and TODO for the rest."""
    entitlements = {
        service: export.quantities[id, service]
        for service in AGENT_SERVICES
        if (id, service) in export.quantities
    }
    made: dict[str, Any] = {
        "id": id,
        "type": TODO,
        "telephony": TODO,
        "start": TODO,
        "end": TODO,
    }
    return {**made, "entitlements": entitlements} if entitlements else made


def new_user(person: Person) -> dict[str, Any]:
    """Return a user with the data of the exports; whoever holds a licence is an agent."""
    made: dict[str, Any] = {"email": person.email}
    if person.name:
        made["name"] = person.name
    if person.department:
        made["department"] = person.department
    roles = [role for role in ADMINISTRATOR_ROLES if person.roles and role in person.roles]
    return {
        **made,
        "roles": ["agent", *roles],
        "assignments": [new_assignment(license) for license in person.licenses],
    }


def new_assignment(license: HeldLicense) -> dict[str, str]:
    """Return an assignment of a licence."""
    return {"subscription": license[0], "license": license[1]}
