"""Suggest values that a schema accepts instead of an invalid one, in YAML notation."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from validator.document.scalars import parse_plain, print_number
from validator.findings.finding import Finding
from validator.findings.wording import closest_name, listing
from validator.schema import readings
from validator.schema.vocabulary import meant_value, meant_values

_MAX_LENGTH = 80
_MAX_ITEMS = 20
_MAX_READINGS = 3
_NAMING_KEYS = ("id", "email", "subscription", "name")
_PLAIN = re.compile(r"[^\W_](?:[\w .@+/-]*[\w.@+/-])?")
_SEPARATOR = re.compile(r"[\s,;/+&|]+(?:(?:and|en)\s+)?")
_EVERYTHING = frozenset({"all", "any", "every", "everything", "alle", "alles", "*"})
_OFF = frozenset({"off", "never"})
_LIST_SEPARATOR = re.compile(r"\s*[,;/+&|]\s*|\s+(?:and|en)\s+")

Accepts = Callable[[Mapping[str, Any], object], bool]
"""Returns whether a schema accepts a value."""


def accepted_values(
    value: object, text: str | None, schema: Mapping[str, Any], key: str, accepts: Accepts
) -> list[object]:
    """Return the values that `value` can mean and `schema` accepts, the likeliest first.

    `text` is the source text of a scalar, or of the only item of a list; None if it is unknown.
    `key` is the nearest key around the value.
    """
    found: list[object] = []
    for candidate in _candidates(value, text, schema, key, accepts):
        if not _is_in(candidate, found) and accepts(schema, candidate):
            found.append(candidate)
            if len(found) == _MAX_READINGS:
                break
    return found


def written(value: object) -> str | None:
    """Return a value in YAML notation on one line; None if it is too long."""
    text = _flow(value)
    return text if text is not None and len(text) <= _MAX_LENGTH else None


def write(values: list[object]) -> str:
    """Return "write `x`" or "write `x` or `y`"; empty if no value is short enough."""
    texts = [text for text in map(written, values) if text is not None]
    return f"write {listing([f'`{text}`' for text in texts], 'or')}" if texts else ""


def _flow(value: object) -> str | None:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            if len(value) > _MAX_LENGTH:
                return None
            is_plain = _PLAIN.fullmatch(value) and parse_plain(value) == (value, None)
            return value if is_plain else json.dumps(value, ensure_ascii=False)
        case list():
            items = [_flow(item) for item in islice(value, _MAX_ITEMS + 1)]
            if len(items) > _MAX_ITEMS or None in items:
                return None
            return f"[{', '.join(map(str, items))}]"
        case dict():
            pairs = [(_flow(key), _flow(item)) for key, item in islice(value.items(), _MAX_ITEMS)]
            if len(value) > _MAX_ITEMS or any(None in pair for pair in pairs):
                return None
            return f"{{{', '.join(f'{key}: {item}' for key, item in pairs)}}}"
        case int() | float():
            return print_number(value)
    return str(value)


def _is_in(value: object, values: list[object]) -> bool:
    """Return whether a value is in a list; unlike `in`, true is not equal to 1."""
    return any(type(value) is type(other) and value == other for other in values)


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    types = schema.get("type", ())
    return (types,) if isinstance(types, str) else tuple(types)


def _candidates(
    value: object, text: str | None, schema: Mapping[str, Any], key: str, accepts: Accepts
) -> Iterator[object]:
    types = _types(schema)
    if isinstance(value, list) and "array" not in types:
        yield from _from_list(value, text, schema, key, accepts)
    elif isinstance(value, list):
        yield from _lists_from(value, schema, key, accepts)
    elif isinstance(value, dict):
        if "array" in types:
            yield [value] if value or schema.get("minItems") else []
        if "string" in types:
            yield from (value[name] for name in _NAMING_KEYS if name in value)
    elif value is None:
        if ("default" in schema and isinstance(schema["default"], list)) or (
            "array" in types and not schema.get("minItems")
        ):
            yield []
    else:
        words = text if text is not None else _text_of(value)
        yield from _from_scalar(words, value, schema, key, accepts)
        if "array" in types:
            yield from _lists_of(words, schema, key, accepts)


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else str(_flow(value))


def _from_scalar(
    text: str, value: object, schema: Mapping[str, Any], key: str, accepts: Accepts
) -> Iterator[object]:
    types = _types(schema)
    if "const" in schema:
        yield schema["const"]
    if "enum" in schema:
        yield from _options(text, schema["enum"])
    if "boolean" in types:
        yield from readings.booleans(text)
    if {"integer", "number"} & set(types):
        yield from readings.numbers(text, key)
    if schema.get("x-form") == "in kebab-case":
        yield readings.kebab_case(text)
    if "object" in types and readings.is_no_value(text):
        yield {}
    if "string" in types:
        yield from _strings(text, value, is_free=accepts(schema, "x"))


def _options(text: str, options: list[object]) -> Iterator[object]:
    words = [option for option in options if isinstance(option, str)]
    same = [option for option in words if option.lower() == readings.cleaned(text).lower()]
    if same:
        yield from same
        return
    if readings.is_no_value(text) or readings.booleans(text) == [False]:
        yield from (option for option in words if option in _OFF)
        return
    meant = meant_values(text, words)
    if meant or several_options(text, words):
        yield from meant
        return
    # Two letters that are not a country code are similar to many codes.
    close = closest_name(text, words) if len(text) > 2 else None  # noqa: PLR2004
    if close is not None:
        yield close


def several_options(text: str, options: Iterable[object]) -> list[str]:
    """Return the options in a text such as "agent supervisor"; empty if it has fewer than two.

    Options that are not strings are left out.
    """
    known = [option for option in options if isinstance(option, str)]
    words = [word for word in _SEPARATOR.split(readings.cleaned(text)) if word]
    meant = [meant_value(word, known) for word in words]
    return [] if len(meant) < 2 or None in meant else [word for word in meant if word]  # noqa: PLR2004


def _strings(text: str, value: object, *, is_free: bool) -> Iterator[object]:
    """Yield strings that a text can mean. `is_free` is true if the schema accepts any word."""
    if not isinstance(value, str):
        yield text
    if is_free:
        yield readings.cleaned(text)
        return
    days = readings.days(text)
    yield from days
    if not days and (last_day := readings.last_day_of_month(text)) is not None:
        yield last_day
    yield from readings.months(text)
    yield readings.cleaned(text)
    yield from readings.addresses(text)


def _from_list(
    items: list[object], text: str | None, schema: Mapping[str, Any], key: str, accepts: Accepts
) -> Iterator[object]:
    """Yield what a list can mean as a single value: its only item, or its mappings merged."""
    if len(items) == 1:
        yield items[0]
        if isinstance(items[0], str) or text is not None:
            yield from _candidates(items[0], text, schema, key, accepts)
        return
    mappings = [item for item in items if isinstance(item, dict)]
    if mappings and len(mappings) == len(items):
        merged = {key: value for mapping in mappings for key, value in mapping.items()}
        if len(merged) == sum(map(len, mappings)):
            yield merged


def _lists_from(
    items: list[object], schema: Mapping[str, Any], key: str, accepts: Accepts
) -> Iterator[object]:
    """Yield a list without repeated items, with each item converted to one that is accepted.

    Numbers are not converted to text, because their source text is unknown: 0042 is 42.
    """
    item_schema = schema.get("items")
    if len(items) > _MAX_ITEMS or not isinstance(item_schema, Mapping):
        return
    once: list[object] = []
    for item in items:
        meant = [item]
        if not isinstance(item, dict) and not accepts(item_schema, item):
            is_number = isinstance(item, int | float) and not isinstance(item, bool)
            meant = accepted_values(item, None, item_schema, key, accepts)[:1]
            if not meant or (is_number and isinstance(meant[0], str)):
                return
        once += [value for value in meant if not _is_in(value, once)]
    yield once


def _lists_of(
    text: str, schema: Mapping[str, Any], key: str, accepts: Accepts
) -> Iterator[list[object]]:
    """Yield lists of the values in a text that the schema of the items accepts."""
    item_schema = schema.get("items")
    if not isinstance(item_schema, Mapping) or len(text) > _MAX_LENGTH:
        return
    words_of_text = readings.cleaned(text).strip("[](){}")
    is_none = readings.is_no_value(text) or bool(readings.booleans(text))
    if is_none or words_of_text.lower() in _EVERYTHING:
        return
    parts = _LIST_SEPARATOR.split(words_of_text)
    for words in (parts, several_options(text, item_schema.get("enum", ())), [text]):
        found: list[object] = []
        for word in words:
            if accepts(item_schema, word):
                found.append(word)
            else:
                found += accepted_values(word, None, item_schema, key, accepts)[:1]
        if found and len(found) == len(words):
            if schema.get("uniqueItems"):
                found = [item for at, item in enumerate(found) if not _is_in(item, found[:at])]
            yield found
            return


def without_key(finding: Finding) -> str:
    """Return the part of a help about the value: "write `true`" from "write `key: true`"."""
    if not finding.on_key:
        return finding.help
    verb, separator, value = finding.help.partition(": ")
    return f"write `{value}" if separator and verb.startswith("write `") else ""
