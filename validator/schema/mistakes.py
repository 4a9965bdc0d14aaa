"""Help for empty values, missing keys, and values of the wrong type or form."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from validator.findings.finding import Finding
from validator.findings.wording import listing, shortened
from validator.schema.fixes import Replacement, only_value, with_missing_keys
from validator.schema.formats import FORMATS
from validator.schema.location import Location, noun_of, resolved, resolved_property
from validator.schema.readings import is_no_value
from validator.schema.suggestions import write, written
from validator.schema.unknown_keys import missing_key_names, similar_key_names

_MAX_SHOWN_OPTIONS = 4
_MAX_LISTED_OPTIONS = 12
_FIRST_KEYS = "version: 1, tenant: and subscriptions:; `tenantlint init` writes a first file"
_SPACE_MISSING = re.compile(r"([\w-]+):(\S.*)", re.DOTALL)


def describe(value: object) -> str:
    """Return the type of a value for a message, with the value if it is a scalar."""
    match value:
        case None:
            return "null"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return f'the string "{shortened(value)}"'
        case bool():
            return "true" if value else "false"
    return f"the number {shortened(str(value))}"


def empty_value(location: Location, text: str | None = None) -> tuple[str, str]:
    """Return the message and the help for a value that is null or empty.

    `text` is the source text at that place, such as the `---` of an empty document.
    """
    if not location.path:
        help = f"begin it with {_FIRST_KEYS}"
        return "the document is empty", f"{help}, or remove its ---" if text == "---" else help
    key = shortened(location.key)
    message = f"{location.subject} is empty"
    if "const" in location.schema:
        return message, write([location.schema["const"]])
    if text is not None and text[:1] in ("&", "!") and (value := written(text)) is not None:
        what = "an anchor" if text[0] == "&" else "a tag"
        return f"{message}: text that begins with {text[0]} is {what}", f"write `{value}`"
    if isinstance(location.path[-1], int):
        return message, "write the entry after the dash, or remove the dash"
    what = _what_to_write(location, is_empty=True)
    if location.schema.get("type") == "array" and not location.schema.get("minItems"):
        what = "write `[]` if there are none"
    return message, f"{what}, or remove `{key}`" if location.is_optional else what


def _what_to_write(location: Location, *, is_empty: bool = False) -> str:
    """Return the help that says which value to write, with an example if the schema has one.

    If `is_empty` is true, the help lists the options of the schema, because the message does not.
    """
    schema = location.schema
    options = schema.get("enum", ())
    if options:
        if len(options) > _MAX_LISTED_OPTIONS:
            return "write one of them"
        is_listed = is_empty or len(options) <= _MAX_SHOWN_OPTIONS + 1
        return f"write {listing(options, 'or')}" if is_listed else "write one of them"
    types = schema.get("type", ())
    example = next(iter(schema.get("examples", ())), None)
    if types == "object" and example is None:
        return f"write {listing(schema.get('required') or ['its keys'])} below it, indented"
    if isinstance(types, list):
        described = str(schema.get("description", "")).rstrip(".")
        return f"write {described[:1].lower()}{described[1:] or _name(location)}"
    if types == "array":
        item = resolved(location.root, schema.get("items", {}))
        return f"write a list{_of_entries(item, _example_of_entry(item))}"
    described = str(schema.get("description", "")).partition(";")[0].rstrip(".")
    if types == "string" and example is None and described:
        return f"write {described[:1].lower()}{described[1:]}"
    name = "a mapping" if types == "object" else _name(location)
    return f"write {name}" if example is None else f"write {name} such as {written(example)}"


def _name(location: Location) -> str:
    """Return the kind of a scalar, with an article."""
    schema = location.schema
    if "x-type" in schema:
        return str(schema["x-type"]).partition(" (")[0]
    match schema.get("format"):
        case "date":
            return "a day"
        case "email":
            return "an e-mail address"
    if schema.get("type") in ("integer", "number"):
        return "a number"
    if schema.get("type") == "boolean":
        return "true or false"
    return noun_of(schema, "the value")


def _example_of_entry(item: Any) -> object:
    """Return an example of an entry that can be written as a string; None if there is none."""
    schema = item if isinstance(item, Mapping) else {}
    if "string" not in schema.get("type", ()) or not schema.get("required"):
        return None
    naming = schema.get("properties", {}).get(schema["required"][0], {})
    return next(iter(naming.get("examples", ())), None)


def _of_entries(item: Any, example: object) -> str:
    """Return the description of the entries of a list, as the end of a sentence."""
    schema = item if isinstance(item, Mapping) else {}
    if example is not None:
        return f" such as [{written(example)}]"
    if options := schema.get("enum"):
        return f" of {listing(options, 'or')}, such as [{options[0]}]"
    required = schema.get("required")
    return f" whose entries begin with - {required[0]}:" if required else ""


def missing_keys(
    missing: Sequence[str],
    mapping: Mapping[str, object],
    location: Location,
    replacement: Callable[[str, str], Replacement | None],
    finding: Finding,
) -> Finding:
    """Return a finding about missing keys with a help: add the keys, or rename other keys.

    `replacement` returns the replacement by a key for a key of the mapping.
    """
    properties = location.schema.get("properties", {})
    similar = similar_key_names(missing, mapping, list(properties))
    renamed = {**dict(similar), **dict(missing_key_names(missing, mapping, list(properties)))}
    replacements = {
        key: fitting
        for key, other in renamed.items()
        if not other.startswith(f"{key}:")
        if (fitting := replacement(key, other)) is not None
    }
    parts = [
        f"replace `{other}` with `{key}: {other.partition(':')[2]}`"
        if other.startswith(f"{key}:")
        else f"replace `{other}` with `{replacements[key].text if key in replacements else key}`"
        for key, other in renamed.items()
    ]
    misplaced = {
        key: inside
        for key in missing
        if key not in renamed and (inside := _mapping_with(key, mapping, location))
    }
    parts += [f"move {key} out of {inside}" for key, inside in misplaced.items()]
    schemas = {
        key: resolved_property(location, properties.get(key, {}))
        for key in missing
        if key not in renamed and key not in misplaced
    }
    added = [_addition(key, schema) for key, schema in schemas.items()]
    help = "; ".join([*parts, *([f"add {listing(added)}"] if added else [])])
    # An unknown key may be a misspelled form of the missing one.
    is_known = all(key in properties or key.startswith("x-") for key in mapping)
    only = {
        key: value
        for key, schema in schemas.items()
        for value in (only_value(schema) if is_known else ())
    }
    finding = finding._replace(help=help)
    return with_missing_keys(finding, missing, renamed, replacements, only)


def _mapping_with(key: str, mapping: Mapping[str, object], location: Location) -> str | None:
    """Return the key of a mapping inside this one that has a key which belongs to this one."""
    for name, schema in location.schema.get("properties", {}).items():
        inner = mapping.get(name)
        if isinstance(inner, dict) and key in inner:
            known = resolved_property(location, schema).get("properties", {})
            return None if key in known else str(name)
    return None


def _addition(key: str, schema: Mapping[str, Any]) -> str:
    if "const" in schema:
        return f"`{key}: {schema['const']}`"
    options = schema.get("enum", ())
    if 0 < len(options) <= _MAX_SHOWN_OPTIONS:
        return f"{key} ({listing(options, 'or')})"
    example = next(iter(schema.get("examples", ())), None)
    if example is not None:
        return f"{key} (such as {written(example)})"
    if schema.get("type") == "array" and not schema.get("minItems"):
        return f"`{key}: []`"
    if schema.get("type") == "object" and schema.get("required"):
        return f"{key} with {listing(schema['required'])}"
    return key


def type_help(value: object, meant: Sequence[object], location: Location) -> str:
    """Return the help for a value of the wrong type."""
    if isinstance(value, dict) and list(meant[:1]) == [[value]]:
        first = next(iter(value), "")
        return f"make it a list: write a dash before its first key: - {shortened(str(first))}:"
    types = location.schema.get("type", ())
    if isinstance(value, dict) and value and "array" in types and _has_only_mappings(value):
        return _list_help(value, location)
    is_meant = bool(meant) and isinstance(meant[0], dict) and _has_keys_of(value, meant[0])
    is_nested = not meant and "object" in types and isinstance(value, list) and len(value) == 1
    if isinstance(value, list) and (is_meant or (is_nested and isinstance(value[0], dict))):
        where = "the dash" if len(value) == 1 else "the dash before each key"
        return f"make it one mapping: remove {where}, or write braces instead of the brackets"
    if text := write(list(meant)):
        return text
    schema = location.schema
    if isinstance(value, dict) and meant and isinstance(meant[0], list):
        return f"write a list with an entry for each, such as {written(meant[0][0])}"
    if isinstance(value, str) and location.is_optional and is_no_value(value):
        return f"remove `{location.key}`"
    if isinstance(value, str) and (match := _SPACE_MISSING.fullmatch(value)):
        keys = list(schema.get("properties", ()))
        item = resolved_property(location, schema.get("items", {}))
        if match[1] in keys or match[1] in item.get("properties", ()):
            return f"put a space after the colon: {match[1]}: {shortened(match[2])}"
    if isinstance(value, dict) and "array" in types:
        return _list_help(value, location)
    if not location.path:
        return f"begin it with {_FIRST_KEYS}"
    required = schema.get("required")
    is_scalar = isinstance(value, str | int | float)
    if types == "object" and required and is_scalar and isinstance(location.path[-1], int):
        first = resolved_property(location, schema.get("properties", {}).get(required[0], {}))
        is_valid = FORMATS.get(first.get("format", ""))
        if isinstance(value, str) and is_valid is not None and not is_valid(value):
            # The string is not a valid value for the first key.
            return f"write the entry as a mapping with {listing([f'{key}:' for key in required])}"
        others = [f"{key}:" for key in required[1:]]
        below = f", with {listing(others)} below" if others else ""
        return f"write the entry as a mapping: - {required[0]}: {written(value)}{below}"
    return _what_to_write(location)


def _has_only_mappings(value: Mapping[str, object]) -> bool:
    return all(isinstance(inner, dict) for inner in value.values())


def _has_keys_of(items: object, mapping: Mapping[str, object]) -> bool:
    """Return whether a mapping has exactly the keys of the items of a list."""
    keys = {key for item in items for key in item} if isinstance(items, list) else set()
    return keys == set(mapping)


def _list_help(value: Mapping[str, object], location: Location) -> str:
    """Return the help for a mapping where a list is expected."""
    item = resolved_property(location, location.schema.get("items", {}))
    first = shortened(str(next(iter(value), "")))
    if first.startswith("-"):
        return f"put a space after the dash: - {first[1:]}"
    required = item.get("required", ())
    if required and _has_only_mappings(value):
        return f"make it a list: write - {required[0]}: {first}, and its keys below it"
    return _what_to_write(location)


def value_help(location: Location, value: object = None, meant: Sequence[object] = ()) -> str:
    """Return the help for a value that is not an option or has the wrong form."""
    if len(meant) > 1 and all(map(_is_day, meant)):
        texts = [f"`{day}` ({_in_words(str(day))})" for day in meant]
        return f"write {listing(texts, 'or')}"
    if text := write(list(meant)):
        return text
    schema = location.schema
    if isinstance(value, str) and location.is_optional and is_no_value(value):
        return f"remove `{location.key}`"
    if isinstance(value, list) and len(value) > 1:
        return "write one value" + (
            f"; each of the others needs a separate entry of {location.list_name}"
            if location.list_name
            else ""
        )
    if isinstance(value, str) and schema.get("format") == "email":
        return _email_help(value)
    example = next(iter(schema.get("examples", ())), None)
    if "x-where" in schema and len(schema.get("enum", ())) > _MAX_LISTED_OPTIONS:
        return str(schema["x-where"])
    if "enum" in schema and example is not None:
        described = str(schema.get("description", "one of them")).rstrip(".")
        return f"write {described[:1].lower()}{described[1:]}, such as {written(example)}"
    if "enum" in schema or example is not None:
        return _what_to_write(location)
    return str(schema.get("description", ""))


def _email_help(value: str) -> str:
    if "@" not in value:
        return "add @ and the domain, such as maud@harbour.example"
    if value.count("@") > 1:
        return "write one address, such as maud@harbour.example"
    if any(char.isspace() for char in value.strip()):
        return "an address has no spaces: write one such as maud@harbour.example"
    return "write an address such as maud@harbour.example"


def _is_day(value: object) -> bool:
    return isinstance(value, str) and len(value) == len("2026-01-01")


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _in_words(day: str) -> str:
    parsed = date.fromisoformat(day)
    return f"{parsed.day} {_MONTHS[parsed.month - 1]} {parsed.year}"
