"""A run with `--assume` returns the findings of the file with the assumed values."""

import json
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import plan_tenants
from tests.checking.repositories import Repository
from tests.conftest import Run
from validator.checking.assumptions import AssumptionError, assume, parse_assumptions
from validator.checking.file_check import check_file
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.findings.json_pointer import value_at
from validator.plugins.loading import load_plugins
from validator.schema.json_schema import Schema

Value = dict[str, Any]

PLUGINS = load_plugins(installed=False)
DAY = ("--as-of", "2026-05-01")
TENANT = """\
version: 1
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    end: 2026-12-31   # tenantlint: ignore[no-active-subscription]: OPS-1
    entitlements: {premium-agent: 2}
  - {id: Sub2, type: named, start: 2026-06-01, entitlements: {premium-agent: 5}}
users:
  - email: ada@harbour.example
    roles: [administrator, agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
usage:
  - {month: 2026-04, service: premium-agent, quantity: 3}
"""


@pytest.mark.parametrize(
    ("option", "subscription", "keys", "value"),
    [
        ("Sub1.end=2027-01-31", "Sub1", ("end",), "2027-01-31"),
        ("trialSub.a.b.auto_renew=false", "trialSub.a.b", ("auto_renew",), False),
        ("Sub.entitlements.ivr-port=12", "Sub", ("entitlements", "ivr-port"), 12),
        ("Sub.entitlements.entitlements.ivr-port=1", "Sub.entitlements",
         ("entitlements", "ivr-port"), 1),
        ("Sub.entitlements.end=2027-01-31", "Sub.entitlements", ("end",), "2027-01-31"),
        ("A=B.status=cancelled", "A=B", ("status",), "cancelled"),
        ("Sub1.grace_days=012", "Sub1", ("grace_days",), 12),
        ("+Sub9={type: named, start: 2027-01-01}", "Sub9", (),
         {"type": "named", "start": "2027-01-01", "id": "Sub9"}),
    ],
)  # fmt: skip
def test_an_option_names_a_subscription_a_key_and_a_value(
    option: str, subscription: str, keys: tuple[str, ...], value: object
) -> None:
    (item,) = parse_assumptions([option])
    assert (item.subscription, item.keys, item.value, item.removes) == (
        subscription, keys, value, False,
    )  # fmt: skip


def test_nothing_after_the_equals_sign_removes_the_key() -> None:
    assert parse_assumptions(["Sub1.end="])[0].removes
    assert not parse_assumptions(['Sub1.end=""'])[0].removes


@pytest.mark.parametrize(
    "option",
    [
        "Sub1",
        "=1",
        "Sub1=1",
        ".end=1",
        "Sub1.ends=1",
        "Sub1.end=[1]",
        "+Sub9=1",
        "+={a: 1}",
        "+Sub9={id: Sub8, type: named, start: 2027-01-01}",
    ],
)
def test_an_invalid_option_is_named_in_the_error(option: str) -> None:
    with pytest.raises(AssumptionError) as caught:
        parse_assumptions([option])
    assert str(caught.value).startswith(f"--assume {option}: ")


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        ("Sub1.end=2026-05-30", "Sub1.end=2026-06-30", True),
        ("Sub1.end=2026-05-30", "Sub1.end=", True),
        ("Sub1.entitlements.ivr-port=5", "Sub1.entitlements.ivr-port=6", True),
        ("+Sub9={type: named}", "+Sub9={type: concurrent}", True),
        ("Sub1.end=2026-05-30", "Sub1.end=2026-05-30", True),
        ("Sub1.end=2026-05-30", "Sub2.end=2026-06-30", False),
        ("Sub1.end=2026-05-30", "Sub1.start=2026-05-01", False),
        ("+Sub9={type: named}", "Sub9.end=2026-06-30", False),
    ],
)
def test_a_value_is_assumed_once(first: str, second: str, *, is_refused: bool) -> None:
    # A report names each assumption, and only one of two could hold.
    if not is_refused:
        assert len(parse_assumptions([first, second])) == 2
        return
    with pytest.raises(AssumptionError) as caught:
        parse_assumptions([first, second])
    line = f"--assume {second}: --assume {first} is about the same value; remove one"
    assert str(caught.value) == line


# Assumed values have the effect of values in the file


def edited(value: Value, index: int, key: str, new: object) -> Value:
    copy = deepcopy(value)
    subscription = copy["subscriptions"][index]
    if new is None:
        subscription.pop(key, None)
    else:
        subscription[key] = new
    return copy


def found(value: Value, day: date, *assumed: str) -> list[tuple[str, str, str]]:
    """Return the ids, paths and messages of the findings."""
    selection = Selection(Settings(day, assumptions=parse_assumptions(assumed)), PLUGINS)
    checked = check_file("t.yaml", json.dumps(value).encode(), selection)
    assert checked.failures == ()
    return sorted((item.id, item.path, item.message) for item in checked.diagnostics)


@settings(max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data(), value=plan_tenants.tenants(), window=plan_tenants.windows())
def test_an_assumed_value_is_checked_as_if_it_were_in_the_file(
    data: st.DataObject, value: Value, window: tuple[date, date]
) -> None:
    day = window[0]
    subscriptions = value["subscriptions"]
    ids = [item["id"] for item in subscriptions]
    index = data.draw(st.integers(0, len(ids) - 1))
    near = st.integers(-40, 80).map(lambda days: (day + timedelta(days)).isoformat())
    choices: dict[str, st.SearchStrategy[object]] = {
        "end": st.none() | near,
        "start": near,
        "status": st.sampled_from(["active", "trial", "pending", "suspended", "cancelled"]),
        "auto_renew": st.booleans(),
        "grace_days": st.integers(0, 40),
    }
    key = data.draw(st.sampled_from(sorted(choices)))
    new = data.draw(choices[key])
    text = "" if new is None else json.dumps(new)
    real = edited(value, ids.index(ids[index]), key, new)
    place = f"/subscriptions/{ids.index(ids[index])}"

    def in_file(path: str) -> str:
        """Return the path in the unedited file for a finding in the edited file."""
        if path == f"{place}/{key}":
            return place
        try:
            value_at(value, path)
        except KeyError:
            return place
        return path

    expected = sorted((id, in_file(path), message) for id, path, message in found(real, day))
    assert found(value, day, f"{ids[index]}.{key}={text}") == expected


@settings(max_examples=40, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data(), value=plan_tenants.tenants(), window=plan_tenants.windows())
def test_an_assumed_quantity_applies_from_the_first_day(
    data: st.DataObject, value: Value, window: tuple[date, date]
) -> None:
    day = window[0]
    listed = [
        (index, service)
        for index, item in enumerate(value["subscriptions"])
        for service in item.get("entitlements", {})
        if [other["id"] for other in value["subscriptions"]].index(item["id"]) == index
    ]
    if not listed:
        return
    index, service = data.draw(st.sampled_from(listed))
    quantity = data.draw(st.integers(0, 9))
    subscription = value["subscriptions"][index]
    written = subscription["entitlements"][service]
    lines: list[Value] = []
    for line in written if isinstance(written, list) else [written]:
        whole = {"quantity": line} if isinstance(line, int) else line
        if date.fromisoformat(whole.get("since", subscription["start"])) < day:
            last = (day - timedelta(1)).isoformat()
            lines.append({**whole, "until": min(whole.get("until", last), last)})
    since = max(day.isoformat(), subscription["start"])
    lines.append({"quantity": quantity, "since": since})
    real = deepcopy(value)
    real["subscriptions"][index]["entitlements"][service] = lines
    place = f"/subscriptions/{index}"
    assumed = f"{place}/entitlements/{service}"
    expected = sorted(
        (id, place if path == assumed or path.startswith(f"{assumed}/") else path, message)
        for id, path, message in found(real, day)
    )
    option = f"{subscription['id']}.entitlements.{service}={quantity}"
    assert found(value, day, option) == expected


def test_findings_about_a_new_subscription_are_at_the_list() -> None:
    value: Value = {
        "version": 1,
        "tenant": {"id": "t1", "name": "T"},
        "subscriptions": [{"id": "Sub1", "type": "named", "start": "2025-01-01"}],
    }
    new = "+Sub2={type: concurrent, start: 2026-01-01}"
    ids = [(id, path) for id, path, _ in found(value, date(2026, 5, 1), new)]
    assert ids == [("mixed-subscription-types", "/subscriptions")]


# Output for the user


def write(folder: Path, text: str = TENANT, name: str = "a.tenant.yaml") -> None:
    (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("option", "line"),
    [
        ("Sub3.end=2027-01-01", "the tenant has no subscription Sub3; did you mean Sub2?"),
        (
            "Sub1.end=never",
            "a.tenant.yaml: --assume Sub1.end=never: /subscriptions/0/end: never is ",
        ),
        ("Sub1.start=", "/subscriptions/0: the subscription lacks start"),
        ("Sub1.entitlements.premium-agnt=3", "called premium-agnt; did you mean premium-agent?"),
        ("Sub1.entitlements.Premium Agent=3", "called Premium Agent; did you mean premium-agent?"),
        ("Sub1.entitlements.x-agent=3", "no service is called x-agent; "),
        ("+Sub1={type: named, start: 2026-01-01}", "change it with Sub1.KEY=VALUE"),
        ("+Sub9={type: named}", "/subscriptions/2: the subscription lacks start"),
    ],
)
@pytest.mark.parametrize("command", ["check", "forecast", "usage", "plan"])
def test_an_assumption_that_does_not_fit_the_file_is_2(
    folder: Path, run: Run, command: str, option: str, line: str
) -> None:
    write(folder)
    outcome = run(command, "--assume", option)
    assert outcome.code == 2
    assert line in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_subscription_is_searched_in_every_tenant(folder: Path, run: Run) -> None:
    write(folder)
    write(folder, TENANT.replace("Sub", "Other").replace("t1", "t2"), "b.tenant.yaml")
    end = run("check", *DAY, "-f", "concise", "--jobs", "2", "--assume", "Other1.end=2026-05-03")
    assert end.code == 1
    assert {line.split(":")[0] for line in end.findings if "coverage-gap" in line} == {
        "b.tenant.yaml"
    }
    new = run("check", *DAY, "--assume", "+Sub9={type: named, start: 2027-01-01}")
    assert new.code == 2
    assert (
        "a new subscription needs a run with one tenant, but there are 2; name one file" in new.err
    )


def test_every_report_begins_with_the_assumptions(folder: Path, run: Run) -> None:
    write(folder)
    assumed = ("--assume", "Sub1.end=2026-05-20", "--assume", "Sub2.start=2026-05-25")
    words = "Sub1.end=2026-05-20"
    for command, formats in {
        "check": ("text", "concise", "markdown", "github"),
        "forecast": ("text", "markdown", "ics"),
        "usage": ("text", "markdown", "csv"),
        "plan": ("text", "markdown", "ics"),
    }.items():
        day = DAY if command in ("check", "usage") else ("--from", "2026-05-01")
        for name in formats:
            outcome = run(command, *day, "-f", name, *assumed)
            assert outcome.code in (0, 1), outcome.err
            first = "".join(outcome.out.splitlines()[:5])
            assert words in first, (command, name)
        page = run(command, *day, "-f", "html", *assumed).out
        assert page.index(words) < page.index("<main>")
        report = json.loads(run(command, *day, "-f", "json", *assumed).out)
        assert report["assumed"] == ["Sub1.end=2026-05-20", "Sub2.start=2026-05-25"]


def test_a_run_with_assumptions_writes_nothing_that_lasts(folder: Path, run: Run) -> None:
    write(folder)
    both = ("--assume", "Sub1.end=2026-05-20")
    assert (
        "--write-baseline and --assume cannot"
        in run("check", *both, "--baseline", "b.json", "--write-baseline").err
    )
    assert "--apply and --assume cannot" in run("plan", *both, "--apply").err
    assert run("check", *DAY, TENANTLINT_CHECK_ASSUME="Sub1.end=2020-01-01").code == 0
    csv = run("plan", "--from", "2026-05-01", "-f", "csv", *both)
    assert csv.out.splitlines()[0] == "User ID/Email (Required)"
    assert "Assuming Sub1.end=2026-05-20; do not import the file before this is true" in csv.err
    real = run("plan", "--from", "2026-05-01", "--days", "300", "-f", "ics").out
    if_so = run("plan", "--from", "2026-05-01", "--days", "300", "-f", "ics", *both).out
    uids = [{line for line in out.splitlines() if "UID" in line} for out in (real, if_so)]
    assert all(uids)
    assert not uids[0] & uids[1]


def test_assumptions_are_part_of_the_cache_key(folder: Path, run: Run) -> None:
    users = "".join(
        f"  - {{email: u{number}@x.example, roles: [agent], assignments: [Sub2]}}\n"
        for number in range(2000)
    )
    write(folder, TENANT.replace("usage:\n", f"{users}usage:\n"))
    real = run("check", *DAY, "-f", "concise")
    assumed = run("check", *DAY, "-f", "concise", "--assume", "Sub1.end=2026-04-20")
    again = run("check", *DAY, "-f", "concise")
    assert real == again
    assert assumed.out != real.out
    assert assumed == run(
        "check", *DAY, "-f", "concise", "--no-cache", "--assume", "Sub1.end=2026-04-20"
    )


def test_a_run_with_assumptions_reports_no_unused_suppression(folder: Path, run: Run) -> None:
    write(folder)
    assert "unused-suppression" in run("check", *DAY).out
    assert "unused-suppression" not in run("check", *DAY, "--assume", "Sub2.end=2028-01-31").out


def test_assumptions_apply_to_both_versions(folder: Path, run: Run) -> None:
    repository = Repository(folder, run)
    repository.write("a.tenant.yaml", TENANT)
    repository.commit()
    repository.write("a.tenant.yaml", TENANT.replace("quantity: 3", "quantity: 4"))
    repository.commit()
    outcome = repository.since("HEAD~1", "--assume", "Sub1.start=2025-03-01")
    assert outcome.code == 0
    assert "history-rewritten" not in outcome.out
    ended = repository.since("HEAD~1", "--assume", "Sub1.end=2026-04-20")
    assert ended.code == 0
    assert "access-removed" not in ended.out


def test_an_assumed_quantity_does_not_make_a_later_subscription_the_bearer(
    folder: Path, run: Run
) -> None:
    """Sub2 has ai-agent from its start on, so Sub1 has had it longer."""
    write(
        folder,
        """\
version: 1
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {ai-agent: {quantity: 2, since: 2026-06-01}}}
  - {id: Sub2, type: named, start: 2026-09-01, entitlements: {ai-agent: 2}}
""",
    )
    window = ("--from", "2026-05-01", "--until", "2027-01-01", "--format", "json")
    outcome = run("plan", *window, "--assume", "Sub2.entitlements.ai-agent=3")
    [tenant] = json.loads(outcome.out)["tenants"]
    assert tenant["shifts"] == [
        {"service": "ai-agent", "date": "2026-06-01", "from": None, "to": "Sub1"}
    ]


def test_plan_compares_with_the_plan_without_assumptions(folder: Path, run: Run) -> None:
    write(folder)
    window = ("--from", "2026-05-01", "--days", "60")
    both = ("--assume", "Sub1.end=2026-06-20", "--compare")
    report = json.loads(run("plan", *window, "-f", "json", *both).out)
    plain = json.loads(run("plan", *window, "-f", "json").out)
    assert report["without"] == plain["tenants"]
    assert [move["latest"] for move in report["tenants"][0]["moves"]] == ["2026-06-20"]
    text = run("plan", *window, *both).out
    assert text.startswith("Assuming Sub1.end=2026-06-20\n")
    assert "assignments to make                       1        0" in text
    assert "Nothing to do from 2026-05-01 to 2026-06-29" in text
    assert "<h2" in run("plan", *window, "-f", "html", *both).out
    assert "| assignments to make | 1 | 0 |" in run("plan", *window, "-f", "markdown", *both).out
    assert "--compare needs --assume" in run("plan", "--compare").err
    for name in ("csv", "ics"):
        refused = run("plan", *window, "-f", name, *both)
        assert (refused.code, refused.out) == (2, "")
        assert "--compare cannot be used with the formats csv and ics" in refused.err


@pytest.mark.parametrize("path", ["", "/tenant/name", "/subscriptions", "/users/7", "/x-a/0/b"])
def test_a_plugin_schema_that_rejects_another_part_names_all_options(path: str) -> None:
    schema: dict[str, Any] = {"not": {}}
    for part in reversed(path.split("/")[1:]):
        within = "prefixItems" if part.isdecimal() else "properties"
        schema = {within: [True] * int(part) + [schema] if part.isdecimal() else {part: schema}}
    value = {
        "version": 1,
        "tenant": {"id": "t1", "name": "T"},
        "subscriptions": [{"id": "Sub1", "type": "named", "start": "2025-01-01"}],
        "users": [
            {"email": f"u{number}@b.example", "roles": ["administrator"], "assignments": ["Sub1"]}
            for number in range(8)
        ],
        "x-a": [{"b": 1}],
    }
    own = Schema("own", json.dumps(schema), "a-plugin")
    wanted = parse_assumptions(["Sub1.notice_days=30", "Sub1.end=2027-01-31"])
    with pytest.raises(AssumptionError) as raised:
        assume(value, wanted, [*PLUGINS.schemas, own], date(2026, 5, 1), "a.tenant.yaml")
    message = f"a.tenant.yaml: --assume Sub1.notice_days=30 and Sub1.end=2027-01-31: {path}: "
    assert str(raised.value).startswith(message)
