"""Fixes for schema errors: the value or key that a help proposes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from validator.document.scalars import NumberTooLongError, describe_scalar, parse_plain
from validator.findings.finding import Finding
from validator.findings.fix import Edit, Fix
from validator.findings.json_pointer import pointer
from validator.schema.equality import different
from validator.schema.suggestions import written


class Replacement(NamedTuple):
    """A new key. `value` has its new value, or is empty if the value does not change."""

    key: str
    value: tuple[object, ...] = ()

    @property
    def text(self) -> str:
        """The text for a help: the key, with its value if the value changes."""
        return f"{self.key}: {written(self.value[0])}" if self.value else self.key

    def edits(self, path: str) -> list[Edit]:
        """Return the edits that replace the key at a path."""
        changed = [Edit.set(path, value) for value in self.value]
        return [*changed, Edit.rename(path, self.key)]


def with_value(
    finding: Finding, old: object, text: str | None, values: Sequence[object]
) -> Finding:
    """Return a finding with a fix that writes the intended value, if there is only one.

    `text` is the source text of a scalar.
    """
    if len(values) != 1 or not finding.help:
        return finding
    safe = has_same_meaning(old, text, values[0])
    return finding._replace(fix=Fix(finding.help, [Edit.set(finding.path, values[0])], safe))


def with_removal(finding: Finding) -> Finding:
    """Return a finding with a fix that removes its key."""
    return finding._replace(fix=Fix(finding.help, [Edit.remove(finding.path)]))


def with_rename(finding: Finding, replacement: Replacement | None) -> Finding:
    """Return a finding about a key with a fix that replaces it, if there is a replacement."""
    if replacement is None:
        return finding
    return finding._replace(fix=Fix(finding.help, replacement.edits(finding.path)))


def with_missing_keys(
    finding: Finding,
    missing: Sequence[str],
    renamed: Mapping[str, str],
    replacements: Mapping[str, Replacement],
    added: Mapping[str, object],
) -> Finding:
    """Return a finding about missing keys with a fix, if every missing key can be fixed.

    `renamed` maps missing keys to the names under which the file has them, and `replacements` to
    their replacements. `added` has the values of keys that can only have one value or that can
    have an empty list.
    """
    edits: list[Edit] = []
    for key in missing:
        if key in replacements:
            edits += replacements[key].edits(finding.path + pointer(renamed[key]))
        elif key in added:
            edits.append(Edit.set(finding.path + pointer(key), added[key]))
        else:
            return finding
    return finding._replace(fix=Fix(finding.help, edits))


def only_value(schema: Mapping[str, Any]) -> tuple[object, ...]:
    """Return a value for a missing key that adds no information; empty if there is none."""
    if "const" in schema:
        return (schema["const"],)
    if schema.get("type") == "array" and not schema.get("minItems"):
        return ([],)
    return ()


def has_same_meaning(old: object, text: str | None, new: object) -> bool:
    """Return whether a new value has the meaning that the author wrote.

    It has if only this differs: a single value and a list with that value, repeated items, quotes,
    or a word and the boolean or number as which YAML 1.1 reads it.
    """
    if isinstance(old, list):
        return different(old) in (new, [new])
    if isinstance(old, dict) or old is None:
        return new == [old]
    words = old if isinstance(old, str) else text
    if new == [old] or words is None:
        return new == [old]
    if isinstance(new, str):
        return new == words
    if isinstance(new, list | dict) or not words:
        return False
    try:
        value, yaml11 = parse_plain(words)
    except NumberTooLongError:
        return False
    is_same = type(value) is type(new) and value == new
    return is_same or (isinstance(value, str) and yaml11 == describe_scalar(new))
