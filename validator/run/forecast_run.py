"""Runs `forecast`: joins the forecasts for files with the findings of policies over the fleet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from validator.checking.assumptions import unused_assumptions
from validator.checking.checked_file import CheckedFile
from validator.checking.fleet import evaluate_fleet
from validator.checking.selection import Selection
from validator.findings.forecast_report import ForecastEvent, ForecastReport
from validator.project.sources import Source
from validator.run.file_forecast import FileForecast, Step, failed_forecast, forecast_file
from validator.run.finding_changes import (
    Change,
    DocumentKey,
    FindingsByKey,
    by_document,
    changes,
    merged,
)
from validator.run.workers import results_of


def forecast_run(
    sources: Sequence[Source],
    selection: Selection,
    until: date,
    stdin: bytes,
    failures: Sequence[str],
    jobs: int | None = None,
) -> ForecastReport:
    """Return the findings in the files from the day of the settings to the given day.

    `jobs` is the number of processes; None means one for each core, if there is enough work.
    """
    begin = selection.settings.as_of
    work = partial(forecast_file, until=until, stdin=stdin)
    forecasts = results_of(sources, selection, work, failed_forecast, jobs=jobs)
    causes = dict.fromkeys((*failures, *(line for one in forecasts for line in one.failures)))
    fleet = _Fleet(selection)
    by_day: dict[date, dict[DocumentKey, Change]] = {}
    for day, steps in _steps_by_day(forecasts):
        by_day[day] = _joined(steps, fleet.update(steps))
        causes |= dict.fromkeys(line for step in steps for line in step.failures)
        causes |= dict.fromkeys(fleet.failures)
    initial = [item for change in by_day.pop(begin, {}).values() for item in change.appears]
    assumptions = selection.settings.assumptions
    if not causes:
        applied = [item for one in forecasts for item in one.assumed]
        causes |= dict.fromkeys(unused_assumptions(assumptions, applied))
    return ForecastReport(
        begin,
        until,
        tuple(source.name for source in sources),
        tuple(sorted(initial, key=lambda item: item.sort_key)),
        tuple(event for day, found in by_day.items() for event in _events(day, found)),
        tuple(timeline for one in forecasts for timeline in one.timelines),
        tuple(causes),
        tuple(place for one in forecasts for place in one.broken),
        assumed=tuple(item.text for item in assumptions),
    )


def _steps_by_day(forecasts: Iterable[FileForecast]) -> Iterator[tuple[date, Sequence[Step]]]:
    """Yield the days on which a file can change, in order, with the steps of the files."""
    days: dict[date, list[Step]] = {}
    for forecast in forecasts:
        for step in forecast.steps:
            days.setdefault(step.day, []).append(step)
    yield from sorted(days.items())


class _Fleet:
    """The findings of policies over the fleet on a day."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._facts: dict[str, CheckedFile] = {}
        self._found: dict[DocumentKey, FindingsByKey] = {}
        self.failures: list[str] = []

    def update(self, steps: Iterable[Step]) -> Mapping[DocumentKey, Change]:
        """Return the changes of a day. The policies only run if a fact has changed."""
        changed = {step.facts.file: step.facts for step in steps if step.facts is not None}
        if not changed:
            return {}
        self._facts |= changed
        found, self.failures = evaluate_fleet(list(self._facts.values()), self._selection)
        before, self._found = self._found, by_document(found)
        return changes(before, self._found)


def _joined(
    steps: Iterable[Step], fleet: Mapping[DocumentKey, Change]
) -> dict[DocumentKey, Change]:
    """Return the changes in files, together with those of the findings of the fleet."""
    joined = dict(fleet)
    for step in steps:
        for place, change in step.changes.items():
            other = joined.pop(place, None)
            both = change if other is None else merged(change, other)
            if both is not None:
                joined[place] = both
    return joined


def _events(day: date, found: Mapping[DocumentKey, Change]) -> Iterator[ForecastEvent]:
    """Yield an event for each document whose findings change on a day."""
    for (file, document), (tenant, appears, clears) in sorted(found.items()):
        cleared = tuple((id, path) for id, path, _ in clears)
        yield ForecastEvent(day, file, document, tenant, appears, cleared)
