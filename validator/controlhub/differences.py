"""What a tenant file and the exports of its tenant tell differently, and what would settle it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from validator.controlhub.exports import AGENTS, Export, Person
from validator.document.value_edits import ValueEdit
from validator.findings.diagnostic import Finding, pointer
from validator.findings.wording import counted, listing
from validator.schema.placeholder import TODO

_AGENTS = tuple(AGENTS.values())
_ADMINISTRATORS = ("administrator", "read-only-administrator")


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding by its id, and the changes of the file that settle it."""

    id: str
    finding: Finding
    changes: tuple[ValueEdit, ...]


def differences(value: Mapping[str, Any], export: Export) -> list[Difference]:
    """Return all in which the value of a tenant document differs from the exports.

    The document need not hold its schema; what is not of the right shape counts for nothing.
    """
    return [
        *_organisation(value, export),
        *_subscriptions(value, export),
        *_quantities(value, export),
        *(_users(value, export) if export.knows_users else ()),
    ]


def new_subscription(id: str, export: Export) -> dict[str, Any]:
    """Return a subscription as far as the exports tell of it."""
    quantities = {
        service: export.units[id, service] for service in _AGENTS if (id, service) in export.units
    }
    made: dict[str, Any] = {
        "id": id,
        "type": TODO,
        "telephony": TODO,
        "start": TODO,
        "end": TODO,
    }
    return {**made, "entitlements": quantities} if quantities else made


def new_user(person: Person) -> dict[str, Any]:
    """Return a user as far as the exports tell of them; who holds a licence is an agent."""
    made: dict[str, Any] = {"email": person.email}
    if person.name:
        made["name"] = person.name
    if person.department:
        made["department"] = person.department
    roles = [role for role in _ADMINISTRATORS if person.roles and role in person.roles]
    return {
        **made,
        "roles": ["agent", *roles],
        "assignments": [_assignment(held) for held in person.held],
    }


def _assignment(held: tuple[str, str]) -> dict[str, str]:
    return {"subscription": held[0], "license": held[1]}


def _organisation(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    tenant = value.get("tenant")
    if export.organisation and isinstance(tenant, dict) and tenant.get("id") == TODO:
        finding = Finding("/tenant/id", f"the tenant is {export.organisation}")
        change = ValueEdit("set", "/tenant/id", export.organisation)
        yield Difference("drift-tenant", finding, (change,))


def _subscriptions(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    known = {item.get("id") for _, item in _mappings(value, "subscriptions")}
    for id in export.subscriptions:
        if id not in known:
            message = f"Control Hub has the subscription {id}, the file does not"
            change = ValueEdit("append", "/subscriptions", new_subscription(id, export))
            at = _at_list(value, "subscriptions", message)
            yield Difference("drift-subscription", at, (change,))


def _quantities(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    seen: set[object] = set()
    for index, subscription in _mappings(value, "subscriptions"):
        id = subscription.get("id")
        if id not in export.licensed or id in seen:
            continue
        seen.add(id)
        path = pointer("subscriptions", index)
        entitlements = subscription.get("entitlements")
        lines = entitlements if isinstance(entitlements, dict) else {}
        lacking: dict[str, int] = {}
        for service in _AGENTS:
            wanted = export.units.get((str(id), service), 0)
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


def _users(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    seen: set[str] = set()
    for index, user in _mappings(value, "users"):
        email = user.get("email")
        if not isinstance(email, str) or email.lower() in seen:
            continue
        seen.add(email.lower())
        path = pointer("users", index)
        person = export.people.get(email.lower())
        if person is not None:
            yield from _details(path, user, person)
            yield from _roles(path, user, person)
            yield from _assignments(path, user, person, export)
        elif export.complete:
            message = f"Control Hub has no user {email}"
            change = ValueEdit("remove", path)
            yield Difference("drift-user-extra", Finding(path, message), (change,))
        else:
            yield from _assignments(path, user, Person(email), export)
    for email, person in export.people.items():
        if email not in seen and person.held:
            message = f"Control Hub has the user {person.email}, the file does not"
            yield Difference(
                "drift-user-missing",
                _at_list(value, "users", message),
                (ValueEdit("append", "/users", new_user(person)),),
            )


def _details(path: str, user: Mapping[str, Any], person: Person) -> Iterator[Difference]:
    for key, told in (("name", person.name), ("department", person.department)):
        has = user.get(key)
        if told and isinstance(has, str) and has != told:
            at = path + pointer(key)
            message = f"the {key} of {person.email} is {told} in Control Hub"
            yield Difference(
                "drift-user-detail", Finding(at, message), (ValueEdit("set", at, told),)
            )


def _roles(path: str, user: Mapping[str, Any], person: Person) -> Iterator[Difference]:
    roles = user.get("roles")
    if person.roles is None or not isinstance(roles, list):
        return
    at = path + pointer("roles")
    added = [role for role in _ADMINISTRATORS if role in person.roles and role not in roles]
    gone = [role for role in _ADMINISTRATORS if role not in person.roles and role in roles]
    if added:
        message = f"{person.email} is {listing(added)} in Control Hub, the file does not say so"
        changes = tuple(ValueEdit("append", at, role) for role in added)
        yield Difference("drift-role", Finding(at, message), changes)
    for number, role in enumerate(gone):
        place = at + pointer(roles.index(role))
        message = f"{person.email} is not {role} in Control Hub"
        # A user without a role would break the schema; an agent is what every user is.
        alone = number == 0 and not added and len(gone) == len(roles)
        instead = (ValueEdit("append", at, "agent"),) if alone else ()
        yield Difference(
            "drift-role", Finding(place, message), (ValueEdit("remove", place), *instead)
        )


def _assignments(
    path: str, user: Mapping[str, Any], person: Person, export: Export
) -> Iterator[Difference]:
    listed = user.get("assignments")
    matched: set[tuple[str, str]] = set()
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        id, license = _named(item)
        if id is None or (license is not None and license not in _AGENTS):
            continue
        fits = {held for held in person.held if held[0] == id and license in (None, held[1])}
        matched |= fits
        if fits or (license is None and id not in export.subscriptions):
            continue
        at = path + pointer("assignments", index)
        what = f"{license} of {id}" if license else f"a licence of an agent in {id}"
        message = f"{person.email} does not hold {what} in Control Hub"
        yield Difference("drift-assignment", Finding(at, message), (ValueEdit("remove", at),))
    missing = [held for held in person.held if held not in matched]
    if missing:
        words = listing(f"{license} of {id}" for id, license in missing)
        message = f"{person.email} holds {words} in Control Hub, the file does not say so"
        at = path + pointer("assignments") if isinstance(listed, list) else path
        changes = (
            ValueEdit("append", path + pointer("assignments"), _assignment(held))
            for held in missing
        )
        yield Difference("drift-assignment", Finding(at, message), tuple(changes))


def _named(item: object) -> tuple[str | None, str | None]:
    """Return the subscription and the licence of an assignment, as far as it names them."""
    if isinstance(item, str):
        return item, None
    if not isinstance(item, dict):
        return None, None
    id, license = item.get("subscription"), item.get("license")
    return (id if isinstance(id, str) else None), (license if isinstance(license, str) else None)


def _mappings(value: Mapping[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = value.get(key)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield index, item


def _at_list(value: Mapping[str, Any], key: str, message: str) -> Finding:
    return Finding(pointer(key) if isinstance(value.get(key), list) else "", message)


def summary(found: Sequence[Difference]) -> str:
    """Return how much differs, in words."""
    counts = Counter(item.id for item in found)
    subscriptions, added, removed = (
        counts.pop(id, 0) for id in ("drift-subscription", "drift-user-missing", "drift-user-extra")
    )
    parts = (
        (subscriptions, "subscription", "added"),
        (added, "user", "added"),
        (removed, "user", "removed"),
        (counts.total(), "value", "changed"),
    )
    words = [f"{counted(number, noun)} {done}" for number, noun, done in parts if number]
    return listing(words) if words else "nothing to change"
