"""Tenants whose plans have entries of every kind, drawn by hypothesis or by `Random`.

`make_tenant` makes its choices through a `Pick`: `DrawPick` shrinks well, `RandomPick` makes larger
tenants quickly.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

Value = dict[str, Any]
T = TypeVar("T")

FIRST = date(2026, 5, 15)
DAYS = 120
LAST = FIRST + timedelta(days=DAYS - 1)

# Days close to the bounds of the window, as offsets from its first day.
NEAR = [0, 1, 2, 5, 10, 16, 17, 29, 30, 31, 46, 47, 60, 61, 89, 90, 108, 109, 118, 119, 120, 121]
PAST = [-1, -2, -14, -15, -30, -90, -91, -200, -365]
FAR = [130, 150, 200, 365, 500]

DEPARTMENTS = ["Care", "Sales", "", "Ünit"]
WFO = ["wfo-quality-management", "wfo-workforce-management", "wfo-analytics"]
SENIORITY = ["ai-agent", "ai-assistant", "ivr-outbound-campaign"]
OTHERS = ["ivr-port", "webex-connect", "pstn-inbound-toll", "pstn-toll-free"]
AGENTS = ["standard-agent", "premium-agent"]
SERVICES = AGENTS + WFO + SENIORITY + OTHERS
ROLES = [
    ["agent"],
    ["supervisor"],
    ["administrator"],
    ["agent", "supervisor"],
    ["administrator", "agent"],
    ["administrator", "supervisor"],
    ["read-only-administrator"],
    ["read-only-administrator", "agent"],
]


class Pick(Protocol):
    def choice(self, options: Sequence[T]) -> T: ...

    def integer(self, low: int, high: int) -> int: ...

    def chance(self, percent: int) -> bool: ...


@dataclass
class RandomPick:
    random: random.Random

    def choice(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def integer(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def chance(self, percent: int) -> bool:
        return self.random.random() * 100 < percent


@dataclass
class DrawPick:
    draw: Any

    def choice(self, options: Sequence[T]) -> T:
        choice: T = self.draw(st.sampled_from(options))
        return choice

    def integer(self, low: int, high: int) -> int:
        number: int = self.draw(st.integers(low, high))
        return number

    def chance(self, percent: int) -> bool:
        number: int = self.draw(st.integers(0, 99))
        return number >= 100 - percent


@dataclass(frozen=True)
class Size:
    users: tuple[int, int]
    subscriptions: tuple[int, int]
    seats: int  # the largest quantity of a line
    tangled: bool = False  # more assignments per user, lapses and ramps, to stress the invariants
    first: date = FIRST


def day(size: Size, offset: int) -> str:
    return (size.first + timedelta(days=offset)).isoformat()


# Subscriptions


def make_subscriptions(pick: Pick, size: Size) -> list[Value]:
    count = pick.integer(*size.subscriptions)
    one_type = pick.choice(["named", "named", "concurrent", None])
    subs: list[Value] = []
    terms = pick.choice([make_handover, make_handover, make_chain, make_terms])(pick, count)
    for number, (start, end) in enumerate(terms):
        sub = make_subscription(pick, size, number, start, end, one_type)
        if not pick.chance(12):
            services = list(subs[-1].get("entitlements", {})) if subs and pick.chance(60) else []
            sub["entitlements"] = make_entitlements(pick, size, start, end, services)
        if subs and pick.chance(4):
            sub["id"] = pick.choice(subs)["id"]
        subs.append(sub)
    if pick.chance(25):
        subs.reverse()
    return subs


def make_chain(pick: Pick, count: int) -> list[tuple[int, int | None]]:
    """Short consecutive terms: adjacent, overlapping, or with a gap between them."""
    terms: list[tuple[int, int | None]] = []
    start = pick.choice([-100, -30, -1, 0])
    end = pick.choice([0, 1, 5, 16, 30, 60])
    for _ in range(count):
        terms.append((start, end))
        start = end + pick.choice([1, 1, 1, 0, -5, -20, 2])
        end = max(start, end) + pick.choice([5, 14, 20, 30, 60, 300])
    if pick.chance(30):
        terms[-1] = (terms[-1][0], None)
    return terms


def make_handover(pick: Pick, count: int) -> list[tuple[int, int | None]]:
    """One or two terms that end around the window, and others that begin near their ends."""
    terms: list[tuple[int, int | None]] = []
    ending = 1 if count <= 2 else 2
    for number in range(count):
        if number < ending:
            terms.append((pick.choice(PAST), pick.choice(NEAR[:20])))
        else:
            after = (terms[pick.integer(0, ending - 1)][1] or 0) + 1
            start = pick.choice([after, after, after - 1, after - 10, after + 1, *PAST])
            terms.append((start, start + pick.choice([120, 200, 400, 500, 30])))
    return terms


def make_terms(pick: Pick, count: int) -> list[tuple[int, int | None]]:
    terms: list[tuple[int, int | None]] = []
    for _ in range(count):
        start = pick.choice(PAST if pick.chance(65) else NEAR)
        if pick.chance(15):
            terms.append((start, None))
        else:
            end = pick.choice(NEAR if pick.chance(75) else FAR)
            terms.append((start, max(start, end)))
    return terms


def make_subscription(
    pick: Pick, size: Size, number: int, start: int, end: int | None, one_type: str | None
) -> Value:
    sub: Value = {
        "id": f"Sub{number + 1}",
        "type": one_type or pick.choice(["named", "concurrent"]),
        "offer": "flex-3",
        "start": day(size, start),
    }
    if end is not None:
        sub["end"] = day(size, end)
        add_renewal(pick, sub)
    if pick.chance(22):
        sub["status"] = pick.choice(["trial", "trial", "active", "pending", "suspended"])
    elif pick.chance(5):
        sub["status"] = "cancelled"
    if pick.chance(45):
        sub["department"] = pick.choice(DEPARTMENTS)
    if pick.chance(10):
        sub["primary"] = pick.chance(70)
    if pick.chance(50 if size.tangled else 15):
        sub["lapses"] = make_lapses(pick, size, start)
    return sub


def add_renewal(pick: Pick, sub: Value) -> None:
    if pick.chance(12):
        sub["auto_renew"] = True
    elif pick.chance(5):
        sub["auto_renew"] = False
    if pick.chance(15):
        sub["grace_days"] = pick.choice([0, 1, 7, 30])
    if pick.chance(20):
        sub["term_months"] = pick.choice([1, 2, 3, 12, 36])
    if pick.chance(20):
        sub["notice_days"] = pick.choice([0, 1, 14, 60, 90, 400])


def make_lapses(pick: Pick, size: Size, start: int) -> list[Value]:
    lapses = []
    for _ in range(pick.integer(1, 2)):
        since = pick.choice([*NEAR, -3, start, start + 5])
        until = since + pick.choice([0, 1, 4, 13, 30, -1])
        lapses.append({"from": day(size, since), "until": day(size, until)})
    return lapses


def make_entitlements(
    pick: Pick, size: Size, start: int, end: int | None, services: list[str]
) -> Value:
    """Draw entitlements for the given services, or for others if none is given."""
    kind = pick.integer(0, 9)
    if services:
        pass
    elif kind <= 4:
        services = list(AGENTS)
    elif kind <= 8:
        services = [pick.choice(AGENTS)]
    if pick.chance(40):
        services.append(pick.choice(WFO[:2] if pick.chance(80) else WFO))
    if pick.chance(30):
        services.append(pick.choice(SENIORITY))
    if pick.chance(12):
        services.append(pick.choice(OTHERS))
    return {service: make_entry(pick, size, start, end) for service in dict.fromkeys(services)}


def make_entry(pick: Pick, size: Size, start: int, end: int | None) -> Any:
    kind = pick.integer(4 if size.tangled else 0, 11)
    if kind <= 5:
        return quantity(pick, size)
    if kind == 6:
        return {"quantity": quantity(pick, size)}
    if kind == 7:
        return {"quantity": quantity(pick, size), "until": day(size, pick.choice(NEAR))}
    if kind == 8:
        return {"quantity": quantity(pick, size), "since": day(size, pick.choice(NEAR + PAST))}
    if kind == 9:
        return make_ramp(pick, size)
    if kind == 10:
        return make_addition(pick, size)
    since = pick.choice([start, start - 10, start + 3])
    until = since + pick.choice([0, 10, 40, -2])
    line = {"quantity": quantity(pick, size), "since": day(size, since), "until": day(size, until)}
    return [line] if end is None or pick.chance(50) else line


def quantity(pick: Pick, size: Size) -> int:
    return 0 if pick.chance(8) else pick.integer(1, size.seats)


def make_ramp(pick: Pick, size: Size) -> list[Value]:
    """Draw two consecutive lines, adjacent or with a gap; the quantity may rise or fall."""
    turn = pick.choice(NEAR)
    after = turn + pick.choice([1, 1, 1, 3])
    return [
        {"quantity": quantity(pick, size), "until": day(size, turn)},
        {"quantity": quantity(pick, size), "since": day(size, after)},
    ]


def make_addition(pick: Pick, size: Size) -> list[Any]:
    """Draw a quantity and a seasonal addition that overlaps it."""
    since = pick.choice(NEAR)
    until = since + pick.choice([5, 20, 60])
    season = {
        "quantity": quantity(pick, size),
        "since": day(size, since),
        "until": day(size, until),
    }
    return [quantity(pick, size), season]


# Users


def make_users(pick: Pick, size: Size, subs: list[Value]) -> list[Value]:
    users: list[Value] = []
    for number in range(pick.integer(*size.users)):
        user = make_user(pick, size, number, subs)
        if users and pick.chance(4):
            email = pick.choice(users)["email"]
            user["email"] = email.upper() if pick.chance(40) else email
        users.append(user)
    return users


def make_user(pick: Pick, size: Size, number: int, subs: list[Value]) -> Value:
    roles = list(ROLES[0] if pick.chance(40) else pick.choice(ROLES))
    user: Value = {"email": f"u{number + 1}@x.example", "name": f"U{number + 1}", "roles": roles}
    if pick.chance(40):
        user["department"] = pick.choice(DEPARTMENTS)
    if pick.chance(8):
        user["status"] = pick.choice(["inactive", "inactive", "verified", "pending"])
    if pick.chance(20):
        user["last_access"] = day(size, pick.choice([-91, -90, -1, -400, 0]))
    if not pick.chance(5):
        count = pick.choice([2, 3, 4, 5] if size.tangled else [1, 1, 1, 2, 2, 3])
        user["assignments"] = [make_assignment(pick, subs) for _ in range(count)]
    return user


def make_assignment(pick: Pick, subs: list[Value]) -> Any:
    if not subs or pick.chance(4):
        return pick.choice(["Sub999", {"subscription": "Sub999", "license": "premium-agent"}])
    sub = pick.choice(subs[:2] if pick.chance(75) else subs)
    if pick.chance(30):
        return sub["id"]
    if pick.chance(3):
        return {"subscription": sub["id"]}
    listed = [name for name in sub.get("entitlements", {}) if name in AGENTS + WFO]
    agents = [name for name in listed if name in AGENTS]
    if agents and pick.chance(60):
        listed = agents
    licences = listed if listed and pick.chance(90) else AGENTS + WFO[:2]
    return {"subscription": sub["id"], "license": pick.choice(licences)}


# Usage and tenants


def make_usage(pick: Pick, size: Size, subs: list[Value]) -> list[Value]:
    listed = [name for sub in subs for name in sub.get("entitlements", {})]
    ids = [sub["id"] for sub in subs] + ["Sub999"]
    rows = []
    for _ in range(pick.choice([0, 0, 2, 4, 8])):
        row: Value = {
            "month": month(size, pick.choice([0, -1, -1, -2, -11, -12, -13, 1, 2])),
            "service": pick.choice(listed) if listed and pick.chance(85) else pick.choice(SERVICES),
            "quantity": pick.choice([1, 2, 3, 0, 0.5, 2.25, 5, 10, 40]),
        }
        if not pick.chance(40):
            row["subscription"] = pick.choice(ids)
        rows.append(row)
    return rows


def month(size: Size, offset: int) -> str:
    year, month0 = divmod(size.first.year * 12 + size.first.month - 1 + offset, 12)
    return f"{year:04d}-{month0 + 1:02d}"


def make_tenant(pick: Pick, size: Size) -> Value:
    subs = make_subscriptions(pick, size)
    return {
        "version": 1,
        "tenant": {"id": "tenant-1", "name": "Planned"},
        "subscriptions": subs,
        "users": make_users(pick, size, subs),
        "usage": make_usage(pick, size, subs),
    }


SMALL = Size(users=(1, 6), subscriptions=(1, 5), seats=3)
TANGLED = Size(users=(1, 4), subscriptions=(2, 6), seats=2, tangled=True)


@st.composite
def tenants(draw: st.DrawFn, size: Size = SMALL) -> Value:
    """Draw a small tenant; its window is FIRST..LAST."""
    return make_tenant(DrawPick(draw), size)


@st.composite
def windows(draw: st.DrawFn) -> tuple[date, date]:
    """Draw FIRST..LAST in most cases, otherwise a window within it, down to one day."""
    if draw(st.integers(0, 3)) < 3:
        return FIRST, LAST
    first = FIRST + timedelta(days=draw(st.sampled_from([0, 1, 16, 17, 18, 30])))
    return first, first + timedelta(days=draw(st.sampled_from([0, 1, 2, 17, 30, 59, 119])))


def random_small(seed: int) -> Value:
    return make_tenant(RandomPick(random.Random(seed)), SMALL)


def random_tangled(seed: int) -> Value:
    return make_tenant(RandomPick(random.Random(seed)), TANGLED)


def random_large(seed: int) -> Value:
    """Return a tenant with 5-40 users and 2-8 subscriptions.

    The largest quantity of a line is between a quarter of the users and all of them, at least 2.
    """
    source = random.Random(seed)
    users = source.randint(5, 40)
    seats = max(2, users // source.choice([1, 2, 3, 4]))
    size = Size(users=(users, users), subscriptions=(2, 8), seats=seats)
    return make_tenant(RandomPick(source), size)
