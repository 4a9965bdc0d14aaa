"""Find the differences between the users in a tenant document and in the exports."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from validator.controlhub.difference import Difference, finding_at_list
from validator.controlhub.document_values import (
    first_subscriptions,
    mappings,
    what_the_file_says,
    written_status,
)
from validator.controlhub.export import (
    ADMINISTRATOR_ROLES,
    AGENT_SERVICES,
    Export,
    HeldLicense,
    Person,
)
from validator.controlhub.export_times import day_of
from validator.controlhub.new_entries import is_long_ago, new_assignment, new_user
from validator.controlhub.subscription_dates import later_subscriptions
from validator.findings.finding import Finding
from validator.findings.fix import Edit
from validator.findings.json_pointer import pointer
from validator.findings.wording import listing
from validator.tenant import terms

_Test = Callable[[Person, str, str | None], bool]
"""Returns whether an assignment is wrong that matches no licence of the user."""


def user_differences(value: Mapping[str, Any], export: Export, today: date) -> Iterator[Difference]:
    """Yield the differences in the users, their details, roles and assignments.

    Of several entries with the same address, the first is compared. If the user is to be removed,
    all of them are. Control Hub cannot show assignments to a subscription that begins after today,
    so no export but a partial one can show that they are wrong.
    """
    later: set[str] = set() if export.is_partial else later_subscriptions(value, today)
    only_later = _only_assigned_to(later, value)
    meanings = _meanings(value) if export.is_partial else {}
    is_wrong = _partial_test(meanings) if export.is_partial else _full_test(later)
    seen: set[str] = set()
    for index, user in mappings(value, "users"):
        email = user.get("email")
        if not isinstance(email, str):
            continue
        path = pointer("users", index)
        person = export.people.get(email.lower())
        if person is None and export.is_complete and email.lower() not in only_later:
            message = f"Control Hub has no user {email}"
            change = Edit("remove", path)
            yield Difference("drift-user-extra", Finding(path, message), (change,))
            continue
        if email.lower() in seen:
            continue
        seen.add(email.lower())
        if person is not None:
            yield from _detail_differences(path, user, person)
            yield from _status_differences(path, user, person)
            yield from _access_differences(path, user, person, today)
            yield from _role_differences(path, user, person)
            yield from _assignment_differences(path, user, person, is_wrong, meanings, later)
        elif not export.is_partial:
            yield from _assignment_differences(path, user, Person(email), is_wrong, {}, later)
    for email, person in export.people.items():
        if email not in seen and person.licenses:
            message = f"Control Hub has the user {person.email}, but the file does not"
            yield Difference(
                "drift-user-missing",
                finding_at_list(value, "users", message),
                (Edit("append", "/users", new_user(person, today)),),
            )


def _only_assigned_to(subscriptions: Container[str], value: Mapping[str, Any]) -> set[str]:
    """Return the addresses of users, in lower case, who only have assignments to these."""
    every: dict[str, list[bool]] = {}
    for _, user in mappings(value, "users"):
        email, listed = user.get("email"), user.get("assignments")
        if isinstance(email, str) and isinstance(listed, list):
            every.setdefault(email.lower(), []).extend(
                _subscription_and_license(item)[0] in subscriptions for item in listed
            )
    return {email for email, tests in every.items() if tests and all(tests)}


def _detail_differences(path: str, user: Mapping[str, Any], person: Person) -> Iterator[Difference]:
    for key, exported in (("name", person.name), ("department", person.department)):
        has = user.get(key)
        if exported and isinstance(has, str) and has != exported:
            at = path + pointer(key)
            message = f"the {key} of {person.email} is {exported} in Control Hub"
            change = Edit("set", at, exported)
            yield Difference("drift-user-detail", Finding(at, message), (change,))


def _status_differences(path: str, user: Mapping[str, Any], person: Person) -> Iterator[Difference]:
    has = written_status(user)
    exported = person.status
    if not exported and person.is_enabled and has in ("inactive", "pending"):
        exported = "active"
    if exported and exported != has:
        at = path + pointer("status")
        message = f"{person.email} is {exported} in Control Hub, but {what_the_file_says(user)}"
        place = at if "status" in user else path
        change = Edit("set", at, exported)
        yield Difference("drift-user-detail", Finding(place, message), (change,))


def _access_differences(
    path: str, user: Mapping[str, Any], person: Person, today: date
) -> Iterator[Difference]:
    """Yield the last access of a user who is idle, or was idle according to the file."""
    has = user.get("last_access")
    if person.last_access is None or has == str(person.last_access):
        return
    was_idle = isinstance(has, str) and is_long_ago(day_of(has), today)
    if was_idle or is_long_ago(person.last_access, today):
        at = path + pointer("last_access")
        message = f"{person.email} was last seen on {person.last_access}"
        change = Edit("set", at, str(person.last_access))
        yield Difference("drift-user-detail", Finding(path, message), (change,))


def _role_differences(path: str, user: Mapping[str, Any], person: Person) -> Iterator[Difference]:
    roles = user.get("roles")
    if person.roles is None or not isinstance(roles, list):
        return
    at = path + pointer("roles")
    added = [role for role in ADMINISTRATOR_ROLES if role in person.roles and role not in roles]
    removed = [role for role in ADMINISTRATOR_ROLES if role not in person.roles and role in roles]
    if added:
        message = f"{person.email} is {listing(added)} in Control Hub, but not in the file"
        changes = tuple(Edit("append", at, role) for role in added)
        yield Difference("drift-role", Finding(at, message), changes)
    becomes_agent = _becomes_agent(user, person)
    for number, role in enumerate(removed):
        place = at + pointer(roles.index(role))
        message = f"{person.email} is not {role} in Control Hub"
        # The schema requires a role, and every user with an agent licence is an agent.
        instead = (Edit("append", at, "agent"),) if number == 0 and becomes_agent else ()
        yield Difference("drift-role", Finding(place, message), (Edit("remove", place), *instead))


def _becomes_agent(user: Mapping[str, Any], person: Person) -> bool:
    """Return whether the file has only administrator roles, and Control Hub has none of any."""
    roles = user.get("roles")
    return (
        person.roles is not None
        and not person.roles
        and isinstance(roles, list)
        and len(roles) > 0
        and all(role in ADMINISTRATOR_ROLES for role in roles)
    )


def _works(user: Mapping[str, Any], person: Person) -> bool:
    """Return whether a user is an agent or a supervisor, with the roles in Control Hub."""
    roles = user.get("roles")
    listed = roles if isinstance(roles, list) else ()
    return any(role in listed for role in terms.AGENT_ROLES) or _becomes_agent(user, person)


def _assignment_differences(
    path: str,
    user: Mapping[str, Any],
    person: Person,
    is_wrong: _Test,
    meanings: Mapping[str, Sequence[str]],
    later: Container[str],
) -> Iterator[Difference]:
    """Yield the differences in the assignments of a user.

    `meanings` has the agent licences that an assignment without a license can mean, by
    subscription. In other subscriptions it can mean each of them. For a user who does not work,
    such an assignment needs no licence, so no export can show that it is wrong. `later` are the
    subscriptions that begin later.
    """
    assignments = user.get("assignments")
    listed = assignments if isinstance(assignments, list) else []
    works = _works(user, person)
    matched: set[HeldLicense] = set()
    wrong: list[tuple[str, str]] = []
    for index, item in enumerate(listed):
        id, license = _subscription_and_license(item)
        if id is None or (license is not None and license not in AGENT_SERVICES):
            continue
        meant = _meant(id, license, meanings)
        fitting = {(id, service) for service in meant if (id, service) in person.licenses}
        matched |= fitting
        if fitting or (license is None and not works) or not is_wrong(person, id, license):
            continue
        at = path + pointer("assignments", index)
        what = f"{license} of {id}" if license else f"an agent licence in {id}"
        wrong.append((at, f"{person.email} does not hold {what} in Control Hub"))
    missing = [held for held in person.licenses if held not in matched]
    present = sum(_subscription_and_license(item)[0] not in later for item in listed)
    leaves_none = len(wrong) == present and not missing
    for number, (at, message) in enumerate(wrong):
        change = Edit("remove", at)
        # Only one of them has the mark, so that the users can be counted.
        empties = leaves_none and number == 0
        yield Difference("drift-assignment", Finding(at, message), (change,), empties=empties)
    if missing:
        words = listing(f"{license} of {id}" for id, license in missing)
        message = f"{person.email} holds {words} in Control Hub, but not in the file"
        at = path + pointer("assignments") if isinstance(assignments, list) else path
        changes = (
            Edit("append", path + pointer("assignments"), new_assignment(held)) for held in missing
        )
        yield Difference("drift-assignment", Finding(at, message), tuple(changes))


def _meant(id: str, license: str | None, meanings: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Return the agent licences that an assignment can mean."""
    return meanings.get(id, AGENT_SERVICES) if license is None else (license,)


def _full_test(later: Container[str]) -> _Test:
    """Return the test of assignments for exports with all licences of a user.

    `later` are the subscriptions that begin later.
    """

    def is_wrong(_person: Person, id: str, _license: str | None) -> bool:
        return id not in later

    return is_wrong


def _partial_test(meanings: Mapping[str, Sequence[str]]) -> _Test:
    """Return the test of assignments for exports with the licences that a user gets or loses."""

    def is_wrong(person: Person, id: str, license: str | None) -> bool:
        meant = _meant(id, license, meanings)
        return bool(meant) and all((id, service) in person.denied for service in meant)

    return is_wrong


def _meanings(value: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the agent licences that an assignment without a license can mean, by subscription."""
    return {
        id: tuple(service for service in AGENT_SERVICES if service in item["entitlements"])
        for _, id, item in first_subscriptions(value)
        if isinstance(item.get("entitlements"), dict)
    }


def unclear_denials(value: Mapping[str, Any], export: Export) -> Iterator[str]:
    """Yield a line for each licence that a partial export removes, but that is unclear in the file.

    The user only has an assignment without a license, which may mean another licence.
    """
    is_wrong = _partial_test(_meanings(value))
    for _, user in mappings(value, "users"):
        email = user.get("email")
        person = export.people.get(email.lower()) if isinstance(email, str) else None
        listed = user.get("assignments")
        if person is None or not isinstance(listed, list) or not _works(user, person):
            continue
        bare = {item for item in map(_subscription_and_license, listed) if item[1] is None}
        named = set(map(_subscription_and_license, listed))
        held = {id for id, _ in person.licenses}
        for id, service in sorted(person.denied - named):
            if (id, None) in bare and id not in held and not is_wrong(person, id, None):
                yield (
                    f"left unchanged: {person.email} is assigned to {id} without a license, which "
                    f"may mean another licence than {service}; name the license in the file"
                )


def _subscription_and_license(item: object) -> tuple[str | None, str | None]:
    """Return the subscription and the licence of an assignment; None if it has none."""
    if isinstance(item, str):
        return item, None
    if not isinstance(item, dict):
        return None, None
    id, license = item.get("subscription"), item.get("license")
    return (id if isinstance(id, str) else None), (license if isinstance(license, str) else None)
