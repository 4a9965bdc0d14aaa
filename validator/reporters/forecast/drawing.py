"""Draws the timeline of a tenant as SVG."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from validator.findings.forecast_report import (
    CoverageGroup,
    DrawnTimeline,
    ForecastEvent,
    QuantityFall,
    SubscriptionBar,
)
from validator.reporters.forecast.wording import cleared_ids, cover_text, term_text
from validator.reporters.html_page import escape_html
from validator.reporters.timeline_html import LEFT, WIDTH, TimeScale, draw_term, short_label

_ROW, _TOP = 30, 44


def draw_timeline(
    timeline: DrawnTimeline, events: Sequence[ForecastEvent], begin: date, until: date
) -> str:
    """Return the SVG element of a timeline over the given days."""
    scale = TimeScale(begin, until)
    rows = len(timeline.bars) + bool(timeline.covers)
    height = _TOP + rows * _ROW + 8
    label = escape_html(f"Timeline of {timeline.name} ({timeline.file})")
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">\n',
        *scale.grid(height),
        *(_draw_event(event, scale) for event in events),
    ]
    falls: dict[int, list[QuantityFall]] = {}
    for fall in timeline.falls:
        falls.setdefault(fall.number, []).append(fall)
    for number, bar in enumerate(timeline.bars):
        parts.append(_draw_bar(bar, falls.get(number, ()), scale, _TOP + number * _ROW))
    if timeline.covers:
        parts.append(_draw_people(timeline.covers, scale, _TOP + len(timeline.bars) * _ROW))
    return "".join(parts) + "</svg>\n"


def _draw_event(event: ForecastEvent, scale: TimeScale) -> str:
    x = scale.x(event.date)
    words = [str(event.date), *(item.message for item in event.appears)]
    words += [f"clears: {text}" for text in cleared_ids(event)]
    title = "\n".join(map(escape_html, words))
    kind = "event" if event.appears else "clear"
    points = f"{x - 5:.1f},24 {x + 5:.1f},24 {x},33"
    return f'<polygon class="{kind}" points="{points}"><title>{title}</title></polygon>\n'


def _draw_bar(bar: SubscriptionBar, falls: Sequence[QuantityFall], scale: TimeScale, y: int) -> str:
    words = f"{bar.id} {bar.name}: {term_text(bar)}"
    return (
        f"<g><title>{escape_html(words)}</title>\n"
        f'<text x="0" y="{y + 15}">{escape_html(short_label(bar.id))}</text>\n'
        + "".join(draw_term(bar, scale, y + 4))
        + "".join(_draw_falls(falls, scale, y + 4))
        + "</g>\n"
    )


def _draw_falls(falls: Sequence[QuantityFall], scale: TimeScale, y: int) -> Iterator[str]:
    for day, here in groupby(falls, lambda fall: fall.date):
        x = scale.x(day)
        words = [f"{fall.service} falls from {fall.before} to {fall.after}" for fall in here]
        title = "\n".join(map(escape_html, [str(day), *words]))
        points = f"{x - 4:.1f},{y + 15} {x + 4:.1f},{y + 15} {x},{y + 22}"
        yield f'<polygon class="fall" points="{points}"><title>{title}</title></polygon>\n'


def _draw_people(covers: tuple[CoverageGroup, ...], scale: TimeScale, y: int) -> str:
    middle = y + 11
    parts = [
        (
            f'<text x="0" y="{y + 15}">people</text>\n'
            f'<line class="cover" x1="{LEFT}" x2="{WIDTH}" y1="{middle}" y2="{middle}"/>\n'
        )
    ]
    for (is_lost, until), group in groupby(covers, lambda cover: (cover.is_lost, cover.until)):
        groups = list(group)
        day = scale.begin if is_lost else until
        if day is not None and day <= scale.until:
            x = scale.x(day, after=not is_lost)
            title = "\n".join(escape_html(cover_text(cover)) for cover in groups)
            number = len({number for cover in groups for number in cover.numbers})
            kind = "lost" if is_lost else "people"
            parts.append(
                f'<g><title>{title}</title><circle class="{kind}" cx="{x}" cy="{middle}" '
                f'r="5"/><text x="{min(x + 7, WIDTH - 24):.1f}" y="{middle - 4}">'
                f"{number}</text></g>\n"
            )
    return "".join(parts)
