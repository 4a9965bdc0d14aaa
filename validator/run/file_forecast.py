"""Forecasts one file: finds what changes in a window by checking days with a possible change."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import FileCheck, open_source, or_failure
from validator.checking.selection import Selection
from validator.findings.builtin import blocks_policies
from validator.findings.forecast_report import DrawnTimeline
from validator.project.sources import Source
from validator.run.finding_changes import Change, DocumentKey, by_document, changes
from validator.run.forecast_picture import timeline_of
from validator.tenant.calendar_days import FOREVER

if TYPE_CHECKING:
    from validator.checking.assumptions import Applied


class Step(NamedTuple):
    """What changes in a file on a day, without the findings of the policies over the fleet.

    On the first day, all findings appear. `facts` is what those policies compare; None if it is
    the same as before. `failures` are causes of exit code 2, one line each.
    """

    day: date
    changes: dict[DocumentKey, Change]
    facts: CheckedFile | None
    failures: tuple[str, ...]


class FileForecast(NamedTuple):
    """The forecast for a file.

    `steps` has the days with a possible change, in order; none if the file cannot be checked,
    and `failures` says why. `broken` has the documents with YAML or schema errors as in
    ForecastReport.
    """

    file: str
    failures: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    timelines: tuple[DrawnTimeline, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    assumed: "tuple[Applied, ...]" = ()


def failed_forecast(source: Source, failure: str) -> FileForecast:
    """Return the forecast for a file that cannot be checked, given a line that says why."""
    return FileForecast(source.name, (failure,))


def forecast_file(
    source: Source, selection: Selection, *, until: date, stdin: bytes
) -> FileForecast:
    """Return the forecast for a file from the day of the settings to the given day."""
    opened = open_source(source, selection, stdin, ahead=True)
    if isinstance(opened, str):
        return failed_forecast(source, opened)
    name, settings = source.name, selection.settings
    first = opened.on(settings.as_of)
    return FileForecast(
        name,
        (),
        tuple(_steps(opened, first, settings.as_of, until)),
        tuple(
            timeline_of(name, document, tenant, settings, until)
            for document, tenant in opened.tenants
        ),
        tuple(_broken_places(name, opened)),
        opened.assumed,
    )


def _steps(opened: FileCheck, first: CheckedFile, day: date, until: date) -> Iterator[Step]:
    """Yield the steps of a file, given its result for the first day.

    The file is checked again on the first day on which one of its results can differ, as recorded
    by its clock.
    """
    result, facts = first, _facts(first)
    found = by_document(result.diagnostics)
    yield Step(day, changes({}, found), facts, result.failures)
    while True:
        # FOREVER is also the last day of the calendar, which a window may contain.
        if result.until > until or day == FOREVER:
            return
        day = result.until
        checked = or_failure(result.file, partial(opened.on, day))
        if isinstance(checked, str):
            # The findings of later days are not known, so the current findings are kept.
            result = result._replace(until=FOREVER)
            yield Step(day, {}, None, (checked,))
            continue
        old, before = found, facts
        result, found, facts = checked, by_document(checked.diagnostics), _facts(checked)
        now = None if facts == before else facts
        yield Step(day, changes(old, found), now, result.failures)


def _facts(result: CheckedFile) -> CheckedFile:
    """Return the part of a result that `evaluate_fleet` looks at."""
    return CheckedFile(
        result.file,
        diagnostics=tuple(item for item in result.diagnostics if blocks_policies(item.id)),
        failures=result.failures,
        sightings=result.sightings,
        places=result.places,
        pending_suppressions=result.pending_suppressions,
    )


def _broken_places(name: str, opened: FileCheck) -> Iterator[tuple[str, str]]:
    """Yield each document with a YAML or schema error, or only the file if all of them have one."""
    broken = [check.document.index for check in opened.document_checks if check.tenant is None]
    if len(broken) == len(opened.document_checks):
        yield name, ""
    else:
        yield from ((name, f", document {index + 1}") for index in broken)
