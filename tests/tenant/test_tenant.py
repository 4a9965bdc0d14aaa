"""The typed tenant: what holds the schema can be built, and pydantic takes the class as it is."""

from datetime import date
from decimal import Decimal
from typing import Any

import pydantic
import pytest
from hypothesis import given

from tests import tenants
from validator.findings.json_pointer import pointer_parts
from validator.tenant.model import Tenant, tenant_of


class Fleet(pydantic.BaseModel):
    """A model of somebody else's."""

    tenants: list[Tenant]


VALUE: dict[str, Any] = {
    "version": 1,
    "x-note": ["free"],
    "tenant": {"id": "t1", "name": "Harbour Retail", "x-a": 1},
    "subscriptions": [
        {
            "id": "Sub1", "type": "named", "start": "2025-01-01", "term_months": 36.0,
            "entitlements": {"ai-agent": 2, "ivr-port": {"quantity": 3, "since": "2025-02-01"},
                             "x-b": "free"},
        }
    ],
    "users": [
        {"email": "a@b.example", "roles": ["agent"],
         "assignments": ["Sub1", {"subscription": "Sub1", "license": "ai-agent"}]},
    ],
    "usage": [
        {"month": "2026-04", "subscription": "Sub1", "service": "ai-agent", "quantity": 0.1}
    ],
}  # fmt: skip


def check(tenant: Tenant) -> None:
    (subscription,) = tenant.subscriptions
    assert (subscription.start, subscription.term_months) == (date(2025, 1, 1), 36)
    assert subscription.entitlements.keys() == {"ai-agent", "ivr-port"}
    assert subscription.entitlements["ivr-port"].since == date(2025, 2, 1)
    assert tenant.usage[0].quantity == Decimal("0.1")
    bare, full = tenant.users[0].assignments
    assert bare.at("subscription") == "/users/0/assignments/0"
    assert full.at("subscription") == "/users/0/assignments/1/subscription"
    line = subscription.entitlements["ai-agent"]
    assert line.path == "/subscriptions/0/entitlements/ai-agent"


def test_it_is_built_from_a_document() -> None:
    check(tenant_of(VALUE))


def test_pydantic_takes_it_as_any_other_type() -> None:
    check(pydantic.TypeAdapter(Tenant).validate_python(VALUE))
    check(Fleet(tenants=[VALUE]).tenants[0])  # type: ignore[list-item]
    broken = {**VALUE, "subscriptions": [{**VALUE["subscriptions"][0], "type": "nmed"}]}
    with pytest.raises(pydantic.ValidationError, match="Input should be 'named' or 'concurrent'"):
        pydantic.TypeAdapter(Tenant).validate_python(broken)


@given(tenants.tenants)
def test_every_part_knows_its_path(value: dict[str, Any]) -> None:
    tenant = tenant_of(value)
    nodes = [
        tenant.organisation, *tenant.subscriptions, *tenant.users, *tenant.partners, *tenant.usage,
        *(line for item in tenant.subscriptions for line in item.entitlements.values()),
        *(item for user in tenant.users for item in user.assignments),
    ]  # fmt: skip
    assert len({node.path for node in nodes}) == len(nodes)
    for node in nodes:
        here: Any = value
        for part in pointer_parts(node.path):
            here = here[int(part)] if isinstance(here, list) else here[part]
        known = getattr(node, "id", None)
        assert known is None or here["id"] == known
