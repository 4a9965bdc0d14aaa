"""Draws seats and the people who need them over time as SVG, one row for each licence."""

from collections.abc import Iterator
from datetime import date

from validator.findings.plan_picture import SeatChart, SeatStep
from validator.reporters.forecast.axis import axis_labels
from validator.reporters.html_page import escape_html
from validator.reporters.timeline_html import LEFT, WIDTH, TimeScale, short_label
from validator.tenant.calendar_days import day_before

_ROW, _HIGH_ROW = 46, 88
_TEXT, _BOTTOM = 18, 4
"""The height of the labels above a chart, and of the margin below it."""
_CHARACTER = 6.5

# A page includes this only once because ids must be unique.
PATTERN = (
    '<svg width="0" height="0" aria-hidden="true"><defs><pattern id="missing-hatch" width="5" '
    'height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect class="ground" '
    'width="5" height="5"/><rect class="ink" width="2" height="5"/></pattern></defs></svg>\n'
)

STYLE = """
:root { --seats: #b6d4f7; --ground: #ffebe9; }
@media (prefers-color-scheme: dark) { :root { --seats: #1f4b7f; --ground: #3c1618; } }
#missing-hatch .ground { fill: var(--ground); } #missing-hatch .ink { fill: var(--error); }
svg .seats { fill: var(--seats); } svg .missing { fill: url(#missing-hatch); }
svg .need { fill: none; stroke: var(--people); stroke-width: 2.5; }
svg .base { stroke: var(--dim); } svg .over { fill: none; pointer-events: all; }
svg .short { fill: var(--error); font-weight: 600; }
svg .count { stroke: var(--page); stroke-width: 3px; paint-order: stroke; }
i.seats { background: var(--seats); } i.need { height: .2em; background: var(--people);
  vertical-align: middle; }
i.missing { border: 1px solid var(--error); background: repeating-linear-gradient(-45deg,
  var(--error) 0 2px, var(--ground) 2px 5px); }
"""


def draw_axis(scale: TimeScale) -> str:
    """Return the SVG element with the labels of the days, to be placed above the charts."""
    grid = "".join(scale.grid(24))
    return f'<svg viewBox="0 0 {WIDTH} 24" aria-hidden="true">\n{grid}</svg>\n'


def draw_seats(chart: SeatChart, scale: TimeScale) -> str:
    """Return the SVG element of a chart."""
    height = _HIGH_ROW if chart.subscription is None else _ROW
    name, license = _names(chart)
    spoken = ". ".join(_step_text(chart, *part) for part in _parts(chart, scale))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape_html(f"{name}, {license}: {spoken}")}">\n'
        f"<g><title>{escape_html(f'{name}, {license}')}</title>"
        f'<text x="4" y="{_TEXT + 8}">{escape_html(short_label(name))}</text>\n'
        f'<text class="dim" x="4" y="{_TEXT + 23}">{escape_html(license)}</text></g>\n'
        + "".join(_grid(scale, height))
        + "".join(_areas(chart, scale, height))
        + "".join(_labels(chart, scale, height))
        + "</svg>\n"
    )


def _names(chart: SeatChart) -> tuple[str, str]:
    license = chart.license or "both agent licences"
    return chart.subscription or "all named subscriptions", license


def _parts(chart: SeatChart, scale: TimeScale) -> Iterator[tuple[SeatStep, date]]:
    """Yield each step and its last day."""
    following = [day_before(step.first) for step in chart.steps[1:]]
    yield from zip(chart.steps, [*following, scale.until], strict=True)


def _step_text(chart: SeatChart, step: SeatStep, last: date) -> str:
    return f"{step.first} to {last}: {_count_text(chart, step)}"


def _count_text(chart: SeatChart, step: SeatStep) -> str:
    people = "1 person" if step.people == 1 else f"{step.people:,} people"
    if step.seats is None:
        return f"{people}, unknown number of seats"
    seats = "1 seat" if step.seats == 1 else f"{step.seats:,} seats"
    shared = " (shared)" if chart.is_concurrent and step.seats else ""
    missing = f", {step.missing:,} too few" if step.missing else ""
    return f"{people}, {seats}{shared}{missing}"


def _grid(scale: TimeScale, height: int) -> Iterator[str]:
    for day, _ in axis_labels(scale.begin, scale.until):
        x = scale.x(day)
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="0" y2="{height}"/>\n'


def _areas(chart: SeatChart, scale: TimeScale, height: int) -> Iterator[str]:
    """Yield the areas of seats and of people without a seat, and the line of all people."""
    base = height - _BOTTOM
    most = max(max(step.people, step.seats or 0) for step in chart.steps)

    def y(number: int) -> float:
        return round(base - number * (base - _TEXT) / max(most, 1), 1)

    line = ""
    for step, last in _parts(chart, scale):
        left, right = scale.x(step.first), scale.x(last, after=True)
        if step.seats:
            yield _area("seats", left, right, y(step.seats), base)
        if step.missing:
            yield _area("missing", left, right, y(step.people), y(step.people - step.missing))
        line += f"{'L' if line else 'M'}{left} {y(step.people)}H{right}"
    yield f'<line class="base" x1="{LEFT}" x2="{WIDTH}" y1="{base}" y2="{base}"/>\n'
    yield f'<path class="need" d="{line}"/>\n'


def _area(kind: str, left: float, right: float, top: float, bottom: float) -> str:
    return (
        f'<rect class="{kind}" x="{left}" y="{top}" width="{right - left:.1f}" '
        f'height="{bottom - top:.1f}"/>\n'
    )


def _labels(chart: SeatChart, scale: TimeScale, height: int) -> Iterator[str]:
    """Yield a title for each step, and its numbers if there is room for them."""
    for step, last in _parts(chart, scale):
        left, right = scale.x(step.first), scale.x(last, after=True)
        seats = "?" if step.seats is None else f"{step.seats:,}"
        texts = (_count_text(chart, step), f"{step.people:,}/{seats}")
        for text in texts if step.people or step.seats else ():
            if _CHARACTER * len(text) + 6 <= right - left:
                kind = "count short" if step.missing else "count"
                yield f'<text class="{kind}" x="{left + 3:.1f}" y="12">{text}</text>\n'
                break
        title = escape_html(_step_text(chart, step, last))
        yield (
            f'<rect class="over" x="{left}" y="0" width="{right - left:.1f}" height="{height}">'
            f"<title>{title}</title></rect>\n"
        )
