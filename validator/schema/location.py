"""The place of an error: the value, and the part of a schema that it breaks."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from validator.findings.wording import shortened
from validator.schema.unknown_keys import resolved


class Location(NamedTuple):
    """The place of an error: its path, the path of its keyword in the schema, and the schemas."""

    path: tuple[str | int, ...]
    schema_path: tuple[str | int, ...]
    root: Any
    schema: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The nearest key around the value; empty at the root."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def subject(self) -> str:
        """What a message calls the value."""
        if not self.path:
            return "the document"
        is_item = isinstance(self.path[-1], int)
        return f"an entry of {shortened(self.key)}" if is_item else shortened(self.key)

    @property
    def list_name(self) -> str:
        """The name of the list of which the value is part of an entry; empty without one."""
        numbers = [index for index, part in enumerate(self.path) if isinstance(part, int)]
        return shortened(str(self.path[numbers[-1] - 1])) if numbers and numbers[-1] else ""

    @property
    def is_optional(self) -> bool:
        """Whether the value is that of a key that its mapping may lack."""
        if not self.path or isinstance(self.path[-1], int):
            return False
        schema = self.root
        parent: Any = None
        for part in self.schema_path[:-1]:
            # The path of an error leaves out references.
            schema = resolved(self.root, schema)
            if part == "properties":
                parent = schema
            if isinstance(schema, Mapping):
                schema = schema.get(str(part))
            elif isinstance(schema, list) and isinstance(part, int):
                schema = schema[part]
        return isinstance(parent, Mapping) and self.key not in parent.get("required", ())


def resolved_property(location: Location, schema: Any) -> Mapping[str, Any]:
    """Return the schema of a property, with what its reference leads to."""
    target = resolved(location.root, schema)
    return {**(target if isinstance(target, Mapping) else {}), **schema}
