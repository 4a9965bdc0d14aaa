"""Each term of a tenant, compared with the day-by-day reference."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, note, settings
from hypothesis import strategies as st

from tests import reference, tenants
from validator.schema.tenant_schema import tenant_of
from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, day_after, plus_days, plus_months
from validator.tenant.model import Subscription, Tenant
from validator.tenant.months import bearer_in, primary_in, quantity_in, rows_by_month, use_of
from validator.tenant.runs import Runs, Stretch, Unions, run_at, run_in_any
from validator.tenant.tenant_on import TenantOn
from validator.tenant.timeline import access_keys, key_of

Value = dict[str, Any]
Pair = tuple[TenantOn, reference.Tenant]

BEFORE, AFTER = 45, 75
"""The number of days before and after today to compare."""
MONTHS = ["2025-08", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-08", "2027-02"]
SERVICES = sorted({*tenants.SERVICES})
NO_SERVICE = "wfo-quality-management"


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Draw a tenant on a day, for the program and for the reference."""
    value = draw(tenants.tenants())
    day, horizon = draw(tenants.todays), draw(tenants.horizons)
    note(f"{value} on {day}, horizon {horizon}")
    return TenantOn(tenant_of(value), day, horizon), reference.Tenant(value, day, horizon)


each_term = settings(max_examples=100, suppress_health_check=list(HealthCheck))


def days_around(today: date) -> list[date]:
    return [today + timedelta(number) for number in range(-BEFORE, AFTER)]


def held(runs: Runs, days: Iterable[date]) -> list[bool]:
    return [run_at(runs, day) is not None for day in days]


def held_in_any(parts: Sequence[Runs], days: Iterable[date]) -> list[bool]:
    return [run_in_any(parts, day, Unions()) is not None for day in days]


def leading(
    stretches: Sequence[Stretch[Subscription]], items: Sequence[Subscription], day: date
) -> int | None:
    """Return the index of the subscription whose stretch contains the day."""
    found = [items.index(one.item) for one in stretches if one.first <= day <= one.last]
    assert len(found) <= 1
    return found[0] if found else None


def within_window(view: TenantOn, until: date | None) -> date | None:
    """Return FOREVER for a run that lasts beyond the days that the reference tests."""
    if until is None:
        return None
    return FOREVER if until > plus_days(view.clock.day, view.expiring_within) else until


def index_of(items: Sequence[Any], item: object) -> int | None:
    return None if item is None else items.index(item)


# Subscriptions


@each_term
@given(pairs())
def test_active_days_are_those_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    days = days_around(view.clock.day)
    for i, item in enumerate(view.subscriptions):
        expected = [plain.active(i, day) for day in days]
        assert held(view.history.active(item), days) == expected
        assert held(view.timeline.active(item), days[BEFORE:]) == expected[BEFORE:]
        assert view.is_active(item) == expected[BEFORE]
    assert view.active == tuple(
        item for i, item in enumerate(view.subscriptions) if plain.active(i, view.clock.day)
    )


@each_term
@given(pairs())
def test_over_and_live_are_those_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    for i, item in enumerate(view.subscriptions):
        assert terms.is_over(item, view.clock.day) != plain.live(i)
        last = reference.last_day(plain.subs[i])
        assert view.last_day(item) == (FOREVER if last is None else last)
        assert view.is_past(item) == (last is not None and last < view.clock.day)
    assert view.live == tuple(item for i, item in enumerate(view.subscriptions) if plain.live(i))
    assert index_of(view.subscriptions, view.first_live) == plain.first(
        i for i in plain.all if plain.live(i)
    )


@each_term
@given(pairs(), st.lists(st.booleans(), min_size=4, max_size=4))
def test_the_first_subscription_is_that_of_the_reference(pair: Pair, chosen: list[bool]) -> None:
    view, plain = pair
    some = [i for i in plain.all if chosen[i]]
    first = terms.first(view.subscriptions[i] for i in some)
    assert index_of(view.subscriptions, first) == plain.first(some)


@each_term
@given(pairs())
def test_the_primary_of_each_day_is_that_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    items = view.subscriptions
    for day in days_around(view.clock.day):
        assert leading(view.history.primaries, items, day) == plain.primary(day)
    assert index_of(items, view.primary) == plain.primary(view.clock.day)
    assert shift(view.next_primary) == next_leader(plain, plain.primary)


@each_term
@given(pairs())
def test_the_telephony_option_is_that_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    option = view.telephony_option
    assert (option and option.value) == plain.option()
    assert (option and option.set_at.path) == plain.option_path()


@each_term
@given(pairs())
def test_cover_of_the_tenant_is_that_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    days = days_around(view.clock.day)[BEFORE:]
    assert held(view.timeline.tenant, days) == [plain.tenant_covered(day) for day in days]
    assert_covered_until(view, plain, view.covered_until, plain.tenant_covered)
    for i, item in enumerate(view.subscriptions):
        until = plain.covered_until(partial(plain.active, i))
        assert view.is_expiring(item) == plain.ends_soon(until)


def assert_covered_until(
    view: TenantOn, plain: reference.Tenant, until: date | None, holds: Any
) -> None:
    expected = plain.covered_until(holds)
    assert within_window(view, until) == expected
    assert (until is not None and view.is_ending(until)) == plain.ends_soon(expected)


def next_leader(plain: reference.Tenant, leader: Any) -> tuple[date, str] | None:
    """Return the first day in the window whose leader has another id than today's, and that id."""
    now = plain.id_of(leader(plain.today))
    for day in plain.window() if now is not None else []:
        then = plain.id_of(leader(day))
        if then is not None and then != now:
            return day, then
    return None


def shift(found: tuple[date, Subscription] | None) -> tuple[date, str] | None:
    return None if found is None else (found[0], found[1].id)


# Entitlements


def services_of(view: TenantOn) -> Iterator[tuple[int, Subscription, str]]:
    for i, item in enumerate(view.subscriptions):
        for service in (*item.entitlements, NO_SERVICE):
            yield i, item, service


@each_term
@given(pairs())
def test_lines_and_quantities_are_those_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    days = days_around(view.clock.day)
    for i, item, service in services_of(view):
        lines = item.entitlements[service].lines if service in item.entitlements else ()
        plain_lines = plain.lines(i, service)
        for line, expected in zip(lines, plain_lines, strict=True):
            assert line.quantity == expected.quantity
            assert line.path == f"/subscriptions/{i}/entitlements/{service}{expected.path}"
            assert held(view.history.line(item, line), days) == [
                expected.counts(day) and plain.active(i, day) for day in days
            ]
        has = [plain.has(i, service, day) for day in days]
        assert held(view.history.has(item, service), days) == has
        assert view.has(item, service) == has[BEFORE]
        quantities = [plain.quantity(i, service, day) for day in days]
        steps = view.history.quantity(item, service)
        assert [steps.at(day) for day in days] == quantities
        assert view.quantity(item, service) == quantities[BEFORE]
        until = view.until(view.timeline.has(item, service))
        assert within_window(view, until) == plain.service_until(i, service)


@each_term
@given(pairs())
def test_quantities_of_the_tenant_are_those_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    days = days_around(view.clock.day)
    for service in (*{name for _, _, name in services_of(view)}, NO_SERVICE):
        steps = view.history.total(service)
        assert [steps.at(day) for day in days] == [plain.tenant_quantity(service, d) for d in days]


@each_term
@given(pairs())
def test_the_bearer_of_each_day_is_that_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    for service in ("premium-agent", *reference.SENIORITY):
        bearers = view.history.bearers(service)
        for day in days_around(view.clock.day):
            assert leading(bearers, view.subscriptions, day) == plain.bearer(service, day)
        now = index_of(view.subscriptions, view.bearer(service))
        assert now == plain.bearer(service, view.clock.day)
        expected = next_leader(plain, partial(plain.bearer, service))
        assert shift(view.next_bearer(service)) == expected


@each_term
@given(pairs())
def test_the_largest_quantity_is_that_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    for i, item, service in services_of(view):
        if service in item.entitlements:
            expected = reference.largest_sum(plain.subs[i], service, plain.today)
            assert view.largest_quantity(item, service) == expected
            ended = [
                one.until is not None and one.until < plain.today for one in plain.lines(i, service)
            ]
            assert view.has_run_out(item, service) == all(ended)


# Usage


def fraction(number: Decimal) -> Fraction:
    return Fraction(str(number))


@each_term
@given(pairs())
def test_use_and_overage_are_those_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    for (month, service), rows in rows_by_month(view.usage).items():
        use = use_of(view.history, rows)
        assert [view.usage.index(row) for row in use.rows] == plain.rows_that_count(month, service)
        assert use.row is use.rows[0]
        assert fraction(use.used) == plain.use(month, service)
        assert use.entitled == plain.entitled(month, service)
        assert use.quantity.lowest == plain.lowest(month, service)
        assert fraction(use.overage) == plain.overage(month, service)
        bearer = plain.month_bearer(month, service) if use.overage > 0 else None
        assert index_of(view.subscriptions, use.bearer) == bearer
    assert [(use.row.month, use.row.service) for use in view.months.use] == [
        key for key in rows_by_month(view.usage) if not plain.in_future(key[0])
    ]


@each_term
@given(pairs(), st.sampled_from(MONTHS))
def test_months_are_those_of_the_reference(pair: Pair, month: str) -> None:
    view, plain = pair
    items = view.subscriptions
    assert view.months.is_future(month) == plain.in_future(month)
    assert view.months.is_unknown(month) == plain.unknown_entitlements(month)
    assert index_of(items, primary_in(view.history, month)) == plain.month_primary(month)
    primaries = {plain.primary_id(day) for day in reference.days_of(month)}
    assert {*view.months.primary_ids(month)} == primaries - {None}
    for service in SERVICES:
        quantity = quantity_in(view.history, service, month)
        assert quantity.entitled == plain.entitled(month, service)
        assert quantity.lowest == plain.lowest(month, service)
        assert quantity.on == max(
            day
            for day in reference.days_of(month)
            if plain.tenant_quantity(service, day) == quantity.entitled
        )
        bearer = index_of(items, bearer_in(view.history, service, month))
        assert bearer == plain.month_bearer(month, service)
    for i, item in enumerate(items):
        within = [reference.within_term(plain.subs[i], day) for day in reference.days_of(month)]
        assert view.months.is_outside_term(item, month) != any(within)


# Users


@each_term
@given(pairs())
def test_serves_and_gives_are_those_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    days = days_around(view.clock.day)[BEFORE:]
    for u, user in enumerate(view.users):
        assert terms.works(user) == plain.works(u)
        for k, assignment in enumerate(user.assignments):
            key = key_of(assignment.subscription, assignment.license, user_works=terms.works(user))
            expected = [plain.serves(u, k, day) for day in days]
            assert held(view.timeline.serves(key), days) == expected
            assert view.serves(user, assignment) == expected[0]
            for license in (*terms.AGENT_LICENSES, "wfo-analytics"):
                assert held(view.timeline.gives(key, license), days) == [
                    plain.gives(u, k, license, day) for day in days
                ]
        assert view.is_served(user) == plain.any_serves(u, days[0])


@each_term
@given(pairs())
def test_access_and_cover_are_those_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    days = days_around(view.clock.day)[BEFORE:]
    for u, user in enumerate(view.users):
        access = {
            key_of(
                user.assignments[k].subscription,
                user.assignments[k].license,
                user_works=plain.works(u),
            )
            for k in plain.access_assignments(u)
        }
        assert {*access_keys(user, view.index.subscriptions)} == access
        assert held_in_any(view.timeline.covers(user), days) == [
            plain.covered(u, day) for day in days
        ]
        assert_covered_until(view, plain, view.user_covered_until(user), partial(plain.covered, u))
    ending = {view.users.index(user) for user, _ in view.ending_users}
    assert ending == {
        u for u in range(len(view.users)) if plain.ends_soon(plain.user_until(u))
    }  # fmt: skip


@each_term
@given(pairs())
def test_cover_of_a_licence_is_that_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    days = days_around(view.clock.day)[BEFORE:]
    for u, user in enumerate(view.users):
        for license in ("premium-agent", "standard-agent", "ai-agent", NO_SERVICE):
            assert held_in_any(view.timeline.license_covers(user, license), days) == [
                plain.licence_covered(u, license, day) for day in days
            ]
            until = view.license_covered_until(user, license)
            assert within_window(view, until) == plain.licence_until(u, license)


@each_term
@given(pairs())
def test_seats_and_holders_are_those_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    for u, user in enumerate(view.users):
        for k, assignment in enumerate(user.assignments):
            item = view.subscription(assignment.subscription)
            if item is None:
                assert plain.seat(u, k) is None
                continue
            service = terms.seat_of(assignment, item, user_works=terms.works(user))
            seat = None if service is None else (view.subscriptions.index(item), service)
            assert plain.seat(u, k) == seat
    for item in view.distinct_subscriptions:
        for service in (*SERVICES, NO_SERVICE):
            expected = plain.holders(view.subscriptions.index(item), service)
            assert view.holders(item, service) == expected


@each_term
@given(pairs())
def test_idle_users_and_administrators_are_those_of_the_reference(pair: Pair) -> None:
    view, plain = pair
    assert [view.is_idle(user) for user in view.users] == [
        plain.idle(u) for u in range(len(view.users))
    ]
    assert [view.users.index(user) for user in view.administrators] == plain.administrators()
    covered = [u for u in plain.administrators() if plain.covered(u, plain.today)]
    assert [view.users.index(user) for user in view.administrators_with_access] == covered
    assert_covered_until(
        view, plain, view.administrators_covered_until, plain.administrator_covered
    )


# Terms in months


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 240))
@example(date(2025, 8, 31), 18)
@example(date(2024, 2, 29), 12)
def test_the_first_term_ends_on_the_day_before_the_next_one(start: date, months: int) -> None:
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    day = start.day
    while day > monthrange(year, month)[1]:
        day -= 1
    item = only(start=start.isoformat(), term_months=months)
    end = date(year, month, day) - timedelta(1)
    assert terms.first_term_end(item) == end
    assert terms.is_term_end(item, months, end)
    assert not terms.is_term_end(item, months, end + timedelta(1))
    assert not terms.is_term_end(item, months, end - timedelta(1))


@given(
    st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    st.integers(0, 900),
    st.integers(0, 400),
    st.sampled_from([None, 1, 3, 12, 36]),
    st.integers(0, 90),
)
def test_the_decision_day_is_that_of_the_reference(
    start: date, length: int, ahead: int, months: int | None, notice: int
) -> None:
    end, day = start + timedelta(length), date(2026, 1, 1) + timedelta(ahead)
    value = {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "auto_renew": True,
        "notice_days": notice,
        **({} if months is None else {"term_months": months}),
    }
    ends = reference.term_ends({"id": "S", "type": "named", **value})
    deciding = (one for one in ends if one >= day and one - timedelta(notice) >= day)
    expected = next(deciding)
    assert next(terms.decisions(only(**value), day)) == (expected - timedelta(notice), expected)


def only(**fields: object) -> Subscription:
    """Return a subscription with the given fields."""
    return made(fields).subscriptions[0]


def made(fields: Value) -> Tenant:
    value = {"id": "S", "type": "named", "start": "2026-01-01", **fields}
    return tenant_of({"version": 1, "tenant": {"id": "t", "name": "T"}, "subscriptions": [value]})


@pytest.mark.parametrize("months", [12 * 8000, 10**9])
def test_a_term_beyond_the_calendar_is_forever(months: int) -> None:
    item = only(term_months=months, end="2026-12-31", auto_renew=True)
    assert terms.first_term_end(item) == FOREVER
    assert not terms.is_term_end(item, months, FOREVER)
    assert [*terms.term_ends(item, date(2026, 1, 1))] == [date(2026, 12, 31)]
    assert list(terms.decisions(item, date(2027, 1, 1))) == []


def test_days_beyond_the_calendar_are_forever() -> None:
    tenant = made({"end": "9999-12-31", "grace_days": 9})
    (item,) = tenant.subscriptions
    assert terms.last_day(item) == FOREVER
    assert terms.active_runs(item) == ((item.start, FOREVER),)
    view = TenantOn(tenant, date(9999, 12, 31), 10**9)
    assert view.covered_until == FOREVER
    assert not view.is_expiring(item)
    assert plus_days(item.start, 10**12) == FOREVER
    assert plus_months(item.start, 10**12) == FOREVER
    assert day_after(FOREVER) == FOREVER


def test_a_lapse_to_the_end_of_the_calendar_ends_the_active_run() -> None:
    item = only(lapses=[{"from": "2026-03-01", "until": "9999-12-31"}])
    assert terms.active_runs(item) == ((item.start, date(2026, 2, 28)),)


def test_sums_are_exact() -> None:
    numbers = [Decimal("0.1"), Decimal("0.2"), Decimal(10**40), Decimal("1e-40")]
    assert str(terms.total(numbers[:2])) == "0.3"
    assert terms.total(numbers[2:]) == Decimal(f"{10**40}.{'0' * 39}1")
