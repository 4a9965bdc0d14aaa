"""Runs `forecast`: finds what changes in a window by checking only days with a possible change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from validator.checking.assumptions import unused_assumptions
from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import FileCheck, open_source, or_failure
from validator.checking.fleet import evaluate_fleet
from validator.checking.selection import Selection
from validator.findings.diagnostic import Diagnostic
from validator.findings.forecast_report import ForecastEvent, ForecastReport
from validator.project.sources import Source
from validator.run.forecast_picture import picture_of
from validator.system.garbage_collector import collect_garbage
from validator.tenant.clock import NEVER

DocumentKey = tuple[str, int]
"""The name of a file and the index of a document in it."""
FindingKey = tuple[str, str, int]
"""The id, the path and the line of a finding; the line is 0 unless it is about a suppression.

It identifies a finding from day to day.
"""
FindingsByKey = dict[FindingKey, list[Diagnostic]]
"""Findings by key; findings of the reader and the schemas may share a key."""
Change = tuple[DocumentKey, FindingsByKey, FindingsByKey]
"""A document with its earlier and its current findings."""


def forecast_run(
    sources: Sequence[Source],
    selection: Selection,
    until: date,
    stdin: bytes,
    failures: Sequence[str],
) -> ForecastReport:
    """Return the findings in the files from the day of the settings to the given day.

    A file is checked again on the first day on which one of its results can differ, as recorded
    by its clock. Policies over the fleet run again when a sighting has changed.
    """
    begin = selection.settings.as_of
    causes = dict.fromkeys(failures)
    files: dict[str, FileCheck] = {}
    now: dict[str, CheckedFile] = {}
    for source in sources:
        opened = open_source(source, selection, stdin, ahead=True)
        if isinstance(opened, str):
            causes[opened] = None
            continue
        result = or_failure(source.name, partial(opened.on, begin))
        if isinstance(result, str):
            causes[result] = None
        else:
            files[source.name], now[source.name] = opened, result
        collect_garbage()
    checked = len(files)
    standing = _Standing(selection, files)
    standing.update(now)
    first = sorted(standing.findings(), key=lambda item: item.sort_key)
    events: list[ForecastEvent] = []
    day = begin
    while True:
        for result in now.values():
            causes |= dict.fromkeys(result.failures)
        causes |= dict.fromkeys(standing.failures)
        previous, day = day, min((result.until for result in now.values()), default=NEVER)
        # NEVER is also the last day of the calendar, which a window may contain.
        if day > until or previous == NEVER:
            break
        changed: dict[str, CheckedFile] = {}
        for name, before in now.items():
            if before.until > day:
                continue
            result = or_failure(name, partial(files[name].on, day))
            if isinstance(result, str):
                # The findings of later days are not known, so the current findings are kept.
                causes[result] = None
                result = before._replace(until=NEVER)
            changed[name] = result
        collect_garbage()
        now |= changed
        checked += len(changed)
        events += _events(day, standing.update(changed))
    assumptions = selection.settings.assumptions
    if not causes:
        applied = [item for opened in files.values() for item in opened.assumed]
        causes |= dict.fromkeys(unused_assumptions(assumptions, applied))
    return ForecastReport(
        begin,
        until,
        tuple(source.name for source in sources),
        tuple(first),
        tuple(events),
        tuple(
            picture_of(name, document, tenant, selection.settings, until)
            for name, opened in files.items()
            for document, tenant in opened.tenants
        ),
        tuple(causes),
        tuple(one for name, file in files.items() for one in _broken_places(name, file)),
        checked,
        assumed=tuple(item.text for item in assumptions),
    )


def _broken_places(name: str, opened: FileCheck) -> Iterator[tuple[str, str]]:
    """Yield each document with a YAML or schema error, or only the file if all of them have one."""
    broken = [check.document.index for check in opened.document_checks if check.tenant is None]
    if len(broken) == len(opened.document_checks):
        yield name, ""
    else:
        yield from ((name, f", document {index + 1}") for index in broken)


class _Standing:
    """The findings of a day, by document and key."""

    def __init__(self, selection: Selection, files: Mapping[str, FileCheck]) -> None:
        self._selection = selection
        self._files = files
        self._now: dict[str, CheckedFile] = {}
        self._found: dict[DocumentKey, FindingsByKey] = {}
        self._of_the_fleet: list[Diagnostic] = []
        self.failures: list[str] = []

    def findings(self) -> Iterator[Diagnostic]:
        """Yield all findings of the day."""
        for found in self._found.values():
            for items in found.values():
                yield from items

    def update(self, changed: Mapping[str, CheckedFile]) -> list[Change]:
        """Add new results for some files; return the changes of their documents.

        Policies over the fleet run again only if a sighting in these files has changed.
        """
        names = set(changed)
        sightings_changed = any(
            _sightings(self._now.get(name)) != _sightings(one) for name, one in changed.items()
        )
        self._now |= changed
        if sightings_changed:
            names |= {item.file for item in self._of_the_fleet}
            self._of_the_fleet, self.failures = evaluate_fleet(
                list(self._now.values()), self._selection
            )
            names |= {item.file for item in self._of_the_fleet}
        new: dict[DocumentKey, FindingsByKey] = {}
        for item in (
            *(item for name in names for item in self._now[name].diagnostics),
            *(item for item in self._of_the_fleet if item.file in names),
        ):
            if item.suppressed is None:
                here = new.setdefault((item.file, item.document), {})
                here.setdefault(_key(item), []).append(item)
        old = {place: found for place, found in self._found.items() if place[0] in names}
        for place in old.keys() - new.keys():
            del self._found[place]
        self._found |= new
        return [
            (place, old.get(place, {}), new.get(place, {}))
            for place in sorted(old.keys() | new.keys())
        ]


def _key(item: Diagnostic) -> FindingKey:
    return item.id, item.path, item.span.line if item.topic == "suppression" else 0


def _sightings(checked: CheckedFile | None) -> object:
    return None if checked is None else (checked.sightings, checked.pending_suppressions)


def _events(day: date, changes: Iterable[Change]) -> Iterator[ForecastEvent]:
    """Yield an event for each document whose findings have changed."""
    for (file, document), old, new in changes:
        appears = [item for key, items in new.items() if key not in old for item in items]
        clears = [items[0] for key, items in sorted(old.items()) if key not in new]
        if appears or clears:
            ordered = sorted(appears, key=lambda item: item.sort_key)
            cleared = tuple((item.id, item.path) for item in clears)
            tenant = (*appears, *clears)[0].tenant
            yield ForecastEvent(day, file, document, tenant, tuple(ordered), cleared)
