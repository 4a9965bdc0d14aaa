"""`forecast --format json`: the contract for programs."""

import json

from validator.findings.forecast_report import ForecastReport
from validator.reporters.check.json import finding


def render(outlook: ForecastReport) -> str:
    """Return one JSON object with the findings of the first day and the events after it."""
    value = {
        "version": 1,
        "from": outlook.begin.isoformat(),
        "until": outlook.until.isoformat(),
        "standing": [finding(item) for item in outlook.initial],
        "events": [
            {
                "date": event.date.isoformat(),
                "file": event.file,
                "document": event.document,
                "tenant": event.tenant,
                "appears": [finding(item) for item in event.appears],
                "clears": [{"id": id, "path": path} for id, path in event.clears],
            }
            for event in outlook.events
        ],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
