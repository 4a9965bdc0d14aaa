"""`github`: workflow commands that GitHub Actions turns into annotations.

Source: docs.github.com, "Workflow commands for GitHub Actions", and the escapes of its toolkit.
"""

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """Return a command for each finding, and for each reason why there is no verdict."""
    lines = [_finding(item) for item in report.diagnostics]
    lines += [f"::error title=tenantlint::{_data(failure)}" for failure in report.failures]
    return "".join(f"{line}\n" for line in lines)


def _finding(item: Diagnostic) -> str:
    span = item.span
    properties: dict[str, object] = {
        "file": item.file.removeprefix("./"),
        "line": span.line,
        "endLine": span.end_line,
    }
    if span.line == span.end_line:
        properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = item.id
    words = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = f"{item.message}\n{item.help}" if item.help else item.message
    return f"::{_COMMANDS[item.severity]} {words}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
