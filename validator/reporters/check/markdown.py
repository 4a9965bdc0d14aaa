"""Format `markdown`: a comment for a pull request, within the size limit of GitHub and GitLab.

It notifies no user and creates no references.
"""

from collections.abc import Sequence

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.reporters.check.folding import fold, folded_helps, folded_message, other_lines
from validator.reporters.check.remarks import remarks
from validator.reporters.check.summary import summarize
from validator.reporters.escaping import escape_markdown
from validator.reporters.markdown_comment import MAX_SIZE, bounded_list

_ICONS = {"error": "🛑", "warning": "⚠️", "info": "💡"}


def render(report: Report) -> str:
    """Return a heading, the remarks, and a table for each file, up to the size limit."""
    counts, details = summarize(report)
    lines = [f"### tenantlint: {escape_markdown(counts)}", "", escape_markdown(details)]
    notes = remarks(report)
    if report.failures:
        lines += ["", "**There is no verdict that can be trusted:**"]
        lines += _listed([item.text for item in notes if item.kind == "not complete"])
    lines += _listed([item.line for item in notes if item.kind == "assumed"])
    lines += _listed([item.line for item in notes if item.kind in ("not compared", "eased")])
    size = sum(len(line) + 1 for line in lines)
    shown = 0
    for file, items in _by_file(report.diagnostics):
        table_head = [
            "",
            f"**{escape_markdown(file)}**",
            "",
            "| | line | finding | what to do |",
            "|---|---|---|---|",
        ]
        rows: list[str] = []
        for group in fold(items):
            row = _row(group)
            size += len(row) + 1 + (sum(map(len, table_head)) + 5 if not rows else 0)
            if size > MAX_SIZE:
                break
            rows.append(row)
            shown += len(group)
        if rows:
            lines += [*table_head, *rows]
        if size > MAX_SIZE:
            omitted = len(report.diagnostics) - shown
            lines += ["", f"… and {omitted:,} more; see the log of the run for all of them."]
            break
    return "\n".join(lines) + "\n"


def _listed(texts: Sequence[str]) -> list[str]:
    """Return an empty line and a list of the texts; no line if there are no texts."""
    return ["", *bounded_list(texts)] if texts else []


def _by_file(items: Sequence[Diagnostic]) -> list[tuple[str, list[Diagnostic]]]:
    files: dict[str, list[Diagnostic]] = {}
    for item in items:
        files.setdefault(item.file, []).append(item)
    return list(files.items())


def _row(group: Sequence[Diagnostic]) -> str:
    """Return the table row of a diagnostic, or of several that are shown as one."""
    item, others = group[0], other_lines(group)
    finding = f"{escape_markdown(folded_message(group))}<br>`{item.id}`"
    help = "<br>".join(map(escape_markdown, folded_helps(group)))
    lines = f"{item.span.line}" + (f", {others}" if others else "")
    cells = (_ICONS[item.severity], lines, finding, help)
    return f"| {' | '.join(cells)} |"
