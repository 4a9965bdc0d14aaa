"""`forecast --format text`: a timeline for each tenant, and what happens on which day."""

from datetime import date

from validator.findings.diagnostic import Diagnostic
from validator.findings.forecast_report import (
    CoverageGroup,
    ForecastReport,
    SubscriptionBar,
    Timeline,
)
from validator.reporters.forecast.wording import cleared, headline, outside, people, term, ticks
from validator.reporters.plain import COLORS, painted, printable, width

_LONGEST_NAME = 22
_NARROWEST = 24
_TERM = len("2026-01-01 to 2026-12-31, grace to 2027-01-31")
LEGEND = "█ primary  ━ active  ░ grace  ┄ does not serve  ↻ renews  ▼ something changes"


def render(outlook: ForecastReport) -> str:
    """Return the timelines and the events."""
    names = [bar.id for timeline in outlook.timelines for bar in timeline.bars]
    margin = min(_LONGEST_NAME, max((width(printable(name)) for name in names), default=0))
    columns = outlook.width - margin - _TERM - 4
    scale = _Scale(outlook.begin, outlook.until, max(_NARROWEST, columns))
    parts = [
        _timeline(outlook, timeline, scale, margin)
        for timeline in outlook.timelines
        if timeline.bars or timeline.outside
    ]
    if parts:
        parts[-1] += f"{LEGEND}\n"
    parts += _events(outlook)
    parts.append(painted(color=outlook.color, text=headline(outlook), bold=True) + "\n")
    return "\n".join(parts)


class _Scale:
    """Days to columns."""

    def __init__(self, begin: date, until: date, columns: int) -> None:
        self.begin, self.until, self.columns = begin, until, columns
        self._days = (until - begin).days + 1

    def column(self, day: date) -> int:
        """Return the column that a day falls into; outside the window it lies outside."""
        return (day - self.begin).days * self.columns // self._days


def _timeline(outlook: ForecastReport, timeline: Timeline, scale: _Scale, margin: int) -> str:
    title = printable(f"{timeline.name} ({timeline.file})")
    days = {
        event.date
        for event in outlook.events
        if (event.file, event.document) == (timeline.file, timeline.document)
    }
    marks = [" "] * scale.columns
    for day in days:
        marks[scale.column(day)] = "▼"
    gap = " " * (margin + 2)
    lines = [painted(color=outlook.color, text=title, bold=True), f"{gap}{_ticks(scale)}"]
    if days:
        lines.append(f"{gap}{painted(color=outlook.color, text=''.join(marks).rstrip(), fg='red')}")
    for bar in timeline.bars:
        name = _fitted(printable(bar.id), margin)
        row = painted(color=outlook.color, text=_bar(bar, scale), fg="blue")
        lines.append(f"{name}  {row}  {painted(color=outlook.color, text=term(bar), dim=True)}")
    if timeline.outside:
        lines.append(f"{gap}{painted(color=outlook.color, text=outside(timeline), dim=True)}")
    if timeline.covers:
        row = painted(color=outlook.color, text=_covers(timeline.covers, scale), fg="green")
        lines.append(f"{_fitted('people', margin)}  {row}")
        lines += [
            f"{gap}{painted(color=outlook.color, text=printable(people(cover)), dim=True)}"
            for cover in timeline.covers
        ]
    return "\n".join(lines) + "\n"


def _ticks(scale: _Scale) -> str:
    row = [" "] * scale.columns
    free = 0
    for day, label in ticks(scale.begin, scale.until):
        column = scale.column(day)
        if column >= free and column + len(label) <= scale.columns:
            row[column : column + len(label)] = label
            free = column + len(label) + 1
    return "".join(row).rstrip()


def _bar(bar: SubscriptionBar, scale: _Scale) -> str:
    row = [" "] * scale.columns
    body = "━" if bar.is_serving else "┄"
    _fill(row, scale, bar.start, bar.last, body)
    if bar.end is not None and bar.last is not None and bar.last > bar.end:
        _fill(row, scale, bar.end, bar.last, "░")
        _fill(row, scale, max(bar.start, scale.begin), bar.end, body)
    for begin, end in bar.primary:
        last = end if bar.end is None or bar.is_renewing else min(end, bar.end)
        if last >= begin:
            _fill(row, scale, begin, last, "█")
    if bar.is_renewing and bar.end is not None and scale.begin <= bar.end <= scale.until:
        row[scale.column(bar.end)] = "↻"
    return "".join(row)


def _covers(covers: tuple[CoverageGroup, ...], scale: _Scale) -> str:
    row = ["─"] * scale.columns
    for cover in covers:
        if cover.until is not None and scale.begin <= cover.until <= scale.until:
            label = f"┤{len(cover.users)}"
            column = min(scale.column(cover.until), scale.columns - len(label))
            row[column : column + len(label)] = label
    return "".join(row)


def _fill(row: list[str], scale: _Scale, begin: date, end: date | None, mark: str) -> None:
    first = max(0, scale.column(begin)) if begin <= scale.until else scale.columns
    last = scale.columns - 1 if end is None else min(scale.columns - 1, scale.column(end))
    for column in range(first, last + 1):
        row[column] = mark


def _events(outlook: ForecastReport) -> list[str]:
    blocks: list[str] = []
    if outlook.initial:
        lines = [painted(color=outlook.color, text=f"{outlook.begin}, standing", bold=True)]
        lines += [_line(outlook, "  ", item) for item in outlook.initial]
        blocks.append("\n".join(lines) + "\n")
    for event in outlook.events:
        lines = [
            painted(color=outlook.color, text=f"{event.date}  {printable(event.file)}", bold=True)
        ]
        lines += [_line(outlook, "+ ", item) for item in event.appears]
        lines += [
            painted(color=outlook.color, text=f"  - {words}", dim=True) for words in cleared(event)
        ]
        blocks.append("\n".join(lines) + "\n")
    return blocks


def _line(outlook: ForecastReport, sign: str, item: Diagnostic) -> str:
    color = COLORS[item.severity]
    head = painted(
        color=outlook.color, text=f"{sign}{item.severity}[{item.id}]", fg=color, bold=True
    )
    where = "" if sign.strip() else f" ({item.file}:{item.span.line})"
    return f"  {head}: {printable(item.message + where)}"


def _fitted(text: str, size: int) -> str:
    while width(text) > size:
        text = text[:-2] + "…"
    return text + " " * (size - width(text))
