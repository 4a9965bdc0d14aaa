"""Convert jsonschema errors to findings with messages for authors of YAML.

A help says what to write instead. If that is certain or likely, the help has a verb and the value
in backticks: "write `x`", "remove `key`", "add `key: value`", "rename `key` to `other`",
"did you mean `x`?". The schema accepts every value in backticks.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from validator.findings.finding import Finding
from validator.findings.json_pointer import pointer
from validator.findings.wording import listing, shortened
from validator.schema.fixes import Replacement, only_value, with_removal, with_rename, with_value
from validator.schema.listed_words import ListedWords
from validator.schema.location import Location, has_or_have, noun_of, resolved_property
from validator.schema.mistakes import describe, empty_value, missing_keys, type_help, value_help
from validator.schema.placeholder import is_placeholder
from validator.schema.plugin_keywords import (
    FORBIDDEN,
    keyword_message,
    name_message,
    unevaluated_keys,
    without_false,
)
from validator.schema.restructuring import named_entries, option_as_key, restructured
from validator.schema.shown_value import TYPE_NAMES, shown_value
from validator.schema.split_numbers import number_helps
from validator.schema.suggestions import accepted_values, write, written
from validator.schema.unknown_keys import (
    Place,
    find_places,
    intended_key,
    missing_key_names,
    unknown_key_help,
)
from validator.schema.validator_with_errors import validator_with_errors
from validator.schema.vocabulary import meant_values

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

TextAt = Callable[[str], str | None]
"""Returns the source text of the scalar at a path; None if there is none."""

_EXTENSION = "^x-"
_MAX_OPTIONS = 12
_MAX_OPTIONS_BESIDE_HELP = 5
_OPTIONS_OF_LONG_LIST = 3
_FORMAT_NAMES = {"date": "a calendar day (YYYY-MM-DD)", "email": "an e-mail address"}


class _Explainer(NamedTuple):
    """A validator, the mappings that its schema describes, and the source text of values.

    `shown` keeps each list of an `enum` with its values as messages show them, by its identity.
    """

    validator: Any
    places: list[Place]
    shown: dict[int, tuple[Sequence[object], list[str]]]
    text_at: TextAt

    def accepts(self, schema: Mapping[str, Any], value: object) -> bool:
        return bool(self.validator.evolve(schema=schema).is_valid(value))

    def shown_options(self, options: Sequence[object]) -> list[str]:
        if id(options) not in self.shown:
            self.shown[id(options)] = options, [shown_value(option) for option in options]
        return self.shown[id(options)][1]


def explainer(schema: Any) -> Callable[[object, TextAt], Iterator[tuple[str, Finding]]]:
    """Return a function that yields the keyword and finding for each error in a value."""
    schema = without_false(schema)
    validator = validator_with_errors(schema)
    places = find_places(schema) if isinstance(schema, Mapping) else []
    shown: dict[int, tuple[Sequence[object], list[str]]] = {}

    def explain(value: object, text_at: TextAt) -> Iterator[tuple[str, Finding]]:
        context = _Explainer(validator, places, shown, text_at)
        words = ListedWords(value, context.accepts)
        for error in validator.iter_errors(value):
            for relevant in _relevant_errors(error):
                location = _location_of(relevant, context)
                for keyword, finding in _findings_of(relevant, location, context):
                    yield keyword, words.without_repetition(finding, location)

    return explain


def _relevant_errors(error: "ValidationError") -> Iterator["ValidationError"]:
    """Yield the errors of the `anyOf` or `oneOf` branch that matches the type of the value.

    Yields the error itself if no branch matches, or if several do.
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


def _location_of(error: "ValidationError", context: _Explainer) -> Location:
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    path, schema_path = tuple(error.absolute_path), tuple(error.absolute_schema_path)
    return Location(path, schema_path, context.validator.schema, schema)


def _findings_of(
    error: "ValidationError", location: Location, context: _Explainer
) -> Iterator[tuple[str, Finding]]:
    """Yield the keyword and finding for an error; one finding for each unknown key."""
    path = pointer(*error.absolute_path)
    keyword = str(error.validator)
    schema = location.schema
    noun = noun_of(schema, location.subject)
    value: Any = error.instance
    expected: Any = error.validator_value
    help = str(schema.get("description", ""))
    if is_placeholder(value) and ("x-where" in schema or (location.key and keyword != "enum")):
        message = f"{location.key} must still be filled in"
        where = str(schema.get("x-where", "")) or help or f"write the {location.key}"
        yield keyword, Finding(path, message, where)
        return

    if list(error.absolute_schema_path)[-2:-1] == ["propertyNames"]:
        message = f"{noun} {shortened(str(value))} must have {schema.get('x-form', '')}"
        if "x-form" not in schema:
            message, help = name_message(error, location), help or "rename it"
        yield keyword, Finding(path + pointer(value), message, help, on_key=True)
        return

    def meant() -> list[object]:
        text = None
        if isinstance(value, bool | int | float):
            text = context.text_at(path)
            # The text may begin with an anchor, a tag or a merge key instead of the value.
            text = None if text is None or text[:1] in "&!<" else text
        other = list(restructured(value, location, context.accepts))
        return other or accepted_values(value, text, schema, location.key, context.accepts)

    def replacement(key: str, value: object) -> Replacement | None:
        """Return a key, with a new value if the schema does not accept the given one.

        None if there is no value that the schema accepts.
        """
        schema = resolved_property(location, location.schema.get("properties", {}).get(key, {}))
        if context.accepts(schema, value):
            return Replacement(key)
        meant = accepted_values(value, None, schema, key, context.accepts)
        return Replacement(key, (meant[0],)) if meant and written(meant[0]) is not None else None

    def fixed(finding: Finding, values: Sequence[object]) -> Finding:
        if values and all(written(item) is not None for item in values):
            return with_value(finding, value, context.text_at(path), values)
        return with_removal(finding) if finding.help == f"remove `{location.key}`" else finding

    match keyword:
        case "required":
            named = _missing_under_other_names(schema, value, location, context)
            missing = [key for key in expected if key not in value and key not in named]
            if not missing:
                return  # the findings about the other names are enough
            verb = "lack" if has_or_have(noun) == "have" else "lacks"
            message = f"{noun} {verb} {listing(missing)}"
            found = Finding(path, message)
            yield keyword, missing_keys(missing, value, location, replacement, found)
        case "additionalProperties":
            for finding in _unknown_key_findings(path, noun, value, location, context, replacement):
                yield "unknown-property", finding
        case "unevaluatedProperties":
            for key in unevaluated_keys(error):
                message = f"{noun} {has_or_have(noun)} no key {shortened(key)}"
                at = path + pointer(key)
                yield "unknown-property", Finding(at, message, help or "remove it", on_key=True)
        case _ if value is None:
            message, help = empty_value(location, context.text_at(path))
            only = only_value(schema) if help.startswith("write `") else ()
            yield keyword, fixed(Finding(path, message, help), only)
        case "enum":
            options = context.shown_options(expected)
            values = meant()
            is_guess = isinstance(value, str) and not meant_values(value, options)
            help = f"did you mean `{values[0]}`?" if values and is_guess else write(values)
            is_long = len(options) > (_MAX_OPTIONS_BESIDE_HELP if help else _MAX_OPTIONS)
            shown = [*options[:_OPTIONS_OF_LONG_LIST], "…"] if is_long else options
            given = describe(value) if isinstance(value, dict | list) else shown_value(value)
            form = schema.get("x-form", f"one of {listing(shown, 'or')}")
            message = f"{given} is not {form}"
            help = help or value_help(location, value)
            yield keyword, fixed(Finding(path, message, help), values)
        case "const":
            right = shown_value(expected)
            message = f"{location.subject} must be {right}, not {shown_value(value)}"
            yield keyword, fixed(Finding(path, message, write([expected])), [expected])
        case "type":
            names = [expected] if isinstance(expected, str) else expected
            types = listing((TYPE_NAMES.get(name, name) for name in names), "or")
            types = _FORMAT_NAMES.get(schema.get("format", ""), schema.get("x-type", types))
            message = f"{location.subject} must be {types}, not {describe(value)}"
            values = meant()
            found = Finding(path, message, type_help(value, values, location))
            yield keyword, fixed(found, values)
        case "format":
            form = _FORMAT_NAMES.get(expected, f"of the format {expected}")
            message = f"{shown_value(value)} is not {form}"
            values = meant()
            found = Finding(path, message, value_help(location, value, values))
            yield keyword, fixed(found, values)
        case "minimum":
            message = f"{location.subject} is {shown_value(value)}, but must be at least {expected}"
            yield keyword, Finding(path, message, f"write {expected} or more")
        case "minLength" | "minItems" if not value:
            message, help = empty_value(location)
            yield keyword, Finding(path, message, help)
        case "maxLength" if noun != location.subject:
            yield keyword, Finding(path, f"{noun} has more than {expected:,} characters", help)
        case "uniqueItems":
            message = f"{location.subject} lists {_repeated_item(value)} twice"
            values = meant()
            found = Finding(path, message, write(values) or "keep one of them")
            yield keyword, fixed(found, values)
        case "pattern":
            if value == "" and schema.get("minLength"):
                return  # `minLength` reports the empty value
            form = schema.get("x-type", schema.get("x-form"))
            message = f"{shown_value(value)} is not {form}"
            if form is None:
                pattern = shortened(str(expected))
                message = f"{noun} is {shown_value(value)}, but must match the pattern {pattern}"
            values = meant()
            found = Finding(path, message, value_help(location, value, values))
            yield keyword, fixed(found, values)
        case _:
            message, what = keyword_message(error, location)
            keyword = "false" if expected == FORBIDDEN["not"] and keyword == "not" else keyword
            yield keyword, Finding(path, message, help or what)


def _unknown_key_findings(
    path: str,
    noun: str,
    value: Mapping[str, object],
    location: Location,
    context: _Explainer,
    replacement: Callable[[str, object], Replacement | None],
) -> Iterator[Finding]:
    """Yield a finding for each key of a mapping that `additionalProperties: false` forbids."""
    schema = location.schema
    properties = list(schema.get("properties", ()))
    numbers = number_helps(value, location, context.accepts)
    entry = _entry_help(value, location, context)
    for key in _unknown_keys(schema, value):
        message = f"{noun} {has_or_have(noun)} no key {shortened(key)}"
        known = entry or numbers.get(key)
        known = known or _two_keys(option_as_key(key, value, location, context.accepts))
        found = Finding(path + pointer(key), message, known, on_key=True)
        if known:
            yield found
            continue
        help = unknown_key_help(
            key, value, properties, location.path, context.places, replacement,
            has_extensions=_EXTENSION in schema.get("patternProperties", ()),
        )  # fmt: skip
        found = found._replace(help=help.text)
        yield with_removal(found) if help.removes else with_rename(found, help.replacement)


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


def _missing_under_other_names(
    schema: Mapping[str, Any], value: Mapping[str, object], location: Location, context: _Explainer
) -> set[str]:
    """Return the missing keys that the help for an unknown key already names as its replacement."""
    if schema.get("additionalProperties") is not False:
        return set()
    if _entry_help(value, location, context):
        return set(schema.get("required", ()))
    unknown = set(_unknown_keys(schema, value))
    properties = list(schema.get("properties", ()))
    missing = [key for key in schema.get("required", ()) if key not in value]
    renamed = missing_key_names(missing, value, properties)
    return {key for key, other in renamed if other in unknown and ":" not in other}


def _entry_help(value: Mapping[str, object], location: Location, context: _Explainer) -> str:
    """Return the help for an entry whose key is a name: `{Sub1: premium-agent}`."""
    if len(value) != 1 or not location.path or not isinstance(location.path[-1], int):
        return ""
    ((name, inner),) = value.items()
    schema = location.schema
    is_unknown = schema.get("additionalProperties") is False and name in _unknown_keys(
        schema, value
    )
    if not is_unknown or intended_key(name, list(schema.get("properties", ()))) is not None:
        return ""
    entries = named_entries(value, schema, location, context.accepts)
    if isinstance(inner, dict) and entries:
        naming = schema["required"][0]
        return f"write - {naming}: {shortened(name)}, and its keys below it"
    texts = [written(entry) for entry in entries]
    if not texts or None in texts:
        return ""
    return f"write the entry as {listing(texts)}"


def _repeated_item(items: list[object]) -> str:
    """Return the most frequent item of a list, formatted for a message."""
    texts = [shown_value(item) for item in items]
    return max(texts, key=Counter(texts).__getitem__)
