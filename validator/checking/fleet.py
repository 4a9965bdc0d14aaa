"""Policies over the fleet: what all files of a run have told is compared once."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from validator.checking.engine import Case, Checked, Waiting
from validator.checking.selection import Plan
from validator.checking.suppressions import Suppression, cover
from validator.findings.diagnostic import Diagnostic, RelatedLocation
from validator.findings.finding import FleetFinding, Sighting
from validator.plugins.policy import Policy
from validator.system.errors import describe_error

Reopen = Callable[[str], Case]
"""Returns a file again, by its name, to place what was found in it."""


def compare(
    results: Sequence[Checked], plan: Plan, reopen: Reopen
) -> tuple[list[Diagnostic], list[str]]:
    """Return what the policies over the fleet find, and what has failed, a line each.

    Facts are compared in the order of the files' names, whatever the order of the results.
    Suppressions that have waited for these findings, and cover none, are found here, too.
    """
    ordered = sorted(results, key=lambda result: result.file)
    waiting = [item for result in ordered for item in result.waiting]
    diagnostics: list[Diagnostic] = []
    failures: list[str] = []
    reopen = cache(reopen)
    for policy in plan.plugins.policies.values():
        if policy.over != "fleet":
            continue
        seen = [item for result in ordered for item in result.sightings.get(policy.id, ())]
        try:
            diagnostics += list(_look(policy, seen, plan, reopen))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a SystemExit, too, must not end the run with its code
            failures.append(f"the policy {policy.id} crashed: {describe_error(error)}")
    used = _suppress(diagnostics, waiting)
    for item in waiting:
        if item.unused is not None and id(item.suppression) not in used:
            level = plan.levels(item.unused.file)[item.unused.id]
            if level != "off":
                diagnostics.append(item.unused._replace(severity=level))
    return diagnostics, failures


def _look(
    policy: Policy, seen: Sequence[Sighting], plan: Plan, reopen: Reopen
) -> Iterator[Diagnostic]:
    marked: set[tuple[str, int, str]] = set()
    for found in policy.function(seen):
        if not isinstance(found, FleetFinding):
            raise TypeError(f"yields {type(found).__name__}, not FleetFinding")
        level = plan.levels(found.at.file)[policy.id]
        place = (found.at.file, found.at.document, found.at.path)
        if level == "off" or place in marked:
            continue
        marked.add(place)
        draft = reopen(found.at.file).at(found.at, policy)
        related = tuple(_place(reopen, other, policy, words) for other, words in found.related)
        help = found.help or policy.help
        message = found.message
        yield draft._replace(severity=level, message=message, help=help, related=related)


def _place(reopen: Reopen, sighting: Sighting, policy: Policy, words: str) -> RelatedLocation:
    found = reopen(sighting.file).at(sighting, policy)
    return RelatedLocation(words, found.file, found.path, found.span, found.source)


def _suppress(diagnostics: list[Diagnostic], waiting: Sequence[Waiting]) -> set[int]:
    """Let pass what suppressions cover; return the identities of those that do."""
    places: dict[tuple[str, int], list[Suppression]] = {}
    for item in waiting:
        places.setdefault((item.file, item.document), []).append(item.suppression)
    standing: dict[tuple[str, int], list[int]] = {}
    for number, found in enumerate(diagnostics):
        standing.setdefault((found.file, found.document), []).append(number)
    used: set[int] = set()
    for place, suppressions in places.items():
        here = standing.get(place, [])
        covers = cover(suppressions, [(diagnostics[n].id, diagnostics[n].span) for n in here])
        for number, nearest in zip(here, covers, strict=True):
            if nearest is not None:
                used.add(id(nearest))
                why = nearest.justification
                diagnostics[number] = diagnostics[number]._replace(suppressed=why)
    return used
