"""Format `ics` of `plan`: a calendar with an all-day entry on each last day to act."""

from collections import Counter
from collections.abc import Iterator

from validator.findings.plan_report import PlannedTenant, PlanReport
from validator.reporters.calendar import CalendarEntry, render_calendar
from validator.reporters.notes import text_notes
from validator.reporters.plan.tasks import Task, folded, tasks_of
from validator.system.printable import printable
from validator.tenant.calendar_days import day_before

# A loss must be prevented on the day before it.
_DAY_BEFORE = {"unplaced", "capacity"}


def render(report: PlanReport) -> str:
    """Return a calendar (RFC 5545). A task has the same UID in every run."""
    assumed, causes = text_notes(report.assumed), text_notes((), report.incomplete)
    return render_calendar("plan", report.begin, _entries(report), assumed, causes)


def _entries(report: PlanReport) -> Iterator[CalendarEntry]:
    numbers: Counter[str] = Counter()
    for tenant in report.tenants:
        for task in tasks_of(tenant.plan):
            entry = _entry(tenant, task)
            number = numbers[entry.identity]
            numbers[entry.identity] += 1
            yield entry._replace(identity=f"{entry.identity}\0{number}") if number else entry


def _entry(tenant: PlannedTenant, task: Task) -> CalendarEntry:
    is_before = task.kind in _DAY_BEFORE and task.day > task.day.min
    day = day_before(task.day) if is_before else task.day
    lines = [f"{tenant.name} ({tenant.file})", task.text, task.help, folded(task.users)]
    identity = "\0".join((tenant.tenant, task.kind, task.about, str(task.day)))
    description = "\n".join(printable(line) for line in lines if line)
    return CalendarEntry(identity, day, printable(f"{tenant.name}: {task.text}"), description)
