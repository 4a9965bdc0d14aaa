"""Looking ahead: the same verdict as on each day, and that only the days that matter are judged."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import tenants
from tests.conftest import ROOT, SOUND
from validator import Finding, Policy, TenantOn
from validator.checking.file_check import FileCheck, check_file
from validator.checking.fleet import evaluate_fleet
from validator.checking.selection import Selection, Settings
from validator.findings.diagnostic import Diagnostic
from validator.findings.forecast_report import ForecastReport
from validator.plugins.loading import Plugins, load_plugins
from validator.project.sources import Source
from validator.run.forecast_run import forecast_run
from validator.tenant import terms
from validator.tenant.clock import Clock, Today

PLUGINS = load_plugins(installed=False)
BEGIN = date(2026, 1, 20)
Standing = dict[tuple[str, int], set[tuple[str, str]]]


def policy(id: str) -> Callable[[Callable[[TenantOn], Iterable[Finding]]], Policy]:
    return lambda look: Policy(id, "odd", "warning", "Odd.", look)


@policy("trial-too-long")
def trial_too_long(tenant: TenantOn) -> Iterator[Finding]:
    for item in tenant.subscriptions:
        if item.status == "trial" and (tenant.today - item.start).days > 20:
            yield item.finding("status", message="a trial of more than 20 days")


@policy("on-mondays")
def on_mondays(tenant: TenantOn) -> Iterator[Finding]:
    if tenant.today.weekday() == 0:
        yield tenant.finding("subscriptions", message="it is Monday")


@policy("by-text")
def by_text(tenant: TenantOn) -> Iterator[Finding]:
    for item in tenant.subscriptions:
        if f"{tenant.today}" > f"{item.start:%Y-%m-%d}" and str(item.start)[8:] > "15":
            yield item.finding("start", message=f"on {tenant.today}")


@policy("shifted")
def shifted(tenant: TenantOn) -> Iterator[Finding]:
    for item in tenant.subscriptions:
        if item.end and tenant.today - timedelta(3) <= item.end < tenant.today + timedelta(9):
            yield item.finding("end", message="about now")


@policy("in-a-set")
def in_a_set(tenant: TenantOn) -> Iterator[Finding]:
    if tenant.today in {item.start for item in tenant.subscriptions}:
        yield tenant.finding("subscriptions", message="one starts")


@policy("parts")
def parts(tenant: TenantOn) -> Iterator[Finding]:
    if (tenant.today.month, tenant.today.day) == (2, 14) or tenant.today == date(2026, 3, 3):
        yield tenant.finding("tenant", message="a day of note")


ODD = (trial_too_long, on_mondays, by_text, shifted, in_a_set, parts)
WITH_ODD = Plugins(
    {**PLUGINS.policies, **{item.id: item for item in ODD}}, PLUGINS.schemas, PLUGINS.reporters
)


def by_day(files: dict[str, str], plugins: Plugins, day: date, horizon: int) -> Standing:
    """Return what `check --as-of` finds."""
    selection = Selection(Settings(day, horizon), plugins)
    results = [check_file(name, text.encode(), selection) for name, text in files.items()]
    fleet, failures = evaluate_fleet(
        results, selection, lambda name: FileCheck(name, files[name].encode(), selection)
    )
    assert not failures
    every: list[Diagnostic] = [*fleet, *(item for one in results for item in one.diagnostics)]
    return standing(item for item in every if item.suppressed is None)


def standing(items: Iterable[Diagnostic]) -> Standing:
    found: Standing = {}
    for item in items:
        found.setdefault((item.file, item.document), set()).add((item.id, item.path))
    return found


def forecast(files: dict[str, str], plugins: Plugins, days: int, horizon: int) -> ForecastReport:
    selection = Selection(Settings(BEGIN, horizon), plugins)
    sources = [Source(name, name) for name in files]
    texts = {name: text.encode() for name, text in files.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "validator.checking.file_check.read_source", lambda source, _: texts[source.name]
        )
        return forecast_run(sources, selection, BEGIN + timedelta(days), b"", ())


def assert_each_day_is_right(
    files: dict[str, str], plugins: Plugins, days: int, horizon: int
) -> ForecastReport:
    outlook = forecast(files, plugins, days, horizon)
    assert outlook.failures == ()
    now = standing(outlook.initial)
    events = list(outlook.events)
    assert [(e.date, e.file, e.document) for e in events] == sorted(
        (e.date, e.file, e.document) for e in events
    )
    for number in range(days + 1):
        day = BEGIN + timedelta(number)
        while events and events[0].date == day:
            event = events.pop(0)
            here = now.setdefault((event.file, event.document), set())
            assert here >= set(event.clears)
            assert not here & {(item.id, item.path) for item in event.appears}
            here -= set(event.clears)
            here |= {(item.id, item.path) for item in event.appears}
        expected = by_day(files, plugins, day, horizon)
        assert {place: found for place, found in now.items() if found} == expected, day
    assert events == []
    return outlook


@settings(max_examples=40)
@given(tenants.tenants, st.sampled_from([0, 7, 30]))
def test_each_day_of_random_tenants(value: dict[str, Any], horizon: int) -> None:
    assert_each_day_is_right({"a": json.dumps(value)}, PLUGINS, 120, horizon)


@settings(max_examples=25)
@given(tenants.tenants, tenants.tenants)
def test_each_day_with_odd_policies_and_a_fleet(one: dict[str, Any], two: dict[str, Any]) -> None:
    files = {"a": json.dumps(one), "b": json.dumps(two)}
    assert_each_day_is_right(files, WITH_ODD, 70, 30)


def test_suppressions_end() -> None:
    ignore = "# tenantlint: ignore-file[mixed-telephony] until 2026-02-03: porting\n"
    text = SOUND + "  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}\n" + ignore
    outlook = assert_each_day_is_right({"a": text}, PLUGINS, 40, 30)
    (event,) = outlook.events
    assert event.date == date(2026, 2, 4)
    assert {item.id for item in event.appears} == {"mixed-telephony", "expired-suppression"}


def test_a_suppression_of_the_fleet_ends() -> None:
    ignore = "# tenantlint: ignore-file[subscription-in-two-tenants] until 2026-02-03: merging\n"
    files = {"a": SOUND, "b": SOUND.replace("t1", "t2") + ignore}
    outlook = assert_each_day_is_right(files, PLUGINS, 40, 30)
    (event,) = outlook.events
    assert {item.id for item in event.appears} == {
        "subscription-in-two-tenants",
        "expired-suppression",
    }


def test_only_the_days_that_matter_are_judged() -> None:
    text = SOUND.replace("2025-01-01}", "2025-01-01, end: 2026-06-30}")
    outlook = forecast({"a": text}, PLUGINS, 365, 30)
    assert [event.date.isoformat() for event in outlook.events] == ["2026-05-31", "2026-07-01"]
    assert outlook.evaluations <= 4


def test_policies_that_do_not_know_time_are_asked_once() -> None:
    asked: list[date] = []

    @policy("counts")
    def counts(tenant: TenantOn) -> Iterator[Finding]:
        asked.append(tenant.today)
        yield from (item.finding(message="x") for item in tenant.users)

    plugins = Plugins({**PLUGINS.policies, "counts": counts}, PLUGINS.schemas, PLUGINS.reporters)
    text = (ROOT / "fixtures" / "time.tenant.yaml").read_text()
    assert forecast({"a": text}, plugins, 365, 30).judged > 4
    assert len(asked) == 1


shifts = st.integers(-20, 20)
comparisons: list[Callable[[date, date], object]] = [
    lambda a, b: a < b, lambda a, b: a <= b, lambda a, b: a > b, lambda a, b: a >= b,
    lambda a, b: a == b, lambda a, b: a != b, lambda a, b: max(a, b) == b,
    lambda a, b: min([a, b]) == a, lambda a, b: (a - b).days > 3, lambda a, b: b == a,
    lambda a, b: b == a, lambda a, b: a.month == b.month, lambda a, b: str(a) < str(b),
    lambda a, b: a.isoformat()[:7] == b.isoformat()[:7], lambda a, b: a.weekday() > b.weekday(),
    lambda a, b: a.replace(day=1) < b, lambda a, b: a.toordinal() < b.toordinal(),
    lambda a, b: terms.is_within(a, terms.plus_days(b, 5)), lambda a, b: terms.plus_days(a, 4) > b,
    lambda a, b: a.timetuple() < b.timetuple(), lambda a, b: hash(a) == hash(b),
    lambda a, b: a.isocalendar()[1] == b.isocalendar()[1], lambda a, b: f"{a:%d}" > f"{b:%d}",
    lambda a, b: a.isoweekday() < b.isoweekday(), lambda a, b: a.ctime() == b.ctime(),
    lambda a, b: a.strftime("%j") < b.strftime("%j"), lambda a, b: repr(a) == repr(b),
]  # fmt: skip


@given(st.sampled_from(comparisons), shifts, shifts, st.booleans())
def test_an_answer_holds_until_its_day(
    question: Callable[[date, date], object], moved: int, other: int, swapped: bool
) -> None:
    """Whatever is asked of today, no answer changes before the day that the clock has noted."""
    other_day = BEGIN + timedelta(other)

    def ask(today: date) -> object:
        pair = (today + timedelta(moved), other_day)
        return question(*(reversed(pair) if swapped else pair))

    clock = Clock(BEGIN, ahead=True)
    answer, until = clock.measure(lambda: ask(clock.today))
    assert until > BEGIN
    for number in range(60):
        day = BEGIN + timedelta(number)
        if day < until:
            assert ask(day) == answer, day


def test_comparisons_are_noted_to_the_day() -> None:
    clock = Clock(BEGIN, ahead=True)
    later = BEGIN + timedelta(10)
    today = clock.today
    assert isinstance(today, Today)
    assert clock.measure(lambda: today < later) == (True, later)
    assert clock.measure(lambda: later < today) == (False, later + timedelta(1))
    assert clock.measure(lambda: today <= later) == (True, later + timedelta(1))
    assert clock.measure(lambda: later <= today) == (False, later)
    assert clock.measure(lambda: today == later) == (False, later)
    assert clock.measure(lambda: today > BEGIN - timedelta(1)) == (True, date.max)
    assert clock.measure(lambda: today < today + timedelta(5)) == (True, date.max)
    assert clock.measure(lambda: later < today + timedelta(4)) == (False, BEGIN + timedelta(7))
    assert clock.measure(lambda: (today == 3, today != 3)) == ((False, True), date.max)


def test_the_end_of_the_calendar() -> None:
    clock = Clock(date.max, ahead=True)
    assert clock.measure(lambda: clock.today.year) == (9999, date.max)
    clock = Clock(BEGIN, ahead=True)
    assert clock.measure(lambda: clock.today <= date.max) == (True, date.max)
