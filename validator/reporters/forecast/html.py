"""Format `html` of `forecast`: a page with a timeline for each tenant, and a list of events."""

from collections.abc import Iterator, Sequence

from validator.findings.diagnostic import Diagnostic
from validator.findings.forecast_report import (
    CoverageGroup,
    DrawnTimeline,
    ForecastEvent,
    ForecastReport,
)
from validator.reporters.forecast import drawing
from validator.reporters.forecast.wording import (
    access_text,
    cleared_ids,
    events_by_document,
    headline,
    people_text,
)
from validator.reporters.html_page import escape_html, page_parts
from validator.reporters.notes import NO_VERDICT, eased_lines, html_head
from validator.reporters.timeline_html import (
    BAR_LEGEND,
    PATTERNS,
    STYLE,
    mark_days,
    render_bars,
    render_outside,
    render_table,
)

_LEGEND = "".join(
    f"<span>{mark}{words}</span>"
    for mark, words in (
        *((f'<i class="{kind}"></i>', words) for kind, words in BAR_LEGEND.items()),
        ("<b>↻</b>", "renews"),
        ('<b class="event">▼</b>', "findings appear"),
        ('<b class="clears">▼</b>', "findings clear"),
        ('<b class="fall">▾</b>', "a quantity falls"),
        ('<b class="people">●</b>', "number of people whose cover ends"),
        ('<b class="lost">○</b>', "number of people without access"),
    )
)


def render(report: ForecastReport) -> Iterator[str]:
    """Yield an HTML page."""
    yield from page_parts(headline(report), _body(report), style=STYLE)


def _body(report: ForecastReport) -> Iterator[str]:
    events = events_by_document(report)
    yield html_head(mark_days(headline(report)), report.assumed, report.failures, NO_VERDICT)
    yield f"<main>\n{PATTERNS if report.timelines else ''}"
    for timeline in report.timelines:
        here = events.get((timeline.file, timeline.document), ())
        yield _tenant_section(report, timeline, here)
    if report.initial:
        yield f'<section><h2>Findings on <time>{report.begin}</time></h2>\n<ul class="findings">\n'
        for item in report.initial:
            yield _finding(item, f" ({item.file}:{item.span.line})")
        yield "</ul></section>\n"
    if report.events:
        yield "<section><h2>Events</h2>\n<ol>\n"
        yield from map(_event, report.events)
        yield "</ol></section>\n"
    if report.eased:
        items = "".join(f"<li>{escape_html(line)}</li>\n" for line in eased_lines(report.eased))
        yield f'<ul class="remarks">\n{items}</ul>\n'
    yield "</main>\n"


def _tenant_section(
    report: ForecastReport, timeline: DrawnTimeline, events: Sequence[ForecastEvent]
) -> str:
    name = escape_html(f"{timeline.name} ({timeline.file})")
    picture = drawing.draw_timeline(timeline, events, report.begin, report.until)
    return (
        f'<section aria-label="{name}">\n<h2>{name}</h2>\n'
        f'<figure aria-label="Timeline of {name}">\n'
        f'<div class="scroll" tabindex="0" role="group" aria-label="Timeline of {name}, '
        f'scrollable">\n{picture}</div>\n<figcaption>{_LEGEND}</figcaption>\n</figure>\n'
        + "".join(_tables(timeline, name))
        + "</section>\n"
    )


def _tables(timeline: DrawnTimeline, name: str) -> Iterator[str]:
    """Yield the content of the drawing as tables."""
    if timeline.bars:
        yield render_bars(timeline.bars, name)
    yield render_outside(timeline.outside)
    if timeline.covers:
        head = ("people", "covered by", "until")
        yield render_table(f"People of {name}", head, map(_cover_cells, timeline.covers))
    if timeline.falls:
        falls = (
            (str(fall.date), fall.subscription, fall.service, f"{fall.before} → {fall.after}")
            for fall in timeline.falls
        )
        columns = ("from", "subscription", "service", "quantity")
        yield render_table(f"Quantities that fall in {name}", columns, falls)


def _cover_cells(cover: CoverageGroup) -> tuple[str, ...]:
    until = "" if cover.is_lost else str(cover.until or "without an end")
    return people_text(cover), access_text(cover), until


def _event(event: ForecastEvent) -> str:
    return (
        f"<li><strong><time>{event.date}</time></strong> {escape_html(event.file)}\n<ul>\n"
        + "".join(_finding(item) for item in event.appears)
        + "".join(
            f'<li class="clears">clears: {escape_html(words)}</li>\n'
            for words in cleared_ids(event)
        )
        + "</ul></li>\n"
    )


def _finding(item: Diagnostic, where: str = "") -> str:
    words = mark_days(item.message + where)
    return (
        f'<li class="{item.severity}"><span class="id">{escape_html(item.id)}</span>{words}</li>\n'
    )
