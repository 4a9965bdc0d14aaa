"""A validator of the library jsonschema, whose errors say what is wrong with a value.

It accepts the same values as jsonschema-rs, which is much faster but says less.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from referencing import Registry

from validator.findings.json_pointer import pointer
from validator.schema.equality import different
from validator.schema.formats import FORMATS

_ADDRESS = "json-schema:///schema"
"""The address of a schema without `$id`."""

_OTHER_FORMATS = (
    "date-time", "duration", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri",
    "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri",
    "uri-reference", "uri-template", "uuid",
)  # fmt: skip
"""The formats that jsonschema-rs tests itself. Schemas of plugins can use them."""


def validator_with_errors(schema: Any) -> Any:
    """Return a validator that accepts the same values as jsonschema-rs."""
    checker = FormatChecker(formats=())
    others = {
        name: jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True).is_valid
        for name in _OTHER_FORMATS
    }
    for name, is_format in {**others, **FORMATS}.items():
        checker.checks(name)(
            lambda text, is_format=is_format: not isinstance(text, str) or is_format(text)
        )
    default = Draft202012Validator.TYPE_CHECKER
    finite = default.redefine(
        "number", lambda _, value: default.is_type(value, "number") and abs(value) < float("inf")
    )
    extend: Any = validators.extend
    keywords = {
        "additionalProperties": _additional_properties,
        **_keywords_of(schema),
        "uniqueItems": _unique_items,
    }
    validator = extend(Draft202012Validator, keywords, type_checker=finite)
    return validator(schema, format_checker=checker, registry=Registry())


def _keywords_of(root: Any) -> dict[str, Callable[..., Iterator[ValidationError]]]:
    """Return the keywords `items` and `properties`, which skip the parts jsonschema-rs accepts.

    So one error in a document with thousands of users takes the time of one error.
    """
    library = Draft202012Validator.VALIDATORS
    is_accepted = _acceptance(root)

    def items(
        validator: Any, schema: Any, value: Any, parent: Mapping[str, Any]
    ) -> Iterator[ValidationError]:
        if not isinstance(schema, Mapping) or not validator.is_type(value, "array"):
            yield from library["items"](validator, schema, value, parent)
            return
        for index in range(len(parent.get("prefixItems", ())), len(value)):
            if not is_accepted(value[index], schema):
                yield from validator.descend(value[index], schema, path=index)

    def properties(
        validator: Any, schemas: Mapping[str, Any], value: Any, _: Mapping[str, Any]
    ) -> Iterator[ValidationError]:
        if not validator.is_type(value, "object"):
            return
        for key, schema in schemas.items():
            if key in value and not is_accepted(value[key], schema):
                yield from validator.descend(value[key], schema, path=key, schema_path=key)

    return {"items": items, "properties": properties}


def _acceptance(root: Any) -> Callable[[object, object], bool]:
    """Return a function that says whether jsonschema-rs accepts a value by a part of a schema.

    It answers no for a part that has no absolute address.
    """
    address = _ADDRESS if not isinstance(root, Mapping) else root.get("$id", _ADDRESS)
    address = address.removesuffix("#")
    # What a dynamic reference means depends on the schemas around it.
    is_static = ":" in address and "$dynamicRef" not in json.dumps(root)
    pointers = {id(part): at for part, at in _mappings(root, "")} if is_static else {}
    registry = jsonschema_rs.Registry([(address, root)], draft=jsonschema_rs.Draft202012)

    @cache
    def validator_at(at: str) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(
            {"$ref": f"{address}#{quote(at)}"},
            formats=dict(FORMATS), validate_formats=True, registry=registry, offline=True,
        )  # fmt: skip

    def is_accepted(value: object, schema: object) -> bool:
        at = pointers.get(id(schema))
        return at is not None and validator_at(at).is_valid(value)

    return is_accepted


def _mappings(value: object, at: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield each mapping in a schema with its JSON Pointer, except below another `$id`.

    A pointer ends there, because what follows is a schema of its own.
    """
    if isinstance(value, Mapping) and ("$id" not in value or not at):
        yield value, at
        for key, part in value.items():
            yield from _mappings(part, at + pointer(key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _mappings(part, at + pointer(index))


def _additional_properties(
    validator: Any, schema: object, value: Any, parent: Mapping[str, Any]
) -> Iterable[ValidationError]:
    """Return the errors of the keyword in the order of the keys; the library's order is random."""
    found = Draft202012Validator.VALIDATORS["additionalProperties"]
    errors = list(found(validator, schema, value, parent))
    order = {key: number for number, key in enumerate(value)} if errors else {}
    return sorted(errors, key=lambda error: order[error.path[0]] if error.path else 0)


def _unique_items(
    validator: Any, is_unique: object, value: Any, _: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Yield an error if items are equal; the library compares items of mixed types in pairs."""
    if is_unique and validator.is_type(value, "array") and len(different(value)) < len(value):
        yield ValidationError("items are equal")
