"""Format `text` of `plan`: a to-do list by day for each tenant."""

from collections.abc import Sequence

from validator.findings.plan_report import PlannedTenant, PlanReport
from validator.reporters.escaping import printable
from validator.reporters.notes import text_notes
from validator.reporters.plan.tasks import (
    Task,
    by_day,
    compared,
    folded,
    headline,
    tasks_of,
)
from validator.reporters.terminal import Paint, painter

_COLORS = {"unplaced": "red", "move": "yellow", "seats": "yellow", "capacity": "yellow"}
_KIND_WIDTH = len("unplaced")
_INDENT = " " * (_KIND_WIDTH + 4)


def render(report: PlanReport) -> str:
    """Return the to-do lists, and a line that sums up."""
    paint = painter(color=report.color)
    parts = [f"{line}\n" for line in text_notes(report.assumed, report.incomplete)]
    parts += [_tenant(tenant, paint) for tenant in report.tenants if any(tenant.plan)]
    parts.append(paint(headline(report), bold=True) + "\n")
    if report.without is not None:
        parts.append(_comparison(report, report.without, paint))
        parts.append(paint("Without the assumptions", bold=True) + "\n")
        parts += [_tenant(tenant, paint) for tenant in report.without if any(tenant.plan)]
        plain = report._replace(tenants=report.without)
        parts.append(paint(headline(plain), bold=True) + "\n")
    return "\n".join(parts)


def _comparison(report: PlanReport, without: Sequence[PlannedTenant], paint: Paint) -> str:
    """Return a table: what is counted, as assumed and without."""
    rows = [("", "as if", "without")]
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


def _tenant(tenant: PlannedTenant, paint: Paint) -> str:
    lines = [paint(printable(f"{tenant.name} ({tenant.file})"), bold=True)]
    for day, tasks in by_day(tasks_of(tenant.plan)):
        lines.append(paint(str(day), bold=True))
        for task in tasks:
            lines += _task(task, paint)
    return "\n".join(lines) + "\n"


def _task(task: Task, paint: Paint) -> list[str]:
    kind = paint(task.kind.ljust(_KIND_WIDTH), fg=_COLORS.get(task.kind, "cyan"))
    lines = [f"  {kind}  {printable(task.text)}"]
    if task.help:
        lines.append(f"{_INDENT}{printable(task.help)}")
    if task.users:
        lines.append(f"{_INDENT}{paint(printable(folded(task.users)), dim=True)}")
    return lines
