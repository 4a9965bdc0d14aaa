"""`import` and `drift`: subscriptions that begin after the day of the run, or that are over."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Run
from tests.controlhub.exports import ORG, Cells, make_license, write_csv, write_items
from validator.controlhub.differences import find_differences
from validator.controlhub.export import Export
from validator.controlhub.subscription_dates import later_subscriptions
from validator.document.reader import read_documents

HEAD = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: Sub1, type: named, start: 2024-01-01, entitlements: {premium-agent: 20}}
  - {id: Sub2, type: named, start: 9998-01-01, entitlements: {premium-agent: 20}}
users:
"""
USER = "  - {{email: {}@x.example, roles: [agent], assignments: [{}]}}\n"
P1, P2 = (f"Contact Center Premium Agent [{id}]" for id in ("Sub1", "Sub2"))
NOW, LATER = (f"{{subscription: {id}, license: premium-agent}}" for id in ("Sub1", "Sub2"))
ASKED = ("--users", "u.csv")
INTO = ("import", *ASKED, "--into", "a.tenant.yaml")
TRUE: Cells = ("a@x.example", ["TRUE"], {})


def drift(run: Run, *arguments: str) -> list[str]:
    """Return the finding of each difference."""
    outcome = run("drift", "a.tenant.yaml", *ASKED, *arguments, "--format", "concise")
    lines = outcome.out.splitlines()
    assert outcome.code == bool(lines), outcome.err
    return [line.split(": ", 3)[2] + ": " + line.split(": ", 3)[3] for line in lines]


@pytest.mark.parametrize("later", [LATER, "Sub2"])
@pytest.mark.parametrize("is_listed", [False, True])
def test_an_assignment_to_a_later_subscription_is_kept(
    run: Run, folder: Path, later: str, is_listed: bool
) -> None:
    file = folder / "a.tenant.yaml"
    text = HEAD + USER.format("a", f"{NOW}, {later}") + USER.format("new", later)
    file.write_text(text)
    if is_listed:
        write_csv(folder / "u.csv", [P1, P2], ("a@x.example", ["TRUE", "FALSE"], {}))
    else:
        write_csv(folder / "u.csv", [P1], TRUE)
    assert drift(run) == []
    assert run(*INTO).out == "a.tenant.yaml: nothing to change\n"
    assert file.read_text() == text
    file.write_text(text.replace("9998-01-01", "2024-06-01"))
    gone = "drift-user-extra: Control Hub has no user new@x.example"
    what = "premium-agent of Sub2" if later == LATER else "an agent licence in Sub2"
    lost = f"drift-assignment: a@x.example does not hold {what} in Control Hub"
    assert drift(run) == [lost, gone]


def test_the_day_of_the_run_decides() -> None:
    text = HEAD.replace("9998-01-01", "2026-12-15") + USER.format("a", f"{NOW}, {LATER}")
    export = Export(is_complete=True, has_users=True, subscriptions={"Sub1": None})
    export.person("a@x.example").licenses["Sub1", "premium-agent"] = None
    value: Any = next(read_documents(text)).value
    assert find_differences(value, export, date(2026, 12, 14)) == []
    (found,) = find_differences(value, export, date(2026, 12, 15))
    assert found.finding.path == "/users/0/assignments/1"


def test_the_first_of_two_subscriptions_with_one_id_decides() -> None:
    days = (("A", "2027-01-01"), ("A", "2024-01-01"), ("B", "2024-01-01"), ("B", "2027-01-01"))
    value = {"subscriptions": [{"id": id, "start": start} for id, start in days]}
    assert later_subscriptions(value, date(2026, 5, 1)) == {"A"}


@pytest.mark.parametrize(
    ("subscription", "user"),
    [
        ("start: 9998-01-01, status: cancelled", LATER),
        ("start: TODO", LATER),
        ("start: 9998-01-01", f"{LATER}, {NOW}"),
        ("start: 9998-01-01", ""),
    ],
)
def test_other_users_who_are_not_in_control_hub_are_removed(
    run: Run, folder: Path, subscription: str, user: str
) -> None:
    file = folder / "a.tenant.yaml"
    text = HEAD.replace("start: 9998-01-01", subscription) + USER.format("a", NOW)
    file.write_text(text + USER.format("gone", user))
    write_csv(folder / "u.csv", [P1], TRUE)
    assert drift(run) == ["drift-user-extra: Control Hub has no user gone@x.example"]
    assert run(*INTO).code == 0
    assert file.read_text() == text


def test_a_user_with_one_entry_of_today_is_removed_with_all_entries(run: Run, folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    text = HEAD + USER.format("a", NOW)
    file.write_text(text + USER.format("gone", LATER) + USER.format("GONE", NOW))
    write_csv(folder / "u.csv", [P1], TRUE)
    assert run(*INTO).out == "a.tenant.yaml: 2 users removed\n"
    assert file.read_text() == text


def test_a_partial_import_removes_a_later_assignment(run: Run, folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    file.write_text(HEAD + USER.format("a", f"{NOW}, {LATER}") + USER.format("b", LATER))
    write_csv(
        folder / "u.csv",
        [P1, P2],
        ("a@x.example", ["", "FALSE"], {}),
        ("b@x.example", ["", ""], {}),
    )
    assert run("import", "--partial", *INTO[1:]).code == 0
    users: Any = yaml.safe_load(file.read_text())["users"]
    assert [[item["subscription"] for item in user["assignments"]] for user in users] == [
        ["Sub1"],
        ["Sub2"],
    ]


def test_later_assignments_do_not_hide_that_users_lose_all_others(run: Run, folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    text = HEAD + "".join(USER.format(f"u{number}", f"{NOW}, {LATER}") for number in range(12))
    file.write_text(text)
    rows: list[Cells] = [(f"u{number}@x.example", [""], {}) for number in range(12)]
    write_csv(folder / "u.csv", [P1], *rows)
    stopped = run(*INTO)
    message = "12 of 12 users would be removed or lose all their assignments"
    assert (stopped.code, message in stopped.err) == (2, True), stopped.err
    assert file.read_text() == text
    assert run(*INTO, "--allow-removals").out == "a.tenant.yaml: 12 values changed\n"
    assert drift(run) == []


@pytest.mark.parametrize(
    ("lines", "total", "after"),
    [
        ("20", 20, "20"),
        ("{quantity: 20}", 20, "{quantity: 20}"),
        ("[20]", 20, "[20]"),
        ("20", 25, "25"),
        ("{quantity: 20}", 25, "{quantity: 25}"),
        ("{quantity: 20, since: 2024-01-01}", 25, "{quantity: 25, since: 2024-01-01}"),
        (
            "[{quantity: 20, until: 9998-01-31}, {quantity: 30, since: 9998-02-01}]",
            25,
            "[{quantity: 25, until: 9998-01-31}, {quantity: 30, since: 9998-02-01}]",
        ),
        (
            "[{quantity: 7, until: 9997-12-31}, {quantity: 20}]",
            20,
            "[{quantity: 7, until: 9997-12-31}, {quantity: 20}]",
        ),
    ],
)
def test_quantities_are_compared_at_the_start_of_a_later_subscription(
    run: Run, folder: Path, lines: str, total: int, after: str
) -> None:
    file = folder / "a.tenant.yaml"
    head = HEAD.removesuffix("users:\n")
    begin, end = head.rsplit("premium-agent: 20", 1)
    file.write_text(begin.replace("id: t1", f"id: {ORG}") + f"premium-agent: {lines}" + end)
    write_items(
        folder / "l.json",
        make_license("CJPPRM", 1, "Sub1", 20),
        make_license("CJPPRM", 2, "Sub2", total),
    )
    asked = ("--licenses", "l.json")
    found = run("drift", file.name, *asked, "--format", "concise")
    message = "drift-quantity: Sub2 has 25 of premium-agent in Control Hub, but the file says 20"
    assert (found.code, message in found.out) == ((1, True) if lines != after else (0, False))
    assert run("import", *asked, "--into", file.name).code == 0
    assert f"start: 9998-01-01, entitlements: {{premium-agent: {after}}}" in file.read_text()
    assert run("drift", file.name, *asked).code == 0


TRIAL = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: Sub1, type: named, start: 2024-01-01}
  - {id: trialSub.2, type: named, start: 2024-01-01, DATES}
users:
"""


@pytest.mark.parametrize(
    ("dates", "is_over"),
    [
        ("end: 2024-06-30", True),
        ("end: 2024-06-30, status: trial", True),
        ("end: 2024-06-30, status: active", True),
        ("end: 2024-06-30, grace_days: 30.0", True),
        ("end: 2024-06-30, grace_days: 3000000", False),
        ("end: 2024-06-30, auto_renew: true", False),
        ("end: 9998-06-30", False),
        ("end: TODO", False),
    ],
)
def test_a_trial_that_is_over_needs_no_status(
    run: Run, folder: Path, dates: str, is_over: bool
) -> None:
    file = folder / "a.tenant.yaml"
    text = TRIAL.replace("DATES", dates) + USER.format("a", NOW)
    file.write_text(text)
    columns = [P1, "Contact Center Standard Agent [trialSub.2]"]
    write_csv(folder / "u.csv", columns, ("a@x.example", ["TRUE", "FALSE"], {}))
    message = "trialSub.2 is trial in Control Hub, but the file has no status, which means active"
    assert drift(run) == ([] if is_over else [f"drift-status: {message}"])
    assert run(*INTO).code == 0
    assert (file.read_text() == text) == is_over
    assert drift(run) == []
    if is_over:
        run("check", file.name, "--fix", "--unsafe-fixes")
        assert "status" not in file.read_text()
        assert drift(run) == []


@pytest.mark.parametrize(
    ("status", "suffix", "after"),
    [
        ("suspended", "", "suspended"),
        ("trial", " (Suspended)", "suspended"),
        ("cancelled", " (Suspended)", "cancelled"),
    ],
)
def test_the_suspension_of_a_subscription_that_is_over(
    run: Run, folder: Path, status: str, suffix: str, after: str
) -> None:
    file = folder / "a.tenant.yaml"
    dates = f"end: 2024-06-30, status: {status}"
    file.write_text(TRIAL.replace("DATES", dates) + USER.format("a", NOW))
    columns = [P1, f"Contact Center Standard Agent [trialSub.2]{suffix}"]
    write_csv(folder / "u.csv", columns, ("a@x.example", ["TRUE", "FALSE"], {}))
    assert run(*INTO).code == 0
    assert f"end: 2024-06-30, status: {after}}}" in file.read_text()
    assert drift(run) == []


@pytest.mark.parametrize("status", ["", "7", "[trial]", "{a: b}", "true"])
def test_a_status_of_the_wrong_type_is_left_unchanged(run: Run, folder: Path, status: str) -> None:
    file = folder / "a.tenant.yaml"
    text = HEAD.replace("start: 2024-01-01,", f"start: 2024-01-01, status: {status},")
    text += USER.format("a", NOW)
    file.write_text(text)
    write_csv(folder / "u.csv", [P1], TRUE)
    assert drift(run) == []
    assert run(*INTO).out == "a.tenant.yaml: nothing to change\n"
    assert file.read_text() == text


def test_a_user_without_a_status_is_called_active(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(HEAD + USER.format("a", NOW))
    write_csv(folder / "u.csv", [P1], ("a@x.example", ["TRUE"], {"User Status": "Inactive"}))
    assert drift(run) == [
        "drift-user-detail: a@x.example is inactive in Control Hub, but the file has no status, which means active"
    ]
