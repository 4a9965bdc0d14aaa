"""The fix of a policy in a policy file: one edit at the value that its finding marks."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from validator.findings.fix import Edit, EditKind, Fix
from validator.findings.json_pointer import value_at
from validator.findings.wording import listing, shortened
from validator.plugins.cel_expression import Expression, format_value
from validator.plugins.cel_functions import whole_number
from validator.plugins.cel_schema import PACKAGE

KINDS: tuple[EditKind, ...] = ("set", "append", "remove", "rename")
"""The edits that a policy without code can make."""


class DeclaredFix(NamedTuple):
    """An edit of the value that findings mark.

    `value` is the expression of a new value, `name` the new name of a key; None for other edits.
    """

    kind: EditKind
    value: Expression | None
    name: str | None
    safe: bool

    def at(self, path: str, evaluate: Callable[[Expression], Any], document: object) -> Fix | None:
        """Return the fix of a finding at a path of a document; None if a file cannot have it."""
        key = path.rpartition("/")[2]
        if self.kind == "remove":
            return Fix(f"remove `{shortened(key)}`", [Edit.remove(path)], self.safe)
        if self.value is None:
            return Fix(
                f"rename it to `{self.name}`", [Edit.rename(path, str(self.name))], self.safe
            )
        value = evaluate(self.value)
        if not _is_plain(value):
            return None
        title = f"{'add' if self.kind == 'append' else 'write'} `{shortened(format_value(value))}`"
        keeps_doubles = _has_double(_value_before(document, path))
        return Fix(title, [Edit(self.kind, path, _in_yaml(value, keeps_doubles))], self.safe)


def fix_mistakes(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the errors in the `fix` of a policy, except those of its schema and expressions."""
    fix = item["fix"]
    kinds = [kind for kind in KINDS if kind in fix]
    if len(kinds) != 1:
        yield f"a fix must have exactly one of {listing(KINDS)}"
    elif kinds != ["remove"] and "at" not in item:
        yield f"add `at` with the key to {_ACTIONS[kinds[0]]}"


_ACTIONS = {"set": "write", "append": "append to", "rename": "rename"}


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, str | int | float | datetime)


def _value_before(document: object, path: str) -> object:
    """Return the value at a path; None if there is none."""
    try:
        return value_at(document, path)
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _has_double(value: object) -> bool:
    """Return whether a value of a file is or contains a number with a decimal point."""
    if isinstance(value, list):
        return any(map(_has_double, value))
    return isinstance(value, float)


def _in_yaml(value: Any, keeps_doubles: bool) -> Any:  # noqa: FBT001
    """Return a CEL value as it is written to a file: a day as text, a whole double without `.0`.

    `keeps_doubles` is true if the file had `.0` before.
    """
    if isinstance(value, list):
        return [_in_yaml(item, keeps_doubles) for item in value]
    if isinstance(value, datetime):
        return value.date().isoformat()
    return whole_number(value) if isinstance(value, float) and not keeps_doubles else value


_UNWRITABLE = (
    (f"{PACKAGE}.", "a mapping with several keys", "name one of its fields"),
    ("MAP<", "a map", "name one of its fields"),
    ("DURATION", "a duration", "write a number or a day"),
    ("NULL", "null", "use `remove: true` to remove the key"),
    ("BYTES", "a sequence of bytes", "write a text"),
    ("TYPE<", "a type", "write a value"),
)
"""Parts of the names of CEL types that a file cannot have, in words, and what to write instead."""


def unwritable(source: str, type_name: str) -> str:
    """Return the message about an expression whose type a file cannot have; else an empty string.

    `type_name` is the CEL type of its value.
    """
    for part, words, remedy in _UNWRITABLE:
        if part in type_name:
            what = f"a list with {words}" if type_name.startswith("LIST<") else words
            quoted = (
                f""", or write '"{source}"' for a text"""
                if source.isidentifier() and source != "null"
                else ""
            )
            reason = f"{shortened(source)} is {what} and cannot be written to a file"
            return f"{reason}; {remedy}{quoted}"
    return ""
