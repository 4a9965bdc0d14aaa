"""Format `gitlab`: the Code Quality report of GitLab CI.

Source: docs.gitlab.com, "Code Quality", the required fields for a custom tool.
"""

import hashlib
import json
from collections.abc import Mapping

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.reporters.check.fingerprint import report_fingerprints
from validator.reporters.check.remarks import Remark, remarks
from validator.reporters.check.repository_paths import remark_path, repository_path

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report) -> str:
    """Return a JSON list with an entry for each remark about the report and for each finding."""
    prints = report_fingerprints(report)
    entries = [
        *(_remark(report, item) for item in dict.fromkeys(remarks(report))),
        *(_finding(report, item, prints[id(item)]) for item in report.diagnostics),
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def _finding(report: Report, item: Diagnostic, fingerprint: str) -> Mapping[str, object]:
    return {
        "description": f"{item.message} ({item.help})" if item.help else item.message,
        "check_name": item.id,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[item.severity],
        "location": {
            "path": repository_path(report, item.file),
            "lines": {"begin": item.span.line, "end": item.span.end_line},
        },
    }


def _remark(report: Report, item: Remark) -> Mapping[str, object]:
    """Return the entry of a remark at the file that it names, or otherwise at the root."""
    data = item.line.encode("utf-8", "backslashreplace")
    return {
        "description": f"tenantlint: {item.line}",
        "check_name": "tenantlint",
        "fingerprint": hashlib.blake2b(data, digest_size=16).hexdigest(),
        "severity": "blocker" if item.severity == "error" else _SEVERITIES[item.severity],
        "location": {
            "path": remark_path(report, item),
            "lines": {"begin": 1, "end": 1},
        },
    }
