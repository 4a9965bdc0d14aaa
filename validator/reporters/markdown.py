"""`markdown`: a comment on a pull request, short enough for GitHub and GitLab to take."""

import re
from collections.abc import Sequence

from validator.diagnostic import Diagnostic
from validator.report import Report
from validator.reporters.plain import printable, summary

# GitHub takes comments of 65,536 characters.
_LONGEST = 60_000
_SIGNS = {"error": "🛑", "warning": "⚠️", "info": "💡"}
# What Markdown, GitHub or GitLab may give a meaning to; references and mentions among it.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#!|~@&$%^]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def render(report: Report) -> str:
    """Return a heading, a table for each file, and what there is to say about the run."""
    verdict = summary(report)
    lines = [f"### tenantlint: {_plain(verdict[0])}", "", _plain(verdict[1])]
    if report.failures:
        lines += ["", "**There is no verdict that can be trusted:**", ""]
        lines += [f"- {_plain(failure)}" for failure in report.failures]
    size = sum(len(line) + 1 for line in lines)
    shown = 0
    for file, items in _by_file(report.diagnostics):
        head = [
            "",
            f"**{_plain(file)}**",
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
    finding = f"{_plain(item.message)}<br>`{item.id}`"
    return f"| {_SIGNS[item.severity]} | {item.span.line} | {finding} | {_plain(item.help)} |"


def _plain(text: str) -> str:
    """Return Markdown that shows the text, whatever is in it."""
    line = " ".join(printable(text.replace("\n", " ")).split())
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", line)
