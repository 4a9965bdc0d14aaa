"""Findings for the errors of jsonschema, with messages for people who write YAML."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker, validators
from referencing import Registry

from validator.document.scalars import parse_core
from validator.findings.finding import Finding
from validator.findings.json_pointer import pointer
from validator.findings.wording import did_you_mean, listing, shortened
from validator.schema.formats import FORMATS
from validator.schema.placeholder import TODO

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_MAX_OPTIONS = 12
_OPTIONS_OF_LONG_LIST = 3
_TYPE_NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_FORMAT_NAMES = {"date": "a calendar day (YYYY-MM-DD)", "email": "an e-mail address"}
# The characters of a string that decide whether it is in quotes.
_QUOTING_PREFIX = 9
_MAX_JSON_LENGTH = 200


def explainer(schema: Any) -> Callable[[object], Iterator[tuple[str, Finding]]]:
    """Return a function that yields the keyword and the finding of each error in a value."""
    validator = _validator(schema)

    def explain(value: object) -> Iterator[tuple[str, Finding]]:
        for error in validator.iter_errors(value):
            for relevant in _relevant_errors(error):
                yield from _findings_of(relevant)

    return explain


def _validator(schema: Any) -> Any:
    """Return a validator that accepts what jsonschema-rs accepts."""
    checker = FormatChecker(formats=())
    for name, is_format in FORMATS.items():
        checker.checks(name)(
            lambda text, is_format=is_format: not isinstance(text, str) or is_format(text)
        )
    default = Draft202012Validator.TYPE_CHECKER
    finite = default.redefine(
        "number", lambda _, value: default.is_type(value, "number") and abs(value) < float("inf")
    )
    extend: Any = validators.extend
    validator = extend(Draft202012Validator, type_checker=finite)
    return validator(schema, format_checker=checker, registry=Registry())


def _relevant_errors(error: "ValidationError") -> Iterator["ValidationError"]:
    """Yield the errors of the one branch of `anyOf` or `oneOf` whose type the value has.

    Yields the error itself if there is no such branch, or more than one.
    """
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    matching = [
        branch
        for branch in branches.values()
        if not any(inner.validator == "type" and not inner.relative_path for inner in branch)
    ]
    if len(matching) == 1:
        for inner in matching[0]:
            yield from _relevant_errors(inner)
    else:
        yield error


def _findings_of(error: "ValidationError") -> Iterator[tuple[str, Finding]]:
    """Yield the keyword and the finding of an error; a finding for each unknown key."""
    path = pointer(*error.absolute_path)
    keyword = str(error.validator)
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    title = str(schema.get("title", "this mapping"))
    value: Any = error.instance
    expected: Any = error.validator_value
    help = str(schema.get("description", ""))
    if value == TODO and "x-where" in schema:
        message = f"{path.rpartition('/')[2]} is still to be filled in"
        yield keyword, Finding(path, message, str(schema["x-where"]))
        return
    match keyword:
        case "required":
            missing = [key for key in expected if key not in value]
            message = f"{title} lacks {listing(missing)}"
            yield keyword, Finding(path, message, f"add {listing(missing)}")
        case "additionalProperties":
            for key in _unknown_keys(schema, value):
                hint = did_you_mean(key, list(schema.get("properties", ())))
                yield (
                    "unknown-property",
                    Finding(
                        path + pointer(key),
                        f"{title} has no key {shortened(key)}",
                        hint or "remove it, or begin its name with x-",
                        on_key=True,
                    ),
                )
        case "unevaluatedProperties":
            yield "unknown-property", Finding(path, shortened(error.message))
        case "enum":
            options = [_format_value(option) for option in expected]
            is_long = len(options) > _MAX_OPTIONS
            shown = [*options[:_OPTIONS_OF_LONG_LIST], "…"] if is_long else options
            hint = did_you_mean(str(value), options)
            message = f"{_format_value(value)} is not one of {listing(shown, 'or')}"
            yield keyword, Finding(path, message, hint or help)
        case "const":
            message = f"{_format_value(value)} is not {_format_value(expected)}"
            yield keyword, Finding(path, message, f"write {_format_value(expected)}")
        case "type":
            names = [expected] if isinstance(expected, str) else expected
            types = listing((_TYPE_NAMES.get(name, name) for name in names), "or")
            message = f"{_describe(value)} stands where {title} expects {types}"
            yield keyword, Finding(path, message, help)
        case "format":
            message = f"{_format_value(value)} is not {_FORMAT_NAMES.get(expected, expected)}"
            yield keyword, Finding(path, message, help)
        case "minimum":
            message = f"{title} is {_format_value(value)}, the least is {expected}"
            yield keyword, Finding(path, message, help)
        case "minLength" | "minItems" if not value:
            yield keyword, Finding(path, f"{title} is empty", help)
        case "maxLength":
            yield keyword, Finding(path, f"{title} has more than {expected:,} characters", help)
        case "uniqueItems":
            message = f"{title} has {_repeated_item(value)} twice"
            yield keyword, Finding(path, message, "keep one of them")
        case "pattern":
            message = f"{_format_value(value)} is not of the form of {title}"
            yield keyword, Finding(path, message, help)
        case _:
            yield keyword, Finding(path, shortened(error.message), help)


def _unknown_keys(schema: Mapping[str, Any], value: Mapping[str, object]) -> Iterator[str]:
    """Yield the keys that `additionalProperties: false` forbids."""
    patterns = list(schema.get("patternProperties", ()))
    for key in value:
        if key not in schema.get("properties", ()) and not any(
            re.search(pattern, key) for pattern in patterns
        ):
            yield key


def _repeated_item(items: list[object]) -> str:
    """Return the most frequent item of a list, as a message shows it."""
    texts = [_format_value(item) for item in items]
    return max(texts, key=Counter(texts).__getitem__)


def _describe(value: object) -> str:
    """Return the type of a value as a message shows it, with the value if it is a scalar."""
    match value:
        case None:
            return "null"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return f'the string "{shortened(value)}"'
    return _format_value(value)


def _format_value(value: object) -> str:
    """Return a value as a message shows it: shortened to one line.

    A string is in quotes if it could be taken for another value.
    """
    if isinstance(value, str):
        text = shortened(value)
        prefix = text[:_QUOTING_PREFIX]
        return text if text and parse_core(prefix) == prefix else f'"{text}"'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return shortened(str(value))
    return shortened(json.dumps(value, ensure_ascii=False, default=str)[:_MAX_JSON_LENGTH])
