"""Format `markdown`: a comment for a pull request, within the size limit of GitHub and GitLab.

Nobody is notified by it, and nothing refers to it.
"""

from collections.abc import Sequence

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.reporters.check.folding import fold, folded_message, other_lines
from validator.reporters.check.remarks import remarks
from validator.reporters.check.summary import summarize
from validator.reporters.escaping import escape_markdown

# GitHub accepts comments of up to 65,536 characters.
_MAX_SIZE = 60_000
_MAX_REMARKS = 20
_MAX_REMARK_LENGTH = 500
_ICONS = {"error": "🛑", "warning": "⚠️", "info": "💡"}


def render(report: Report) -> str:
    """Return a heading, the remarks, and a table for each file as long as there is space."""
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
            row = _row(group, report)
            size += len(row) + 1 + (sum(map(len, table_head)) + 5 if not rows else 0)
            if size > _MAX_SIZE:
                break
            rows.append(row)
            shown += len(group)
        if rows:
            lines += [*table_head, *rows]
        if size > _MAX_SIZE:
            omitted = len(report.diagnostics) - shown
            lines += ["", f"… and {omitted:,} more; the log of the run has them all."]
            break
    return "\n".join(lines) + "\n"


def _listed(texts: Sequence[str]) -> list[str]:
    """Return a list of the first texts, each cut to a length, after an empty line."""
    if not texts:
        return []
    shown = [
        text if len(text) <= _MAX_REMARK_LENGTH else f"{text[: _MAX_REMARK_LENGTH - 1]}…"
        for text in texts[:_MAX_REMARKS]
    ]
    more = len(texts) - len(shown)
    omitted = [f"- … and {more:,} more; the log of the run has them all."] if more else []
    return ["", *(f"- {escape_markdown(text)}" for text in shown), *omitted]


def _by_file(items: Sequence[Diagnostic]) -> list[tuple[str, list[Diagnostic]]]:
    files: dict[str, list[Diagnostic]] = {}
    for item in items:
        files.setdefault(item.file, []).append(item)
    return list(files.items())


def _row(group: Sequence[Diagnostic], report: Report) -> str:
    """Return the row of a diagnostic, or of several that are shown as one."""
    item, others = group[0], other_lines(group)
    finding = f"{escape_markdown(folded_message(group))}<br>`{item.id}`"
    help = item.help if len(group) == 1 else report.pages[item.id].help
    lines = f"{item.span.line}" + (f", {others}" if others else "")
    cells = (_ICONS[item.severity], lines, finding, escape_markdown(help))
    return f"| {' | '.join(cells)} |"
