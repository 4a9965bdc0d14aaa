"""A forecast has the findings of each day, but evaluates only days on which they can change."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import tenants
from tests.conftest import ROOT, SOUND
from tests.reference import reference
from validator import Finding, Policy, TenantOn
from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import FileCheck, check_file
from validator.checking.fleet import evaluate_fleet
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.findings.diagnostic import Diagnostic
from validator.findings.forecast_report import ForecastReport
from validator.plugins.loading import Plugins, load_plugins
from validator.project.sources import Source
from validator.run.file_forecast import forecast_file
from validator.run.forecast_run import forecast_run
from validator.tenant.calendar_days import plus_days
from validator.tenant.clock import Clock, Today

PLUGINS = load_plugins(installed=False)
BEGIN = date(2026, 1, 20)
Value = dict[str, Any]
Key = tuple[str, str, int]
Standing = dict[tuple[str, int], dict[Key, list[Diagnostic]]]


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
    """Return the findings of `check --as-of`."""
    selection = Selection(Settings(day, horizon), plugins)
    results = [check_file(name, text.encode(), selection) for name, text in files.items()]
    fleet, failures = evaluate_fleet(results, selection)
    assert not failures
    every: list[Diagnostic] = [*fleet, *(item for one in results for item in one.diagnostics)]
    return standing(item for item in every if item.suppressed is None)


def key(item: Diagnostic) -> Key:
    """Return the parts of a finding that identify it on every day."""
    return item.id, item.path, item.span.line if item.topic == "suppression" else 0


def standing(items: Iterable[Diagnostic]) -> Standing:
    found: Standing = {}
    for item in sorted(items, key=lambda item: item.sort_key):
        found.setdefault((item.file, item.document), {}).setdefault(key(item), []).append(item)
    return found


def forecast(
    files: dict[str, str], plugins: Plugins, days: int, horizon: int, begin: date = BEGIN
) -> ForecastReport:
    selection = Selection(Settings(begin, horizon), plugins)
    sources = [Source(name, name) for name in files]
    texts = {name: text.encode() for name, text in files.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "validator.checking.file_check.read_source", lambda source, _: texts[source.name]
        )
        return forecast_run(sources, selection, plus_days(begin, days), b"", ())


def assert_each_day_is_right(
    files: dict[str, str], plugins: Plugins, days: int, horizon: int
) -> ForecastReport:
    """Compare a forecast with the findings of each day, including the messages of new findings."""
    report = forecast(files, plugins, days, horizon)
    assert report.failures == ()
    now = {
        place: {key: found[0].message for key, found in items.items()}
        for place, items in standing(report.initial).items()
    }
    first = by_day(files, plugins, BEGIN, horizon)
    assert standing(report.initial) == first
    events = list(report.events)
    assert [(e.date, e.file, e.document) for e in events] == sorted(
        (e.date, e.file, e.document) for e in events
    )
    for number in range(days + 1):
        day = BEGIN + timedelta(number)
        expected = by_day(files, plugins, day, horizon)
        while events and events[0].date == day:
            event = events.pop(0)
            place = event.file, event.document
            old, new = now.get(place, {}), expected.get(place, {})
            appears = [item for key in new.keys() - old.keys() for item in new[key]]
            assert event.appears == tuple(sorted(appears, key=lambda item: item.sort_key)), day
            assert event.clears == tuple(key[:2] for key in sorted(old.keys() - new.keys())), day
            now[place] = {key: found[0].message for key, found in new.items()}
        assert {place: set(found) for place, found in now.items() if found} == {
            place: set(found) for place, found in expected.items()
        }, day
    assert events == []
    return report


ANY_SPEED = list(HealthCheck)


@settings(max_examples=25, suppress_health_check=ANY_SPEED)
@given(tenants.tenants(), st.sampled_from([0, 7, 30]))
def test_a_forecast_has_the_findings_of_each_day(value: Value, horizon: int) -> None:
    assert_each_day_is_right({"a": json.dumps(value)}, PLUGINS, 70, horizon)


@settings(max_examples=10, suppress_health_check=ANY_SPEED)
@given(tenants.tenants(), tenants.tenants())
def test_unusual_policies_and_fleet_findings_are_right_on_each_day(one: Value, two: Value) -> None:
    files = {"a": json.dumps(one), "b": json.dumps(two)}
    assert_each_day_is_right(files, WITH_ODD, 35, 30)


suppressions = st.lists(
    st.builds(
        "# tenantlint: ignore-file[{}] until {}: because\n".format,
        st.sampled_from(
            [
                "user-without-access", "user-only-expiring", "admin-lockout", "wrong-primary",
                "no-active-subscription", "primary-shift", "license-expiring", "overdue-pending",
                "handover-too-small", "user-unassigned, user-without-access", "tenant-overage",
            ]
        ),
        st.integers(0, 40).map(lambda number: BEGIN + timedelta(number)),
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=ANY_SPEED)
@given(tenants.tenants(), suppressions, st.sampled_from([0, 30]))
def test_suppressions_that_end_are_right_on_each_day(
    value: Value, lines: list[str], horizon: int
) -> None:
    text = json.dumps(value) + "\n" + "".join(lines)
    assert_each_day_is_right({"a": text}, PLUGINS, 45, horizon)


def found_by_day(value: Value, begin: date, days: int, horizon: int) -> list[set[tuple[str, str]]]:
    """Return the ids and paths of each day's findings, from the events of a forecast."""
    report = forecast({"a": json.dumps(value)}, PLUGINS, days, horizon, begin)
    now = {(item.id, item.path) for item in report.initial}
    events = {event.date: event for event in report.events}
    assert len(events) == len(report.events)
    found = [set(now)]
    for number in range(1, (report.until - begin).days + 1):
        event = events.pop(begin + timedelta(number), None)
        if event is not None:
            now -= set(event.clears)
            now |= {(item.id, item.path) for item in event.appears}
        found.append(set(now))
    assert not events
    return found


@settings(max_examples=60, suppress_health_check=ANY_SPEED)
@given(tenants.tenants(), tenants.todays, tenants.horizons)
def test_the_findings_of_each_day_are_those_of_the_reference(
    value: Value, begin: date, horizon: int
) -> None:
    for number, found in enumerate(found_by_day(value, begin, 45, horizon)):
        day = begin + timedelta(number)
        assert found == set(reference(value, day, horizon)), day


@settings(max_examples=15, suppress_health_check=ANY_SPEED)
@given(tenants.extreme_tenants(), st.sampled_from([0, 30]))
def test_the_last_days_of_the_calendar_are_those_of_the_reference(
    value: Value, horizon: int
) -> None:
    begin = date(9999, 12, 27)
    for number, found in enumerate(found_by_day(value, begin, 10, horizon)):
        day = begin + timedelta(number)
        assert found == set(reference(value, day, horizon)), day


def test_a_renewal_on_the_last_day_of_the_calendar_must_be_decided() -> None:
    terms = {"term_months": 1, "notice_days": 0, "auto_renew": True}
    dates = {"start": "2025-01-31", "end": "9999-12-30"}
    subscription = {"id": "Sub1", "type": "named", **dates, **terms}
    tenant = {"id": "t1", "name": "Harbour"}
    value = {"version": 1, "tenant": tenant, "subscriptions": [subscription]}
    found = found_by_day(value, date(9999, 12, 28), 10, 0)
    decision = "renewal-decision", "/subscriptions/0/auto_renew"
    assert [decision in ids for ids in found] == [False, False, True, False]


def test_the_only_day_of_a_suspended_subscription_counts_from_the_next_day_on() -> None:
    text = f"""\
version: 1
tenant: {{id: t, name: T}}
subscriptions:
  - {{id: S, type: concurrent, start: {BEGIN}, end: {BEGIN}, status: suspended,
     entitlements: {{premium-agent: 10}}}}
usage:
  - {{month: 2026-01, service: premium-agent, quantity: 12}}
"""
    report = assert_each_day_is_right({"a": text}, PLUGINS, 3, 30)
    first = report.events[0]
    assert first.date == BEGIN + timedelta(1)
    assert [item.id for item in first.appears] == ["capacity-drop", "tenant-overage"]


def test_a_finding_after_its_suppression_has_the_message_of_that_day() -> None:
    text = SOUND.replace("2025-01-01}", "2025-01-01, end: 2025-12-31}")
    text += "# tenantlint: ignore-file[no-active-subscription] until 2026-02-03: moving\n"
    report = assert_each_day_is_right({"a": text}, PLUGINS, 40, 30)
    (event,) = report.events
    assert [item.message for item in event.appears if item.id == "no-active-subscription"] == [
        "no subscription is active on 2026-02-04"
    ]


def test_two_suppressions_have_separate_findings() -> None:
    text = (
        SOUND
        + "  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}\n"
        + "# tenantlint: ignore-file[mixed-telephony] until 2026-02-03: porting\n"
        + "# tenantlint: ignore-file[wrong-primary] until 2026-02-10: moving\n"
        + "# tenantlint: ignore-file[usage-outside-term]: nothing here\n"
    )
    report = assert_each_day_is_right({"a": text}, PLUGINS, 40, 30)
    assert [(item.id, item.span.line) for item in report.initial] == [
        ("unused-suppression", 7), ("unused-suppression", 8),
    ]  # fmt: skip
    first, second = report.events
    assert [item.id for item in first.appears] == ["mixed-telephony", "expired-suppression"]
    assert [(item.id, item.span.line) for item in second.appears] == [("expired-suppression", 7)]
    assert second.clears == (("unused-suppression", ""),)


def test_schema_findings_do_not_change_with_the_day() -> None:
    text = "version: 1\nx: 1\ny: 2\ntenant: {id: t, name: T}\nsubscriptions: 3\n"
    report = assert_each_day_is_right({"a": text, "b": SOUND + "---\n" + text}, PLUGINS, 10, 30)
    assert len(report.initial) == 8
    assert report.broken == (("a", ""), ("b", ", document 2"))


def test_a_suppression_that_ends_is_an_event() -> None:
    ignore = "# tenantlint: ignore-file[mixed-telephony] until 2026-02-03: porting\n"
    text = SOUND + "  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}\n" + ignore
    report = assert_each_day_is_right({"a": text}, PLUGINS, 40, 30)
    (event,) = report.events
    assert event.date == date(2026, 2, 4)
    assert {item.id for item in event.appears} == {"mixed-telephony", "expired-suppression"}


def test_a_suppression_of_a_fleet_finding_ends() -> None:
    ignore = "# tenantlint: ignore-file[subscription-in-two-tenants] until 2026-02-03: merging\n"
    files = {"a": SOUND, "b": SOUND.replace("t1", "t2") + ignore}
    report = assert_each_day_is_right(files, PLUGINS, 40, 30)
    (event,) = report.events
    assert {item.id for item in event.appears} == {
        "subscription-in-two-tenants",
        "expired-suppression",
    }


def evaluations(text: str, plugins: Plugins = PLUGINS) -> int:
    """Return the number of days of a year on which the forecast for a file checks it."""
    selection, until = Selection(Settings(BEGIN, 30), plugins), plus_days(BEGIN, 365)
    found = forecast_file(Source("a", None), selection, until=until, stdin=text.encode())
    return len(found.steps)


def test_only_days_on_which_findings_can_change_are_evaluated() -> None:
    text = SOUND.replace("2025-01-01}", "2025-01-01, end: 2026-06-30}")
    report = forecast({"a": text}, PLUGINS, 365, 30)
    assert [event.date.isoformat() for event in report.events] == ["2026-05-31", "2026-07-01"]
    assert evaluations(text) <= 4


@pytest.mark.parametrize(
    "more",
    [
        "status: suspended, end: 2027-01-01",
        "status: cancelled, end: 2026-12-31",
        "end: 2026-06-30, auto_renew: true",
        "end: 2026-06-30, grace_days: 20, lapses: [{from: 2026-04-01, until: 2026-04-20}]",
    ],
)
def test_a_year_needs_fewer_than_60_evaluations(more: str) -> None:
    users = "users:\n  - {email: a@x.example, roles: [agent], assignments: [Sub1, Sub2]}\n"
    usage = "usage:\n  - {month: 2026-01, service: premium-agent, quantity: 3}\n"
    sub = "  - {id: Sub2, type: named, start: 2025-06-01, entitlements: {premium-agent: 5}, %s}\n"
    text = SOUND.replace("2025-01-01}", "2025-01-01, entitlements: {premium-agent: 10}}")
    text += sub % more + users + usage
    assert_each_day_is_right({"a": text}, PLUGINS, 365, 30)
    assert evaluations(text) < 60


def test_a_policy_that_does_not_use_the_day_runs_once() -> None:
    asked: list[date] = []

    @policy("counts")
    def counts(tenant: TenantOn) -> Iterator[Finding]:
        asked.append(tenant.today)
        yield from (item.finding(message="x") for item in tenant.users)

    plugins = Plugins({**PLUGINS.policies, "counts": counts}, PLUGINS.schemas, PLUGINS.reporters)
    text = (ROOT / "fixtures" / "time.tenant.yaml").read_text()
    assert evaluations(text, plugins) >= 3
    assert len(asked) == 1


shifts = st.integers(-20, 20)
comparisons: list[Callable[[date, date], object]] = [
    lambda a, b: a < b, lambda a, b: a <= b, lambda a, b: a > b, lambda a, b: a >= b,
    lambda a, b: a == b, lambda a, b: a != b, lambda a, b: max(a, b) == b,
    lambda a, b: min([a, b]) == a, lambda a, b: (a - b).days > 3, lambda a, b: b == a,
    lambda a, b: b == a, lambda a, b: a.month == b.month, lambda a, b: str(a) < str(b),
    lambda a, b: a.isoformat()[:7] == b.isoformat()[:7], lambda a, b: a.weekday() > b.weekday(),
    lambda a, b: a.replace(day=1) < b, lambda a, b: a.toordinal() < b.toordinal(),
    lambda a, b: a <= plus_days(b, 5), lambda a, b: plus_days(a, 4) > b,
    lambda a, b: a.timetuple() < b.timetuple(), lambda a, b: hash(a) == hash(b),
    lambda a, b: a.isocalendar()[1] == b.isocalendar()[1], lambda a, b: f"{a:%d}" > f"{b:%d}",
    lambda a, b: a.isoweekday() < b.isoweekday(), lambda a, b: a.ctime() == b.ctime(),
    lambda a, b: a.strftime("%j") < b.strftime("%j"), lambda a, b: repr(a) == repr(b),
]  # fmt: skip


@given(st.sampled_from(comparisons), shifts, shifts, st.booleans())
def test_an_answer_is_unchanged_before_its_until_day(
    question: Callable[[date, date], object], moved: int, other: int, swapped: bool
) -> None:
    # No answer to a question about today changes before the day that the clock returns.
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


def test_a_comparison_sets_the_exact_until_day() -> None:
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


def test_other_dates_that_today_makes_are_plain() -> None:
    today: Any = Clock(BEGIN, ahead=True).today
    made = [
        today.fromisoformat("2026-06-03"), type(today)(2026, 6, 3), today.fromordinal(739770),
        today.fromisocalendar(2026, 23, 3), today.replace(2026, 6, 3), today.today(),
    ]  # fmt: skip
    assert {type(day) for day in made} == {date}
    assert {*made[:-1]} == {date(2026, 6, 3)}


def test_comparisons_work_at_the_end_of_the_calendar() -> None:
    clock = Clock(date.max, ahead=True)
    assert clock.measure(lambda: clock.today.year) == (9999, date.max)
    clock = Clock(BEGIN, ahead=True)
    assert clock.measure(lambda: clock.today <= date.max) == (True, date.max)


def test_an_internal_error_on_a_later_day_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "version: 1\ntenant: {id: NAME, name: N}\n"
        "subscriptions: [{id: NAME, type: named, start: 2025-01-01, end: 2026-12-31}]\n"
    )
    whole = FileCheck.on

    def on(self: FileCheck, day: date) -> CheckedFile:
        if self.tenants[0][1].organisation.id == "a" and day.month == 12:
            raise RuntimeError("a bug")
        return whole(self, day)

    monkeypatch.setattr(FileCheck, "on", on)
    files = {name: text.replace("NAME", name) for name in ("a", "b")}
    report = forecast(files, PLUGINS, 300, 30, date(2026, 6, 1))
    (line,) = report.failures
    assert line.startswith("a: internal error: RuntimeError: a bug")
    assert {event.file for event in report.events} == {"b"}
    assert len(report.events) == 2
