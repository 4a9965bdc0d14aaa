"""Turns the entries of a plan into tasks with texts that several formats share."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from validator.findings.plan_report import (
    CapacityShortage,
    Move,
    PlannedTenant,
    PlanReport,
    Renewal,
    SeatShortage,
    Shift,
    SubscriptionEnd,
    TenantPlan,
    Unplaced,
)
from validator.findings.wording import counted, few, listing, when_provisioned
from validator.reporters.usage.numbers import digits
from validator.tenant.calendar_days import month_days

MAX_USERS = 10
"""The number of users that are named before the rest is counted."""
_OPEN = ("move", "unplaced", "renewal")


class Task(NamedTuple):
    """An entry of a plan.

    `day` is the last day to act, or the day on which something changes. `kind` is one word.
    `about` identifies the entry from run to run and does not depend on its users; several moves
    can have the same value. `text` says what to do or what happens, `help` how to do it. `users`
    are e-mail addresses.
    """

    day: date
    kind: str
    about: str
    text: str
    help: str = ""
    users: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody has to act."""
        return self.kind in _OPEN


def tasks_of(plan: TenantPlan) -> list[Task]:
    """Return the entries of a plan, sorted by day and then in the order of the plan's lists."""
    tasks = [
        *map(_move, plan.moves),
        *map(_unplaced, plan.unplaced),
        *map(_seats, plan.seats),
        *map(_capacity, plan.capacity),
        *map(_shift, plan.shifts),
        *map(_renewal, plan.renewals),
        *map(_end, plan.ends),
    ]
    return sorted(tasks, key=lambda task: task.day)


def by_day(tasks: Sequence[Task]) -> Iterator[tuple[date, list[Task]]]:
    """Yield each day with its tasks. The given tasks must be sorted by day."""
    days: dict[date, list[Task]] = {}
    for task in tasks:
        days.setdefault(task.day, []).append(task)
    yield from days.items()


def folded(users: Sequence[str]) -> str:
    """Return the first users as a list, with the number of the others."""
    return few(users, MAX_USERS)


def headline(report: PlanReport) -> str:
    """Return the summary of all plans, on one line."""
    plans = [tenant.plan for tenant in report.tenants]
    moves, lost = sum(plan.moved for plan in plans), sum(plan.without_place for plan in plans)
    window = f"from {report.begin} to {report.until}"
    text = f"{counted(moves, 'assignment')} to make and {lost:,} without a place {window}"
    if not any(any(plan) for plan in plans):
        is_unknown = report.incomplete and not plans
        text = f"No plan {window}" if is_unknown else f"Nothing to do {window}"
    none = sum(tenant.without_access for tenant in report.tenants)
    if none:
        have = "has" if none == 1 else "have"
        text += (
            f"; {counted(none, 'user')} {have} no access already (`tenantlint check` names them)"
        )
    return text


def compared(
    tenants: Sequence[PlannedTenant], without: Sequence[PlannedTenant]
) -> list[tuple[str, int, int]]:
    """Return what is counted in plans, each with the numbers with and without the assumptions."""
    counts: dict[str, Callable[[PlannedTenant], int]] = {
        "assignments to make": lambda tenant: tenant.plan.moved,
        "without a place": lambda tenant: tenant.plan.without_place,
        "without access on the first day": lambda tenant: tenant.without_access,
        "drops of seats below their holders": lambda tenant: len(tenant.plan.seats),
        "months with less capacity than use": lambda tenant: len(tenant.plan.capacity),
        "changes of the primary or a bearer": lambda tenant: len(tenant.plan.shifts),
        "renewals to decide on": lambda tenant: len(tenant.plan.renewals),
        "subscriptions that end": lambda tenant: len(tenant.plan.ends),
    }
    return [
        (words, sum(map(count, tenants)), sum(map(count, without)))
        for words, count in counts.items()
    ]


def licensed(license: str | None) -> str:
    """Return a licence for a sentence; None means access by an assignment without a license."""
    return license or "access without a named licence"


def _move(move: Move) -> Task:
    who = counted(len(move.users), "user")
    text = f"move {who} from {move.source} to {move.target}: {licensed(move.license)}"
    if move.earliest > move.latest:
        help = f"in the night before {move.earliest}, before the first shift: there is no overlap"
    elif move.earliest == move.latest:
        help = "on this day only"
    else:
        help = f"from {move.earliest} on, on this day at the latest"
    # The earliest day is left out because it changes daily if it is the first of the window.
    about = f"{move.source} {move.target} {move.license}"
    return Task(move.latest, "move", about, text, help, move.users)


def _unplaced(item: Unplaced) -> Task:
    who = counted(len(item.users), "user")
    text = f"no place for {who} of {item.source}: {licensed(item.license)}"
    if item.reason == "no-seats":
        help = f"no seat is free; order {_ordered(item)} from {item.lost} on"
    else:
        active = f"that is active on {item.lost}"
        help = f"no subscription provides it; order one with {_ordered(item)} {active}"
    help += f", and assign {'it to the user' if len(item.users) == 1 else 'one to each user'}"
    if item.idle:
        needs = "is idle, and needs no seat if the user has left"
        if len(item.idle) > 1:
            needs = "are idle, and need no seat if they have left"
        help += f" ({folded(item.idle)} {needs})"
    if item.awaited:
        help = f"{help}; or {when_provisioned(item.awaited)}, and plan again"
    if item.idle_holders:
        help += f"; {counted(item.idle_holders, 'idle user')} could give seats back"
    about = f"{item.source} {item.license} {item.reason}"
    return Task(item.lost, "unplaced", about, text, help, item.users)


def _ordered(item: Unplaced) -> str:
    """Return the seats to order for users without a place. A supervisor needs premium-agent."""
    number, above = len(item.users), len(item.supervisors)
    seats = f"{counted(number - above, 'seat')} of {item.license or 'an agent licence'}"
    if item.license is None and item.reason == "no-subscription":
        seats = "an agent licence for each agent"
    if not above:
        return seats
    who = "for the supervisor" if above == 1 else "for the supervisors"
    premium = f"{counted(above, 'seat')} of premium-agent"
    if above == number:
        return f"{premium} ({who})"
    return f"{seats} and {premium} ({who} {folded(item.supervisors)})"


def _seats(item: SeatShortage) -> Task:
    text = (
        f"{item.subscription} falls to {counted(item.quantity, 'seat')} of {item.license} but has "
        f"{counted(item.holders, 'holder')}, including planned ones"
    )
    about = f"{item.subscription} {item.license}"
    help = f"{counted(item.holders - item.quantity, 'holder')} too many"
    return Task(item.date, "seats", about, text, help)


def _capacity(item: CapacityShortage) -> Task:
    text = (
        f"{item.service} falls from {item.before:,} to {item.after:,}, but {digits(item.used)} "
        f"were used in {item.of}"
    )
    bearer = "no subscription bears it" if item.bearer is None else f"{item.bearer} bears it"
    help = f"overage of {digits(item.overage)} per month at the same use; {bearer}"
    first, _ = month_days(item.month)
    return Task(first, "capacity", item.service, text, help)


def _shift(item: Shift) -> Task:
    what = "the primary" if item.service is None else f"the bearer of {item.service} overage"
    if item.after is None:
        text = f"no subscription replaces {item.before} as {what}"
    elif item.before is None:
        text = f"{item.after} becomes {what}"
    else:
        text = f"{item.after} replaces {item.before} as {what}"
    return Task(item.date, "shift", f"{item.service}", text)


def _renewal(item: Renewal) -> Task:
    text = f"decide whether {item.subscription} renews on {item.renews_on}"
    return Task(
        item.decide_by,
        "renewal",
        item.subscription,
        text,
        "this is the last day to cancel or change it",
    )


def _end(item: SubscriptionEnd) -> Task:
    holders = listing(f"{number:,} of {service}" for service, number in item.licenses.items())
    text = f"last day of {item.subscription}; current holders: {holders or 'none'}"
    return Task(item.last_day, "end", item.subscription, text)
