"""Format `sarif`: SARIF 2.1.0, which GitHub code scanning and many other tools read.

GitHub opens alerts for suppressed results, too, so they are left out unless the user requests
them. GitHub rejects a run with more than 25,000 results. Source: the OASIS standard,
sarif-v2.1.0; docs.github.com, "SARIF support for code scanning".
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from validator.findings.diagnostic import Diagnostic, RelatedLocation
from validator.findings.fix import PlacedFix
from validator.findings.report import Page, Report
from validator.findings.severity import SEVERITIES, Severity
from validator.findings.wording import counted
from validator.reporters.check.excerpt import MAX_WIDTH
from validator.reporters.check.fingerprint import Group, Identified, identify_all
from validator.reporters.check.pages import page_of
from validator.reporters.check.remarks import remarks
from validator.reporters.check.repository_paths import repository_path
from validator.reporters.json_parts import indented_json_with_items
from validator.system.addresses import PROJECT

MAX_RESULTS = 25_000
"""The largest number of results in a run that GitHub accepts."""
_MAX_RELATED = 100
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_URI_BASE_ID = "%SRCROOT%"


def render(report: Report) -> Iterator[str]:
    """Yield a SARIF log with one run."""
    groups: list[Group] = ["reported"]
    number = len(report.diagnostics)
    if report.include_suppressed:
        groups += ["suppressed", "known"]
        number += len(report.suppressed) + len(report.known)
    kept = _most_severe(report, groups)
    pages = _pages(report, kept)
    index = {id: number for number, id in enumerate(pages)}
    results = (_result(report, found, index[found.item.id]) for found in kept)
    program = version("tenantlint")
    run = {
        "tool": {
            "driver": {
                "name": "tenantlint",
                "fullName": f"tenantlint {program}",
                "version": program,
                "informationUri": PROJECT,
                "rules": [_reporting_descriptor(id, page) for id, page in pages.items()],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.failures,
                "toolExecutionNotifications": _notifications(report, number - len(kept)),
            }
        ],
        "automationDetails": {"id": f"tenantlint/{report.as_of}"},
        "originalUriBaseIds": {
            _URI_BASE_ID: {"description": {"text": "The root of the repository."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": [],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    yield from indented_json_with_items(log, results, level=4)
    yield "\n"


def _most_severe(report: Report, groups: Collection[Group]) -> Sequence[Identified]:
    """Return as many diagnostics as GitHub accepts, the most severe ones, sorted by place."""
    kept: dict[Severity, list[tuple[int, Identified]]] = {level: [] for level in SEVERITIES}
    for number, found in enumerate(identify_all(report)):
        same = kept[found.item.severity]
        if found.group in groups and len(same) < MAX_RESULTS:
            same.append((number, found))
    most_severe = [pair for level in SEVERITIES for pair in kept[level]][:MAX_RESULTS]
    return [found for _, found in sorted(most_severe, key=itemgetter(0))]


def _notifications(report: Report, omitted: int) -> list[Mapping[str, Any]]:
    """Return the remarks about the report, and the number of results that are left out."""
    texts = [(item.severity, item.line) for item in remarks(report)]
    if omitted:
        limit = f"the {MAX_RESULTS:,} most severe are kept"
        texts.append(("warning", f"{counted(omitted, 'result')} left out: {limit}"))
    return [{"level": _LEVELS[severity], "message": {"text": text}} for severity, text in texts]


def _pages(report: Report, kept: Iterable[Identified]) -> Mapping[str, Page | None]:
    """Return the pages of the diagnostics, by id; None for an id without a page."""
    return {id: page_of(report, id) for id in sorted({found.item.id for found in kept})}


def _reporting_descriptor(id: str, page: Page | None) -> Mapping[str, Any]:
    descriptor = {"id": id, "name": "".join(part.capitalize() for part in id.split("-"))}
    if page is None:
        return descriptor
    return {
        **descriptor,
        **({} if page.address is None else {"helpUri": page.address}),
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.title},
        "help": {"text": page.help, "markdown": page.text},
        "defaultConfiguration": {"level": _LEVELS[page.severity]},
        "properties": {"tags": [page.topic]},
    }


def _result(report: Report, found: Identified, index: int) -> Mapping[str, Any]:
    item = found.item
    text = f"{item.message}. {item.help}" if item.help else item.message
    result: dict[str, Any] = {
        "ruleId": item.id,
        "ruleIndex": index,
        "level": _LEVELS[item.severity],
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": _physical_location(report, item),
                "logicalLocations": [{"fullyQualifiedName": item.path or "/"}],
            }
        ],
        "partialFingerprints": {"tenantlint/v1": found.fingerprint},
        "properties": {"topic": item.topic, "document": item.document, "tenant": item.tenant},
    }
    if item.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": place.message},
                "physicalLocation": _physical_location(report, place),
            }
            for number, place in enumerate(item.related[:_MAX_RELATED])
        ]
    if item.fix is not None:
        result["fixes"] = [_fix(report, item.file, item.fix)]
    baseline = report.baseline if found.group == "known" else None
    return result | _suppressions(item, baseline)


def _fix(report: Report, file: str, fix: PlacedFix) -> Mapping[str, Any]:
    replacements = [
        {
            "deletedRegion": {
                "startLine": change.line,
                "startColumn": change.column,
                "endLine": change.end_line,
                "endColumn": change.end_column,
            },
            "insertedContent": {"text": change.text},
        }
        for change in fix.changes
    ]
    location = _artifact_location(report, file)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [{"artifactLocation": location, "replacements": replacements}],
        "properties": {"safe": fix.safe},
    }


def _suppressions(item: Diagnostic, baseline: str | None) -> dict[str, Any]:
    if item.suppressed is not None:
        return {"suppressions": [{"kind": "inSource", "justification": item.suppressed}]}
    if baseline is not None:
        justification = f"known to the baseline {baseline}"
        return {"suppressions": [{"kind": "external", "justification": justification}]}
    return {}


def _physical_location(report: Report, item: Diagnostic | RelatedLocation) -> Mapping[str, Any]:
    span = item.span
    region: dict[str, Any] = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    if span.line == span.end_line and span.end_column - span.column <= MAX_WIDTH:
        start, end = span.column - 1 - item.source_offset, span.end_column - 1 - item.source_offset
        region["snippet"] = {"text": item.source[start:end]}
    return {"artifactLocation": _artifact_location(report, item.file), "region": region}


def _artifact_location(report: Report, file: str) -> Mapping[str, str]:
    return _location_of(report.folder, repository_path(report, file))


# Cached because a file can have many findings.
@lru_cache(maxsize=10_000)
def _location_of(folder: str, name: str) -> Mapping[str, str]:
    """Return the location of a file; one outside the repository has an absolute address."""
    if name.startswith("../"):
        name = os.path.normpath(Path(folder, name))
    path = quote(os.fsencode(name))
    if Path(name).is_absolute():
        return {"uri": f"file://{path if path.startswith('/') else '/' + path}"}
    return {"uri": path, "uriBaseId": _URI_BASE_ID}
