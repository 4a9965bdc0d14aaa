"""Policies over the fleet: compare what all files of a run have told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from validator.checking.checked_file import CheckedFile, PendingSuppression
from validator.checking.file_check import FileCheck
from validator.checking.selection import Selection
from validator.checking.suppression_findings import added_suppression
from validator.checking.suppressions import Suppression, cover
from validator.findings.diagnostic import Diagnostic, RelatedLocation
from validator.findings.finding import FleetFinding, Sighting
from validator.findings.wording import bounded
from validator.plugins.policy import Policy
from validator.system.errors import describe_error

Reopen = Callable[[str], FileCheck]
"""Returns a file by its name in reports, to place findings in it."""


def evaluate_fleet(
    results: Sequence[CheckedFile], selection: Selection, reopen: Reopen
) -> tuple[list[Diagnostic], list[str]]:
    """Return the diagnostics of the policies over the fleet, and failures, a line each.

    Sightings are compared in the order of the file names, whatever the order of the results.
    Pending suppressions that cover none of the findings are reported as unused.
    """
    ordered = sorted(results, key=lambda result: result.file)
    pending = [item for result in ordered for item in result.pending_suppressions]
    diagnostics: list[Diagnostic] = []
    failures: list[str] = []
    reopen = cache(reopen)
    for policy in selection.plugins.policies.values():
        if policy.over != "fleet":
            continue
        seen = [item for result in ordered for item in result.sightings.get(policy.id, ())]
        try:
            diagnostics += list(_run(policy, seen, selection, reopen))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a SystemExit, too, must not end the run with its code
            failures.append(f"the policy {policy.id} crashed: {describe_error(error)}")
    covered = _mark_suppressed(diagnostics, pending)
    for item in pending:
        here = covered.get(id(item.suppression), ())
        found = None if here else item.unused
        if item.added is not None:
            found = added_suppression(item.added, here) or found
        if found is not None:
            level = selection.levels(found.file)[found.id]
            if level != "off":
                diagnostics.append(found._replace(severity=level))
    return diagnostics, failures


def _run(
    policy: Policy, seen: Sequence[Sighting], selection: Selection, reopen: Reopen
) -> Iterator[Diagnostic]:
    """Yield the diagnostics of a policy, one for each place."""
    places: set[tuple[str, int, str]] = set()
    for found in policy.function(seen):
        if not isinstance(found, FleetFinding):
            raise TypeError(f"yields {type(found).__name__}, not FleetFinding")
        level = selection.levels(found.at.file)[policy.id]
        place = (found.at.file, found.at.document, found.at.path)
        if level == "off" or place in places:
            continue
        places.add(place)
        diagnostic = reopen(found.at.file).locate(found.at, policy)
        related = tuple(_related(reopen, other, policy, words) for other, words in found.related)
        yield diagnostic._replace(
            severity=level,
            message=bounded(found.message),
            help=bounded(found.help or policy.help),
            related=related,
        )


def _related(reopen: Reopen, sighting: Sighting, policy: Policy, message: str) -> RelatedLocation:
    found = reopen(sighting.file).locate(sighting, policy)
    return RelatedLocation(
        bounded(message), found.file, found.path, found.span, found.source, found.source_offset
    )


def _mark_suppressed(
    diagnostics: list[Diagnostic], pending: Sequence[PendingSuppression]
) -> Mapping[int, Sequence[Diagnostic]]:
    """Mark the covered diagnostics; return them by the identity of their suppression."""
    suppressions: dict[tuple[str, int], list[Suppression]] = {}
    for item in pending:
        suppressions.setdefault((item.file, item.document), []).append(item.suppression)
    numbers: dict[tuple[str, int], list[int]] = {}
    for number, found in enumerate(diagnostics):
        numbers.setdefault((found.file, found.document), []).append(number)
    covered: dict[int, list[Diagnostic]] = {}
    for document, items in suppressions.items():
        here = numbers.get(document, [])
        covers = cover(items, [(diagnostics[n].id, diagnostics[n].span) for n in here])
        for number, nearest in zip(here, covers, strict=True):
            if nearest is not None:
                covered.setdefault(id(nearest), []).append(diagnostics[number])
                why = nearest.justification
                diagnostics[number] = diagnostics[number]._replace(suppressed=why)
    return covered
