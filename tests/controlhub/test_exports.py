"""Importing exports, what is left out, and how incomplete exports are detected."""

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Run
from tests.controlhub.exports import (
    COLUMNS,
    ORG,
    PREMIUM,
    Cells,
    encoded,
    holder,
    license_id,
    make_license,
    person,
    write_csv,
    write_items,
    write_json,
)
from validator.controlhub.difference import Difference
from validator.controlhub.removals import RemovalsError, require_few_removals
from validator.findings.finding import Finding

P1, S2 = "Contact Center Premium Agent [Sub1]", "Contact Center Standard Agent [Sub2]"
HARBOUR = f"""\
version: 1
tenant: {{id: {ORG}, name: Harbour}}
subscriptions:
  - id: Sub1   # core
    type: named
    start: 2025-01-01
    entitlements: {{premium-agent: 10}}
users:
  - {{email: maud@x.example, roles: [agent], assignments: [{{subscription: Sub1, license: premium-agent}}]}}
  - {{email: tom@x.example, roles: [agent], assignments: [Sub1]}}
"""


@pytest.fixture
def harbour(folder: Path) -> Path:
    file = folder / "h.tenant.yaml"
    file.write_text(HARBOUR)
    return file


def refused(run: Run, file: Path, *exports: str) -> str:
    """Return the error message with which both `import` and `drift` refuse the exports."""
    before = file.read_bytes()
    done = run("import", *exports, "--into", file.name)
    assert (done.code, done.out, file.read_bytes()) == (2, "", before)
    compared = run("drift", file.name, *exports)
    assert (compared.code, compared.err) == (2, done.err)
    return done.err


def imported(run: Run, file: Path, *exports: str) -> Any:
    """Import the exports, assert that a second import changes nothing, and return the file's value."""
    done = run("import", *exports, "--into", file.name)
    assert done.code == 0, done.err
    again = run("import", *exports, "--into", file.name)
    assert "nothing to change" in again.out
    return yaml.safe_load(file.read_text())


def test_an_empty_list_of_licences_with_people_is_refused(
    run: Run, folder: Path, harbour: Path
) -> None:
    write_items(folder / "l.json")
    write_items(folder / "p.json", person("maud@x.example", license_id("CJPPRM")))
    message = refused(run, harbour, "--licenses", "l.json", "--people", "p.json")
    assert message.startswith("tenantlint: l.json: no items with totalUnits; ")


def test_a_missing_page_of_people_is_refused(run: Run, folder: Path, harbour: Path) -> None:
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10, consumed=2))
    held = license_id("CJPPRM", 1)
    write_items(folder / "p1.json", person("maud@x.example", held))
    write_items(folder / "p2.json", person("tom@x.example", held))
    asked = ("--licenses", "l.json", "--people", "p1.json")
    assert refused(run, harbour, *asked) == (
        "tenantlint: not complete: premium-agent of Sub1 has 2 users in Control Hub, but the exports "
        "have 1; a page or a file is missing, or some users belong to other organisations "
        "(/v1/licenses/{id}?includeAssignedTo=user lists them)\n"
    )
    value = imported(run, harbour, *asked, "--people", "p2.json")
    assert [user["email"] for user in value["users"]] == ["maud@x.example", "tom@x.example"]


def test_fewer_people_than_users_of_a_licence_is_refused(
    run: Run, folder: Path, harbour: Path
) -> None:
    basic = make_license("FMS", 2, "", 44, consumed=44, name="Basic Messaging")
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10, consumed=1), basic)
    write_items(folder / "p.json", person("maud@x.example", license_id("CJPPRM", 1)))
    asked = ("--licenses", "l.json", "--people", "p.json")
    message = refused(run, harbour, *asked)
    assert "Basic Messaging has 44 users in Control Hub, but the exports have 1 user" in message
    everybody = {**basic, "consumedUnits": 1, "consumedByUsers": 1}
    write_items(folder / "l.json", everybody, make_license("CJPPRM", 1, "Sub1", 10, consumed=1))
    assert len(imported(run, harbour, *asked)["users"]) == 1
    # Devices do not count as users.
    kits = {**basic, "name": "Webex Room Kit", "consumedByUsers": 0}
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10, consumed=1), kits)
    assert len(imported(run, harbour, *asked)["users"]) == 1


def test_licence_holders_missing_from_the_list_of_people_are_refused(
    run: Run, folder: Path, harbour: Path
) -> None:
    detail = make_license("CJPPRM", 1, "Sub1", 10, consumed=2)
    users = [holder("maud@x.example"), holder("tom@x.example")]
    write_json(folder / "a.json", {**detail, "users": users})
    write_items(folder / "p.json", person("maud@x.example", license_id("CJPPRM", 1)))
    asked = ("--licenses", "a.json", "--people", "p.json")
    message = refused(run, harbour, *asked)
    assert "tom@x.example holds licences, but the list of all users does not have them" in message
    write_json(folder / "a.json", {**detail, "users": [users[0], {**users[1], "type": "EXTERNAL"}]})
    assert len(imported(run, harbour, *asked)["users"]) == 2


@pytest.mark.parametrize("how", ["next", "header"])
def test_an_answer_with_a_next_page_is_refused(
    run: Run, folder: Path, harbour: Path, how: str
) -> None:
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10))
    address = "https://webexapis.com/v1/people?max=1&cursor=bGltaXQ"
    first = {"items": [person("maud@x.example")], **({"next": address} if how == "next" else {})}
    headers = f'HTTP/2 200 \r\ndate: now\r\nlink: <https://webexapis.com/v1/people?max=1>; rel="first", <{address}>; rel="next"\r\n\r\n'
    text = (headers if how == "header" else "") + json.dumps(first)
    (folder / "p1.json").write_text(text)
    asked = ("--licenses", "l.json", "--people")
    message = refused(run, harbour, *asked, "p1.json")
    assert f"p1.json: not complete: the response continues at {address}" in message
    # Both pages are in one file, the last page first.
    last = json.dumps({"items": [person("tom@x.example")]})
    (folder / "p.json").write_text(f"{last}\n{text}\n")
    assert len(imported(run, harbour, *asked, "p.json")["users"]) == 2


def test_a_held_licence_that_is_not_in_the_exports_is_refused(
    run: Run, folder: Path, harbour: Path
) -> None:
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10))
    write_items(folder / "p.json", person("maud@x.example", license_id("CJPPRM", 7)))
    message = refused(run, harbour, "--licenses", "l.json", "--people", "p.json")
    assert "maud@x.example holds the licence" in message
    assert "use the whole response of /v1/licenses" in message


def test_people_without_the_key_licenses_are_refused(run: Run, folder: Path, harbour: Path) -> None:
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10))
    unknown = person("maud@x.example")
    del unknown["licenses"]
    write_items(folder / "p.json", unknown)
    message = refused(run, harbour, "--licenses", "l.json", "--people", "p.json")
    assert "p.json: maud@x.example has no key licenses, so their licences are unknown" in message
    write_json(folder / "p.json", person("maud@x.example"))
    message = refused(run, harbour, "--licenses", "l.json", "--people", "p.json")
    assert "p.json: has only one person; use the list of /v1/people" in message


def test_files_for_another_option_are_refused(run: Run, folder: Path, harbour: Path) -> None:
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10))
    write_items(folder / "p.json", person("maud@x.example"))
    swapped = refused(run, harbour, "--licenses", "p.json")
    assert "is not a licence: it has no totalUnits; use --people for people" in swapped
    swapped = refused(run, harbour, "--licenses", "l.json", "--people", "l.json")
    assert "is not a person: it has no emails; use --licenses for licences" in swapped
    some = person("maud@x.example", errors={"licenses": {"code": "unavailable"}})
    write_items(folder / "p.json", some)
    message = refused(run, harbour, "--licenses", "l.json", "--people", "p.json")
    assert "p.json: not complete: the response reports errors" in message


def test_a_csv_without_rows_or_with_too_few_rows_is_refused(
    run: Run, folder: Path, harbour: Path
) -> None:
    write_csv(folder / "u.csv", [P1])
    assert "u.csv: no users below the header" in refused(run, harbour, "--users", "u.csv")
    write_csv(folder / "u.csv", [P1], ("maud@x.example", ["TRUE"], {}))
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10, consumed=2))
    message = refused(run, harbour, "--users", "u.csv", "--licenses", "l.json")
    assert "premium-agent of Sub1 has 2 users in Control Hub, but the exports have 1;" in message


def test_a_row_that_was_cut_off_is_refused(run: Run, folder: Path, harbour: Path) -> None:
    text = "User ID/Email (Required),Contact Center Premium Agent [Sub1],User Status\n"
    text += "maud@x.example,TRUE,Active\ntom@x.example"
    (folder / "u.csv").write_text(text)
    assert refused(run, harbour, "--users", "u.csv") == (
        "tenantlint: u.csv:3: 1 value, but 3 columns, so the export is not complete; export the "
        "users again\n"
    )
    # Spreadsheets leave out blanks at the end of a row, and a partial file removes nobody.
    (folder / "u.csv").write_text(f"{text},TRUE\n")
    assert len(imported(run, harbour, "--users", "u.csv")["users"]) == 2
    (folder / "u.csv").write_text(text)
    assert run("import", "--partial", "--users", "u.csv", "--into", harbour.name).code == 0


@pytest.mark.parametrize(
    "title",
    [
        "Contact Center Premium Agent",
        f"{P1} (Expired)",
        "Contact Center Premium Agent (Trial) [Sub1]",
        f"{P1} [x]",
        "Webex Contact Centre standard agents: Sub1",
    ],
)
def test_a_licence_column_that_is_not_understood_is_refused(
    run: Run, folder: Path, harbour: Path, title: str
) -> None:
    rows: list[Cells] = [
        ("maud@x.example", ["TRUE", "FALSE"], {}),
        ("tom@x.example", ["", "true"], {}),
    ]
    write_csv(folder / "u.csv", [P1, title], *rows)
    license = "Standard" if "standard" in title else "Premium"
    assert refused(run, harbour, "--users", "u.csv") == (
        f"tenantlint: u.csv:3: TRUE in the column {title}, whose title is not understood; write it "
        f"as Contact Center {license} Agent [Sub121331], with (Suspended) at the end if it is "
        "suspended, or remove the column if its licences do not count\n"
    )
    partial = run("import", "--partial", "--users", "u.csv", "--into", harbour.name)
    assert (partial.code, f"TRUE in the column {title}" in partial.err) == (2, True)
    write_csv(folder / "u.csv", [P1, title], *((email, ["TRUE", ""], {}) for email, *_ in rows))
    done = run("drift", harbour.name, "--users", "u.csv")
    assert (done.code, f" and {title}\n" in done.err) == (0, True), done.err


@pytest.mark.parametrize(
    "email", ["not-an-email", "a b@x.example", "a@x.example\nroles: [agent]", "\x1ba@x.example"]
)
def test_an_invalid_address_is_refused(run: Run, folder: Path, harbour: Path, email: str) -> None:
    rows: list[Cells] = [("maud@x.example", ["TRUE"], {}), (email, ["FALSE"], {})]
    columns = [*COLUMNS[:5], "Department"]
    write_csv(folder / "u.csv", [P1], *rows, columns=columns)
    assert run("drift", harbour.name, "--users", "u.csv").code == 1
    write_csv(folder / "u.csv", [P1], rows[0], (email, ["TRUE"], {}), columns=columns)
    partial = run("import", "--partial", "--users", "u.csv", "--into", harbour.name)
    detail = make_license("CJPPRM", 1, "Sub1", 10, consumed=1)
    write_items(folder / "l.json", detail)
    write_json(folder / "a.json", {**detail, "users": [holder(email)]})
    write_items(folder / "p.json", person(email, license_id("CJPPRM", 1), id="p1"))
    asked = ("--licenses", "l.json", "--people", "p.json")
    for place, message in (
        ("u.csv:3", partial.err),
        ("u.csv:3", refused(run, harbour, "--users", "u.csv")),
        ("a.json: premium-agent in Sub1", refused(run, harbour, "--licenses", "a.json")),
        ("p.json: the person p1", refused(run, harbour, *asked)),
    ):
        assert message.count("\n") == 1
        assert message.startswith(f"tenantlint: {place}: ")
        assert message.endswith(
            " is not an e-mail address; correct it in Control Hub, and export the data again\n"
        )
    assert (partial.code, harbour.read_text()) == (2, HARBOUR)


def test_options_that_have_no_effect_are_refused(run: Run, folder: Path, harbour: Path) -> None:
    write_csv(folder / "u.csv", [P1], ("maud@x.example", ["TRUE"], {}))
    for more, message in (
        (("--map", "month=Month"), "tenantlint: --map needs --usage\n"),
        (("--timeout", "30"), "tenantlint: --timeout needs --pull\n"),
        (("--config", "none.toml"), "tenantlint: none.toml: No such file or directory\n"),
    ):
        assert refused(run, harbour, "--users", "u.csv", *more) == message
    partial = ("import", "--partial", "--users", "u.csv", "--into", harbour.name)
    assert run(*partial, "--config", "none.toml").code == 2


def test_documents_with_the_same_tenant_are_named(run: Run, folder: Path, harbour: Path) -> None:
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10))
    other = f"---\n{HARBOUR.replace(ORG, 't2')}---\n"
    harbour.write_text(HARBOUR + other + HARBOUR)
    assert refused(run, harbour, "--licenses", "l.json") == (
        f"tenantlint: h.tenant.yaml: 2 tenants have the id {ORG}: document 1 of h.tenant.yaml and "
        "document 3 of h.tenant.yaml; name a file with only one of them\n"
    )
    harbour.write_text((HARBOUR + other + HARBOUR).replace(ORG, "TODO"))
    assert "2 tenants have the id TODO: document 1 of" in refused(
        run, harbour, "--licenses", "l.json"
    )


@pytest.mark.parametrize(
    ("name", "argument"),
    [("our tenant.yaml", "'our tenant.yaml'"), ("-x.yaml", "./-x.yaml"), ("x.yaml", "x.yaml")],
)
def test_the_path_of_the_next_command_is_quoted(
    run: Run, folder: Path, name: str, argument: str
) -> None:
    write_csv(folder / "u.csv", [P1], ("maud@x.example", ["TRUE"], {}))
    done = run("import", "--users", "u.csv", "--into", name)
    assert done.out.endswith(f"left to fill in: run tenantlint check {argument}\n")
    found = run("drift", "--users", "u.csv", "--", name)
    assert f"{name}: has YAML or schema errors; run `tenantlint check {argument}`\n" in found.err


def test_only_placeholders_are_left_to_fill_in(run: Run, folder: Path, harbour: Path) -> None:
    text = HARBOUR.replace("# core", "# TODO").replace("name: Harbour", 'name: "the TODO list"')
    text = text.replace("type: named", "x-ticket: TODO\n    type: named")
    harbour.write_text(text)
    rows: list[Cells] = [("maud@x.example", ["TRUE"], {}), ("tom@x.example", ["TRUE"], {})]
    write_csv(folder / "u.csv", [P1], *rows)
    asked = ("import", "--users", "u.csv", "--into", harbour.name)
    assert run(*asked).out == "h.tenant.yaml: nothing to change\n"
    harbour.write_text(text.replace("2025-01-01", "'TODO'"))
    assert "; 1 value is left to fill in: run" in run(*asked).out
    details = {"Display Name": "TODO", "Department": "TODO"}
    write_csv(folder / "u.csv", [P1], ("a@x.example", ["TRUE"], details))
    new = run("import", "--users", "u.csv", "--into", "new.tenant.yaml")
    assert "; 6 values are left to fill in: run" in new.out
    checked = run("check", "new.tenant.yaml", "--format", "concise")
    assert len(checked.out.splitlines()) == 6


def test_a_cell_that_is_too_long_is_refused(run: Run, folder: Path, harbour: Path) -> None:
    name = {"Display Name": "x" * 131_073}
    write_csv(folder / "u.csv", [P1], ("maud@x.example", ["TRUE"], name))
    assert refused(run, harbour, "--users", "u.csv") == (
        "tenantlint: u.csv:2: not CSV: field larger than 131,072 characters; a quotation mark may "
        "not be closed\n"
    )


def test_drift_says_that_the_file_has_errors(run: Run, folder: Path, harbour: Path) -> None:
    harbour.write_text(f"{HARBOUR}x: 1\n")
    write_csv(folder / "u.csv", [P1], ("maud@x.example", ["TRUE"], {}))
    outcome = run("drift", harbour.name, "--users", "u.csv", "--format", "concise")
    line = f"{harbour.name}: has YAML or schema errors; run `tenantlint check {harbour.name}`\n"
    assert line in outcome.err


def test_an_assignment_of_a_user_who_does_not_work_needs_no_licence(
    run: Run, folder: Path, harbour: Path
) -> None:
    ada = "  - {email: ada@x.example, roles: [administrator], assignments: [Sub1]}\n"
    harbour.write_text(HARBOUR + ada)
    rows: list[Cells] = [
        ("maud@x.example", ["TRUE"], {}),
        ("tom@x.example", ["TRUE"], {}),
        ("ada@x.example", ["FALSE"], {}),
        ("guest@x.example", ["FALSE"], {}),
    ]
    write_csv(folder / "u.csv", [P1], *rows)
    held = license_id("CJPPRM", 1)
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10, consumed=2))
    write_items(
        folder / "p.json",
        person("maud@x.example", held),
        person("tom@x.example", held),
        person("ada@x.example", roles=[encoded("ROLE/id_full_admin")]),
        person("guest@x.example"),
    )
    for exports in (
        ("--users", "u.csv"),
        ("--licenses", "l.json", "--people", "p.json"),
        ("--users", "u.csv", "--partial"),
    ):
        done = run("import", *exports, "--into", harbour.name)
        assert (done.code, harbour.read_text()) == (0, HARBOUR + ada), exports
        without = [line for line in done.err.splitlines() if "without an agent licence" in line]
        note = ["tenantlint: left out: 1 user without an agent licence"]
        assert without == ([] if "--partial" in exports else note)
        if "--partial" not in exports:
            assert run("drift", harbour.name, *exports).code == 0
    harbour.write_text(HARBOUR + ada.replace("administrator", "administrator, supervisor"))
    assert imported(run, harbour, "--users", "u.csv")["users"][2]["assignments"] == []


def test_several_pages_of_a_licence_are_merged(run: Run, folder: Path, harbour: Path) -> None:
    detail = make_license("CJPPRM", 1, "Sub1", 12, consumed=2)
    write_json(folder / "b.json", {**detail, "users": [holder("tom@x.example")]})
    write_json(folder / "a.json", {**detail, "users": [holder("maud@x.example")], "next": "abc"})
    write_items(folder / "l.json", detail, make_license("CJPSTD", 2, "Sub1", 0))
    asked = ("--licenses", "l.json", "--licenses", "b.json", "--licenses", "a.json")
    value = imported(run, harbour, *asked)
    assert value["subscriptions"][0]["entitlements"] == {PREMIUM: 12}
    assert [len(user["assignments"]) for user in value["users"]] == [1, 1]
    without = refused(run, harbour, "--licenses", "a.json")
    assert "a.json: not complete: the response continues at abc" in without
    write_json(folder / "b.json", {**detail, "totalUnits": 20, "users": []})
    other = refused(run, harbour, "--licenses", "l.json", "--licenses", "b.json")
    assert "has totalUnits 20 here and 12 in another response; fetch both again" in other
    assert "Contact Center Premium Agent (CJPPRM_00000001-0000)" in other


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"totalUnits": -1}, "has totalUnits -1 here and 10 in another response"),
        ({"subscriptionId": "Sub2"}, "has subscriptionId Sub2 here and Sub1 in another response"),
        (
            {"name": "Contact Center"},
            f"has name Contact Center here and {P1.removesuffix(' [Sub1]')} in another response",
        ),
    ],
)
def test_the_value_that_differs_in_two_responses_is_named(
    run: Run, folder: Path, harbour: Path, more: dict[str, Any], message: str
) -> None:
    detail = make_license("CJPPRM", 1, "Sub1", 10)
    write_items(folder / "l.json", detail)
    write_json(folder / "a.json", {**detail, **more})
    found = refused(run, harbour, "--licenses", "l.json", "--licenses", "a.json")
    assert f"(CJPPRM_00000001-0000) {message}; fetch both again\n" in found


def test_each_licence_needs_its_own_list_of_users(run: Run, folder: Path, harbour: Path) -> None:
    detail = make_license("CJPPRM", 1, "Sub1", 10, consumed=1)
    write_json(folder / "a.json", {**detail, "users": [holder("maud@x.example")]})
    write_items(folder / "l.json", make_license("CJPSTD", 2, "Sub1", 5, consumed=3))
    asked = ("--licenses", "l.json", "--licenses", "a.json")
    assert "standard-agent of Sub1 has 3 users in Control Hub" in refused(run, harbour, *asked)
    unknown = make_license("CJPSTD", 2, "Sub1", 5, consumedUnits=None, consumedByUsers=None)
    write_items(folder / "l.json", unknown)
    message = refused(run, harbour, *asked)
    assert "no export has the users of standard-agent in Sub1; fetch /v1/licenses/{id}?" in message


def test_a_licence_without_a_limit_leaves_the_quantity_unchanged(
    run: Run, folder: Path, harbour: Path
) -> None:
    write_items(
        folder / "l.json",
        make_license("CJPPRM", 1, "Sub1", -1),
        make_license("CJPSTD", 2, "Sub3", -1),
    )
    done = run("drift", harbour.name, "--licenses", "l.json", "--format", "concise")
    assert "drift-quantity" not in done.out
    assert "left out: the quantity of premium-agent in Sub1, which has no limit" in done.err
    value = imported(run, harbour, "--licenses", "l.json")
    assert value["subscriptions"][0]["entitlements"] == {PREMIUM: 10}
    assert "entitlements" not in value["subscriptions"][1]


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("", None, "left out: the entitlements of Sub1, because premium-agent has no limit there"),
        (", entitlements: {}", {"ai-agent": 3}, "Sub1 has premium-agent without a limit, but its"),
        (", entitlements: {premium-agent: 99}", {PREMIUM: 99, "ai-agent": 3}, ""),
    ],
)
def test_entitlements_do_not_leave_out_a_licence_without_a_limit(
    run: Run, folder: Path, before: str, after: Any, note: str
) -> None:
    ai_agent = make_license("X1", 2, "Sub1", 3, name="Contact Center AI Agent")
    premium = make_license("CJPPRM", 1, "Sub1", -1, consumed=1)
    write_items(folder / "l.json", {**premium, "users": [holder("a@x.example")]}, ai_agent)
    sub1 = f"  - {{id: Sub1, type: named, start: 2026-01-01{before}}}\n"
    user = "  - {email: a@x.example, roles: [agent], assignments: [Sub1]}\n"
    head = f"version: 1\ntenant: {{id: {ORG}, name: H}}\nsubscriptions:\n"
    file = folder / "x.tenant.yaml"
    file.write_text(f"{head}{sub1}users:\n{user}")
    asked = ("import", "--licenses", "l.json", "--into", file.name)
    done = run(*asked)
    assert done.code == 0
    assert sum("entitlements" in line for line in done.err.splitlines()) == bool(note)
    assert note in done.err
    (subscription,) = yaml.safe_load(file.read_text())["subscriptions"]
    assert subscription.get("entitlements") == after
    assert run(*asked).out == "x.tenant.yaml: nothing to change\n"
    drift = run("drift", file.name, "--licenses", "l.json")
    assert (drift.code, note in drift.err) == (0, True)
    if "{}" not in before:
        assert run("check", file.name, "--as-of", "2026-05-01").code == 0


@pytest.mark.parametrize("assignment", ["Sub1", "{subscription: Sub1, license: premium-agent}"])
def test_an_assignment_to_a_subscription_that_control_hub_no_longer_has_is_removed(
    run: Run, folder: Path, assignment: str
) -> None:
    license = make_license("CJPPRM", 1, "Sub2", 5, consumed=1)
    write_items(folder / "l.json", {**license, "users": [holder("b@x.example")]})
    write_items(folder / "p.json", person("a@x.example"), person("b@x.example", license["id"]))
    asked = ("--licenses", "l.json", "--people", "p.json")
    subscription = (
        "  - {{id: {}, type: named, start: 2026-01-01, entitlements: {{premium-agent: 5}}}}\n"
    )
    user = "  - {{email: {}, roles: [agent], assignments: [{}]}}\n"
    file = folder / "x.tenant.yaml"
    file.write_text(
        f"version: 1\ntenant: {{id: {ORG}, name: H}}\nsubscriptions:\n"
        + "".join(map(subscription.format, ("Sub1", "Sub2")))
        + f"users:\n{user.format('a@x.example', assignment)}{user.format('b@x.example', 'Sub2')}"
    )
    found = run("drift", file.name, *asked, "--format", "concise")
    assert (found.code, found.out.count("drift-assignment: a@x.example does not hold")) == (1, 1)
    assert run("import", *asked, "--into", file.name).out == "x.tenant.yaml: 1 value changed\n"
    assert user.format("a@x.example", "") in file.read_text()
    assert run("import", *asked, "--into", file.name).out == "x.tenant.yaml: nothing to change\n"
    assert run("drift", file.name, *asked).code == 0


def test_a_licence_without_a_subscription_is_refused(run: Run, folder: Path, harbour: Path) -> None:
    write_items(
        folder / "l.json", make_license("CJPPRM", 1, "", 10), make_license("CJPSTD", 2, "", 10)
    )
    message = refused(run, harbour, "--licenses", "l.json")
    assert message == (
        "tenantlint: l.json: the licence Contact Center Premium Agent (CJPPRM_00000001-0000) has no "
        "subscriptionId\n"
    )


def test_a_first_import_lists_the_contact_center_subscriptions(run: Run, folder: Path) -> None:
    trial = "trialSub.e57285a3-275b-4547-ae16-69d6371cc2c0"
    write_items(
        folder / "l.json",
        make_license("CJPPRM", 1, trial, 50),
        make_license("X1", 2, "Sub-ai", 5, name="Contact Center AI Agent"),
        make_license("X2", 3, "Sub-ai", 7, name="Contact Center Quantum Agent"),
        make_license("X3", 4, "Sub-ai", -1, name="Contact Center AI Assistant"),
        make_license("X4", 5, "Sub-calling", 9, name="Webex Calling - Professional"),
        make_license(
            "X5", 6, "Sub-epic", 9, name="Epic Desktop Connector for Webex Contact Center"
        ),
    )
    done = run("import", "--licenses", "l.json", "--into", "x.tenant.yaml")
    assert done.err.splitlines() == [
        "tenantlint: left out: the quantity of ai-assistant in Sub-ai, which has no limit",
        "tenantlint: left out: the licences Contact Center Quantum Agent, Epic Desktop Connector for Webex Contact Center and Webex Calling - Professional",
        "tenantlint: left out: the entitlements of Sub-ai, because ai-assistant has no limit there; without them, they are unknown",
    ]
    value = yaml.safe_load((folder / "x.tenant.yaml").read_text())
    imported_subscriptions = [
        (item["id"], item.get("status"), item.get("entitlements"))
        for item in value["subscriptions"]
    ]
    assert imported_subscriptions == [
        (trial, "trial", {PREMIUM: 50}),
        ("Sub-ai", None, None),
        ("Sub-epic", None, {}),
    ]


def test_a_suspended_subscription_is_imported(run: Run, folder: Path, harbour: Path) -> None:
    rows: list[Cells] = [("maud@x.example", ["TRUE"], {}), ("tom@x.example", ["TRUE"], {})]
    write_csv(folder / "u.csv", [f"{P1} (Suspended)"], *rows)
    found = run("drift", harbour.name, "--users", "u.csv", "--format", "concise")
    assert (found.code, found.out) == (
        1,
        "h.tenant.yaml:4:5: error: drift-status: Sub1 is suspended in Control Hub, but the file has no status, which means active\n",
    )
    assert imported(run, harbour, "--users", "u.csv")["subscriptions"][0]["status"] == "suspended"
    checked = run("check", harbour.name, "--as-of", "2026-05-01", "--format", "concise")
    assert checked.out.count("user-without-access") == 2
    write_csv(folder / "u.csv", [P1], *rows)
    assert imported(run, harbour, "--users", "u.csv")["subscriptions"][0]["status"] == "active"
    other = f"{P1.replace('Premium', 'Standard')} (suspended)"
    both = [(email, [*values, ""], details) for email, values, details in rows]
    write_csv(folder / "u.csv", [P1, other], *both)
    some = run("drift", harbour.name, "--users", "u.csv", "--format", "concise")
    assert "Sub1 is suspended for some of its licences" in some.err
    assert "drift-status: Sub1 is suspended in Control Hub" in some.out
    harbour.write_text(HARBOUR.replace("type: named", "type: named\n    status: cancelled"))
    write_csv(folder / "u.csv", [P1.replace(" [", " (Suspended) [")], *rows)
    assert run("drift", harbour.name, "--users", "u.csv").code == 0


def test_the_status_of_users_is_imported(run: Run, folder: Path, harbour: Path) -> None:
    rows: list[Cells] = [
        ("maud@x.example", ["TRUE"], {"User Status": "Not Verified"}),
        ("tom@x.example", ["TRUE"], {"User Status": "Inactive"}),
        ("new@x.example", ["TRUE"], {"User Status": "Invite Pending"}),
        ("odd@x.example", ["TRUE"], {"User Status": "Delayed Claim"}),
    ]
    write_csv(folder / "u.csv", [P1], *rows)
    done = run("drift", harbour.name, "--users", "u.csv")
    assert "tenantlint: left out: the status Delayed Claim\n" in done.err
    value = imported(run, harbour, "--users", "u.csv")
    assert [user.get("status") for user in value["users"]] == [
        "not-verified", "inactive", "pending", None,
    ]  # fmt: skip
    assert run("check", harbour.name, "--as-of", "2026-05-01", "--select", "reference").code == 0


def test_the_presence_of_people_is_not_their_status(run: Run, folder: Path, harbour: Path) -> None:
    held = license_id("CJPPRM", 1)
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10, consumed=3))
    write_items(
        folder / "p.json",
        person("maud@x.example", held),
        person("tom@x.example", held, loginEnabled=False),
        person("new@x.example", held, invitePending=True, roles=[encoded("ROLE/id_device_admin")]),
    )
    harbour.write_text(
        HARBOUR.replace("{email: maud@x.example,", "{email: maud@x.example, status: verified,")
    )
    asked = ("--licenses", "l.json", "--people", "p.json")
    assert "left out: the role id_device_admin\n" in run("drift", harbour.name, *asked).err
    value = imported(run, harbour, *asked)
    assert [user.get("status") for user in value["users"]] == ["verified", "inactive", "pending"]
    write_items(
        folder / "p.json", *(person(f"{n}@x.example", held) for n in ("maud", "tom", "new"))
    )
    value = imported(run, harbour, *asked)
    assert [user.get("status") for user in value["users"]] == ["verified", "active", "active"]


def test_the_last_access_is_imported_only_on_request(run: Run, folder: Path, harbour: Path) -> None:
    today = datetime.now(UTC).date()

    def seen(days: int) -> dict[str, str]:
        return {"Last Service Accessed Time": f"{today - timedelta(days)}T18:53:09.064Z"}

    rows: list[Cells] = [
        ("maud@x.example", ["TRUE"], seen(31)),
        ("tom@x.example", ["TRUE"], seen(30)),
        ("new@x.example", ["TRUE"], {"Last Service Accessed Time": "23-6-22 18:53"}),
    ]
    write_csv(folder / "u.csv", [P1], *rows)
    asked = ("import", "--users", "u.csv", "--into", harbour.name)
    without = run(*asked)
    assert "the columns Last Service Accessed Time and Days since Last Service" in without.err
    assert "last_access" not in harbour.read_text()
    partial = run(*asked, "--partial")
    assert "left out of u.csv: the columns Last Service Accessed Time and" in partial.err
    assert (partial.code, "last_access" in harbour.read_text()) == (0, False)
    # The column is left out as a whole, so the times in it that cannot be read are not named.
    assert "the time" not in without.err + partial.err
    done = run(*asked, "--with-last-access")
    assert "left out: the time 23-6-22 18:53\n" in done.err
    users = yaml.safe_load(harbour.read_text())["users"]
    assert [str(user.get("last_access")) for user in users] == [
        str(today - timedelta(31)), "None", "None",
    ]  # fmt: skip
    assert f"last_access: {today - timedelta(31)}" in harbour.read_text()
    assert run("check", harbour.name, "--as-of", "2026-05-01").code == 0
    # An import updates a last access that is in the file; drift does not compare it.
    write_csv(folder / "u.csv", [P1], ("maud@x.example", ["TRUE"], seen(2)), *rows[1:])
    assert run("drift", harbour.name, "--users", "u.csv").code == 0
    # Of several times in the exports, the last one counts.
    write_csv(folder / "v.csv", [P1], ("maud@x.example", ["TRUE"], seen(40)))
    run(*asked, "--users", "v.csv", "--with-last-access")
    assert f"last_access: {today - timedelta(2)}" in harbour.read_text()


@pytest.mark.parametrize(
    "how",
    [
        {"columns": [*COLUMNS[:3], "UserID/Email (Required)", *COLUMNS[4:]]},
        {"delimiter": ";", "encoding": "utf-16"},
        {"delimiter": ";", "first": "sep=;\r\n", "encoding": "utf-8"},
        {"delimiter": "\t", "encoding": "utf-16-le"},
        {"delimiter": "\t", "first": "sep=\t\r\n", "encoding": "utf-8"},
        {"delimiter": ";", "first": "sep=; \r\n", "encoding": "utf-8"},
        {"columns": [column.upper() for column in COLUMNS]},
    ],
)
def test_variants_of_the_csv_format_are_read(
    run: Run, folder: Path, harbour: Path, how: dict[str, Any]
) -> None:
    rows: list[Cells] = [
        ("maud@x.example", ["TRUE", ""], {}),
        ("tom@x.example", ["true", "FALSE"], {}),
    ]
    write_csv(folder / "u.csv", [P1, S2], *rows, **how)
    done = run("drift", harbour.name, "--users", "u.csv", "--format", "concise")
    assert done.out.count("\n") == 1, (done.out, done.err)
    assert "drift-subscription: Control Hub has the subscription Sub2" in done.out


def test_a_file_from_a_csv_alone_has_no_findings(run: Run, folder: Path) -> None:
    write_csv(folder / "u.csv", [P1, S2], ("maud@x.example", ["TRUE", "TRUE"], {}))
    assert run("import", "--users", "u.csv", "--into", "x.tenant.yaml").code == 0
    file = folder / "x.tenant.yaml"
    text = file.read_text().replace("telephony: TODO", "telephony: vpop")
    text = text.replace("    end: TODO\n", "").replace("start: TODO", "start: 2025-01-01")
    file.write_text(text.replace("type: TODO", "type: named").replace("TODO", "harbour"))
    checked = run("check", "x.tenant.yaml", "--as-of", "2026-05-01", "--format", "concise")
    assert "license-not-entitled" not in checked.out
    assert checked.code == 0, checked.out


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("ending", [True, False])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("tool", [["git", "apply", "-p0"], ["patch", "--binary", "-p0", "-i"]])
def test_a_dry_run_is_a_patch(
    run: Run, folder: Path, line_break: str, ending: bool, mark: str, tool: list[str]
) -> None:
    file = folder / "our tenant.yaml"
    # The first line is within the context of the first change.
    text = HARBOUR.replace(
        f"version: 1\ntenant: {{id: {ORG}, ", f"tenant: {{id: {ORG}, version: 1, "
    )
    text = mark + (text if ending else text.rstrip("\n"))
    file.write_bytes(text.replace("\n", line_break).encode())
    rows: list[Cells] = [
        ("maud@x.example", ["TRUE", "TRUE"], {"User Status": "Inactive"}),
        ("new@x.example", ["TRUE", ""], {}),
    ]
    write_csv(folder / "u.csv", [f"{P1} (Suspended)", S2], *rows)
    asked = ("import", "--users", "u.csv", "--into", file.name)
    shown = run(*asked, "--dry-run")
    (folder / "d.patch").write_bytes(shown.out.encode())
    shutil.copy(file, folder / "before")
    assert run(*asked).code == 0
    wanted = file.read_bytes()
    assert wanted.startswith(mark.encode())
    shutil.copy(folder / "before", file)
    done = subprocess.run(
        [*tool, "d.patch"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert file.read_bytes() == wanted


@pytest.mark.parametrize("name", ["x.tenant.yaml", "a\nb.tenant.yaml"])
@pytest.mark.parametrize("tool", [["git", "apply", "-p0"], ["patch", "--binary", "-p0", "-i"]])
@pytest.mark.parametrize("is_empty", [True, False])
def test_a_dry_run_for_a_new_or_empty_file_is_a_patch(
    run: Run, folder: Path, is_empty: bool, tool: list[str], name: str
) -> None:
    if is_empty:
        (folder / name).write_text("")
    write_csv(folder / "u.csv", [P1], ("maud@x.example", ["TRUE"], {}))
    asked = ("import", "--users", "u.csv", "--into", name)
    (folder / "d.patch").write_text(run(*asked, "--dry-run").out)
    done = subprocess.run([*tool, "d.patch"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    text = (folder / name).read_text()
    (folder / name).write_text("")
    assert run(*asked).code == 0
    assert text == (folder / name).read_text()


@pytest.mark.parametrize("name", ["./x.yaml", "a//x.yaml", "b/../a/x.yaml", "{folder}/a/x.yaml"])
def test_a_dry_run_is_a_patch_for_any_path_in_the_working_folder(
    run: Run, folder: Path, name: str
) -> None:
    file = folder / name.format(folder=folder)
    for part in ("a", "b"):
        (folder / part).mkdir()
    file.write_text(HARBOUR)
    write_csv(folder / "u.csv", [P1], ("new@x.example", ["TRUE"], {}))
    asked = ("import", "--users", "u.csv", "--partial", "--into", name.format(folder=folder))
    (folder / "d.patch").write_text(run(*asked, "--dry-run").out)
    subprocess.run(["git", "apply", "-p0", "d.patch"], cwd=folder, check=True)
    patched = file.read_text()
    assert "new@x.example" in patched
    file.write_text(HARBOUR)
    assert run(*asked).code == 0
    assert file.read_text() == patched


BROKEN = "a\nb"
"""A name, an e-mail address or an id with a line break."""
ONE_LINE: list[tuple[tuple[str, ...], str]] = [
    (("import", "--users", "u.csv", "--into", "-"), "--into needs the name of a file; - is not one"),
    (("import", "--users", BROKEN, "--into", "h.yaml"), "a\\x0ab: No such file or directory"),
    (("import", "--users", "empty\n.csv", "--into", "h.yaml"), "empty\\x0a.csv: empty"),
    (("import", "--users", "u.csv", "--into", f"no/{BROKEN}/"), "no/a\\x0ab/: Is a directory"),
    (
        ("import", "--users", "u.csv", "--partial", "--into", BROKEN),
        "a\\x0ab: no such file; --partial needs an existing file",
    ),
    (
        ("import", "--users", "u.csv", "--into", "list\n.yaml"),
        "document 1 of list\\x0a.yaml is not a tenant",
    ),
    (
        ("import", "--licenses", "l.json", "--people", "p.json", "--into", "h.yaml"),
        "not complete: a\\x0ab@x.example holds the licence",
    ),
    (
        ("import", "--usage", "r.csv", "--map", "month=M,service=S,subscription=Sub,quantity=Q", "--into", "h.yaml"),
        "r.csv:4: 2026-04, ivr-port, a\\x0ab is also in line 2; combine the rows",
    ),
    (
        ("drift", "h.yaml", "--usage", "r.csv", "--map", "month=M,service=S,subscription=Sub,quantity=Q"),
        "r.csv:4: 2026-04, ivr-port, a\\x0ab is also in line 2; combine the rows",
    ),
    (("pull", "--into", "empty\n.csv"), "empty\\x0a.csv: is not a folder"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), ONE_LINE)
def test_a_line_break_in_a_name_or_a_value_does_not_begin_a_line(
    run: Run, folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    (folder / "h.yaml").write_text(HARBOUR)
    (folder / "list\n.yaml").write_text("- a\n")
    (folder / "empty\n.csv").write_text("")
    (folder / "no" / BROKEN).mkdir(parents=True)
    (folder / "r.csv").write_text(
        f'M,S,Sub,Q\n2026-04,ivr-port,"{BROKEN}",3\n2026-04,ivr-port,"{BROKEN}",4\n'
    )
    write_csv(folder / "u.csv", [P1], ("maud@x.example", ["TRUE"], {}))
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 10))
    write_items(folder / "p.json", person(f"{BROKEN}@x.example", license_id("CJPSTD", 2)))
    done = run(*arguments)
    lines = done.err.splitlines()
    assert (done.code, len(lines), message in lines[0]) == (2, 1, True), done.err
    assert not (folder / "-").exists()


def test_a_note_about_a_name_with_a_line_break_is_one_line(run: Run, folder: Path) -> None:
    write_csv(folder / "u\n.csv", [P1], ("maud@x.example", ["TRUE"], {}))
    done = run("import", "--users", "u\n.csv", "--into", "x.tenant.yaml")
    assert done.code == 0
    assert all(line.startswith("tenantlint: left out") for line in done.err.splitlines())


def test_a_drift_warning_fails_unless_fail_on_is_given(
    run: Run, folder: Path, harbour: Path
) -> None:
    text = HARBOUR.replace("{email: maud@x.example,", "{email: maud@x.example, name: Maud,")
    harbour.write_text(text)
    rows: list[Cells] = [
        ("maud@x.example", ["TRUE"], {"Display Name": "Maude"}),
        ("tom@x.example", ["TRUE"], {}),
    ]
    write_csv(folder / "u.csv", [P1], *rows)
    (folder / "tenantlint.toml").write_text('fail-on = "error"\n')
    found = run("drift", harbour.name, "--users", "u.csv", "--format", "concise")
    assert (found.code, found.out.count("warning: drift-user-detail")) == (1, 1)
    assert run("drift", harbour.name, "--users", "u.csv", "--fail-on", "error").code == 0


def test_more_than_ten_removals_need_an_option(run: Run, folder: Path, harbour: Path) -> None:
    user = "  - {{email: u{}@x.example, roles: [agent], assignments: [Sub1]}}\n"
    head = HARBOUR[: HARBOUR.index("  - {email: maud")]
    harbour.write_text(head + "".join(user.format(number) for number in range(109)))
    rows: list[Cells] = [(f"u{number}@x.example", ["TRUE"], {}) for number in range(109)]
    write_csv(folder / "u.csv", [P1], *rows[11:])
    asked = ("import", "--users", "u.csv", "--into", harbour.name)
    before = harbour.read_bytes()
    stopped = run(*asked)
    assert (stopped.code, stopped.err.splitlines()[-1]) == (
        2,
        "tenantlint: h.tenant.yaml: 11 of 109 users would be removed, because the exports do not have them; if this is correct, add --allow-removals; nothing is written",
    )
    preview = run(*asked, "--dry-run")
    assert (preview.code, preview.out.count("\n-  - {email")) == (2, 11)
    assert harbour.read_bytes() == before
    emptied: list[Cells] = [(email, ["FALSE"], {}) for email, _, _ in rows[:11]]
    write_csv(folder / "e.csv", [P1], *emptied, *rows[11:])
    other = run(*asked[:2], "e.csv", *asked[3:])
    assert "11 of 109 users would be removed or lose all their assignments" in other.err
    assert (other.code, harbour.read_bytes()) == (2, before)
    partial = run("import", "--partial", "--users", "e.csv", "--into", harbour.name, "--dry-run")
    assert partial.code == 0
    assert run("drift", harbour.name, "--users", "u.csv").code == 1
    done = run(*asked, "--allow-removals")
    assert done.out == "h.tenant.yaml: 11 users removed\n"
    write_csv(folder / "u.csv", [P1], *rows[21:])
    assert run(*asked).out == "h.tenant.yaml: 10 users removed\n"


def test_a_tenth_of_the_users_may_be_removed() -> None:
    value = {"users": [{"email": f"u{number}@x.example"} for number in range(110)]}
    removed = [
        Difference("drift-user-extra", Finding(f"/users/{number}", "gone"), ())
        for number in range(12)
    ]
    require_few_removals("a.tenant.yaml", removed[:11], value, ())
    with pytest.raises(RemovalsError, match="12 of 110 users would be removed"):
        require_few_removals("a.tenant.yaml", removed, value, ())


def test_exports_of_another_tenant_are_refused(run: Run, folder: Path, harbour: Path) -> None:
    before = harbour.read_bytes()
    other: list[Cells] = [("bo@y.example", ["TRUE"], {}), ("cy@y.example", ["TRUE"], {})]
    write_csv(folder / "o.csv", ["Contact Center Premium Agent [Sub777]"], *other)
    asked = ("import", "--users", "o.csv", "--into", harbour.name)
    stopped = run(*asked)
    assert (stopped.code, stopped.err.splitlines()[-1]) == (
        2,
        "tenantlint: h.tenant.yaml: the exports have none of its 1 subscription and 2 users; are they those of another tenant? If they are correct, add --allow-removals; nothing is written",
    )
    assert harbour.read_bytes() == before
    # A subscription or a user of the file shows that the tenant is the right one.
    write_csv(folder / "o.csv", [P1], *other)
    assert run(*asked, "--dry-run").code == 0
    known: list[Cells] = [("maud@x.example", ["TRUE"], {}), ("cy@y.example", ["TRUE"], {})]
    write_csv(folder / "o.csv", ["Contact Center Premium Agent [Sub777]"], *known)
    assert run(*asked, "--dry-run").code == 0
    write_csv(folder / "o.csv", ["Contact Center Premium Agent [Sub777]"], *other)
    assert run(*asked, "--allow-removals").code == 0


def test_a_user_who_loses_several_assignments_counts_once(
    run: Run, folder: Path, harbour: Path
) -> None:
    two = "{subscription: Sub1, license: premium-agent}, {subscription: Sub1, license: standard-agent}"
    users = [
        f"  - {{email: u{number}@x.example, roles: [agent], assignments: [{two}]}}\n"
        for number in range(10)
    ]
    harbour.write_text(HARBOUR[: HARBOUR.index("  - {email: maud")] + "".join(users))
    rows: list[Cells] = [(f"u{number}@x.example", ["FALSE"], {}) for number in range(10)]
    write_csv(folder / "u.csv", [P1], *rows)
    done = run("import", "--users", "u.csv", "--into", harbour.name)
    assert (done.code, done.out) == (0, "h.tenant.yaml: 20 values changed\n")


def test_all_entries_of_a_user_are_removed(run: Run, folder: Path, harbour: Path) -> None:
    user = "  - {{email: {}{}@x.example, roles: [agent], assignments: [Sub1]}}\n"
    twice = "".join(user.format(name, number) for number in range(10) for name in ("b", "B"))
    harbour.write_text(HARBOUR + twice)
    rows: list[Cells] = [("maud@x.example", ["TRUE"], {}), ("tom@x.example", ["TRUE"], {})]
    write_csv(folder / "u.csv", [P1], *rows)
    found = run("drift", harbour.name, "--users", "u.csv", "--format", "concise")
    assert found.out.count("drift-user-extra") == 20
    assert len(imported(run, harbour, "--users", "u.csv")["users"]) == 2
    # Eleven users are too many.
    harbour.write_text(HARBOUR + twice + user.format("b", 10))
    stopped = run("import", "--users", "u.csv", "--into", harbour.name)
    assert (stopped.code, "11 of 13 users would be removed" in stopped.err) == (2, True)


@pytest.mark.parametrize(
    ("lines", "total", "after"),
    [
        ("10.0", 10, None),
        ("{quantity: 10.0}", 10, None),
        ("[{quantity: 4.0}, {quantity: 6}]", 10, None),
        ("{quantity: 5, until: 2020-12-31}", 0, None),
        ("[{quantity: 5, until: 2020-12-31}, {quantity: 8, since: 2021-01-01}]", 8, None),
        (
            "[{quantity: 5, until: 2020-12-31}, {quantity: 8, since: 2021-01-01}]",
            9,
            "[{quantity: 5, until: 2020-12-31}, {quantity: 9, since: 2021-01-01}]",
        ),
        ("[5, {quantity: 3, since: 2021-01-01}, {quantity: 9, since: 9999-01-01}]", 8, None),
        ("[5, {quantity: 3, since: 2021-01-01}]", 9, "by hand"),
        ("{quantity: 5, since: 9999-01-01}", 5, "by hand"),
    ],
)
def test_only_lines_that_count_today_are_compared(
    run: Run, folder: Path, harbour: Path, lines: str, total: int, after: str | None
) -> None:
    head = HARBOUR[: HARBOUR.index("users:")]
    harbour.write_text(head.replace("premium-agent: 10", f"premium-agent: {lines}"))
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", total))
    found = run("drift", harbour.name, "--licenses", "l.json", "--format", "concise")
    assert (found.code, "drift-quantity" in found.out) == ((1, True) if after else (0, False))
    done = run("import", "--licenses", "l.json", "--into", harbour.name)
    assert done.code == 0
    kept = after if after not in (None, "by hand") else lines
    assert f"premium-agent: {kept}" in harbour.read_text()
    if after == "by hand":
        assert "h.tenant.yaml:7:20: change it by hand: Sub1 has" in done.err


@pytest.mark.parametrize(
    ("lines", "says"),
    [("[{quantity: 4.0}, {quantity: 5}]", "9"), ("1500.0", "1,500"), ("8.5", "8.5"), ("[]", "0")],
)
def test_a_difference_says_how_many_the_file_has(
    run: Run, folder: Path, harbour: Path, lines: str, says: str
) -> None:
    harbour.write_text(HARBOUR.replace("premium-agent: 10", f"premium-agent: {lines}"))
    write_items(folder / "l.json", make_license("CJPPRM", 1, "Sub1", 8))
    found = run("drift", harbour.name, "--licenses", "l.json", "--format", "concise")
    assert f"Sub1 has 8 of premium-agent in Control Hub, but the file says {says}\n" in found.out
