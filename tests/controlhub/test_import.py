"""`import` and `drift`: exports from Control Hub and a tenant file that users edit."""

import base64
import csv
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import SOUND, Run
from validator.controlhub import import_file
from validator.controlhub.differences import find_differences
from validator.controlhub.export import Export, Person
from validator.controlhub.export_files import read_exports
from validator.controlhub.import_file import create_file, update_file
from validator.controlhub.tenant_document import ComparisonError
from validator.document.reader import read_documents
from validator.schema.control_hub_names import EMAIL_COLUMN

ORG = "2fd2b7e1-0c1c-4a55-9d4c-6f8f0c6f6a10"
TODAY = date(2026, 5, 1)
PREMIUM, STANDARD = "premium-agent", "standard-agent"
HEAD = ["First Name", "Last Name", "Display Name", EMAIL_COLUMN, "User Status", "Department"]


def license_id(code: str, number: int = 0) -> str:
    text = f"ciscospark://us/LICENSE/{ORG}:{code}_{number:08}-0000"
    return base64.b64encode(text.encode()).decode().rstrip("=")


def write_csv(file: Path, columns: list[str], rows: list[list[str]], **how: Any) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=how.get("delimiter", ",")).writerows([columns, *rows])
    file.write_text(stream.getvalue(), how.get("encoding", "utf-8-sig"), newline="")


def row(name: str, email: str, *licences: str, department: str = "") -> list[str]:
    return ["", "", name, email, "Active", department, *licences]


def write_licenses(file: Path, *units: tuple[str, str, int], **more: Any) -> None:
    items = [
        {
            "id": license_id(code, number),
            "name": "Contact Center Premium Agent" if code == "CJPPRM" else code,
            "totalUnits": total,
            "consumedUnits": 0,
            "subscriptionId": subscription,
            **more,
        }
        for number, (subscription, code, total) in enumerate(units)
    ]
    file.write_text(json.dumps({"items": items}))


@pytest.fixture
def exports(folder: Path) -> tuple[str, ...]:
    columns = [*HEAD, "Contact Center Premium Agent [Sub1]", "Contact Center Standard Agent [Sub2]"]
    rows = [
        row("Maud", "maud@harbour.example", "TRUE", "FALSE", department="Customer care"),
        row("Tom", "tom@harbour.example", "", "true"),
        row("Guest", "guest@harbour.example", "FALSE", ""),
    ]
    write_csv(folder / "users.csv", columns, rows)
    write_licenses(folder / "licenses.json", ("Sub1", "CJPPRM", 10), ("Sub2", "CJPSTD", 5))
    return ("--users", "users.csv", "--licenses", "licenses.json")


def test_a_first_import_matches_its_golden_file(
    run: Run, folder: Path, exports: tuple[str, ...], golden: Any
) -> None:
    done = run("import", *exports, "--into", "x.tenant.yaml")
    assert (done.code, done.err) == (
        0,
        "tenantlint: left out: 1 user without an agent licence\n",
    )
    golden("import.tenant.yaml", (folder / "x.tenant.yaml").read_text())
    golden("import.txt", done.out)
    checked = run("check", "x.tenant.yaml", "--as-of", "2026-05-01")
    golden("import-check.txt", checked.out)
    assert checked.code == 1
    assert run("drift", "x.tenant.yaml", *exports).code == 0
    again = run("import", *exports, "--into", "x.tenant.yaml")
    assert again.out.startswith("x.tenant.yaml: nothing to change; 9 values are left")


def test_an_imported_file_passes_once_it_is_filled_in(
    run: Run, folder: Path, exports: tuple[str, ...]
) -> None:
    run("import", *exports, "--into", "x.tenant.yaml")
    file = folder / "x.tenant.yaml"
    text = file.read_text().replace("name: TODO", "name: Harbour")
    text = text.replace("type: TODO", "type: named").replace("start: TODO", "start: 2025-01-01")
    text = text.replace("    end: TODO\n", "").replace("telephony: TODO", "telephony: vpop")
    file.write_text(text)
    assert run("check", "x.tenant.yaml", "--as-of", "2026-05-01").code == 0
    assert run("drift", "x.tenant.yaml", *exports).code == 0


BY_HAND = """\
# Harbour, looked after by Ada   # tenantlint: not one
version:   1
tenant: {id: t1,  name: "Harbour"}   # the customer
subscriptions:
- id:    Sub1     # the old one
  type: named
  start:   2025-01-01
  x-order:  [ 1,2 ]
  entitlements:
      premium-agent:   8   # ordered in March
- {id: Sub2, type: named, start: 2025-06-01, entitlements: {standard-agent: {quantity: 5, since: 2025-07-01}}}

users:
    # --- care ---
    # tenantlint: ignore[user-unassigned]: leaves soon
    - email: gone@harbour.example
      roles: [agent]
      # nothing assigned

    - email: MAUD@harbour.example   # tenantlint: ignore[user-only-expiring] until 2027-01-31: OPS-1
      name: 'Maud'
      roles: [ agent ]
      assignments:
        - Sub2
        # about the next one
        - {subscription: Sub1,  license: ivr-port}   # kept

    # --- sales ---
    - {email: tom@harbour.example, roles: [agent], assignments: [Sub1, {subscription: Sub2, license: standard-agent}]}
# the end
x-note: |
  free text
  - email: not a user
"""
BY_HAND_AFTER = """\
# Harbour, looked after by Ada   # tenantlint: not one
version:   1
tenant: {id: t1,  name: "Harbour"}   # the customer
subscriptions:
- id:    Sub1     # the old one
  type: named
  start:   2025-01-01
  x-order:  [ 1,2 ]
  entitlements:
      premium-agent:   10   # ordered in March
- {id: Sub2, type: named, start: 2025-06-01, entitlements: {standard-agent: {quantity: 5, since: 2025-07-01}}}

users:
    # --- care ---

    - email: MAUD@harbour.example   # tenantlint: ignore[user-only-expiring] until 2027-01-31: OPS-1
      name: 'Maud'
      roles: [ agent ]
      assignments:
        # about the next one
        - {subscription: Sub1,  license: ivr-port}   # kept
        - {subscription: Sub1, license: premium-agent}

    # --- sales ---
    - {email: tom@harbour.example, roles: [agent], assignments: [{subscription: Sub2, license: standard-agent}]}
    - email: new@harbour.example
      name: 'no'
      roles: [agent]
      assignments:
        - {subscription: Sub1, license: premium-agent}
# the end
x-note: |
  free text
  - email: not a user
"""


def by_hand(folder: Path) -> Export:
    columns = [*HEAD, "Contact Center Premium Agent [Sub1]", "Contact Center Standard Agent [Sub2]"]
    rows = [
        row("Maud", "maud@harbour.example", "TRUE", ""),
        row("Tom", "tom@harbour.example", "", "TRUE"),
        row("no", "new@harbour.example", "TRUE", ""),
    ]
    write_csv(folder / "u.csv", columns, rows)
    units = [("Sub1", "CJPPRM", 10), ("Sub2", "CJPSTD", 5)]
    items = [
        {"id": f"{code}_{sub}", "totalUnits": n, "subscriptionId": sub} for sub, code, n in units
    ]
    (folder / "l.json").write_text(json.dumps(items))
    return read_exports([str(folder / "u.csv")], [str(folder / "l.json")], [])


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_import_keeps_comments_and_formatting(
    folder: Path, line_break: str, encoding: str
) -> None:
    data = BY_HAND.replace("\n", line_break).encode(encoding)
    made = update_file("x", data, by_hand(folder), TODAY)
    assert made.data.decode(encoding) == BY_HAND_AFTER.replace("\n", line_break)
    again = update_file("x", made.data, by_hand(folder), TODAY)
    assert (again.data, again.differences) == (made.data, ())


SUPPRESSED = """version: 1
tenant: {id: t1, name: H}
subscriptions:
  - {id: Sub1, type: named, start: 2026-01-01, entitlements: {premium-agent: 9}}
users:
  # tenantlint: ignore-file[duplicate-usage]: OPS-6
  # tenantlint: ignore[user-unassigned]: OPS-7, Ann is a contractor
  # (ask Bo)

  - email: ann@x.example
    roles: [agent]
  - email: tom@x.example
    roles: [agent]
    assignments: []
"""


def test_the_suppression_of_a_removed_user_does_not_hide_another_finding(
    run: Run, folder: Path
) -> None:
    file = folder / "a.tenant.yaml"
    file.write_text(SUPPRESSED)
    (folder / "u.csv").write_text(
        f"{EMAIL_COLUMN},Contact Center Premium Agent [Sub1]\ntom@x.example,FALSE\n"
    )
    asked = ("check", file.name, "--as-of", "2026-05-01", "--select", "user-unassigned")
    assert run(*asked).code == 1
    assert run("import", "--users", "u.csv", "--into", file.name).code == 0
    kept = SUPPRESSED.replace("  - email: ann@x.example\n    roles: [agent]\n", "")
    line = "  # tenantlint: ignore[user-unassigned]: OPS-7, Ann is a contractor\n"
    assert file.read_text() == kept.replace(line, "")
    assert run(*asked).code == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("users: []\n", "users:\n  - {email: a@b.example, NEW}\n"),
        ("users: []  # none\nx-a: 1\n", "users:  # none\n  - {email: a@b.example, NEW}\nx-a: 1\n"),
        ("users:\nx-a: 1\n", "users:\n  - {email: a@b.example, NEW}\nx-a: 1\n"),
        ("x-a: 1\n", "x-a: 1\nusers:\n  - {email: a@b.example, NEW}\n"),
        ("x-a: 1", "x-a: 1\nusers:\n  - {email: a@b.example, NEW}"),
        ("users: [{email: z@b.example, roles: [agent]}]\n", None),
        ("users: [ ]\n...\n", "users:\n  - {email: a@b.example, NEW}\n...\n"),
        ("users:\n- {email: A@B.example, roles: [agent], assignments: []}\n", None),
        ("users:\n-\n  email: A@B.example\n  roles: [agent]\n", None),
        ("users:\n- email: A@B.example\n  assignments:\n  roles: [agent]\n", None),
        ("users: &u\n- &one\n  email: A@B.example\n  roles: [agent]\n", None),
        ("users:\n  - email: z@b.example\n    roles: [agent]\n    assignments: [Sub1]\n", None),
        ("users:\n  - email: z@b.example\n    roles: [agent]\nx-z: 1\n", None),
    ],
)
def test_a_list_is_updated_in_every_notation(before: str, after: str | None) -> None:
    head = "tenant: {id: t1, name: H}\nsubscriptions: [{id: Sub1}]\n"
    export = Export(is_complete=True, has_users=True, subscriptions={"Sub1": None})
    export.person("a@b.example").licenses["Sub1", PREMIUM] = None
    made = update_file("x", (head + before).encode(), export, TODAY)
    if after is not None:
        new = "NEW".join(after.split("{email: a@b.example, NEW}"))
        lines = "email: a@b.example\n    roles: [agent]\n    assignments:\n"
        lines += "      - {subscription: Sub1, license: premium-agent}"
        assert made.after == head + new.replace("NEW", lines)
    value: Any = next(read_documents(made.after)).value
    assert find_differences(value, export, TODAY) == []


@pytest.mark.parametrize(
    "assignments",
    [
        "[{subscription: Sub1, license: premium-agent},]",
        "[\n      {subscription: Sub1, license: premium-agent},  # since May\n    ]",
        "[Sub1, {subscription: Sub1, license: premium-agent} ,\n      # none\n    ]",
    ],
)
def test_a_list_that_ends_in_a_comma_can_be_emptied(assignments: str) -> None:
    text = (
        "tenant: {id: t1, name: H}\nsubscriptions: [{id: Sub1}]\nusers:\n"
        f"  - email: a@b.example\n    roles: [agent]\n    assignments: {assignments}\n"
        "x-note: |\n  last"
    )
    export = Export(is_complete=True, has_users=True, subscriptions={"Sub1": None})
    export.person("a@b.example").denied.add(("Sub1", PREMIUM))
    made = update_file("x", text.encode(), export, TODAY)
    value: Any = next(read_documents(made.after)).value
    assert all(not user["assignments"] for user in value["users"])
    assert value["x-note"] == "last"
    assert find_differences(value, export, TODAY) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("users: *u\n", "cannot be read as YAML"),
        ("x-u: &u []\nusers: *u\n", "x:4:8: this value is an alias; change it by hand"),
        (
            "x-u: &u {users: []}\n<<: *u\n",
            "x:1:1: users may come from a merge key (<<); change it by hand",
        ),
        ("users: !!seq\n", "cannot be read as YAML"),
        ("- a\n", "cannot be read as YAML"),
        ("---\ntenant: {id: t2}\n", "x: 2 tenants, and the exports do not name their tenant"),
    ],
)
def test_what_cannot_be_edited_is_refused_with_its_position(text: str, message: str) -> None:
    head = "tenant: {id: t1, name: H}\nsubscriptions: [{id: Sub1}]\n"
    export = Export(is_complete=True, has_users=True, subscriptions={"Sub1": None})
    export.person("a@b.example").licenses["Sub1", PREMIUM] = None
    with pytest.raises(ComparisonError) as error:
        update_file("x", (head + text).encode(), export, TODAY)
    assert message in str(error.value)


ids = st.sampled_from(["Sub1", "trialSub.2", "Sub-os090825", "a: b", "no", "[x]"])
services = st.sampled_from([PREMIUM, STANDARD])
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
emails = st.sampled_from([f"{name}@b.example" for name in "abcdefg"] + ["A@b.example", "=1+1"])


@st.composite
def some_exports(draw: st.DrawFn) -> Export:
    export = Export(is_complete=draw(st.booleans()), has_users=draw(st.booleans()))
    for email in draw(st.lists(emails, unique_by=str.lower, max_size=5)):
        held = draw(st.lists(st.tuples(ids, services), max_size=3))
        roles = st.frozensets(st.sampled_from(["administrator", "read-only-administrator"]))
        export.people[email.lower()] = Person(
            email,
            draw(words),
            draw(words),
            dict.fromkeys(held),
            draw(st.none() | roles),
            status=draw(st.sampled_from(["", "active", "inactive", "not-verified"])),
            is_enabled=draw(st.booleans()),
            last_access=draw(st.none() | st.dates(TODAY - timedelta(60), TODAY)),
        )
    export.quantities = draw(
        st.dictionaries(st.tuples(ids, services), st.integers(0, 99), max_size=3)
    )
    every = [held for person in export.people.values() for held in person.licenses]
    export.subscriptions = {id: None for id, _ in (*every, *export.quantities)}
    export.suspended = draw(st.sets(ids, max_size=2))
    export.serving = draw(st.sets(ids, max_size=3))
    export.unlimited = draw(st.sets(st.tuples(ids, services), max_size=1))
    export.licensed_subscriptions = {id for id, _ in export.quantities}
    return export


quantities = st.integers(0, 20) | st.fixed_dictionaries({"quantity": st.integers(0, 20)})
days = st.sampled_from(["TODO", "2025-01-01", "2026-04-30", "2026-05-01", "2026-05-02"])
files: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "tenant": st.fixed_dictionaries({"id": st.sampled_from(["t1", "TODO"]), "name": words}),
        "subscriptions": st.lists(
            st.fixed_dictionaries(
                {"id": ids},
                optional={
                    "start": days,
                    "end": days,
                    "status": st.sampled_from(["active", "trial", "suspended", "cancelled"]),
                    "entitlements": st.dictionaries(services, quantities, max_size=2),
                },
            ),
            max_size=3,
        ),
    },
    optional={
        "users": st.lists(
            st.fixed_dictionaries(
                {
                    "email": emails,
                    "roles": st.lists(
                        st.sampled_from(["agent", "administrator", "read-only-administrator"]),
                        min_size=1,
                        unique=True,
                    ),
                },
                optional={
                    "name": words,
                    "status": st.sampled_from(["active", "pending", "inactive"]),
                    "last_access": st.dates(TODAY - timedelta(60), TODAY).map(str),
                    "assignments": st.lists(
                        ids
                        | st.fixed_dictionaries(
                            {"subscription": ids},
                            optional={"license": services | st.just("ivr-port")},
                        ),
                        max_size=4,
                    ),
                },
            ),
            max_size=5,
            unique_by=lambda user: str(user["email"]).lower(),
        )
    },
)


def patched(text: str, difference: str) -> str:
    """Return the text after applying a unified diff."""
    before, after = text.splitlines(keepends=True), []
    at = 0
    for line in difference.splitlines(keepends=True)[2:]:
        if match := re.match(r"@@ -(\d+)(?:,(\d+))? \+", line):
            first = int(match[1]) - (match[2] != "0")
            after += before[at:first]
            at = first
        elif line[0] in " -":
            assert before[at] == line[1:]
            at += 1
        if line[0] in " +":
            after.append(line[1:])
    return "".join((*after, *before[at:]))


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(files, some_exports(), st.sampled_from([None, True, False]), st.sampled_from([2, 4]))
def test_after_an_import_there_is_no_drift(
    value: Any, export: Export, flow: bool | None, indent: int
) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, indent=indent, sort_keys=False)
    text = "# before\n" + text + "# after\n"
    made = update_file("x", text.encode(), export, TODAY)
    after: Any = next(read_documents(made.after)).value
    assert find_differences(after, export, TODAY) == []
    assert update_file("x", made.data, export, TODAY).data == made.data
    assert made.after.startswith("# before\n")
    assert made.after.endswith("# after\n")
    if not made.differences:
        assert made.after == text
    assert patched(text, made.diff("x")) == made.after


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(some_exports())
def test_after_a_first_import_there_is_no_drift(export: Export) -> None:
    made: Any = next(read_documents(create_file(export, TODAY).after)).value
    assert find_differences(made, export, TODAY) == []


def test_the_users_of_a_licence_are_imported(run: Run, folder: Path) -> None:
    users = [
        {"id": "1", "type": "INTERNAL", "displayName": "Maud", "email": "maud@harbour.example"}
    ]
    write_licenses(folder / "l.json", ("Sub1", "CJPPRM", 10), users=users)
    assert run("import", "--licenses", "l.json", "--into", "x.tenant.yaml").code == 0
    text = (folder / "x.tenant.yaml").read_text()
    assert f"id: {ORG}" in text
    assert "  - email: maud@harbour.example\n    name: Maud\n" in text


def test_the_roles_of_people_are_imported(run: Run, folder: Path) -> None:
    write_licenses(folder / "l.json", ("Sub1", "CJPPRM", 10))
    role = base64.b64encode(b"ciscospark://us/ROLE/id_full_admin").decode()
    org = base64.b64encode(f"ciscospark://us/ORGANIZATION/{ORG}".encode()).decode()
    person = {
        "id": "p1",
        "emails": ["ada@harbour.example"],
        "displayName": "Ada",
        "orgId": org,
        "licenses": [license_id("CJPPRM")],
        "roles": [role],
    }
    (folder / "p.json").write_text(json.dumps({"items": [person]}))
    asked = ("--licenses", "l.json", "--people", "p.json")
    assert run("import", *asked, "--into", "x.tenant.yaml").code == 0
    file = folder / "x.tenant.yaml"
    assert "roles: [agent, administrator]" in file.read_text()
    file.write_text(file.read_text().replace("[agent, administrator]", "[read-only-administrator]"))
    found = run("drift", "x.tenant.yaml", *asked, "--format", "concise")
    assert [line.split(": ")[2] for line in found.out.splitlines()] == ["drift-role"] * 2
    run("import", *asked, "--into", "x.tenant.yaml")
    assert "roles: [administrator]" in file.read_text()
    # A user without any of the roles in the file becomes an agent.
    (folder / "p.json").write_text(json.dumps({"items": [{**person, "roles": []}]}))
    both = "[administrator, read-only-administrator]"
    file.write_text(file.read_text().replace("[administrator]", both))
    run("import", *asked, "--into", "x.tenant.yaml")
    assert "roles: [agent]" in file.read_text()


@pytest.mark.parametrize("id", ["[Sub1]", "{a: Sub1}", "12", "null", "true"])
def test_an_id_that_is_not_a_string_does_not_crash_drift(
    run: Run, folder: Path, exports: tuple[str, ...], id: str
) -> None:
    text = SOUND.replace("t1", ORG).replace("id: Sub1", f"id: {id}")
    assert f"id: {id}" in text
    (folder / "x.tenant.yaml").write_text(text)
    found = run("drift", "x.tenant.yaml", *exports, "--format", "concise")
    assert "internal error" not in found.err
    assert found.code in (1, 2)
    assert "Sub1" in found.out + found.err


def test_drift_findings_are_at_the_place_of_the_difference(
    run: Run, folder: Path, exports: tuple[str, ...]
) -> None:
    (folder / "x.tenant.yaml").write_text(
        SOUND.replace("t1", ORG)
        + "users:\n"
        + "  - {email: maud@harbour.example, roles: [agent], name: M, assignments: []}\n"
        + "  - {email: gone@harbour.example, roles: [agent]}"
        + "  # tenantlint: ignore[drift-user-extra]: on leave\n"
    )
    found = run("drift", "x.tenant.yaml", *exports, "--format", "concise")
    assert found.code == 1
    assert [" ".join(line.split(": ")[:3]) for line in found.out.splitlines()] == [
        "x.tenant.yaml:3:1 error drift-subscription",
        "x.tenant.yaml:4:5 error drift-quantity",
        "x.tenant.yaml:5:1 error drift-user-missing",
        "x.tenant.yaml:6:57 warning drift-user-detail",
        "x.tenant.yaml:6:60 error drift-assignment",
    ]
    for format in ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"):
        shown = run("drift", "x.tenant.yaml", *exports, "--format", format)
        assert shown.code == 1
        assert "drift-quantity" in shown.out
    assert run("drift", "x.tenant.yaml", *exports, "--fail-on", "never").code == 0
    asked = ("drift", "x.tenant.yaml", *exports, "--format", "concise")
    chosen = run(*asked, "--select", "drift-quantity,drift-role")
    assert [line.split(": ")[2] for line in chosen.out.splitlines()] == ["drift-quantity"]
    assert "drift-quantity" not in run(*asked, "--ignore", "drift-quantity").out
    assert run(*asked, "--ignore", "drift").code == 2  # nothing is left to compare
    wrong = run(*asked, "--select", "drift-quantiti")
    assert (wrong.code, "did you mean drift-quantity?" in wrong.err) == (2, True)
    assert run("explain", "drift-quantity").out.startswith("# drift-quantity\n")
    checked = run("check", "x.tenant.yaml", "--as-of", "2026-05-01", "--format", "concise")
    assert "suppression" not in checked.out


def test_a_dry_run_writes_nothing(run: Run, folder: Path, exports: tuple[str, ...]) -> None:
    asked = ("import", *exports, "--into", "x.tenant.yaml", "--dry-run")
    assert run(*asked).out.startswith("--- /dev/null\n+++ x.tenant.yaml\n@@ ")
    assert not (folder / "x.tenant.yaml").exists()
    run(*asked[:-1])
    text = (folder / "x.tenant.yaml").read_text()
    (folder / "x.tenant.yaml").write_text(text.replace("premium-agent: 10", "premium-agent: 9"))
    done = run(*asked)
    assert [line for line in done.out.splitlines() if line[0] in "+-"][2:] == [
        "-      premium-agent: 9",
        "+      premium-agent: 10",
    ]
    assert run(*asked[:-1]).code == 0
    assert run(*asked).out == ""


@pytest.mark.parametrize("name", ["new/", "new/.", "new/.."])
@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_name_of_a_folder_is_refused(
    run: Run, folder: Path, exports: tuple[str, ...], name: str, more: tuple[str, ...]
) -> None:
    done = run("import", *exports, "--into", name, *more)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(f"tenantlint: {name}: Is a directory\n")
    assert not (folder / "new").exists()


@pytest.mark.parametrize("is_new", [True, False])
def test_a_file_that_another_program_changes_is_not_written(
    run: Run,
    folder: Path,
    exports: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    is_new: bool,
) -> None:
    file = folder / "x.tenant.yaml"
    name = "create_file" if is_new else "update_file"
    original = getattr(import_file, name)

    def changing(*arguments: Any) -> Any:
        result = original(*arguments)
        file.write_text("of another program\n")
        return result

    if not is_new:
        assert run("import", *exports, "--into", file.name).code == 0
        file.write_text(file.read_text().replace("premium-agent: 10", "premium-agent: 9"))
    monkeypatch.setattr(import_file, name, changing)
    done = run("import", *exports, "--into", file.name)
    how = "created" if is_new else "changed"
    message = f"tenantlint: x.tenant.yaml: {how} while it was being imported; not written\n"
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines(keepends=True)[-1] == message
    assert file.read_text() == "of another program\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "u.csv: empty"),
        ("a,b\n1,2\n", "u.csv:1: no column User ID/Email (Required)"),
        ("User ID/Email,x\n", "did you mean User ID/Email?"),
        (f"{EMAIL_COLUMN},x\na@b.example,1\n", "no column for an agent licence"),
        (f"{EMAIL_COLUMN},Contact Center Premium Agent [S]\n,TRUE\n", "u.csv:2: no User ID/Email"),
        (
            f"{EMAIL_COLUMN},Contact Center Premium Agent [S]\na@b.example,maybe\n",
            "u.csv:2: Contact Center Premium Agent [S]: maybe is not TRUE, FALSE or blank",
        ),
        (
            f"{EMAIL_COLUMN},Contact Center Premium Agent [S]\na,b@b.example,TRUE\n",
            "u.csv:2: 3 values, but 2 columns; quote values that contain the delimiter",
        ),
        (f'{EMAIL_COLUMN},Contact Center Premium Agent [S]\n"a', "not CSV: unexpected end of data"),
        (
            f"{EMAIL_COLUMN},Contact Center Premium Agent [S]\n{'x' * 200_000}",
            "not CSV: field larger",
        ),
    ],
)
def test_an_invalid_csv_is_2(run: Run, folder: Path, text: str, message: str) -> None:
    (folder / "u.csv").write_text(text)
    done = run("import", "--users", "u.csv", "--into", "x.yaml")
    assert done.code == 2
    assert message in done.err
    assert not (folder / "x.yaml").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "l.json: not JSON"),
        ("[" * 100_000, "l.json: not JSON"),
        ("3", "l.json: not a response of the Webex API"),
        ('{"message": "unauthorized"}', "l.json: not a response of the Webex API"),
        ('{"items": [{"id": "CJPPRM_1", "totalUnits": 1}]}', "has no subscriptionId"),
        (
            '{"items": [{"id": "CJPPRM_1", "totalUnits": "many", "subscriptionId": "S"}]}',
            "l.json: S: the totalUnits of premium-agent are many, which is not a number",
        ),
        (
            '{"items": [{"id": "CJPPRM_1", "totalUnits": 1e400, "subscriptionId": "S"}]}',
            "l.json: S: the totalUnits of premium-agent are inf, which is not a number",
        ),
        (
            '{"items": [{"id": "CJPPRM_1", "totalUnits": NaN, "subscriptionId": "S"}]}',
            "l.json: S: the totalUnits of premium-agent are nan, which is not a number",
        ),
        (
            '{"items": [{"id": "CJPPRM_1", "totalUnits": -Infinity, "subscriptionId": "S"}]}',
            "l.json: S: the totalUnits of premium-agent are -inf, which is not a number",
        ),
        (
            '{"items": [{"id": "CJPPRM_1", "totalUnits": 1.5, "subscriptionId": "S"}]}',
            "l.json: S: the totalUnits of premium-agent are 1.5, which is not a number",
        ),
        (
            '{"items": [{"id": "CJPPRM_1", "totalUnits": true, "subscriptionId": "S"}]}',
            "l.json: S: the totalUnits of premium-agent are True, which is not a number",
        ),
    ],
)
def test_an_invalid_answer_is_2(run: Run, folder: Path, text: str, message: str) -> None:
    (folder / "l.json").write_text(text)
    done = run("import", "--licenses", "l.json", "--into", "x.yaml")
    assert done.code == 2
    assert message in done.err


def test_missing_or_inconsistent_exports_are_refused(
    run: Run, folder: Path, exports: tuple[str, ...]
) -> None:
    (folder / "x.yaml").write_text(SOUND)
    assert "add --users, --licenses, --people, --usage or --pull" in run("drift", "x.yaml").err
    people = run("drift", "x.yaml", "--people", "licenses.json")
    assert "--people needs --licenses" in people.err
    assert run("drift", "x.yaml", "--users", "none.csv").code == 2
    other = run("drift", "x.yaml", *exports)
    assert other.code == 2
    assert f"the exports are from the tenant {ORG}, but the files have t1" in other.err
    (folder / "x.yaml").write_text(SOUND.replace("id: t1, ", ""))
    assert "but the files have no id" in run("drift", "x.yaml", *exports).err
    (folder / "y.yaml").write_text(SOUND)
    two = run("drift", "x.yaml", "y.yaml", "--users", "users.csv")
    assert "2 tenants" in two.err
    assert run("import", *exports, "--into", "x.yaml/a.yaml").code == 2


def test_an_export_without_its_option_is_refused_with_advice(run: Run) -> None:
    outcome = run("import", "--into", "t.tenant.yaml", "users.csv")
    assert outcome.code == 2
    assert outcome.err == (
        "tenantlint: users.csv: name each export with its option: --users, --licenses, --people or "
        "--usage\n"
    )


def test_a_missing_folder_is_created(run: Run, folder: Path, exports: tuple[str, ...]) -> None:
    assert run("import", *exports, "--into", "tenants/emea/a.yaml").code == 0
    assert (folder / "tenants" / "emea" / "a.yaml").exists()


def test_the_columns_of_a_csv_may_have_any_order_and_case(folder: Path) -> None:
    columns = [
        "X",
        "contact center premium agent [Sub 1] (Suspended)",
        EMAIL_COLUMN.upper(),
        "Department",
    ]
    for how in ({}, {"delimiter": ";"}, {"delimiter": "\t", "encoding": "utf-16"}):
        rows = [["1\n2", "TRUE", "a@b.example", "Care, north; south"], ["", "", "", ""]]
        write_csv(folder / "u.csv", columns, rows, **how)
        export = read_exports([str(folder / "u.csv")], [], [])
        person = export.people["a@b.example"]
        assert (person.department, list(person.licenses)) == (
            "Care, north; south",
            [("Sub 1", PREMIUM)],
        )
        assert export.notes == [f"left out of {folder / 'u.csv'}: the column X"]


HOSTILE = [
    "=cmd|' /C calc'!A0", "+1", "-1", "@x", "no", "0o14", "1e3", "012", "12:30:00", "a: b # c",
    "&a", "*a", "!t", "|", ">", "%x", "`", "'", '"', "{a}", "[a]", "a,b", "- x", "? x", "---",
    "...", "\x1b[31m", "\u202edlrow", "a\nb", "\x00", "\ufeff", "\ud800", " x ", "~", "null",
    "é", "\U0001f600", "\x85", "\u2028", "x" * 5000, "TODO", "<<", "=", "# x", "a #b",
    ":0", ":a", ":", "a:", "?x", "?", "-", "a]", "b }", "[", "]", "{", "}", ",", "&", "*", "!",
]  # fmt: skip


def test_hostile_text_is_quoted(folder: Path) -> None:
    items = [
        {
            "id": license_id("CJPPRM", number),
            "totalUnits": 1,
            "subscriptionId": f"S{number}{text}",
            "users": [{"email": f"u{number}@b.example{text}", "displayName": text}],
        }
        for number, text in enumerate(HOSTILE)
    ]
    (folder / "l.json").write_text(json.dumps({"items": items}))
    export = read_exports([], [str(folder / "l.json")], [])
    made = create_file(export, TODAY).after
    assert not set(made) & set("\x1b\x00\u202e\x85\u2028\ufeff")
    value: Any = next(read_documents(made)).value
    names = [user.get("name") for user in value["users"]]
    assert names == [text.replace("\ud800", "\ufffd").strip() or None for text in HOSTILE]
    assert all(document.findings == () for document in read_documents(made))
    assert find_differences(value, export, TODAY) == []
    old = f"tenant: {{id: {ORG}}}\nsubscriptions: []\nusers: []\n"
    later = update_file("x", old.encode(), export, TODAY).after
    assert next(read_documents(later)).value == {
        "tenant": {"id": ORG},
        "subscriptions": value["subscriptions"],
        "users": value["users"],
    }


def test_thousands_of_users_can_be_imported(run: Run, folder: Path) -> None:
    columns = [*HEAD, *(f"Contact Center Premium Agent [Sub{number}]" for number in range(5))]
    rows = [
        row(f"User {n}", f"u{n}@b.example", *("TRUE" if n % 5 == k else "" for k in range(5)))
        for n in range(5_000)
    ]
    write_csv(folder / "u.csv", columns, rows)
    assert run("import", "--users", "u.csv", "--into", "x.yaml").code == 0
    rows = [
        row(f"User {n}", f"u{n}@b.example", *("TRUE" if n % 3 == k else "" for k in range(5)))
        for n in range(10, 5_010)
    ]
    write_csv(folder / "u.csv", columns, rows)
    assert run("import", "--users", "u.csv", "--into", "x.yaml").code == 0
    assert run("drift", "x.yaml", "--users", "u.csv").code == 0
