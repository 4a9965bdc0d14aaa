"""Format `json` of `forecast`: for programs."""

from collections.abc import Iterator, Mapping

from validator.findings.forecast_report import ForecastEvent, ForecastReport
from validator.reporters.check.json import diagnostic_to_json
from validator.reporters.json_parts import indented_json_with_items
from validator.reporters.notes import json_notes


def render(report: ForecastReport) -> Iterator[str]:
    """Yield one JSON object with the findings of the first day and the events after it."""
    value = {
        "version": 1,
        "from": report.begin.isoformat(),
        "until": report.until.isoformat(),
        **json_notes(report.assumed, report.incomplete),
        **({"eased": report.eased} if report.eased else {}),
        "standing": [],
        "events": [],
    }
    standing = map(diagnostic_to_json, report.initial)
    yield from indented_json_with_items(value, standing, map(_event, report.events), level=2)
    yield "\n"


def _event(event: ForecastEvent) -> Mapping[str, object]:
    return {
        "date": event.date.isoformat(),
        "file": event.file,
        "document": event.document,
        "tenant": event.tenant,
        "appears": [diagnostic_to_json(item) for item in event.appears],
        "clears": [{"id": id, "path": path} for id, path in event.clears],
    }
