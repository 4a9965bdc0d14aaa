"""`concise`: one line for each finding, `file:line:column: severity: id: message`."""

from validator.findings.report import Report
from validator.reporters.plain import printable


def render(report: Report) -> str:
    """Return the findings, one a line."""
    return "".join(
        printable(
            f"{item.file}:{item.span.line}:{item.span.column}: "
            f"{item.severity}: {item.id}: {item.message}"
        )
        + "\n"
        for item in report.diagnostics
    )
