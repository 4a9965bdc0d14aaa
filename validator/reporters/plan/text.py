"""Format `text` of `plan`: a to-do list by day for each tenant."""

from validator.findings.plan_report import PlannedTenant, PlanReport
from validator.reporters.escaping import printable
from validator.reporters.plan.tasks import (
    Task,
    assumption,
    by_day,
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
    parts = [_tenant(tenant, paint) for tenant in report.tenants if any(tenant.plan)]
    if report.assumed:
        parts.insert(0, f"{printable(assumption(report))}\n")
    parts.append(paint(headline(report), bold=True) + "\n")
    return "\n".join(parts)


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
