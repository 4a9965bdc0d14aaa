"""`markdown`: a comment on a pull request, short enough for GitHub and GitLab to take."""

from collections.abc import Sequence

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.reporters.plain import in_markdown, summary

# GitHub takes comments of 65,536 characters.
_LONGEST = 60_000
_SIGNS = {"error": "🛑", "warning": "⚠️", "info": "💡"}


def render(report: Report) -> str:
    """Return a heading, a table for each file, and what there is to say about the run."""
    verdict = summary(report)
    lines = [f"### tenantlint: {in_markdown(verdict[0])}", "", in_markdown(verdict[1])]
    if report.failures:
        lines += ["", "**There is no verdict that can be trusted:**", ""]
        lines += [f"- {in_markdown(failure)}" for failure in report.failures]
    size = sum(len(line) + 1 for line in lines)
    shown = 0
    for file, items in _by_file(report.diagnostics):
        head = [
            "",
            f"**{in_markdown(file)}**",
            "",
            "| | line | finding | what to do |",
            "|---|---|---|---|",
        ]
        rows: list[str] = []
        for item in items:
            row = _row(item)
            size += len(row) + 1 + (sum(map(len, head)) + 5 if not rows else 0)
            if size > _LONGEST:
                break
            rows.append(row)
        if rows:
            lines += [*head, *rows]
            shown += len(rows)
        if size > _LONGEST:
            left = len(report.diagnostics) - shown
            lines += ["", f"… and {left:,} more; the log of the run has them all."]
            break
    return "\n".join(lines) + "\n"


def _by_file(items: Sequence[Diagnostic]) -> list[tuple[str, list[Diagnostic]]]:
    files: dict[str, list[Diagnostic]] = {}
    for item in items:
        files.setdefault(item.file, []).append(item)
    return list(files.items())


def _row(item: Diagnostic) -> str:
    finding = f"{in_markdown(item.message)}<br>`{item.id}`"
    return f"| {_SIGNS[item.severity]} | {item.span.line} | {finding} | {in_markdown(item.help)} |"
