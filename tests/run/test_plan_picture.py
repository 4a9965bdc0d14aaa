"""The seat charts of a plan, compared with a count on every day."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings

from tests import plan_tenants
from tests.plan_tenants import FIRST, windows
from validator.findings.plan_picture import PlanPicture, SeatChart, SeatStep
from validator.findings.plan_report import TenantPlan
from validator.run.plan_picture import picture_of
from validator.schema.tenant_schema import tenant_of
from validator.tenant import terms
from validator.tenant.index import Index
from validator.tenant.model import Subscription, Tenant
from validator.tenant.plan import plan_of
from validator.tenant.runs import run_at
from validator.tenant.timeline import AssignmentKey, assignment_keys, key_of

Value = dict[str, Any]


def pictured(value: Value, first: date, last: date) -> tuple[Tenant, TenantPlan, PlanPicture]:
    tenant = tenant_of(value)
    plan = plan_of(tenant, first, last)
    return tenant, plan, picture_of(tenant, plan, first, last)


def at(chart: SeatChart, day: date) -> SeatStep:
    return [step for step in chart.steps if step.first <= day][-1]


def needed(tenant: Tenant, plan: TenantPlan, day: date) -> set[tuple[int, str, str | None]]:
    """Return the seats needed on a day: user, subscription, licence (None for either)."""
    index = Index(tenant)
    keys: set[tuple[int, AssignmentKey]] = set()
    for number, user in enumerate(tenant.users):
        works = terms.works(user)
        held = list(assignment_keys(user, index.subscriptions))
        held += [
            key_of(item.subscription, item.license, user_works=works)
            for item in plan.assignments
            if item.user == number and day > item.latest
        ]
        keys |= {(number, key) for key in held if run_at(index.timeline.serves(key), day)}
        for loss in plan.unplaced:
            if number in loss.entries and day >= loss.lost:
                keys.add((number, key_of(loss.source, loss.license, user_works=works)))
    found: set[tuple[int, str, str | None]] = set()
    for number, (id, license, works) in keys:
        listed = [
            name for name in terms.AGENT_LICENSES if name in index.subscriptions[id].entitlements
        ]
        if license in terms.AGENT_LICENSES:
            found.add((number, id, license))
        elif works:
            found.add((number, id, listed[0] if len(listed) == 1 else None))
    return found


def seats_on(tenant: Tenant, item: Subscription, license: str | None, day: date) -> int | None:
    timeline = Index(tenant).timeline
    if not item.has_entitlements:
        return None if run_at(timeline.active(item), day) else 0
    licenses = terms.AGENT_LICENSES if license is None else [license]
    return sum(timeline.quantity(item, name).at(day) for name in licenses)


def assert_is_picture(value: Value, first: date, last: date) -> None:
    tenant, plan, picture = pictured(value, first, last)
    by_id = Index(tenant).subscriptions
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    needs = {day: needed(tenant, plan, day) for day in days}
    places = {place[1:] for found in needs.values() for place in found}
    assert {(chart.subscription, chart.license) for chart in picture.seats} == places
    for day, found in needs.items():
        for chart in picture.seats:
            assert chart.subscription is not None
            item, step = by_id[chart.subscription], at(chart, day)
            people = {
                user
                for user, id, license in found
                if id == item.id and (chart.license is None or license == chart.license)
            }
            seats = seats_on(tenant, item, chart.license, day)
            assert (step.seats, step.people) == (seats, len(people)), (chart, day)
            if seats is None or (item.type == "concurrent" and seats):
                assert step.missing == 0
            else:
                assert step.missing == max(0, len(people) - seats)
        for chart in picture.totals:
            named = {
                id for id, item in by_id.items() if item.type == "named" and item.has_entitlements
            }
            people = {
                user
                for user, id, license in found
                if id in named and chart.license in (None, license)
            }
            counts = [seats_on(tenant, by_id[id], chart.license, day) or 0 for id in named]
            step = at(chart, day)
            assert (step.seats, step.people) == (sum(counts), len(people)), (chart, day)


@given(plan_tenants.tenants(), windows())
@settings(max_examples=100, deadline=None)
def test_the_chart_has_the_seats_and_users_of_each_day(
    value: Value, window: tuple[date, date]
) -> None:
    assert_is_picture(value, *window)


def test_the_chart_of_a_large_tenant_has_the_seats_and_users_of_each_day() -> None:
    for seed in range(3):
        assert_is_picture(plan_tenants.random_large(seed), FIRST, FIRST + timedelta(60))


def tenant(*users: str, subscriptions: list[Value]) -> Value:
    return {
        "version": 1,
        "tenant": {"id": "t", "name": "T"},
        "subscriptions": subscriptions,
        "users": [
            {"email": f"{user}@x.example", "roles": ["agent"], "assignments": [{"subscription": "A", "license": "premium-agent"}]}
            for user in users
        ],
    }  # fmt: skip


def test_users_move_between_seats_or_are_missing_one() -> None:
    seats = {"premium-agent": 2}
    value = tenant(
        "ada", "tom", "eve",
        subscriptions=[
            {"id": "A", "type": "named", "start": "2026-01-01", "end": "2026-05-31", "entitlements": {"premium-agent": 3}},
            {"id": "B", "type": "named", "start": "2026-05-20", "end": "2027-05-31", "entitlements": seats},
        ],
    )  # fmt: skip
    _, _, picture = pictured(value, date(2026, 5, 15), date(2026, 7, 1))
    assert picture.rows == {"A": 0, "B": 1}
    (total,) = picture.totals
    june = date(2026, 6, 1)
    assert total.steps == (
        SeatStep(date(2026, 5, 15), 3, 3, 0),
        SeatStep(date(2026, 5, 20), 5, 3, 0),
        SeatStep(june, 2, 3, 1),
    )
    first, second = picture.seats
    assert first.steps == (SeatStep(date(2026, 5, 15), 3, 3, 0), SeatStep(june, 0, 1, 1))
    assert second.steps[-1] == SeatStep(june, 2, 2, 0)
    assert (first.is_short, second.is_short) == (True, False)


def test_each_entry_of_an_address_misses_its_own_seat() -> None:
    value = tenant(
        "ada", "ada",
        subscriptions=[
            {"id": id, "type": "named", "start": "2026-01-01", "end": "2026-05-20", "entitlements": {"premium-agent": 1}}
            for id in ("A", "B")
        ],
    )  # fmt: skip
    value["users"][1]["assignments"][0]["subscription"] = "B"
    _, _, picture = pictured(value, date(2026, 5, 15), date(2026, 5, 31))
    for chart in picture.seats:
        assert chart.steps == (
            SeatStep(date(2026, 5, 15), 1, 1, 0),
            SeatStep(date(2026, 5, 21), 0, 1, 1),
        )


def test_subscriptions_without_a_day_in_the_window_are_counted() -> None:
    value = tenant(subscriptions=[
        {"id": "A", "type": "named", "start": "2026-08-01"},
        {"id": "B", "type": "named", "start": "2025-01-01", "end": "2025-12-31"},
    ])  # fmt: skip
    _, _, picture = pictured(value, date(2026, 5, 15), date(2026, 7, 1))
    assert (picture.bars, picture.rows, picture.outside, picture.seats) == ((), {}, 2, ())
