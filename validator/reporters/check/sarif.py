"""Format `sarif`: SARIF 2.1.0, which GitHub code scanning and many other tools read.

Suppressed findings are included, with their justification. Source: the OASIS standard,
sarif-v2.1.0.
"""

import json
import os
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from validator.findings.diagnostic import Diagnostic, Span
from validator.findings.report import Page, Report
from validator.reporters.check.fingerprint import fingerprints

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_MAX_SNIPPET = 160
_URI_BASE_ID = "%SRCROOT%"
_INFORMATION_URI = "https://help.webex.com/article/n98y8mz"


def render(report: Report) -> str:
    """Return a log with one run."""
    known = {id(item) for item in report.known}
    diagnostics = sorted(
        (*report.diagnostics, *report.suppressed, *report.known), key=lambda item: item.sort_key
    )
    pages = _pages(report, diagnostics)
    index = {id: number for number, id in enumerate(pages)}
    results = [
        _result(item, index[item.id], fingerprint)
        | _suppressions(item, report.baseline if id(item) in known else None)
        for item, fingerprint in zip(diagnostics, fingerprints(diagnostics), strict=True)
    ]
    run = {
        "tool": {
            "driver": {
                "name": "tenantlint",
                "version": version("tenantlint"),
                "informationUri": _INFORMATION_URI,
                "rules": [_reporting_descriptor(id, page) for id, page in pages.items()],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.failures,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": failure}} for failure in report.failures
                ],
            }
        ],
        "originalUriBaseIds": {
            _URI_BASE_ID: {"description": {"text": "The folder in which tenantlint ran."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _pages(report: Report, diagnostics: Iterable[Diagnostic]) -> Mapping[str, Page]:
    """Return the pages by id, with one for each id `schema-KEYWORD` among the diagnostics."""
    pages = {id: page for id, page in report.pages.items() if id != "schema-KEYWORD"}
    for item in diagnostics:
        if item.id not in pages:
            pages[item.id] = report.pages["schema-KEYWORD"]
    return dict(sorted(pages.items()))


def _reporting_descriptor(id: str, page: Page) -> Mapping[str, Any]:
    return {
        "id": id,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.title},
        "help": {"text": page.help, "markdown": page.text},
        "defaultConfiguration": {"level": _LEVELS[page.severity]},
        "properties": {"tags": [page.topic]},
    }


def _result(item: Diagnostic, index: int, fingerprint: str) -> dict[str, Any]:
    text = f"{item.message}. {item.help}" if item.help else item.message
    result: dict[str, Any] = {
        "ruleId": item.id,
        "ruleIndex": index,
        "level": _LEVELS[item.severity],
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": _physical_location(
                    item.file, item.span, item.source, item.source_offset
                ),
                "logicalLocations": [{"fullyQualifiedName": item.path or "/"}],
            }
        ],
        "partialFingerprints": {"tenantlint/v1": fingerprint},
        "properties": {"topic": item.topic, "document": item.document, "tenant": item.tenant},
    }
    if item.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": place.message},
                "physicalLocation": _physical_location(
                    place.file, place.span, place.source, place.source_offset
                ),
            }
            for number, place in enumerate(item.related)
        ]
    return result


def _suppressions(item: Diagnostic, baseline: str | None) -> dict[str, Any]:
    if item.suppressed is not None:
        return {"suppressions": [{"kind": "inSource", "justification": item.suppressed}]}
    if baseline is not None:
        justification = f"known to the baseline {baseline}"
        return {"suppressions": [{"kind": "external", "justification": justification}]}
    return {}


def _physical_location(file: str, span: Span, source: str, offset: int) -> Mapping[str, Any]:
    region: dict[str, Any] = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    if span.line == span.end_line:
        marked = source[span.column - 1 - offset : span.end_column - 1 - offset]
        is_long = len(marked) > _MAX_SNIPPET
        region["snippet"] = {"text": f"{marked[:_MAX_SNIPPET]}…" if is_long else marked}
    return {"artifactLocation": _artifact_location(file), "region": region}


def _artifact_location(file: str) -> Mapping[str, str]:
    path = quote(os.fsencode(file.removeprefix("./")))
    if Path(file).is_absolute():
        return {"uri": f"file://{path if path.startswith('/') else '/' + path}"}
    return {"uri": path, "uriBaseId": _URI_BASE_ID}
