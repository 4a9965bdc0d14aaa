"""The location of a schema error, in the value and in the schema."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from validator.findings.wording import shortened


class Location(NamedTuple):
    """The location of an error.

    `path` leads to the value and `schema_path` to the keyword. `root` is the whole schema, and
    `schema` the part that has the keyword.
    """

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
        """The name of the value in messages."""
        if not self.path:
            return "the document"
        is_item = isinstance(self.path[-1], int)
        return f"an entry of {shortened(self.key)}" if is_item else shortened(self.key)

    @property
    def list_name(self) -> str:
        """The name of the list whose entry contains the value; empty if there is none."""
        numbers = [index for index, part in enumerate(self.path) if isinstance(part, int)]
        return shortened(str(self.path[numbers[-1] - 1])) if numbers and numbers[-1] else ""

    @property
    def is_optional(self) -> bool:
        """Whether the value belongs to an optional key."""
        if not self.path or isinstance(self.path[-1], int):
            return False
        parts = self.schema_path[:-1]
        above = [number for number, part in enumerate(parts) if part == "properties"]
        parent = self._schema_at(parts[: above[-1]]) if above else None
        return isinstance(parent, Mapping) and self.key not in parent.get("required", ())

    @property
    def is_in_list_of_different_items(self) -> bool:
        """Whether the value is an item of a list in which no item may be repeated."""
        if self.schema_path[-2:-1] != ("items",) or not isinstance(self.path[-1], int):
            return False
        parent = self._schema_at(self.schema_path[:-2])
        return isinstance(parent, Mapping) and parent.get("uniqueItems") is True

    def _schema_at(self, parts: Sequence[str | int]) -> Any:
        """Return the part of the schema at a path. As in an error, it leaves out references."""
        schema = resolved(self.root, self.root)
        for part in parts:
            if isinstance(schema, Mapping):
                schema = schema.get(str(part))
            elif isinstance(schema, list) and isinstance(part, int):
                schema = schema[part]
            schema = resolved(self.root, schema)
        return schema


def resolved(root: Mapping[str, Any], schema: Any) -> Any:
    """Return a schema with its reference followed, within the same file."""
    for _ in range(10):
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        schema = root
        for part in reference[2:].split("/"):
            schema = schema.get(part, {}) if isinstance(schema, Mapping) else {}
    return schema


def noun_of(schema: Mapping[str, Any], default: str = "this mapping") -> str:
    """Return the name of a value in a sentence, from the title of its schema: "the user"."""
    name = str(schema.get("x-name", schema.get("title", ""))).removeprefix("The ")
    if not name:
        return default
    return f"the {name}" if name[1:2].isupper() else f"the {name[:1].lower()}{name[1:]}"


def has_or_have(noun: str) -> str:
    """Return the verb for a noun such as "the policy" or "the examples"."""
    head = noun.partition(" of ")[0]
    return "have" if head.endswith("s") and not head.endswith("ss") else "has"


def resolved_property(location: Location, schema: Any) -> Mapping[str, Any]:
    """Return the schema of a property, merged with the schema that it refers to."""
    target = resolved(location.root, schema)
    return {**(target if isinstance(target, Mapping) else {}), **schema}
