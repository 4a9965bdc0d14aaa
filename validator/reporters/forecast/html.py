"""Format `html` of `forecast`: a page with a timeline for each tenant, and a list of events."""

from datetime import date

from validator.findings.diagnostic import Diagnostic
from validator.findings.forecast_report import (
    CoverageGroup,
    ForecastEvent,
    ForecastReport,
    SubscriptionBar,
    Timeline,
)
from validator.reporters.forecast.axis import axis_labels
from validator.reporters.forecast.wording import (
    cleared_ids,
    cover_text,
    headline,
    outside_text,
    term_text,
)
from validator.reporters.html_page import escape_html, render_failures, render_page

_STYLE = """
:root { --active: #218bff; --primary: #0550ae; --people: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --active: #388bfd; --primary: #a5d6ff;
  --people: #3fb950; } }
figure { margin: 1rem 0; overflow-x: auto; }
svg { display: block; min-width: 46rem; width: 100%; height: auto;
  font: 12px system-ui, sans-serif; fill: var(--ink); }
svg .dim { fill: var(--dim); } svg .grid { stroke: var(--line); }
svg .active { fill: var(--active); } svg .primary { fill: var(--primary); }
svg .grace { fill: url(#grace); stroke: var(--active); }
svg .idle { fill: none; stroke: var(--dim); stroke-dasharray: 4 3; }
svg .event { fill: var(--error); } svg .clear { fill: var(--dim); }
svg .people { fill: var(--people); } svg .cover { stroke: var(--people); stroke-width: 2; }
figcaption { color: var(--dim); font-size: .875rem; display: flex; flex-wrap: wrap; gap: 0 1rem; }
i { display: inline-block; width: 1.5em; height: .7em; margin-right: .35em; border-radius: 2px; }
i.active { background: var(--active); } i.primary { background: var(--primary); }
i.grace { border: 1px solid var(--active); background: repeating-linear-gradient(45deg,
  var(--active) 0 2px, transparent 2px 5px); }
i.idle { border: 1px dashed var(--dim); }
ol { list-style: none; padding: 0; } li { margin: .3rem 0; overflow-wrap: anywhere; }
ol > li { border-left: 4px solid var(--line); padding-left: .75rem; margin: .75rem 0; }
li .id { margin-right: .4rem; } .clears { color: var(--dim); }
"""

_HATCH = (
    '<pattern id="grace" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="active" width="2" height="6"/></pattern>'
)
_LEFT, _WIDTH, _ROW, _TOP = 170, 960, 30, 44


def render(report: ForecastReport) -> str:
    """Return an HTML page."""
    title = headline(report)
    body = (
        f"<header><h1>{escape_html(title)}</h1></header>\n{render_failures(report.failures)}<main>\n"
        + "".join(_tenant_section(report, timeline) for timeline in report.timelines)
        + _standing_section(report)
        + _event_section("Events", report.events)
        + "</main>\n"
    )
    return render_page(title, body, style=_STYLE)


def _tenant_section(report: ForecastReport, timeline: Timeline) -> str:
    key = (timeline.file, timeline.document)
    events = [event for event in report.events if (event.file, event.document) == key]
    heading = escape_html(f"{timeline.name} ({timeline.file})")
    legend = "".join(
        f'<span><i class="{kind}"></i>{words}</span>'
        for kind, words in (
            ("primary", "primary"), ("active", "active"), ("grace", "grace"),
            ("idle", "does not serve"),
        )
    )  # fmt: skip
    legend += f"<span>{outside_text(timeline)}</span>" if timeline.outside else ""
    legend += "<span>▼ something appears</span><span>↻ renews</span><span>● covered until</span>"
    picture = _TimelineDrawing(report.begin, report.until).draw(timeline, events)
    return (
        f"<section>\n<h2>{heading}</h2>\n<figure>\n{picture}"
        f"<figcaption>{legend}</figcaption>\n</figure>\n</section>\n"
    )


class _TimelineDrawing:
    """Draws a timeline as SVG."""

    def __init__(self, begin: date, until: date) -> None:
        self._begin, self._until = begin, until
        self._days = (until - begin).days + 1

    def _x(self, day: date, *, after: bool = False) -> float:
        """Return the x coordinate at which a day begins or, with `after`, ends."""
        number = min(max((day - self._begin).days + after, 0), self._days)
        return round(_LEFT + number * (_WIDTH - _LEFT) / self._days, 1)

    def draw(self, timeline: Timeline, events: list[ForecastEvent]) -> str:
        """Return the SVG element."""
        rows = len(timeline.bars) + bool(timeline.covers)
        height = _TOP + rows * _ROW + 8
        parts = [
            (
                f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" '
                f'aria-label="{escape_html(f"Timeline of {timeline.name}")}">\n'
                f"<defs>{_HATCH}</defs>\n"
            ),
            *self._grid(height),
            *(self._event(event) for event in events),
        ]
        for number, bar in enumerate(timeline.bars):
            parts.append(self._bar(bar, _TOP + number * _ROW))
        if timeline.covers:
            parts.append(self._people(timeline.covers, _TOP + len(timeline.bars) * _ROW))
        return "".join(parts) + "</svg>\n"

    def _grid(self, height: int) -> list[str]:
        parts: list[str] = []
        next_free = 0.0
        for day, label in axis_labels(self._begin, self._until):
            x = self._x(day)
            parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="22" y2="{height}"/>\n')
            if x >= next_free and x < _WIDTH - 30:
                parts.append(f'<text class="dim" x="{x + 3}" y="16">{label}</text>\n')
                next_free = x + 8 * len(label)
        return parts

    def _event(self, event: ForecastEvent) -> str:
        x = self._x(event.date)
        words = [str(event.date), *(item.message for item in event.appears)]
        words += [f"clears: {text}" for text in cleared_ids(event)]
        title = "\n".join(map(escape_html, words))
        kind = "event" if event.appears else "clear"
        points = f"{x - 5},24 {x + 5},24 {x},33"
        return f'<polygon class="{kind}" points="{points}"><title>{title}</title></polygon>\n'

    def _bar(self, bar: SubscriptionBar, y: int) -> str:
        begin = self._x(bar.start)
        last = self._x(bar.last, after=True) if bar.last else float(_WIDTH)
        parts = [f"<g><title>{escape_html(f'{bar.id} {bar.name}: {term_text(bar)}')}</title>\n"]
        label = bar.id if len(bar.id) <= 24 else f"{bar.id[:23]}…"  # noqa: PLR2004
        parts.append(f'<text x="0" y="{y + 15}">{escape_html(label)}</text>\n')
        if last > begin:
            end = self._x(bar.end, after=True) if bar.end and not bar.is_renewing else last
            kind = "active" if bar.is_serving else "idle"
            parts.append(_rect(kind, begin, min(end, last), y + 4))
            if last > end:
                parts.append(_rect("grace", end, last, y + 4))
            parts += [
                _rect("primary", self._x(first), min(self._x(final, after=True), end), y + 4)
                for first, final in bar.primary
                if min(self._x(final, after=True), end) > self._x(first)
            ]
        if bar.is_renewing and bar.end is not None and self._begin <= bar.end <= self._until:
            parts.append(f'<text x="{self._x(bar.end) - 5}" y="{y + 3}">↻</text>\n')
        return "".join(parts) + "</g>\n"

    def _people(self, covers: tuple[CoverageGroup, ...], y: int) -> str:
        middle = y + 11
        parts = [
            (
                f'<text x="0" y="{y + 15}">people</text>\n'
                f'<line class="cover" x1="{_LEFT}" x2="{_WIDTH}" y1="{middle}" y2="{middle}"/>\n'
            )
        ]
        for cover in covers:
            day = self._begin if cover.is_lost else cover.until
            if day is not None and day <= self._until:
                x = self._x(day, after=not cover.is_lost)
                title = escape_html(cover_text(cover))
                parts.append(
                    f'<g><title>{title}</title><circle class="people" cx="{x}" cy="{middle}" '
                    f'r="5"/><text x="{min(x + 7, _WIDTH - 24)}" y="{middle - 4}">'
                    f"{len(cover.users)}</text></g>\n"
                )
        return "".join(parts)


def _rect(kind: str, begin: float, end: float, y: int) -> str:
    wide = round(max(end - begin, 1), 1)
    return f'<rect class="{kind}" x="{begin}" y="{y}" width="{wide}" height="14" rx="2"/>\n'


def _standing_section(report: ForecastReport) -> str:
    if not report.initial:
        return ""
    items = "".join(_finding(item, f" ({item.file}:{item.span.line})") for item in report.initial)
    return f"<section><h2>Standing on {report.begin}</h2>\n<ul>\n{items}</ul></section>\n"


def _event_section(title: str, events: tuple[ForecastEvent, ...]) -> str:
    if not events:
        return ""
    items = "".join(
        f"<li><strong>{event.date}</strong> {escape_html(event.file)}\n<ul>\n"
        + "".join(_finding(item) for item in event.appears)
        + "".join(
            f'<li class="clears">clears: {escape_html(words)}</li>\n'
            for words in cleared_ids(event)
        )
        + "</ul></li>\n"
        for event in events
    )
    return f"<section><h2>{title}</h2>\n<ol>\n{items}</ol></section>\n"


def _finding(item: Diagnostic, where: str = "") -> str:
    words = escape_html(item.message + where)
    return (
        f'<li class="{item.severity}"><span class="id">{escape_html(item.id)}</span>{words}</li>\n'
    )
