"""Format `text` of `plan`: a to-do list by day for each tenant."""

from collections.abc import Iterator, Sequence

from validator.findings.plan_report import PlannedTenant, PlanReport
from validator.reporters.notes import text_notes
from validator.reporters.plan.tasks import Task, by_day, compared, folded, headline, tasks_of
from validator.reporters.terminal import Paint, painter, wrapped
from validator.system.printable import printable

_COLORS = {"unplaced": "red", "move": "yellow", "seats": "yellow", "capacity": "yellow"}
_KIND_WIDTH = len("unplaced")
_INDENT = " " * (_KIND_WIDTH + 4)


def render(report: PlanReport) -> str:
    """Return the to-do lists and a summary line."""
    paint = painter(color=report.color)
    notes = text_notes(report.assumed, report.incomplete)
    parts = ["\n".join(wrapped(note, report.width)) + "\n" for note in notes]
    parts += _plans(report, paint)
    if report.without is not None:
        parts.append(_comparison(report, report.without, paint))
        parts.append(paint("Without the assumptions", bold=True) + "\n")
        parts += _plans(report._replace(tenants=report.without), paint)
    return "\n".join(parts)


def _plans(report: PlanReport, paint: Paint) -> Iterator[str]:
    """Yield the to-do list of each tenant, then a summary line."""
    for tenant in report.tenants:
        if any(tenant.plan):
            yield _tenant(tenant, paint, report.width)
    yield (
        "\n".join(paint(line, bold=True) for line in wrapped(headline(report), report.width)) + "\n"
    )


def _comparison(report: PlanReport, without: Sequence[PlannedTenant], paint: Paint) -> str:
    """Return a table of the plans' counts, with and without the assumptions."""
    rows = [("", "assumed", "without")]
    rows += [
        (words, f"{now:,}", f"{before:,}")
        for words, now, before in compared(report.tenants, without)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"{words.ljust(widths[0])}  {now.rjust(widths[1])}  {before.rjust(widths[2])}"
        for words, now, before in rows
    ]
    return "\n".join((paint(lines[0], bold=True), *lines[1:])) + "\n"


def _tenant(tenant: PlannedTenant, paint: Paint, width: int | None) -> str:
    title = wrapped(printable(f"{tenant.name} ({tenant.file})"), width)
    lines = [paint(line, bold=True) for line in title]
    for day, tasks in by_day(tasks_of(tenant.plan)):
        lines.append(paint(str(day), bold=True))
        for task in tasks:
            lines += _task(task, paint, width)
    return "\n".join(lines) + "\n"


def _task(task: Task, paint: Paint, width: int | None) -> Iterator[str]:
    kind = paint(task.kind.ljust(_KIND_WIDTH), fg=_COLORS.get(task.kind, "cyan"))
    room = None if width is None else width - len(_INDENT)
    first, *rest = wrapped(printable(task.text), room)
    yield f"  {kind}  {first}"
    yield from (f"{_INDENT}{line}" for line in rest)
    if task.help:
        yield from (f"{_INDENT}{line}" for line in wrapped(printable(task.help), room))
    if task.users:
        for line in wrapped(printable(folded(task.users)), room):
            yield f"{_INDENT}{paint(line, dim=True)}"
