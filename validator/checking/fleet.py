"""Runs policies over the fleet, which compare the sightings from all files in a run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from validator.checking.checked_file import CheckedFile, DocumentPath, PendingSuppression
from validator.checking.policy_run import checked_text, yielded_items
from validator.checking.selection import Selection
from validator.findings.builtin import blocks_policies
from validator.findings.diagnostic import Diagnostic, RelatedLocation, SightingPlace
from validator.findings.finding import FleetFinding, Sighting
from validator.findings.severity import Severity
from validator.findings.wording import bounded
from validator.plugins.policy import Policy
from validator.system.errors import describe_policy_error

if TYPE_CHECKING:
    from validator.checking.suppressions import Suppression


Places = Mapping[str, Mapping[DocumentPath, SightingPlace]]
"""The places of sightings, by file."""


class _Found(NamedTuple):
    """A finding without a place, with its policy and its level."""

    policy: Policy
    level: Severity
    finding: FleetFinding


def evaluate_fleet(
    results: Sequence[CheckedFile], selection: Selection
) -> tuple[list[Diagnostic], list[str]]:
    """Return the diagnostics from policies over the fleet, and failures, one line each.

    Sightings are compared in the order of the file names, independent of the order of the
    results. Pending suppressions that cover no finding are reported as unused, unless documents
    are missing or cannot be read: there may be a finding with one of them.
    """
    ordered = sorted(results, key=lambda result: result.file)
    pending = [item for result in ordered for item in result.pending_suppressions]
    every: list[_Found] = []
    failures: list[str] = []
    for policy in selection.plugins.policies.values():
        if policy.over != "fleet":
            continue
        seen = [item for result in ordered for item in result.sightings.get(policy.id, ())]
        try:
            every += list(_run(policy, seen, selection))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a SystemExit must not set the exit code of the run
            about = describe_policy_error(error, policy.function)
            failures.append(f"the policy {policy.id} crashed: {about}")
    diagnostics, lines = _placed(every, {result.file: result.places for result in results})
    failures += lines
    covered = _mark_suppressed(diagnostics, pending)
    is_complete = (
        selection.settings.is_everything
        and not failures
        and not any(
            result.failures or any(blocks_policies(found.id) for found in result.diagnostics)
            for result in (results if pending else ())
        )
    )
    for item in pending:
        here = covered.get(id(item.suppression), ())
        found = item.unused if is_complete and not here else None
        if item.added is not None:
            from validator.checking.suppression_findings import added_suppression

            found = added_suppression(item.added, here) or found
        if found is not None:
            level = selection.levels(found.file)[found.id]
            if level != "off":
                diagnostics.append(found._replace(severity=level))
    return diagnostics, failures


def _run(policy: Policy, seen: Sequence[Sighting], selection: Selection) -> Iterator[_Found]:
    """Yield the findings of a policy, one for each place."""
    places: set[tuple[str, int, str]] = set()
    for found in yielded_items(policy.function(seen, **selection.arguments(policy).options)):
        if not isinstance(found, FleetFinding):
            raise TypeError(f"yields {type(found).__name__}, not FleetFinding")
        level = selection.levels(_checked(found.at).file)[policy.id]
        place = (found.at.file, found.at.document, found.at.path)
        if level == "off" or place in places:
            continue
        places.add(place)
        # The messages are built here so that an error in them is reported for this policy.
        words = [(_checked(other), bounded(message)) for other, message in found.related]
        message = bounded(checked_text("the message of a finding", found.message))
        help = bounded(checked_text("the help of a finding", found.help or policy.help))
        yield _Found(policy, level, FleetFinding(found.at, message, help, words))


def _checked(sighting: Sighting) -> Sighting:
    if not isinstance(sighting, Sighting):
        raise TypeError(f"names {type(sighting).__name__}, not Sighting")
    return sighting


def _placed(every: Sequence[_Found], places: Places) -> tuple[list[Diagnostic], list[str]]:
    """Return the diagnostics for findings, and a line for each place that is not known."""
    diagnostics: list[Diagnostic] = []
    failures: dict[str, None] = {}
    for found in every:
        try:
            diagnostics.append(_diagnostic(found, places))
        except _PlaceError as error:
            failures[str(error)] = None
    return diagnostics, list(failures)


class _PlaceError(Exception):
    """Raised if a place is not known. The message is one line."""


def _place(policy: Policy, at: Sighting, places: Places) -> SightingPlace:
    place = places.get(at.file, {}).get((at.document, at.path))
    if place is None:
        where = at.path or "the document"
        message = f"{at.file}: the policy {policy.id} reports {where}, which is not a known fact"
        raise _PlaceError(message)
    return place


def _diagnostic(found: _Found, places: Places) -> Diagnostic:
    policy, level, (at, message, help, related) = found
    place = _place(policy, at, places)
    return Diagnostic(
        id=policy.id,
        topic=policy.topic,
        severity=level,
        message=message,
        help=help,
        file=at.file,
        document=at.document,
        tenant=at.tenant or None,
        path=at.path,
        span=place.span,
        source=place.source,
        related=tuple(
            [
                RelatedLocation(words, other.file, other.path, there.span, there.source,
                                there.source_offset)
                for other, words in related
                for there in (_place(policy, other, places),)
            ]
        ),
        name=place.name,
        digest=place.digest,
        source_offset=place.source_offset,
    )  # fmt: skip


def _mark_suppressed(
    diagnostics: list[Diagnostic], pending: Sequence[PendingSuppression]
) -> Mapping[int, Sequence[Diagnostic]]:
    """Mark the covered diagnostics; return them by the `id()` of their suppression."""
    if not pending:
        return {}
    from validator.checking.suppressions import cover

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
