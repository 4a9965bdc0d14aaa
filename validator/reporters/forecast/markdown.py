"""Format `markdown` of `forecast`: a table of events, within the size limit of GitHub."""

from validator.findings.forecast_report import ForecastReport
from validator.reporters.check.folding import fold, folded_message
from validator.reporters.escaping import escape_markdown
from validator.reporters.forecast.wording import cleared_ids, headline
from validator.reporters.markdown_comment import MAX_SIZE, bounded_list
from validator.reporters.notes import NO_VERDICT, eased_lines, markdown_notes


def render(report: ForecastReport) -> str:
    """Return a heading and a table with a row for each day and document with a change."""
    lines = markdown_notes(report.assumed, report.failures, NO_VERDICT)
    lines += [f"### {escape_markdown(headline(report))}", ""]
    if report.events:
        lines += ["| day | file | appears | clears |", "|---|---|---|---|"]
    size = sum(len(line) + 1 for line in lines)
    for number, event in enumerate(report.events):
        appears = "<br>".join(
            f"{escape_markdown(folded_message(group))} (`{group[0].id}`)"
            for group in fold(event.appears)
        )
        clears = "<br>".join(escape_markdown(words) for words in cleared_ids(event))
        row = f"| {event.date} | {escape_markdown(event.file)} | {appears} | {clears} |"
        size += len(row) + 1
        if size > MAX_SIZE:
            lines += ["", f"… and {len(report.events) - number:,} more."]
            break
        lines.append(row)
    if report.eased:
        lines += ["", *bounded_list(eased_lines(report.eased))]
    return "\n".join(lines) + "\n"
