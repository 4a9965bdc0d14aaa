"""The values of a tenant document that exports are compared with; the document can have errors."""

from collections.abc import Iterator, Mapping
from typing import Any


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
