"""The inputs to mutate: tenant files, configurations, baselines, policy files and exports."""

import base64
from functools import cache
from typing import Any

from tests.conftest import ROOT
from validator.document.reader import read_documents

SMALL = """\
version: 1
tenant: {id: t1, name: Harbour Retail, country: NL, telephony: webex-calling}
subscriptions:
  - id: Sub1
    type: named
    start: 2024-06-01
    end: 2026-05-31
    grace_days: 5
    partner: northwind
    entitlements: {premium-agent: 2, ai-agent: [{quantity: 2, until: 2026-05-20}, 3]}
  - {id: Sub2, type: named, start: 2025-06-01, auto_renew: true, end: 2026-06-01, telephony: vpop}
users:
  - {email: ada@x.example, roles: [administrator], assignments: [Sub1]}
  - email: tom@x.example
    roles: [agent, supervisor]
    assignments:
      - {subscription: Sub1, license: premium-agent}   # tenantlint: ignore[user]: OPS-1
  - &maud {email: maud@x.example, roles: [agent], status: inactive}
  - {<<: *maud, email: iris@x.example}
partners:
  - {id: northwind, name: Northwind BV, access: full}
usage:
  - {month: 2026-04, subscription: Sub1, service: premium-agent, quantity: 3.5}
  - {month: 2026-04, service: ai-agent, quantity: 9}
"""

CONFIG = """\
include = ["**/*.tenant.yaml"]
exclude = ["archive/**"]
select = ["user", "telephony", "subscription"]
ignore = ["idle-license"]
expiring-within = 45
fail-on = "warning"
[severity]
mixed-telephony = "info"
[[per-file]]
files = ["a.*", "x/**/y?.yaml"]
ignore = ["partner"]
severity = { user-unassigned = "warning" }
"""

BASELINE: Any = {
    "version": 1,
    "known": [
        {"id": "mixed-telephony", "tenant": "t1", "place": "/subscriptions/Sub2/telephony"},
        {"id": "user-unassigned", "tenant": "t1", "place": "/users/iris@x.example"},
        {"id": "user-unassigned", "tenant": "t1", "place": "/users/no-user"},
    ],
}

CSV = """\
First Name,Last Name,Display Name,User ID/Email (Required),User Status,Department,\
Contact Center Premium Agent [Sub1],Contact Center Standard Agent [Sub2] (Suspended)
Ada,,Ada,ada@x.example,Active,Care,TRUE,FALSE
Tom,,Tom,tom@x.example,Inactive,,FALSE,TRUE
"""

_LICENSES = [
    base64.b64encode(f"ciscospark://us/LICENSE/o:CCP_{number:08}-0000".encode())
    .decode()
    .rstrip("=")
    for number in range(2)
]

LICENSES: Any = {
    "items": [
        {
            "id": id,
            "name": name,
            "totalUnits": 10,
            "consumedUnits": 1,
            "subscriptionId": f"Sub{number}",
        }
        for number, (id, name) in enumerate(
            zip(
                _LICENSES,
                ("Contact Center Premium Agent", "Contact Center Standard Agent"),
                strict=True,
            ),
            1,
        )
    ]
}

PEOPLE: Any = {
    "items": [
        {"id": "1", "emails": ["ada@x.example"], "displayName": "Ada", "licenses": _LICENSES[:1]},
        {"id": "2", "emails": ["tom@x.example"], "displayName": "Tom", "licenses": _LICENSES[1:]},
    ]
}


@cache
def tenant_texts() -> tuple[str, ...]:
    """Return the tenant files to mutate."""
    files = sorted((ROOT / "fixtures").rglob("*.yaml"))
    return (SMALL, SMALL, SMALL, *(file.read_text() for file in files))


@cache
def tenant_values() -> tuple[Any, ...]:
    """Return the values of the tenant files."""
    return tuple(
        document.value
        for text in tenant_texts()
        for document in read_documents(text)
        if document.is_readable
    )


@cache
def policy_texts() -> tuple[str, ...]:
    """Return the policy files to mutate."""
    return tuple(file.read_text() for file in sorted((ROOT / "examples").glob("*.yaml")))
