"""Format `markdown` of `plan`: a to-do list by day, within the size limit of GitHub."""

from collections.abc import Iterator, Sequence

from validator.findings.plan_report import PlannedTenant, PlanReport
from validator.reporters.escaping import escape_markdown
from validator.reporters.markdown_comment import MAX_SIZE
from validator.reporters.notes import markdown_notes
from validator.reporters.plan.tasks import Task, by_day, compared, folded, headline, tasks_of


def render(report: PlanReport) -> str:
    """Return a heading and an item for each task, grouped by tenant and day."""
    lines = markdown_notes(report.assumed, report.incomplete, "The plan is not complete:")
    lines += [f"### {escape_markdown(headline(report))}"]
    if report.without is not None:
        lines += ["", "| | assumed | without |", "|---|--:|--:|"]
        lines += [
            f"| {words} | {now:,} | {before:,} |"
            for words, now, before in compared(report.tenants, report.without)
        ]
    size = sum(len(line) + 1 for line in lines)
    blocks = list(_blocks(report.tenants))
    if report.without is not None:
        plain = report._replace(tenants=report.without)
        blocks += [(f"\n### Without the assumptions: {escape_markdown(headline(plain))}", 0)]
        blocks += _blocks(report.without)
    left = sum(number for _, number in blocks)
    for block, number in blocks:
        size += len(block) + 1
        if size > MAX_SIZE:
            lines += ["", f"… and {left:,} more."]
            break
        lines.append(block)
        left -= number
    return "\n".join(lines) + "\n"


def _blocks(tenants: Sequence[PlannedTenant]) -> Iterator[tuple[str, int]]:
    """Yield headings and items, each with its number of tasks: 0 or 1."""
    for tenant in tenants:
        if any(tenant.plan):
            yield f"\n#### {escape_markdown(f'{tenant.name} ({tenant.file})')}", 0
        for day, tasks in by_day(tasks_of(tenant.plan)):
            yield f"\n**{day}**\n", 0
            for task in tasks:
                yield _item(task), 1


def _item(task: Task) -> str:
    box = "[ ] " if task.is_open else ""
    lines = [f"- {box}{task.kind}: {escape_markdown(task.text)}"]
    if task.help:
        lines.append(f"  {escape_markdown(task.help)}")
    if task.users:
        lines.append(f"  ({escape_markdown(folded(task.users))})")
    return "<br>\n".join(lines)
