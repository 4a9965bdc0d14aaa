"""The `plan` command: its formats, its window and its exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_cli import in_terminal
from tests.conftest import SOUND, Run

WINDOW = ("--from", "2026-05-01", "--days", "160")
USERS = "".join(
    f"  - {{email: u{number}@x.example, roles: [agent], assignments: "
    "[{subscription: Sub1, license: premium-agent}]}\n"
    for number in range(1, 12)
)
TENANT = f"""\
version: 1
tenant: {{id: t1, name: "Harbour *Retail*", telephony: webex-calling}}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-06-01
    end: 2026-05-31
    department: Care
    entitlements: {{premium-agent: 20, standard-agent: 3, ai-agent: 1}}
  - id: Sub2
    type: named
    start: 2026-06-01
    end: 2026-08-31
    department: Care
    entitlements:
      premium-agent: [4, {{quantity: 10, until: 2026-07-15}}]
      standard-agent: 3
  - id: Sub3
    type: named
    start: 2026-05-01
    end: 2027-04-30
    auto_renew: true
    notice_days: 280
    entitlements: {{standard-agent: 1, ai-agent: 1}}
users:
  - email: chief@x.example
    roles: [supervisor]
    assignments: [{{subscription: Sub1, license: standard-agent}}]
{USERS}\
  - email: standard@x.example
    roles: [agent]
    assignments: [{{subscription: Sub1, license: standard-agent}}]
  - email: idle@x.example
    roles: [agent]
    status: inactive
    assignments: [{{subscription: Sub3, license: standard-agent}}]
  - {{email: ada@x.example, roles: [administrator], assignments: [Sub1]}}
usage:
  - {{month: 2026-04, service: premium-agent, quantity: 12.5}}
"""


@pytest.mark.parametrize("name", ["text", "json", "markdown", "html"])
def test_the_plan_matches_its_golden_file(
    run: Run, folder: Path, golden: Callable[[str, str], None], name: str
) -> None:
    (folder / "a.tenant.yaml").write_text(TENANT)
    outcome = run("plan", *WINDOW, "--format", name)
    assert (outcome.code, outcome.err) == (1, "")
    golden(f"plan.{name}", outcome.out)
    assert outcome == run("plan", *WINDOW, "--format", name)


def test_options_set_the_window(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(TENANT)

    def window(*arguments: str) -> tuple[str, str, list[str]]:
        value = json.loads(run("plan", "--format", "json", *arguments).out)
        moves = value["tenants"][0]["moves"]
        return value["from"], value["until"], sorted({move["latest"] for move in moves})

    begin = ("--from", "2026-05-01")
    assert window(*begin) == ("2026-05-01", "2026-08-28", ["2026-05-31"])
    assert window(*begin, "--days", "31") == ("2026-05-01", "2026-05-31", [])
    assert window(*begin, "--until", "2026-06-01") == ("2026-05-01", "2026-06-01", ["2026-05-31"])
    for arguments in (("--until", "2026-04-30"), ("--until", "2026-06-01", "--days", "3")):
        assert run("plan", *begin, *arguments).code == 2


def test_a_plan_that_places_all_users_is_0(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(TENANT)
    outcome = run("plan", "--from", "2026-05-01", "--until", "2026-08-31")
    assert (outcome.code, outcome.err) == (0, "")


def test_a_broken_file_is_1_and_is_named(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "b.tenant.yaml").write_text(SOUND + "users: 3\n")
    (folder / "c.tenant.yaml").write_text(SOUND + "---\n{\n")
    outcome = run("plan", *WINDOW, "--format", "json")
    assert outcome.code == 1
    assert outcome.err == "".join(
        f"tenantlint: {name}.tenant.yaml: has YAML or schema errors; run `tenantlint check "
        f"{name}.tenant.yaml`\n"
        for name in "bc"
    )
    assert json.loads(outcome.out)["tenants"][0]["file"] == "a.tenant.yaml"


def test_a_missing_file_is_2(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    outcome = run("plan", "a.tenant.yaml", "nowhere.tenant.yaml")
    assert outcome.code == 2
    assert "nowhere.tenant.yaml" in outcome.err


def test_standard_input_can_be_planned_with_a_report(run: Run, folder: Path) -> None:
    outcome = run(
        "plan", "-", *WINDOW, "--stdin-filename", "x.yaml", "--report", "json=plan.json",
        stdin=TENANT.encode(),
    )  # fmt: skip
    assert outcome.code == 1
    assert outcome.out.startswith("Harbour *Retail* (x.yaml)\n")
    value = json.loads((folder / "plan.json").read_text())
    assert list(value) == ["version", "from", "until", "assumed", "tenants"]
    assert list(value["tenants"][0]) == [
        "file", "document", "tenant", "name", "moves", "unplaced", "seats", "capacity", "shifts",
        "renewals", "ends",
    ]  # fmt: skip


def test_an_unknown_format_is_2(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    outcome = run("plan", "--format", "jsn")
    assert outcome.code == 2
    assert "no format of plan is called jsn; did you mean json?" in outcome.err


def test_many_files_are_planned_in_several_processes(run: Run, folder: Path) -> None:
    padding = "#" * 30_000 + "\n"
    for number in range(40):
        text = TENANT.replace("id: t1", f"id: t{number}")
        (folder / f"t{number:02}.tenant.yaml").write_text(text + padding)
    (folder / "t40.tenant.yaml").write_text("{")
    outcome = run("plan", *WINDOW, "--format", "json")
    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    tenants: list[dict[str, Any]] = json.loads(outcome.out)["tenants"]
    assert [item["tenant"] for item in tenants] == [f"t{number}" for number in range(40)]
    assert all(item["moves"] == tenants[0]["moves"] for item in tenants)


def test_text_fits_the_width_of_the_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.tenant.yaml").write_text(TENANT)
    monkeypatch.setenv("COLUMNS", "50")
    shown = in_terminal(folder, "plan", *WINDOW, "--color", "never").splitlines()
    assert max(map(len, shown)) <= 50
    assert "  move      move 12 users from Sub1 to Sub2:" in shown
    assert "            the first shift: there is no overlap" in shown


@pytest.mark.parametrize("command", ["plan", "usage"])
def test_a_file_with_a_duplicate_key_is_1_and_is_named(
    run: Run, folder: Path, command: str
) -> None:
    text = SOUND.replace("start: ", "start: 2020-01-01, start: ", 1)
    assert text != SOUND
    (folder / "a.tenant.yaml").write_text(text)
    outcome = run(command, "--format", "json")
    assert outcome.code == 1
    assert outcome.err == (
        "tenantlint: a.tenant.yaml: has YAML or schema errors; run `tenantlint check "
        "a.tenant.yaml`\n"
    )
    assert "a.tenant.yaml" in outcome.out


def test_the_summary_counts_users_who_have_no_access_already(run: Run, folder: Path) -> None:
    text = (
        "version: 1\ntenant: {id: t1, name: T}\nsubscriptions:\n"
        "  - {id: Sub1, type: named, start: 2024-01-01, end: 2026-05-31}\nusers:\n"
        "  - {email: a@x.example, roles: [agent], assignments: [Sub1]}\n"
        "  - {email: b@x.example, roles: [agent], assignments: []}\n"
    )
    (folder / "a.tenant.yaml").write_text(text)
    outcome = run("plan", "--from", "2026-06-01", "--days", "10")
    assert outcome.code == 0
    assert outcome.out == (
        "Nothing to do from 2026-06-01 to 2026-06-10; 1 user has no access already (`tenantlint "
        "check` names them)\n"
    )
    cancelled = ("--from", "2026-05-01", "--assume", "Sub1.status=cancelled", "--compare")
    assert "without access on the first day           1        0\n" in run("plan", *cancelled).out


PENDING = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, end: 2026-05-20, entitlements: {premium-agent: 5}}
  - {id: Sub2, type: named, start: 2026-05-01, status: pending, entitlements: {%s: 5}}
users:
  - {email: maud@x.example, roles: [agent], assignments: [Sub1]}
"""


@pytest.mark.parametrize(
    ("service", "is_named"), [("wfo-analytics", False), ("standard-agent", True)]
)
def test_a_pending_subscription_is_named_if_it_gives_agents_a_licence(
    run: Run, folder: Path, service: str, is_named: bool
) -> None:
    (folder / "a.tenant.yaml").write_text(PENDING % service)
    outcome = run("plan", "a.tenant.yaml", *WINDOW)
    assert outcome.code == 1
    text = " ".join(outcome.out.split())
    assert "order one with an agent licence for each agent that is active on 2026-05-21" in text
    assert ("remove `status: pending` of Sub2" in text) == is_named


def test_idle_users_without_a_place_are_named(run: Run, folder: Path) -> None:
    user = (
        "{email: %s, roles: [agent]%s, assignments: [{subscription: Sub1, license: premium-agent}]}"
    )
    people = {"ada@x.example": "", "bob@x.example": ", status: inactive", "cid@x.example": ""}
    (folder / "a.tenant.yaml").write_text(
        "version: 1\ntenant: {id: t1, name: T}\nsubscriptions:\n"
        "  - {id: Sub1, type: named, start: 2025-01-01, end: 2026-05-20,"
        " entitlements: {premium-agent: 3}}\n"
        "  - {id: Sub2, type: named, start: 2025-01-01, entitlements: {premium-agent: 2}}\n"
        "users:\n" + "".join(f"  - {user % item}\n" for item in people.items())
    )
    shown = " ".join(run("plan", "a.tenant.yaml", *WINDOW).out.split())
    assert "move 2 users from Sub1 to Sub2: premium-agent" in shown
    assert (
        "order 1 seat of premium-agent from 2026-05-21 on, and assign it to the user "
        "(bob@x.example is idle, and needs no seat if the user has left) bob@x.example"
    ) in shown
