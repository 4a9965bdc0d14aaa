"""The placeholder for values that the user must fill in."""

TODO = "TODO"
"""The text of the placeholder. The schema keyword `x-where` says where to find the value."""
_OTHERS = frozenset({"tba", "tbc", "tbd", "fixme", "unknown", "onbekend", "?", "??", "???"})


def is_placeholder(value: object) -> bool:
    """Return whether a value says that the user does not know it yet."""
    return value == TODO or (isinstance(value, str) and value.strip().lower() in _OTHERS)
