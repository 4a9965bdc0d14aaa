"""Convert a JSON Schema to Markdown tables: a table for each mapping, a row for each key."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.docs.generated_page import table
from validator.findings.wording import listing

Schema = Mapping[str, Any]
MOST_VALUES = 20
"""Longer enumerations are represented by an example."""
MOST_WORDS = 6
"""Definitions that are longer enumerations have a separate section."""


def tables(schema: Schema, root: str, *, marks: str = "required") -> str:
    """Return a section for the root and for each definition that is a mapping or a long list.

    `marks` is `required` or `optional`, and decides which keys are marked.
    """
    definitions: Mapping[str, Schema] = schema.get("$defs", {})
    sections = []
    for name, item in ((root, schema), *definitions.items()):
        head = f"\n### {name}\n\n{_description(item, definitions)}"
        mapping = _mapping(item)
        if mapping is not None:
            rows = list(_rows(mapping, definitions, marks))
            sections.append(head + table("key|value|meaning", rows))
        elif name in _long_lists(definitions):
            words = listing((f"`{word}`" for word in item["enum"]), "or")
            sections.append(f"{head}It is {words}.\n")
    return "".join(sections)


def _mapping(schema: Schema) -> Schema | None:
    """Return the schema that has the properties of a mapping: the schema or an alternative in it."""
    alternatives = (schema, *schema.get("oneOf", ()))
    return next((item for item in alternatives if "properties" in item), None)


def _long_lists(definitions: Mapping[str, Schema]) -> list[str]:
    """Return the names of the enumerations that have a separate section."""
    return [name for name, item in definitions.items() if len(item.get("enum", ())) > MOST_WORDS]


def _rows(
    schema: Schema, definitions: Mapping[str, Schema], marks: str, prefix: str = ""
) -> Iterator[list[str]]:
    for key, written in schema["properties"].items():
        item = _resolved(written, definitions)
        is_required = key in schema.get("required", ())
        name = f"{prefix}{key}"
        words = _meaning(key, written if "title" in written else item)
        if is_required is (marks == "required"):
            words = f"**{marks.capitalize()}.** {words}".rstrip()
        yield [f"`{name}`", _value(written, definitions), words]
        inner = item.get("items", item)
        if "properties" in inner and "$ref" not in written and "$ref" not in inner:
            suffix = "[]." if "items" in item else "."
            yield from _rows(inner, definitions, marks, f"{name}{suffix}")


def _resolved(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    return {**definitions[reference.rpartition("/")[2]], **schema}


def _value(written: Schema, definitions: Mapping[str, Schema]) -> str:
    """Return a value's description: a type, an enumeration's words, or a link to a section."""
    schema = _resolved(written, definitions)
    target = str(written.get("$ref", "")).rpartition("/")[2]
    if target in _long_lists(definitions):
        return f"[{target}](#{target})"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        if len(schema["enum"]) > MOST_VALUES:
            return f"such as `{schema['examples'][0]}`"
        return listing((f"`{word}`" for word in schema["enum"]), "or")
    if target and _mapping(definitions[target]) is not None:
        return f"[{target}](#{target})"
    if "items" in schema:
        inner = _value(schema["items"], definitions)
        return f"list of {inner}{'s' if inner in ('string', 'mapping') else ''}"
    if "format" in schema:
        return {"date": "day", "email": "e-mail address"}[schema["format"]]
    if "x-type" in schema:
        return str(schema["x-type"])
    if isinstance(schema.get("additionalProperties"), Mapping):
        return f"mapping to {_value(schema['additionalProperties'], definitions)}"
    types = schema.get("type", "anything")
    plain = {"array": "list", "object": "mapping", "integer": "whole number"}
    names = [plain.get(name, name) for name in ([types] if isinstance(types, str) else types)]
    return f"{listing(names, 'or')}{_bounds(schema)}"


def _bounds(schema: Schema) -> str:
    return f", at least {schema['minimum']}" if "minimum" in schema else ""


def _meaning(key: str, schema: Schema) -> str:
    """Return a key's meaning: its description, after its title if that says more than the key."""
    title, description = schema.get("title", ""), schema.get("description", "")
    says_more = title.lower() not in (key.replace("_", " "), key.replace("-", " "))
    words = ". ".join(
        part.rstrip(".") for part in (title if says_more else "", description) if part
    )
    words += "." if words else ""
    default = schema.get("default")
    if default not in (None, []):
        shown = str(default).lower() if isinstance(default, bool) else default
        words += f" By default `{shown}`."
    return words.strip()


def _description(schema: Schema, definitions: Mapping[str, Schema]) -> str:
    words = schema.get("description", "")
    types = schema.get("type")
    if isinstance(types, list) and "items" in schema:
        inner = _value(schema["items"], definitions)
        words += f" The items of a list are {inner}."
    return f"{words.strip()}\n\n" if words else ""
