"""Format `json` of `forecast`: for programs."""

import json

from validator.findings.forecast_report import ForecastReport
from validator.reporters.check.json import diagnostic_to_json
from validator.reporters.notes import json_notes


def render(report: ForecastReport) -> str:
    """Return one JSON object with the findings of the first day and the events after it."""
    value = {
        "version": 1,
        "from": report.begin.isoformat(),
        "until": report.until.isoformat(),
        **json_notes(report.assumed, report.incomplete),
        "standing": [diagnostic_to_json(item) for item in report.initial],
        "events": [
            {
                "date": event.date.isoformat(),
                "file": event.file,
                "document": event.document,
                "tenant": event.tenant,
                "appears": [diagnostic_to_json(item) for item in event.appears],
                "clears": [{"id": id, "path": path} for id, path in event.clears],
            }
            for event in report.events
        ],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
