"""The command `usage`: exact numbers, the split, and who bears the overage."""

import csv
import io
import json
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests import tenants
from tests.conftest import ROOT, SOUND, Run
from tests.reference import first, line, line_active, primary
from validator.reporters.usage.json import render
from validator.tenant.model import tenant_of
from validator.tenant.usage import TenantUse, uses_of

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
RANKED = {"ai-agent", "ai-assistant", "ivr-outbound-campaign"}


def reference(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows by SPEC's sentences, over the raw value."""
    subs = value["subscriptions"]
    usage = value.get("usage", [])
    by_id: dict[str, Any] = {}
    for sub in subs:
        by_id.setdefault(sub["id"], sub)
    rows = []
    for month in sorted({row["month"] for row in usage}):
        year, number = map(int, month.split("-"))
        on = date(year, number, monthrange(year, number)[1])
        of_month = [row for row in usage if row["month"] == month]
        services = {row["service"] for row in of_month}
        services |= {
            s for sub in subs for s in sub.get("entitlements", {}) if line_active(sub, s, on)
        }
        chief = primary(subs, on)
        for service in sorted(services):
            here = [row for row in of_month if row["service"] == service]
            used: dict[str, Fraction] = {}
            for row in here:
                name = row["subscription"]
                if service == "webex-connect" and chief:
                    name = chief["id"]
                used[name] = used.get(name, Fraction(0)) + Fraction(str(row["quantity"]))
            split = []
            for sub in sorted(subs, key=lambda sub: (sub["start"], sub["id"])):
                entitled = line_active(sub, service, on)
                mine = sub["id"] in used and by_id[sub["id"]] is sub
                if entitled or mine:
                    quantity = line(sub["entitlements"][service])["quantity"] if entitled else 0
                    split.append((sub["id"], quantity, used[sub["id"]] if mine else Fraction(0)))
            split += [(name, 0, used[name]) for name in sorted(used) if name not in by_id]
            total = sum((share[2] for share in split), Fraction(0))
            entitlement = sum(share[1] for share in split)
            over = max(Fraction(0), total - entitlement)
            bearer = chief
            if service in RANKED:
                able = [sub for sub in subs if line_active(sub, service, on)]
                bearer = first([
                    {**sub, "start": line(sub["entitlements"][service]).get("since", sub["start"])}
                    for sub in able
                ])  # fmt: skip
            connect = service == "webex-connect"
            rows.append({
                "month": month, "service": service, "entitled": entitlement, "used": total,
                "overage": None if connect else over,
                "bearer": bearer["id"] if bearer and over and not connect else None,
                "primary": chief["id"] if chief else None, "split": split,
            })  # fmt: skip
    return rows


def exact(number: Any) -> Any:
    return None if number is None else Fraction(number)


@settings(max_examples=500)
@given(tenants.tenants)
def test_rows_are_those_of_the_reference(value: dict[str, Any]) -> None:
    uses = TenantUse("a", 0, "t", "T", uses_of(tenant_of(value)))
    rows = json.loads(render([uses]), parse_float=Decimal)["rows"]
    got = [
        {
            **{key: row[key] for key in ("month", "service", "bearer", "primary")},
            **{key: exact(row[key]) for key in ("entitled", "used", "overage")},
            "split": [
                (share["subscription"], exact(share["entitled"]), exact(share["used"]))
                for share in row["split"]
            ],
        }
        for row in rows
    ]
    assert got == reference(value)


def test_numbers_stay_exact(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(USAGE)
    out = run("usage", "--format", "json").out
    assert '"used": 0.3,' in out
    (ports, agents) = json.loads(out)["rows"]
    assert (ports["month"], agents["month"]) == ("2026-03", "2026-04")
    assert agents["split"] == [{"subscription": "Sub1", "entitled": 0, "used": 0.3}]
    assert [share["subscription"] for share in ports["split"]] == ["Sub1", "Sub9"]


@pytest.mark.parametrize("name", ["text", "json", "csv", "markdown", "html"])
def test_whole_table(run: Run, folder: Path, golden: Callable[[str, str], None], name: str) -> None:
    for fixture in ("overage", "bearer"):
        text = (ROOT / "fixtures" / "worked-examples" / f"{fixture}.tenant.yaml").read_text()
        (folder / f"{fixture}.tenant.yaml").write_text(text)
    outcome = run("usage", "--format", name)
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"usage.{name}", outcome.out)


def test_months(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(USAGE)

    def months(*arguments: str) -> list[str]:
        rows = json.loads(run("usage", "--format", "json", *arguments).out)["rows"]
        return [row["month"] for row in rows]

    assert months("--month", "2026-04") == ["2026-04"]
    assert months("--month", "2026-04", "--month", "2026-03") == ["2026-03", "2026-04"]
    assert months("--month", "2026-05") == []
    assert run("usage", "--month", "2026-05").out == "No usage.\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nowhere",), "nowhere: No such file or directory"),
        (("--month", "2026-13"), "2026-13 is not a month (YYYY-MM)"),
        (("--month", "0000-01"), "0000-01 is not a month (YYYY-MM)"),
        (("--format", "xls"), "no format of usage is called xls"),
        (("--config", "nowhere.toml"), "nowhere.toml: No such file"),
    ],
)
def test_it_fails_closed(run: Run, folder: Path, arguments: tuple[str, ...], reason: str) -> None:
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


def test_cells_are_no_formulas(run: Run, folder: Path) -> None:
    text = USAGE.replace("id: t1", 'id: "=cmd|1"').replace("Sub1", '"@SUM(1)"')
    (folder / "=a.tenant.yaml").write_text(text)
    rows = list(csv.reader(io.StringIO(run("usage", "--format", "csv").out)))
    for row in rows[1:]:
        assert all(not cell.startswith(("=", "+", "@")) for cell in row)
    assert rows[1][2] == "'=cmd|1"
