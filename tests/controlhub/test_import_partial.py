"""`import --partial`: a CSV file lists the licences that some users receive or give back."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from tests.conftest import Run
from tests.plan_tenants import FIRST, LAST, random_large
from validator.controlhub.export_files import read_partial
from validator.controlhub.import_file import update_file
from validator.findings.plan_report import PlannedTenant, PlanReport
from validator.reporters.plan.csv import render_files
from validator.schema.control_hub_names import EMAIL_COLUMN, license_column
from validator.schema.tenant_schema import tenant_of
from validator.tenant.plan import plan_of

PREMIUM, STANDARD = "premium-agent", "standard-agent"
HEAD = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: Sub1, type: named, start: 2024-01-01, end: 2026-05-31, entitlements: {premium-agent: 9}}
  - {id: Sub2, type: named, start: 2024-05-15, entitlements: {premium-agent: 9, standard-agent: 9}}
"""
USERS = """\
users:
  - email: Maud@x.example   # OPS-7
    name:   'Maud'
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: premium-agent}   # kept
  - {email: tom@x.example, roles: [agent], assignments: [Sub1, Sub2]}
  - {email: eve@x.example, roles: [agent], assignments: [{subscription: Sub1, license: premium-agent}]}
"""
ASKED = ("import", "--partial", "--users", "u.csv", "--into", "a.tenant.yaml")


def write(folder: Path, columns: list[tuple[str, str]], *rows: list[str]) -> None:
    names = [license_column(*column) or "" for column in columns]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([[EMAIL_COLUMN, *names], *rows])
    (folder / "u.csv").write_text(stream.getvalue(), newline="")


def assignments(file: Path) -> Iterator[tuple[str, str, str | None]]:
    for user in yaml.safe_load(file.read_text())["users"]:
        for item in user.get("assignments", []):
            named = item if isinstance(item, dict) else {"subscription": item}
            yield user["email"], named["subscription"], named.get("license")


def test_a_partial_import_changes_assignments_and_removes_no_user(run: Run, folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    file.write_text(HEAD + USERS)
    columns = [("Sub2", PREMIUM), ("Sub1", PREMIUM)]
    write(folder, columns, ["maud@x.example", "TRUE", ""], ["tom@x.example", "", "FALSE"])
    preview = run(*ASKED, "--dry-run")
    assert preview.code == 0
    assert file.read_text() == HEAD + USERS
    done = run(*ASKED)
    assert (done.code, done.err) == (0, "")
    assert done.out == "a.tenant.yaml: 2 values changed\n"
    kept = "      - {subscription: Sub1, license: premium-agent}   # kept\n"
    after = USERS.replace(kept, kept + "      - {subscription: Sub2, license: premium-agent}\n")
    assert file.read_text() == HEAD + after.replace("[Sub1, Sub2]", "[Sub2]")
    assert run(*ASKED).out == "a.tenant.yaml: nothing to change\n"


def test_a_partial_import_adds_users_and_subscriptions(run: Run, folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    file.write_text(HEAD + USERS)
    columns = [("Sub2", PREMIUM), ("Sub8", PREMIUM), ("Sub9", STANDARD)]
    rows = [["new@x.example", "TRUE", "", "FALSE"], ["no@x.example", "FALSE", "", ""]]
    write(folder, columns, *rows, ["tom@x.example", "", "TRUE", ""])
    done = run(*ASKED)
    assert done.out.startswith("a.tenant.yaml: 1 subscription added, 1 user added and 1 value")
    value = yaml.safe_load(file.read_text())
    assert [item["id"] for item in value["subscriptions"]] == ["Sub1", "Sub2", "Sub8"]
    assert [user["email"] for user in value["users"]][3:] == ["new@x.example"]


def test_an_assignment_without_a_license_is_left_unchanged(run: Run, folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    file.write_text(HEAD + USERS)
    write(folder, [("Sub2", PREMIUM)], ["tom@x.example", "FALSE"])
    unclear = run(*ASKED)
    assert unclear.code == 0
    assert unclear.err == (
        "tenantlint: left unchanged: tom@x.example is assigned to Sub2 without a license, which may "
        "mean another licence than premium-agent; name the license in the file\n"
    )
    assert file.read_text() == HEAD + USERS
    write(folder, [("Sub2", PREMIUM), ("Sub2", STANDARD)], ["tom@x.example", "FALSE", "FALSE"])
    both = run(*ASKED)
    assert (both.err, "[Sub1, Sub2]" in file.read_text()) == ("", False)
    write(folder, [("Sub1", PREMIUM)], ["tom@x.example", "TRUE"])
    assert run(*ASKED).out == "a.tenant.yaml: nothing to change\n"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [["tom@x.example", "TRUE"], ["TOM@x.example", "FALSE"]],
            "u.csv:3: TOM@x.example: premium-agent of Sub1 is TRUE in one row and FALSE in another",
        ),
        ([["tom@x.example", "yes"]], "yes is not TRUE, FALSE or blank"),
    ],
)
def test_ambiguous_rows_are_2(run: Run, folder: Path, rows: list[list[str]], message: str) -> None:
    (folder / "a.tenant.yaml").write_text(HEAD + USERS)
    write(folder, [("Sub1", PREMIUM)], *rows)
    done = run(*ASKED)
    assert done.code == 2
    assert message in done.err
    assert (folder / "a.tenant.yaml").read_text() == HEAD + USERS


def test_options_that_do_not_fit_are_refused(run: Run, folder: Path) -> None:
    write(folder, [("Sub1", PREMIUM)], ["tom@x.example", "TRUE"])
    missing = run(*ASKED)
    assert (missing.code, "a.tenant.yaml: no such file" in missing.err) == (2, True)
    (folder / "a.tenant.yaml").write_text(HEAD + USERS)
    for more in (
        ("--licenses", "u.csv"),
        ("--people", "u.csv"),
        ("--org", "o"),
        ("--timeout", "30"),
        ("--map", "month=Month"),
        ("--with-last-access",),
    ):
        refused = run(*ASKED, *more)
        message = f"--partial can only be used with --users; remove {more[0]}"
        assert (refused.code, refused.err.count("\n"), message in refused.err) == (2, 1, True)
    allowed = run(*ASKED, "--allow-removals", "--dry-run", TENANTLINT_IMPORT_TIMEOUT="9")
    assert allowed.code == 0, allowed.err
    nothing = run("import", "--partial", "--into", "a.tenant.yaml")
    assert (nothing.code, "add them with --users" in nothing.err) == (2, True)
    write(folder, [], ["tom@x.example"])
    silent = run(*ASKED)
    assert (silent.code, "no column for an agent licence" in silent.err) == (2, True)


def some_tenant(random: Random) -> dict[str, Any]:
    """Return a tenant whose licences end in June 2026, with enough seats elsewhere."""
    subscriptions: list[dict[str, Any]] = []
    for number in range(5):
        lists = random.sample([PREMIUM, STANDARD], random.randint(1, 2))
        ends = {"end": "2026-06-15"} if number < 2 else {}
        subscriptions.append(
            {
                "id": f"Sub{number}",
                "type": "named",
                "start": random.choice(["2025-01-01", "2026-06-01"]),
                **ends,
                "entitlements": dict.fromkeys(lists, 40),
            }
        )
    users = []
    for number in range(20):
        held = random.sample(subscriptions, 2)
        named = [
            {"subscription": item["id"], "license": random.choice(list(item["entitlements"]))}
            for item in held
        ]
        bare = [random.choice(subscriptions)["id"]] if random.random() < 0.2 else []
        roles = random.sample(["agent", "supervisor", "administrator"], random.randint(1, 2))
        users.append({"email": f"u{number}@x.example", "roles": roles, "assignments": named + bare})
    tenant = {"id": "t1", "name": "Harbour"}
    return {"version": 1, "tenant": tenant, "subscriptions": subscriptions, "users": users}


@pytest.mark.parametrize("seed", range(2))
def test_importing_the_csv_of_a_plan_makes_its_assignments(
    run: Run, folder: Path, seed: int
) -> None:
    file, applied = folder / "a.tenant.yaml", folder / "b.tenant.yaml"
    text = yaml.safe_dump(some_tenant(Random(seed)), sort_keys=False)
    file.write_text(text)
    applied.write_text(text)
    window = ("--from", "2026-06-01", "--days", "60", "--format", "csv")
    made = run("plan", "a.tenant.yaml", *window)
    (folder / "u.csv").write_bytes(made.out.encode())
    run("plan", "b.tenant.yaml", *window, "--apply")
    assert run(*ASKED).code == 0
    before = set(assignments(applied)) - set(assignments(file))
    assert {license for _, _, license in before} <= {None}
    assert set(assignments(file)) <= set(assignments(applied))
    assert len(set(assignments(file))) > 40
    assert len(list(assignments(file))) == len(set(assignments(file)))
    given_back = run("plan", "b.tenant.yaml", *window, "--release", "--on", "2026-06-20")
    (folder / "u.csv").write_bytes(given_back.out.encode())
    kept = [row for row in csv.reader(io.StringIO(given_back.out)) if "FALSE" in row]
    count = sum(row.count("FALSE") for row in kept)
    before = set(assignments(applied))
    assert run(*ASKED[:-1], "b.tenant.yaml").code == 0
    gone = before - set(assignments(applied))
    assert sum(license is not None for _, _, license in gone) == count > 0
    assert {item[:2] for item in gone if item[2] is None} <= {item[:2] for item in gone if item[2]}
    assert set(assignments(applied)) <= before


def held(value: Any) -> list[set[tuple[str, str | None]]]:
    """Return the assignments of each user."""
    return [
        {
            (item, None) if isinstance(item, str) else (item["subscription"], item.get("license"))
            for item in user.get("assignments", [])
        }
        for user in value["users"]
    ]


def test_a_csv_contains_every_move_with_a_column(folder: Path) -> None:
    moves = 0
    for seed in range(300, 330):
        value = random_large(seed)
        for number, user in enumerate(value["users"]):
            user["email"] = f"user{number}@x.example"
        plan = plan_of(tenant_of(value), FIRST, LAST)
        planned = PlannedTenant("file", 0, "id", "name", plan)
        (text,) = render_files(PlanReport(FIRST, LAST, (planned,), on=LAST))
        (folder / "u.csv").write_text(text, newline="")
        wanted = held(value)
        for change in plan.assignments:
            if license_column(*change.named) is not None:
                wanted[change.user].add(change.named)
                moves += 1
        data = yaml.safe_dump(value, sort_keys=False).encode()
        made = update_file("x", data, read_partial([str(folder / "u.csv")]), FIRST)
        after = yaml.safe_load(made.after)
        assert held(after) == wanted
        assert {**after, "users": []} == {**value, "users": []}
    assert moves > 50


def test_a_licence_that_an_assignment_cannot_mean_is_added(run: Run, folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    file.write_text(
        HEAD.replace("entitlements: {premium-agent: 9}}", "entitlements: {standard-agent: 9}}")
        + USERS
    )
    columns = [("Sub1", PREMIUM), ("Sub1", STANDARD)]
    write(folder, columns, ["tom@x.example", "TRUE", "FALSE"])
    assert run(*ASKED).code == 0
    found = [item for item in assignments(file) if item[0] == "tom@x.example"]
    assert found == [
        ("tom@x.example", "Sub2", None),
        ("tom@x.example", "Sub1", PREMIUM),
    ]
