"""The files that `plan` writes: CSV for Control Hub, the calendar, and the tenant files."""

import contextlib
import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from icalendar import Calendar

from tests.conftest import Run
from validator.checking.selection import load_selection
from validator.checking.settings import Settings
from validator.cli.app import tenantlint
from validator.project.sources import Source
from validator.reporters.plan import csv as plan_csv
from validator.run.plan_apply import ApplyError, apply_plan
from validator.run.plan_run import PlannedFile, plan_file, plan_run

UNTIL = date(2026, 8, 29)
WINDOW = ("--from", "2026-05-01", "--days", "120")
HEAD = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: Sub1, type: named, start: 2024-01-01, end: 2026-05-31, entitlements: {premium-agent: 9}}
  - {id: Sub2, type: named, start: 2026-05-15, entitlements: {premium-agent: 2, standard-agent: 9}}
  - {id: Sub3, type: named, start: 2026-06-01, end: 2026-06-30, entitlements: {wfo-analytics: 9}}
users:
"""
USERS = """\
  - email: ada@x.example   # the administrator
    roles: [administrator]
    assignments: [Sub1]
  - email: maud@x.example
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: premium-agent}   # OPS-7

  - {email: tom@x.example, roles: [agent], assignments: [{subscription: Sub1, license: premium-agent}]}
"""


TWO = """\
  - {email: eve@x.example, roles: [agent], assignments: [{subscription: Sub1, license: premium-agent}]}
  - {email: tom@x.example, roles: [agent], assignments: [{subscription: Sub1, license: premium-agent}]}
"""


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_csv_has_the_assignments_that_can_be_made_on_the_day(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(HEAD + USERS)
    early = run("plan", *WINDOW, "--format", "csv")
    assert (early.code, rows(early.out)) == (0, [["User ID/Email (Required)"]])
    assert early.err.splitlines() == [
        "tenantlint: not before 2026-05-15: premium-agent of Sub2 for maud@x.example and tom@x.example",
        "tenantlint: no column; assign it by hand in Control Hub: Sub2, for ada@x.example",
    ]
    later = run("plan", *WINDOW, "--format", "csv", "--on", "2026-05-15")
    assert rows(later.out) == [
        ["User ID/Email (Required)", "Contact Center Premium Agent [Sub2]"],
        ["maud@x.example", "TRUE"],
        ["tom@x.example", "TRUE"],
    ]


def test_release_lists_the_licences_that_are_no_longer_needed(run: Run, folder: Path) -> None:
    both = USERS.replace(
        "# OPS-7\n", "# OPS-7\n      - {subscription: Sub2, license: premium-agent}\n"
    )
    (folder / "a.tenant.yaml").write_text(HEAD + both)
    asked = ("plan", *WINDOW, "--format", "csv", "--release", "--on")
    assert rows(run(*asked, "2026-05-31").out) == [["User ID/Email (Required)"]]
    assert rows(run(*asked, "2026-06-01").out) == [
        ["User ID/Email (Required)", "Contact Center Premium Agent [Sub1]"],
        ["maud@x.example", "FALSE"],
    ]
    # The day is after the window, and both licences serve on it.
    short = ("plan", "--from", "2026-05-01", "--days", "10", "--format", "csv", "--release")
    assert rows(run(*short, "--on", "2026-05-20").out) == [["User ID/Email (Required)"]]
    assert rows(run(*short, "--on", "2026-06-01").out)[1:] == [["maud@x.example", "FALSE"]]
    # Control Hub's name of this licence is unknown.
    other = (HEAD + both).replace("premium-agent", "wfo-analytics")
    (folder / "a.tenant.yaml").write_text(other)
    by_hand = run(*asked, "2026-06-01").err
    assert "no column; remove it by hand in Control Hub: wfo-analytics of Sub1" in by_hand
    early = run(*short, "--on", "2026-04-30")
    assert (early.code, early.err) == (
        2, "tenantlint: --on 2026-04-30 is before the first day of the plan, 2026-05-01\n",
    )  # fmt: skip
    refused = run("plan", *WINDOW, "--release")
    assert (refused.code, refused.err) == (
        2, "tenantlint: --release and --on need the format csv\n",
    )  # fmt: skip


def test_csv_names_the_users_who_cannot_be_placed(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(
        HEAD.replace("premium-agent: 2", "premium-agent: 0") + TWO
    )
    outcome = run("plan", *WINDOW, "--format", "csv")
    assert (outcome.code, rows(outcome.out)) == (1, [["User ID/Email (Required)"]])
    assert outcome.err == (
        "tenantlint: no place on 2026-06-01: premium-agent of Sub1 for eve@x.example and "
        "tom@x.example\n"
    )


def test_csv_needs_a_single_tenant(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(HEAD + USERS)
    (folder / "b.tenant.yaml").write_text((HEAD + USERS).replace("t1", "t2"))
    outcome = run("plan", *WINDOW, "--format", "csv")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "tenantlint: the format csv is for one tenant, but there are 2; name one file\n"
    )


def test_a_second_tenant_leaves_no_report_of_an_earlier_run(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(HEAD + USERS)
    asked = ("plan", *WINDOW, "--report", "csv=moves.csv", "--report", "json=plan.json")
    assert run(*asked).code == 0
    (folder / "b.tenant.yaml").write_text((HEAD + USERS).replace("t1", "t2"))
    assert run(*asked).code == 2
    assert sorted(path.name for path in folder.iterdir()) == ["a.tenant.yaml", "b.tenant.yaml"]


def test_more_than_20000_rows_are_written_to_several_files(run: Run, folder: Path) -> None:
    users = "".join(
        f"  - {{email: u{n}@x.example, roles: [agent], "
        "assignments: [{subscription: Sub1, license: premium-agent}]}\n"
        for n in range(20_001)
    )
    head = HEAD.replace("premium-agent: 9", "premium-agent: 30000").replace(
        "premium-agent: 2,", "premium-agent: 30000,"
    )
    (folder / "a.tenant.yaml").write_text(head + users)
    asked = ("plan", *WINDOW, "--on", "2026-05-15")
    (folder / "plan.json").write_text("of an earlier run")
    refused = run(*asked, "--format", "csv", "--report", "json=plan.json")
    assert (refused.code, refused.out) == (2, "")
    assert not (folder / "plan.json").exists()
    assert "write 2 files with --report csv=FILE.csv" in refused.err
    assert run(*asked, "--report", "csv=out.csv").code == 0
    first, second = (rows((folder / f"out-{n}.csv").read_text()) for n in (1, 2))
    assert (len(first), len(second)) == (20_001, 2)
    assert first[0] == second[0]
    assert not (folder / "out.csv").exists()


def test_calendar_uids_are_stable(run: Run, folder: Path) -> None:
    more = "".join(
        f"  - {{email: u{n}@x.example, roles: [agent], "
        "assignments: [{subscription: Sub1, license: premium-agent}]}\n"
        for n in range(3)
    )
    (folder / "a.tenant.yaml").write_text(HEAD + USERS + more)
    outcome = run("plan", *WINDOW, "--format", "ics")
    assert outcome.code == 1
    entries: Any = Calendar.from_ical(outcome.out).walk("VEVENT")
    events = {str(event["summary"]): str(event["dtstart"].dt) for event in entries}
    assert events["Harbour: move 2 users from Sub1 to Sub2: premium-agent"] == "2026-05-31"
    assert events["Harbour: no place for 3 users of Sub1: premium-agent"] == "2026-05-31"
    assert run("plan", *WINDOW, "--format", "ics") == outcome
    uids = {line for line in outcome.out.splitlines() if line.startswith("UID:")}
    (folder / "a.tenant.yaml").write_text(HEAD + USERS + more.replace("u2@", "u7@"))
    again = run("plan", *WINDOW, "--format", "ics").out.splitlines()
    assert {line for line in again if line.startswith("UID:")} == uids
    # The new assignment already serves on the first day, so this is the earliest day.
    later = run("plan", "--from", "2026-05-20", "--days", "101", "--format", "ics").out.splitlines()
    assert {line for line in later if line.startswith("UID:")} == uids
    # Another file is broken.
    (folder / "b.tenant.yaml").write_text("version: 1\n")
    broken = run("plan", *WINDOW, "--format", "ics")
    assert broken.code == 1
    assert "Not complete: b.tenant.yaml" in broken.out
    assert {line for line in broken.out.splitlines() if line.startswith("UID:")} == uids


def test_moves_with_different_earliest_days_have_different_uids(run: Run, folder: Path) -> None:
    head = HEAD.replace(
        "premium-agent: 2,",
        "premium-agent: [{quantity: 1}, {quantity: 1, since: 2026-05-20}],",
    )
    (folder / "a.tenant.yaml").write_text(
        head + USERS.partition("\n  - email: maud")[0] + "\n" + TWO
    )
    outcome = run("plan", *WINDOW, "--format", "json")
    moves = json.loads(outcome.out)["tenants"][0]["moves"]
    assert [(item["license"], item["earliest"]) for item in moves] == [
        (None, "2026-05-15"), ("premium-agent", "2026-05-15"), ("premium-agent", "2026-05-20"),
    ]  # fmt: skip
    calendar = run("plan", *WINDOW, "--format", "ics").out.splitlines()
    uids = [line for line in calendar if line.startswith("UID:")]
    assert len(set(uids)) == len(uids)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_apply_only_changes_the_assignments(run: Run, folder: Path, line_break: str) -> None:
    before = (HEAD + USERS).replace("\n", line_break)
    (folder / "a.tenant.yaml").write_bytes(before.encode())
    outcome = run("plan", *WINDOW, "--apply", "--format", "json")
    assert outcome.code == 0
    assert outcome.err == "tenantlint: a.tenant.yaml: 3 assignments added\n"
    after = (folder / "a.tenant.yaml").read_bytes().decode()
    wanted = (
        USERS.replace("assignments: [Sub1]", "assignments: [Sub1, Sub2]")
        .replace("# OPS-7\n", "# OPS-7\n      - {subscription: Sub2, license: premium-agent}\n")
        .replace(
            "premium-agent}]}", "premium-agent}, {subscription: Sub2, license: premium-agent}]}"
        )
    )
    assert after == (HEAD + wanted).replace("\n", line_break)
    again = run("plan", *WINDOW, "--apply", "--format", "json")
    (tenant,) = json.loads(again.out)["tenants"]
    assert (tenant["moves"], tenant["unplaced"]) == ([], [])
    assert (folder / "a.tenant.yaml").read_bytes().decode() == after
    for day in ("2026-05-01", "2026-06-01", "2026-08-28"):
        found = run("check", "--as-of", day, "--select", "user-without-access")
        assert found.code == 0, found.out


GAP = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: Sub1, type: named, start: 2024-01-01, end: 2026-06-30, entitlements: {standard-agent: 9}}
  - id: Sub2
    type: named
    start: 2024-01-01
    entitlements:
      premium-agent: [{quantity: 2, until: 2026-05-20}, {quantity: 2, since: 2026-06-01}]
  - {id: Sub3, type: named, start: 2024-02-01, end: 2026-06-30, entitlements: {premium-agent: 2}}
users:
  - email: sue@x.example
    roles: [supervisor]
    assignments: [{subscription: Sub1, license: standard-agent}]
"""


def test_apply_also_covers_the_days_before_a_planned_assignment_with_a_gap(
    run: Run, folder: Path
) -> None:
    (folder / "a.tenant.yaml").write_text(GAP)
    outcome = run("plan", *WINDOW, "--apply", "--format", "json")
    (move,) = json.loads(outcome.out)["tenants"][0]["moves"]
    assert (move["to"], move["license"], move["earliest"], move["latest"]) == (
        "Sub2", "premium-agent", "2026-06-01", "2026-06-30",
    )  # fmt: skip
    assert outcome.code == 0
    assert outcome.err == (
        "tenantlint: a.tenant.yaml: 2 assignments added; 1 more than planned, because a planned "
        "one serves before its day, with a gap, or gives another licence for a time\n"
    )
    assert (
        (folder / "a.tenant.yaml")
        .read_text()
        .endswith(
            "{subscription: Sub2, license: premium-agent}, "
            "{subscription: Sub3, license: premium-agent}]\n"
        )
    )
    (tenant,) = json.loads(run("plan", *WINDOW, "--format", "json").out)["tenants"]
    assert (tenant["moves"], tenant["unplaced"]) == ([], [])


def test_apply_also_covers_a_licence_that_a_planned_access_gives(run: Run, folder: Path) -> None:
    text = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: A, type: named, start: 2024-01-01, end: 2026-05-10, entitlements: {standard-agent: 5}}
  - id: F
    type: named
    start: 2026-05-11
    end: 2026-05-20
    entitlements: {premium-agent: 5}
  - {id: G, type: named, start: 2026-05-21, entitlements: {standard-agent: 5}}
  - {id: H, type: named, start: 2026-05-21, entitlements: {premium-agent: 5}}
users:
  - email: ada@x.example
    roles: [agent]
    assignments: [{subscription: A, license: standard-agent}, A]
"""
    (folder / "a.tenant.yaml").write_text(text)
    outcome = run("plan", *WINDOW, "--apply", "--format", "json")
    moves = json.loads(outcome.out)["tenants"][0]["moves"]
    assert [(move["to"], move["license"]) for move in moves] == [("F", None), ("G", None)]
    assert "3 assignments added; 1 more than planned" in outcome.err
    added = "A, F, G, {subscription: H, license: premium-agent}]\n"
    assert (folder / "a.tenant.yaml").read_text().endswith(added)
    (tenant,) = json.loads(run("plan", *WINDOW, "--format", "json").out)["tenants"]
    assert tenant["moves"] == []


def test_apply_writes_all_files_or_none(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(HEAD + USERS)
    anchored = USERS.replace("assignments: [Sub1]", "assignments: &all [Sub1]")
    other = "  - {email: eve@x.example, roles: [administrator], assignments: *all}\n"
    (folder / "b.tenant.yaml").write_text((HEAD + anchored + other).replace("t1", "t2"))
    outcome = run("plan", *WINDOW, "--apply")
    assert outcome.code == 2
    assert outcome.err.startswith("tenantlint: b.tenant.yaml:")
    assert outcome.err.endswith("this value is an alias; change it by hand; no file is written\n")
    assert (folder / "a.tenant.yaml").read_text() == HEAD + USERS
    stdin = run("plan", "-", *WINDOW, "--apply", stdin=(HEAD + USERS).encode())
    assert (stdin.code, stdin.err) == (
        2, "tenantlint: --apply cannot write to standard input; give the path of a file\n",
    )  # fmt: skip
    pipe = run("plan", "/dev/stdin", *WINDOW, "--apply", stdin=(HEAD + USERS).encode())
    assert (pipe.code, pipe.err) == (
        2, "tenantlint: /dev/stdin: not a regular file, so --apply cannot write to it\n",
    )  # fmt: skip


MAUD = "email: maud@x.example, roles: [agent]"


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        (
            f"{MAUD}, assignments: &a [{{subscription: Sub1, license: premium-agent}}]",
            "email: tom@x.example, roles: [agent], assignments: *a",
            "7:58",
        ),
        (
            f"{MAUD}, assignments: [{{subscription: Sub1, license: premium-agent}}]",
            "<<: *u, email: tom@x.example",
            "7:5",
        ),
    ],
)
def test_apply_names_the_place_of_a_value_that_is_used_elsewhere(
    run: Run, folder: Path, first: str, second: str, place: str
) -> None:
    # Sub2 has one seat, so only the first user is moved.
    mark = "&u " if "*u" in second else ""
    text = f"""\
version: 1
tenant: {{id: t1, name: T}}
subscriptions:
- {{id: Sub1, type: named, start: 2024-01-01, end: 2026-06-30, entitlements: {{premium-agent: 2}}}}
- {{id: Sub2, type: named, start: 2024-01-01, entitlements: {{premium-agent: 1}}}}
users: [
    {mark}{{{first}}}, {{{second}}}]
"""
    (folder / "a.tenant.yaml").write_text(text)
    outcome = run("plan", *WINDOW, "--apply")
    assert outcome.code == 2
    assert outcome.err == (
        f"tenantlint: a.tenant.yaml:{place}: this value may be used elsewhere; change it by hand; "
        "no file is written\n"
    )
    assert (folder / "a.tenant.yaml").read_text() == text


@pytest.mark.parametrize("moment", ["planning", "writing"])
def test_apply_changes_no_file_that_another_program_has_changed(folder: Path, moment: str) -> None:
    (folder / "a.tenant.yaml").write_text(HEAD + USERS)
    (folder / "b.tenant.yaml").write_text((HEAD + USERS).replace("t1", "t2"))
    sources = [Source(name, name) for name in ("a.tenant.yaml", "b.tenant.yaml")]
    selection = load_selection(Settings(date(2026, 5, 1)))
    changed = (HEAD + USERS).replace("t1", "t2").replace("users:\n", f"users:\n{TWO}")

    def change() -> None:
        (folder / "b.tenant.yaml").write_text(changed)

    def plan_again(name: str, data: bytes) -> PlannedFile:
        if moment == "writing":
            change()
        return plan_file(Source(name, None), selection, UNTIL, data)

    report = plan_run(sources, selection, UNTIL, b"", ())
    if moment == "planning":
        change()
    with pytest.raises(ApplyError) as error:
        apply_plan(sources, report, plan_again)
    assert str(error.value) == (
        "b.tenant.yaml: changed while it was being planned; no file is written"
    )
    assert (folder / "a.tenant.yaml").read_text() == HEAD + USERS
    assert (folder / "b.tenant.yaml").read_text() == changed


def test_a_csv_of_many_rows_is_several_files_none_of_which_leaves_the_tree(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_csv, "MAX_ROWS", 1)
    tree = folder / "tree"
    tree.mkdir()
    monkeypatch.chdir(tree)
    (tree / "a.tenant.yaml").write_text(HEAD + TWO)
    arguments = ["plan", "--from", "2026-05-15", "--report", "csv=moves.csv", "."]
    with contextlib.suppress(SystemExit):
        tenantlint.main(arguments)
    assert sorted(path.name for path in tree.glob("*.csv")) == ["moves-1.csv", "moves-2.csv"]
    parts = [rows((tree / f"moves-{number}.csv").read_text())[1:] for number in (1, 2)]
    assert [[row[0] for row in part] for part in parts] == [["eve@x.example"], ["tom@x.example"]]
    victim = folder / "victim"
    victim.write_text("# mine\n")
    (tree / "moves-1.csv").unlink()
    (tree / "moves-1.csv").symlink_to(victim)
    (tree / "plan.json").write_text("of an earlier run")
    with pytest.raises(
        click.ClickException, match=r"^moves-1\.csv: this link must point to a file"
    ):
        tenantlint.main([*arguments, "--report", "json=plan.json"], standalone_mode=False)
    assert victim.read_text() == "# mine\n"
    assert not (tree / "plan.json").exists()
