"""Format `github`: workflow commands that GitHub Actions turns into annotations.

GitHub shows ten annotations of each severity for a step. Of the others, it shows only the text in
the log, so the text includes the file, the line and the id.
Source: docs.github.com, "Workflow commands for GitHub Actions", and the escapes in actions/toolkit.
"""

from collections.abc import Iterator

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.reporters.check.remarks import remarks
from validator.reporters.check.repository_paths import repository_path
from validator.system.printable import printable

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> Iterator[str]:
    """Yield a command for each remark about the report, then one for each finding."""
    for note in remarks(report):
        yield f"::{_COMMANDS[note.severity]} title=tenantlint::{_escape_text(note.line)}\n"
    for item in report.diagnostics:
        yield f"{_annotation(report, item)}\n"


def _annotation(report: Report, item: Diagnostic) -> str:
    span, file = item.span, repository_path(report, item.file)
    lines = f"line={span.line},endLine={span.end_line}"
    columns = ""
    if span.line == span.end_line:
        columns = f",col={span.column},endColumn={span.end_column}"
    message = f"{file}:{span.line}:{span.column}: {item.id}: {item.message}"
    if item.help:
        message += f"\n{item.help}"
    return (
        f"::{_COMMANDS[item.severity]} file={_escape_property(file)},{lines}{columns},"
        f"title={_escape_property(item.id)}::{_escape_text(message)}"
    )


def _escape_text(text: str) -> str:
    """Return a text of lines whose control characters are shown as escapes."""
    return _escape_data("\n".join(map(printable, text.split("\n"))))


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
