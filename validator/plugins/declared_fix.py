"""The fix of a policy in a policy file: one edit at the value that its finding marks."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from validator.findings.fix import Edit, EditKind, Fix
from validator.findings.wording import listing, shortened
from validator.plugins.cel_expression import Expression, format_value

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

    def at(self, path: str, evaluate: Callable[[Expression], Any]) -> Fix | None:
        """Return the fix of a finding at a path; None if the value cannot be in a file."""
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
        return Fix(title, [Edit(self.kind, path, _in_yaml(value))], self.safe)


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


def _in_yaml(value: Any) -> Any:
    """Return a CEL value as it is written to a file: a day as text."""
    if isinstance(value, list):
        return [_in_yaml(item) for item in value]
    return value.date().isoformat() if isinstance(value, datetime) else value
