"""An answer about a tenant on a day is unchanged before the until day that the clock returns."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests import tenants
from validator.schema.tenant_schema import tenant_of
from validator.tenant.clock import Clock
from validator.tenant.model import Tenant
from validator.tenant.tenant_on import TenantOn

Value = dict[str, Any]
Question = Callable[[TenantOn], Any]

SERVICES = ["premium-agent", "ai-agent", "ivr-outbound-campaign"]
MONTHS = ["2026-02", "2026-03", "2026-04", "2027-02"]


def of_subscriptions(ask: Callable[[TenantOn, Any], Any]) -> Question:
    return lambda view: [ask(view, item) for item in view.subscriptions]


def of_services(ask: Callable[[TenantOn, Any, str], Any]) -> Question:
    return lambda view: [
        ask(view, item, service) for item in view.subscriptions for service in item.entitlements
    ]


def of_users(ask: Callable[[TenantOn, Any], Any]) -> Question:
    return lambda view: [ask(view, user) for user in view.users]


def is_soon(view: TenantOn) -> Iterator[bool]:
    for item in view.subscriptions:
        yield view.is_soon(item.start)
        yield item.end is not None and view.is_soon(item.end)


def endings(view: TenantOn) -> list[object]:
    return [
        until is not None and view.is_ending(until)
        for until in (view.covered_until, *map(view.user_covered_until, view.users))
    ]


QUESTIONS: dict[str, Question] = {
    "live": lambda view: view.live,
    "active": lambda view: view.active,
    "first_live": lambda view: view.first_live,
    "primary": lambda view: view.primary,
    "next_primary": lambda view: view.next_primary,
    "bearer": lambda view: [view.bearer(service) for service in SERVICES],
    "next_bearer": lambda view: [view.next_bearer(service) for service in SERVICES],
    "covered_until": lambda view: view.covered_until,
    "telephony_option": lambda view: view.telephony_option,
    "is_active": of_subscriptions(TenantOn.is_active),
    "is_past": of_subscriptions(TenantOn.is_past),
    "is_expiring": of_subscriptions(TenantOn.is_expiring),
    "has_started": of_subscriptions(TenantOn.has_started),
    "renewal_decision": of_subscriptions(TenantOn.renewal_decision),
    "is_soon": lambda view: [*is_soon(view)],
    "is_ending": endings,
    "has": of_services(TenantOn.has),
    "quantity": of_services(TenantOn.quantity),
    "largest_quantity": of_services(TenantOn.largest_quantity),
    "has_run_out": of_services(TenantOn.has_run_out),
    "user_covered_until": of_users(TenantOn.user_covered_until),
    "license_covered_until": of_users(
        lambda view, user: view.license_covered_until(user, "premium-agent")
    ),
    "ending_users": lambda view: view.ending_users,
    "serves": of_users(lambda view, user: [view.serves(user, item) for item in user.assignments]),
    "is_idle": of_users(TenantOn.is_idle),
    "administrators_with_access": lambda view: view.administrators_with_access,
    "administrators_covered_until": lambda view: view.administrators_covered_until,
    "months.is_future": lambda view: [view.months.is_future(month) for month in MONTHS],
    "months.is_unknown": lambda view: [view.months.is_unknown(month) for month in MONTHS],
    "months.primary_ids": lambda view: [view.months.primary_ids(month) for month in MONTHS],
    "months.use": lambda view: view.months.use,
    "months.drops": lambda view: view.months.drops,
    "handover.too_small": lambda view: view.handover.too_small,
    "handover.endings": lambda view: view.handover.endings("premium-agent"),
    "in_shift_window": of_subscriptions(lambda view, item: view.is_in_shift_window(item.start)),
}
"""The questions of policies. An answer that is a day must not change before the until day either."""

WORDS: dict[str, Question] = {
    "day": lambda view: view.day,
    "state": of_subscriptions(TenantOn.state),
    "next_to_start": lambda view: view.next_to_start,
    "advice.for_user": of_users(lambda view, user: view.advice.for_user(user)),
    "advice.for_supervisor": of_users(lambda view, user: view.advice.for_supervisor(user)),
    "advice.for_first": lambda view: view.advice.for_first(view.users),
}
"""Values that only messages use; they must be unchanged if messages are compared verbatim."""


def answer_of(tenant: Tenant, question: Question, day: date, horizon: int) -> object:
    return question(TenantOn(tenant, day, horizon))


def assert_holds(
    value: Value, question: Question, day: date, horizon: int, *, verbatim: bool
) -> None:
    """Ask for an answer and its until day, and compare the answers on all days before it."""
    tenant = tenant_of(value)
    clock = Clock(day, ahead=True, verbatim=verbatim)
    view = TenantOn(tenant, day, horizon, clock=clock)
    answer, until = clock.measure(question, view)
    assert until > day
    assert answer == answer_of(tenant, question, day, horizon), "the clock changes the answer"
    for number in range(1, min(150, (until - day).days)):
        later = day + timedelta(number)
        assert answer_of(tenant, question, later, horizon) == answer, later


often = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_an_answer_is_unchanged_before_its_until_day(question: Question) -> None:
    @often
    @given(tenants.tenants(), tenants.todays, tenants.horizons)
    def ask(value: Value, day: date, horizon: int) -> None:
        assert_holds(value, question, day, horizon, verbatim=False)

    ask()


@pytest.mark.parametrize("question", WORDS.values(), ids=WORDS)
def test_a_message_is_unchanged_before_its_until_day(question: Question) -> None:
    @often
    @given(tenants.tenants(), tenants.todays, tenants.horizons)
    def ask(value: Value, day: date, horizon: int) -> None:
        assert_holds(value, question, day, horizon, verbatim=True)

    ask()


# A supervisor without premium-agent needs a seat on each day.
LACKING: Value = {
    "version": 1,
    "tenant": {"id": "t", "name": "T"},
    "subscriptions": [
        {
            "id": f"Sub{number}",
            "type": "named",
            "start": "2025-06-01",
            "entitlements": {license: 1},
            **({"end": "2026-02-28"} if number == 2 else {}),
        }
        for number, license in enumerate(("standard-agent", "premium-agent", "premium-agent"))
    ],
    "users": [{"email": "ada@x.example", "roles": ["supervisor"], "assignments": ["Sub0"]}],
}


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@example(LACKING, date(2026, 2, 28), 30, [1])
@given(
    tenants.tenants(),
    tenants.todays,
    tenants.horizons,
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
)
def test_values_from_an_earlier_day_are_right_on_a_later_one(
    value: Value, day: date, horizon: int, steps: list[int]
) -> None:
    # Each day reuses values of the previous day, as a forecast does.
    tenant = tenant_of(value)
    before: TenantOn | None = None
    for step in (0, *steps):
        day += timedelta(step)
        clock = Clock(day, ahead=True)
        before = TenantOn(tenant, day, horizon, clock=clock, before=before)
        for name, question in {**QUESTIONS, **WORDS}.items():
            assert question(before) == answer_of(tenant, question, day, horizon), name
