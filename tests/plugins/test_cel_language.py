"""CEL expressions: guards for unset days, functions, keys that begin with x-, error positions."""

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SOUND, Run
from tests.plugins.test_policy_file import load, policy_text, said
from validator import Finding, TenantOn
from validator.document.reader import read_documents
from validator.document.scalar_places import offset_in_text
from validator.plugins.cel_environment import evaluator, message_class
from validator.plugins.cel_expression import (
    CompileError,
    ExpressionError,
    compile_expression,
    format_value,
)
from validator.plugins.cel_schema import COMPUTED, DEFAULTS, Scope
from validator.plugins.policy_file import PolicyFileError, load_policy_file

DAY = date(2026, 5, 1)
TENANT = {
    "version": 1,
    "tenant": {"id": "t1", "name": "Harbour", "x-site": "NL-4"},
    "x-owner": {"name": "Ada", "floors": [3, 4]},
    "subscriptions": [
        {
            "id": "Sub1",
            "type": "named",
            "start": "2025-01-01",
            "end": "2026-05-31",
            "x-cost-centre": "4711",
            "x-limit": 12,
            "lapses": [{"from": "2025-03-01", "until": "2025-03-14", "x-why": "late"}],
            "entitlements": {"premium-agent": {"quantity": 5, "x-po": "P1"}, "x-note": "n"},
        },
        {"id": "Sub2", "type": "named", "start": "2025-06-01"},
    ],
    "users": [
        {
            "email": "a@b.example",
            "roles": ["agent"],
            "x-badge": True,
            "assignments": [{"subscription": "Sub1", "x-by": "tom"}, "Sub2"],
        },
        {"email": "c@b.example", "roles": ["agent"]},
    ],
    "partners": [{"id": "north", "access": "read-only", "x-tier": 2}],
    "usage": [
        {"month": "2026-03", "service": "premium-agent", "quantity": 6, "subscription": "Sub1"},
        {"month": "2026-03", "service": "premium-agent", "quantity": 1.5, "x-source": "report"},
        {"month": "2026-04", "service": "ivr-port", "quantity": 2},
    ],
}


def value_of(source: str) -> Any:
    scope = Scope("tenant")
    return compile_expression(source, scope).evaluate(evaluator(scope).Activation({}))


def errors_of(source: str, for_each: str = "subscriptions") -> list[str]:
    try:
        compile_expression(source, Scope(for_each))
    except CompileError as error:
        return [str(item) for item in error.errors]
    return []


def texts(tmp_path: Path, when: str, message: str, each: str, **more: str) -> list[str]:
    found: list[tuple[str, Any, str]] = said(
        load(tmp_path, when, message, each, **more), TENANT, DAY
    )
    return [f"{path}: {text}" for path, _, text in found]


# Values that may be unset


@pytest.mark.parametrize(
    ("when", "each", "unset"),
    [
        ("subscription.end < today", "subscriptions", ["subscription.end"]),
        ("today > subscription.end", "subscriptions", ["subscription.end"]),
        ("has(subscription.end) && subscription.end < today", "subscriptions", []),
        ("subscription.end < today && has(subscription.end)", "subscriptions", []),
        ("!has(subscription.end) || subscription.end < today", "subscriptions", []),
        ("has(subscription.end) || subscription.end < today", "subscriptions", ["subscription.end"]),
        ("!(has(subscription.end) && subscription.end > today)", "subscriptions", []),
        ("has(subscription.end) ? subscription.end < today : false", "subscriptions", []),
        ("has(subscription.end) ? false : subscription.end < today", "subscriptions",
         ["subscription.end"]),
        ("(has(subscription.end) ? true : false) && subscription.end < today", "subscriptions", []),
        ("(has(subscription.end) || true) && subscription.end < today", "subscriptions",
         ["subscription.end"]),
        ("subscription.is_expiring && subscription.end < today", "subscriptions",
         ["subscription.end"]),  # active days can also end with a lapse
        ("subscription.last_day < today && subscription.start < today", "subscriptions", []),
        ("subscriptions.exists(s, s.end < today)", "subscriptions", ["s.end"]),
        ("subscriptions.exists(s, has(s.end) && s.end < today)", "subscriptions", []),
        ("has(subscription.end) && subscriptions.all(s, s.end < today)", "subscriptions", ["s.end"]),
        ("subscriptions.filter(s, has(s.end)).map(e, e.end).max() < today", "subscriptions", []),
        ("subscriptions.filter(s, has(s.end)).filter(s, s.is_live).exists(t, t.end < today)",
         "subscriptions", []),
        ("subscriptions.filter(s, has(s.end))[0].end < today", "subscriptions", []),
        ("subscriptions.filter(s, s.is_live)[0].end < today", "subscriptions", ["end"]),
        ("subscriptions.map(s, has(s.end), s.end).max() < today", "subscriptions", []),
        ("subscriptions.map(s, s.end).max() < today", "subscriptions", ["s.end"]),
        ("has(subscriptions[0].end) && subscriptions[0].end < today", "subscriptions", []),
        ("has(subscriptions[1].end) && subscriptions[0].end < today", "subscriptions",
         ["subscriptions[0].end"]),
        # A loop variable hides a name outside the loop.
        ("has(subscription.end) && subscriptions.exists(subscription, subscription.end < today)",
         "subscriptions", ["subscription.end"]),
        # There may be no primary.
        ("primary.start < today", "tenant", ["primary.start"]),
        ("has(primary.start) && primary.start < today", "tenant", []),
        ("[primary].exists(p, p.last_day < today)", "tenant", ["p.last_day"]),
        ("(users.size() > 1 ? primary : subscriptions[0]).start < today", "tenant", ["start"]),
        ("subscriptions.filter(s, s.id == primary.id)[0].start < today", "tenant", []),
        ("{'a': primary}.a.start < today", "tenant", ["start"]),
        # A value of a dynamic type can be any element.
        ("dyn(subscription).end < today", "subscriptions", ["dyn(subscription).end"]),
        ("has(dyn(subscription).end) && dyn(subscription).end < today", "subscriptions", []),
        ("has(subscription.end) && dyn(subscription).end < today", "subscriptions",
         ["dyn(subscription).end"]),
        ("dyn(subscription).start < today", "subscriptions", []),
        ("dyn(subscriptions)[0].end < today", "subscriptions", ["dyn(subscriptions)[0].end"]),
        ("dyn(subscriptions).filter(s, has(s.end)).exists(s, s.end < today)", "tenant", []),
        ("[subscription, 'a'][0].end < today", "subscriptions", ["end"]),
        ("{'a': subscription, 'b': 1}.a.end < today", "subscriptions", ["end"]),
        ("subscriptions.map(s, [s, 1]).exists(p, p[0].end < today)", "tenant", ["p[0].end"]),
        ("subscriptions.map(s, [s, 1]).exists(p, has(p[0].end) && p[0].end < today)", "tenant", []),
        (("subscriptions.map(p, [p, 1]).exists(p, has(p[0].end) && "
         "subscriptions.map(p, [p, 1]).exists(p, p[0].end < today))"), "tenant", ["p[0].end"]),
        (("[{true: subscription, false: subscription}].exists(m, has(m[true].end) && "
         "m[false].end < today)"), "subscriptions", ["end"]),
        ("dyn(primary).start < today", "tenant", ["dyn(primary).start"]),
        ("[primary, 1].exists(p, has(p.start) && p.start < today)", "tenant", []),
        ("{'a': primary, 'b': 1}.a.last_day < today", "tenant", ["last_day"]),
        # A key that begins with x- has no days.
        ("x['x-a'].end == 1 && subscription.x['x-a'].exists(t, t.b.end == 1)", "subscriptions", []),
        ("x['x-a'].exists(t, t.end == 1) && [[subscription, 1]].exists(x, x[0].end < today)",
         "subscriptions", ["t.end", "x[0].end"]),
        # others
        ("user.last_access < today", "users", ["user.last_access"]),
        ("user.has_access && user.covered_until < today", "users", []),
        ("!user.has_access && user.covered_until < today", "users", ["user.covered_until"]),
        ("entitlement.until < today || entitlement.since < today", "entitlements",
         ["entitlement.until"]),
        ("tenant.covered_until < today && user.last_access < today", "users",
         ["tenant.covered_until", "user.last_access"]),
        ("subscription.lapses.exists(l, l.from < today && l.until < today)", "subscriptions", []),
        ("subscription.x['end'] == 3", "subscriptions", []),
        ("month.end < today", "months", []),
        ("string(subscription.end) == ''", "subscriptions", ["subscription.end"]),
        # a number
        ("subscription.term_months < 12", "subscriptions", ["subscription.term_months"]),
        ("has(subscription.term_months) && subscription.term_months < 12", "subscriptions", []),
        ("dyn(subscription).term_months < 12", "subscriptions", ["dyn(subscription).term_months"]),
        ("subscription.notice_days < 12 || subscription.grace_days > 3", "subscriptions", []),
        ("subscription.x['term_months'] == 3", "subscriptions", []),
    ],
)  # fmt: skip
def test_a_value_that_may_be_unset_needs_a_guard(when: str, each: str, unset: list[str]) -> None:
    found = errors_of(when, each)
    assert [error.partition(" may be unset; test it with has()")[0] for error in found] == unset


def test_a_condition_guards_the_message(tmp_path: Path) -> None:
    ends = "{subscription.id} ends on {subscription.end}"
    guarded = "subscription.is_live && has(subscription.end)"
    assert texts(tmp_path, guarded, ends, "subscriptions") == [
        "/subscriptions/0: Sub1 ends on 2026-05-31"
    ]
    with pytest.raises(PolicyFileError) as error:
        load(tmp_path, "subscription.is_live", ends, "subscriptions")
    assert str(error.value) == (
        "policies.yaml:8:40: subscription.end may be unset; test it with has() first: "
        "has(subscription.end) && …"
    )
    either = "{has(subscription.end) ? string(subscription.end) : 'no end'}"
    assert texts(tmp_path, "true", either, "subscriptions")[1] == "/subscriptions/1: no end"


@settings(max_examples=60, derandomize=True)
@given(st.recursive(
    st.sampled_from(["has(subscription.end)", "subscription.is_live", "true", "false",
                     "subscription.end < today"]),
    lambda inner: st.one_of(
        inner.map("!({})".format),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} && {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} || {two[1]})"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} ? {three[1]} : {three[2]})"),
    ), max_leaves=6,
))  # fmt: skip
def test_an_accepted_expression_does_not_depend_on_an_unset_day(condition: str) -> None:
    # An accepted expression has the same value whatever is substituted for the unset day.
    if errors_of(condition):
        return
    scope = Scope("subscriptions")
    expression = compile_expression(condition, scope)
    without_guards = condition.replace("subscription.end < today", "{}")
    results = []
    for unset in ("true", "false"):
        other = compile_expression(without_guards.replace("{}", unset), scope)
        from validator.plugins.cel_environment import message_class, timestamp_class

        values = {
            "subscription": message_class("Subscription")(is_live=True),
            "today": timestamp_class()(seconds=10**9),
        }
        results.append(other.evaluate(evaluator(scope).Activation(values)))
        results.append(expression.evaluate(evaluator(scope).Activation(values)))
    assert len(set(results)) == 1


@pytest.mark.parametrize(
    ("when", "each", "error"),
    [
        ("!has(subscription.notice_days)", "subscriptions",
         ("has(subscription.notice_days) is always true: a missing notice_days reads as 30; "
         "compare the value: subscription.notice_days != 30")),
        ("has(subscription.status)", "subscriptions",
         ("has(subscription.status) is always true: a missing status reads as active; "
         'compare the value: subscription.status != "active"')),
        ("has(subscription.auto_renew)", "subscriptions",
         ("has(subscription.auto_renew) is always true: a missing auto_renew reads as false; "
         "write subscription.auto_renew without has()")),
        ("has(entitlement.since)", "entitlements",
         ("has(entitlement.since) is always true: a missing since reads as the start of the "
         "subscription; compare the value with the start of the subscription")),
        # There is no variable `subscription` here.
        ("subscriptions.exists(s, s.entitlements.exists(e, has(e.since)))", "tenant",
         ("has(e.since) is always true: a missing since reads as the start of the "
         "subscription; compare the value with the start of the subscription")),
        ("users.exists(u, has(u.has_access))", "tenant",
         "has(u.has_access) is always true; write u.has_access without has()"),
        ("has(subscription.last_day)", "subscriptions",
         "has(subscription.last_day) is always true; write has(subscription.end)"),
        ("has(users.filter(u, true)[0].status)", "tenant",
         ("has(x.status) is always true: a missing status reads as active; "
         'compare the value: x.status != "active"')),
        ("has(month.used)", "months", "has(month.used) is always true; compare the value"),
        # There may be no primary.
        ("has(primary.status) && [primary].exists(p, has(p.is_live))", "tenant", ""),
        ("has(subscription.primary) && has(subscription.start)", "subscriptions", ""),
    ],
)  # fmt: skip
def test_a_test_with_has_that_is_always_true_is_refused(when: str, each: str, error: str) -> None:
    assert errors_of(when, each) == [error] * bool(error)
    suggested = error.rpartition("compare the value: ")[2] if ": " in error else "true"
    if "(" not in suggested and not suggested.startswith("x."):
        assert errors_of(suggested, each) == []


def test_the_fields_that_always_have_a_value_are_known() -> None:
    from validator.plugins.cel_messages import variable
    from validator.schema.tenant_schema import tenant_of

    tenant = TenantOn(tenant_of({
        "version": 1,
        "tenant": {"id": "t", "name": "T"},
        "subscriptions": [{"id": "Sub1", "type": "named", "start": "2027-01-01",
                           "entitlements": {"premium-agent": 1}}],
        "users": [{"email": "a@b.example", "roles": ["agent"], "assignments": ["Sub1"]}],
        "partners": [{"id": "north", "access": "full"}],
        "usage": [{"month": "2026-03", "service": "ivr-port", "quantity": 1}],
    }), DAY)  # fmt: skip
    subscription, user, row, month, partner = (
        variable(tenant, name)[0]
        for name in ("subscriptions", "users", "usage", "months", "partners")
    )
    required = {
        "Tenant.id", "Tenant.name", "Subscription.id", "Subscription.type", "Subscription.start",
        "Entitlement.service", "Entitlement.quantity", "User.email", "Assignment.subscription",
        "Partner.id", "Partner.access", "UsageRow.month", "UsageRow.service", "UsageRow.quantity",
        "Month.month", "Month.service",
    }  # fmt: skip
    messages = [variable(tenant, "tenant"), subscription, subscription.entitlements[0], user]
    messages += [user.assignments[0], row, month, partner]
    found = {
        f"{message.DESCRIPTOR.name}.{field.name}"
        for message in messages
        for field, value in message.ListFields()
        if not isinstance(value, Sequence) or isinstance(value, str)
    }
    assert found == required | DEFAULTS.keys() | COMPUTED


# Functions


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("[1, 2, 3].sum()", 6),
        ("[1.5, 2.0].sum()", 3.5),
        ("[days(1), days(2)].sum() == days(3)", True),
        ("users.filter(u, false).map(u, 1.0).sum() + 1.0", 1.0),
        ("[3, 1, 2].min()", 1),
        ("[3, 1, 2].max()", 3),
        ("['b', 'a'].min()", "a"),
        ("[1.5, 0.5].max()", 1.5),
        ("[day('2026-05-02'), day('2026-05-01')].min() == day('2026-05-01')", True),
        ("['b', 'a', 'b'].distinct()", ["b", "a"]),
        ("[day('2026-05-02'), day('2026-05-02')].distinct().size()", 1),
        ("['b', 'a'].sort()", ["a", "b"]),
        ("[3, 1, 2].sort()[0]", 1),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(2.345, 2)", 2.35),
        ("round(1e300, 2) == 1e300", True),
        ("day('2026-05-01') == timestamp('2026-05-01T00:00:00Z')", True),
        ("day('2026-05-01') + days(31) == day('2026-06-01')", True),
        ("(day('2026-06-01') - day('2026-05-01')).days()", 31),
        ("days(-1).days()", -1),
        ("duration('36h').days()", 1),
    ],
)
def test_functions_return_values_of_the_expected_type(source: str, value: object) -> None:
    if "users" in source:
        scope = Scope("tenant")
        got = compile_expression(source, scope).evaluate(evaluator(scope).Activation({"users": []}))
    else:
        got = value_of(source)
    assert (got, type(got)) == (value, type(value))


@pytest.mark.parametrize(
    ("source", "error", "offset"),
    [
        ("1 + users.filter(u, false).map(u, 1).max()", "max() of an empty list; test size()", 4),
        ("1 == 2 || day('2026-02-30') == today", "2026-02-30 is not a calendar day", 10),
        ("days(1000000) == days(1)", "days() takes at most 100,000 days, not 1000000", 0),
        ("round(1.0, 20) > 1.0", "round() takes 0 to 15 digits, not 20", 0),
        ("1 > 0 ? [1][3] == 1 : [2][4] == 1", "", 8),
        ("1 > 2 ? [1][3] == 1 : [2][4] == 1", "", 22),
        ("1 > 0 && 1 / (1 - 1) == 1", "divide by zero", 9),
        ("x['x-a'] == 'b'", 'Key not found in map : "x-a"; test "x-a" in subscription.x', 0),
    ],
)  # fmt: skip
def test_an_error_has_its_offset_in_the_expression(source: str, error: str, offset: int) -> None:
    from validator.plugins.cel_environment import message_class

    scope = Scope("tenant")
    values = {"users": [], "x": message_class("Tenant")().x, "today": None}
    del values["today"]
    from validator.plugins.cel_environment import timestamp_class

    values["today"] = timestamp_class()(seconds=10**9)
    expression = compile_expression(source, scope)
    with pytest.raises(ExpressionError) as found:
        expression.evaluate(evaluator(scope).Activation(values))
    assert error in str(found.value)
    assert found.value.offset == offset


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("subscriptions[0].x-cost == '1'", 'write subscriptions[0].x["x-cost"]'),
        ("round(7) == 7", "write round(double(x))"),
        ("nowhere + 3 > subscriptions.size()", "undeclared reference to 'nowhere'"),
        ("[true].sum() == 1", "found no matching overload for 'sum' applied to '(list(bool))'"),
        ("['a'].sum() == 'a'", "found no matching overload for 'sum' applied to '(list(string))'"),
        (
            "tenant.x['x-a'].sum() == 1",
            "sum() cannot determine the type of its values; convert them",
        ),
        ("[subscriptions[0].start].min() < 3", "found no matching overload for '_<_'"),
        ("today - subscriptions[0].start > 90", "applied to '(duration, int)'; write days(90)"),
    ],
)
def test_a_type_error_names_the_types_or_a_remedy(source: str, error: str) -> None:
    (found,) = errors_of(source)
    assert error in found


@settings(max_examples=40, derandomize=True)
@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=8))
def test_aggregates_return_the_results_of_python(numbers: list[int]) -> None:
    listed = json.dumps(numbers)
    for name, function in (("sum", sum), ("min", min), ("max", max), ("sort", sorted)):
        assert value_of(f"{listed}.{name}()") == function(numbers)
    assert value_of(f"{listed}.distinct()") == list(dict.fromkeys(numbers))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(90), "90 days"),
        (timedelta(1), "1 day"),
        (timedelta(-3), "-3 days"),
        (timedelta(hours=36), "1 day 12 hours"),
        (timedelta(seconds=61), "1 minute 1 second"),
        (timedelta(), "0 days"),
        (None, "null"),
        (bytearray(b"abc"), "abc"),
        (-4.0, "-4"),
        (2.0**53 - 1, "9007199254740991"),
        (1e300, "1e+300"),
        (float("-inf"), "-inf"),
    ],
)
def test_a_duration_in_a_message_has_days_or_smaller_units(value: timedelta, text: str) -> None:
    assert format_value(value) == text


# Keys that begin with x-


@pytest.mark.parametrize(
    ("each", "when", "message", "expected"),
    [
        ("tenant", "true", "{tenant.x['x-site']} {x['x-owner'].name} {x['x-owner'].floors[1]}",
         "/tenant: NL-4 Ada 4"),
        ("subscriptions", "'x-cost-centre' in subscription.x && subscription.x['x-limit'] > 10",
         "{subscription.x['x-cost-centre']} {subscription.x['x-limit']}", "/subscriptions/0: 4711 12"),
        ("subscriptions", "subscription.lapses.exists(l, l.x['x-why'] == 'late')",
         "{subscription.entitlements_x['x-note']}", "/subscriptions/0: n"),
        ("entitlements", "entitlement.x['x-po'] == 'P1'", "{entitlement.x.size()}",
         "/subscriptions/0/entitlements/premium-agent: 1"),
        ("users", "'x-badge' in user.x && user.x['x-badge'] == true", "{user.x['x-badge']}",
         "/users/0: true"),
        ("assignments", "'x-by' in assignment.x", "{assignment.x['x-by']}",
         "/users/0/assignments/0: tom"),
        ("partners", "partner.x['x-tier'] == 2", "tier", "/partners/0: tier"),
        ("usage", "'x-source' in row.x", "{row.x['x-source']}", "/usage/1: report"),
    ],
)  # fmt: skip
def test_keys_with_x_can_be_read(
    tmp_path: Path, each: str, when: str, message: str, expected: str
) -> None:
    if each == "tenant":
        expected = expected.replace("/tenant", "/tenant")
    assert texts(tmp_path, when, message, each) == [expected]


def test_findings_can_be_at_a_key_with_x(tmp_path: Path) -> None:
    found = texts(tmp_path, "'x-limit' in subscription.x", "x", "subscriptions", at="x-limit")
    assert found == ["/subscriptions/0/x-limit: x"]


def test_policies_in_python_can_read_keys_with_x() -> None:
    from validator.schema.tenant_schema import tenant_of
    from validator.tenant.clock import Clock

    tenant = TenantOn(tenant_of(TENANT), DAY, 30, clock=Clock(DAY))
    first, second = tenant.subscriptions
    assert first.x == {"x-cost-centre": "4711", "x-limit": 12}
    assert second.x == {}
    assert second.entitlements_x == {}
    assert first.entitlements_x == {"x-note": "n"}
    assert first.entitlements["premium-agent"].lines[0].x == {"x-po": "P1"}
    assert first.lapses[0].x == {"x-why": "late"}
    assert tenant.organisation.x == {"x-site": "NL-4"}
    assert tenant.tenant.x == {"x-owner": {"name": "Ada", "floors": [3, 4]}}
    assert tenant.users[0].assignments[1].x == {}
    finding = first.finding("x-limit", message="x")
    assert finding == Finding("/subscriptions/0/x-limit", "x")


def test_a_value_that_is_nested_too_deeply_is_2(run: Run, folder: Path) -> None:
    (folder / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')
    (folder / "policies.yaml").write_text(policy_text("tenant.x.size() > 5", each="tenant"))
    nested = "[" * 40 + "]" * 40
    (folder / "a.tenant.yaml").write_text(SOUND.replace("{id: t1", f"{{x-a: {nested}, id: t1"))
    outcome = run("check", "--as-of", "2026-05-01")
    assert outcome.code == 2
    assert "the value of a key x- is nested more than 16 levels deep" in outcome.err
    (folder / "a.tenant.yaml").write_text(SOUND.replace("{id: t1", "{x-a: [[[[1e999]]]], id: t1"))
    assert run("check", "--as-of", "2026-05-01").code == 0


# Loops over maps


KEYS = {f"x-{letter}": letter.upper() for letter in "hbfdagce"}


@pytest.mark.parametrize(
    ("when", "message", "expected"),
    [
        ("true", "{subscription.x.map(k, k).join()}", "x-ax-bx-cx-dx-ex-fx-gx-h"),
        ("subscription.x.map(k, k)[0] == 'x-a'", "first", "first"),
        ("true", "{subscription.x.map(k, k < 'x-d', subscription.x[k])}", "A, B and C"),
        ("true", "{subscription.x.filter(k, k > 'x-f')}", "x-g and x-h"),
        ("true", "{dyn(subscription).x.map(k, k)[7]}", "x-h"),
        ("true", "{[subscription.x].map(m, m.map(k, k))[0][7]}", "x-h"),
        ("true", "{subscription.x['x-m'].map(k, k).join()}", "abcdefgh"),
        ("true", "{[dyn(subscription.x), dyn(['b', 'a'])].map(m, m.map(k, k)[0])}", "x-a and b"),
        ("string({5: 1, 3: 1, 9: 1, 1: 1, 7: 1, 'a': 1}.map(k, k)[3]) == '7'", "four", "four"),
        ("{'d': subscription, 'a': primary, 'c': 1, 'b': x}.map(k, k)[1] == 'b'", "two", "two"),
        ("true", "{tenant.x.map(k, tenant.x[k].map(i, i.map(j, j)[0])[0])[0]}", "a"),
        ("subscription.x.exists(k, k == 'x-h')", "one", "one"),
        ("subscription.x.all(k, k.startsWith('x-'))", "all", "all"),
        ("subscription.x.exists_one(k, k == 'x-h')", "one", "one"),
    ],
)  # fmt: skip
def test_a_loop_visits_the_keys_of_a_map_in_sorted_order(
    tmp_path: Path, when: str, message: str, expected: str
) -> None:
    nested = dict.fromkeys("hbfdagce", 1)
    own = KEYS | ({"x-m": nested} if "x-m" in message else {})
    value = {
        **TENANT,
        "tenant": {"id": "t1", "name": "Harbour", "x-l": [nested]},
        "subscriptions": [{"id": "Sub1", "type": "named", "start": "2025-01-01", **own}],
        "users": [],
        "usage": [],
    }
    found = said(load(tmp_path, when, message, "subscriptions"), value, DAY)
    assert [text for _, _, text in found] == [expected]


@pytest.mark.parametrize(
    ("source", "offset"),
    [
        ("size({1: 2, true: 3}.map(k, k)) == 2", 5),
        ("{1: 2, true: 3}.exists(k, k == true)", 0),
        ("{1u: 2}.map(k, k + 1u)", 0),
        ("dyn({1u: 2}).all(k, type(k) == uint)", 4),
        ("[{1u: 2}].exists(m, m.all(k, k == 1u))", 1),
        ("{dyn(1): 2, true: 3}.map(k, k)", 0),
    ],
)
def test_a_map_whose_keys_would_lose_their_types_in_a_loop_is_refused(
    source: str, offset: int
) -> None:
    with pytest.raises(CompileError, match="a loop needs a map whose keys are texts") as found:
        compile_expression(source, Scope("tenant"))
    assert [item.offset for item in found.value.errors] == [offset]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{1u: 2}[1u] + [1].map(k, k)[0]", 3),  # no loop over a map
        ("{3: 2, 1: 3}.map(k, k)", [1, 3]),
        ("{true: 2, false: 3}.map(k, k)", [False, True]),
        ("{'a': 2, true: 3}.map(k, k)", [True, "a"]),
        ("{}.map(k, k)", []),
        ("tenantlint.Lapse{x: {'a': 1}}.x.map(k, k)", ["a"]),
    ],
)
def test_a_loop_over_a_map_keeps_the_types_of_its_keys(source: str, expected: Any) -> None:
    assert repr(value_of(source)) == repr(expected)


@pytest.mark.parametrize("loop", ["exists(f, f > 1)", "map(f, f) == []", "filter(f, f) == []"])
def test_an_error_in_what_a_loop_visits_has_its_offset(loop: str) -> None:
    scope = Scope("tenant")
    source = f"1 > 2 || {{'a': dyn([1])}}['b'].{loop}"
    with pytest.raises(ExpressionError) as found:
        compile_expression(source, scope).evaluate(evaluator(scope).Activation({}))
    assert found.value.offset == 9


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.integers(0, 430))
def test_a_loop_makes_the_list_of_python(size: int) -> None:
    scope = Scope("tenant")
    texts = [str(number) for number in range(size)]
    users = [message_class("User")(email=text) for text in texts]
    expected = {
        "users.map(u, u.email)": texts,
        "users.filter(u, u.email.contains('1')).map(u, u.email)": [x for x in texts if "1" in x],
        "users.map(u, u.email.contains('1'), u.email)": [x for x in texts if "1" in x],
        "[users, users].map(u, u.map(v, v.email + 'a'))": [[f"{x}a" for x in texts]] * 2,
        "[1, 2].map(n, users.filter(u, u.email.contains('1')).map(u, u.email + string(n)))": [
            [x + n for x in texts if "1" in x] for n in "12"
        ],
        "users.map(u, [1, 2].filter(n, n > 1).map(m, u.email + string(m)))": [
            [f"{x}2"] for x in texts
        ],
    }
    for source, values in expected.items():
        activation = evaluator(scope).Activation({"users": users})
        assert compile_expression(source, scope).evaluate(activation) == values


@pytest.mark.parametrize("loop", ["map(f, 1)", "filter(f, false)", "exists(f, true)"])
@pytest.mark.parametrize("value", ["''", "'abc'", "b'a'", "3", "null"])
def test_a_loop_over_a_value_that_is_no_list_is_an_error(value: str, loop: str) -> None:
    scope = Scope("tenant")
    with pytest.raises(ExpressionError, match="a loop needs a list or a map; test the value"):
        compile_expression(f"dyn({value}).{loop}", scope).evaluate(evaluator(scope).Activation({}))


def test_short_lists_within_a_loop_count_once_for_its_limit() -> None:
    scope = Scope("tenant")
    assignment = message_class("Assignment")(subscription="Sub1")
    users = [message_class("User")(email="a", assignments=[assignment]) for _ in range(4_900)]
    source = "users.filter(u, u.assignments.filter(a, a.subscription == 'Sub9').size() > 0).size()"
    activation = evaluator(scope).Activation({"users": users})
    assert compile_expression(source, scope).evaluate(activation) == 0


def test_loops_that_are_nested_too_deeply_have_a_place() -> None:
    for depth in (15, 20):  # more than can be changed, and more than can be read
        source = "1"
        for number in range(depth):
            source = f"[1].map(x{number}, {source})"
        with pytest.raises(CompileError, match="loops are nested too deeply") as found:
            compile_expression(f"{source}.size() == 1", Scope("tenant"))
        assert [item.offset for item in found.value.errors] == [0]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems measure in other units")
@pytest.mark.parametrize("loop", ["map(u, u.email)", "filter(u, true)"])
def test_the_memory_for_a_list_of_a_loop_is_not_quadratic(loop: str) -> None:
    program = f"""
from pathlib import Path
from validator.plugins.cel_environment import evaluator, message_class
from validator.plugins.cel_expression import compile_expression
from validator.plugins.cel_schema import Scope
scope = Scope("tenant")
users = [message_class("User")(email="a@x.com") for _ in range(9_900)]
activation = evaluator(scope).Activation({{"users": users}})
assert compile_expression("users.{loop}.size()", scope).evaluate(activation) == 9_900
print(*[line.split()[1] for line in Path("/proc/self/status").open() if "VmHWM" in line])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 300_000  # kB; 1.6 GB if each element copies the list


def test_a_mapping_in_a_message_is_sorted(tmp_path: Path) -> None:
    value = {**TENANT, "x-m": {"c": 3, "a": True, "b": None, "l": ["x", 1, {"z": 1.5, "y": 2}]}}
    found = said(load(tmp_path, "true", "{x['x-m']}", "tenant"), value, DAY)
    assert [text for _, _, text in found] == ["{a: true, b: null, c: 3, l: [x, 1, {y: 2, z: 1.5}]}"]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("{subscription.name}", "8:13: the message is empty; add text outside"),
        ("{subscription.name} ", "8:13: the message is empty; add text outside"),
        ("a {dyn(subscription)}", "8:15: a message cannot show {dyn(subscription)}; name one of"),
        (
            "{[dyn(primary)]}",
            "8:14: a message cannot show {[dyn(primary)]}; name one of its fields",
        ),
    ],
)
def test_a_message_that_cannot_be_shown_has_its_place(
    tmp_path: Path, message: str, error: str
) -> None:
    named = {"id": "Sub1", "name": "Care", "type": "named", "start": "2025-01-01"}
    other = {"id": "Sub2", "type": "named", "start": "2025-01-01"}
    value = {**TENANT, "subscriptions": [named, other], "users": [], "usage": []}
    with pytest.raises(AssertionError) as found:
        said(load(tmp_path, "true", message, "subscriptions"), value, DAY)
    assert f"policies.yaml:{error}" in str(found.value.args[0])


# Months


def test_a_month_has_one_element_per_service(tmp_path: Path) -> None:
    message = "{month.month} {month.service} {month.used} {month.overage} {month.rows.size()}"
    assert texts(tmp_path, "true", f"{message} {{month.start}} {{month.end}}", "months") == [
        "/usage/1: 2026-03 premium-agent 1.5 0 1 2026-03-01 2026-03-31",
        "/usage/2: 2026-04 ivr-port 2 2 1 2026-04-01 2026-04-30",
    ]
    assert texts(tmp_path, "month.used > 1.5", "{month.primary}", "months", at="quantity") == [
        "/usage/2/quantity: Sub1"
    ]


# Keys at which findings are reported


@pytest.mark.parametrize(
    ("each", "at", "hint"),
    [
        ("subscriptions", "startt", "did you mean start?"),
        ("users", "mail", "did you mean email?"),
        ("months", "montth", "did you mean month?"),
        ("entitlements", "qqq", "the keys are quantity, since and until"),
        ("tenant", "userss", "did you mean users?"),
        ("assignments", "licence", "did you mean license?"),
    ],
)
def test_an_unknown_key_is_an_error_with_a_hint(
    tmp_path: Path, each: str, at: str, hint: str
) -> None:
    with pytest.raises(PolicyFileError) as error:
        load(tmp_path, "true", "x", each, at=at)
    assert str(error.value) == f"policies.yaml:9:7: an element has no key {at}; {hint}"


# Positions of errors


FORMS = [
    "{}", "'{}'", '"{}"', "|\n      {}", ">-\n      {}", "|2\n        {}", "&a {}", "!!str {}",
]  # fmt: skip
BROKEN = "has(user.name) && size(user.rolls) > 1 && user.emial != user.name"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("breaks", [False, True])
def test_every_error_in_an_expression_has_its_position(
    tmp_path: Path, form: str, *, breaks: bool
) -> None:
    if breaks and form == FORMS[5]:
        pytest.skip("the lines of this scalar need a fixed indentation")
    broken = BROKEN.replace(" && ", " &&\n          ") if breaks else BROKEN
    if form == FORMS[3]:
        broken = broken.replace("\n          ", "\n      ")
    text = policy_text("WHEN").replace("when: WHEN", f"when: {form.format(broken)}")
    file = tmp_path / "p.yaml"
    file.write_text(text)
    with pytest.raises(PolicyFileError) as error:
        load_policy_file(str(file), "p.yaml")
    lines = text.splitlines()
    found = []
    for line in str(error.value).splitlines():
        _, row, column, _ = line.split(":", 3)
        found.append(lines[int(row) - 1][int(column) - 1 :][:6])
    assert found == [".rolls", ".emial"]


def test_all_errors_in_a_policy_file_are_reported_together(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(
        policy_text("user.rolls == 1 || user.end < today", "a {user.nme}\nb {user.x} {}", at="mail")
        + policy_text("true").partition("policies:\n")[2]
        + policy_text("true", sverity="error", id="other").partition("policies:\n")[2]
        + policy_text("user.nam == ''", id="third").partition("policies:\n")[2]
        + policy_text("true").partition("policies:\n")[2]
    )
    with pytest.raises(PolicyFileError) as error:
        load_policy_file(str(file), "p.yaml")
    assert [
        line.partition(": ")[2].partition(";")[0] for line in str(error.value).splitlines()
    ] == [
        "the policy has no key sverity",
        "undefined field 'rolls' not found in struct 'User'",
        "undefined field 'end' not found in struct 'User'",
        "undefined field 'nme' not found in struct 'User'",
        "a message cannot show {user.x}",
        "{} is not an expression in braces",
        "an element has no key mail",
        "the policy id mine is already used at p.yaml:3:7",
        "undefined field 'nam' not found in struct 'User'",
        "the policy id mine is already used at p.yaml:3:7",
    ]
    assert str(error.value).splitlines()[-1].startswith("p.yaml:31:7: the policy id")
    # Ids are also compared if the first policy has other errors.
    assert "\np.yaml:12:7: the policy id mine is already used" in str(error.value)


def test_an_id_that_is_taken_is_reported_at_its_position(run: Run, folder: Path) -> None:
    (folder / "tenantlint.toml").write_text('policy-files = ["a.yaml", "b.yaml"]\n')
    (folder / "a.yaml").write_text(policy_text("true"))
    (folder / "b.yaml").write_text("# the second\n" + policy_text("true"))
    assert run("policies").err == (
        "tenantlint: b.yaml:4:7: the policy id mine is already used by a.yaml:3:7; choose another id, or load only one of them\n"
    )
    (folder / "b.yaml").write_text(policy_text("true", id="mixed-telephony"))
    assert run("policies").err == (
        "tenantlint: b.yaml:3:7: the policy id mixed-telephony is already used by tenantlint; choose another id, or load only one of them\n"
    )


def test_an_error_in_an_example_names_the_example(run: Run, folder: Path) -> None:
    (folder / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')
    example = (
        "users:\n  - {email: a@b.example, roles: [agent]}  # expect: mine\nsubscriptions: []\n"
    )
    good = "users: []\nsubscriptions: []\n"
    (folder / "policies.yaml").write_text(
        policy_text("user.roles[1] == 'x'", examples={"bad": [example], "good": [good]})
    )
    outcome = run("test")
    assert outcome.code == 2
    assert "(policy mine on bad example 1:2:5)" in outcome.err


SCALARS = st.text(st.sampled_from("ab'\"\\ \n\t:#é😀{}"), min_size=1, max_size=20).filter(
    lambda text: text.strip(" \n\t") == text
)


@settings(max_examples=150, derandomize=True)
@given(SCALARS, st.sampled_from(["'", '"', "|", ">", None]))
def test_the_offset_of_a_character_in_a_scalar_is_found(value: str, style: str | None) -> None:
    text = yaml.safe_dump({"k": value}, default_style=style, allow_unicode=style != '"', width=15)
    (document,) = read_documents(text)
    if not document.is_readable or document.value not in ({"k": value}, {'"k"': value}):
        return
    start, end = document.nodes.offsets(2)
    raw = text[start:end]
    for offset, char in enumerate(value):
        if char in " \n\t":
            continue
        found = raw[offset_in_text(raw, value, offset) :]
        if found.startswith("\\") and raw.startswith('"'):
            continue
        assert found.startswith("''" if char == "'" and raw.startswith("'") else char)
