"""The timeline of a tenant as SVG."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from validator.findings.forecast_report import (
    CoverageGroup,
    ForecastEvent,
    QuantityFall,
    SubscriptionBar,
    Timeline,
)
from validator.reporters.forecast.axis import axis_labels
from validator.reporters.forecast.wording import cleared_ids, cover_text, term_text
from validator.reporters.html_page import escape_html

_LEFT, _WIDTH, _ROW, _TOP = 170, 960, 30, 44
_MAX_LABEL = 24

# Once a page: an id must not repeat.
PATTERNS = (
    '<svg width="0" height="0" aria-hidden="true"><defs>'
    + "".join(
        f'<pattern id="{kind}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect class="{kind}" width="3" height="6"/></pattern>'
        for kind in ("active", "primary")
    )
    + "</defs></svg>\n"
)

STYLE = """
:root { --active: #218bff; --primary: #0550ae; --people: #1a7f37; --fall: #bc4c00; }
@media (prefers-color-scheme: dark) { :root { --active: #388bfd; --primary: #a5d6ff;
  --people: #3fb950; --fall: #f0883e; } }
svg { display: block; font: 12px system-ui, sans-serif; fill: var(--ink); }
figure svg { min-width: 46rem; width: 100%; height: auto; }
svg[width="0"] { position: absolute; }
svg .dim { fill: var(--dim); } svg .grid { stroke: var(--line); }
svg .active { fill: var(--active); } svg .primary { fill: var(--primary); }
svg .grace { fill: url(#active-hatch); stroke: var(--active); }
svg .primary-grace { fill: url(#primary-hatch); stroke: var(--primary); }
svg .idle { fill: none; stroke: var(--dim); stroke-dasharray: 4 3; }
svg .lapse { fill: var(--page); stroke: var(--error); }
svg .event { fill: var(--error); } svg .clear { fill: var(--dim); }
svg .fall { fill: var(--fall); }
svg .people { fill: var(--people); } svg .cover { stroke: var(--people); stroke-width: 2; }
svg .lost { fill: var(--page); stroke: var(--error); stroke-width: 2; }
"""


def draw_timeline(
    timeline: Timeline, events: Sequence[ForecastEvent], begin: date, until: date
) -> str:
    """Return the SVG element of a timeline from a day until another."""
    return _Drawing(begin, until).draw(timeline, events)


class _Drawing:
    """Draws the rows of a timeline on a scale of days."""

    def __init__(self, begin: date, until: date) -> None:
        self._begin, self._until = begin, until
        self._days = (until - begin).days + 1

    def _x(self, day: date, *, after: bool = False) -> float:
        """Return the x coordinate at which a day begins or, with `after`, ends."""
        number = min(max((day - self._begin).days + after, 0), self._days)
        return round(_LEFT + number * (_WIDTH - _LEFT) / self._days, 1)

    def draw(self, timeline: Timeline, events: Sequence[ForecastEvent]) -> str:
        """Return the SVG element."""
        rows = len(timeline.bars) + bool(timeline.covers)
        height = _TOP + rows * _ROW + 8
        label = escape_html(f"Timeline of {timeline.name} ({timeline.file})")
        parts = [
            f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">\n',
            *self._grid(height),
            *(self._event(event) for event in events),
        ]
        for number, bar in enumerate(timeline.bars):
            falls = [fall for fall in timeline.falls if fall.number == number]
            parts.append(self._bar(bar, falls, _TOP + number * _ROW))
        if timeline.covers:
            parts.append(self._people(timeline.covers, _TOP + len(timeline.bars) * _ROW))
        return "".join(parts) + "</svg>\n"

    def _grid(self, height: int) -> Iterator[str]:
        next_free = 0.0
        for day, label in axis_labels(self._begin, self._until):
            x = self._x(day)
            yield f'<line class="grid" x1="{x}" x2="{x}" y1="22" y2="{height}"/>\n'
            if x >= next_free and x < _WIDTH - 30:
                yield f'<text class="dim" x="{x + 3}" y="16">{label}</text>\n'
                next_free = x + 8 * len(label)

    def _event(self, event: ForecastEvent) -> str:
        x = self._x(event.date)
        words = [str(event.date), *(item.message for item in event.appears)]
        words += [f"clears: {text}" for text in cleared_ids(event)]
        title = "\n".join(map(escape_html, words))
        kind = "event" if event.appears else "clear"
        points = f"{x - 5:.1f},24 {x + 5:.1f},24 {x},33"
        return f'<polygon class="{kind}" points="{points}"><title>{title}</title></polygon>\n'

    def _bar(self, bar: SubscriptionBar, falls: Sequence[QuantityFall], y: int) -> str:
        words = f"{bar.id} {bar.name}: {term_text(bar)}"
        label = bar.id if len(bar.id) <= _MAX_LABEL else f"{bar.id[: _MAX_LABEL - 1]}…"
        return (
            f"<g><title>{escape_html(words)}</title>\n"
            f'<text x="0" y="{y + 15}">{escape_html(label)}</text>\n'
            + "".join(self._term(bar, y + 4))
            + "".join(self._falls(falls, y + 4))
            + "</g>\n"
        )

    def _term(self, bar: SubscriptionBar, y: int) -> Iterator[str]:
        end = None if bar.is_renewing else bar.end
        if not bar.is_serving:
            yield self._days_mark("idle", bar.start, bar.last, y)
            return
        yield self._days_mark("active", bar.start, end, y)
        if end is not None and bar.last is not None and bar.last > end:
            yield self._days_mark("grace", end, bar.last, y, after=True)
        for first, last in bar.primary:
            in_term = last if end is None else min(last, end)
            yield self._days_mark("primary", first, in_term, y)
            if end is not None and last > end:
                begins_later = first > end
                after = first if begins_later else end
                yield self._days_mark("primary-grace", after, last, y, after=not begins_later)
        for first, last in bar.lapses:
            yield self._days_mark("lapse", first, last, y)
        if bar.is_renewing and bar.end is not None and self._begin <= bar.end <= self._until:
            yield f'<text x="{self._x(bar.end) - 5:.1f}" y="{y - 1}">↻</text>\n'

    def _days_mark(
        self, kind: str, first: date, last: date | None, y: int, *, after: bool = False
    ) -> str:
        """Return a bar over some days, with `after` without the first; empty for no day."""
        begin = self._x(first, after=after)
        end = float(_WIDTH) if last is None else self._x(last, after=True)
        if end <= begin or (last is not None and last < first):
            return ""
        wide = round(max(end - begin, 1), 1)
        return f'<rect class="{kind}" x="{begin}" y="{y}" width="{wide}" height="14" rx="2"/>\n'

    def _falls(self, falls: Sequence[QuantityFall], y: int) -> Iterator[str]:
        for day, here in groupby(falls, lambda fall: fall.date):
            x = self._x(day)
            words = [f"{fall.service} falls from {fall.before} to {fall.after}" for fall in here]
            title = "\n".join(map(escape_html, [str(day), *words]))
            points = f"{x - 4:.1f},{y + 15} {x + 4:.1f},{y + 15} {x},{y + 22}"
            yield f'<polygon class="fall" points="{points}"><title>{title}</title></polygon>\n'

    def _people(self, covers: tuple[CoverageGroup, ...], y: int) -> str:
        middle = y + 11
        parts = [
            (
                f'<text x="0" y="{y + 15}">people</text>\n'
                f'<line class="cover" x1="{_LEFT}" x2="{_WIDTH}" y1="{middle}" y2="{middle}"/>\n'
            )
        ]
        for (is_lost, until), group in groupby(covers, lambda cover: (cover.is_lost, cover.until)):
            groups = list(group)
            day = self._begin if is_lost else until
            if day is not None and day <= self._until:
                x = self._x(day, after=not is_lost)
                title = "\n".join(escape_html(cover_text(cover)) for cover in groups)
                number = len({number for cover in groups for number in cover.numbers})
                kind = "lost" if is_lost else "people"
                parts.append(
                    f'<g><title>{title}</title><circle class="{kind}" cx="{x}" cy="{middle}" '
                    f'r="5"/><text x="{min(x + 7, _WIDTH - 24):.1f}" y="{middle - 4}">'
                    f"{number}</text></g>\n"
                )
        return "".join(parts)
