"""Format `rdjson`: the Reviewdog Diagnostic Format.

Columns count UTF-8 bytes, and the end is exclusive.
Source: reviewdog.proto and its JSON Schemas, github.com/reviewdog/reviewdog, proto/rdf.
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.reporters.check.pages import page_of
from validator.reporters.check.remarks import Remark, remarks
from validator.reporters.check.repository_paths import remark_paths, repository_path
from validator.reporters.json_parts import indented_json_with_items
from validator.system.addresses import PROJECT

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(report: Report) -> Iterator[str]:
    """Yield one JSON object with the findings and the remarks about the report."""
    value = {"source": {"name": "tenantlint", "url": PROJECT}, "diagnostics": []}
    path_of = remark_paths(report)
    entries = chain(
        (_remark(item, path_of(item)) for item in remarks(report)),
        (_finding(report, item) for item in report.diagnostics),
    )
    yield from indented_json_with_items(value, entries, level=2)
    yield "\n"


def _finding(report: Report, item: Diagnostic) -> Mapping[str, object]:
    page = page_of(report, item.id)
    address = None if page is None else page.address
    return {
        "message": f"{item.message}\n{item.help}" if item.help else item.message,
        "location": {"path": repository_path(report, item.file), "range": _range(item)},
        "severity": _SEVERITIES[item.severity],
        "code": {"value": item.id, **({} if address is None else {"url": address})},
        **_suggestions(item),
    }


def _suggestions(item: Diagnostic) -> Mapping[str, object]:
    """Return the fix if it is a single change between places whose byte columns are known."""
    if item.fix is None or len(item.fix.changes) > 1:
        return {}
    change = item.fix.changes[0]
    start = _position(item, change.line, change.column)
    end = _position(item, change.end_line, change.end_column)
    if start is None or end is None:
        return {}
    return {"suggestions": [{"range": {"start": start, "end": end}, "text": change.text}]}


def _position(item: Diagnostic, line: int, column: int) -> Mapping[str, int] | None:
    """Return a place with its byte column; None if the text of the line is not known."""
    if column == 1:
        return {"line": line, "column": 1}
    known = column - 1 - item.source_offset
    if line != item.span.line or not 0 <= known <= len(item.source):
        return None
    return {"line": line, "column": item.source_offset + _bytes(item.source[:known]) + 1}


def _remark(item: Remark, path: str) -> Mapping[str, object]:
    """Return the diagnostic of a remark at the path of the file that it names, or of the root."""
    return {
        "message": f"tenantlint: {item.line}",
        "location": {"path": path},
        "severity": _SEVERITIES[item.severity],
    }


def _range(item: Diagnostic) -> Mapping[str, object]:
    """Return the range of a finding on its first line; the text of other lines is not known.

    Only a part of a long line is known. The text before that part is counted as ASCII.
    """
    span, source, offset = item.span, item.source, item.source_offset
    end = span.end_column - 1 - offset if span.end_line == span.line else len(source)
    start = _bytes(source[: span.column - 1 - offset])
    return {
        "start": {"line": span.line, "column": offset + start + 1},
        "end": {"line": span.line, "column": offset + _bytes(source[:end]) + 1},
    }


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
