"""The typed tenant is built from a value that matches the schema, and pydantic can validate it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pydantic
import pytest
from hypothesis import given

from tests import tenants
from validator.findings.json_pointer import pointer_parts
from validator.schema.tenant_schema import tenant_of
from validator.tenant.model import EntitlementLine, Tenant


class Fleet(pydantic.BaseModel):
    """A pydantic model that contains tenants."""

    tenants: list[Tenant]


VALUE: dict[str, Any] = {
    "version": 1,
    "x-note": ["free"],
    "tenant": {"id": "t1", "name": "Harbour Retail", "x-a": 1},
    "subscriptions": [
        {
            "id": "Sub1", "type": "named", "start": "2025-01-01", "term_months": 36.0,
            "lapses": [{"from": "2025-03-01", "until": "2025-03-14", "x-why": "late order"}],
            "entitlements": {"ai-agent": 2, "ivr-port": {"quantity": 3, "since": "2025-02-01"},
                             "premium-agent": [5, {"quantity": 8, "until": "2025-12-31"}],
                             "x-b": "free"},
        },
        {"id": "Sub2", "type": "named", "start": "2025-01-01"},
    ],
    "users": [
        {"email": "a@b.example", "roles": ["agent"], "status": "not-verified",
         "last_access": "2026-04-20",
         "assignments": ["Sub1", {"subscription": "Sub1", "license": "ai-agent"}]},
    ],
    "usage": [
        {"month": "2026-04", "subscription": "Sub1", "service": "ai-agent", "quantity": 0.1},
        {"month": "2026-04", "service": "ai-agent", "quantity": 3},
    ],
}  # fmt: skip


def check(tenant: Tenant) -> None:
    subscription, plain = tenant.subscriptions
    assert (subscription.start, subscription.term_months) == (date(2025, 1, 1), 36)
    entitlements = subscription.entitlements
    assert entitlements.keys() == {"ai-agent", "ivr-port", "premium-agent"}
    assert fields(*entitlements["ai-agent"].lines) == (2, None, None)
    assert fields(*entitlements["ivr-port"].lines) == (3, date(2025, 2, 1), None)
    assert [fields(line) for line in entitlements["premium-agent"].lines] == [
        (5, None, None),
        (8, None, date(2025, 12, 31)),
    ]
    assert (subscription.has_entitlements, plain.has_entitlements) == (True, False)
    assert (plain.status, plain.notice_days, plain.grace_days, plain.lapses) == (None, 30, 0, ())
    (lapse,) = subscription.lapses
    assert (lapse.first, lapse.until) == (date(2025, 3, 1), date(2025, 3, 14))
    (user,) = tenant.users
    assert (user.status, user.last_access) == ("not-verified", date(2026, 4, 20))
    assert [row.quantity for row in tenant.usage] == [Decimal("0.1"), Decimal(3)]
    assert [row.subscription for row in tenant.usage] == ["Sub1", None]


def fields(line: EntitlementLine) -> tuple[int, date | None, date | None]:
    return line.quantity, line.since, line.until


def check_paths(tenant: Tenant) -> None:
    entitlements = tenant.subscriptions[0].entitlements
    bare, full = tenant.users[0].assignments
    assert bare.at("subscription") == "/users/0/assignments/0"
    assert full.at("subscription") == "/users/0/assignments/1/subscription"
    at = "/subscriptions/0/entitlements"
    assert [line.path for line in entitlements["ai-agent"].lines] == [f"{at}/ai-agent"]
    assert [line.path for line in entitlements["premium-agent"].lines] == [
        f"{at}/premium-agent/0",
        f"{at}/premium-agent/1",
    ]
    assert entitlements["premium-agent"].path == f"{at}/premium-agent"
    assert tenant.subscriptions[0].lapses[0].at("until") == "/subscriptions/0/lapses/0/until"


def test_a_tenant_is_built_from_a_document() -> None:
    check(tenant_of(VALUE))
    check_paths(tenant_of(VALUE))


def test_pydantic_validates_a_tenant() -> None:
    check(pydantic.TypeAdapter(Tenant).validate_python(VALUE))
    check(Fleet(tenants=[VALUE]).tenants[0])  # type: ignore[list-item]
    broken = {**VALUE, "subscriptions": [{**VALUE["subscriptions"][0], "type": "nmed"}]}
    with pytest.raises(pydantic.ValidationError, match="Input should be 'named' or 'concurrent'"):
        pydantic.TypeAdapter(Tenant).validate_python(broken)


@given(tenants.tenants())
def test_every_part_has_its_path(value: dict[str, Any]) -> None:
    tenant = tenant_of(value)
    lines = [
        line
        for item in tenant.subscriptions
        for entitlement in item.entitlements.values()
        for line in entitlement.lines
        if entitlement.is_list
    ]
    nodes = [
        tenant.organisation, *tenant.subscriptions, *tenant.users, *tenant.partners, *tenant.usage,
        *(item for sub in tenant.subscriptions for item in sub.entitlements.values()), *lines,
        *(lapse for item in tenant.subscriptions for lapse in item.lapses),
        *(item for user in tenant.users for item in user.assignments),
    ]  # fmt: skip
    assert len({node.path for node in nodes}) == len(nodes)
    for node in nodes:
        here: Any = value
        for part in pointer_parts(node.path):
            here = here[int(part)] if isinstance(here, list) else here[part]
        known = getattr(node, "id", None)
        assert known is None or here["id"] == known


@pytest.mark.parametrize("number", [5.0, 1e18, float(2**63), 1e19, 1e300, 2**63, 2**70])
def test_any_whole_number_is_an_integer(number: float) -> None:
    changed = {"term_months": number, "notice_days": number, "grace_days": number}
    entitlements = {"premium-agent": number, "ivr-port": [{"quantity": number}]}
    subscription = VALUE["subscriptions"][0] | changed | {"entitlements": entitlements}
    (item, *_) = tenant_of({**VALUE, "subscriptions": [subscription]}).subscriptions
    quantities = [line.quantity for part in item.entitlements.values() for line in part.lines]
    found = (item.term_months, item.notice_days, item.grace_days, *quantities)
    assert [*map(repr, found)] == [repr(int(number))] * 5
