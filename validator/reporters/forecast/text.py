"""Format `text` of `forecast`: a timeline for each tenant, and a list of events."""

from datetime import date

from validator.findings.diagnostic import Diagnostic
from validator.findings.forecast_report import (
    CoverageGroup,
    ForecastReport,
    SubscriptionBar,
    Timeline,
)
from validator.reporters.escaping import printable
from validator.reporters.forecast.axis import axis_labels
from validator.reporters.forecast.wording import (
    cleared_ids,
    cover_text,
    headline,
    outside_text,
    term_text,
)
from validator.reporters.terminal import SEVERITY_COLORS, Paint, display_width, painter

_MAX_NAME_WIDTH = 22
_MIN_TIMELINE_WIDTH = 24
_TERM_WIDTH = len("2026-01-01 to 2026-12-31, grace to 2027-01-31")
_LEGEND = "█ primary  ━ active  ░ grace  ┄ does not serve  ↻ renews  ▼ something changes"


def render(report: ForecastReport) -> str:
    """Return the timelines and the events."""
    paint = painter(color=report.color)
    names = [bar.id for timeline in report.timelines for bar in timeline.bars]
    margin = min(
        _MAX_NAME_WIDTH, max((display_width(printable(name)) for name in names), default=0)
    )
    columns = report.width - margin - _TERM_WIDTH - 4
    scale = _Scale(report.begin, report.until, max(_MIN_TIMELINE_WIDTH, columns))
    parts = [
        _timeline(report, timeline, scale, margin, paint)
        for timeline in report.timelines
        if timeline.bars or timeline.outside
    ]
    if parts:
        parts[-1] += f"{_LEGEND}\n"
    parts += _event_blocks(report, paint)
    parts.append(paint(headline(report), bold=True) + "\n")
    return "\n".join(parts)


class _Scale:
    """Maps the days of the window to columns."""

    def __init__(self, begin: date, until: date, columns: int) -> None:
        self.begin, self.until, self.columns = begin, until, columns
        self._days = (until - begin).days + 1

    def column(self, day: date) -> int:
        """Return the column of a day; it is below 0 or too high for a day outside the window."""
        return (day - self.begin).days * self.columns // self._days


def _timeline(
    report: ForecastReport, timeline: Timeline, scale: _Scale, margin: int, paint: Paint
) -> str:
    title = printable(f"{timeline.name} ({timeline.file})")
    days = {
        event.date
        for event in report.events
        if (event.file, event.document) == (timeline.file, timeline.document)
    }
    marks = [" "] * scale.columns
    for day in days:
        marks[scale.column(day)] = "▼"
    gap = " " * (margin + 2)
    lines = [paint(title, bold=True), f"{gap}{_axis_row(scale)}"]
    if days:
        lines.append(f"{gap}{paint(''.join(marks).rstrip(), fg='red')}")
    for bar in timeline.bars:
        name = _fit_width(printable(bar.id), margin)
        row = paint(_bar_row(bar, scale), fg="blue")
        lines.append(f"{name}  {row}  {paint(term_text(bar), dim=True)}")
    if timeline.outside:
        lines.append(f"{gap}{paint(outside_text(timeline), dim=True)}")
    if timeline.covers:
        row = paint(_cover_row(timeline.covers, scale), fg="green")
        lines.append(f"{_fit_width('people', margin)}  {row}")
        lines += [
            f"{gap}{paint(printable(cover_text(cover)), dim=True)}" for cover in timeline.covers
        ]
    return "\n".join(lines) + "\n"


def _axis_row(scale: _Scale) -> str:
    row = [" "] * scale.columns
    next_free = 0
    for day, label in axis_labels(scale.begin, scale.until):
        column = scale.column(day)
        if column >= next_free and column + len(label) <= scale.columns:
            row[column : column + len(label)] = label
            next_free = column + len(label) + 1
    return "".join(row).rstrip()


def _bar_row(bar: SubscriptionBar, scale: _Scale) -> str:
    row = [" "] * scale.columns
    body = "━" if bar.is_serving else "┄"
    _fill_days(row, scale, bar.start, bar.last, body)
    if bar.end is not None and bar.last is not None and bar.last > bar.end:
        _fill_days(row, scale, bar.end, bar.last, "░")
        _fill_days(row, scale, max(bar.start, scale.begin), bar.end, body)
    for begin, end in bar.primary:
        last = end if bar.end is None or bar.is_renewing else min(end, bar.end)
        if last >= begin:
            _fill_days(row, scale, begin, last, "█")
    if bar.is_renewing and bar.end is not None and scale.begin <= bar.end <= scale.until:
        row[scale.column(bar.end)] = "↻"
    return "".join(row)


def _cover_row(covers: tuple[CoverageGroup, ...], scale: _Scale) -> str:
    row = ["─"] * scale.columns
    for cover in covers:
        if cover.until is not None and scale.begin <= cover.until <= scale.until:
            label = f"┤{len(cover.users)}"
            column = min(scale.column(cover.until), scale.columns - len(label))
            row[column : column + len(label)] = label
    return "".join(row)


def _fill_days(row: list[str], scale: _Scale, begin: date, end: date | None, mark: str) -> None:
    first = max(0, scale.column(begin)) if begin <= scale.until else scale.columns
    last = scale.columns - 1 if end is None else min(scale.columns - 1, scale.column(end))
    for column in range(first, last + 1):
        row[column] = mark


def _event_blocks(report: ForecastReport, paint: Paint) -> list[str]:
    blocks: list[str] = []
    if report.initial:
        lines = [paint(f"{report.begin}, standing", bold=True)]
        lines += [_finding_line(item, "  ", paint) for item in report.initial]
        blocks.append("\n".join(lines) + "\n")
    for event in report.events:
        lines = [paint(f"{event.date}  {printable(event.file)}", bold=True)]
        lines += [_finding_line(item, "+ ", paint) for item in event.appears]
        lines += [paint(f"  - {words}", dim=True) for words in cleared_ids(event)]
        blocks.append("\n".join(lines) + "\n")
    return blocks


def _finding_line(item: Diagnostic, sign: str, paint: Paint) -> str:
    color = SEVERITY_COLORS[item.severity]
    head = paint(f"{sign}{item.severity}[{item.id}]", fg=color, bold=True)
    where = "" if sign.strip() else f" ({item.file}:{item.span.line})"
    return f"  {head}: {printable(item.message + where)}"


def _fit_width(text: str, size: int) -> str:
    while display_width(text) > size:
        text = text[:-2] + "…"
    return text + " " * (size - display_width(text))
