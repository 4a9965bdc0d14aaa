"""JSON as people read it: each value on a line of its own, indented by two spaces.

The text is that of `json.dumps` with `indent=2`, which takes twice as long.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

_encode: Callable[[object], str] = json.JSONEncoder(ensure_ascii=False).encode
_quote: Callable[[str], str] = encode_basestring


def indented_json(value: Any, level: int = 0) -> str:
    """Return a value as JSON; its first line is not indented, the others by a level and more."""
    if type(value) is int:
        return repr(value)
    if not value or not isinstance(value, dict | list | tuple):
        return _encode(value)
    if isinstance(value, dict):
        return _object(value, level)
    return _array(value, level)


def indented_json_with_items(value: object, items: Iterable[object], level: int) -> Iterator[str]:
    """Yield the parts of a value as JSON, the last list of which, which is empty, has the items.

    `level` is that of the items. No more than one of them is held at a time.
    """
    before, _, after = indented_json(value).rpartition("[]")
    inner, outer = "  " * level, "  " * (level - 1)
    yield before
    begin = "["
    for item in items:
        yield f"{begin}\n{inner}{indented_json(item, level)}"
        begin = ","
    yield "[]" if begin == "[" else f"\n{outer}]"
    yield after


def _object(value: Mapping[str, Any], level: int) -> str:
    texts = [
        _quote(item) if type(item) is str else indented_json(item, level + 1)
        for item in value.values()
    ]
    return _template(tuple(value), level) % tuple(texts)


def _array(value: Sequence[Any], level: int) -> str:
    inner, outer = "  " * (level + 1), "  " * level
    texts = f",\n{inner}".join([indented_json(item, level + 1) for item in value])
    return f"[\n{inner}{texts}\n{outer}]"


@lru_cache(maxsize=1_000)
def _template(keys: Sequence[str], level: int) -> str:
    """Return the text of an object with `%s` in the place of each value."""
    inner, outer = "  " * (level + 1), "  " * level
    members = f",\n{inner}".join([f"{_encode(key).replace('%', '%%')}: %s" for key in keys])
    return f"{{\n{inner}{members}\n{outer}}}"
