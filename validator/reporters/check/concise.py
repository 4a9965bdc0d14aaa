"""Format `concise`: one line for each finding, `file:line:column: severity: id: message`."""

from validator.findings.report import Report
from validator.reporters.escaping import printable


def render(report: Report) -> str:
    """Return one line for each finding."""
    return "".join(
        printable(
            f"{item.file}:{item.span.line}:{item.span.column}: "
            f"{item.severity}: {item.id}: {item.message}"
        )
        + "\n"
        for item in report.diagnostics
    )
