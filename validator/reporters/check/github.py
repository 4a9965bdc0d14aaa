"""Format `github`: workflow commands that GitHub Actions turns into annotations.

Source: docs.github.com, "Workflow commands for GitHub Actions", and the escapes of actions/toolkit.
"""

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """Return a command for each finding and for each failure."""
    lines = [_annotation(item) for item in report.diagnostics]
    lines += [f"::error title=tenantlint::{_escape_data(failure)}" for failure in report.failures]
    return "".join(f"{line}\n" for line in lines)


def _annotation(item: Diagnostic) -> str:
    span = item.span
    properties: dict[str, object] = {
        "file": item.file.removeprefix("./"),
        "line": span.line,
        "endLine": span.end_line,
    }
    if span.line == span.end_line:
        properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = item.id
    parameters = ",".join(
        f"{name}={_escape_property(str(value))}" for name, value in properties.items()
    )
    message = f"{item.message}\n{item.help}" if item.help else item.message
    return f"::{_COMMANDS[item.severity]} {parameters}::{_escape_data(message)}"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
