"""Findings about the keys of a mapping: missing keys, and keys that its schema does not have."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from validator.findings.finding import Finding
from validator.findings.json_pointer import pointer
from validator.findings.wording import listing, shortened
from validator.schema.fixes import with_removal, with_rename
from validator.schema.location import has_or_have
from validator.schema.mistakes import missing_keys
from validator.schema.plugin_keywords import unevaluated_keys
from validator.schema.rejected_value import RejectedValue
from validator.schema.restructuring import named_entries, option_as_key
from validator.schema.split_numbers import number_helps
from validator.schema.suggestions import written
from validator.schema.unknown_keys import intended_key, missing_key_names, unknown_key_help

_EXTENSION = "^x-"


def missing_key_findings(mapping: RejectedValue) -> Iterator[Finding]:
    """Yield the finding about the missing keys of a mapping.

    There is none if the help for an unknown key already names each of them.
    """
    value, noun = mapping.value, mapping.noun
    named = _missing_under_other_names(mapping)
    missing = [key for key in mapping.expected if key not in value and key not in named]
    if missing:
        verb = "lack" if has_or_have(noun) == "have" else "lacks"
        found = Finding(mapping.path, f"{noun} {verb} {listing(missing)}")
        yield missing_keys(missing, value, mapping.location, mapping.replacement, found)


def unknown_key_findings(mapping: RejectedValue) -> Iterator[Finding]:
    """Yield a finding for each key of a mapping that `additionalProperties: false` forbids."""
    value, location, context = mapping.value, mapping.location, mapping.context
    schema = location.schema
    properties = list(schema.get("properties", ()))
    numbers = number_helps(value, location, context.accepts)
    entry = _entry_help(mapping)
    for key in _unknown_keys(schema, value):
        known = entry or numbers.get(key)
        known = known or _two_keys(option_as_key(key, value, location, context.accepts))
        found = _without_such_a_key(mapping, key)._replace(help=known)
        if known:
            yield found
            continue
        help = unknown_key_help(
            key, value, properties, location.path, context.places, mapping.replacement,
            has_extensions=_EXTENSION in schema.get("patternProperties", ()),
        )  # fmt: skip
        found = found._replace(help=help.text)
        yield with_removal(found) if help.removes else with_rename(found, help.replacement)


def unevaluated_key_findings(mapping: RejectedValue) -> Iterator[Finding]:
    """Yield a finding for each key of a mapping that `unevaluatedProperties: false` forbids."""
    for key in unevaluated_keys(mapping.error):
        help = mapping.description or "remove it"
        yield _without_such_a_key(mapping, key)._replace(help=help)


def _without_such_a_key(mapping: RejectedValue, key: str) -> Finding:
    """Return the finding that a mapping has no key of this name, without a help."""
    message = f"{mapping.noun} {has_or_have(mapping.noun)} no key {shortened(key)}"
    return Finding(mapping.path + pointer(key), message, on_key=True)


def _two_keys(two: Mapping[str, object]) -> str:
    texts = [f"`{key}: {written(value)}`" for key, value in two.items()]
    return f"write {listing(texts)} instead" if texts else ""


def _unknown_keys(schema: Mapping[str, Any], value: Mapping[str, object]) -> Iterator[str]:
    """Yield the keys that `additionalProperties: false` forbids."""
    patterns = list(schema.get("patternProperties", ()))
    for key in value:
        if key not in schema.get("properties", ()) and not any(
            re.search(pattern, key) for pattern in patterns
        ):
            yield key


def _missing_under_other_names(mapping: RejectedValue) -> set[str]:
    """Return the missing keys that the help for an unknown key already names as its replacement."""
    schema, value = mapping.location.schema, mapping.value
    if schema.get("additionalProperties") is not False:
        return set()
    if _entry_help(mapping):
        return set(schema.get("required", ()))
    unknown = set(_unknown_keys(schema, value))
    missing = [key for key in schema.get("required", ()) if key not in value]
    renamed = missing_key_names(missing, value, list(schema.get("properties", ())))
    return {key for key, other in renamed if other in unknown and ":" not in other}


def _entry_help(mapping: RejectedValue) -> str:
    """Return the help for an entry whose key is a name: `{Sub1: premium-agent}`."""
    value, location = mapping.value, mapping.location
    if len(value) != 1 or not location.path or not isinstance(location.path[-1], int):
        return ""
    ((name, inner),) = value.items()
    schema = location.schema
    is_unknown = schema.get("additionalProperties") is False and name in _unknown_keys(
        schema, value
    )
    if not is_unknown or intended_key(name, list(schema.get("properties", ()))) is not None:
        return ""
    entries = named_entries(value, schema, location, mapping.context.accepts)
    if isinstance(inner, dict) and entries:
        naming = schema["required"][0]
        return f"write - {naming}: {shortened(name)}, and its keys below it"
    texts = [written(entry) for entry in entries]
    if not texts or None in texts:
        return ""
    return f"write the entry as {listing(texts)}"
