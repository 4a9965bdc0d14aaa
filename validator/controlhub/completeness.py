"""Detect that the exports are not complete, because one of them has data that others lack."""

from collections import Counter
from collections.abc import Iterator

from validator.controlhub.export import AGENT_SERVICES, Export, ExportError, HeldLicense
from validator.findings.wording import counted, few, shortened

_MAX_LINES = 5
_MAX_NAMED = 3


def require_complete(export: Export) -> None:
    """Raise ExportError, with a line for each cause, if the exports are not complete.

    A user who is missing from an export would lose all assignments, or be removed.
    """
    lines = list(_evidence(export))
    if len(lines) > _MAX_LINES:
        more = f"and {len(lines) - _MAX_LINES} more of this kind"
        lines = [*lines[:_MAX_LINES], more]
    if lines:
        raise ExportError(*lines)


def _evidence(export: Export) -> Iterator[str]:
    for id, email in export.unknown_licenses.items():
        yield (
            f"not complete: {email} holds the licence {shortened(id)}, which is in no file of "
            "--licenses; use the whole response of /v1/licenses, all pages"
        )
    if not export.has_users:
        return
    holders = Counter(held for person in export.people.values() for held in person.licenses)
    if not export.is_complete:
        yield from _unlisted(export)
    for (subscription, service), consumed in _consumed(export).items():
        known = holders[subscription, service]
        if known < consumed:
            yield (
                f"not complete: {service} of {subscription} has {counted(consumed, 'user')} in "
                f"Control Hub, but the exports have {known or 'none'}; a page or a file is "
                "missing, or some users belong to other organisations "
                "(/v1/licenses/{id}?includeAssignedTo=user lists them)"
            )
    if export.is_complete:
        yield from _missing_people(export)


def _unlisted(export: Export) -> Iterator[str]:
    """Yield a line for each agent licence whose users are in no export."""
    for license in export.licenses.values():
        if license.service in AGENT_SERVICES and not license.has_users and license.consumed is None:
            yield (
                f"not complete: no export has the users of {license.service} in "
                f"{license.subscription}; fetch /v1/licenses/{{id}}?includeAssignedTo=user, or "
                "add --people"
            )


def _consumed(export: Export) -> dict[HeldLicense, int]:
    """Return the number of users who consume each agent licence, if it is fully known."""
    consumed: dict[HeldLicense, int] = {}
    unknown: set[HeldLicense] = set()
    for license in export.licenses.values():
        if license.service not in AGENT_SERVICES:
            continue
        if license.consumed is None:
            unknown.add(license.held)
        else:
            consumed[license.held] = consumed.get(license.held, 0) + license.consumed
    return {held: number for held, number in consumed.items() if held not in unknown}


def _missing_people(export: Export) -> Iterator[str]:
    """Yield a line if users of licences are missing from the people."""
    unlisted = [
        person.email
        for person in export.people.values()
        if person.is_internal and not person.is_listed
    ]
    if unlisted:
        yield (
            f"not complete: {few(unlisted, _MAX_NAMED)} {'hold' if len(unlisted) > 1 else 'holds'} "
            "licences, but the list of all users does not have them; a page or a file is missing"
        )
        return
    people = len(export.people)
    most = max(export.licenses.values(), key=lambda item: item.consumed or 0, default=None)
    if most is not None and (most.consumed or 0) > people and most.service not in AGENT_SERVICES:
        yield (
            f"not complete: {most.name or shortened(most.id)} has {most.consumed:,} users in "
            f"Control Hub, but the exports have {counted(people, 'user')}; a page or a file is "
            "missing"
        )
