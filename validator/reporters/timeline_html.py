"""Parts of HTML pages with a timeline: style, day scale, bars and tables."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from validator.findings.forecast_report import SubscriptionBar
from validator.reporters.forecast.axis import axis_labels
from validator.reporters.forecast.wording import outside_text, primary_text, term_text
from validator.reporters.html_page import escape_html

LEFT, WIDTH = 170, 960
"""The x coordinates of the start of the first day and the end of the last day."""
_MAX_LABEL = 24

# A page includes this only once because ids must be unique.
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

time { white-space: nowrap; }
figure { margin: 1rem 0; }
.scroll { overflow-x: auto; }
figcaption { color: var(--dim); font-size: .875rem; display: flex; flex-wrap: wrap; gap: 0 1rem; }
i { display: inline-block; width: 1.5em; height: .7em; margin-right: .35em; border-radius: 2px; }
i.active { background: var(--active); } i.primary { background: var(--primary); }
i.grace { border: 1px solid var(--active); background: repeating-linear-gradient(45deg,
  var(--active) 0 2px, transparent 2px 5px); }
i.primary-grace { border: 1px solid var(--primary); background: repeating-linear-gradient(45deg,
  var(--primary) 0 2px, transparent 2px 5px); }
i.idle { border: 1px dashed var(--dim); }
i.lapse { border: 1px solid var(--error); }
b { font-weight: 400; margin-right: .35em; }
b.event { color: var(--error); } b.fall { color: var(--fall); } b.people { color: var(--people); }
b.lost { color: var(--error); }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .875rem;
  font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; min-width: 6rem; }
ol, ul.findings { list-style: none; padding: 0; } ol ul { list-style: none; padding: 0; }
li { margin: .3rem 0; overflow-wrap: anywhere; }
ol > li { border-left: 4px solid var(--line); padding-left: .75rem; margin: .75rem 0; }
p.dim { margin: 0; font-size: .875rem; }
li .id { margin-right: .4rem; } .clears, p.dim { color: var(--dim); }
"""
_DAY = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])", re.ASCII)


class TimeScale:
    """Maps the days from `begin` to `until` to x coordinates."""

    def __init__(self, begin: date, until: date) -> None:
        self.begin, self.until = begin, until
        self._days = (until - begin).days + 1

    def x(self, day: date, *, after: bool = False) -> float:
        """Return the x coordinate at which a day begins or, with `after`, ends."""
        number = min(max((day - self.begin).days + after, 0), self._days)
        return round(LEFT + number * (WIDTH - LEFT) / self._days, 1)

    def grid(self, height: int) -> Iterator[str]:
        """Yield a line at each day of the axis, and a label if there is room for it."""
        next_free = 0.0
        for day, label in axis_labels(self.begin, self.until):
            x = self.x(day)
            yield f'<line class="grid" x1="{x}" x2="{x}" y1="22" y2="{height}"/>\n'
            if x >= next_free and x < WIDTH - 30:
                yield f'<text class="dim" x="{x + 3}" y="16">{label}</text>\n'
                next_free = x + 8 * len(label)


def short_label(id: str) -> str:
    """Return an id, cut to the width of the column left of the days."""
    return id if len(id) <= _MAX_LABEL else f"{id[: _MAX_LABEL - 1]}…"


BAR_LEGEND: Mapping[str, str] = {
    "primary": "primary",
    "active": "active",
    "primary-grace": "primary, in grace",
    "grace": "grace",
    "lapse": "lapse, without service",
    "idle": "does not serve",
}
"""What each kind of mark in the bar of a subscription means."""


def draw_term(bar: SubscriptionBar, scale: TimeScale, y: int) -> Iterator[str]:
    """Yield the marks of a subscription: its term, grace period, days as primary and lapses."""
    end = None if bar.is_renewing else bar.end
    if not bar.is_serving:
        yield _days_mark("idle", scale, bar.start, bar.last, y)
        return
    yield _days_mark("active", scale, bar.start, end, y)
    if end is not None and bar.last is not None and bar.last > end:
        yield _days_mark("grace", scale, end, bar.last, y, after=True)
    for first, last in bar.primary:
        in_term = last if end is None else min(last, end)
        yield _days_mark("primary", scale, first, in_term, y)
        if end is not None and last > end:
            begins_later = first > end
            after = first if begins_later else end
            yield _days_mark("primary-grace", scale, after, last, y, after=not begins_later)
    for first, last in bar.lapses:
        yield _days_mark("lapse", scale, first, last, y)
    if bar.is_renewing and bar.end is not None and scale.begin <= bar.end <= scale.until:
        yield f'<text x="{scale.x(bar.end) - 5:.1f}" y="{y - 1}">↻</text>\n'


def _days_mark(
    kind: str, scale: TimeScale, first: date, last: date | None, y: int, *, after: bool = False
) -> str:
    """Return a bar over the given days; an empty string if there is no day.

    With `after`, the bar begins after the first day.
    """
    begin = scale.x(first, after=after)
    end = float(WIDTH) if last is None else scale.x(last, after=True)
    if end <= begin or (last is not None and last < first):
        return ""
    wide = round(max(end - begin, 1), 1)
    return f'<rect class="{kind}" x="{begin}" y="{y}" width="{wide}" height="14" rx="2"/>\n'


def mark_days(text: str) -> str:
    """Return the HTML of a text in which no date is broken at a hyphen."""
    return _DAY.sub(r"<time>\g<0></time>", escape_html(text))


def render_bars(bars: Iterable[SubscriptionBar], name: str) -> str:
    """Return an HTML table of the subscriptions of a drawing. The name of the tenant is HTML."""
    head = ("subscription", "term", "primary in this window")
    rows = (
        (f"{bar.id} ({bar.name})" if bar.name else bar.id, term_text(bar), primary_text(bar))
        for bar in bars
    )
    return render_table(f"Subscriptions of {name}", head, rows)


def render_outside(outside: int) -> str:
    """Return a paragraph with the number of subscriptions not drawn; empty if all are drawn."""
    return f'<p class="dim">{outside_text(outside)}</p>\n' if outside else ""


def render_table(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return an HTML table. The caption is HTML, the cells are plain text."""
    titles = "".join(f'<th scope="col">{title}</th>' for title in head)
    lines = "".join(
        f"<tr>{''.join(f'<td>{mark_days(cell)}</td>' for cell in row)}</tr>\n" for row in rows
    )
    return (
        f'<div class="scroll"><table>\n<caption>{caption}</caption>\n'
        f"<thead><tr>{titles}</tr></thead>\n<tbody>\n{lines}</tbody></table></div>\n"
    )
