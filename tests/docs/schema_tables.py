"""JSON Schemas as tables in Markdown: a table for each mapping, a row for each key."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.docs.generated_page import table
from validator.findings.wording import listing

Schema = Mapping[str, Any]
MOST_VALUES = 20
"""Enumerations with more values are shown by an example."""


def tables(schema: Schema, root: str) -> str:
    """Return a section for the root and for each definition that is a mapping."""
    definitions: Mapping[str, Schema] = schema.get("$defs", {})
    sections = [(root, schema), *definitions.items()]
    return "".join(
        f"\n### {name}\n\n{_description(item, definitions)}"
        + table("key|value|meaning", list(_rows(item, definitions)))
        for name, item in sections
        if "properties" in item
    )


def _rows(
    schema: Schema, definitions: Mapping[str, Schema], prefix: str = ""
) -> Iterator[list[str]]:
    for key, written in schema["properties"].items():
        item = _resolved(written, definitions)
        required = key in schema.get("required", ())
        name = f"{prefix}{key}"
        yield [f"`{name}`", _value(written, definitions), _meaning(item, required=required)]
        inner = item.get("items", item)
        if "properties" in inner and "$ref" not in written and "$ref" not in inner:
            suffix = "[]." if "items" in item else "."
            yield from _rows(inner, definitions, f"{name}{suffix}")


def _resolved(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    return {**definitions[reference.rpartition("/")[2]], **schema}


def _value(written: Schema, definitions: Mapping[str, Schema]) -> str:
    """Return what the value can be: a type, the words of an enumeration, or a link to its table."""
    schema = _resolved(written, definitions)
    target = str(written.get("$ref", "")).rpartition("/")[2]
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        if len(schema["enum"]) > MOST_VALUES:
            return f"such as `{schema['examples'][0]}`"
        return listing((f"`{word}`" for word in schema["enum"]), "or")
    if "properties" in definitions.get(target, {}):
        return f"[{target}](#{target})"
    if "items" in schema:
        return f"list of {_value(schema['items'], definitions)}"
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


def _meaning(schema: Schema, *, required: bool) -> str:
    title, description = schema.get("title", ""), schema.get("description", "")
    words = f"{title}: {description}" if title and description else title or description
    if words and not words.endswith("."):
        words += "."
    if required:
        words = f"**Required.** {words}"
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
