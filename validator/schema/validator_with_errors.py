"""A validator of the library jsonschema, whose errors say what is wrong with a value.

It accepts the same values as jsonschema-rs, which is much faster but says less.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from referencing import Registry

from validator.schema.formats import FORMATS

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
    keywords = {"additionalProperties": _additional_properties, "uniqueItems": _unique_items}
    validator = extend(Draft202012Validator, keywords, type_checker=finite)
    return validator(schema, format_checker=checker, registry=Registry())


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
    if is_unique and validator.is_type(value, "array") and len(set(map(_key, value))) < len(value):
        yield ValidationError("items are equal")


def _key(value: object) -> Hashable:
    """Return a key that equal JSON values share. 1 equals 1.0, but not true."""
    if isinstance(value, list):
        return ("array", *map(_key, value))
    if isinstance(value, dict):
        return "object", frozenset((key, _key(item)) for key, item in value.items())
    return ("boolean", value) if isinstance(value, bool) else value
