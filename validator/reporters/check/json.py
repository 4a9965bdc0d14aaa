"""Format `json`: for programs. New versions add keys but never remove or change a key."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version

from validator.findings.diagnostic import Diagnostic, Span
from validator.findings.fix import PlacedFix
from validator.findings.report import Report
from validator.reporters.json_parts import indented_json_with_items


def render(report: Report) -> Iterator[str]:
    """Yield one JSON object with the summary and the findings.

    `tenantlint schema report` prints its schema.
    """
    value = {
        "version": 1,
        "as_of": report.as_of.isoformat(),
        "tool": {"name": "tenantlint", "version": version("tenantlint")},
        "failures": report.failures,
        "eased": report.eased,
        "not_compared": report.not_compared,
        "assumed": report.assumed,
        "summary": {
            "files": len(report.files),
            "documents": report.documents,
            "errors": report.count("error"),
            "warnings": report.count("warning"),
            "infos": report.count("info"),
            "suppressed": len(report.suppressed),
            **({"known": len(report.known)} if report.baseline is not None else {}),
            **({"older": len(report.older)} if report.since is not None else {}),
        },
        "findings": [],
    }
    yield from indented_json_with_items(value, map(diagnostic_to_json, report.diagnostics), level=2)
    yield "\n"


def diagnostic_to_json(item: Diagnostic) -> Mapping[str, object]:
    """Return the JSON object of a diagnostic."""
    return {
        "id": item.id,
        "topic": item.topic,
        "severity": item.severity,
        "message": item.message,
        "help": item.help,
        "file": item.file,
        "document": item.document,
        "tenant": item.tenant,
        "path": item.path,
        **_span_to_json(item.span),
        "related": [
            {
                "message": place.message,
                "file": place.file,
                "path": place.path,
                **_span_to_json(place.span),
            }
            for place in item.related
        ],
        **({} if item.fix is None else {"fix": _fix_to_json(item.fix)}),
    }


def _fix_to_json(fix: PlacedFix) -> Mapping[str, object]:
    changes = [{**_span_to_json(Span(*change[:4])), "text": change.text} for change in fix.changes]
    return {"title": fix.title, "safe": fix.safe, "changes": changes}


def _span_to_json(span: Span) -> Mapping[str, int]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
