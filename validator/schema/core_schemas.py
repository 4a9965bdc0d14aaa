"""Core schemas of pydantic-core that accept what a JSON Schema accepts.

They know the keywords that tenant.schema.json uses. A keyword that they do not know is an error,
because a core schema without it would accept what the JSON Schema rejects.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from pydantic_core import CoreSchema
from pydantic_core import core_schema as core

from validator.schema.formats import EMAIL, MAX_EMAIL_LENGTH, date_of

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
        return _whole_number(ge=number, le=number)
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
    if "format" in schema:
        return _FORMATS[keywords(schema, "type", "format")["format"]]
    given = keywords(schema, "type", "not", "pattern", "minLength", "maxLength")
    pattern = given.get("pattern")
    if "not" in given:
        if pattern is not None and not pattern.startswith("^"):
            raise ValueError("a pattern beside `not` must begin with ^")
        other = keywords(given["not"], "const")["const"]
        pattern = rf"\A(?!{re.escape(other)}\Z)(?:{pattern or ''})"
    return core.str_schema(
        pattern=pattern,
        min_length=given.get("minLength"),
        max_length=given.get("maxLength"),
        regex_engine="python-re",  # that of jsonschema
        strict=True,
    )


def _integer(schema: JsonSchema) -> CoreSchema:
    return _whole_number(ge=keywords(schema, "type", "minimum").get("minimum"))


def _whole_number(*, ge: int | None, le: int | None = None) -> CoreSchema:
    whole = core.no_info_after_validator_function(_whole, _FLOAT)
    return core.union_schema(
        [
            core.int_schema(ge=ge, le=le, strict=True),
            core.chain_schema([whole, core.int_schema(ge=ge, le=le)]),
        ],
        mode="left_to_right",
    )


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


@lru_cache(maxsize=1_000)
def _different(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(items)) != len(items):
        raise ValueError("an item is repeated")
    return items


_FLOAT = core.float_schema(strict=True, allow_inf_nan=False)
_FINITE_NUMBER = core.union_schema([core.int_schema(strict=True), _FLOAT], mode="left_to_right")
_FORMATS: Mapping[str, CoreSchema] = {
    "date": core.no_info_after_validator_function(date_of, core.str_schema(strict=True)),
    "email": core.str_schema(
        strict=True, max_length=MAX_EMAIL_LENGTH, pattern=EMAIL, regex_engine="python-re"
    ),
}
_SCALARS: Mapping[str, Callable[[JsonSchema], CoreSchema]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
