"""Format `concise`: one line for each finding, `file:line:column: severity: id: message`.

Lines about the report itself begin with `tenantlint:` and a severity. Assumptions come first.
"""

from validator.findings.report import Report
from validator.reporters.check.remarks import Remark, remarks
from validator.reporters.escaping import printable


def render(report: Report) -> str:
    """Return one line for each finding, and one for each remark about the report."""
    found = [
        f"{item.file}:{item.span.line}:{item.span.column}: "
        f"{item.severity}: {item.id}: {item.message}"
        for item in report.diagnostics
    ]
    notes = remarks(report)
    before = [_line(item) for item in notes if item.kind == "assumed"]
    after = [_line(item) for item in notes if item.kind != "assumed"]
    return "".join(f"{printable(line)}\n" for line in (*before, *found, *after))


def _line(item: Remark) -> str:
    text = item.text if item.kind == "not complete" else item.line
    return f"tenantlint: {item.severity}: {text}"
