"""`import --usage` and usage drift: rows of a report and a tenant file that users edit."""

from pathlib import Path

import pytest
import yaml

from tests.conftest import Run
from validator.controlhub.usage_rows import (
    NotUnderstood,
    decimal_mark,
    parse_month,
    parse_quantity,
    parse_service,
)

MAP = "month=Period,service=License,subscription=Subscription,quantity=Peak"
HARBOUR = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
usage:   # peaks
  - {month: 2026-03, subscription: Sub1, service: premium-agent, quantity: 11}   # checked by Ada
  - {month: 2026-02, service: ivr-port, quantity: 7}
"""
REPORT = """\
Period,Region,License,Subscription,Peak
March 2026,EMEA,Contact Center Premium Agent,Sub1,12
2026-04-30,EMEA,Premium agents,Sub1,12.5
2026-04,EMEA,IVR port,,40
2026-04,EMEA,Webex Calling - Professional,Sub1,9
2026-04,EMEA,Webex Meetings,Sub1,9
Total,,,,82.5
"""


@pytest.fixture
def harbour(folder: Path) -> Path:
    (folder / "h.tenant.yaml").write_text(HARBOUR)
    (folder / "r.csv").write_text(REPORT)
    return folder / "h.tenant.yaml"


def test_rows_are_added_and_corrected(run: Run, harbour: Path) -> None:
    asked = ("import", "--usage", "r.csv", "--map", MAP, "--into", harbour.name)
    preview = run(*asked, "--dry-run")
    assert (preview.code, harbour.read_text()) == (0, HARBOUR)
    assert [line for line in preview.out.splitlines() if line[0] in "+-"][2:] == [
        "-  - {month: 2026-03, subscription: Sub1, service: premium-agent, quantity: 11}   # checked by Ada",
        "+  - {month: 2026-03, subscription: Sub1, service: premium-agent, quantity: 12}   # checked by Ada",
        "+  - {month: 2026-04, service: ivr-port, quantity: 40}",
        "+  - {month: 2026-04, subscription: Sub1, service: premium-agent, quantity: 12.5}",
    ]
    assert preview.err.splitlines() == [
        "tenantlint: left out of r.csv: 2 rows of Webex Calling - Professional and Webex Meetings, which are not services in tenant files",
        "tenantlint: left out of r.csv: 1 row with totals",
    ]
    found = run("drift", harbour.name, *asked[1:-2], "--format", "concise")
    assert found.code == 1
    assert [line.split(" ", 1)[0] for line in found.out.splitlines()] == [
        "h.tenant.yaml:5:1:", "h.tenant.yaml:5:1:", "h.tenant.yaml:6:76:",
    ]  # fmt: skip
    assert found.out.count("error: drift-usage: the report has") == 3
    assert run(*asked).out == "h.tenant.yaml: 2 usage rows added and 1 value changed\n"
    assert run("drift", harbour.name, *asked[1:-2]).code == 0
    assert run(*asked).out == "h.tenant.yaml: nothing to change\n"
    assert yaml.safe_load(harbour.read_text())["usage"][1]["quantity"] == 7
    assert run("check", harbour.name, "--as-of", "2026-05-01", "--fail-on", "error").code == 0


def test_the_columns_can_be_set_in_the_configuration(run: Run, folder: Path, harbour: Path) -> None:
    (folder / "tenantlint.toml").write_text(
        '[import.usage]\nmonth = "=2026-06"\nservice = "license"\nquantity = "Peak"\n'
    )
    (folder / "r.csv").write_text("License;Peak;Used\nPremium Agent;3;5\n")
    asked = ("--usage", "r.csv")
    assert run("drift", harbour.name, *asked).code == 1
    assert run("import", *asked, "--into", harbour.name).code == 0
    assert "  - {month: 2026-06, service: premium-agent, quantity: 3}\n" in harbour.read_text()
    assert run("drift", harbour.name, *asked).code == 0
    other = run("drift", harbour.name, *asked, "--map", "quantity=Used", "--format", "concise")
    assert "the report has 5 of premium-agent in 2026-06, but the file says 3" in other.out
    (folder / "tenantlint.toml").write_text('[import.usage]\nmonths = "Period"\n')
    wrong = run("import", *asked, "--into", harbour.name)
    assert (wrong.code, "have no key months; write `month`" in wrong.err) == (2, True)


@pytest.mark.parametrize("other", ["2026-04,EMEA,Webex Meetings,,n.a.", "Total,,,,n.a."])
def test_a_word_in_another_row_does_not_show_the_decimal_mark(
    run: Run, folder: Path, harbour: Path, other: str
) -> None:
    row = "2026-04,EMEA,IVR port,,1.500"
    (folder / "r.csv").write_text(f"{REPORT.splitlines()[0]}\n{row}\n{other}\n")
    done = run("import", "--usage", "r.csv", "--map", MAP, "--into", harbour.name)
    assert (done.code, harbour.read_text()) == (2, HARBOUR)
    assert "r.csv:2: 1.500 may have a thousands separator" in done.err


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("someday,,Premium Agent,Sub1,3", "r.csv:2: someday is not a month such as 2026-04"),
        ("03/04/2026,,Premium Agent,Sub1,3", "r.csv:2: the month of 03/04/2026 is ambiguous"),
        ("46113,,Premium Agent,Sub1,3", "r.csv:2: 46113 is not a month such as 2026-04"),
        (
            "2026-04,,Premium Agent,Sub1,12.05.2026",
            "r.csv:2: 12.05.2026 has separators that do not group the digits by three; write it without them",
        ),
        ("2026-04,,Premium Agent,Sub1,many", "r.csv:2: many is not a number of 0 or more"),
        ("2026-04,,Premium Agent,Sub1,-3", "r.csv:2: -3 is not a number of 0 or more"),
        (
            "2026-04,,Premium Agent,Sub1,9007199254740993.5",
            "r.csv:2: 9007199254740993.5 has too many digits to be kept exactly; round it",
        ),
        ('2026-04,,Premium Agent,Sub1,"1,234"', "r.csv:2: 1,234 may have a thousands separator"),
        ("2026-04,,,Sub1,3", "r.csv:2: no service"),
        (
            "2026-04,,Premium Agent,Sub1,3\n2026/04,,premium-agent,Sub1,4",
            "r.csv:3: 2026-04, premium-agent, Sub1 is also in line 2; combine the rows",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_2(
    run: Run, folder: Path, harbour: Path, row: str, message: str
) -> None:
    (folder / "r.csv").write_text(f"{REPORT.splitlines()[0]}\n{row}\n2026-05,,IVR port,,4\n")
    asked = ("import", "--usage", "r.csv", "--map", MAP, "--into", harbour.name)
    done = run(*asked)
    assert (done.code, done.out, harbour.read_text()) == (2, "", HARBOUR)
    assert message in done.err
    preview = run(*asked, "--dry-run")
    assert (preview.code, message in preview.err) == (2, True)
    assert "+  - {month: 2026-05, service: ivr-port, quantity: 4}" in preview.out


def test_missing_or_invalid_columns_are_refused(run: Run, folder: Path, harbour: Path) -> None:
    (folder / "r.csv").write_text("Month,Service,Subscription Id,Used\n2026-04,ivr-port,Sub1,2\n")
    asked = ("import", "--usage", "r.csv", "--into", harbour.name)
    without = run(*asked)
    assert without.code == 2
    assert (
        "--usage needs --map for month, service and quantity; perhaps --map "
        "'month=Month,service=Service,subscription=Subscription Id,quantity=Used'"
    ) in without.err
    for map, message in (
        ("month=Monht,service=Service,quantity=Used", "no column Monht; did you mean Month?"),
        ("month", "month is not of the form KEY=COLUMN"),
        ("month=A,month=B", "month is given twice"),
        ("mont=A", "mont is not a key; did you mean month?"),
    ):
        wrong = run(*asked, "--map", map)
        assert (wrong.code, message in wrong.err) == (2, True), wrong.err
    (folder / "q.csv").write_text("Month,Service,Qty,QTY,Qty,Used\n2026-04,ivr-port,5,6,7,8\n")
    for quantity, message in (
        ("Qty", "q.csv:1: the columns Qty (3) and Qty (5) have the name Qty; rename all but one"),
        ("qty", "q.csv:1: the columns Qty (3), QTY (4) and Qty (5) have the name qty; rename all"),
    ):
        map = f"month=Month,service=Service,quantity={quantity}"
        twice = run("import", "--usage", "q.csv", "--map", map, "--into", harbour.name)
        assert (twice.code, message in twice.err) == (2, True), twice.err
    map = "month=Month,service=Service,quantity=QTY"
    assert run("import", "--usage", "q.csv", "--map", map, "--into", harbour.name).code == 0
    assert yaml.safe_load(harbour.read_text())["usage"][2]["quantity"] == 6
    columns = "month=Month,service=Service,quantity=Used"
    new = run("import", "--usage", "r.csv", "--map", columns, "--into", "new.tenant.yaml")
    assert (new.code, "new.tenant.yaml: no such file; --usage alone" in new.err) == (2, True)


def test_several_rows_for_one_value_are_changed_by_hand(
    run: Run, folder: Path, harbour: Path
) -> None:
    twice = HARBOUR + "  - {month: 2026-02, service: ivr-port, quantity: 1}\n"
    harbour.write_text(twice)
    (folder / "r.csv").write_text(f"{REPORT.splitlines()[0]}\n2026-02,,IVR,,9\n")
    asked = ("--usage", "r.csv", "--map", MAP)
    done = run("import", *asked, "--into", harbour.name)
    assert done.out == "h.tenant.yaml: 1 value to change by hand\n"
    assert (
        "change it by hand: the report has 9 of ivr-port in 2026-02, but the file says 8"
        in done.err
    )
    assert harbour.read_text() == twice


def test_rows_that_have_no_effect_on_overage_are_named(
    run: Run, folder: Path, harbour: Path
) -> None:
    rows = (
        "2026-02,,IVR,Sub2,9\n2026-02,,IVR,Sub1,8\n2026-03,,IVR,Sub1,8\n2026-02,,AI Agent,Sub1,3\n"
    )
    report = f"{REPORT.splitlines()[0]}\n{rows}"
    (folder / "r.csv").write_text(report)
    asked = ("import", "--usage", "r.csv", "--map", MAP, "--into", harbour.name)
    where = "h.tenant.yaml:7:5: this row of ivr-port"
    for out in ("h.tenant.yaml: 4 usage rows added\n", "h.tenant.yaml: nothing to change\n"):
        done = run(*asked)
        assert (done.code, done.out) == (0, out)
        assert done.err == (
            f"tenantlint: {where} in 2026-02 has no subscription, so it alone counts for overage; "
            "the rows of Sub1 and Sub2 in the report have no effect on it\n"
        )
    # The report has the figure of the tenant, too.
    (folder / "r.csv").write_text(f"{report}2026-02,,IVR,,15\n")
    assert run(*asked).err == ""


def test_the_lines_about_rows_without_effect_are_limited(
    run: Run, folder: Path, harbour: Path
) -> None:
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    own = "".join(f"  - {{month: {month}, service: ivr-port, quantity: 7}}\n" for month in months)
    harbour.write_text(HARBOUR + own)
    rows = "".join(f"{month},,IVR,Sub{id},9\n" for month in months for id in range(12))
    (folder / "r.csv").write_text(f"{REPORT.splitlines()[0]}\n{rows}")
    done = run("import", "--usage", "r.csv", "--map", MAP, "--into", harbour.name)
    lines = done.err.splitlines()
    assert (done.code, len(lines), lines[-1]) == (0, 6, "tenantlint: and 19 more rows of this kind")
    assert "Sub4, Sub5 and 4 more in the report have no effect" in lines[0]


@pytest.mark.parametrize("key", ["Period", "License", "Subscription"])
def test_total_rows_are_skipped_and_counted(
    run: Run, folder: Path, harbour: Path, key: str
) -> None:
    row = {"Period": "2026-04", "License": "IVR port", "Subscription": "", key: "Total"}
    total = f"{row['Period']},,{row['License']},{row['Subscription']},40\n"
    (folder / "r.csv").write_text(f"{REPORT.splitlines()[0]}\n2026-04,,IVR port,Sub1,40\n{total}")
    done = run("import", "--usage", "r.csv", "--map", MAP, "--into", harbour.name)
    assert (done.code, done.out) == (0, "h.tenant.yaml: 1 usage row added\n")
    assert done.err == "tenantlint: left out of r.csv: 1 row with totals\n"


def test_quantities_are_added_up_as_decimal_numbers(run: Run, folder: Path, harbour: Path) -> None:
    rows = "".join(
        f"  - {{month: 2026-01, service: ivr-port, quantity: {number}}}\n" for number in (0.1, 0.2)
    )
    harbour.write_text(HARBOUR + rows)
    (folder / "r.csv").write_text(f"{REPORT.splitlines()[0]}\n2026-01,,IVR,,0.3\n")
    asked = (harbour.name, "--usage", "r.csv", "--map", MAP, "--format", "concise")
    assert run("drift", *asked).code == 0
    (folder / "r.csv").write_text(f"{REPORT.splitlines()[0]}\n2026-01,,IVR,,1234.25\n")
    found = run("drift", *asked)
    message = "the report has 1,234.25 of ivr-port in 2026-01, but the file says 0.3"
    assert (found.code, message in found.out) == (1, True), found.out


def test_a_small_quantity_is_written_as_a_number_in_every_version_of_yaml(
    run: Run, folder: Path, harbour: Path
) -> None:
    (folder / "r.csv").write_text(
        f"{REPORT.splitlines()[0]}\n2026-04,,IVR,,0.00001\n2026-03,,Premium Agent,Sub1,0.00002\n"
    )
    asked = ("--usage", "r.csv", "--map", MAP)
    assert run("import", *asked, "--into", harbour.name).code == 0
    assert "{month: 2026-04, service: ivr-port, quantity: 1.0e-05}" in harbour.read_text()
    assert "service: premium-agent, quantity: 2.0e-05}   # checked" in harbour.read_text()
    checked = run("check", harbour.name, "--as-of", "2026-05-01", "--format", "concise")
    assert "yaml-ambiguous-scalar" not in checked.out
    assert run("drift", harbour.name, *asked).code == 0


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-04", "2026-04"), ("2026/4", "2026-04"), ("202604", "2026-04"),
        ("2026-04-30T00:00:00Z", "2026-04"), ("4/2026", "2026-04"), ("30.04.2026", "2026-04"),
        ("04/30/2026", "2026-04"), ("04/04/2026", "2026-04"), ("Apr-26", "2026-04"),
        ("30 april 2026", "2026-04"), ("mei 2026", "2026-05"),
        ("2026-04-30 12:00:00 AM", "2026-04"), ("30.04.2026 13:45", "2026-04"),
        ("2026-04-30T23:59:59.999+02:00", "2026-04"), ("2024-02-29", "2024-02"),
        ("2026-13", None), ("", None), ("13", None), ("04/05/2026", None), ("0000-01", None),
        ("46113", None), ("20264", None), ("2026-04-99", None), ("99.04.2026", None),
        ("2026-02-29", None), ("31 april 2026", None), ("2026-04-30 or so", None),
        ("2026-04-01 - 2026-06-30", None), ("2026-04-01 - 2026-04-30", None),
        ("01.04.2026 - 30.06.2026", None), ("2026-04-01/2026-06-30", None),
    ],
)  # fmt: skip
def test_months_are_read_in_many_notations(text: str, month: str | None) -> None:
    assert parse_month(text) == month or (
        month is None and isinstance(parse_month(text), NotUnderstood)
    )


@pytest.mark.parametrize(
    ("column", "numbers"),
    [
        (["1,234", "12,5"], [1.234, 12.5]),
        (["1.234", "12,5"], [1234, 12.5]),
        (["1,234", "12.5"], [1234, 12.5]),
        (["1.234.567", "1.234"], [1234567, 1234]),
        (["1,234,567.5"], [1234567.5]),
        (["0.125", "7"], [0.125, 7]),
        (["1 234", "9007199254740993"], [1234, 9007199254740993]),
        (
            ["9007199254740993.5", "0.1", "12.300000000000001", "0.30000000000000004"],
            [None, 0.1, None, None],
        ),
        (["12.05.2026", "1,234", "1.234.567"], [None, 1.234, 1234567]),
        (["1,2,3", "1,23,456", "1234,567", "12.5"], [None, None, None, 12.5]),
        (["1 234 567", "12 5", "1 234.5", "1 234,567.5"], [1234567, None, 1234.5, None]),
        (["0,5", "0,125", "1.5"], [None, None, 1.5]),
        (["1.234"], [None]),
        # Only a number shows the mark.
        (["1.500", "n.a."], [None, None]),
        (["1,500", "no lic."], [None, None]),
        (["1,500", "5, shared"], [None, None]),
        (["1.500", "12.05.2026"], [None, None]),
        (["1,500", "3.5 %", "n.a."], [None, None, None]),
        (["1,500", "1 234.567"], [1500, 1234.567]),
        # Four digits are no group.
        (["1234.500"], [1234.5]),
        (["1234,500"], [1234.5]),
        (["1234.500", "1,500", "1.500"], [1234.5, 1500, 1.5]),
        (["12,5", "12.5", "3"], [None, 12.5, 3]),
        (["1e3", "NaN", "", "١", "9" * 400], [None] * 5),
    ],
)
def test_the_decimal_mark_is_read_from_the_column(
    column: list[str], numbers: list[float | None]
) -> None:
    mark = decimal_mark(column)
    read = [parse_quantity(cell, mark) for cell in column]
    assert [None if isinstance(value, NotUnderstood) else value for value in read] == numbers


def test_services_are_read_by_their_names() -> None:
    assert parse_service("Contact center Standard Agents") == "standard-agent"
    assert parse_service("wfo-analytics") == "wfo-analytics"
    assert parse_service("Webex Calling - Professional") is None
