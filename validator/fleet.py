"""Policies over the fleet: what all files of a run have told is compared once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from validator.diagnostic import Diagnostic, FleetFinding, Place, Sighting
from validator.engine import Case, Checked, Waiting
from validator.folder import reason
from validator.plan import Plan
from validator.policy import Policy

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
    used: set[int] = set()
    for policy in plan.plugins.policies.values():
        if policy.over != "fleet":
            continue
        seen = [item for result in ordered for item in result.sightings.get(policy.id, ())]
        try:
            found = list(_look(policy, seen, plan, cache(reopen)))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a SystemExit, too, must not end the run with its code
            failures.append(f"the policy {policy.id} crashed: {reason(error)}")
            continue
        for diagnostic in found:
            cover = next((item for item in waiting if _covers(item, diagnostic)), None)
            if cover is None:
                diagnostics.append(diagnostic)
            else:
                used.add(id(cover))
                why = cover.suppression.justification
                diagnostics.append(replace(diagnostic, suppressed=why))
    for item in waiting:
        if item.unused is not None and id(item) not in used:
            level = plan.levels(item.unused.file)[item.unused.id]
            if level != "off":
                diagnostics.append(replace(item.unused, severity=level))
    return diagnostics, failures


def _look(
    policy: Policy, seen: Sequence[Sighting], plan: Plan, reopen: Reopen
) -> Iterator[Diagnostic]:
    marked: set[tuple[str, int, str]] = set()
    for found in policy.look(seen):
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
        yield replace(draft, severity=level, message=found.message, help=help, related=related)


def _place(reopen: Reopen, sighting: Sighting, policy: Policy, words: str) -> Place:
    found = reopen(sighting.file).at(sighting, policy)
    return Place(words, found.file, found.path, found.span, found.source)


def _covers(item: Waiting, found: Diagnostic) -> bool:
    return (item.file, item.document) == (found.file, found.document) and item.suppression.covers(
        found.id, found.span
    )
