"""The fix of a policy of a policy file: one edit of what its finding marks."""

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
        """Return the fix of a finding at a path; None where the value is nothing for a file."""
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
    """Yield what is wrong with the `fix` of a policy beside its schema and its expressions."""
    fix = item["fix"]
    kinds = [kind for kind in KINDS if kind in fix]
    if len(kinds) != 1:
        yield f"a fix has one of {listing(KINDS)}"
    elif kinds != ["remove"] and "at" not in item:
        yield f"write `at`, the key that is to be {_DONE[kinds[0]]}"


_DONE = {"set": "written", "append": "added to", "rename": "renamed"}


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, str | int | float | datetime)


def _in_yaml(value: Any) -> Any:
    """Return a value of CEL as it stands in a file: a day as text."""
    if isinstance(value, list):
        return [_in_yaml(item) for item in value]
    return value.date().isoformat() if isinstance(value, datetime) else value
