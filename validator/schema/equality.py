"""Whether values are equal in JSON Schema: 1 equals 1.0, but not true."""

from collections.abc import Hashable, Iterable


def different(items: Iterable[object]) -> list[object]:
    """Return the items without those that equal an earlier one."""
    found: dict[Hashable, object] = {}
    for item in items:
        found.setdefault(_key(item), item)
    return [*found.values()]


def _key(value: object) -> Hashable:
    """Return a key that equal values share."""
    if isinstance(value, list):
        return ("array", *map(_key, value))
    if isinstance(value, dict):
        return "object", frozenset((key, _key(item)) for key, item in value.items())
    return ("boolean", value) if isinstance(value, bool) else value
