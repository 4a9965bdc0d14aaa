"""Format `text`: for people, with the source line and carets below the exact value."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from validator.findings.diagnostic import Diagnostic, RelatedLocation, Span
from validator.findings.report import Report
from validator.findings.severity import SEVERITIES
from validator.reporters.check.excerpt import MAX_WIDTH, excerpt
from validator.reporters.check.folding import fold, folded_helps, folded_message, other_lines
from validator.reporters.check.next_step import next_step
from validator.reporters.check.remarks import Kind, remarks
from validator.reporters.check.summary import summarize
from validator.reporters.terminal import (
    MIN_WIDTH,
    SEVERITY_COLORS,
    Paint,
    display_width,
    painter,
    wrap_width,
    wrapped,
)
from validator.system.printable import printable

_HELP_WIDTH = 96
_MAX_REMARKS = 20
_RELATED_COLOR = "blue"
_INDENT = "  "  # of all lines of a paragraph but the first
_NO_VERDICT = "no verdict that can be trusted"

_PaintPart = Callable[[str], str]


def render(report: Report) -> Iterator[str]:
    """Yield the findings, each with an excerpt from its file, the summary, and the remarks.

    Assumptions come first. Lines are wrapped to the width of the terminal, except for places. The
    failures of a printed report are left out because they are on standard error.
    """
    paint = painter(color=report.color)
    is_first = True
    for part in _paragraphs(report, paint):
        yield part if is_first else f"\n{part}"
        is_first = False


def _paragraphs(report: Report, paint: Paint) -> Iterator[str]:
    """Yield the parts that an empty line separates."""
    assumed = "".join(f"{line}\n" for line in _remarks(report, "assumed"))
    if assumed:
        yield assumed
    style = _style(report)
    for _, in_file in groupby(report.diagnostics, attrgetter("file")):
        for group in fold(in_file):
            yield _finding(group, report, style)
    if report.verbose:
        for item in report.suppressed:
            yield _suppressed(item, paint)
    if report.statistics and report.diagnostics:
        yield _statistics(report, paint)
    ending = _ending(report, paint)
    if ending:
        yield "".join(f"{line}\n" for line in ending)


def _ending(report: Report, paint: Paint) -> list[str]:
    """Return the last lines: the summary, and the remarks about the report."""
    lines: list[str] = []
    if not report.quiet and (report.files or not report.failures):
        lines += _summary(report, paint)
        step = next_step(report) if report.is_printed else ""
        lines += wrapped(f"next: {printable(step)}", report.width, _INDENT) if step else []
    elif report.failures:
        lines.append(paint(_NO_VERDICT, fg="red", bold=True))
    if not report.is_printed:
        lines += _remarks(report, "not complete")
    lines += _remarks(report, "not compared")
    # If there was nothing to check, a line on standard error says what was left out.
    return [*lines, *(_remarks(report, "eased") if report.files or report.diagnostics else ())]


def _remarks(report: Report, kind: Kind) -> list[str]:
    texts = [printable(item.line) for item in remarks(report) if item.kind == kind]
    more = len(texts) - _MAX_REMARKS
    shown = [*texts[:_MAX_REMARKS], f"{kind}: {more:,} more"] if more > 0 else texts
    return [line for text in shown for line in wrapped(text, report.width, _INDENT)]


class _Style(NamedTuple):
    """The marks at the start of the lines of a finding, and functions that paint its parts.

    `by_color` has a function for each color. Made once, because there can be many findings.
    """

    bar: str
    arrow: str
    see: str
    also: str
    help: str
    number: _PaintPart
    message: _PaintPart
    by_color: Mapping[str, _PaintPart]


def _style(report: Report) -> _Style:
    paint = painter(color=report.color)

    def part(**styles: Any) -> _PaintPart:
        return partial(paint, **styles) if report.color else _unchanged

    def named(word: str) -> str:
        return f"{paint('=', fg='blue')} {paint(word, bold=True)}:"

    colors = (*SEVERITY_COLORS.values(), _RELATED_COLOR)
    return _Style(
        bar=paint("|", fg="blue"),
        arrow=paint("-->", fg="blue"),
        see=named("see"),
        also=named("also"),
        help=named("help"),
        number=part(fg="blue"),
        message=part(bold=True),
        by_color={color: part(fg=color, bold=True) for color in colors},
    )


def _unchanged(text: str) -> str:
    return text


def _finding(group: Sequence[Diagnostic], report: Report, style: _Style) -> str:
    """Return the text of a diagnostic, or of several that are shown as one at the first place."""
    item = group[0]
    span, related, color = item.span, item.related, SEVERITY_COLORS[item.severity]
    last = max(span.line, *[place.span.line for place in related]) if related else span.line
    margin = " " * len(str(last))
    text = (
        f"{_headline(group, report, style, color)}{margin}{style.arrow} "
        f"{_location(item.file, span)}\n{margin} {style.bar}\n"
        f"{_excerpt(item, margin, color, '^', report, style)}"
    )
    for place in related:
        text += _related(place, margin, report, style)
    others = other_lines(group) if len(group) > 1 else ""
    if others:
        noun = "line" if others.isdecimal() else "lines"
        text += f"{margin} {style.also} {noun} {others}\n"
    for help in folded_helps(group):
        width = _fitting(report, _HELP_WIDTH, len(margin) + len(" = help: "))
        lines = _help_lines(help, width, f"{margin}         ")
        text += f"{margin} {style.help} {lines}"
    return text


def _headline(group: Sequence[Diagnostic], report: Report, style: _Style, color: str) -> str:
    """Return the lines with the severity, the id and the message."""
    item = group[0]
    label = f"{item.severity}[{item.id}]"
    message = item.message if len(group) == 1 else folded_message(group)
    first, *rest = wrapped(f"{label}: {printable(message)}", report.width, _INDENT)
    begin = ""
    if first.startswith(label):
        begin, first = style.by_color[color](label), first[len(label) :]
    more = "".join([f"{style.message(line)}\n" for line in rest]) if rest else ""
    return f"{begin}{style.message(first)}\n{more}"


@lru_cache(maxsize=1_000)
def _help_lines(text: str, width: int, indent: str) -> str:
    """Return the wrapped lines of a help text. Cached because many findings share their help."""
    return f"\n{indent}".join(wrap_width(printable(text), width)) + "\n"


def _suppressed(item: Diagnostic, paint: Paint) -> str:
    return (
        f"{paint(f'suppressed[{item.id}]', dim=True)}: {printable(item.message)}\n"
        f" {paint('-->', fg='blue')} {_location(item.file, item.span)}\n"
        f"  {paint('=', fg='blue')} {paint('reason', bold=True)}: "
        f"{printable(item.suppressed or '')}\n"
    )


def _location(file: str, span: Span) -> str:
    return printable(f"{file}:{span.line}:{span.column}")


def _fitting(report: Report, width: int, indent: int) -> int:
    """Return the width for an indented text: `width`, or less in a narrow terminal."""
    return width if report.width is None else max(MIN_WIDTH, min(width, report.width - indent))


def _related(place: RelatedLocation, margin: str, report: Report, style: _Style) -> str:
    begin = f"{margin} = see: "
    text = f"{_location(place.file, place.span)}: {printable(place.message)}"
    first, *rest = wrapped(begin + text, report.width, " " * len(begin))
    if first.startswith(begin):
        first = f"{margin} {style.see} {first[len(begin) :]}"
    lines = "\n".join([first, *rest]) if rest else first
    return f"{lines}\n{_excerpt(place, margin, _RELATED_COLOR, '-', report, style)}"


def _excerpt(
    item: Diagnostic | RelatedLocation,
    margin: str,
    color: str,
    mark: str,
    report: Report,
    style: _Style,
) -> str:
    """Return the line of a place, and a line that marks the place."""
    width = _fitting(report, MAX_WIDTH, len(margin) + len(" | "))
    before, marked, after = excerpt(item, width)
    number = style.number(str(item.span.line).rjust(len(margin)))
    line = f"{number} {style.bar} {before}{marked}{after}".rstrip()
    caret = " " * display_width(before) + mark * (display_width(marked) or 1)
    return f"{line}\n{margin} {style.bar} {style.by_color[color](caret)}\n"


def _statistics(report: Report, paint: Paint) -> str:
    counts = Counter((item.severity, item.id) for item in report.diagnostics)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0][1]))
    digits = len(f"{rows[0][1]:,}")
    return "".join(
        f"{number:>{digits},}  {paint(f'{severity:<7}', fg=SEVERITY_COLORS[severity])}  {id}\n"
        for (severity, id), number in rows
    )


def _summary(report: Report, paint: Paint) -> list[str]:
    counts, details = summarize(report)
    worst = next((level for level in SEVERITIES if report.count(level)), None)
    color = SEVERITY_COLORS[worst] if worst else "green"
    ending = f"; {_NO_VERDICT}" if report.failures else ""
    first, *rest = wrapped(f"{counts} {details}{ending}", report.width, _INDENT)
    if first.startswith(counts):
        first = paint(counts, fg=color, bold=True) + first[len(counts) :]
    lines = [first, *rest]
    if ending and lines[-1].endswith(ending):
        red = paint(_NO_VERDICT, fg="red", bold=True)
        lines[-1] = lines[-1].removesuffix(_NO_VERDICT) + red
    return lines
