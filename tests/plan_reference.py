"""A simple, slow reference of `tenantlint plan`, one day at a time.

`plan(value, first, last)` returns the entry of `tenants`, without file, document, tenant and name.
Where the terms can be read in two ways, `Reading` has a field; its default is what the program does.
"""

from __future__ import annotations

import copy
import json
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Literal, NamedTuple

Value = dict[str, Any]

STANDARD = "standard-agent"
PREMIUM = "premium-agent"
AGENT_LICENCES = (PREMIUM, STANDARD)
SENIORITY_SERVICES = ("ai-agent", "ai-assistant", "ivr-outbound-campaign")
FOREVER = date.max


@dataclass(frozen=True)
class Reading:
    """How ambiguous sentences of the terms are read."""

    # "placed so, premium-agent is a holding from E+1 on": also if it was closed before?
    reopen_placed: bool = True
    # "What is better ... is a holding from E+1 on, if it was none": which closed ones are reopened?
    # By default none: they are "unplaced, once" or "needless, and not looked at again".
    reopen_better: Literal["never", "needless", "always"] = "never"
    # `seats`: on each day, count all planned assignments, or only those of earlier moves.
    seats_planned: Literal["all", "so far"] = "all"
    # `ends`: whether planned assignments count as holders.
    ends_planned: bool = False
    # `ends`: whether the later entries of a repeated id, and cancelled ones, are listed.
    ends_repeated: bool = True
    ends_cancelled: bool = True
    # `idle_holders` for the license `null`: no user, or the holders of either agent licence.
    idle_of_null: Literal["no user", "agent licences"] = "no user"
    # `idle_holders`: with the assignments at that moment, or those of the finished plan.
    idle_when: Literal["now", "end"] = "now"


DEFAULT = Reading()


# Days and months


@cache
def day_of(text: str) -> date:
    return date.fromisoformat(text)


def plus(day: date, days: int) -> date | None:
    """Return the day `days` later; None for never."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def days_between(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day = next_day(day)


def add_months(day: date, months: int) -> date | None:
    """Return the last day of the month if it is shorter; None for never."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > 9999:
        return None
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


class Month(NamedTuple):
    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def first(self) -> date:
        return date(self.year, self.month, 1)

    def days(self) -> list[date]:
        count = monthrange(self.year, self.month)[1]
        return [date(self.year, self.month, number) for number in range(1, count + 1)]

    def number(self) -> int:
        return self.year * 12 + self.month - 1

    def before(self) -> Month:
        return month_of(day_before(self.first()))


def month_of(day: date) -> Month:
    return Month(day.year, day.month)


def read_month(text: str) -> Month:
    year, month = text.split("-")
    return Month(int(year), int(month))


# Subscriptions on a day


def status_of(sub: Value) -> str:
    status: str = sub.get("status", "active")
    return status


def start_of(sub: Value) -> date:
    return day_of(sub["start"])


def last_day(sub: Value) -> date | None:
    if sub.get("auto_renew", False) or "end" not in sub:
        return None
    return plus(day_of(sub["end"]), sub.get("grace_days", 0))


def lapsed(sub: Value, day: date) -> bool:
    return any(
        day_of(lapse["from"]) <= day <= day_of(lapse["until"]) for lapse in sub.get("lapses", [])
    )


def within_dates(sub: Value, day: date) -> bool:
    last = last_day(sub)
    return start_of(sub) <= day and (last is None or day <= last) and not lapsed(sub, day)


def is_active(sub: Value, day: date, today: date) -> bool:
    status = status_of(sub)
    ended_by_status = status == "suspended" or (status == "cancelled" and "end" in sub)
    if day < today and ended_by_status:
        return within_dates(sub, day)
    return status in ("active", "trial") and within_dates(sub, day)


class Line(NamedTuple):
    quantity: int
    since: date
    until: date | None

    def counts(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def read_line(sub: Value, line: Any) -> Line:
    if not isinstance(line, dict):
        return Line(line, start_of(sub), None)
    since = day_of(line["since"]) if "since" in line else start_of(sub)
    until = day_of(line["until"]) if "until" in line else None
    return Line(line["quantity"], since, until)


def lines_of(sub: Value, service: str) -> list[Line]:
    entry = sub.get("entitlements", {}).get(service)
    if entry is None:
        return []
    return [read_line(sub, line) for line in (entry if isinstance(entry, list) else [entry])]


def lists(sub: Value, service: str) -> bool:
    return service in sub.get("entitlements", {})


def has_no_entitlements(sub: Value) -> bool:
    return "entitlements" not in sub


def line_counts(sub: Value, service: str, day: date) -> bool:
    return any(line.counts(day) for line in lines_of(sub, service))


def change_days(sub: Value) -> Iterator[date | None]:
    """Yield each day on which anything about a subscription can change."""
    yield start_of(sub)
    last = last_day(sub)
    yield None if last is None else plus(last, 1)
    for lapse in sub.get("lapses", []):
        yield day_of(lapse["from"])
        yield plus(day_of(lapse["until"]), 1)
    for service in sub.get("entitlements", {}):
        for line in lines_of(sub, service):
            yield line.since
            yield None if line.until is None else plus(line.until, 1)


# Users on a day


class Assignment(NamedTuple):
    subscription: str
    license: str | None

    def value(self) -> Any:
        if self.license is None:
            return self.subscription
        return {"subscription": self.subscription, "license": self.license}


def read_assignment(raw: Any) -> Assignment:
    if isinstance(raw, str):
        return Assignment(raw, None)
    return Assignment(raw["subscription"], raw.get("license"))


def works(user: Value) -> bool:
    return "agent" in user["roles"] or "supervisor" in user["roles"]


def is_supervisor(user: Value) -> bool:
    return "supervisor" in user["roles"]


def is_idle(user: Value, today: date) -> bool:
    if user.get("status", "active") == "inactive":
        return True
    return "last_access" in user and (today - day_of(user["last_access"])).days > 90


def rank(user: Value, today: date) -> int:
    if is_idle(user, today):
        return 3
    if "administrator" in user["roles"]:
        return 0
    return 1 if is_supervisor(user) else 2


# The tenant on a day


class Tenant:
    """A tenant's value with the day D; facts about days are cached."""

    def __init__(self, value: Value, today: date) -> None:
        self.today = today
        self.subs: list[Value] = value["subscriptions"]
        self.users: list[Value] = value.get("users", [])
        self.usage: list[Value] = value.get("usage", [])
        self.first_of: dict[str, int] = {}
        for index, sub in enumerate(self.subs):
            self.first_of.setdefault(sub["id"], index)
        self.assignments = [
            [read_assignment(raw) for raw in user.get("assignments", [])] for user in self.users
        ]
        self.active: Callable[[int, date], bool] = cache(self._active)
        self.counts: Callable[[int, str, date], bool] = cache(self._counts)
        self.quantity: Callable[[int, str, date], int] = cache(self._quantity)

    def _active(self, index: int, day: date) -> bool:
        return is_active(self.subs[index], day, self.today)

    def _counts(self, index: int, service: str, day: date) -> bool:
        return line_counts(self.subs[index], service, day)

    def _quantity(self, index: int, service: str, day: date) -> int:
        if not self.active(index, day):
            return 0
        return sum(
            line.quantity for line in lines_of(self.subs[index], service) if line.counts(day)
        )

    def has(self, index: int, service: str, day: date) -> bool:
        return self.active(index, day) and self.counts(index, service, day)

    def counts_an_agent_licence(self, index: int, day: date) -> bool:
        return any(self.counts(index, licence, day) for licence in AGENT_LICENCES)

    def firsts(self) -> list[int]:
        return list(self.first_of.values())

    def sub(self, id: str) -> Value:
        return self.subs[self.first_of[id]]

    # users

    def serves(self, user: int, assignment: Assignment, day: date) -> bool:
        index = self.first_of.get(assignment.subscription)
        if index is None or not self.active(index, day):
            return False
        if has_no_entitlements(self.subs[index]):
            return True
        if assignment.license is not None:
            listed = lists(self.subs[index], assignment.license)
            return not listed or self.counts(index, assignment.license, day)
        return not works(self.users[user]) or self.counts_an_agent_licence(index, day)

    def gives(self, user: int, assignment: Assignment, day: date) -> set[str]:
        if not self.serves(user, assignment, day):
            return set()
        if assignment.license is not None:
            return {assignment.license}
        index = self.first_of[assignment.subscription]
        if has_no_entitlements(self.subs[index]):
            return set(AGENT_LICENCES)
        return {licence for licence in AGENT_LICENCES if self.counts(index, licence, day)}

    def licence_covered(self, user: int, licence: str, day: date) -> bool:
        return any(licence in self.gives(user, one, day) for one in self.assignments[user])

    def access_assignments(self, user: int) -> list[Assignment]:
        known = [one for one in self.assignments[user] if one.subscription in self.first_of]
        wanted = [one for one in known if one.license in (None, *AGENT_LICENCES)]
        return wanted or known

    def covered(self, user: int, day: date) -> bool:
        return any(self.serves(user, one, day) for one in self.access_assignments(user))

    def seat_of(self, user: int, assignment: Assignment) -> str | None:
        """Return the service in which an assignment takes a seat."""
        if assignment.license is not None:
            return assignment.license
        index = self.first_of.get(assignment.subscription)
        if index is None or not works(self.users[user]):
            return None
        listed = [licence for licence in AGENT_LICENCES if lists(self.subs[index], licence)]
        return listed[0] if len(listed) == 1 else None

    def takes_seat(self, user: int, index: int, service: str) -> bool:
        id = self.subs[index]["id"]
        return any(
            one.subscription == id and self.seat_of(user, one) == service
            for one in self.assignments[user]
        )

    def takes_agent_seat(self, user: int, index: int) -> bool:
        """Whether an assignment to it names an agent licence, or none and the user works."""
        id = self.subs[index]["id"]
        return any(
            one.subscription == id
            and (one.license in AGENT_LICENCES or (one.license is None and works(self.users[user])))
            for one in self.assignments[user]
        )

    def holders(self, index: int, service: str) -> list[int]:
        return [user for user in range(len(self.users)) if self.takes_seat(user, index, service)]

    # primary and bearer

    def primary(self, day: date) -> int | None:
        active = [index for index in range(len(self.subs)) if self.active(index, day)]

        def order(index: int) -> tuple[Any, ...]:
            sub = self.subs[index]
            return (start_of(sub), not sub.get("primary", False), sub["id"], index)

        return min(active, key=order, default=None)

    def bearer(self, service: str, day: date) -> int | None:
        if service not in SENIORITY_SERVICES:
            return self.primary(day)
        having = [index for index in range(len(self.subs)) if self.has(index, service, day)]

        def order(index: int) -> tuple[Any, ...]:
            sub = self.subs[index]
            return (min(line.since for line in lines_of(sub, service)), sub["id"], index)

        return min(having, key=order, default=None)

    def id_of(self, index: int | None) -> str | None:
        return None if index is None else self.subs[index]["id"]

    # months

    def entitled(self, service: str, month: Month) -> int:
        every = range(len(self.subs))
        return max(
            sum(self.quantity(index, service, day) for index in every) for day in month.days()
        )

    def entitlements_known(self, month: Month) -> bool:
        unknown = [index for index, sub in enumerate(self.subs) if has_no_entitlements(sub)]
        return not any(self.active(index, day) for index in unknown for day in month.days())

    def month_bearer(self, service: str, month: Month) -> str | None:
        for day in reversed(month.days()):
            bearer = self.bearer(service, day)
            if bearer is not None:
                return self.id_of(bearer)
        return None

    def use(self, service: str, month: Month) -> Decimal:
        rows = [
            row
            for row in self.usage
            if row["service"] == service and read_month(row["month"]) == month
        ]
        own = [row for row in rows if "subscription" not in row]
        return sum((Decimal(str(row["quantity"])) for row in own or rows), Decimal(0))

    def last_month_used(self, service: str) -> Month | None:
        """Return the last month with usage, from 12 months before D's month up to it."""
        this = month_of(self.today).number()
        months = [read_month(row["month"]) for row in self.usage if row["service"] == service]
        return max((m for m in months if this - 12 <= m.number() <= this), default=None)


# The hand-over


class Holding(NamedTuple):
    user: int
    license: str | None


@dataclass(frozen=True)
class Move:
    holding: Holding
    source: str
    target: Assignment
    earliest: date
    latest: date


@dataclass(frozen=True)
class Loss:
    holding: Holding
    source: str
    lost: date
    reason: str
    candidates: tuple[int, ...]
    idle_holders: int


class Simulation:
    """Simulates the window day by day."""

    def __init__(self, value: Value, first: date, last: date, reading: Reading = DEFAULT) -> None:
        self.tenant = Tenant(value, first)
        self.first = first
        self.last = last
        self.reading = reading
        self.horizon = self.find_horizon()
        self.open: set[Holding] = set()
        self.needless: set[Holding] = set()
        self.unplaced: set[Holding] = set()
        self.moves: list[Move] = []
        self.losses: list[Loss] = []

    def find_horizon(self) -> date:
        """Return the day from which nothing changes any more."""
        days = [day for sub in self.tenant.subs for day in change_days(sub) if day is not None]
        return max([*days, self.last])

    def run(self) -> Simulation:
        self.open = set(self.first_holdings())
        for day in days_between(self.first, day_before(self.last)):
            for holding in sorted(self.ending(day), key=self.order):
                self.place(holding, day)
        return self

    def first_holdings(self) -> Iterator[Holding]:
        for user, assignments in enumerate(self.tenant.assignments):
            for assignment in assignments:
                if self.tenant.serves(user, assignment, self.first):
                    yield Holding(user, assignment.license)

    def lasts(self, holding: Holding, day: date) -> bool:
        if holding.license is not None:
            return self.tenant.licence_covered(holding.user, holding.license, day)
        return any(
            one.license is None and self.tenant.serves(holding.user, one, day)
            for one in self.tenant.assignments[holding.user]
        )

    def ending(self, day: date) -> list[Holding]:
        """Return the holdings whose last day, E, is the given day."""
        return [holding for holding in self.open if not self.lasts(holding, next_day(day))]

    def order(self, holding: Holding) -> tuple[int, int, int]:
        user = self.tenant.users[holding.user]
        return (rank(user, self.first), holding.user, self.licence_order(holding))

    def licence_order(self, holding: Holding) -> int:
        before: list[str | None] = [PREMIUM, STANDARD, None]
        if holding.license in before:
            return before.index(holding.license)
        named = [one.license for one in self.tenant.assignments[holding.user]]
        return len(before) + named.index(holding.license)

    # one holding

    def place(self, holding: Holding, last: date) -> None:
        self.open.discard(holding)
        if self.is_needless(holding, next_day(last)):
            self.needless.add(holding)
            self.open_better(holding, next_day(last))
            return
        for licence in self.licences_to_try(holding):
            target = self.choose(holding, licence, last)
            if target is not None:
                self.move(holding, Assignment(target, licence), last)
                return
        self.lose(holding, last)

    def serving(self, user: int, day: date) -> list[Assignment]:
        assignments = self.tenant.assignments[user]
        return [one for one in assignments if self.tenant.serves(user, one, day)]

    def is_needless(self, holding: Holding, day: date) -> bool:
        if holding.license == STANDARD:
            return self.tenant.licence_covered(holding.user, PREMIUM, day)
        if holding.license is None:
            serving = self.serving(holding.user, day)
            return any(one.license in (None, *AGENT_LICENCES) for one in serving)
        return False

    def open_better(self, holding: Holding, day: date) -> None:
        if holding.license == STANDARD:
            better: set[str | None] = {PREMIUM}
        else:
            better = {one.license for one in self.serving(holding.user, day)}
            better &= set(AGENT_LICENCES)
        for licence in better:
            self.open_again(Holding(holding.user, licence))

    def open_again(self, holding: Holding) -> None:
        reopen = self.reading.reopen_better
        if holding in self.unplaced and reopen != "always":
            return
        if holding in self.needless and reopen == "never":
            return
        self.open.add(holding)

    def licences_to_try(self, holding: Holding) -> list[str | None]:
        if holding.license == STANDARD and is_supervisor(self.tenant.users[holding.user]):
            return [PREMIUM, STANDARD]
        return [holding.license]

    def move(self, holding: Holding, target: Assignment, last: date) -> None:
        source = self.source(holding, last)
        earliest = self.earliest(holding.user, target, next_day(last))
        self.moves.append(Move(holding, source, target, earliest, last))
        self.tenant.assignments[holding.user].append(target)
        placed = Holding(holding.user, target.license)
        if placed not in self.unplaced or self.reading.reopen_placed:
            self.open.add(placed)

    def lose(self, holding: Holding, last: date) -> None:
        candidates = tuple(self.candidates(holding.user, holding.license, next_day(last)))
        reason = "no-seats" if candidates else "no-subscription"
        source = self.source(holding, last)
        idle = self.idle_holders(holding.license, candidates)
        self.losses.append(Loss(holding, source, next_day(last), reason, candidates, idle))
        self.unplaced.add(holding)

    def idle_holders(self, licence: str | None, candidates: tuple[int, ...]) -> int:
        idle = [u for u, user in enumerate(self.tenant.users) if is_idle(user, self.first)]
        return sum(
            any(self.takes_seat_of(user, index, licence) for index in candidates) for user in idle
        )

    def takes_seat_of(self, user: int, index: int, licence: str | None) -> bool:
        if licence is not None:
            return self.tenant.takes_seat(user, index, licence)
        if self.reading.idle_of_null == "no user":
            return False
        return self.tenant.takes_agent_seat(user, index)

    def source(self, holding: Holding, last: date) -> str:
        """Return the first assignment that names L (or none) and serves on E, else the first with L."""
        user, licence = holding
        serving = self.serving(user, last)
        naming = [one.subscription for one in serving if one.license == licence]
        giving = [
            one.subscription for one in serving if licence in self.tenant.gives(user, one, last)
        ]
        return (naming + giving)[0]

    # the target

    def would_serve(self, user: int, licence: str | None, index: int, day: date) -> bool:
        tenant = self.tenant
        if not tenant.active(index, day):
            return False
        if has_no_entitlements(tenant.subs[index]):
            return licence is None or licence in AGENT_LICENCES
        if licence is not None:
            return tenant.counts(index, licence, day)
        return not works(tenant.users[user]) or tenant.counts_an_agent_licence(index, day)

    def candidates(self, user: int, licence: str | None, day: date) -> list[int]:
        return [
            index for index in self.tenant.firsts() if self.would_serve(user, licence, index, day)
        ]

    def agent_quantity(self, index: int, day: date) -> int:
        return sum(self.tenant.quantity(index, licence, day) for licence in AGENT_LICENCES)

    def seat_test(self, user: int, licence: str | None, index: int) -> Callable[[date], bool]:
        """Return a test of whether a seat is free on a day, given the assignments made until now."""
        tenant = self.tenant
        sub = tenant.subs[index]
        if has_no_entitlements(sub) or (licence is None and not works(tenant.users[user])):
            return lambda _: True
        if sub["type"] == "concurrent":
            if licence is None:
                return lambda day: self.agent_quantity(index, day) > 0
            return lambda day: tenant.quantity(index, licence, day) > 0
        others = [other for other in range(len(tenant.users)) if other != user]
        of_agents = sum(tenant.takes_agent_seat(other, index) for other in others)
        if licence is None:
            return lambda day: self.agent_quantity(index, day) > of_agents
        of_licence = sum(tenant.takes_seat(other, index, licence) for other in others)
        if licence not in AGENT_LICENCES:
            return lambda day: tenant.quantity(index, licence, day) > of_licence
        return lambda day: (
            tenant.quantity(index, licence, day) > of_licence
            and self.agent_quantity(index, day) > of_agents
        )

    def fit_test(self, user: int, licence: str | None, index: int) -> Callable[[date], bool]:
        """Return a test of whether the new assignment would serve and have a seat on a day."""
        has_seat = self.seat_test(user, licence, index)
        return lambda day: self.would_serve(user, licence, index, day) and has_seat(day)

    def run_end(self, user: int, licence: str | None, index: int, start: date) -> date:
        fits = self.fit_test(user, licence, index)
        for day in days_between(start, self.horizon):
            if not fits(day):
                return day_before(day)
        return FOREVER

    def earliest(self, user: int, target: Assignment, start: date) -> date:
        fits = self.fit_test(user, target.license, self.tenant.first_of[target.subscription])
        day = start
        while day > self.first and fits(day_before(day)):
            day = day_before(day)
        return day

    def choose(self, holding: Holding, licence: str | None, last: date) -> str | None:
        user, day = holding.user, next_day(last)
        seated = [
            index
            for index in self.candidates(user, licence, day)
            if self.seat_test(user, licence, index)(day)
        ]
        department = self.department(holding, last)

        def preference(index: int) -> tuple[Any, ...]:
            sub = self.tenant.subs[index]
            run_end = self.run_end(user, licence, index, day)
            return (
                has_no_entitlements(sub),
                status_of(sub) == "trial",
                self.lacks_premium(user, licence, index, day),
                run_end < self.last,
                department is not None and sub.get("department") != department,
                -run_end.toordinal(),
                start_of(sub),
                sub["id"],
            )

        return self.tenant.id_of(min(seated, key=preference, default=None))

    def lacks_premium(self, user: int, licence: str | None, index: int, day: date) -> bool:
        if licence is not None or not is_supervisor(self.tenant.users[user]):
            return False
        return not self.tenant.counts(index, PREMIUM, day)

    def department(self, holding: Holding, last: date) -> str | None:
        own = self.tenant.users[holding.user].get("department")
        return own or self.tenant.sub(self.source(holding, last)).get("department") or None


# The lists of the plan


def order_of(day_key: str) -> Callable[[Value], tuple[Any, ...]]:
    """Return a sort key: the last day to act, then the other values as text, null first."""

    def text(value: Any) -> tuple[bool, str]:
        return (value is not None, value if isinstance(value, str) else json.dumps(value))

    def key(entry: Value) -> tuple[Any, ...]:
        return (entry[day_key], *(text(entry[name]) for name in entry if name != day_key))

    return key


@dataclass
class Group:
    users: set[int] = field(default_factory=set)
    idle: int = 0


def list_moves(simulation: Simulation) -> list[Value]:
    groups: dict[tuple[Any, ...], Group] = {}
    for move in simulation.moves:
        to, licence = move.target
        key = (move.source, to, licence, move.earliest.isoformat(), move.latest.isoformat())
        groups.setdefault(key, Group()).users.add(move.holding.user)
    names = ("from", "to", "license", "earliest", "latest")
    entries = [
        {**dict(zip(names, key, strict=True)), "users": emails(simulation.tenant, group.users)}
        for key, group in groups.items()
    ]
    return sorted(entries, key=order_of("latest"))


def list_unplaced(simulation: Simulation) -> list[Value]:
    groups: dict[tuple[Any, ...], Group] = {}
    for loss in simulation.losses:
        licence = loss.holding.license
        key = (loss.source, licence, loss.lost.isoformat(), loss.reason)
        group = groups.setdefault(key, Group())
        group.users.add(loss.holding.user)
        if simulation.reading.idle_when == "now":
            group.idle = max(group.idle, loss.idle_holders)
        else:
            group.idle = simulation.idle_holders(licence, loss.candidates)
    names = ("from", "license", "lost", "reason")
    entries = [
        {
            **dict(zip(names, key, strict=True)),
            "users": emails(simulation.tenant, group.users),
            "idle_holders": group.idle,
        }
        for key, group in groups.items()
    ]
    return sorted(entries, key=order_of("lost"))


def emails(tenant: Tenant, users: set[int]) -> list[str]:
    return [tenant.users[user]["email"] for user in sorted(users)]


def list_seats(value: Value, simulation: Simulation) -> list[Value]:
    entries: list[Value] = []
    tenant = Tenant(value, simulation.first)
    planned = sorted(simulation.moves, key=lambda move: move.latest)
    if simulation.reading.seats_planned == "all":
        tenant.assignments = simulation.tenant.assignments
        planned = []
    for day in days_between(next_day(simulation.first), simulation.last):
        while planned and planned[0].latest < day:
            move = planned.pop(0)
            tenant.assignments[move.holding.user].append(move.target)
        entries += seats_on(tenant, day)
    return sorted(entries, key=order_of("date"))


def seats_on(tenant: Tenant, day: date) -> Iterator[Value]:
    for index in tenant.firsts():
        sub = tenant.subs[index]
        if sub["type"] != "named":
            continue
        for service in sub.get("entitlements", {}):
            before = day_before(day)
            if not (tenant.has(index, service, before) and tenant.has(index, service, day)):
                continue
            quantity = tenant.quantity(index, service, day)
            holders = len(tenant.holders(index, service))
            if quantity < tenant.quantity(index, service, before) and quantity < holders:
                yield {
                    "subscription": sub["id"],
                    "license": service,
                    "date": day.isoformat(),
                    "quantity": quantity,
                    "holders": holders,
                }


def number(exact: Decimal) -> int | float:
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def list_capacity(tenant: Tenant, last: date) -> list[Value]:
    entries = []
    services = {row["service"] for row in tenant.usage} - {"webex-connect"}
    months = [month_of(day) for day in days_between(next_day(tenant.today), last) if day.day == 1]
    for service in services:
        of = tenant.last_month_used(service)
        if of is None:
            continue
        for month in months:
            entry = capacity_of(tenant, service, month, of)
            if entry is not None:
                entries.append(entry)
    return sorted(entries, key=order_of("month"))


def capacity_of(tenant: Tenant, service: str, month: Month, of: Month) -> Value | None:
    if not (tenant.entitlements_known(month) and tenant.entitlements_known(month.before())):
        return None
    before, after = tenant.entitled(service, month.before()), tenant.entitled(service, month)
    used = tenant.use(service, of)
    if not (after < before and after < used):
        return None
    return {
        "service": service,
        "month": str(month),
        "before": before,
        "after": after,
        "of": str(of),
        "used": number(used),
        "overage": number(used - after),
        "bearer": tenant.month_bearer(service, month),
    }


def list_shifts(tenant: Tenant, last: date) -> list[Value]:
    entries = []
    for day in days_between(next_day(tenant.today), last):
        for service in (None, *SENIORITY_SERVICES):
            before = tenant.id_of(payer(tenant, service, day_before(day)))
            after = tenant.id_of(payer(tenant, service, day))
            if before != after:
                entries.append(
                    {"service": service, "date": day.isoformat(), "from": before, "to": after}
                )
    return sorted(entries, key=order_of("date"))


def payer(tenant: Tenant, service: str | None, day: date) -> int | None:
    return tenant.primary(day) if service is None else tenant.bearer(service, day)


def list_renewals(tenant: Tenant, last: date) -> list[Value]:
    entries = [entry for sub in tenant.subs for entry in renewals_of(sub, tenant.today, last)]
    return sorted(entries, key=order_of("decide_by"))


def renewals_of(sub: Value, first: date, last: date) -> Iterator[Value]:
    if status_of(sub) not in ("active", "trial") or not sub.get("auto_renew") or "end" not in sub:
        return
    for begins in next_terms(sub):
        end = day_before(begins)
        decide_by = plus(end, -sub.get("notice_days", 30))
        if decide_by is not None and decide_by > last:
            return
        if end >= first and decide_by is not None and decide_by >= first:
            yield {
                "subscription": sub["id"],
                "decide_by": decide_by.isoformat(),
                "renews_on": begins.isoformat(),
            }


def next_terms(sub: Value) -> Iterator[date]:
    """Yield the first day of each term after the first, up to the end of the calendar."""
    begins = plus(day_of(sub["end"]), 1)
    n = 0
    while begins is not None:
        following = add_months(begins, n * sub.get("term_months", 12))
        if following is None:
            return
        yield following
        n += 1


def list_ends(value: Value, simulation: Simulation) -> list[Value]:
    tenant = simulation.tenant
    if not simulation.reading.ends_planned:
        tenant = Tenant(value, simulation.first)
    entries = []
    for index, sub in enumerate(tenant.subs):
        last = last_day(sub)
        if last is None or not simulation.first <= last <= simulation.last:
            continue
        if status_of(sub) == "cancelled" and not simulation.reading.ends_cancelled:
            continue
        if index not in tenant.firsts() and not simulation.reading.ends_repeated:
            continue
        licenses = holders_by_service(tenant, index)
        entries.append(
            {"subscription": sub["id"], "last_day": last.isoformat(), "licenses": licenses}
        )
    return sorted(entries, key=order_of("last_day"))


def holders_by_service(tenant: Tenant, index: int) -> dict[str, int]:
    """Count the holders of each service that has any.

    Assignments refer to the first entry with an id, so later entries have no holders.
    """
    if index not in tenant.firsts():
        return {}
    id = tenant.subs[index]["id"]
    services = {
        tenant.seat_of(user, one)
        for user, assignments in enumerate(tenant.assignments)
        for one in assignments
        if one.subscription == id
    }
    return {
        service: len(tenant.holders(index, service))
        for service in sorted(one for one in services if one is not None)
    }


# The plan


def plan(value: Value, first: date, last: date, reading: Reading = DEFAULT) -> Value:
    return plan_of(value, Simulation(value, first, last, reading).run())


def plan_of(value: Value, simulation: Simulation) -> Value:
    untouched = Tenant(value, simulation.first)
    return {
        "moves": list_moves(simulation),
        "unplaced": list_unplaced(simulation),
        "seats": list_seats(value, simulation),
        "capacity": list_capacity(untouched, simulation.last),
        "shifts": list_shifts(untouched, simulation.last),
        "renewals": list_renewals(untouched, simulation.last),
        "ends": list_ends(value, simulation),
    }


def add_assignments(value: Value, additions: list[tuple[int, Assignment]]) -> Value:
    applied = copy.deepcopy(value)
    for user, assignment in additions:
        applied["users"][user].setdefault("assignments", []).append(assignment.value())
    return applied


def apply_simulation(value: Value, simulation: Simulation) -> Value:
    """Add the planned assignments to the planned entries of `users`, even if emails repeat."""
    return add_assignments(value, [(m.holding.user, m.target) for m in simulation.moves])


def apply_moves(value: Value, plan: Value) -> Value:
    """Add the assignments of the moves by email.

    If an email repeats, prefer the entry that is assigned to `from`.
    """
    applied = copy.deepcopy(value)
    for move in plan["moves"]:
        new = Assignment(move["to"], move["license"]).value()
        for email in move["users"]:
            user = entry_to_move(applied, email, move["from"], new)
            user.setdefault("assignments", []).append(copy.deepcopy(new))
    return applied


def entry_to_move(value: Value, email: str, source: str, new: Any) -> Value:
    entries: list[Value] = [user for user in value["users"] if user["email"] == email]
    without = [user for user in entries if new not in user.get("assignments", [])]
    fitting = [
        user
        for user in without
        if any(read_assignment(raw).subscription == source for raw in user.get("assignments", []))
    ]
    return (fitting + without + entries)[0]
