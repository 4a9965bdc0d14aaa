"""The plan of a tenant, compared with a day-by-day simulation."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import plan_reference, plan_tenants
from tests.plan_tenants import DAYS, FIRST, LAST, TANGLED, random_large, windows
from validator.findings.plan_report import Move, PlannedTenant, PlanReport, TenantPlan
from validator.reporters.plan.json import render
from validator.schema.tenant_schema import tenant_of
from validator.tenant.index import Index
from validator.tenant.plan import plan_of
from validator.tenant.runs import run_in_any

Value = dict[str, Any]

plans = st.tuples(plan_tenants.tenants(), windows())
tangled_plans = st.tuples(plan_tenants.tenants(TANGLED), windows())


def planned(value: Value, first: date = FIRST, last: date = LAST) -> TenantPlan:
    return plan_of(tenant_of(value), first, last)


def as_json(plan: TenantPlan) -> Value:
    """Return the lists of a plan in the format `json`."""
    report = PlanReport(FIRST, LAST, (PlannedTenant("file", 0, "id", "name", plan),))
    [entry] = json.loads(render(report))["tenants"]
    return {name: part for name, part in entry.items() if isinstance(part, list)}


@given(plans)
@settings(max_examples=200, deadline=None)
def test_plans_are_those_of_the_reference(plan: tuple[Value, tuple[date, date]]) -> None:
    value, window = plan
    assert as_json(planned(value, *window)) == plan_reference.plan(value, *window)


@given(tangled_plans)
@settings(max_examples=200, deadline=None)
def test_tangled_plans_are_those_of_the_reference(
    plan: tuple[Value, tuple[date, date]],
) -> None:
    value, window = plan
    assert as_json(planned(value, *window)) == plan_reference.plan(value, *window)


@pytest.mark.parametrize("seed", range(60))
def test_large_plans_are_those_of_the_reference(seed: int) -> None:
    value = random_large(seed)
    last = LAST if seed % 2 else FIRST + timedelta(DAYS * 3)
    assert as_json(planned(value, FIRST, last)) == plan_reference.plan(value, FIRST, last)


@given(plan_tenants.tenants())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_second_plan_has_no_moves(value: Value) -> None:
    assert_moves_are_enough(value)


@pytest.mark.parametrize("seed", range(100, 300))
def test_a_second_plan_for_a_large_tenant_has_no_moves(seed: int) -> None:
    assert_moves_are_enough(random_large(seed))


def assert_moves_are_enough(value: Value) -> None:
    """Assert that a second plan has no moves, and that covered users stay covered."""
    for number, user in enumerate(value["users"]):
        user["email"] = f"user{number}@x.example"  # moves identify users by e-mail address
    plan = planned(value)
    moved = plan_reference.apply_moves(value, as_json(plan))
    again = planned(moved)
    assert [move for move in again.moves if not is_interim(move, plan)] == []
    assert len(again.unplaced) <= len(plan.unplaced) or any(
        is_interim(move, plan) for move in again.moves
    )
    unplaced = {email for item in plan.unplaced for email in item.users}
    before, after = tenant_of(value), tenant_of(moved)
    now, later = Index(before).timeline, Index(after).timeline
    for user, assigned in zip(before.users, after.users, strict=True):
        if (
            user.email not in unplaced
            and run_in_any(now.covers(user), FIRST, now.unions) is not None
        ):
            run = run_in_any(later.covers(assigned), FIRST, later.unions)
            assert run is not None
            assert run[1] >= LAST


def is_interim(move: Move, plan: TenantPlan) -> bool:
    """Whether a move is for premium-agent, which was planned for a later day.

    A supervisor with standard-agent is moved to premium-agent in a subscription that also serves on
    some days before the move. With the new assignment, those days are a holding that ends.
    """
    return move.license == "premium-agent" and all(
        any(
            email in other.users
            and other.target == move.source
            and other.license == move.license
            and other.latest > move.latest
            for other in plan.moves
        )
        for email in move.users
    )


# Examples


def subscription(id: str, start: str, end: str | None = None, **more: object) -> Value:
    value: Value = {"id": id, "type": "named", "start": start}
    if end is not None:
        value["end"] = end
    return value | {"entitlements": {"premium-agent": 2}} | more


def agent(email: str, *assignments: object, **more: object) -> Value:
    return {"email": email, "roles": ["agent"], "assignments": list(assignments)} | more


def document(subscriptions: list[Value], *users: Value, **more: object) -> Value:
    tenant = {"id": "t", "name": "T"}
    return {
        "version": 1,
        "tenant": tenant,
        "subscriptions": subscriptions,
        "users": [*users],
    } | more


PREMIUM = {"subscription": "Sub1", "license": "premium-agent"}


def test_a_renewal_on_the_next_day_has_no_overlap() -> None:
    subscriptions = [
        subscription("Sub1", "2025-06-01", "2026-05-31"),
        subscription("Sub2", "2026-06-01"),
    ]
    plan = planned(document(subscriptions, agent("a@x.example", PREMIUM)))
    [move] = plan.moves
    assert move == Move(
        "Sub1", "Sub2", "premium-agent", date(2026, 6, 1), date(2026, 5, 31), ("a@x.example",)
    )


def test_short_subscriptions_are_a_chain_of_moves() -> None:
    subscriptions = [
        subscription("Sub1", "2025-06-01", "2026-05-31"),
        subscription("Sub2", "2026-05-20", "2026-06-30"),
        subscription("Sub3", "2026-06-25", "2026-07-31"),
    ]
    plan = planned(document(subscriptions, agent("a@x.example", PREMIUM)))
    assert [(move.source, move.target) for move in plan.moves] == [
        ("Sub1", "Sub2"), ("Sub2", "Sub3")
    ]  # fmt: skip
    [lost] = plan.unplaced
    assert (lost.source, lost.lost, lost.reason) == ("Sub3", date(2026, 8, 1), "no-subscription")


def test_idle_users_are_placed_last() -> None:
    subscriptions = [
        subscription("Sub1", "2025-06-01", "2026-05-31", entitlements={"premium-agent": 9}),
        subscription("Sub2", "2026-05-01"),
    ]
    users = [
        agent("idle@x.example", PREMIUM, status="inactive"),
        agent("a@x.example", PREMIUM),
        agent("admin@x.example", PREMIUM, roles=["agent", "administrator"]),
        agent("chief@x.example", PREMIUM, roles=["supervisor"]),
    ]
    plan = planned(document(subscriptions, *users))
    assert plan.moves[0].users == ("admin@x.example", "chief@x.example")
    [lost] = plan.unplaced
    assert lost.users == ("idle@x.example", "a@x.example")
    assert (lost.reason, lost.idle_holders) == ("no-seats", 0)


def test_a_supervisor_is_moved_to_premium() -> None:
    standard = {"subscription": "Sub1", "license": "standard-agent"}
    both = {"premium-agent": 1, "standard-agent": 1}
    subscriptions = [
        subscription("Sub1", "2025-06-01", "2026-05-31", entitlements=both),
        subscription("Sub2", "2026-05-01", entitlements=both),
    ]
    users = [agent(f"{name}@x.example", standard, roles=["supervisor"]) for name in "abc"]
    plan = planned(document(subscriptions, *users))
    assert [(move.license, move.users) for move in plan.moves] == [
        ("premium-agent", ("a@x.example",)),
        ("standard-agent", ("b@x.example",)),
    ]
    assert [item.users for item in plan.unplaced] == [("c@x.example",)]


def test_the_department_decides_between_lasting_subscriptions() -> None:
    subscriptions = [
        subscription("Sub1", "2025-06-01", "2026-05-31", department="Care"),
        subscription("Sub2", "2026-05-01", department="Sales"),
        subscription("Sub3", "2026-05-01", department="Care"),
        subscription("Sub4", "2026-05-01", department="Sales", status="trial"),
    ]
    users = [
        agent("a@x.example", PREMIUM),
        agent("b@x.example", PREMIUM, department="Sales"),
        agent("c@x.example", PREMIUM, department="Sales"),
        agent("d@x.example", PREMIUM, department="Sales"),
        agent("e@x.example", PREMIUM, department="Sales"),
    ]
    plan = planned(document(subscriptions, *users))
    targets = {email: move.target for move in plan.moves for email in move.users}
    assert targets == {
        "a@x.example": "Sub3",
        "b@x.example": "Sub2",
        "c@x.example": "Sub2",
        "d@x.example": "Sub3",
        "e@x.example": "Sub4",
    }


def test_the_department_decides_if_a_target_ends_on_the_last_day_of_the_window() -> None:
    def target(last: date) -> str:
        subscriptions = [
            subscription("Sub1", "2025-06-01", "2026-05-31", department="Care"),
            subscription("Sub2", "2026-05-01", department="Sales"),
            subscription("Sub3", "2026-05-01", last.isoformat(), department="Care"),
        ]
        [first, *_] = planned(document(subscriptions, agent("a@x.example", PREMIUM))).moves
        return first.target

    assert [target(LAST - timedelta(1)), target(LAST)] == ["Sub2", "Sub3"]


def test_use_is_an_exact_number() -> None:
    subscriptions = [subscription("Sub1", "2025-06-01", "2026-05-31")]
    usage = [
        {"month": "2026-04", "service": "premium-agent", "subscription": "Sub1", "quantity": part}
        for part in (0.1, 0.2)
    ]
    plan = planned(document(subscriptions, usage=usage))
    [shortage] = as_json(plan)["capacity"]
    assert (shortage["used"], shortage["overage"], shortage["bearer"]) == (0.3, 0.3, None)


def test_the_window_may_reach_the_end_of_the_calendar() -> None:
    subscriptions = [subscription("Sub1", "2025-06-01", "9999-12-30")]
    value = document(subscriptions, agent("a@x.example", PREMIUM))
    plan = planned(value, FIRST, date.max)
    [lost] = plan.unplaced
    assert lost.lost == date.max


def test_the_last_month_of_the_calendar_is_listed_once() -> None:
    usage = [{"month": "9999-10", "service": "ivr-port", "subscription": "A", "quantity": 4}]
    entitlements = {"ivr-port": 5}
    first = subscription("A", "9999-01-01", "9999-11-30", entitlements=entitlements)
    value = document([first], usage=usage)
    for begin, months in ((date(9999, 10, 15), ["9999-12"]), (date(9999, 12, 1), [])):
        plan = planned(value, begin, date.max)
        assert [shortage.month for shortage in plan.capacity] == months


def test_the_last_day_of_the_calendar_ends_nothing() -> None:
    for end in ("9999-12-30", "9999-12-31"):
        value = document([{**subscription("A", "9999-01-01", end), "grace_days": 1}])
        assert planned(value, date(9999, 12, 15), date.max).ends == ()
