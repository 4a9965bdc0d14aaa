"""Convert jsonschema errors to findings with messages for authors of YAML.

A help says what to write instead. If that is certain or likely, the help has a verb and the value
in backticks: "write `x`", "remove `key`", "add `key: value`", "rename `key` to `other`",
"did you mean `x`?". The schema accepts every value in backticks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from validator.findings.finding import Finding
from validator.schema.keyword_findings import keyword_findings
from validator.schema.listed_words import ListedWords
from validator.schema.location import Location
from validator.schema.plugin_keywords import without_false
from validator.schema.rejected_value import RejectedValue, SchemaContext, TextAt
from validator.schema.unknown_keys import find_places
from validator.schema.validator_with_errors import validator_with_errors

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


def explainer(schema: Any) -> Callable[[object, TextAt], Iterator[tuple[str, Finding]]]:
    """Return a function that yields the keyword and finding for each error in a value."""
    schema = without_false(schema)
    validator = validator_with_errors(schema)
    places = find_places(schema) if isinstance(schema, Mapping) else []
    shown: dict[int, tuple[Sequence[object], list[str]]] = {}

    def explain(value: object, text_at: TextAt) -> Iterator[tuple[str, Finding]]:
        context = SchemaContext(validator, places, shown, text_at)
        words = ListedWords(value, context.accepts)
        for error in validator.iter_errors(value):
            for relevant in _relevant_errors(error):
                location = _location_of(relevant, schema)
                rejected = RejectedValue(relevant, location, context)
                for keyword, finding in keyword_findings(rejected):
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


def _location_of(error: "ValidationError", root: Any) -> Location:
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    return Location(tuple(error.absolute_path), tuple(error.absolute_schema_path), root, schema)
