"""Format `gitlab`: the Code Quality report of GitLab CI.

Source: docs.gitlab.com, "Code Quality", the fields that a custom tool must provide.
"""

import json

from validator.findings.report import Report
from validator.reporters.check.fingerprint import fingerprints

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report) -> str:
    """Return a JSON list with an entry for each finding."""
    entries = [
        {
            "description": f"{item.message} ({item.help})" if item.help else item.message,
            "check_name": item.id,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[item.severity],
            "location": {
                "path": item.file.removeprefix("./"),
                "lines": {"begin": item.span.line, "end": item.span.end_line},
            },
        }
        for item, fingerprint in zip(
            report.diagnostics, fingerprints(report.diagnostics), strict=True
        )
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
