"""Findings about rejected values, by the keyword of the schema that rejects them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from validator.findings.finding import Finding
from validator.findings.json_pointer import pointer
from validator.findings.wording import listing, shortened
from validator.schema.fixes import only_value
from validator.schema.key_findings import (
    missing_key_findings,
    unevaluated_key_findings,
    unknown_key_findings,
)
from validator.schema.mistakes import describe, empty_value, type_help, value_help
from validator.schema.placeholder import is_placeholder
from validator.schema.plugin_keywords import FORBIDDEN, keyword_message, name_message
from validator.schema.rejected_value import RejectedValue
from validator.schema.shown_value import TYPE_NAMES, shown_value
from validator.schema.suggestions import write
from validator.schema.vocabulary import meant_values

_MAX_OPTIONS = 12
_MAX_OPTIONS_BESIDE_HELP = 5
_OPTIONS_OF_LONG_LIST = 3
_FORMAT_NAMES = {"date": "a calendar day (YYYY-MM-DD)", "email": "an e-mail address"}


def keyword_findings(rejected: RejectedValue) -> Iterator[tuple[str, Finding]]:
    """Yield the keyword and finding for a rejected value; one finding for each unknown key."""
    value, keyword = rejected.value, rejected.keyword
    if _must_be_filled_in(rejected):
        yield keyword, _placeholder(rejected)
    elif list(rejected.error.absolute_schema_path)[-2:-1] == ["propertyNames"]:
        yield keyword, _wrong_name(rejected)
    elif keyword in _OF_KEYS:
        name, findings = _OF_KEYS[keyword]
        for found in findings(rejected):
            yield name, found
    elif value is None:
        message, help = empty_value(rejected.location, rejected.text)
        only = only_value(rejected.location.schema) if help.startswith("write `") else ()
        yield keyword, rejected.with_fix(Finding(rejected.path, message, help), only)
    elif keyword in ("minLength", "minItems") and not value:
        message, help = empty_value(rejected.location)
        yield keyword, Finding(rejected.path, message, help)
    elif keyword == "pattern" and value == "" and rejected.location.schema.get("minLength"):
        return  # `minLength` reports the empty value
    elif keyword in _OF_VALUES:
        yield keyword, _OF_VALUES[keyword](rejected)
    elif keyword == "maxLength" and rejected.noun != rejected.location.subject:
        message = f"{rejected.noun} has more than {rejected.expected:,} characters"
        yield keyword, Finding(rejected.path, message, rejected.description)
    else:
        message, what = keyword_message(rejected.error, rejected.location)
        is_false = keyword == "not" and rejected.expected == FORBIDDEN["not"]
        found = Finding(rejected.path, message, rejected.description or what)
        yield "false" if is_false else keyword, found


def _must_be_filled_in(rejected: RejectedValue) -> bool:
    location = rejected.location
    names_the_key = bool(location.key) and rejected.keyword != "enum"
    return is_placeholder(rejected.value) and ("x-where" in location.schema or names_the_key)


def _placeholder(rejected: RejectedValue) -> Finding:
    key = rejected.location.key
    where = str(rejected.location.schema.get("x-where", ""))
    help = where or rejected.description or f"write the {key}"
    return Finding(rejected.path, f"{key} must still be filled in", help)


def _wrong_name(rejected: RejectedValue) -> Finding:
    """Return the finding about a key that `propertyNames` rejects."""
    name, schema = rejected.value, rejected.location.schema
    message = f"{rejected.noun} {shortened(str(name))} must have {schema.get('x-form', '')}"
    help = rejected.description
    if "x-form" not in schema:
        message, help = name_message(rejected.error, rejected.location), help or "rename it"
    return Finding(rejected.path + pointer(name), message, help, on_key=True)


def _enum(rejected: RejectedValue) -> Finding:
    value, location = rejected.value, rejected.location
    options = rejected.context.shown_options(rejected.expected)
    values = rejected.meant()
    is_guess = isinstance(value, str) and not meant_values(value, options)
    help = f"did you mean `{values[0]}`?" if values and is_guess else write(values)
    is_long = len(options) > (_MAX_OPTIONS_BESIDE_HELP if help else _MAX_OPTIONS)
    shown = [*options[:_OPTIONS_OF_LONG_LIST], "…"] if is_long else options
    given = describe(value) if isinstance(value, dict | list) else shown_value(value)
    form = location.schema.get("x-form", f"one of {listing(shown, 'or')}")
    help = help or value_help(location, value)
    return rejected.with_fix(Finding(rejected.path, f"{given} is not {form}", help), values)


def _const(rejected: RejectedValue) -> Finding:
    right, given = shown_value(rejected.expected), shown_value(rejected.value)
    message = f"{rejected.location.subject} must be {right}, not {given}"
    found = Finding(rejected.path, message, write([rejected.expected]))
    return rejected.with_fix(found, [rejected.expected])


def _type(rejected: RejectedValue) -> Finding:
    expected, location = rejected.expected, rejected.location
    names = [expected] if isinstance(expected, str) else expected
    types = listing((TYPE_NAMES.get(name, name) for name in names), "or")
    form = location.schema.get("format", "")
    types = _FORMAT_NAMES.get(form, location.schema.get("x-type", types))
    message = f"{location.subject} must be {types}, not {describe(rejected.value)}"
    values = rejected.meant()
    found = Finding(rejected.path, message, type_help(rejected.value, values, location))
    return rejected.with_fix(found, values)


def _format(rejected: RejectedValue) -> Finding:
    form = _FORMAT_NAMES.get(rejected.expected, f"of the format {rejected.expected}")
    return _in_another_form(rejected, f"{shown_value(rejected.value)} is not {form}")


def _pattern(rejected: RejectedValue) -> Finding:
    schema, given = rejected.location.schema, shown_value(rejected.value)
    form = schema.get("x-type", schema.get("x-form"))
    message = f"{given} is not {form}"
    if form is None:
        pattern = shortened(str(rejected.expected))
        message = f"{rejected.noun} is {given}, but must match the pattern {pattern}"
    return _in_another_form(rejected, message)


def _in_another_form(rejected: RejectedValue, message: str) -> Finding:
    """Return the finding about a text whose form is wrong, with the values that it may mean."""
    values = rejected.meant()
    help = value_help(rejected.location, rejected.value, values)
    return rejected.with_fix(Finding(rejected.path, message, help), values)


def _minimum(rejected: RejectedValue) -> Finding:
    subject, given = rejected.location.subject, shown_value(rejected.value)
    message = f"{subject} is {given}, but must be at least {rejected.expected}"
    return Finding(rejected.path, message, f"write {rejected.expected} or more")


def _unique_items(rejected: RejectedValue) -> Finding:
    texts = [shown_value(item) for item in rejected.value]
    most_frequent = max(texts, key=Counter(texts).__getitem__)
    message = f"{rejected.location.subject} lists {most_frequent} twice"
    values = rejected.meant()
    found = Finding(rejected.path, message, write(values) or "keep one of them")
    return rejected.with_fix(found, values)


_OF_KEYS: Mapping[str, tuple[str, Callable[[RejectedValue], Iterator[Finding]]]] = {
    "required": ("required", missing_key_findings),
    "additionalProperties": ("unknown-property", unknown_key_findings),
    "unevaluatedProperties": ("unknown-property", unevaluated_key_findings),
}
"""By keyword: the keyword in the id, and the function for the findings about keys."""

_OF_VALUES: Mapping[str, Callable[[RejectedValue], Finding]] = {
    "enum": _enum,
    "const": _const,
    "type": _type,
    "format": _format,
    "pattern": _pattern,
    "minimum": _minimum,
    "uniqueItems": _unique_items,
}
