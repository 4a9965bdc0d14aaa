"""Policies without code find the same as policies in Python, and every error in one is reported."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import COMMAND, ROOT, SOUND, UNSOUND, Run
from tests.tenants import tenants
from validator import Finding, TenantOn
from validator.checking.file_check import FileCheck
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.plugins import cel_activation, declared_policy
from validator.plugins.cel_activation import activations
from validator.plugins.loading import Plugins, load_plugins
from validator.plugins.policy import Policy, UndecidedError
from validator.plugins.policy_file import PolicyFileError, load_policy_file
from validator.schema.tenant_schema import tenant_of
from validator.system import limits
from validator.system.limits import (
    _SLOT_BYTES,
    _SLOT_COUNT,
    LimitError,
    _unfinished_work,
    time_limit,
)

DAY = ("--as-of", "2026-05-01")
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


def policy_text(when: str, message: str = "x", each: str = "users", **more: object) -> str:
    policy = {
        "id": "mine",
        "severity": "error",
        "title": "x.",
        "for-each": each,
        "when": when,
        "message": message,
        **more,
    }
    return yaml.safe_dump({"version": 1, "policies": [policy]}, sort_keys=False, width=10_000)


def load(folder: Path, when: str, message: str, each: str, **more: str) -> Policy:
    file = folder / "policies.yaml"
    file.write_text(policy_text(when, message, each, **more))
    (policy,) = load_policy_file(str(file), "policies.yaml")
    return policy


@pytest.fixture
def use(folder: Path) -> Callable[..., None]:
    """Write a policy, or the text of a policy file, and a configuration that uses it."""

    def write(
        when: str,
        message: str = "x",
        each: str = "users",
        text: str | None = None,
        **more: object,
    ) -> None:
        content = policy_text(when, message, each, **more) if text is None else text
        (folder / "policies.yaml").write_text(content)
        (folder / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')
        (folder / "a.tenant.yaml").write_text(
            SOUND + "users:\n  - {email: a@b.example, roles: [agent], assignments: [Sub1]}\n"
        )

    return write


# Equivalent policies in Python


def late(tenant: TenantOn) -> Iterator[Finding]:
    for item in tenant.subscriptions:
        if item.end is not None and item.end < tenant.today and item.partner is None:
            yield item.finding("end", message=f"{item.id} ended on {item.end}")


def unreachable(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        if "agent" in user.roles and tenant.user_covered_until(user) is None:
            yield user.finding("roles", message=f"{user.email}: {', '.join(user.roles)}")


def foreign(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        for item in user.assignments:
            known = tenant.subscription(item.subscription)
            # In CEL, a key that is not in the file has an empty value.
            if known is not None and (known.department or "") != (user.department or ""):
                yield item.finding(message=f"{user.email} in {item.subscription}")


def unused(tenant: TenantOn) -> Iterator[Finding]:
    """Iterate over the lines of each subscription, as `for-each: entitlements` does."""
    for item in tenant.subscriptions:
        for service, entitlement in item.entitlements.items():
            for line in entitlement.lines:
                first, last = line.since or item.start, line.until or tenant.today
                counts = first <= tenant.today and tenant.today <= last
                if not counts or not tenant.is_active(item) or not line.quantity:
                    continue
                if tenant.holders(item, service) == 0:
                    yield line.finding(message=f"{service} of {item.id}: {line.quantity}")


def lapsing(tenant: TenantOn) -> Iterator[Finding]:
    for item in tenant.subscriptions:
        for service, entitlement in item.entitlements.items():
            for line in entitlement.lines:
                if line.until is not None and line.until < tenant.today:
                    first = line.since or item.start
                    yield line.finding("until", message=f"{service} from {first} to {line.until}")


def absent(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        if tenant.is_idle(user) and user.last_access is not None and user.status != "inactive":
            status = user.status or "active"
            yield user.finding("last_access", message=f"{status} since {user.last_access}")


def short_notice(tenant: TenantOn) -> Iterator[Finding]:
    for item in tenant.subscriptions:
        if item.notice_days < 45 and item.deployment == "hybrid" and not item.has_entitlements:
            yield item.finding(message=f"{item.id}: {item.notice_days}, {tenant.state(item)}")


def over(tenant: TenantOn) -> Iterator[Finding]:
    for use in tenant.months.all_use:
        if use.overage > 0 and use.bearer is not None:
            lowest = use.quantity.lowest
            message = f"{use.row.service}, {use.bearer.id}, {lowest} to {use.entitled}"
            yield use.row.finding("quantity", message=message)


def lonely(tenant: TenantOn) -> Iterator[Finding]:
    if len(tenant.active) == 1 and tenant.primary is not None:
        yield tenant.tenant.finding("subscriptions", message=f"only {tenant.primary.id}")


def idle(tenant: TenantOn) -> Iterator[Finding]:
    for partner in tenant.partners:
        if partner.access == "full" and not tenant.has_subscription(partner):
            yield partner.finding("access", message=partner.id)


FIRST_SUBSCRIPTION = "subscriptions.filter(s, s.id == assignment.subscription)[0]"
SAME_ROWS = "usage.filter(r, r.month == row.month && r.service == row.service)"
TENANT_ROWS = f"{SAME_ROWS}.filter(r, !has(r.subscription))"
FIRST_ROW = f"({TENANT_ROWS} + {SAME_ROWS})[0]"
PAIRS: list[tuple[Any, str, str, str, dict[str, str]]] = [
    (
        late,
        "subscriptions",
        "has(subscription.end) && subscription.end < today && !has(subscription.partner)",
        "{subscription.id} ended on {subscription.end}",
        {"at": "end"},
    ),
    (
        unreachable,
        "users",
        "'agent' in user.roles && !user.has_access",
        "{user.email}: {user.roles.join(', ')}",
        {"at": "roles"},
    ),
    (
        foreign,
        "assignments",
        f"assignment.is_known && {FIRST_SUBSCRIPTION}.department != user.department",
        "{user.email} in {assignment.subscription}",
        {},
    ),
    (
        unused,
        "entitlements",
        "entitlement.is_active && entitlement.quantity > 0 && entitlement.assigned == 0",
        "{entitlement.service} of {subscription.id}: {entitlement.quantity}",
        {},
    ),
    (
        lapsing,
        "entitlements",
        "has(entitlement.until) && entitlement.until < today",
        "{entitlement.service} from {entitlement.since} to {entitlement.until}",
        {"at": "until"},
    ),
    (
        absent,
        "users",
        "user.is_idle && has(user.last_access) && user.status != 'inactive'",
        "{user.status} since {user.last_access}",
        {"at": "last_access"},
    ),
    (
        short_notice,
        "subscriptions",
        (
            "subscription.notice_days < 45 && subscription.deployment == 'hybrid' "
            "&& !subscription.has_entitlements"
        ),
        "{subscription.id}: {subscription.notice_days}, {subscription.state}",
        {},
    ),
    (
        over,
        "usage",
        f"row.overage > 0.0 && row.bearer != '' && {FIRST_ROW} == row",
        "{row.service}, {row.bearer}, {row.lowest} to {row.entitled}",
        {"at": "quantity"},
    ),
    (lonely, "tenant", "active.size() == 1", "only {primary.id}", {"at": "subscriptions"}),
    (
        idle,
        "partners",
        "partner.access == 'full' && !partner.has_subscription",
        "{partner.id}",
        {"at": "access"},
    ),
]


def said(policy: Policy, value: object, day: date, *, ahead: bool = False) -> Any:
    plugins = load_plugins(installed=False)
    selection = Selection(
        Settings(day), Plugins({policy.id: policy}, plugins.schemas, plugins.reporters)
    )
    checked = FileCheck("x", json.dumps(value).encode(), selection, ahead=ahead).on(day)
    assert not checked.failures, checked.failures
    every = [(item.path, item.span, item.message) for item in checked.diagnostics]
    return (every, checked.until) if ahead else every


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0].__name__)
def test_policies_without_code_find_the_same_as_in_python(tmp_path: Path, pair: Any) -> None:
    look, each, when, message, more = pair
    declared = load(tmp_path, when, message, each, **more)
    written = Policy("mine", "custom", "error", "x.", look)

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(tenants(), st.integers(0, 300))
    def compare(value: dict[str, Any], ahead: int) -> None:
        day = date(2026, 1, 1) + timedelta(ahead)
        ours = said(declared, value, day)
        theirs = said(written, value, day)
        if look is over:  # CEL compares by value, so a first row that is listed twice is one row
            assert {item[2] for item in ours} == {item[2] for item in theirs}
        else:
            assert ours == theirs

    compare()


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(tenants(), st.sampled_from(PAIRS), st.integers(0, 200))
def test_findings_are_unchanged_before_their_until_day(
    tmp_path_factory: pytest.TempPathFactory, value: dict[str, Any], pair: Any, ahead: int
) -> None:
    _, each, when, message, more = pair
    declared = load(tmp_path_factory.mktemp("policies"), when, message, each, **more)
    begin = date(2026, 1, 1)
    now, until = said(declared, value, begin, ahead=True)
    day = min(begin + timedelta(ahead), until - timedelta(1))
    assert said(declared, value, day) == now


# In commands and formats


def test_a_policy_without_code_works_in_every_command_and_format(
    run: Run, folder: Path, use: Callable[..., None]
) -> None:
    use(
        "user.has_access",
        "{user.email} has access until {subscriptions[0].last_day}",
        topic="acme",
        do="take it away.",
    )
    found = run("check", *DAY, "--select", "acme")
    assert found.code == 1
    assert "error[mine]: a@b.example has access until 2199-12-31" in found.out
    assert "= help: take it away." in found.out
    assert run("check", *DAY, "--select", "acme") == found
    for format in ("concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"):
        assert "mine" in run("check", *DAY, "--select", "acme", "--format", format).out
    assert "acme          mine  " in run("policies").out
    assert run("explain", "mine").out.startswith("# mine\n\nerror, acme\n\nx.\n\n**Do:** take")
    assert run("check", *DAY, "--ignore", "acme").code == 0
    assert run("check", *DAY, "--severity", "mine=info").code == 0
    text = (folder / "a.tenant.yaml").read_text()
    (folder / "a.tenant.yaml").write_text(
        text.replace("[Sub1]}", "[Sub1]}  # tenantlint: ignore[mine]: agreed")
    )
    assert run("check", *DAY, "--select", "acme").code == 0


def test_forecast_evaluates_the_policy_on_every_day(run: Run, use: Callable[..., None]) -> None:
    use("today >= timestamp('2026-05-03T00:00:00Z')", "it is {today}", topic="acme")
    ahead = run("forecast", "--from", "2026-05-01", "--days", "5", "--select", "acme")
    assert "2026-05-03  a.tenant.yaml\n  + error[mine]: it is 2026-05-03\n" in ahead.out
    for day in ("2026-05-02", "2026-05-03", "2026-05-04"):
        now = run("check", "--as-of", day, "--select", "acme")
        assert now == run("check", "--as-of", day, "--select", "acme", "--no-cache")


def test_an_edited_policy_file_is_evaluated_again(run: Run, use: Callable[..., None]) -> None:
    use("user.has_access", "FIRST")
    assert "FIRST" in run("check", *DAY).out
    use("user.has_access", "OTHER")
    assert "OTHER" in run("check", *DAY).out


def test_several_processes_report_the_same(
    run: Run, folder: Path, use: Callable[..., None]
) -> None:
    use("user.has_access", "{user.email}")
    for number in range(20):
        text = (folder / "a.tenant.yaml").read_text()
        text = text.replace("t1", f"t{number}x").replace("Sub1", f"S{number}")
        (folder / f"b{number}.tenant.yaml").write_text(text)
    one = run("check", *DAY, "--jobs", "1", "--no-cache")
    assert one.out.count("error[mine]") == 21
    assert run("check", *DAY, "--jobs", "2", "--no-cache") == one


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_example_files_work_unchanged(run: Run, folder: Path, file: Path) -> None:
    (folder / file.name).write_bytes(file.read_bytes())
    (folder / "tenantlint.toml").write_text(f"policy-files = ['{file.name}']\n")
    (folder / "a.tenant.yaml").write_text(SOUND)
    assert run("test").code == 0
    assert run("check", *DAY, "--fail-on", "never").code == 0
    assert len(EXAMPLES) == 5


ALWAYS_SET_DAYS = {
    ("subscription", "last_day"),
    ("entitlement", "since"),
    ("month", "start"),
    ("month", "end"),
}


def shown(name: str, field: str, kind: str) -> str:
    """Return an expression that shows a field in a message."""
    text = f"{name}.{field}"
    if field == "term_months":
        return f"has({text}) ? {text} : 0"
    if kind == "day":
        may_be_unset = (name, field) not in ALWAYS_SET_DAYS
        return f"has({text}) ? string({text}) : ''" if may_be_unset else f"string({text})"
    return f"{text}.size()" if kind.startswith(("list ", "map")) else text


def test_every_field_can_be_read(tmp_path: Path) -> None:
    from validator.plugins.cel_schema import ELEMENT_VARIABLES, MESSAGES, VARIABLES

    for each, elements in ELEMENT_VARIABLES.items():
        for name, kind in {**VARIABLES, **elements}.items():
            fields = MESSAGES.get(kind, {})
            parts = [shown(name, field, fields[field]) for field in fields] or [name]
            message = "".join(f"{{{part}}}" for part in parts)
            value = yaml.safe_load((ROOT / "fixtures" / "harbour.tenant.yaml").read_text())
            plain = json.loads(json.dumps(value, default=str))
            if kind.startswith(("list ", "map")):
                message = f"{{{name}.size()}}"
            policy = load(tmp_path, "true", message or "x", each)
            assert said(policy, plain, date(2026, 5, 1)) or each == "assignments"


# Errors


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("a: [\n", ["policies.yaml: not a policy file: it has no key policies"]),
        ("version: 1\n", ["policies.yaml: not a policy file: it has no key policies"]),
        ("version: 1\npolicies: []\n", ["policies.yaml:2:1: policies is empty"]),
        (
            policy_text("true", sverity="error"),
            ["policies.yaml:9:3: the policy has no key sverity; did you mean severity?"],
        ),
        (policy_text("user.emial == ''"), ["7:13: undefined field 'emial'", "did you mean email?"]),
        (policy_text("usr.email == ''"), ["undeclared reference to 'usr", "did you mean user?"]),
        (
            policy_text("user.name == Ada"),
            ["undeclared reference to 'Ada'; write \"Ada\" for a text"],
        ),
        (
            policy_text("user.name in [Ada]"),
            ["undeclared reference to 'Ada'; write \"Ada\" for a text"],
        ),
        (policy_text("user.is_idle()"), ["is_idle is a field; write it without ()"]),
        (policy_text("today() > day('2026-05-01')"), ["today is a variable; write it without ()"]),
        (
            policy_text("true", "{user.email is idle"),
            ["8:13: { is not an expression in braces; write } after the expression, or {{ for a"],
        ),
        (policy_text("user.name.startswith('a')"), ["did you mean startsWith?"]),
        (
            policy_text("users.exists(user.name == 'a')"),
            ["write a name first: list.exists(x, x.key == value)"],
        ),
        (policy_text("today > day(2026-01-01)"), ['write day("2026-05-01"), in quotes']),
        (policy_text("today + days('3') > today"), ["write days(90), without quotes"]),
        (
            policy_text("true").replace("message: x", "message: {user.name} x"),
            ["; quote a message that begins with {"],
        ),
        (policy_text("true", at="user.name"), ["user.name is not the name of a key, such as end"]),
        (policy_text("user.email == 1"), ["7:20: found no matching overload for '_==_'"]),
        (policy_text("user.email +"), ["policies.yaml:7:", "Syntax error"]),
        (
            policy_text("user.email"),
            ["policies.yaml:7:9: the expression must return a boolean, not string"],
        ),
        (policy_text("true", "{user.nme}"), ["8:", "undefined field 'nme'; did", "name?"]),
        (policy_text("true", "a } b"), ["policies.yaml:8:14: } is not an expression in braces"]),
        (policy_text("true", "a {} b"), ["policies.yaml:8:14: {} is not an expression"]),
        (policy_text("subscription.id == ''"), ["available for each of subscriptions or entitle"]),
        (policy_text("1.5 > 1"), ["write 1.0 instead of 1"]),
        (
            policy_text("today < '2026-05-01'"),
            ["7:15: found no", "(timestamp, string)'; write day("],
        ),
        (policy_text("user.name == null"), ["; write !has(user.name)"]),
        (policy_text("not user.has_access"), ["write &&, || and !"]),
        (policy_text("user.name = 'x'"), ["write == to compare"]),
        (policy_text("len(user.name) > 1"), ["write size(x)"]),
        (policy_text("user.assignments['x'] == 1"), ["write list.exists"]),
        (policy_text("true", "{user.assignments}"), ["8:13: a message cannot show {user.assign"]),
        (policy_text("true", "{user}"), ["a message cannot show {user}; name one of its fields"]),
        (policy_text("(" * 900 + "true" + ")" * 900), ["policies.yaml:7:9: ", "recursion"]),
        (policy_text("'" + "a" * 5000 + "' == ''"), ["has more than 4,000 characters"]),
        (
            policy_text("true", id="mixed-telephony"),
            ["the policy id mixed-telephony is already used"],
        ),
        ("version: 1\npolicies:\n\t- id: x\n", ["3:1: ", "; replace the tab with spaces"]),
        (
            "version: 1\npolicies:\n  - when: !user.x\n",
            ["3:11: ", "; quote an expression that begins with `!`"],
        ),
        (policy_text("true", id="Mine_Own"), ["Mine_Own is not in kebab-case; write `mine-own`"]),
        (
            policy_text("true").replace("version: 1", "version: 2"),
            ["version must be 1, not 2; write `1`"],
        ),
        (
            "policies: [{}]\n",
            ["the policy file lacks version; add `version: 1`", "the policy lacks id,"],
        ),
        (
            policy_text(
                "true", options={"Days": {"type": "integer", "default": 1, "description": "x"}}
            ),
            ["policies.yaml:10:5: the option Days must have a name such as days or min_seats"],
        ),
        (
            policy_text("true", examples={"bad": [{"x": "a\nb\n"}], "good": ["x"]}),
            ["policies.yaml:11:7: an example must be text; write - | and the tenant file below it"],
        ),
        (policy_text("true", examples={"Bad": ["x"]}), ["the examples have no key Bad;"]),
        (policy_text("user.quantity"), ["undefined field"]),
        (policy_text("user.roles.size() && true"), ["(int, bool)'; compare the number: "]),
        (policy_text("user.name || true"), ["(string, bool)'; compare the text: "]),
        (policy_text("user.name == 3"), ["(string, int)'; both sides need the same type: write"]),
        (policy_text("true", id="Mine"), ["Mine is not in kebab-case; write `mine`"]),
    ],
)
def test_an_error_is_reported_at_its_position(
    run: Run, use: Callable[..., None], text: str, errors: list[str]
) -> None:
    use("", text=text)
    outcome = run("check")
    assert (outcome.code, outcome.out) == (2, "")
    for error in errors:
        assert error.split("; did")[0] in outcome.err


@pytest.mark.parametrize("command", ["forecast", "plan", "policies", "test", "usage"])
def test_every_command_that_loads_policies_reports_the_same_error(
    run: Run, use: Callable[..., None], command: str
) -> None:
    use("", text=policy_text("user.quantity"))
    outcome = run(command)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", run("check").err)


def test_advice_on_quotes_needs_an_expression(run: Run, use: Callable[..., None]) -> None:
    use("", text="version: 1\npolicies:\n\t- id: x\n")
    assert "quote an expression" not in run("policies").err


def test_every_invalid_policy_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(
        "version: 1\npolicies:\n"
        "  - {id: a, severity: error, title: x., for-each: users, when: user.v == '', message: x}\n"
        "  - id: b\n    severity: error\n    title: x.\n    for-each: users\n"
        "    when: |\n      true &&\n        user.y == ''\n    message: >-\n      {user.z}\n"
        "  - {id: c, severity: error, title: x., for-each: users, when: \"user.w == ''\", message: x}\n"
    )
    with pytest.raises(PolicyFileError) as error:
        load_policy_file(str(file), "p.yaml")
    assert [line.split(" ")[0] for line in str(error.value).splitlines()] == [
        "p.yaml:3:68:",
        "p.yaml:10:13:",
        "p.yaml:12:12:",
        "p.yaml:13:69:",
    ]


@pytest.mark.parametrize(
    ("each", "when", "fields"),
    [
        ("assignments", "user.name == 'x'", {"user": 0}),
        ("assignments", "user.assignments.size() > 1", {"user": 2}),
        ("assignments", "user == users[0]", {"user": 2}),
        ("entitlements", "subscription.id == 'Sub1'", {"subscription": 0}),
        ("entitlements", "subscription == primary", {"subscription": 2}),
    ],
)
def test_the_elements_are_left_out_of_what_contains_them_unless_they_are_used(
    tmp_path: Path, each: str, when: str, fields: Mapping[str, int]
) -> None:
    # CEL copies what contains an element for each element.
    policy = load(tmp_path, when, "x", each)
    given: list[Mapping[str, Any]] = []

    class Environment:
        @staticmethod
        def Activation(values: Mapping[str, Any]) -> None:  # noqa: N802
            given.append(values)

    tenant = tenant_of(
        {
            "version": 1,
            "tenant": {"id": "t", "name": "T"},
            "subscriptions": [
                {
                    "id": "Sub1",
                    "type": "named",
                    "start": "2025-01-01",
                    "entitlements": {"premium-agent": 1, "ai-agent": 1},
                }
            ],
            "users": [
                {"email": "a@b.example", "roles": ["agent"], "assignments": ["Sub1", "Sub1"]}
            ],
        }
    )
    declared: Any = getattr(policy.function, "__self__", None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cel_activation, "evaluator", lambda _: Environment)
        on = TenantOn(tenant, date(2026, 5, 1))
        assert len(list(activations(on, declared.scope, [declared.when], {}))) == 2
    for values in given:
        for name, number in fields.items():
            assert len(getattr(values[name], each)) == number


def test_many_slow_policies_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared_policy, "MAX_SECONDS", 0)
    monkeypatch.setattr(declared_policy, "_timed_out", {})
    text = policy_text("true")
    value = yaml.safe_load(text)
    value["policies"] = [{**value["policies"][0], "id": f"p{number}"} for number in range(14)]
    (tmp_path / "p.yaml").write_text(yaml.safe_dump(value))
    on = TenantOn(
        tenant_of(
            yaml.safe_load(
                SOUND.replace("2025-01-01", "'2025-01-01'")
                + "users: [{email: a@b.example, roles: [agent]}]"
            )
        ),
        date(2026, 5, 1),
    )
    said = []
    for policy in load_policy_file(str(tmp_path / "p.yaml"), "p.yaml") * 2:
        with pytest.raises(UndecidedError) as error:
            list(policy.function(on))
        said.append(str(error.value))
    assert all("took more than 0 seconds for 0 users" in line for line in said[:12] + said[14:26])
    assert all("12 policies have exceeded their time limit" in line for line in said[12:14])


def two_subscriptions() -> TenantOn:
    text = re.sub(r"\d{4}-\d\d-\d\d", r"'\g<0>'", UNSOUND)
    return TenantOn(tenant_of(yaml.safe_load(text)), date(2026, 5, 1))


def test_a_slow_policy_that_was_repaired_is_evaluated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "p.yaml"

    def evaluate(when: str) -> list[Finding]:
        file.write_text(policy_text(when, each="subscriptions"))
        (policy,) = load_policy_file(str(file), "p.yaml")
        return list(policy.function(two_subscriptions()))

    with monkeypatch.context() as patch:
        patch.setattr(declared_policy, "MAX_SECONDS", 0)
        for _ in range(20):
            with pytest.raises(UndecidedError, match="took more than 0 seconds"):
                evaluate("true")
    assert len(evaluate("true")) == 2


@pytest.mark.parametrize("name", ["nowhere.yaml", ".", "/dev/zero", "large.yaml"])
def test_a_policy_file_that_cannot_be_read_is_2(run: Run, folder: Path, name: str) -> None:
    (folder / "large.yaml").write_text("#" * 1_100_000)
    (folder / "tenantlint.toml").write_text(f'policy-files = ["{name}"]\n')
    (folder / "a.tenant.yaml").write_text(SOUND)
    outcome = run("check")
    assert outcome.code == 2
    assert outcome.err.startswith("tenantlint: ")
    reasons = (f"{name}: ", f"policy-files: {name} must be below")
    missing = f"tenantlint: tenantlint.toml: policy-files: {name} does not exist\n"
    assert outcome.err == missing or any(reason in outcome.err for reason in reasons)
    if name == "nowhere.yaml":
        for command in (("check",), ("policies",), ("test",)):
            assert run(*command).err == missing
        assert run("test", name).err == f"tenantlint: {name} does not exist\n"


def test_an_invalid_duration_has_advice(run: Run, use: Callable[..., None]) -> None:
    use("today - today < duration('90d')")
    error = run("check", *DAY).err
    assert "policies.yaml:7:25: String to Duration conversion failed; write days(90)" in error


def test_an_error_in_an_expression_is_2(run: Run, use: Callable[..., None]) -> None:
    use("user.roles[1] == 'agent'")
    outcome = run("check", *DAY)
    assert outcome.code == 2
    assert "policies.yaml:7:9: " in outcome.err
    assert "(policy mine on a.tenant.yaml:6:5)" in outcome.err


# Hostile policies


def grown(body: str, times: int) -> str:
    return f"[user.email]{f'.map(a, {body})' * times}"


HOSTILE = {
    "a loop over a loop": "users.exists(u, users.exists(v, u.name + v.name == 'x'))",
    "a string that grows": f"{grown('a+a+a+a+a+a+a+a', 20)}.size() > 3",
    "lists of lists": f"{grown('[a,a,a,a,a,a]', 20)} == {grown('[a,a,a,a,a,a]', 20)}",
}


@pytest.mark.parametrize("when", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_policy_without_an_end_is_stopped_and_named(
    run: Run, folder: Path, use: Callable[..., None], when: str
) -> None:
    use(when)
    users = "".join(
        f"  - {{email: u{number}@b.example, roles: [agent], assignments: [Sub1]}}\n"
        for number in range(20_000)
    )
    (folder / "a.tenant.yaml").write_text(UNSOUND + f"users:\n{users}")
    outcome = run("check", *DAY, "--jobs", "2", timeout=120)
    assert outcome.code == 2
    assert "tenantlint: policies.yaml:7:9: " in outcome.err
    assert "error[mixed-telephony]" in outcome.out
    assert not list(folder.glob("core*"))


def test_a_stopped_worker_does_not_affect_other_files(
    run: Run, folder: Path, use: Callable[..., None]
) -> None:
    use(HOSTILE["a string that grows"])
    (folder / "b.tenant.yaml").write_text(
        UNSOUND.replace("t1", "t2").replace("Sub", "S") + "x-a: 1\n"
    )
    outcome = run("check", *DAY, "--jobs", "2", timeout=120)
    assert outcome.code == 2
    assert "policies.yaml:7:9: the policy mine takes more time or memory" in outcome.err
    assert "error[mixed-telephony]" in outcome.out


_NO_VERDICT = "on 2026-05-01 (47 policies); no verdict that can be trusted"


def test_a_policy_is_also_stopped_for_standard_input(
    run: Run, use: Callable[..., None], folder: Path
) -> None:
    use(HOSTILE["a string that grows"])
    data = (folder / "a.tenant.yaml").read_bytes()
    (folder / "r.json").write_text("of an earlier run")
    outcome = run("check", *DAY, "-", "--report", "json=r.json", stdin=data, timeout=120)
    # The process is killed if time runs out before memory. That depends on the machine.
    assert outcome.code == 2
    assert outcome.out in ("", f"No findings in 1 file and 1 document {_NO_VERDICT}\n")
    (failure,) = json.loads((folder / "r.json").read_text())["failures"]
    assert "policies.yaml:7:9: the policy mine takes more time or memory" in failure
    assert outcome.err == f"tenantlint: {failure}\n"


def test_a_policy_that_was_killed_is_evaluated_in_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: set[str] = set()
    monkeypatch.setattr(limits, "_killed_work", killed)
    monkeypatch.setattr(limits, "_shared_slots", bytearray(_SLOT_COUNT * _SLOT_BYTES))
    file = tmp_path / "p.yaml"

    def findings(end: str) -> Iterator[Finding]:
        file.write_text(policy_text("true", each="subscriptions") + end)
        # A long name is cut.
        (policy,) = load_policy_file(str(file), f"{'long' * 50}.yaml")
        return iter(policy.function(two_subscriptions()))

    running = findings("")
    next(running)
    killed.add(_unfinished_work())
    assert len(list(running)) == 1
    with pytest.raises(UndecidedError, match="takes more time or memory"):
        next(findings(""))
    assert len(list(findings("# a comment"))) == 2


def test_a_policy_that_exceeds_the_memory_limit_is_named() -> None:
    with pytest.raises(LimitError, match=r"^mine takes more time or memory"), time_limit("mine"):
        raise MemoryError


def test_an_interrupt_stops_a_policy_immediately(folder: Path, use: Callable[..., None]) -> None:
    use(HOSTILE["a string that grows"])
    process = subprocess.Popen(
        [COMMAND, "check", *DAY, "--no-cache"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        cwd=folder,
    )
    time.sleep(2)
    os.killpg(process.pid, signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode in (128 + signal.SIGTERM, -signal.SIGTERM)


# Examples


def test_wrong_expectations_in_examples_fail(run: Run, use: Callable[..., None]) -> None:
    bad = "users:\n  - {email: a@b.example, roles: [agent]}\nsubscriptions: []\n"
    marked = bad.replace("[agent]}", "[agent]}  # expect: mine")
    good = "users: []\nsubscriptions: []\n"
    use("size(user.roles) == 1", examples={"bad": [marked], "good": [good]})
    assert run("test").out == "ok      mine: 1 bad, 1 good\n"
    use("size(user.roles) == 2", examples={"bad": [marked], "good": [good]})
    failed = run("test")
    assert failed.code == 1
    assert "bad example 1, line 2: expected but not found: mine: - {email: a" in failed.out
    use("size(user.roles) == 1", examples={"bad": [bad], "good": [marked]})
    failed = run("test", "policies.yaml")
    assert "bad example 1: a bad example must have an `# expect: id` comment" in failed.out
    assert "good example 1: a good example must not expect a finding" in failed.out
    assert "bad example 1, line 2: found but not expected: mine" in failed.out
    use("size(user.roles) == 1")
    assert "there is no bad example" in run("test").out
    use(
        "today > timestamp('2030-01-01T00:00:00Z')",
        examples={"bad": [{"as-of": "2031-01-01", "text": marked}], "good": [bad]},
    )
    assert run("test").code == 0


def test_mutate_lists_changes_that_no_example_notices(run: Run, use: Callable[..., None]) -> None:
    sub = "subscriptions:\n  - {id: Sub1, type: named, start: 2025-01-01, grace_days: %s}%s\n"
    use(
        "subscription.grace_days > 30",
        "x",
        "subscriptions",
        examples={"bad": [sub % (31, "  # expect: mine")], "good": [sub % (30, "")]},
    )
    done = run("test", "--mutate")
    assert done.code == 0
    lines = done.out.splitlines()
    assert "the examples detect 3 of 3 small changes to the policy" in lines[1]
    assert "reported as in a bad example" in lines[2]
    assert not any("30 becomes 31" in line for line in lines)
    assert any(
        "not reported: good example 1: /subscriptions/0/grace_days: 30 becomes 29" in x
        for x in lines
    )
    assert any("/subscriptions/0/grace_days: removed" in line for line in lines)


def test_a_policy_file_that_is_named_twice_counts_once(
    run: Run, folder: Path, use: Callable[..., None]
) -> None:
    use("", text=policy_text("true"))
    (folder / "link.yaml").symlink_to("policies.yaml")
    outcome = run("test", "policies.yaml", "./policies.yaml", "link.yaml")
    assert outcome.err == ""
    assert outcome.out.count("there is no bad example") == 1


def test_nothing_to_test_is_2(run: Run, folder: Path) -> None:
    assert run("test").code == 2
    (folder / "empty").mkdir()
    assert run("test", "empty").code == 2
    assert run("test", "nowhere.yaml").code == 2


def test_python_policies_can_be_tested(run: Run, folder: Path) -> None:
    assert run("new", "policy", "acme/no-name").code == 0
    assert run("test", "policies").out == "ok      no-name: 1 bad, 1 good\n"
    again = run("new", "policy", "acme/no-name")
    assert again.code == 2
    assert "policies/acme/no_name.py already exists" in again.err
    (folder / "a.tenant.yaml").write_text(SOUND)
    found = run("check", *DAY, "--policies", "policies", "--format", "concise")
    assert found.out == "a.tenant.yaml:4:5: warning: no-name: Sub1 has no name\n"
    file = folder / "policies" / "acme" / "no_name.py"
    file.write_text(file.read_text().replace("is None", "is not None"))
    failed = run("test", "policies")
    assert failed.code == 1
    assert failed.out.startswith("FAILED  no-name: 1 bad, 1 good\n")
    file.write_text(file.read_text() + "\n1/0\n")
    assert "ZeroDivisionError" in run("test", "policies").err


@pytest.mark.parametrize("name", ["x", "A/b", "a/B", "a/b/c", "../x/y", "a/b_c"])
def test_a_name_of_another_form_is_refused(run: Run, folder: Path, name: str) -> None:
    outcome = run("new", "policy", name)
    assert outcome.code == 2
    assert "is not of the form TOPIC/NAME in kebab-case" in outcome.err
    assert not list(folder.iterdir())


def test_a_second_policy_is_added_to_the_package(run: Run) -> None:
    run("new", "policy", "acme/no-name", "--package", "acme-tenantlint")
    done = run("new", "policy", "care/no-day", "--package", "acme-tenantlint")
    assert done.out == (
        "acme-tenantlint/src/acme_tenantlint/care/no_day.py created\n"
        "Next: pip install ./acme-tenantlint pytest; pytest acme-tenantlint\n"
    )
    assert run("new", "policy", "a/b", "--package", "Bad_Name").code == 2
    tested = run("test", "acme-tenantlint/src/acme_tenantlint")
    assert tested.out == "ok      no-name: 1 bad, 1 good\nok      no-day: 1 bad, 1 good\n"


def test_a_word_for_true_has_one_message(folder: Path) -> None:
    text = policy_text("true", fix={"remove": True}).replace("remove: true", "remove: yes")
    (folder / "policies.yaml").write_text(text)
    with pytest.raises(PolicyFileError) as error:
        load_policy_file(str(folder / "policies.yaml"), "policies.yaml")
    (cause,) = error.value.causes
    assert cause.endswith(": remove must be true, not yes; write `true`")
