"""Policy options: declared in Python and CEL, set in the configuration, shown by commands."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import SOUND, Run
from tests.plugins.test_policy_file import policy_text
from validator import Option, policy
from validator.checking.policy_options import option_easings
from validator.plugins.loading import load_plugins

TENANT = """\
version: 1
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, end: 2026-06-20, entitlements: {premium-agent: 9}}
  - {id: Sub2, type: named, start: 2025-01-01}
users:
  - email: maud@harbour.example
    roles: [administrator]
    last_access: 2026-03-01
    assignments: [Sub1]
  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub2]}
"""
BILLED = """\
version: 1
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 9}}
usage:
  - {month: 2026-01, service: premium-agent, quantity: 10}
  - {month: 2026-04, service: premium-agent, quantity: 10}
  - {month: 2026-01, service: ivr-port, quantity: 10}
"""
PYTHON = '''"""A user has too many assignments.

**Do:** remove some.
"""

from collections.abc import Iterator

from validator import Finding, Option, TenantOn, policy


@policy(
    severity="warning",
    options=[
        Option("most", "integer", "How many are allowed.", default=1, minimum=1, eases="higher"),
        Option("word", "string", "What it is called.", default="too many", choices=("too many", "a lot")),
    ],
)
def crowded(tenant: TenantOn, *, most: int, word: str) -> Iterator[Finding]:
    for user in tenant.users:
        if len(user.assignments) > most:
            yield user.finding(message=f"{word}: {len(user.assignments)} of {most}")
'''
DECLARED: dict[str, dict[str, object]] = {
    "days": {"type": "integer", "default": 60, "minimum": 1, "description": "The longest."},
    "share": {"type": "number", "default": 0.5, "maximum": 1, "description": "A part."},
    "kind": {
        "type": "string",
        "default": "named",
        "choices": ["named", "concurrent"],
        "description": "Which.",
    },
    "strict": {"type": "boolean", "default": True, "description": "Whether."},
}


Check = Callable[..., list[str]]


@pytest.fixture
def concise(run: Run, folder: Path) -> Check:
    """Check a tenant with a configuration; return the concise lines for one policy."""

    def concise(id: str, config: str, text: str = TENANT, *more: str) -> list[str]:
        (folder / "a.tenant.yaml").write_text(text)
        (folder / "tenantlint.toml").write_text(config)
        outcome = run(
            "check", "--as-of", "2026-05-01", "--format", "concise", "--select", id, *more
        )
        assert outcome.code in (0, 1), outcome.err
        return outcome.out.splitlines()

    return concise


def findings(lines: list[str]) -> list[str]:
    return [line.split(": ", 3)[0].split(":")[1] for line in lines if line.startswith("a.tenant")]


@pytest.mark.parametrize(
    ("id", "option", "text", "lines"),
    [
        # Maud's cover ends on 2026-06-20, 50 days after 2026-05-01.
        ("user-only-expiring", "days = 49", TENANT, []),
        ("user-only-expiring", "days = 50", TENANT, ["10"]),
        ("handover-too-small", "days = 50", TENANT.replace("Sub2, type: named", "Sub2, entitlements: {}, type: named").replace("[Sub1]", "[{subscription: Sub1, license: premium-agent}]"), ["4"]),
        ("license-expiring", "days = 50", TENANT.replace("[Sub1]", "[Sub2, {subscription: Sub1, license: wfo-analytics}]").replace("premium-agent: 9", "wfo-analytics: 9"), ["10"]),
        ("primary-shift", "days = 50", TENANT, ["4"]),
        ("admin-lockout", "days = 50", TENANT.replace("[Sub2]", "[Sub1]"), ["6"]),
        ("coverage-gap", "days = 50", TENANT.replace("  - {id: Sub2, type: named, start: 2025-01-01}\n", ""), ["3"]),
        ("renewal-decision", "days = 20", TENANT.replace("end: 2026-06-20", "end: 2026-06-20, auto_renew: true"), ["4"]),
        # Maud's last access was 61 days ago.
        ("idle-license", "days = 60", TENANT, ["7"]),
        ("idle-license", "days = 61", TENANT, []),
        ("tenant-overage", "months = 0", BILLED, []),
        ("tenant-overage", "months = 1", BILLED, ["7"]),
        ("tenant-overage", "months = 3", BILLED, ["7"]),
        ("tenant-overage", "months = 4", BILLED, ["6", "7"]),
        ("usage-without-entitlement", "months = 3", BILLED, []),
        ("usage-without-entitlement", "months = 4", BILLED, ["8"]),
    ],
)  # fmt: skip
def test_the_options_of_bundled_policies_set_their_thresholds(
    concise: Check, id: str, option: str, text: str, lines: list[str]
) -> None:
    usual = findings(concise(id, "", text))
    set_alone = concise(id, f"[policy.{id}]\n{option}\n", text)
    assert findings(set_alone) == lines
    if id not in ("idle-license", "tenant-overage", "usage-without-entitlement"):
        # The common horizon has the same effect on this policy as its own option.
        assert (
            findings(concise(id, f"expiring-within = {option.rsplit(maxsplit=1)[-1]}\n", text))
            == lines
        )
        if lines:
            assert usual == [] or id == "renewal-decision"


def test_the_horizon_of_a_policy_overrides_the_common_one(concise: Check) -> None:
    config = "expiring-within = 10\n[policy.user-only-expiring]\ndays = 50\n"
    assert findings(concise("user-only-expiring", config)) == ["10"]
    more = ("--expiring-within", "5")
    assert findings(concise("user-only-expiring", config, TENANT, *more)) == ["10"]


def test_a_forecast_applies_the_options_on_every_day(run: Run, folder: Path) -> None:
    sub2 = "{id: Sub2, type: named, start: 2025-01-01"
    text = TENANT.replace(sub2, f"{sub2}, entitlements: {{ivr-port: 1}}")
    (folder / "a.tenant.yaml").write_text(f"{text}usage:{BILLED.partition('usage:')[2]}")
    (folder / "tenantlint.toml").write_text(
        "[policy.user-only-expiring]\ndays = 3\n[policy.idle-license]\ndays = 63\n"
        "[policy.tenant-overage]\nmonths = 4\n"
    )
    window = ("--from", "2026-05-01", "--days", "60", "--format", "json")
    ids = "user-only-expiring,idle-license,tenant-overage"
    forecast = json.loads(run("forecast", *window, "--select", ids).out)
    events = {
        (event["date"], sign, item["id"])
        for event in forecast["events"]
        for sign in ("appears", "clears")
        for item in event[sign]
    }
    assert events == {
        ("2026-05-04", "appears", "idle-license"),
        ("2026-06-01", "clears", "tenant-overage"),
        ("2026-06-17", "appears", "user-only-expiring"),
        ("2026-06-21", "clears", "user-only-expiring"),
        ("2026-06-21", "clears", "idle-license"),
    }
    for day, sign, id in events:
        found = run("check", "--as-of", day, "--select", id, "--format", "concise").out
        assert (f": {id}: " in found) is (sign == "appears") or id == "tenant-overage"


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ("[policy.idle-licence]\ndays = 3", "policy: no policy is called idle-licence; did you mean idle-license?"),
        ("[policy.user]\ndays = 3", "policy: user is a topic, but only policies have options"),
        ("[policy.idle-license]\nday = 3", "policy.idle-license: no option is called day; did you mean days?"),
        ("[policy.idle-license]\nq = 3", "policy.idle-license: no option is called q; idle-license has days"),
        ("[policy.wrong-primary]\ndays = 3", "no option is called days; wrong-primary has no options"),
        ("[policy.idle-license]\ndays = 0", "policy.idle-license.days: 0 is less than 1"),
        ("[policy.idle-license]\ndays = 99999", "policy.idle-license.days: 99999 is more than 36500"),
        ('[policy.idle-license]\ndays = "90"', 'policy.idle-license.days: "90" is not a whole number; write 90'),
        ('[policy.idle-license]\ndays = "0"', 'policy.idle-license.days: "0" is not a whole number\n'),
        ("[policy.idle-license]\ndays = 1.5", "policy.idle-license.days: 1.5 is not a whole number"),
        ("[policy.idle-license]\ndays = true", "policy.idle-license.days: true is not a whole number"),
        ("[policy.idle-license]\ndays = [1]", "policy.idle-license.days: "),
        ("policy = 3", "policy: "),
    ],
)  # fmt: skip
def test_an_invalid_option_in_the_configuration_is_2(
    run: Run, folder: Path, config: str, error: str
) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "tenantlint.toml").write_text(config + "\n")
    for command in ("check", "forecast"):
        outcome = run(command)
        assert outcome.code == 2
        assert f"tenantlint: tenantlint.toml: {error}" in outcome.err.replace(
            "tenantlint.toml: policy.wrong-primary: no", "tenantlint.toml: no"
        )


def test_a_policy_in_a_folder_has_options(run: Run, folder: Path, concise: Check) -> None:
    (folder / "own").mkdir()
    (folder / "own" / "crowded.py").write_text(PYTHON)
    text = TENANT.replace("[Sub1]", "[Sub1, Sub2]")
    arguments = (text, "--policies", "own")
    (line,) = concise("crowded", "", *arguments)
    assert line.endswith("crowded: too many: 2 of 1")
    config = '[policy.crowded]\nword = "a lot"\n'
    assert concise("crowded", config, *arguments)[0].endswith("a lot: 2 of 1")
    config = "[policy.crowded]\nmost = 2\n"
    assert concise("crowded", config, *arguments) == [
        "tenantlint: info: eased: tenantlint.toml sets most of crowded to 2 instead of 1"
    ]
    (folder / "tenantlint.toml").write_text('[policy.crowded]\nword = "few"\n')
    outcome = run("check", "--policies", "own")
    assert (outcome.code, outcome.err) == (
        2,
        "tenantlint: tenantlint.toml: policy.crowded.word: few is not one of too many and a lot\n",
    )
    page = run("explain", "crowded", "--policies", "own", "--config", "/dev/null").out
    assert page.endswith(
        "Options, in `[policy.crowded]` of the configuration:\n\n"
        "- `most`: a whole number; by default 1; at least 1. How many are allowed.\n"
        '- `word`: one of too many and a lot; by default "too many". What it is called.\n'
    )


def test_a_policy_without_code_has_options(run: Run, folder: Path, concise: Check) -> None:
    when = (
        "subscription.type == options.kind && options.strict && options.share > 0.4 "
        "&& subscription.last_day - subscription.start > days(options.days)"
    )
    text = policy_text(when, "{options.days} {options.share}", "subscriptions", options=DECLARED)
    (folder / "policies.yaml").write_text(text)
    files = 'policy-files = ["policies.yaml"]\n'
    lines = concise("mine", files)
    assert [line.partition("mine: ")[2] for line in lines] == ["60 0.5", "60 0.5"]
    assert len(concise("mine", f"{files}[policy.mine]\ndays = 535\n")) == 2
    assert len(findings(concise("mine", f"{files}[policy.mine]\ndays = 536\n"))) == 1
    assert findings(concise("mine", f"{files}[policy.mine]\nstrict = false\n")) == []
    assert findings(concise("mine", f'{files}[policy.mine]\nkind = "concurrent"\n')) == []
    assert findings(concise("mine", f"{files}[policy.mine]\nshare = 0.4\n")) == []
    (row,) = (
        item
        for item in json.loads(run("policies", "--format", "json").out)["policies"]
        if item["id"] == "mine"
    )
    assert row["origin"] == {"kind": "file", "name": "policies.yaml"}
    assert (row["kind"], row["place"]) == ("expression", "policies.yaml:3:7")
    assert [option["name"] for option in row["options"]] == list(DECLARED)
    schema = json.loads(run("schema", "config").out)
    own = schema["properties"]["policy"]["properties"]["mine"]["properties"]
    assert own["days"]["minimum"] == 1
    assert own["kind"]["enum"] == ["named", "concurrent"]


@pytest.mark.parametrize(
    ("options", "when", "error"),
    [
        (DECLARED, "options.dais > 3", "undeclared reference to 'options"),
        (DECLARED, "options.days > 'x'", "found no matching overload for '_>_'"),
        ({}, "options.days > 3", "; the policy has no options"),
        ({"days": {**DECLARED["days"], "default": 0}}, "true", "the default of the option days: 0 is less than 1"),
        ({"days": {**DECLARED["days"], "default": "60"}}, "true", 'the option days: "60" is not a whole number; write 60'),
        ({"kind": {**DECLARED["kind"], "minimum": 3}}, "true", "minimum needs the type integer or number; remove it"),
        ({"kind": {**DECLARED["kind"], "maximum": 3}}, "true", "maximum needs the type integer or number; remove it"),
        ({"days": {**DECLARED["days"], "choices": ["x"]}}, "true", "choices needs the type string; remove it"),
        ({"class": DECLARED["days"]}, "true", "the option 'class' must have a name"),
        ({"days": {**DECLARED["days"], "type": "day"}}, "true", "day is not one of integer"),
        ({"Days": DECLARED["days"]}, "true", "Days"),
    ],
)  # fmt: skip
def test_an_invalid_declaration_of_an_option_is_2(
    run: Run, folder: Path, options: object, when: str, error: str
) -> None:
    (folder / "policies.yaml").write_text(policy_text(when, options=options))
    (folder / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')
    outcome = run("policies")
    assert outcome.code == 2
    assert error in outcome.err
    assert outcome.err.startswith("tenantlint: policies.yaml:")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ([Option("Days", "integer", "x")], "the option 'Days' must have a name such as"),
        ([Option("days", "integer", "x", default="y")], "the default of the option days"),
        ([Option("days", "day", "x")], "of the option days must be integer, number, boolean or string"),  # type: ignore[arg-type]
        ([Option("days", "integer", "x"), Option("days", "integer", "x")], "is declared twice"),
        ([Option("days", "string", "x", is_horizon=True)], "the option days is a horizon"),
        ([Option("days", "string", "x", maximum=3)], "maximum needs the type integer or number"),
        ([Option("days", "integer", "x", minimum="1")], "the option days: minimum must be a number, not '1'"),  # type: ignore[arg-type]
        ([Option("days", "integer", "x", minimum=5, maximum=3)], "the option days: minimum is 5, which is more than maximum, 3"),
        ([Option("days", "string", "x", choices="abc")], "the option days: choices must be a tuple of strings, not 'abc'"),  # type: ignore[arg-type]
        ([Option("days", "integer", "x", eases="up")], "the option days: eases must be lower or higher, not 'up'"),  # type: ignore[arg-type]
        ([Option("days", "integer", "")], "the option days: the description must say what the value means"),
        (["most"], "options must be Option objects, such as Option("),
        (Option("days", "integer", "x"), "options must be Option objects, such as Option("),
    ],
)  # fmt: skip
def test_an_invalid_declaration_in_python_is_an_error(options: Any, error: str) -> None:
    with pytest.raises(ValueError, match=re.escape(error)):
        policy(severity="error", id="a", topic="b", page="x.", options=options)(list)


@pytest.mark.parametrize("over", ["user", "Tenant", ""])
def test_an_unknown_scope_is_an_error(over: Any) -> None:
    error = f"the scope {over!r} is not one of tenant, change or fleet"
    with pytest.raises(ValueError, match=error):
        policy(severity="error", id="a", topic="b", page="x.", over=over)(list)


def test_the_list_in_json_has_the_metadata_of_each_policy(run: Run) -> None:
    rows = json.loads(run("policies", "--format", "json").out)["policies"]
    (row,) = (item for item in rows if item["id"] == "idle-license")
    assert row["origin"] == {"kind": "bundled", "name": "tenantlint"}
    assert (row["kind"], row["over"]) == ("python", "tenant")
    assert row["page"].startswith(row["title"])
    assert row["help"].startswith("remove a user who has left")
    assert row["options"] == [
        {
            "name": "days",
            "type": "integer",
            "description": "The number of days without access after which a user is idle.",
            "default": 90,
            "minimum": 1,
            "maximum": 36500,
            "choices": [],
        }
    ]
    assert (
        "- `days`: a whole number; by default 90; at least 1" in run("explain", "idle-license").out
    )


def test_an_option_that_eases_a_policy_is_reported(concise: Check) -> None:
    config = (
        "[policy.idle-license]\ndays = 91\n[policy.user-only-expiring]\ndays = 29\n"
        "[policy.tenant-overage]\nmonths = 12\n[policy.coverage-gap]\ndays = 31\n"
    )
    lines = concise("idle-license,user-only-expiring,tenant-overage,coverage-gap", config)
    assert [line for line in lines if line.startswith("tenantlint: ")] == [
        "tenantlint: info: eased: tenantlint.toml sets days of idle-license to 91 instead of 90",
        "tenantlint: info: eased: tenantlint.toml sets days of user-only-expiring to 29 instead of 30",
        "tenantlint: info: eased: tenantlint.toml sets months of tenant-overage to 12 instead of all",
    ]


def test_the_configuration_schema_accepts_every_default(run: Run) -> None:
    from validator.schema.json_schema import Schema

    schema = Schema("config", run("schema", "config").out)
    policies = load_plugins(installed=False).policies.values()
    table = {
        item.id: {option.name: option.default or option.minimum for option in item.options}
        for item in policies
        if item.options
    }
    assert len(table) == 13
    assert not schema.findings({"policy": table})
    assert schema.findings({"policy": {"idle-license": {"days": 0}}})
    assert schema.findings({"policy": {"idle-license": {"dais": 3}}})
    assert yaml.safe_load(run("schema", "policies").out)["$defs"]["option"]


def test_options_are_part_of_the_cache_key(run: Run, folder: Path) -> None:
    users = "".join(
        f"  - {{email: u{number}@harbour.example, roles: [agent], assignments: [Sub2]}}\n"
        for number in range(2_000)
    )
    (folder / "a.tenant.yaml").write_text(TENANT + users)
    counts = []
    for days in (60, 61, 60):
        (folder / "tenantlint.toml").write_text(f"[policy.idle-license]\ndays = {days}\n")
        run("check", "--as-of", "2026-05-01", "--select", "idle-license")
        out = run("check", "--as-of", "2026-05-01", "--select", "idle-license", "-f", "concise").out
        counts.append(out.count(": idle-license: "))
    assert counts == [1, 0, 1]


def test_explain_shows_the_values_in_the_configuration(run: Run, folder: Path) -> None:
    assert "Set in the configuration" not in run("explain", "idle-license").out
    (folder / "base.toml").write_text("[policy.idle-license]\ndays = 60\n")
    (folder / "tenantlint.toml").write_text('extends = ["base.toml"]\n')
    page = run("explain", "idle-license").out
    assert page.endswith("\nSet in the configuration:\n\n- `days = 60` (base.toml)\n")


def test_the_list_of_policies_shows_options(run: Run, folder: Path) -> None:
    (folder / "policies.yaml").write_text(policy_text("true", options=DECLARED))
    (folder / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')
    lines = {line.split()[1]: line for line in run("policies").out.splitlines()}
    assert lines["idle-license"].endswith(" holds a licence.  [days = 90]")
    assert lines["coverage-gap"].endswith("  [days = expiring-within]")
    assert lines["tenant-overage"].endswith("  [months = all]")
    assert "[" not in lines["mixed-telephony"]
    shown = [f"{name} = " for name in DECLARED]
    assert all(part in lines["mine"] for part in shown)


def test_the_report_of_an_option_without_a_usual_value_names_only_the_value() -> None:
    option = Option("days", "integer", "x", minimum=1)
    made = policy(severity="error", id="a", topic="b", page="x.", options=[option])(list)
    (sentence,) = option_easings("t.toml", {"a": {"days": 3}}, {"a": made}, 30, {})
    assert sentence == "t.toml sets days of a to 3"
