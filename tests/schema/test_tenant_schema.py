"""A tenant is built from exactly the values that the JSON Schema of tenants accepts."""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import tenants
from validator.schema.core_schemas import keywords, mapping_keys, scalar
from validator.schema.json_schema import Schema
from validator.schema.tenant_schema import tenant_of
from validator.system.bundled_files import bundled_schema
from validator.tenant import model

SCHEMA = Schema("tenant", bundled_schema("tenant"))
VALUE: dict[str, Any] = {
    "version": 1,
    "x-note": {"any": [None]},
    "tenant": {"id": "t", "name": "T", "country": "NL", "telephony": "vpop", "x-a": 1},
    "subscriptions": [
        {
            "id": "Sub1", "name": "N", "department": "D", "partner": "p", "type": "named",
            "offer": "flex", "telephony": "vpop", "status": "trial", "start": "2025-01-01",
            "end": "2027-12-31", "term_months": 36, "auto_renew": True, "notice_days": 60,
            "grace_days": 5, "deployment": "cloud", "primary": False,
            "lapses": [{"from": "2026-01-01", "until": "2026-01-31", "x-c": None}],
            "entitlements": {
                "premium-agent": 2, "ai-agent": {"quantity": 1, "since": "2025-02-01"},
                "ivr-port": [1, {"quantity": 2, "until": "2026-01-01", "x-d": 1}], "x-b": "free",
            },
        },
        {"id": "Sub2", "type": "concurrent", "start": "2025-01-01"},
    ],
    "users": [
        {
            "email": "a@b.example", "name": "A", "department": "D", "status": "pending",
            "last_access": "2026-01-01", "roles": ["agent", "supervisor"],
            "assignments": ["Sub1", {"subscription": "Sub1", "license": "ai-agent", "x-e": 1}],
        },
    ],
    "partners": [{"id": "p", "name": "P", "access": "full", "approved_by": "a@b.example"}],
    "usage": [
        {"month": "2026-04", "subscription": "Sub1", "service": "ai-agent", "quantity": 0.5},
        {"month": "2026-04", "service": "ai-agent", "quantity": 2},
    ],
}  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2**63, 10**30, 0.0, 1.0, -0.0, 36.0, 1.5, -0.5, 1e19, 1e300,
    float("nan"), float("inf"), "", " ", "0", "1", "1.5", "true", "null", "TODO", "TODO ", "a b",
    "a\n", "\na", "“a”", "a“b", "x" * 1000, "x" * 1001, "é" * 1000, "nl", "NL", "named",
    "Named", "vpop", "agent", "2026-04", "2026-13", "0000-01", "2026-04\n", "2026-4", "2026-01-01",
    "2026-01-01\n", " 2026-01-01", "2026-1-1", "20260101", "2026-02-30", "0000-01-01",
    "9999-12-31", "2026-01-01T00:00:00", "２０２６-01-01", "a@b.example", "a@b.example\n",
    "a@b.example x", " a@b.example", "a a@b.example", "a@", "@b",
    "x" * 242 + "@b.example", "x" * 243 + "@b.example", "A TODO", "TODO TODO", "TODO\n",
    "ä@b.example", "ai-agent", [], [None], ["Sub1"], [1], [1.0], [True], [[]], [{}], ["agent"],
    ["agent", "agent"], ["agent", 1], {}, {"a": 1}, {"x-a": 1}, {"quantity": 1},
    {"quantity": 1, "x-a": 1}, {"quantity": 1, "a": 1}, {"quantity": True}, {"quantity": "1"},
    {"quantity": 1, "since": None}, {"subscription": "Sub1"}, {"subscription": 1},
    [{"quantity": 1}, 2], [{"quantity": 1, "lines": []}], {"lines": [{"quantity": 1}]},
]  # fmt: skip
"""Values that some place accepts, and values that are almost the same."""
KEYS = [
    "x-new", "X-new", "x", "new", "name", "version", "since", "from", "first", "organisation",
    "bare", "is_list", "lines", "has_entitlements", "path", "document", "core_schema", "__class__",
]  # fmt: skip
"""Keys to add, among them the names of fields that are no keys."""


def copied() -> Any:
    return json.loads(json.dumps(VALUE))


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of each value."""
    yield above
    items: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    for key, item in enumerate(value) if isinstance(value, list) else items:
        yield from places(item, (*above, key))


def is_tenant(value: object) -> bool:
    try:
        tenant_of(value)
    except ValueError:
        return False
    return True


def assert_agreed(value: object) -> None:
    if is_tenant(value) != SCHEMA.is_valid(value):
        # jsonschema-rs accepts an infinite number; what jsonschema says is reported.
        assert is_tenant(value) == (not SCHEMA.explain(value)), value


def at(value: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        value = value[key]
    return value


def test_the_value_has_every_key() -> None:
    assert is_tenant(VALUE)
    root = SCHEMA.value
    mappings = [root, *(found for found in root["$defs"].values() if "properties" in found)]
    keys = {key for found in mappings for key in found["properties"]}
    services = set(root["$defs"]["service"]["enum"])
    assert {place[-1] for place in places(VALUE) if place} >= keys - services


@pytest.mark.parametrize("place", list(places(VALUE)), ids=lambda place: "/".join(map(str, place)))
def test_a_changed_value_is_a_tenant_if_the_schema_accepts_it(place: tuple[Any, ...]) -> None:
    for odd in ODD:
        value = copied()
        if place:
            at(value, place[:-1])[place[-1]] = odd
        assert_agreed(value if place else odd)
    value = copied()
    if place:
        del at(value, place[:-1])[place[-1]]
        assert_agreed(value)
    for key in KEYS:
        value = copied()
        found = at(value, place)
        if isinstance(found, dict):
            assert_agreed_with(value, found, key)


def assert_agreed_with(value: Any, mapping: dict[str, Any], key: str) -> None:
    """Assert that both decide alike on a value in which a mapping has one key more."""
    odd: Any
    for odd in (None, True, 1, "Sub1", "2026-01-01", [], {}):
        mapping[key] = odd
        assert_agreed(value)


@given(tenants.tenants(), st.data())
@settings(max_examples=200)
def test_a_random_tenant_with_changes_agrees(value: Any, data: st.DataObject) -> None:
    assert is_tenant(value)
    for _ in range(data.draw(st.integers(1, 3))):
        *above, last = data.draw(st.sampled_from(list(places(value))[1:]))
        at(value, tuple(above))[last] = deepcopy(data.draw(st.sampled_from(ODD)))
    assert_agreed(value)


def test_an_entitlement_is_checked_like_a_line() -> None:
    line, entitlement = SCHEMA.value["$defs"]["line"], SCHEMA.value["$defs"]["entitlement"]

    def restrictions(schema: Any, *others: str) -> dict[str, Any]:
        found = dict(keywords(schema, *schema))
        properties = {key: keywords(value, *value) for key, value in found["properties"].items()}
        found["properties"] = properties
        return {key: value for key, value in found.items() if key not in others}

    assert restrictions(entitlement, "type", "items", "minItems") == restrictions(line, "type")
    assert line["type"] == ["integer", "object"]
    assert line["minimum"] == SCHEMA.value["$defs"]["quantity"]["minimum"]
    assert entitlement["type"] == [*line["type"], "array"]
    assert (entitlement["items"], entitlement["minItems"]) == ({"$ref": "#/$defs/line"}, 1)


def test_every_service_may_be_an_entitlement() -> None:
    found = SCHEMA.value["$defs"]["subscription"]["properties"]["entitlements"]
    assert list(found["properties"]) == SCHEMA.value["$defs"]["service"]["enum"]
    for entitlement in found["properties"].values():
        assert keywords(entitlement, "$ref") == {"$ref": "#/$defs/entitlement"}
    assert mapping_keys(found) == found["properties"].keys()


@pytest.mark.parametrize(
    ("cls", "definition"),
    [
        (model.Organisation, "tenant"),
        (model.Subscription, "subscription"),
        (model.User, "user"),
        (model.Partner, "partner"),
    ],
)
def test_the_types_of_the_fields_have_the_values_of_the_schema(cls: type, definition: str) -> None:
    properties = SCHEMA.value["$defs"][definition]["properties"]
    for field, hint in get_type_hints(cls).items():
        (literals,) = list(literals_in(hint)) or [()]
        values = properties.get(field, {})
        values = values if field != "roles" else values["items"]
        if "$ref" in values:
            values = SCHEMA.value["$defs"][values["$ref"].rpartition("/")[2]]
        if field != "country":
            assert list(literals) == values.get("enum", []), field


def literals_in(hint: Any) -> Iterator[tuple[str, ...]]:
    """Yield the values of each Literal in a type."""
    if get_origin(hint) is Literal:
        yield get_args(hint)
    else:
        for inner in get_args(hint):
            yield from literals_in(inner)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "contentEncoding": "base64"},
        {"type": "string", "format": "date", "minLength": 3},
        {"type": "string", "not": {"pattern": "a"}},
        {"type": "integer", "maximum": 3},
        {"type": "number", "exclusiveMinimum": 3},
        {"type": "boolean", "const": True, "enum": [True]},
        {"enum": ["a"], "type": "string"},
    ],
)
def test_a_keyword_that_is_not_checked_is_an_error(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not known"):
        scalar(schema)


def test_a_pattern_beside_not_begins_with_the_text() -> None:
    scalar({"type": "string", "not": {"const": "a"}, "pattern": "^[a-z]$"})
    with pytest.raises(ValueError, match="must begin with"):
        scalar({"type": "string", "not": {"const": "a"}, "pattern": "[a-z]$"})


@pytest.mark.parametrize("more", [{"additionalProperties": True}, {"patternProperties": {}}])
def test_a_mapping_allows_keys_with_x_and_no_others(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must allow keys that begin with x-"):
        mapping_keys({**SCHEMA.value["$defs"]["user"], **more})
