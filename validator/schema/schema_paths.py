"""Whether a schema knows the keys in a path."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from validator.findings.json_pointer import pointer_parts
from validator.findings.wording import did_you_mean, listing
from validator.schema.location import has_or_have, noun_of, resolved


def unknown_key(root: Mapping[str, Any], path: str) -> str:
    """Return a line about the first key in a path that the schema forbids; empty if none.

    Examples: "the subscription has no key nme; did you mean name?".
    """
    schemas = list(_branches(root, root))
    for part in pointer_parts(path):
        mappings = [schema for schema in schemas if "properties" in schema]
        inner = [found for schema in schemas for found in _inner(schema, part)]
        if not inner:
            return _line(mappings, part)
        schemas = [branch for schema in inner for branch in _branches(root, schema)]
    return ""


def _branches(root: Mapping[str, Any], schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield a schema with its reference followed, and its alternatives."""
    schema = resolved(root, schema)
    if isinstance(schema, Mapping):
        yield schema
        for key in ("oneOf", "anyOf", "allOf"):
            for branch in schema.get(key, ()):
                yield from _branches(root, branch)


def _inner(schema: Mapping[str, Any], part: str) -> Iterator[Any]:
    """Yield the schemas of a key or list item of a value."""
    if "items" in schema and part.isdecimal():
        yield schema["items"]
    if part in schema.get("properties", ()):
        yield schema["properties"][part]
    patterns = schema.get("patternProperties", {})
    yield from (inner for pattern, inner in patterns.items() if re.search(pattern, part))
    if "additionalProperties" in schema and schema["additionalProperties"] is not False:
        yield schema["additionalProperties"]


def _line(mappings: list[Mapping[str, Any]], key: str) -> str:
    keys = [name for schema in mappings for name in schema["properties"]]
    noun = next((noun_of(schema) for schema in mappings if "title" in schema), "the value")
    hint = did_you_mean(key, keys) or (f"the keys are {listing(keys)}" if keys else "")
    return f"{noun} {has_or_have(noun)} no key {key}" + (hint and f"; {hint}")
