"""A value that a schema rejects, with what the messages about it need."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from validator.findings.finding import Finding
from validator.findings.json_pointer import pointer
from validator.schema.fixes import Replacement, with_removal, with_value
from validator.schema.location import Location, noun_of, resolved_property
from validator.schema.restructuring import restructured
from validator.schema.shown_value import shown_value
from validator.schema.suggestions import accepted_values, written
from validator.schema.unknown_keys import Place

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

TextAt = Callable[[str], str | None]
"""Returns the source text of the scalar at a path; None if there is none."""


class SchemaContext(NamedTuple):
    """A validator, the mappings that its schema describes, and the source text of values.

    `shown` keeps each list of an `enum` with its values as messages show them, by its identity.
    """

    validator: Any
    places: list[Place]
    shown: dict[int, tuple[Sequence[object], list[str]]]
    text_at: TextAt

    def accepts(self, schema: Mapping[str, Any], value: object) -> bool:
        """Return whether a part of the schema accepts a value."""
        return bool(self.validator.evolve(schema=schema).is_valid(value))

    def shown_options(self, options: Sequence[object]) -> list[str]:
        """Return the values of an `enum` as messages show them."""
        if id(options) not in self.shown:
            self.shown[id(options)] = options, [shown_value(option) for option in options]
        return self.shown[id(options)][1]


class RejectedValue(NamedTuple):
    """A value that a keyword of a schema rejects: the error, its location, and the context."""

    error: "ValidationError"
    location: Location
    context: SchemaContext

    @property
    def value(self) -> Any:
        """The value that is rejected; the whole mapping if one of its keys is wrong."""
        return self.error.instance

    @property
    def expected(self) -> Any:
        """The value of the keyword in the schema."""
        return self.error.validator_value

    @property
    def keyword(self) -> str:
        """The keyword of the schema that rejects the value."""
        return str(self.error.validator)

    @property
    def path(self) -> str:
        """The JSON Pointer of the value."""
        return pointer(*self.location.path)

    @property
    def noun(self) -> str:
        """The name of the value in a sentence."""
        return noun_of(self.location.schema, self.location.subject)

    @property
    def description(self) -> str:
        """The description in the schema; empty if there is none."""
        return str(self.location.schema.get("description", ""))

    @property
    def text(self) -> str | None:
        """The source text of the value; None if it is not a scalar, or unknown."""
        return self.context.text_at(self.path)

    def meant(self) -> list[object]:
        """Return the values that the schema accepts and that the author may mean, likely first."""
        location, accepts = self.location, self.context.accepts
        text = self._scalar_text(self.path, self.value)
        other = list(restructured(self.value, location, accepts))
        return other or accepted_values(self.value, text, location.schema, location.key, accepts)

    def _scalar_text(self, path: str, value: object) -> str | None:
        """Return the source text of the number or boolean at a path, or None.

        It is also that of the only item of a list.
        """
        if isinstance(value, list) and len(value) == 1:
            path, value = f"{path}/0", value[0]
        text = self.context.text_at(path) if isinstance(value, bool | int | float) else None
        # The text may begin with an anchor, a tag or a merge key instead of the value.
        return None if text is None or text[:1] in "&!<" else text

    def replacement(self, key: str, wrong: str) -> Replacement | None:
        """Return a key for a wrong one of the mapping, with a new value if the schema rejects it.

        None if there is no value that the schema accepts.
        """
        value = self.value[wrong]
        accepts = self.context.accepts
        properties = self.location.schema.get("properties", {})
        schema = resolved_property(self.location, properties.get(key, {}))
        if accepts(schema, value):
            return Replacement(key)
        text = self._scalar_text(self.path + pointer(wrong), value)
        meant = accepted_values(value, text, schema, key, accepts)
        return Replacement(key, (meant[0],)) if meant and written(meant[0]) is not None else None

    def with_fix(self, finding: Finding, values: Sequence[object]) -> Finding:
        """Return a finding with the fix that its help describes, if that is certain."""
        if values and all(written(item) is not None for item in values):
            return with_value(finding, self.value, self.text, values)
        return with_removal(finding) if finding.help == f"remove `{self.location.key}`" else finding
