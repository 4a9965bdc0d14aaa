"""JSON Pointers (RFC 6901): the paths of findings."""

from typing import Any


def pointer(*parts: str | int) -> str:
    """Return the JSON Pointer of keys and list indexes; they are escaped here."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def pointer_parts(path: str) -> list[str]:
    """Return the unescaped parts of a JSON Pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def value_at(value: Any, path: str) -> Any:
    """Return the value at a JSON Pointer. Raises KeyError and IndexError."""
    for part in pointer_parts(path):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
