"""`forecast --format markdown`: what time will do, as a table."""

from validator.findings.forecast_report import ForecastReport
from validator.reporters.forecast.wording import cleared, headline
from validator.reporters.plain import in_markdown

_LONGEST = 60_000


def render(outlook: ForecastReport) -> str:
    """Return a heading and a row for each day and file on which something changes."""
    lines = [f"### {in_markdown(headline(outlook))}", ""]
    if outlook.failures:
        lines += ["**There is no verdict that can be trusted:**", ""]
        lines += [*(f"- {in_markdown(failure)}" for failure in outlook.failures), ""]
    if outlook.events:
        lines += ["| day | file | appears | clears |", "|---|---|---|---|"]
    size = sum(len(line) + 1 for line in lines)
    for number, event in enumerate(outlook.events):
        appears = "<br>".join(
            f"{in_markdown(item.message)} (`{item.id}`)" for item in event.appears
        )
        clears = "<br>".join(in_markdown(words) for words in cleared(event))
        row = f"| {event.date} | {in_markdown(event.file)} | {appears} | {clears} |"
        size += len(row) + 1
        if size > _LONGEST:
            lines += ["", f"… and {len(outlook.events) - number:,} more."]
            break
        lines.append(row)
    return "\n".join(lines) + "\n"
