"""The `usage` command: exact numbers, the split, and the bearer of the overage."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import tenants
from tests.conftest import ROOT, SOUND, Run
from tests.reference import by_department, usage_rows
from validator.reporters.usage.json import render
from validator.schema.tenant_schema import tenant_of
from validator.tenant.usage import SplitBy, TenantUse, UsageReport, uses_of

Value = dict[str, Any]

USAGE = (
    SOUND
    + """\
usage:
  - {month: 2026-04, subscription: Sub1, service: premium-agent, quantity: 0.1}
  - {month: 2026-04, subscription: Sub1, service: premium-agent, quantity: 0.2}
  - {month: 2026-03, subscription: Sub9, service: ivr-port, quantity: 100000000000000000000.5}
  - {month: 2026-03, subscription: Sub1, service: ivr-port, quantity: 3}
"""
)
MANY = settings(max_examples=200, suppress_health_check=list(HealthCheck))
months = st.lists(
    st.sampled_from(["2026-01", "2026-02", "2026-03", "2025-08", "2027-02", "2024-01"]), max_size=3
)


def rows(value: Value, day: date, asked: list[str], by: SplitBy = "subscription") -> list[Value]:
    """Return the rows of the JSON report, without file, document and tenant."""
    report = UsageReport((TenantUse("a", 0, "t", "T", uses_of(tenant_of(value), day, asked)),), by)
    made = json.loads(render(report))
    assert (list(made), made["version"]) == (["version", "rows"], 2)
    for row in made["rows"]:
        assert [row.pop(key) for key in ("file", "document", "tenant")] == ["a", 0, "t"]
    found: list[Value] = made["rows"]
    return found


def text(value: object) -> str:
    """Return JSON, in which 3 and 3.0 differ."""
    return json.dumps(value)


@MANY
@given(tenants.tenants(), tenants.todays, months)
def test_rows_are_those_of_the_reference(value: Value, day: date, asked: list[str]) -> None:
    expected = usage_rows(value, day, asked or None)
    assert text(rows(value, day, asked)) == text(expected)
    for row in expected:
        row["split"] = by_department(row["split"])
    assert text(rows(value, day, asked, "department")) == text(expected)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(tenants.extreme_tenants(), tenants.todays)
def test_rows_at_the_end_of_the_calendar_are_those_of_the_reference(
    value: Value, day: date
) -> None:
    assert text(rows(value, day, [])) == text(usage_rows(value, day))


def test_numbers_are_exact(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(USAGE)
    out = run("usage", "--format", "json").out
    assert '"used": 0.3,' in out
    (ports, agents) = json.loads(out)["rows"]
    assert (ports["month"], agents["month"]) == ("2026-03", "2026-04")
    part = {"subscription": "Sub1", "department": None, "entitled": 0, "used": 0.3}
    assert agents["split"] == [part]
    assert [share["subscription"] for share in ports["split"]] == ["Sub1", "Sub9"]


def test_unknown_subscriptions_come_last_in_the_order_of_their_names() -> None:
    value = {
        "version": 1,
        "tenant": {"id": "t", "name": "T"},
        "subscriptions": [{"id": "Sub5", "type": "named", "start": "2025-01-01"}],
        "usage": [
            {"month": "2026-04", "subscription": id, "service": "ivr-port", "quantity": 1}
            for id in ("Sub9", "Sub1", "Sub5", "Sub3")
        ],
    }
    [row] = rows(value, date(2026, 5, 1), [])
    assert [share["subscription"] for share in row["split"]] == ["Sub5", "Sub1", "Sub3", "Sub9"]


def test_the_first_of_two_subscriptions_with_one_id_comes_first() -> None:
    sub = {"id": "Sub1", "type": "named", "start": "2025-01-01"}
    value = {
        "version": 1,
        "tenant": {"id": "t", "name": "T"},
        "subscriptions": [sub, {**sub, "entitlements": {"ivr-port": 2}}],
        "usage": [
            {"month": "2026-04", "subscription": "Sub1", "service": "ivr-port", "quantity": 1}
        ],
    }
    [row] = rows(value, date(2026, 5, 1), [])
    assert [(share["entitled"], share["used"]) for share in row["split"]] == [(0, 1), (2, 0)]


def test_a_subscription_without_entitlements_counts_as_0() -> None:
    value = {
        "version": 1,
        "tenant": {"id": "t", "name": "T"},
        "subscriptions": [{"id": "Sub1", "type": "named", "start": "2025-01-01"}],
        "usage": [
            {"month": "2026-04", "subscription": "Sub1", "service": "ivr-port", "quantity": 10}
        ],
    }
    [row] = rows(value, date(2026, 5, 1), [])
    assert (row["entitled"], row["lowest"], row["used"]) == (0, 0, 10)
    assert (row["overage"], row["bearer"]) == (10, "Sub1")


def test_json_has_the_documented_keys(run: Run, folder: Path) -> None:
    text = (ROOT / "fixtures" / "harbour.tenant.yaml").read_text()
    (folder / "a.tenant.yaml").write_text(text)
    value = json.loads(run("usage", "--format", "json").out)
    row = value["rows"][-1]
    assert list(row) == [
        "file", "document", "tenant", "month", "service", "on", "entitled", "lowest", "used",
        "overage", "bearer", "primary", "split",
    ]  # fmt: skip
    assert list(row["split"][0]) == ["subscription", "department", "entitled", "used"]
    value = json.loads(run("usage", "--format", "json", "--by", "department").out)
    assert value["rows"][-1]["split"] == [
        {"department": "Customer care", "entitled": 10, "used": 16.5},
        {"department": "Sales", "entitled": 15, "used": 10},
    ]


@pytest.mark.parametrize("name", ["text", "json", "csv", "markdown", "html"])
def test_each_format_matches_its_golden_file(
    run: Run, folder: Path, golden: Callable[[str, str], None], name: str
) -> None:
    write_examples(folder)
    outcome = run("usage", "--format", name)
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"usage.{name}", outcome.out)


@pytest.mark.parametrize("name", ["text", "csv", "markdown", "html"])
def test_usage_can_be_split_by_department(run: Run, folder: Path, name: str) -> None:
    write_examples(folder)
    outcome = run("usage", "--format", name, "--by", "department")
    assert (outcome.code, outcome.err) == (0, "")
    assert "Care 3/2, no department 0/1" in outcome.out


def write_examples(folder: Path) -> None:
    for fixture in ("agents-overage", "ai-agent-renewed-after-lapse", "ramp"):
        name = f"{fixture}.tenant.yaml"
        text = (ROOT / "fixtures" / "worked-examples" / name).read_text()
        (folder / name).write_text(text)
    (folder / "departments.tenant.yaml").write_text(
        """\
version: 1
tenant: {id: departments, name: "Departments | <b>"}
subscriptions:
  - {id: Sub1, type: named, department: Care, start: 2025-01-01, entitlements: {ai-agent: 2}}
  - {id: Sub2, type: named, start: 2025-02-01, entitlements: {ai-agent: 1}}
usage:
  - {month: 2026-04, subscription: Sub1, service: ai-agent, quantity: 3}
"""
    )


def test_the_lowest_quantity_is_shown_if_it_differs(run: Run, folder: Path) -> None:
    write_examples(folder)
    ramp = run("usage", "ramp.tenant.yaml").out.splitlines()
    assert ramp[2].split()[2:5] == ["entitled", "on", "lowest"]
    assert ramp[5].split()[:6] == ["2026-03", "premium-agent", "30", "2026-03-31", "20", "25"]
    assert ramp[6].split()[:4] == ["2026-04", "premium-agent", "30", "25"]
    assert "lowest" not in run("usage", "agents-overage.tenant.yaml").out
    assert ",on,lowest," in run("usage", "agents-overage.tenant.yaml", "--format", "csv").out


def test_options_select_the_months(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(USAGE)

    def months(*arguments: str) -> list[str]:
        rows = json.loads(run("usage", "--format", "json", *arguments).out)["rows"]
        return [row["month"] for row in rows]

    assert months("--month", "2026-04") == ["2026-04"]
    assert months("--month", "2026-04", "--month", "2026-03") == ["2026-03", "2026-04"]
    assert months("--month", "2026-05") == []
    assert run("usage", "--month", "2026-05").out == "No usage.\n"
    assert months("--as-of", "2026-04-01") == ["2026-03", "2026-04"]
    assert months("--as-of", "2026-03-31") == ["2026-03"]
    assert months("--as-of", "2026-03-31", "--month", "2026-04") == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nowhere",), "nowhere: No such file or directory"),
        (("--month", "2026-13"), "2026-13 is not a month (YYYY-MM)"),
        (("--month", "4/2026"), "4/2026 is not a month (YYYY-MM); write 2026-04."),
        (("--month", "0000-01"), "0000-01 is not a month (YYYY-MM)"),
        (("--as-of", "2026-02-30"), "2026-02-30 is not a calendar day"),
        (("--by", "partner"), "'partner' is not one of 'subscription', 'department'"),
        (("--format", "xls"), "no format of usage is called xls"),
        (("--config", "nowhere.toml"), "nowhere.toml: No such file"),
    ],
)
def test_a_usage_error_is_2_with_one_line(
    run: Run, folder: Path, arguments: tuple[str, ...], reason: str
) -> None:
    (folder / "a.tenant.yaml").write_text(USAGE)
    outcome = run("usage", *arguments)
    assert outcome.code == 2
    (line,) = outcome.err.splitlines()
    assert reason in line


def test_a_broken_file_is_named_and_the_others_counted(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(USAGE)
    (folder / "b.tenant.yaml").write_text("a: [")
    (folder / "c.tenant.yaml").write_text("version: 1\n")
    outcome = run("usage", "--format", "json")
    assert outcome.code == 1
    assert [line.split(":")[1].strip() for line in outcome.err.splitlines()] == [
        "b.tenant.yaml", "c.tenant.yaml",
    ]  # fmt: skip
    assert len(json.loads(outcome.out)["rows"]) == 2


def test_csv_cells_are_not_formulas(run: Run, folder: Path) -> None:
    text = USAGE.replace("id: t1", 'id: "=cmd|1"').replace("Sub1", '"@SUM(1)"')
    (folder / "=a.tenant.yaml").write_text(text)
    rows = list(csv.reader(io.StringIO(run("usage", "--format", "csv").out)))
    for row in rows[1:]:
        assert all(not cell.startswith(("=", "+", "@")) for cell in row)
    assert rows[1][2] == "'=cmd|1"
