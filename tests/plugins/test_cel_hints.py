"""CEL expressions: the hints about mistakes, which lead to expressions that work."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.test_cel_language import DAY, errors_of
from tests.plugins.test_policy_file import load, said
from validator.plugins.cel_functions import FUNCTIONS
from validator.plugins.cel_hints import CALLS
from validator.plugins.cel_schema import ALWAYS_SET, ELEMENT_VARIABLES, MESSAGES
from validator.plugins.cel_schema import DAY as DAY_TYPE

SUBSCRIPTION = {
    "id": "Sub1",
    "type": "named",
    "start": "2025-01-01",
    "x-n": 3,
    "x-null": None,
    "x-l": ["a", "b"],
    "x-nl": [3, 4],
}


def checked(tmp_path: Path, when: str, **more: Any) -> str:
    """Return the error when an expression is evaluated; an empty string if there is none."""
    value = {
        "version": 1,
        "tenant": {"id": "t", "name": "T"},
        "subscriptions": [{**SUBSCRIPTION, **more}],
    }
    try:
        said(load(tmp_path, when, "x", "subscriptions"), json.loads(json.dumps(value)), DAY)
    except AssertionError as error:
        return str(error.args[0])
    return ""


@pytest.mark.parametrize(
    ("mistake", "hint", "right"),
    [
        ("subscription.department != None", "write has(subscription.department)",
         "has(subscription.department)"),
        ("subscription.department == undefined", "write !has(subscription.department)",
         "!has(subscription.department)"),
        ("subscription.department != NULL", "write has(subscription.department)", ""),
        ("subscription.department == nil", "write !has(subscription.department)", ""),
        ("subscription.department != null", "write has(subscription.department)", ""),
        ("subscription.last_day > None", "test with has() whether the file has a value", ""),
        ("subscription.x['x-n'] == None", "write null", "subscription.x['x-n'] == null"),
        ("subscription.primary == True", "write true", "subscription.primary == true"),
        ("subscription.primary == FALSE", "write false", "subscription.primary == false"),
        ("subscription.department == Care", 'write "Care" for a text',
         'subscription.department == "Care"'),
        ("subscription.telephony == webex-calling", 'write "webex-calling" for a text',
         'subscription.telephony == "webex-calling"'),
        ("subscription.offer != flex-3", 'write "flex-3" for a text',
         'subscription.offer != "flex-3"'),
        ("subscription.type in [x, read-only]", 'write "read-only" for a text', ""),
        ("subscription.department == Customer care", 'write "Customer care" for a text', ""),
        ("subscription.status != active", 'write "active" for a text',
         'subscription.status != "active"'),
        ("subscription.notice_days > 30.0", "write 30 instead of 30.0",
         "subscription.notice_days > 30"),
        ("1.5 * 2 > 3.0", "write 2.0 instead of 2", "1.5 * 2.0 > 3.0"),
        ("usage.exists(r, r.month < today)", 'and day(row.month + "-01") for a month',
         'usage.exists(r, day(r.month + "-01") < today)'),
        ("users.exists(u => u.is_idle)", "write a comma after the name",
         "users.exists(u, u.is_idle)"),
        ('subscription.department == "Care', "a quotation mark is not closed", ""),
        ("subscription.start < 2026-01-01", 'write day("2026-01-01")',
         'subscription.start < day("2026-01-01")'),
        ("2026-1-1 == subscription.start", 'write day("2026-01-01")', ""),
        ("today - 2026-01-01 > days(3)", 'write day("2026-01-01")',
         'today - day("2026-01-01") > days(3)'),
        ("subscription.start < 2026", 'write day("2026-05-01")', ""),
        ('"2026-01-01" < subscription.start', 'write day("2026-05-01")', ""),
        ("subscription.start - 90 < today", "write days(90)", "subscription.start - days(90) < today"),
        ("today - subscription.start < 90", "write days(90), or days(x) for a number x",
         "today - subscription.start < days(90)"),
        ("subscription.notice_days < days(90)", "days(x) for a number x",
         "days(subscription.notice_days) < days(90)"),
        ("days(3) * 2 < days(7)", "calculate with the number of days: days(3 * 2)",
         "days(3 * 2) < days(7)"),
        ("2 * days(3) < days(7)", "days(3 * 2)", ""),
        ("days(7) / 2 < days(7)", "calculate with the number of days", ""),
        ('subscription.department not in ["Care"]', "write !(value in list)",
         '!(subscription.department in ["Care"])'),
        ('subscription.department !in ["Care"]', "write !(value in list)", ""),
        ("subscription.is_live and not subscription.is_active", "write &&, || and !",
         "subscription.is_live && !subscription.is_active"),
        ("subscription.x['x-l'].distinct().size() > 1",
         "list.map(x, double(x)).distinct() for numbers, list.map(x, string(x)).distinct() for",
         "subscription.x['x-l'].map(x, string(x)).distinct().size() > 1"),
        ("subscription.x['x-nl'].sum() > 1.0", "convert them first: list.map(x, double(x)).sum()",
         "subscription.x['x-nl'].map(x, double(x)).sum() > 1.0"),
        ("5.0 % 2 == 1.0", "write int(x) % 10", "int(5.0) % 2 == 1"),
        ("days(2.5) > days(3)", "write days(int(x))", "days(int(2.5)) > days(3)"),
        ("[3, 1].sort(1) == [1, 3]", "write list.sort()", "[3, 1].sort() == [1, 3]"),
        ("sum([3, 1]) > 2", "write list.sum()", "[3, 1].sum() > 2"),
        ('trim(subscription.id) == "Sub1"', "write text.trim()",
         'subscription.id.trim() == "Sub1"'),
        ("2.5.round() > 2", "write round(x) or round(x, 2)", "round(2.5) > 2"),
        ("day(2026, 5, 1) > today", 'write day("2026-05-01")', 'day("2026-05-01") == today'),
        ("size(1, 2) > 0", "write size(x)", "size([1, 2]) > 0"),
    ],
)  # fmt: skip
def test_what_a_hint_says_works(tmp_path: Path, mistake: str, hint: str, right: str) -> None:
    error, *_ = errors_of(mistake)  # others result from the first
    assert hint in error.partition("; ")[2]
    if right:
        assert checked(tmp_path, right) == ""


WORKING = {
    "all": 'list.all(x, x == "a")',
    "contains": 'text.contains("a")',
    "day": 'day("2026-05-01") == today',
    "days": "days(90).days() == 90",
    "distinct": "list.distinct() == list",
    "endsWith": 'text.endsWith("3")',
    "exists": 'list.exists(x, x == "a")',
    "exists_one": 'list.exists_one(x, x == "a")',
    "filter": 'list.filter(x, x == "a") == list',
    "format": '"%s".format([text]) == text',
    "indexOf": 'text.indexOf("1") == 0',
    "join": 'list.join(", ") == "a"',
    "lowerAscii": "text.lowerAscii() == text",
    "map": "list.map(x, x) == list",
    "matches": 'text.matches("1.*")',
    "max": "[1, 3].max() == 3",
    "min": "[1, 3].min() == 1",
    "replace": 'text.replace("1", "2") == "223"',
    "round": "round(1.5) == 2 && round(1.54, 1) == 1.5",
    "size": "size(text) == 3",
    "sort": "list.sort() == list",
    "split": 'text.split("2") == ["1", "3"]',
    "startsWith": 'text.startsWith("1")',
    "substring": 'text.substring(0, 2) == "12"',
    "sum": "[1, 3].sum() == 4",
    "trim": "text.trim() == text",
    "upperAscii": "text.upperAscii() == text",
}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_function_can_be_called_as_its_hint_says(tmp_path: Path, name: str) -> None:
    call = re.sub(r"\btext\b", '"123"', WORKING[name])
    assert checked(tmp_path, re.sub(r"\blist\b", '["a"]', call)) == ""
    called = f".{name}(" if "." in CALLS[name].partition("(")[0] else f"{name}("
    assert called in WORKING[name]


def test_each_function_has_a_hint_about_its_call() -> None:
    assert {function.name for function in FUNCTIONS.values()} <= CALLS.keys()


@pytest.mark.parametrize(
    ("mistakes", "hints"),
    [
        ("subscription.partner != null && subscription.name != null",
         ["write has(subscription.partner)", "write has(subscription.name)"]),
        ("subscription.department == nil || subscription.partner == nil",
         ["write !has(subscription.department)", "write !has(subscription.partner)"]),
        ("users[0].x.name == None", ["test with has() whether the file has a value"]),
        ("subscription.start < 2026-01-01 && subscription.start > 2025-01-01",
         ['write day("2026-01-01")', 'write day("2025-01-01")']),
        ("subscription.start < 5 && subscription.start < 2026-01-01",
         ['write day("2026-05-01")', 'write day("2026-01-01")']),
        ("subscription.start + 30 < 2026-01-01", ["write days(90)"]),
        ("2026-01-01 - subscription.start > days(3)", ['write day("2026-01-01")']),
        ("subscription.start in [2026-01-01]", ['write day("2026-01-01")']),
        ('subscription.id != "from 2020-01-01 on" && subscription.start < "2026-05-01"',
         ['write day("2026-05-01")']),
        ("subscription.start < 5 // 2020-01-01", ['write day("2026-05-01")']),
        ('subscription.x-cost == "a" && subscription.department == nil',
         ['write subscription.x["x-cost"]', "write !has(subscription.department)"]),
        ('subscription.x["x-a"].trims() == "" && subscription.name == trims',
         ["did you mean trim?", 'write "trims" for a text']),
        ('subscription.id == "a" and subscription.name == "b" && subscription.id not in ["c"]',
         ["write &&, || and !"]),
        ('subscription.name == "this and that" == = 3', ["write == to compare"]),
    ],
)  # fmt: skip
def test_each_mistake_has_the_hint_about_its_place(mistakes: str, hints: list[str]) -> None:
    errors = errors_of(mistakes)
    assert [error.partition("; ")[2].partition(":")[0] for error in errors] == hints


@pytest.mark.parametrize("field", sorted(ALWAYS_SET))
@pytest.mark.parametrize("operator", ["==", "!="])
def test_a_field_that_always_has_a_value_is_not_to_be_tested_with_has(
    field: str, operator: str
) -> None:
    message, _, key = field.partition(".")
    each, name = next(
        (each, name)
        for each, variables in ELEMENT_VARIABLES.items()
        for name, kind in variables.items()
        if kind == message
    )
    # A comparison of a day with null is no error.
    words = ["None"] if MESSAGES[message][key] == DAY_TYPE else ["None", "null"]
    for word in words:
        error, *_ = errors_of(f"{name}.{key} {operator} {word}", each)
        hint, _, remedy = error.partition("; ")[2].partition("; ")
        assert hint.startswith(f"{name}.{key} always has a value")
        right = remedy.removeprefix("write ").removeprefix("compare the value")
        right = right.removeprefix(" with the start of the subscription").removeprefix(": ")
        assert not right or errors_of(right, each) == []
        assert "has(" not in right or key == "last_day"


@pytest.mark.parametrize(
    ("mistake", "hint"),
    [
        ("subscriptions.exists(s, s.status == None)",
         ("s.status always has a value: a missing status reads as active; "
         'compare the value: s.status == "active"')),
        ("subscriptions.exists(s, s.entitlements.exists(e, e.since == None))",
         ("e.since always has a value: a missing since reads as the start of the subscription; "
         "compare the value with the start of the subscription")),
        ("subscription.last_day == None",
         "subscription.last_day always has a value; write !has(subscription.end)"),
        ("subscription.is_live != null",
         "subscription.is_live always has a value; write subscription.is_live"),
        ("subscription.auto_renew == null",
         ("subscription.auto_renew always has a value: a missing auto_renew reads as false; "
         "write !subscription.auto_renew")),
        ("subscription.x.status == None", "write !has(subscription.x.status)"),
        ("subscriptions.exists(s, s.x.status == None)", "write !has(s.x.status)"),
        ("primary.status != null", "write has(primary.status)"),  # there may be no primary
        ("subscription.start == None",
         "subscription.start always has a value; compare the value"),
        ('subscription.end != ""', "write has(subscription.end)"),
        ("subscription.start == ''", "subscription.start always has a value; compare the value"),
    ],
)  # fmt: skip
def test_the_hint_about_no_value_depends_on_the_field(mistake: str, hint: str) -> None:
    (error,) = errors_of(mistake)
    assert error.endswith(f"; {hint}")
    right = hint.rpartition("; ")[2].removeprefix("write ").removeprefix("compare the value")
    assert "(s, " in mistake or not right or errors_of(right.removeprefix(": ")) == []


@pytest.mark.parametrize(
    ("comparison", "error"),
    [
        ("subscription.end == null", "subscription.end is never null; write !has(subscription.end)"),
        ("null != subscription.end", "subscription.end is never null; write has(subscription.end)"),
        ("has(subscription.end) && subscription.end == null",
         "subscription.end is never null; write !has(subscription.end)"),
        ("subscription.start == null", "subscription.start always has a value; compare the value"),
        ("subscription.last_day != null",
         "subscription.last_day always has a value; write has(subscription.end)"),
        ("primary == null", "primary is never null; write !has(primary.status)"),
        ("primary.end != null", "primary.end is never null; write has(primary.end)"),
        ("subscription == null", "subscription is never null; remove the comparison"),
        ("active.exists(s, s == null)", "s is never null; remove the comparison"),
        ('day("2026-01-01") == null', "the value is never null; remove the comparison"),
    ],
)  # fmt: skip
def test_a_comparison_with_null_that_never_changes_is_refused(comparison: str, error: str) -> None:
    # Otherwise the policy would never have a finding.
    assert errors_of(comparison) == [error]
    right = error.partition("; write ")[2]
    assert not right or errors_of(right) == []


@pytest.mark.parametrize(
    "text", ["subscription.x['x-n'] == null", "dyn(has(subscription.end)) == null"]
)
def test_a_comparison_with_null_can_be_true_for_other_values(text: str) -> None:
    assert errors_of(text) == []


def test_a_day_without_quotes_is_no_calculation() -> None:
    for text, day in (
        ("2026-12-31", "2026-12-31"),
        ("subscription.x['x-d'] == 2026-1-5", "2026-01-05"),
        ("subscription.notice_days > 2026-12-31", "2026-12-31"),
    ):
        (error,) = errors_of(text)
        assert error.endswith(f' is a subtraction; write day("{day}")')
    for right in ("'2026-12-31' == subscription.name", "2026 - 12 - 31 > 3", "2026-13-31 > 3"):
        assert errors_of(right) == []


@pytest.mark.parametrize(
    ("mistake", "error", "right"),
    [
        ('subscription.x["x-null"] < 3',
         '_<_(null, int); test the value first: subscription.x["x-key"] != null',
         'subscription.x["x-null"] != null && subscription.x["x-null"] < 3'),
        ('subscription.x["x-n"] + 1 > 3',
         "_+_(double, int); write 10.0 instead of 10, or double(x)",
         'subscription.x["x-n"] + 1.0 > 3.0'),
        ('subscription.x["x-n"] % 2 == 1', "_%_(double, int); write int(x) % 10",
         'int(subscription.x["x-n"]) % 2 == 1'),
        ('days(subscription.x["x-n"]) > days(2)', "days(double); write days(int(x))",
         'days(int(subscription.x["x-n"])) > days(2)'),
        ('subscription.x["x-n"] > "3"', "_>_(double, string); both sides need the same type", ""),
        ('subscription.x["x-n"].exists(k, true)',
         "a loop needs a list or a map; test the value with type(x) == list first",
         'type(subscription.x["x-n"]) == list && subscription.x["x-n"].exists(k, true)'),
        ('1 in subscription.x["x-n"]', "_in_; the value after in must be a list or a map", ""),
        ('subscription.x["x-long"].exists(k, k == 1)',
         "Iteration budget exceeded; loops visit fewer than 10,000 elements; use for-each", ""),
        ("[9223372036854775807, 1].sum() > 3", "integer overflow", ""),
        ('day("0001-01-01") > today', "", ""),
        ('string(day("0001-01-01")) == "0001-01-01T00:00:00Z" ? 1 / 0 == 1 : true',
         "divide by zero", ""),
    ],
)  # fmt: skip
def test_an_error_on_evaluation_has_a_hint_and_no_internal_names(
    tmp_path: Path, mistake: str, error: str, right: str
) -> None:
    found = checked(tmp_path, mistake, **{"x-long": [0] * 10_500})
    assert error in found
    assert bool(error) is bool(found)
    assert "int64" not in found
    if right:
        assert checked(tmp_path, right) == ""
