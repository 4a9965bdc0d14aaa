"""Evidence that the exports are not complete: what one of them tells and the others lack."""

from collections import Counter
from collections.abc import Iterator

from validator.controlhub.export import AGENT_SERVICES, Export, ExportError, HeldLicense
from validator.findings.wording import counted, few, shortened

_MAX_LINES = 5
_MAX_NAMED = 3


def require_complete(export: Export) -> None:
    """Raise ExportError, with a line for each cause, if the exports are not complete.

    Whoever is missing from an export would lose their assignments, or be removed.
    """
    lines = list(_evidence(export))
    if len(lines) > _MAX_LINES:
        more = f"and {len(lines) - _MAX_LINES} more of this kind"
        lines = [*lines[:_MAX_LINES], more]
    if lines:
        raise ExportError("\n".join(lines))


def _evidence(export: Export) -> Iterator[str]:
    for id, email in export.unknown_licenses.items():
        yield (
            f"not complete: {email} holds the licence {shortened(id)}, which no file of --licenses "
            "has; give the whole answer of /v1/licenses, all pages"
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
                f"Control Hub, and the exports name {known or 'none'}; a page or a file is missing,"
                " or users from outside hold it, whom /v1/licenses/{id}?includeAssignedTo=user "
                "lists"
            )
    if export.is_complete:
        yield from _missing_people(export)


def _unlisted(export: Export) -> Iterator[str]:
    """Yield a line for each agents' licence whose users no export lists."""
    for license in export.licenses.values():
        if license.service in AGENT_SERVICES and not license.has_users and license.consumed is None:
            yield (
                f"not complete: nothing lists the users of {license.service} in "
                f"{license.subscription}; fetch /v1/licenses/{{id}}?includeAssignedTo=user, or "
                "give --people"
            )


def _consumed(export: Export) -> dict[HeldLicense, int]:
    """Return how many users consume each licence of agents, as far as all of it is known."""
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
    """Yield a line if a licence of any kind has more users than there are people."""
    unlisted = [
        person.email
        for person in export.people.values()
        if person.is_internal and not person.is_listed
    ]
    if unlisted:
        yield (
            f"not complete: {few(unlisted, _MAX_NAMED)} {'hold' if len(unlisted) > 1 else 'holds'} "
            "licences, but the list of all users lacks them; a page or a file is missing"
        )
        return
    people = len(export.people)
    most = max(export.licenses.values(), key=lambda item: item.consumed or 0, default=None)
    if most is not None and (most.consumed or 0) > people and most.service not in AGENT_SERVICES:
        yield (
            f"not complete: {most.name or shortened(most.id)} has {most.consumed:,} users in "
            f"Control Hub, and the exports name {counted(people, 'user')}; a page or a file is "
            "missing"
        )
