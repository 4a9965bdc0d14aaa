"""The published JSON Schema of reports: every JSON report is valid and has no other keys."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import ROOT, SOUND, UNSOUND, Run
from validator.system.addresses import schema_address
from validator.system.bundled_files import bundled_schema

DAY = ("--as-of", "2026-05-01")
SCHEMA = json.loads(bundled_schema("report"))


def closed(schema: Any) -> Any:
    """Return the schema with additional properties forbidden."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        inner["additionalProperties"] = False
    return inner


REPORT = jsonschema.Draft202012Validator(
    closed(SCHEMA), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def test_the_schema_is_published(run: Run) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == schema_address("report")
    assert json.loads(run("schema", "report").out) == SCHEMA


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", *DAY),
        ("check", *DAY, "nowhere.yaml", "a.tenant.yaml"),
        ("check", *DAY, "--baseline", "known.json", "--write-baseline"),
        ("check", *DAY, "--expiring-within", "900", "--ignore", "usage"),
        ("forecast", "--from", "2026-05-01"),
        ("forecast", "--from", "2026-05-01", "a.tenant.yaml", "broken.tenant.yaml"),
        ("usage",),
    ],
)
def test_reports_are_valid(run: Run, folder: Path, arguments: tuple[str, ...]) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    (folder / "b.tenant.yaml").write_text(SOUND.replace("t1", "t2"))
    (folder / "broken.tenant.yaml").write_text("version: [\n---\n" + SOUND + "oops: 1\n")
    (folder / "tenantlint.toml").write_text('ignore = ["term-mismatch"]\n')
    value = json.loads(run(*arguments, "--format", "json").out)
    REPORT.validate(value)


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "golden").glob("*.json")))
def test_golden_reports_are_valid(file: Path) -> None:
    REPORT.validate(json.loads(file.read_text()))


def test_a_plan_with_entries_of_every_kind_is_valid() -> None:
    day = "2026-12-31"
    tenant = {
        "file": "t.yaml", "document": 0, "tenant": "t1", "name": "Harbour",
        "moves": [
            {"from": "Sub1", "to": "Sub2", "license": None, "earliest": day, "latest": day,
             "users": ["ada@x.example"]},
        ],
        "unplaced": [
            {"from": "Sub1", "license": "premium-agent", "lost": day, "reason": "no-seats",
             "users": [], "idle_holders": 3},
        ],
        "seats": [
            {"subscription": "Sub2", "license": "premium-agent", "date": day, "quantity": 100,
             "holders": 300},
        ],
        "capacity": [
            {"service": "premium-agent", "month": "2027-01", "before": 150, "after": 120,
             "of": "2026-11", "used": 149.5, "overage": 29.5, "bearer": None},
        ],
        "shifts": [{"service": None, "date": day, "from": "Sub1", "to": None}],
        "renewals": [{"subscription": "Sub3", "decide_by": day, "renews_on": day}],
        "ends": [{"subscription": "Sub1", "last_day": day, "licenses": {"premium-agent": 300}}],
    }  # fmt: skip
    plan = {"version": 1, "from": day, "until": day, "assumed": [], "tenants": [tenant]}
    REPORT.validate(plan)
    REPORT.validate({**plan, "assumed": ["Sub1.end="], "without": [tenant]})


@pytest.mark.parametrize("name", ["entitled", "lowest", "used", "overage", "bearer", "primary"])
def test_the_quantities_of_usage_are_never_null(run: Run, folder: Path, name: str) -> None:
    # A subscription without `entitlements` counts as 0.
    usage = "usage: [{month: 2026-04, service: ivr-port, quantity: 1}]\n"
    (folder / "a.tenant.yaml").write_text(SOUND + usage)
    value = json.loads(run("usage", *DAY, "--format", "json").out)
    value["rows"][0][name] = None
    assert REPORT.is_valid(value) == (name in ("overage", "bearer", "primary"))


def test_the_users_of_a_plan_are_described_as_addresses(run: Run, folder: Path) -> None:
    users = "users: [{email: ada@x.example, name: Ada, roles: [agent], assignments: [Sub1]}]\n"
    ended = SOUND.replace("start: 2025-01-01", "start: 2025-01-01, end: 2026-05-31")
    (folder / "a.tenant.yaml").write_text(ended + users)
    outcome = run("plan", "--from", "2026-05-01", "--format", "json")
    [tenant] = json.loads(outcome.out)["tenants"]
    assert tenant["unplaced"][0]["users"] == ["ada@x.example"]
    for entries in ("moves", "unplaced"):
        entry = SCHEMA["$defs"]["plan_tenant"]["properties"][entries]["items"]["properties"]
        assert "e-mail addresses" in entry["users"]["description"]


@pytest.mark.parametrize("name", ["version", "as_of", "tool", "failures", "summary", "findings"])
def test_a_report_without_a_required_key_is_invalid(run: Run, folder: Path, name: str) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    value = json.loads(run("check", *DAY, "--format", "json").out)
    del value[name]
    assert not REPORT.is_valid(value)


def test_every_reference_in_the_schema_has_a_definition() -> None:
    for name in re.findall(r'"\$ref": "#/\$defs/(\w+)"', json.dumps(SCHEMA)):
        assert name in SCHEMA["$defs"]
