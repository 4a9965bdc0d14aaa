"""Format `concise`: one line for each finding, `file:line:column: severity: id: message`.

Lines about the report itself begin with `tenantlint:` and a severity. Assumptions come first.
"""

from collections.abc import Iterator

from validator.findings.report import Report
from validator.reporters.check.remarks import Remark, remarks
from validator.system.printable import printable


def render(report: Report) -> Iterator[str]:
    """Yield one line for each finding, and one for each remark about the report."""
    notes = remarks(report)
    for note in notes:
        if note.kind == "assumed":
            yield _line(note)
    for item in report.diagnostics:
        place = f"{item.file}:{item.span.line}:{item.span.column}"
        yield f"{printable(f'{place}: {item.severity}: {item.id}: {item.message}')}\n"
    for note in notes:
        if note.kind != "assumed":
            yield _line(note)


def _line(item: Remark) -> str:
    text = item.text if item.kind == "not complete" else item.line
    return f"{printable(f'tenantlint: {item.severity}: {text}')}\n"
