"""Core schemas of pydantic-core that accept what a JSON Schema accepts.

They know the keywords that tenant.schema.json uses. A keyword that they do not know is an error,
because a core schema without it would accept what the JSON Schema rejects.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from pydantic_core import CoreSchema
from pydantic_core import core_schema as core

from validator.schema.formats import FORMATS, date_of

JsonSchema: TypeAlias = Mapping[str, Any]

EXTENSION = "x-"
"""How the keys begin that every mapping may have, with any value."""

_EXTENSIONS = {f"^{EXTENSION}": {"$ref": "#/$defs/extension"}}
_ANNOTATIONS = {
    "$schema", "$id", "$defs", "title", "description", "default", "examples",
    "x-form", "x-name", "x-type", "x-where",
}  # fmt: skip


def keywords(schema: JsonSchema, *known: str) -> JsonSchema:
    """Return the keywords of a schema that restrict the value. ValueError if one is not known."""
    found = {name: schema[name] for name in schema.keys() - _ANNOTATIONS}
    if not found.keys() <= set(known):
        raise ValueError(f"the keywords {sorted(found.keys() - set(known))} are not known")
    return found


def scalar(schema: JsonSchema) -> CoreSchema:
    """Return the core schema for a scalar; that for a date returns a date, for a number a Decimal.

    ValueError if the schema has a keyword that is not known here.
    """
    if "enum" in schema:
        # A literal of a number would accept the boolean that is equal to it.
        names = keywords(schema, "enum")["enum"]
        return core.literal_schema([name for name in names if isinstance(name, str)])
    if "const" in schema:
        number = keywords(schema, "const")["const"]
        return core.chain_schema([_WHOLE_NUMBER, core.int_schema(ge=number, le=number)])
    return _SCALARS[schema["type"]](schema)


def many(items: CoreSchema, schema: JsonSchema) -> CoreSchema:
    """Return the core schema for a list; it returns a tuple. Items that must differ are texts."""
    given = keywords(schema, "type", "items", "minItems", "uniqueItems")
    tuples = core.tuple_schema(
        [items], variadic_item_index=0, min_length=given.get("minItems"), fail_fast=True
    )
    if not given.get("uniqueItems"):
        return tuples
    return core.no_info_after_validator_function(_different, tuples)


def mapping_keys(schema: JsonSchema, *others: str) -> frozenset[str]:
    """Return the keys that a mapping may have apart from those that begin with `x-`.

    `others` are keywords of its schema that the caller applies.
    """
    own = ("type", "properties", "required", "patternProperties", "additionalProperties")
    given = keywords(schema, *own, *others)
    if given["patternProperties"] != _EXTENSIONS or given["additionalProperties"] is not False:
        raise ValueError("a mapping must allow keys that begin with x-, and no others")
    return frozenset(given["properties"])


def _string(schema: JsonSchema) -> CoreSchema:
    if schema.get("format") == "date":
        keywords(schema, "type", "format")
        return core.no_info_plain_validator_function(_date)
    given = keywords(schema, "type", "format", "not", "pattern", "minLength", "maxLength")
    text: CoreSchema = core.str_schema(
        pattern=given.get("pattern"),
        min_length=given.get("minLength"),
        max_length=given.get("maxLength"),
        regex_engine="python-re",  # that of jsonschema
        strict=True,
    )
    tests = [FORMATS[given["format"]]] if "format" in given else []
    if "not" in given:
        tests.append(keywords(given["not"], "const")["const"].__ne__)
    for test in tests:
        text = core.no_info_after_validator_function(_tested(test), text)
    return text


def _tested(test: Callable[[str], bool]) -> Callable[[str], str]:
    def tested(text: str) -> str:
        if not test(text):
            raise ValueError("the text is not accepted")
        return text

    return tested


def _date(value: object) -> date:
    found = date_of(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("the value is not a date")
    return found


def _integer(schema: JsonSchema) -> CoreSchema:
    given = keywords(schema, "type", "minimum")
    return core.chain_schema([_WHOLE_NUMBER, core.int_schema(ge=given.get("minimum"))])


def _number(schema: JsonSchema) -> CoreSchema:
    given = keywords(schema, "type", "minimum")
    least = Decimal(given["minimum"]) if "minimum" in given else None
    return core.chain_schema([_FINITE_NUMBER, core.decimal_schema(ge=least)])


def _boolean(schema: JsonSchema) -> CoreSchema:
    keywords(schema, "type")
    return core.bool_schema(strict=True)


def _whole(number: float) -> int:
    """Return the integer that equals a float such as 36.0, which is an integer in JSON Schema."""
    if not number.is_integer():
        raise ValueError("the number is not whole")
    return int(number)


def _different(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(items)) != len(items):
        raise ValueError("an item is repeated")
    return items


_INTEGER = core.int_schema(strict=True)
_FLOAT = core.float_schema(strict=True, allow_inf_nan=False)
_FINITE_NUMBER = core.union_schema([_INTEGER, _FLOAT], mode="left_to_right")
_WHOLE_NUMBER = core.union_schema(
    [_INTEGER, core.no_info_after_validator_function(_whole, _FLOAT)], mode="left_to_right"
)
_SCALARS: Mapping[str, Callable[[JsonSchema], CoreSchema]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
