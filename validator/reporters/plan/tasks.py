"""The entries of a plan as a to-do list, in words that several formats share."""

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
from validator.findings.wording import counted, few, listing
from validator.reporters.usage.numbers import digits

MAX_USERS = 10
"""The users that are named before the others are folded."""


class Task(NamedTuple):
    """An entry of a plan.

    `day` is the last day to act, or the day on which something changes. `kind` is one word.
    `about` is the same from run to run, whoever and how many it concerns; several moves can have
    the same. `text` is what is to be done or known, `help` how. `users` are e-mail addresses.
    """

    day: date
    kind: str
    about: str
    text: str
    help: str = ""
    users: tuple[str, ...] = ()


def tasks_of(plan: TenantPlan) -> list[Task]:
    """Return the entries of a plan by day, and on one day in the order of its lists."""
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
    """Yield each day with its tasks, given tasks that are sorted by day."""
    days: dict[date, list[Task]] = {}
    for task in tasks:
        days.setdefault(task.day, []).append(task)
    yield from days.items()


def folded(users: Sequence[str]) -> str:
    """Return the users as a list, with the number of those beyond the first ten."""
    return few(users, MAX_USERS)


def headline(report: PlanReport) -> str:
    """Return the summary of all plans, on one line."""
    plans = [tenant.plan for tenant in report.tenants]
    moves, lost = sum(plan.moved for plan in plans), sum(plan.without_place for plan in plans)
    window = f"from {report.begin} to {report.until}"
    if not any(any(plan) for plan in plans):
        return f"Nothing to do {window}"
    return f"{counted(moves, 'assignment')} to make and {lost:,} without a place {window}"


def compared(
    tenants: Sequence[PlannedTenant], without: Sequence[PlannedTenant]
) -> list[tuple[str, int, int]]:
    """Return what is counted in plans, each with the number as assumed and without."""
    counts: dict[str, Callable[[TenantPlan], int]] = {
        "assignments to make": lambda plan: plan.moved,
        "without a place": lambda plan: plan.without_place,
        "falls of seats below their holders": lambda plan: len(plan.seats),
        "months with less capacity than use": lambda plan: len(plan.capacity),
        "changes of who is primary or pays": lambda plan: len(plan.shifts),
        "renewals to decide": lambda plan: len(plan.renewals),
        "subscriptions that end": lambda plan: len(plan.ends),
    }
    return [
        (
            words,
            sum(count(item.plan) for item in tenants),
            sum(count(item.plan) for item in without),
        )
        for words, count in counts.items()
    ]


def _licensed(license: str | None) -> str:
    return license or "access without a named licence"


def _move(move: Move) -> Task:
    who = counted(len(move.users), "user")
    text = f"move {who} from {move.source} to {move.target}: {_licensed(move.license)}"
    if move.earliest > move.latest:
        help = f"in the night to {move.earliest}, before the first shift: there is no overlap"
    elif move.earliest == move.latest:
        help = "on this day: there is no other one"
    else:
        help = f"from {move.earliest} on, on this day at the latest"
    # Not the earliest day: where it is the first of the window, it is another one tomorrow.
    about = f"{move.source} {move.target} {move.license}"
    return Task(move.latest, "move", about, text, help, move.users)


def _unplaced(item: Unplaced) -> Task:
    who = counted(len(item.users), "user")
    text = f"no place for {who} of {item.source}: {_licensed(item.license)}"
    seats = counted(len(item.users), "seat")
    if item.reason == "no-seats":
        license = item.license or "an agent licence"
        help = f"no seat is free; order {seats} of {license} from {item.lost} on"
    else:
        wanted = f" with {seats} of {item.license}" if item.license else ""
        help = f"no subscription serves; order one{wanted} that is active on {item.lost}"
    if item.idle_holders:
        help += f"; {counted(item.idle_holders, 'idle user')} could give seats back"
    about = f"{item.source} {item.license} {item.reason}"
    return Task(item.lost, "unplaced", about, text, help, item.users)


def _seats(item: SeatShortage) -> Task:
    text = (
        f"{item.subscription} falls to {counted(item.quantity, 'seat')} of {item.license}, and has "
        f"{counted(item.holders, 'holder')}, planned ones included"
    )
    about = f"{item.subscription} {item.license}"
    return Task(item.date, "seats", about, text, f"{item.holders - item.quantity:,} too many")


def _capacity(item: CapacityShortage) -> Task:
    text = (
        f"{item.service} falls from {item.before:,} to {item.after:,}, and {digits(item.used)} "
        f"were used in {item.of}"
    )
    bearer = "no subscription bears it" if item.bearer is None else f"{item.bearer} bears it"
    help = f"overage of {digits(item.overage)} a month if as many are used; {bearer}"
    first = date.fromisoformat(f"{item.month}-01")
    return Task(first, "capacity", item.service, text, help)


def _shift(item: Shift) -> Task:
    what = "the primary" if item.service is None else f"the bearer of the overage of {item.service}"
    if item.after is None:
        text = f"no subscription is {what} after {item.before}"
    elif item.before is None:
        text = f"{item.after} becomes {what}"
    else:
        text = f"{item.after} becomes {what}, after {item.before}"
    return Task(item.date, "shift", f"{item.service}", text)


def _renewal(item: Renewal) -> Task:
    text = f"decide about {item.subscription}: it renews on {item.renews_on}"
    return Task(
        item.decide_by,
        "renewal",
        item.subscription,
        text,
        "cancel or change it on this day at the latest",
    )


def _end(item: SubscriptionEnd) -> Task:
    holders = listing(f"{number:,} of {service}" for service, number in item.licenses.items())
    text = f"last day of {item.subscription}; holders now: {holders or 'none'}"
    return Task(item.last_day, "end", item.subscription, text)
