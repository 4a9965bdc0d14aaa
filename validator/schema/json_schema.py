"""JSON Schema: decides quickly whether a value holds, explains at leisure where it does not.

jsonschema-rs decides in one pass; only where it says no does jsonschema, which is slower to
import and to run, say what and where. Both use the same formats, and neither fetches anything.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from validator.document.scalars import read_core
from validator.findings.finding import Finding
from validator.findings.json_pointer import pointer
from validator.findings.wording import did_you_mean, listing, shortened
from validator.schema.formats import FORMATS
from validator.system.errors import NoVerdictError

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


TODO = "TODO"
"""Stands for what is to be filled in; the keyword `x-where` of a schema says where to find it."""


class SchemaError(NoVerdictError):
    """A schema that is none."""


@dataclass(frozen=True)
class Schema:
    """A JSON Schema (2020-12) by name; `text` is its JSON. Raises SchemaError when first used."""

    name: str
    text: str

    @cached_property
    def value(self) -> Any:
        """The schema as a value."""
        try:
            return json.loads(self.text)
        except ValueError as error:
            raise SchemaError(f"the schema {self.name} is not JSON: {error}") from error

    @cached_property
    def _decider(self) -> jsonschema_rs.Draft202012Validator:
        try:
            return jsonschema_rs.Draft202012Validator(
                self.value, formats=dict(FORMATS), validate_formats=True, offline=True
            )
        except ValueError as error:
            reason = str(error).splitlines()[0]
            raise SchemaError(f"the schema {self.name} is not valid: {reason}") from error

    def holds(self, value: object) -> bool:
        """Tell whether the value keeps to the schema."""
        return self._decider.is_valid(value)

    def findings(self, value: object) -> list[tuple[str, Finding]]:
        """Return (keyword, finding) for all that is wrong with a value, in the value's order."""
        if self.holds(value):
            return []
        found = self.explain(value)
        if not found:
            raise SchemaError(f"jsonschema-rs and jsonschema disagree about {self.name}")
        return found

    def explain(self, value: object) -> list[tuple[str, Finding]]:
        """Return what jsonschema says, whatever the quick judge does."""
        found: dict[tuple[str, str], tuple[str, Finding]] = {}
        for error in self._explainer.iter_errors(value):
            for leaf in _meant(error):
                for keyword, finding in _findings_of(leaf):
                    found.setdefault((keyword, finding.path), (keyword, finding))
        return list(found.values())

    @cached_property
    def _explainer(self) -> Any:
        return _explainer(self.value)


def _explainer(schema: Any) -> Any:
    from jsonschema import Draft202012Validator, FormatChecker, validators
    from referencing import Registry

    checker = FormatChecker(formats=())
    for name, holds in FORMATS.items():
        checker.checks(name)(lambda text, holds=holds: not isinstance(text, str) or holds(text))
    plain = Draft202012Validator.TYPE_CHECKER
    finite = plain.redefine(
        "number", lambda _, value: plain.is_type(value, "number") and abs(value) < float("inf")
    )
    extend: Any = validators.extend
    explainer = extend(Draft202012Validator, type_checker=finite)
    return explainer(schema, format_checker=checker, registry=Registry())


def _meant(error: "ValidationError") -> Iterator["ValidationError"]:
    """Yield the errors of the branch that the author meant, where a schema offers several."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    fitting = [
        branch
        for branch in branches.values()
        if not any(inner.validator == "type" and not inner.relative_path for inner in branch)
    ]
    if len(fitting) == 1:
        for inner in fitting[0]:
            yield from _meant(inner)
    else:
        yield error


def _findings_of(error: "ValidationError") -> Iterator[tuple[str, Finding]]:
    path = pointer(*error.absolute_path)
    keyword = str(error.validator)
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    thing = str(schema.get("title", "this mapping"))
    value: Any = error.instance
    demand: Any = error.validator_value
    help = str(schema.get("description", ""))
    if value == TODO and "x-where" in schema:
        message = f"{path.rpartition('/')[2]} is still to be filled in"
        yield keyword, Finding(path, message, str(schema["x-where"]))
        return
    match keyword:
        case "required":
            missing = [key for key in demand if key not in value]
            message = f"{thing} lacks {listing(missing)}"
            yield keyword, Finding(path, message, f"add {listing(missing)}")
        case "additionalProperties":
            for key in _additional(schema, value):
                hint = did_you_mean(key, list(schema.get("properties", ())))
                yield (
                    "unknown-property",
                    Finding(
                        path + pointer(key),
                        f"{thing} has no key {shortened(key)}",
                        hint or "remove it, or begin its name with x-",
                        on_key=True,
                    ),
                )
        case "unevaluatedProperties":
            yield "unknown-property", Finding(path, shortened(error.message))
        case "enum":
            options = [written(option) for option in demand]
            shown = options if len(options) <= 12 else [*options[:3], "…"]  # noqa: PLR2004
            hint = did_you_mean(str(value), options)
            message = f"{written(value)} is not one of {listing(shown, 'or')}"
            yield keyword, Finding(path, message, hint or help)
        case "const":
            message = f"{written(value)} is not {written(demand)}"
            yield keyword, Finding(path, message, f"write {written(demand)}")
        case "type":
            names = [demand] if isinstance(demand, str) else demand
            expected = listing((_TYPE_WORDS.get(name, name) for name in names), "or")
            message = f"{_kind(value)} stands where {thing} expects {expected}"
            yield keyword, Finding(path, message, help)
        case "format":
            what = {"date": "a calendar day (YYYY-MM-DD)", "email": "an e-mail address"}
            message = f"{written(value)} is not {what.get(demand, demand)}"
            yield keyword, Finding(path, message, help)
        case "minimum":
            message = f"{thing} is {written(value)}, the least is {demand}"
            yield keyword, Finding(path, message, help)
        case "minLength" | "minItems" if not value:
            yield keyword, Finding(path, f"{thing} is empty", help)
        case "maxLength":
            yield keyword, Finding(path, f"{thing} has more than {demand:,} characters", help)
        case "uniqueItems":
            yield keyword, Finding(path, f"{thing} has {_twice(value)} twice", "keep one of them")
        case "pattern":
            yield keyword, Finding(path, f"{written(value)} is not of the form of {thing}", help)
        case _:
            yield keyword, Finding(path, shortened(error.message), help)


def _additional(schema: Mapping[str, Any], value: Mapping[str, object]) -> Iterator[str]:
    patterns = list(schema.get("patternProperties", ()))
    for key in value:
        if key not in schema.get("properties", ()) and not any(
            re.search(pattern, key) for pattern in patterns
        ):
            yield key


def _twice(items: list[object]) -> str:
    words = [written(item) for item in items]
    return max(words, key=Counter(words).__getitem__)


_TYPE_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return f'the string "{shortened(value)}"'
    return written(value)


def written(value: object) -> str:
    """Return a value as a message shows it: short, on one line, a string in quotes if in doubt."""
    if isinstance(value, str):
        plain = shortened(value)
        return plain if plain and read_core(plain[:9]) == plain[:9] else f'"{plain}"'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return shortened(str(value))
    return shortened(json.dumps(value, ensure_ascii=False, default=str)[:200])
