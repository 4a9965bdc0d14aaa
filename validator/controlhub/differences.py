"""Differences between a tenant document and the exports, and the changes that resolve them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from validator.controlhub.export import AGENT_LICENSES, Export, HeldLicense, Person
from validator.document.value_edits import ValueEdit
from validator.findings.finding import Finding
from validator.findings.json_pointer import pointer
from validator.findings.wording import counted, listing
from validator.schema.placeholder import TODO

_AGENT_SERVICES = tuple(AGENT_LICENSES.values())
_ADMINISTRATOR_ROLES = ("administrator", "read-only-administrator")


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding with the id of a built-in finding, and the changes of the file that resolve it."""

    id: str
    finding: Finding
    changes: tuple[ValueEdit, ...]


def find_differences(value: Mapping[str, Any], export: Export) -> list[Difference]:
    """Return the differences between the value of a tenant document and the exports.

    The document need not be valid against its schema; values of the wrong type are ignored.
    """
    return [
        *_organisation_differences(value, export),
        *_subscription_differences(value, export),
        *_quantity_differences(value, export),
        *(_user_differences(value, export) if export.has_users else ()),
    ]


def new_subscription(id: str, export: Export) -> dict[str, Any]:
    """Return a subscription with the data of the exports, and TODO for the rest."""
    entitlements = {
        service: export.quantities[id, service]
        for service in _AGENT_SERVICES
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
    roles = [role for role in _ADMINISTRATOR_ROLES if person.roles and role in person.roles]
    return {
        **made,
        "roles": ["agent", *roles],
        "assignments": [_assignment(license) for license in person.licenses],
    }


def _assignment(license: HeldLicense) -> dict[str, str]:
    return {"subscription": license[0], "license": license[1]}


def _organisation_differences(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    tenant = value.get("tenant")
    if export.organisation and isinstance(tenant, dict) and tenant.get("id") == TODO:
        finding = Finding("/tenant/id", f"the tenant is {export.organisation}")
        change = ValueEdit("set", "/tenant/id", export.organisation)
        yield Difference("drift-tenant", finding, (change,))


def _subscription_differences(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    known = {item.get("id") for _, item in _mappings(value, "subscriptions")}
    for id in export.subscriptions:
        if id not in known:
            message = f"Control Hub has the subscription {id}, the file does not"
            change = ValueEdit("append", "/subscriptions", new_subscription(id, export))
            finding = _finding_at_list(value, "subscriptions", message)
            yield Difference("drift-subscription", finding, (change,))


def _quantity_differences(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    seen: set[object] = set()
    for index, subscription in _mappings(value, "subscriptions"):
        id = subscription.get("id")
        if id not in export.licensed_subscriptions or id in seen:
            continue
        seen.add(id)
        path = pointer("subscriptions", index)
        entitlements = subscription.get("entitlements")
        lines = entitlements if isinstance(entitlements, dict) else {}
        lacking: dict[str, int] = {}
        for service in _AGENT_SERVICES:
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


def _user_differences(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    seen: set[str] = set()
    for index, user in _mappings(value, "users"):
        email = user.get("email")
        if not isinstance(email, str) or email.lower() in seen:
            continue
        seen.add(email.lower())
        path = pointer("users", index)
        person = export.people.get(email.lower())
        if person is not None:
            yield from _detail_differences(path, user, person)
            yield from _role_differences(path, user, person)
            yield from _assignment_differences(path, user, person, export)
        elif export.is_complete:
            message = f"Control Hub has no user {email}"
            change = ValueEdit("remove", path)
            yield Difference("drift-user-extra", Finding(path, message), (change,))
        else:
            yield from _assignment_differences(path, user, Person(email), export)
    for email, person in export.people.items():
        if email not in seen and person.licenses:
            message = f"Control Hub has the user {person.email}, the file does not"
            yield Difference(
                "drift-user-missing",
                _finding_at_list(value, "users", message),
                (ValueEdit("append", "/users", new_user(person)),),
            )


def _detail_differences(path: str, user: Mapping[str, Any], person: Person) -> Iterator[Difference]:
    for key, exported in (("name", person.name), ("department", person.department)):
        has = user.get(key)
        if exported and isinstance(has, str) and has != exported:
            at = path + pointer(key)
            message = f"the {key} of {person.email} is {exported} in Control Hub"
            change = ValueEdit("set", at, exported)
            yield Difference("drift-user-detail", Finding(at, message), (change,))


def _role_differences(path: str, user: Mapping[str, Any], person: Person) -> Iterator[Difference]:
    roles = user.get("roles")
    if person.roles is None or not isinstance(roles, list):
        return
    at = path + pointer("roles")
    added = [role for role in _ADMINISTRATOR_ROLES if role in person.roles and role not in roles]
    removed = [role for role in _ADMINISTRATOR_ROLES if role not in person.roles and role in roles]
    if added:
        message = f"{person.email} is {listing(added)} in Control Hub, the file does not say so"
        changes = tuple(ValueEdit("append", at, role) for role in added)
        yield Difference("drift-role", Finding(at, message), changes)
    for number, role in enumerate(removed):
        place = at + pointer(roles.index(role))
        message = f"{person.email} is not {role} in Control Hub"
        # The schema requires a role, and every user with a licence of an agent is an agent.
        is_last = number == 0 and not added and len(removed) == len(roles)
        instead = (ValueEdit("append", at, "agent"),) if is_last else ()
        yield Difference(
            "drift-role", Finding(place, message), (ValueEdit("remove", place), *instead)
        )


def _assignment_differences(
    path: str, user: Mapping[str, Any], person: Person, export: Export
) -> Iterator[Difference]:
    listed = user.get("assignments")
    matched: set[HeldLicense] = set()
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        id, license = _subscription_and_license(item)
        if id is None or (license is not None and license not in _AGENT_SERVICES):
            continue
        fitting = {held for held in person.licenses if held[0] == id and license in (None, held[1])}
        matched |= fitting
        if fitting or (license is None and id not in export.subscriptions):
            continue
        at = path + pointer("assignments", index)
        what = f"{license} of {id}" if license else f"a licence of an agent in {id}"
        message = f"{person.email} does not hold {what} in Control Hub"
        yield Difference("drift-assignment", Finding(at, message), (ValueEdit("remove", at),))
    missing = [held for held in person.licenses if held not in matched]
    if missing:
        words = listing(f"{license} of {id}" for id, license in missing)
        message = f"{person.email} holds {words} in Control Hub, the file does not say so"
        at = path + pointer("assignments") if isinstance(listed, list) else path
        changes = (
            ValueEdit("append", path + pointer("assignments"), _assignment(held))
            for held in missing
        )
        yield Difference("drift-assignment", Finding(at, message), tuple(changes))


def _subscription_and_license(item: object) -> tuple[str | None, str | None]:
    """Return the subscription and the licence of an assignment; None if it has none."""
    if isinstance(item, str):
        return item, None
    if not isinstance(item, dict):
        return None, None
    id, license = item.get("subscription"), item.get("license")
    return (id if isinstance(id, str) else None), (license if isinstance(license, str) else None)


def _mappings(value: Mapping[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the mappings in a list and their indexes; none if there is no list under the key."""
    items = value.get(key)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield index, item


def _finding_at_list(value: Mapping[str, Any], key: str, message: str) -> Finding:
    """Return a finding at the list under a key, or at the document if there is no list."""
    return Finding(pointer(key) if isinstance(value.get(key), list) else "", message)


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
