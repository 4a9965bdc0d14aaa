"""JSON Pointers (RFC 6901): the paths of findings."""

from collections.abc import Iterator
from typing import Any


def pointer(*parts: str | int) -> str:
    """Return the JSON Pointer for unescaped keys and list indexes."""
    return "".join([f"/{escaped(part)}" if type(part) is str else f"/{part}" for part in parts])


def escaped(part: str) -> str:
    """Return a key as it is written in a JSON Pointer."""
    return part.replace("~", "~0").replace("/", "~1") if "~" in part or "/" in part else part


def pointer_parts(path: str) -> list[str]:
    """Return the unescaped parts of a JSON Pointer."""
    parts = path.split("/")[1:]
    # Escapes are rare, so this test saves time.
    return [_unescaped(part) for part in parts] if "~" in path else parts


def paths_around(path: str) -> Iterator[str]:
    """Yield the JSON Pointers of the values around a value, the innermost first."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def value_at(value: Any, path: str) -> Any:
    """Return the value at a JSON Pointer. Raises KeyError and IndexError."""
    for part in pointer_parts(path):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
