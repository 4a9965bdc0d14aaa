"""Format `text` of `forecast`: a timeline for each tenant, and a list of events.

No line is wider than the terminal. The name and the term of a subscription are next to its bar if
there is room, otherwise above it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from validator.findings.diagnostic import Diagnostic
from validator.findings.forecast_report import (
    CoverageGroup,
    DrawnTimeline,
    ForecastEvent,
    ForecastReport,
    SubscriptionBar,
)
from validator.reporters.check.folding import fold, folded_message, other_lines
from validator.reporters.forecast.axis import axis_labels
from validator.reporters.forecast.wording import (
    cleared_ids,
    cover_text,
    events_by_document,
    fall_texts,
    headline,
    outside_text,
    term_text,
)
from validator.reporters.notes import eased_lines, text_notes
from validator.reporters.terminal import (
    SEVERITY_COLORS,
    Paint,
    display_width,
    fit_width,
    painter,
    wrap_width,
)
from validator.system.printable import printable

_PEOPLE, _FALLS = "people", "falls"
_MAX_NAME_WIDTH = 24
_MIN_TIMELINE_WIDTH = 24
_GAP = 2
_LEGEND = {
    "█": "primary",
    "━": "active",
    "▓": "primary, in grace",
    "░": "grace",
    "·": "lapse, without service",
    "┄": "does not serve",
    "↻": "renews",
    "▼": "something changes",
    "┤": "cover of n people ends",
}


def render(report: ForecastReport) -> str:
    """Return the timelines and the events."""
    paint = painter(color=report.color)
    layout = _layout(report)
    events = events_by_document(report)
    notes = text_notes(report.assumed, report.failures)
    parts = ["".join(f"{line}\n" for line in wrap_width(note, layout.width)) for note in notes]
    timelines = [
        "\n".join(
            _timeline(timeline, events.get((timeline.file, timeline.document), ()), layout, paint)
        )
        + "\n"
        for timeline in report.timelines
        if timeline.bars or timeline.outside or timeline.covers
    ]
    if timelines:
        drawn = "".join(timelines)
        timelines[-1] += "".join(f"{line}\n" for line in _legend(drawn, layout.width))
    parts += timelines
    parts += _event_blocks(report, layout.width, paint)
    lines = wrap_width(printable(headline(report)), layout.width)
    ending = "".join(f"{paint(line, bold=True)}\n" for line in lines)
    for eased in eased_lines(report.eased):
        ending += "".join(f"{line}\n" for line in wrap_width(eased, layout.width))
    parts.append(ending)
    return "\n".join(parts)


class _Scale(NamedTuple):
    """Maps the days in the window to columns."""

    begin: date
    until: date
    columns: int

    def column(self, day: date) -> int:
        """Return the column of a day. It is out of range for a day outside the window."""
        return (day - self.begin).days * self.columns // ((self.until - self.begin).days + 1)

    def last_column(self, day: date) -> int:
        """Return the last column of a day. In a short window, a day has several columns."""
        days = (self.until - self.begin).days + 1
        return max(self.column(day), ((day - self.begin).days + 1) * self.columns // days - 1)


class _Layout(NamedTuple):
    """The width of the terminal, the width of the name column, and the scale of the drawings.

    If the name column has width 0, names and terms are on separate lines.
    """

    width: int
    margin: int
    scale: _Scale

    def row(self, name: str, drawing: str, words: str, paint: Paint, color: str) -> Iterator[str]:
        """Yield the lines of a drawing with its name and its description."""
        drawn = paint(drawing.rstrip(), fg=color)
        if self.margin:
            beside = paint(words, dim=True) if words else ""
            gap = " " * (self.scale.columns - len(drawing.rstrip()) + _GAP) if words else ""
            yield f"{fit_width(name, self.margin)}{' ' * _GAP}{drawn}{gap}{beside}"
        else:
            yield from wrap_width(f"{name}: {words}" if words else name, self.width, "  ")
            yield drawn

    def lines(self, texts: Iterable[str], paint: Paint, name: str = "") -> Iterator[str]:
        """Yield lines of text below the drawings, the first one after a name."""
        indent = self.margin + _GAP
        if name and not self.margin:
            yield name
        for number, text in enumerate(texts):
            label = name if self.margin and number == 0 else ""
            for line in wrap_width(text, max(1, self.width - indent), "  "):
                yield f"{fit_width(label, indent)}{paint(line, dim=True)}"
                label = ""

    def drawing(self, row: str) -> str:
        """Return a row of a drawing that has no name."""
        return " " * (self.margin + _GAP if self.margin else 0) + row


def _layout(report: ForecastReport) -> _Layout:
    bars = [bar for timeline in report.timelines for bar in timeline.bars]
    width = max(1, report.width)
    names = max((display_width(printable(bar.id)) for bar in bars), default=0)
    margin = max(len(_PEOPLE), min(_MAX_NAME_WIDTH, names))
    terms = max((len(term_text(bar)) for bar in bars), default=0)
    columns = width - margin - _GAP - _GAP - terms
    if columns < _MIN_TIMELINE_WIDTH:
        margin, columns = 0, width
    return _Layout(width, margin, _Scale(report.begin, report.until, columns))


def _timeline(
    timeline: DrawnTimeline, events: Sequence[ForecastEvent], layout: _Layout, paint: Paint
) -> Iterator[str]:
    scale = layout.scale
    title = printable(f"{timeline.name} ({timeline.file})")
    yield from (paint(line, bold=True) for line in wrap_width(title, layout.width, "  "))
    yield layout.drawing(_axis_row(scale))
    days = {event.date for event in events}
    if days:
        marks = [" "] * scale.columns
        for day in days:
            marks[scale.column(day)] = "▼"
        yield layout.drawing(paint("".join(marks).rstrip(), fg="red"))
    for bar in timeline.bars:
        row = _bar_row(bar, scale)
        yield from layout.row(printable(bar.id), row, term_text(bar), paint, "blue")
    if timeline.outside:
        yield from layout.lines([outside_text(timeline.outside)], paint)
    if timeline.covers:
        yield from layout.row(_PEOPLE, _cover_row(timeline.covers, scale), "", paint, "green")
        yield from layout.lines((printable(cover_text(item)) for item in timeline.covers), paint)
    if timeline.falls:
        yield from layout.lines(map(printable, fall_texts(timeline)), paint, _FALLS)


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
    has_grace = bar.end is not None and bar.last is not None and bar.last > bar.end
    _fill_days(row, scale, bar.start, bar.last, "░" if has_grace and bar.is_serving else body)
    if has_grace:
        _fill_days(row, scale, bar.start, bar.end, body)
    for begin, end in bar.primary:
        _fill_days(row, scale, begin, end, "▓" if has_grace else "█")
        if has_grace and bar.end is not None:
            _fill_days(row, scale, begin, min(end, bar.end), "█")
    for begin, end in bar.lapses if bar.is_serving else ():
        _fill_days(row, scale, begin, end, "·")
    if bar.is_renewing and bar.end is not None and scale.begin <= bar.end <= scale.until:
        row[scale.column(bar.end)] = "↻"
    return "".join(row)


def _cover_row(covers: tuple[CoverageGroup, ...], scale: _Scale) -> str:
    """Return a line with the number of people whose cover ends, at the column of that day.

    Numbers that would overlap are combined; each person is counted once.
    """
    row = ["─"] * scale.columns
    size = 1 + max(len(str(len(cover.numbers))) for cover in covers)
    ends: list[tuple[int, set[int]]] = []
    for cover in covers:
        if cover.until is None or cover.is_lost or cover.until > scale.until:
            continue
        column = max(0, min(scale.column(cover.until), scale.columns - size))
        if ends and column <= ends[-1][0] + len(str(len(ends[-1][1]))):
            ends[-1][1].update(cover.numbers)
        else:
            ends.append((column, set(cover.numbers)))
    for column, people in ends:
        label = f"┤{len(people)}"
        row[column : column + len(label)] = label
    return "".join(row[: scale.columns])


def _fill_days(row: list[str], scale: _Scale, begin: date, end: date | None, mark: str) -> None:
    if begin > scale.until or (end is not None and end < max(begin, scale.begin)):
        return
    first = max(0, scale.column(begin))
    last = scale.columns - 1 if end is None else min(scale.columns - 1, scale.last_column(end))
    for column in range(first, last + 1):
        row[column] = mark


def _legend(drawn: str, width: int) -> Iterator[str]:
    """Yield the lines of the legend for the marks that are in the drawings."""
    line = ""
    for mark, words in _LEGEND.items():
        if mark in drawn:
            entry = f"{mark}{'n' if mark == '┤' else ''} {words}"
            if line and display_width(f"{line}  {entry}") <= width:
                line += f"  {entry}"
            else:
                yield from wrap_width(line, width)
                line = entry
    yield from wrap_width(line, width)


def _event_blocks(report: ForecastReport, width: int, paint: Paint) -> Iterator[str]:
    if report.initial:
        title = f"{report.begin}  current findings"
        findings = [_finding_lines(group, "", width, paint) for group in fold(report.initial)]
        yield _block(title, findings, width, paint)
    for event in report.events:
        title = f"{event.date}  {printable(event.file)}"
        lines = [_finding_lines(group, "+ ", width, paint) for group in fold(event.appears)]
        lines += [
            [paint(line, dim=True) for line in wrap_width(f"  - {words}", width, "    ")]
            for words in cleared_ids(event)
        ]
        yield _block(title, lines, width, paint)


def _block(title: str, parts: Iterable[Iterable[str]], width: int, paint: Paint) -> str:
    head = [paint(line, bold=True) for line in wrap_width(title, width, "  ")]
    return "\n".join((*head, *(line for part in parts for line in part))) + "\n"


def _finding_lines(group: Sequence[Diagnostic], sign: str, width: int, paint: Paint) -> list[str]:
    """Return the lines of a finding, or of several findings that are shown as one.

    Without a sign, the lines include the place of the finding.
    """
    item = group[0]
    words = folded_message(group)
    if not sign:
        others = other_lines(group)
        words += f" ({item.file}:{item.span.line}{f', {others}' if others else ''})"
    head = f"  {sign}{item.severity}[{item.id}]"
    first, *rest = wrap_width(f"{head}: {printable(words)}", width, "      ")
    if first.startswith(head):
        color = SEVERITY_COLORS[item.severity]
        first = f"  {paint(head[2:], fg=color, bold=True)}{first[len(head) :]}"
    return [first, *rest]
