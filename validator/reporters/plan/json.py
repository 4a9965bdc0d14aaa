"""Format `json` of `plan`: for programs, with exact numbers."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from validator.findings.plan_report import PlannedTenant, PlanReport, TenantPlan
from validator.reporters.notes import json_notes
from validator.reporters.usage.numbers import digits


def render(report: PlanReport) -> str:
    """Return one JSON object with the plan of each tenant."""
    value = {
        "version": 1,
        "from": report.begin,
        "until": report.until,
        **json_notes((), report.incomplete),
        "assumed": report.assumed,
        "tenants": [_tenant_to_json(tenant) for tenant in report.tenants],
    }
    if report.without is not None:
        value["without"] = [_tenant_to_json(tenant) for tenant in report.without]
    return f"{_text(value, 0)}\n"


def _tenant_to_json(tenant: PlannedTenant) -> dict[str, Any]:
    return {
        "file": tenant.file,
        "document": tenant.document,
        "tenant": tenant.tenant,
        "name": tenant.name,
        **plan_to_json(tenant.plan),
    }


def plan_to_json(plan: TenantPlan) -> dict[str, list[dict[str, Any]]]:
    """Return the lists of a plan, with the keys of the format. Days are not converted to text."""
    return {
        "moves": [
            {
                "from": item.source,
                "to": item.target,
                "license": item.license,
                "earliest": item.earliest,
                "latest": item.latest,
                "users": item.users,
            }
            for item in plan.moves
        ],
        "unplaced": [
            {
                "from": item.source,
                "license": item.license,
                "lost": item.lost,
                "reason": item.reason,
                "users": item.users,
                "idle_holders": item.idle_holders,
            }
            for item in plan.unplaced
        ],
        "seats": [item._asdict() for item in plan.seats],
        "capacity": [item._asdict() for item in plan.capacity],
        "shifts": [
            {"service": item.service, "date": item.date, "from": item.before, "to": item.after}
            for item in plan.shifts
        ],
        "renewals": [item._asdict() for item in plan.renewals],
        "ends": [item._asdict() for item in plan.ends],
    }


def _text(value: Any, depth: int) -> str:
    """Return the JSON text of a value.

    Numbers are not printed by the json module, which rounds decimal numbers to binary ones.
    """
    if isinstance(value, Decimal):
        return digits(value)
    if isinstance(value, date):
        value = value.isoformat()
    pad = "  " * (depth + 1)
    if isinstance(value, dict) and value:
        parts = [f"{_text(key, 0)}: {_text(part, depth + 1)}" for key, part in value.items()]
        opening, closing = "{", "}"
    elif isinstance(value, list | tuple) and value:
        parts = [_text(part, depth + 1) for part in value]
        opening, closing = "[", "]"
    else:
        return json.dumps(value, ensure_ascii=False)
    inner = f",\n{pad}".join(parts)
    return f"{opening}\n{pad}{inner}\n{'  ' * depth}{closing}"
