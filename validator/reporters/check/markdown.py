"""Format `markdown`: a comment for a pull request, within the size limit of GitHub and GitLab.

It notifies no user and creates no references.
"""

from collections.abc import Sequence

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.findings.severity import SEVERITIES
from validator.findings.wording import counted
from validator.reporters.check.folding import fold, folded_helps, folded_message, other_lines
from validator.reporters.check.remarks import remarks
from validator.reporters.check.summary import summarize
from validator.reporters.escaping import escape_markdown
from validator.reporters.markdown_comment import MAX_SIZE, bounded_list
from validator.reporters.notes import NO_VERDICT

_ICONS = {"error": "🛑", "warning": "⚠️", "info": "💡"}


def render(report: Report) -> str:
    """Return a heading, the remarks, and a table for each file, up to the size limit.

    If there is no room for all findings, the most severe ones are shown.
    """
    counts, details = summarize(report)
    lines = [f"### tenantlint: {escape_markdown(counts)}", "", escape_markdown(details)]
    notes = remarks(report)
    if report.failures:
        lines += ["", f"**{NO_VERDICT}**"]
        lines += _listed([item.text for item in notes if item.kind == "not complete"])
    lines += _listed([item.line for item in notes if item.kind == "assumed"])
    lines += _listed([item.line for item in notes if item.kind in ("not compared", "eased")])
    tables, omitted = _tables(report.diagnostics, sum(len(line) + 1 for line in lines))
    lines += tables
    if omitted:
        more = counted(omitted, "other finding")
        lines += ["", f"The most severe findings are shown; see the log of the run for {more}."]
    return "\n".join(lines) + "\n"


def _tables(diagnostics: Sequence[Diagnostic], size: int) -> tuple[list[str], int]:
    """Return the lines of the tables, and the number of diagnostics for which there is no room.

    `size` is the number of characters before the tables.
    """
    groups = fold(diagnostics)
    ranks = [SEVERITIES.index(group[0].severity) for group in groups]
    # Stable, so that equally severe groups keep their order.
    numbers = sorted(range(len(groups)), key=ranks.__getitem__)
    rows: dict[int, str] = {}
    heads: dict[str, list[str]] = {}
    for number in numbers:
        file = groups[number][0].file
        row = _row(groups[number])
        added = [] if file in heads else _head(file)
        size += sum(len(line) + 1 for line in (*added, row))
        if size > MAX_SIZE:
            break
        rows[number] = row
        heads.setdefault(file, added)
    lines: list[str] = []
    for number in sorted(rows):
        lines += [*heads.pop(groups[number][0].file, ()), rows[number]]
    return lines, len(diagnostics) - sum(len(groups[number]) for number in rows)


def _head(file: str) -> list[str]:
    """Return the lines before the rows of a file."""
    columns = ["| | line | finding | what to do |", "|---|---|---|---|"]
    return ["", f"**{escape_markdown(file)}**", "", *columns]


def _listed(texts: Sequence[str]) -> list[str]:
    """Return an empty line and a list of the texts; no line if there are no texts."""
    return ["", *bounded_list(texts)] if texts else []


def _row(group: Sequence[Diagnostic]) -> str:
    """Return the table row of a diagnostic, or of several that are shown as one."""
    item, others = group[0], other_lines(group)
    finding = f"{escape_markdown(folded_message(group))}<br>`{item.id}`"
    help = "<br>".join(map(escape_markdown, folded_helps(group)))
    lines = f"{item.span.line}" + (f", {others}" if others else "")
    cells = (_ICONS[item.severity], lines, finding, help)
    return f"| {' | '.join(cells)} |"
