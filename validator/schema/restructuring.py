"""Convert values with the wrong structure: entries by name, or services in a list."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from validator.schema.location import Location, resolved_property
from validator.schema.suggestions import Accepts
from validator.schema.vocabulary import meant_key, meant_value

_MAX_ENTRIES = 20
_NAMES_OF_A_NAME = ("service", "license", "licence", "name", "id", "type", "product")
_LINE_KEYS = ("quantity", "since", "until")


def restructured(value: object, location: Location, accepts: Accepts) -> Iterator[object]:
    """Yield a value converted to the structure of the schema, if the schema accepts the result."""
    schema = location.schema
    found: object = None
    if isinstance(value, dict) and schema.get("type") == "array":
        found = named_entries(value, schema.get("items", {}), location, accepts)
    elif isinstance(value, list) and schema.get("type") == "object":
        found = _keyed(value, list(schema.get("properties", ())))
    if found and accepts(schema, found):
        yield found


def named_entries(
    value: Mapping[str, object], items: Any, location: Location, accepts: Accepts
) -> list[object]:
    """Return the list entries that a mapping has by name; empty if it does not.

    `{Sub1: premium-agent}` becomes the entry `{subscription: Sub1, license: premium-agent}`.
    `items` is the schema of an entry.
    """
    item = resolved_property(location, items)
    if len(value) > _MAX_ENTRIES:
        return []
    options = item.get("enum")
    if options is not None:
        # Options in braces without values, as in `{agent, supervisor}`.
        meant = [meant_value(key, options) for key in value]
        return [] if None in meant or any(value.values()) else list(meant)
    properties = {
        key: resolved_property(location, schema)
        for key, schema in item.get("properties", {}).items()
    }
    naming, *_ = item.get("required", [None])
    if naming not in properties or any(key in properties for key in value):
        return []
    entries: list[object] = []
    for name, inner in value.items():
        if not accepts(properties[naming], name):
            return []
        found = list(_entries_of(name, inner, naming, properties))
        if not found:
            return []
        entries += found
    return entries


def _entries_of(
    name: str, inner: object, naming: str, properties: Mapping[str, Mapping[str, Any]]
) -> Iterator[object]:
    """Yield the entries for a name: one, or one for each item of a list."""
    if isinstance(inner, dict):
        yield {naming: name, **inner}
        return
    for key, schema in properties.items():
        of_items = schema.get("items", {})
        options = schema.get("enum") or of_items.get("enum") or ()
        words = inner if isinstance(inner, list) else [inner]
        meant = [meant_value(word, options) if isinstance(word, str) else None for word in words]
        if key != naming and meant and None not in meant:
            if of_items:
                yield {naming: name, key: meant}
            else:
                yield from ({naming: name, key: word} for word in meant)
            return


def option_as_key(
    key: str, mapping: Mapping[str, object], location: Location, accepts: Accepts
) -> dict[str, object]:
    """Return the two missing keys of a mapping that an unknown key and its value mean, or nothing.

    In a usage row, `premium-agent: 9` means `{service: premium-agent, quantity: 9}`. `location` is
    that of the mapping.
    """
    schema = location.schema
    missing = [name for name in schema.get("required", ()) if name not in mapping]
    properties = {name: resolved_property(location, schema["properties"][name]) for name in missing}
    for name, options in properties.items():
        option = meant_value(key, options["enum"]) if "enum" in options else None
        for other in missing if option is not None else ():
            if other != name and accepts(properties[other], mapping[key]):
                return {name: option, other: mapping[key]}
    return {}


def _keyed(items: Sequence[object], keys: Sequence[str]) -> dict[str, object]:
    """Return the mapping that a list of `{service: premium-agent, quantity: 10}` means."""
    found: dict[str, object] = {}
    for item in items[: _MAX_ENTRIES + 1]:
        if not isinstance(item, dict):
            return {}
        names = [key for key in item if str(key).lower() in _NAMES_OF_A_NAME]
        word = item[names[0]] if names else None
        name = meant_value(word, keys) if isinstance(word, str) else None
        line = {meant_key(key, _LINE_KEYS): item[key] for key in item if key not in names[:1]}
        if name is None or name in found or None in line or "quantity" not in line:
            return {}
        found[name] = line["quantity"] if len(line) == 1 else line
    return found
