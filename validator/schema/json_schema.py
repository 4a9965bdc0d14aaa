"""Validate values against JSON Schemas and explain the errors.

jsonschema-rs validates in one pass. jsonschema is slower to import and to run, so it is only used
to explain what jsonschema-rs rejects. Both use the same formats, and neither fetches anything.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from validator.findings.finding import Finding
from validator.findings.json_pointer import pointer
from validator.findings.wording import shortened
from validator.schema.formats import FORMATS
from validator.system.errors import NoVerdictError
from validator.system.fast_json import parsed_json

if TYPE_CHECKING:
    import jsonschema_rs


class SchemaError(NoVerdictError):
    """The schema is invalid."""


def _no_text(_: str) -> None:
    """Return None: the source text of values is unknown."""


class Schema:
    """A JSON Schema (2020-12); `text` is its JSON, and `owner` the plugin that messages name.

    The text is parsed on first use. That raises SchemaError if it is not a schema.
    """

    def __init__(self, name: str, text: str, owner: str = "") -> None:
        self.name = name
        self.text = text
        self._label = f"{owner}: the schema {name}" if owner else f"the schema {name}"

    @cached_property
    def value(self) -> Any:
        """The parsed schema."""
        try:
            return parsed_json(self.text.encode())
        except (ValueError, RecursionError) as error:
            raise SchemaError(f"{self._label} is not JSON: {error}") from error

    @cached_property
    def _validator(self) -> "jsonschema_rs.Draft202012Validator":
        import jsonschema_rs

        try:
            return jsonschema_rs.Draft202012Validator(
                self.value, formats=dict(FORMATS), validate_formats=True, offline=True
            )
        except ValueError as error:
            reason = str(error).splitlines()[0]
            raise SchemaError(f"{self._label} is not valid: {reason}") from error

    def is_valid(self, value: object) -> bool:
        """Return whether a value is valid."""
        return self._validator.is_valid(value)

    def findings(
        self, value: object, text_at: Callable[[str], str | None] = _no_text
    ) -> list[tuple[str, Finding]]:
        """Return the keyword and finding for each error in a value, in the order of the value.

        `text_at` returns the source text of the scalar at a path, so that a help can repeat it:
        `012` for the number 12.
        """
        if self.is_valid(value):
            return []
        try:
            found = self.explain(value, text_at)
        except re.error:  # a pattern that is valid in JSON Schema, but not in Python
            found = []
        return found or list(self._brief_findings(value))

    def _brief_findings(self, value: object) -> Iterator[tuple[str, Finding]]:
        """Yield the findings from jsonschema-rs: jsonschema reads some patterns in another way."""
        from validator.schema.location import Location

        for error in self._validator.iter_errors(value):
            path = tuple(error.instance_path)
            subject = Location(path, (), self.value, {}).subject
            message = f"{subject}: {shortened(error.message)}"
            yield error.kind.name, Finding(pointer(*path), message)

    def explain(
        self, value: object, text_at: Callable[[str], str | None] = _no_text
    ) -> list[tuple[str, Finding]]:
        """Return the findings from jsonschema, without running jsonschema-rs first."""
        found: dict[tuple[str, str], tuple[str, Finding]] = {}
        for keyword, finding in self._explain(value, text_at):
            found.setdefault((keyword, finding.path), (keyword, finding))
        return list(found.values())

    @cached_property
    def _explain(
        self,
    ) -> Callable[[object, Callable[[str], str | None]], Iterator[tuple[str, Finding]]]:
        from validator.schema.explanations import explainer

        return explainer(self.value)
