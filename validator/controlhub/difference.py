"""Represents a difference between a tenant document and the exports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from validator.findings.finding import Finding
from validator.findings.fix import Edit
from validator.findings.json_pointer import pointer


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding with the id of a built-in finding, and the changes to the file that resolve it.

    `empties` marks one difference of a user who would be left without assignments, except to
    subscriptions that begin later.
    """

    id: str
    finding: Finding
    changes: tuple[Edit, ...]
    empties: bool = False


def mappings(value: Mapping[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the mappings in a list and their indexes; none if there is no list under the key."""
    items = value.get(key)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield index, item


def first_subscriptions(value: Mapping[str, Any]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield the index, the id and the mapping of the first subscription with each id."""
    seen: set[str] = set()
    for index, item in mappings(value, "subscriptions"):
        id = item.get("id")
        if isinstance(id, str) and id not in seen:
            seen.add(id)
            yield index, id, item


def finding_at_list(value: Mapping[str, Any], key: str, message: str) -> Finding:
    """Return a finding at the list under a key, or at the document if there is no list."""
    return Finding(pointer(key) if isinstance(value.get(key), list) else "", message)


def written_status(entry: Mapping[str, Any]) -> object:
    """Return the status of a subscription or a user in the document, by default active."""
    status = entry.get("status")
    return "active" if status is None else status


def what_the_file_says(entry: Mapping[str, Any]) -> str:
    """Return the words about the status of a subscription or a user in the document."""
    if entry.get("status") is None:
        return "the file has no status, which means active"
    return f"the file says {entry['status']}"


def whole_number(value: object) -> int | None:
    """Return a whole number of a document, such as 30 and 30.0; None if the value is not one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
