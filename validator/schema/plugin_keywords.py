"""Messages for keywords of JSON Schema that only the schemas of plugins use."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from validator.findings.wording import counted, few, listing, shortened
from validator.schema.location import Location, resolved_property
from validator.schema.mistakes import describe
from validator.schema.shown_value import TYPE_NAMES, shown_value

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

FORBIDDEN: Mapping[str, Any] = {"not": {}}
"""A schema that no value matches. It stands for `false`, whose errors have no path."""

_MOST = 12
_DESCRIBED: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "required": ("a mapping", lambda keys: f"with {listing(keys)}"),
    "pattern": ("a string", lambda pattern: f"that matches the pattern {shortened(pattern)}"),
    "minimum": ("a number", lambda least: f"of at least {least}"),
    "maximum": ("a number", lambda most: f"of at most {most}"),
    "format": ("a string", lambda name: f"of the format {name}"),
}
"""The keywords that `kind_of_value` describes, each with the type that it implies."""
_SUBSCHEMAS = frozenset({"contains", "else", "if", "not", "propertyNames", "then"})
_LISTS_OF_SUBSCHEMAS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED_SUBSCHEMAS = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})


def without_false(schema: Any) -> Any:
    """Return a schema with FORBIDDEN for each `false` that stands for a value or a key."""
    if schema is False:
        return FORBIDDEN
    if not isinstance(schema, Mapping):
        return schema
    found = dict(schema)
    for keyword, inner in schema.items():
        if keyword in _SUBSCHEMAS:
            found[keyword] = without_false(inner)
        elif keyword in _LISTS_OF_SUBSCHEMAS and isinstance(inner, list):
            found[keyword] = [without_false(item) for item in inner]
        elif keyword in _NAMED_SUBSCHEMAS and isinstance(inner, Mapping):
            found[keyword] = {name: without_false(item) for name, item in inner.items()}
        elif isinstance(inner, Mapping) and keyword not in ("const", "enum", "default"):
            found[keyword] = without_false(inner)
    return found


def keyword_message(error: "ValidationError", location: Location) -> tuple[str, str]:
    """Return the message and the help for an error of a keyword.

    Without a message of its own, that of the library is used.
    """
    subject, keyword = location.subject, str(error.validator)
    value: Any = error.instance
    limit: Any = error.validator_value
    number = len(value) if isinstance(value, str | list | dict) else 0
    match keyword:
        case "maxItems" | "minItems":
            return _size(subject, keyword, number, limit, "entry")
        case "maxLength" | "minLength":
            return _size(subject, keyword, number, limit, "character")
        case "maxProperties" | "minProperties":
            return _size(subject, keyword, number, limit, "key")
        case "items" if limit is False:
            most = len(location.schema.get("prefixItems", ()))
            return _size(subject, "maxItems", number, most, "entry")
        case "maximum":
            return _bound(subject, value, f"at most {limit}", f"{limit} or less")
        case "exclusiveMinimum":
            return _bound(subject, value, f"more than {limit}", f"more than {limit}")
        case "exclusiveMaximum":
            return _bound(subject, value, f"less than {limit}", f"less than {limit}")
        case "multipleOf":
            return _bound(subject, value, f"a multiple of {limit}", f"a multiple of {limit}")
        case "contains":
            kind = kind_of_value(limit, location)
            return f"{subject} has no entry that is {kind}", "add such an entry"
        case "minContains" | "maxContains":
            kind = kind_of_value(location.schema.get("contains", {}), location)
            count = f"{'least' if keyword == 'minContains' else 'most'} {counted(limit, 'entry')}"
            return f"{subject} must have at {count} of this kind: {kind}", ""
        case "dependentRequired":
            return _dependents(subject, value, limit)
        case "not" if limit == {} and not location.path:
            return "the schema allows no document", "correct the schema of the plugin"
        case "not" if limit == {}:
            return f"{subject} is not allowed here", "remove it"
        case "not" if list(limit) == ["required"]:
            keys = listing(limit["required"])
            together = " together" if len(limit["required"]) > 1 else ""
            return f"{subject} must not have {keys}{together}", f"remove {keys}"
        case "not":
            return f"{subject} must not be {kind_of_value(limit, location)}", "write another value"
        case "oneOf" if not error.context:
            kinds = [kind_of_value(item, location) for item in limit]
            text = f"{subject} fits more than one of these forms: {few(kinds, _MOST)}"
            return text, "write it so that it fits only one"
        case "anyOf" | "oneOf":
            kinds = list(dict.fromkeys(kind_of_value(item, location) for item in limit))
            given = "" if isinstance(value, dict | list) else f", not {describe(value)}"
            return f"{subject} must be {few(kinds, _MOST, 'or')}{given}", ""
    return f"{subject}: {shortened(error.message)}", ""


def name_message(error: "ValidationError", location: Location) -> str:
    """Return the message about a key that `propertyNames` does not allow."""
    key = shortened(str(error.instance))
    limit: Any = error.validator_value
    match error.validator:
        case "pattern":
            return f"the key {key} does not match the pattern {shortened(str(limit))}"
        case "enum":
            return f"the key {key} is not one of {few(map(shown_value, limit), _MOST, 'or')}"
    return f"the key {key} is not {kind_of_value(location.schema, location)}"


def unevaluated_keys(error: "ValidationError") -> Iterator[str]:
    """Yield the keys that an error of `unevaluatedProperties` is about: the library names them."""
    value: Any = error.instance
    for key in value:
        if repr(key) in error.message:
            yield key


def kind_of_value(schema: Any, location: Location) -> str:
    """Return what a schema accepts, as a noun with an article."""
    if not isinstance(schema, Mapping):
        return "any value"
    schema = resolved_property(location, schema)
    if "const" in schema:
        return shown_value(schema["const"])
    if "enum" in schema:
        return few(map(shown_value, schema["enum"]), _MOST, "or")
    rest = [key for key in schema if key not in ("$ref", "type", "title", "description")]
    type_name = schema.get("type")
    is_known = all(key in _DESCRIBED for key in rest)
    if not is_known or not (rest or type_name) or isinstance(type_name, list):
        return f"a value that matches {shown_value({key: schema[key] for key in schema})}"
    kind = TYPE_NAMES[type_name] if type_name else _DESCRIBED[rest[0]][0]
    return " ".join([kind, *(_DESCRIBED[key][1](schema[key]) for key in rest)])


def _size(subject: str, keyword: str, number: int, limit: int, noun: str) -> tuple[str, str]:
    bound = "at least" if keyword.startswith("min") else "at most"
    text = f"{subject} has {counted(number, noun)}, but must have {bound} {limit:,}"
    return text, f"write {bound} {counted(limit, noun)}"


def _bound(subject: str, value: object, must_be: str, write: str) -> tuple[str, str]:
    return f"{subject} is {shown_value(value)}, but must be {must_be}", f"write {write}"


def _dependents(
    subject: str, value: Mapping[str, object], needs: Mapping[str, Sequence[str]]
) -> tuple[str, str]:
    """Return the message about all keys that other keys of a mapping need."""
    missing = {
        key: [other for other in others if other not in value]
        for key, others in needs.items()
        if key in value
    }
    texts = [f"{key} needs {listing(others)}" for key, others in missing.items() if others]
    added = dict.fromkeys(other for others in missing.values() for other in others)
    return f"in {subject}, {'; '.join(texts)}", f"add {listing(added)}"
