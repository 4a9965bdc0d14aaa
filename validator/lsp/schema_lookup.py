"""Find the part of the tenant schema that describes the value at a path."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from validator.system.bundled_files import tenant_schema

ITEM = "-"
"""An item of a list, in a path."""


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema with its references resolved; its own keys override the referenced ones."""
    merged = dict(schema)
    while "$ref" in merged:
        name = merged.pop("$ref").rpartition("/")[2]
        merged = {**tenant_schema()["$defs"][name], **merged}
    return merged


def schema_at(path: tuple[str, ...]) -> Mapping[str, Any] | None:
    """Return the schema of the value at a path; None if the tenant schema has no such value.

    Items of lists are `ITEM`, or numbers.
    """
    schema = resolved(tenant_schema())
    for part in path:
        properties = schema.get("properties", {})
        if part in properties:
            schema = resolved(properties[part])
        elif "items" in schema and (part == ITEM or part.isdecimal()):
            schema = resolved(schema["items"])
        else:
            patterns = schema.get("patternProperties", {})
            matching = [item for pattern, item in patterns.items() if re.search(pattern, part)]
            if not matching:
                return None
            schema = resolved(matching[0])
    return schema


def keys_at(path: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Yield the keys of the mapping at a path, their schemas, and whether each is required."""
    schema = schema_at(path) or {}
    required = schema.get("required", ())
    for key, item in schema.get("properties", {}).items():
        yield key, resolved(item), key in required


def description(schema: Mapping[str, Any]) -> str:
    """Return the title and the description of a schema."""
    title, text = schema.get("title", ""), schema.get("description", "")
    return f"{title}. {text}" if title and text else f"{title or text}"


def shape(schema: Mapping[str, Any]) -> str:
    """Return a short description of the values that a schema allows."""
    if "enum" in schema:
        values = schema["enum"]
        return " | ".join(values) if len(values) <= 12 else f"one of {len(values)} values"  # noqa: PLR2004
    if "const" in schema:
        return str(schema["const"])
    kinds = schema.get("type", "")
    names = [kinds] if isinstance(kinds, str) else kinds
    if schema.get("format"):
        names = [schema["format"]]
    return " | ".join({"object": "mapping", "array": "list"}.get(name, name) for name in names)
