"""Format `gitlab`: the Code Quality report of GitLab CI.

Source: docs.gitlab.com, "Code Quality", the required fields for a custom tool.
"""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import chain

from validator.findings.report import Report
from validator.reporters.check.fingerprint import Identified, identify_all
from validator.reporters.check.remarks import Remark, remarks
from validator.reporters.check.repository_paths import remark_paths, repository_path
from validator.reporters.json_parts import indented_json_with_items

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report) -> Iterator[str]:
    """Yield a JSON list with an entry for each remark about the report and for each finding."""
    path_of = remark_paths(report)
    entries = chain(
        (_remark(item, path_of(item)) for item in dict.fromkeys(remarks(report))),
        (_finding(report, found) for found in identify_all(report) if found.group == "reported"),
    )
    yield from indented_json_with_items([], entries, level=1)
    yield "\n"


def _finding(report: Report, found: Identified) -> Mapping[str, object]:
    item = found.item
    return {
        "description": f"{item.message} ({item.help})" if item.help else item.message,
        "check_name": item.id,
        "fingerprint": found.fingerprint,
        "severity": _SEVERITIES[item.severity],
        "location": {
            "path": repository_path(report, item.file),
            "lines": {"begin": item.span.line, "end": item.span.end_line},
        },
    }


def _remark(item: Remark, path: str) -> Mapping[str, object]:
    """Return the entry of a remark at the path of the file that it names, or of the root."""
    data = item.line.encode("utf-8", "backslashreplace")
    return {
        "description": f"tenantlint: {item.line}",
        "check_name": "tenantlint",
        "fingerprint": hashlib.blake2b(data, digest_size=16).hexdigest(),
        "severity": "blocker" if item.severity == "error" else _SEVERITIES[item.severity],
        "location": {
            "path": path,
            "lines": {"begin": 1, "end": 1},
        },
    }
