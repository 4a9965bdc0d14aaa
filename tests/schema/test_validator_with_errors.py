"""The validator with errors finds what the library finds, without looking at the valid parts."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, validators
from referencing import Registry

from tests.run.test_growth import counted_lines
from tests.schema.test_json_schema import TENANT, VALID, changed_documents
from validator.schema.validator_with_errors import validator_with_errors


def errors(validator: Any, value: object) -> list[tuple[object, ...]]:
    return [
        (error.validator, *error.absolute_path, "by", *error.absolute_schema_path)
        for error in validator.iter_errors(value)
    ]


def of_library(schema: object) -> Any:
    """The same validator, but it looks at all parts."""
    every = validator_with_errors(schema)
    keywords = {name: Draft202012Validator.VALIDATORS[name] for name in ("items", "properties")}
    extend: Any = validators.extend
    return extend(type(every), keywords)(
        schema, format_checker=every.format_checker, registry=Registry()
    )


WITH_ERRORS, OF_LIBRARY = validator_with_errors(TENANT.value), of_library(TENANT.value)


@settings(max_examples=300)
@given(changed_documents())
def test_the_errors_are_those_of_the_library(value: object) -> None:
    assert errors(WITH_ERRORS, value) == errors(OF_LIBRARY, value)


PARTS: dict[str, Any] = {
    "$defs": {
        "n": {"type": "integer"},
        "a~b/c%d": {"items": {"$anchor": "q", "$ref": "#/$defs/n"}},
    },
    "properties": {
        "a": {"items": {"$ref": "#/$defs/n"}},
        "c": {"$ref": "#/$defs/a~0b~1c%25d"},
        "items": {"items": {"$ref": "#q"}},
        "d": {"prefixItems": [{"type": "string"}], "items": {"type": "null"}},
        "e": {"items": False},
        "f": {"items": True},
        "g": {"not": {"items": {"type": "integer"}}},
        "h": {"contains": {"properties": {"k": {"const": 1}}, "required": ["k"]}},
        "l": {"anyOf": [{"required": ["z"]}, {"properties": {"k": {"const": 1}}}]},
    },
}
EMBEDDED = {
    "$id": "inner.json",
    "items": {"$ref": "#/$defs/s"},
    "$defs": {"s": {"type": "string"}},
}
TREE = {
    "$dynamicAnchor": "node",
    "properties": {"children": {"items": {"$dynamicRef": "#node"}}, "n": {"type": "integer"}},
}
VALUE = {
    "a": [1, "x", 2], "b": ["s", 1], "c": [1, "y"], "items": [1, "z"], "d": ["x", None, 3],
    "e": [1], "f": [1], "g": [1, 2], "h": [{"k": 2}, {}], "l": {"k": 2},
    "children": [{"n": 1}, {"n": "x", "children": [{"n": None}]}],
}  # fmt: skip


def with_embedded(id: str) -> Mapping[str, Any]:
    properties = {**PARTS["properties"], "b": EMBEDDED}
    return {"$id": id, **PARTS, "properties": properties}


@pytest.mark.parametrize(
    ("schema", "number"),
    [
        (PARTS, 8),
        ({"$id": "urn:uuid:1", **PARTS}, 8),
        (with_embedded("https://acme.example/a/schema.json"), 9),
        (with_embedded("https://acme.example/a/schema.json#"), 9),
        (with_embedded("schema.json"), 9),
        (TREE, 2),
        (True, 0),
        (False, 1),
    ],
)
def test_parts_of_any_schema_can_be_skipped(schema: Any, number: int) -> None:
    found = errors(validator_with_errors(schema), VALUE)
    assert len(found) == number
    assert found == errors(of_library(schema), VALUE)


def test_one_error_is_found_without_looking_at_the_valid_parts() -> None:
    def steps(users: int) -> int:
        valid = [{**VALID["users"][0], "email": f"u{number}@a.example"} for number in range(users)]
        value = {**VALID, "users": [*valid, {**VALID["users"][0], "roles": ["agnet"]}]}
        with counted_lines() as lines:
            assert len(errors(WITH_ERRORS, value)) == 1
        return lines[0]

    steps(1)
    assert steps(1001) - steps(1) < 20 * 1000  # the library takes 2,000 for each
