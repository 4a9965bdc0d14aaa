"""JSON as people read it: each value on a line of its own, indented by two spaces.

The text is that of `json.dumps` with `indent=2`. pydantic-core writes it many times as fast.
"""

import json
from collections.abc import Iterable, Iterator

from pydantic_core import PydanticSerializationError, to_json


def indented_json(value: object, level: int = 0) -> str:
    """Return a value as JSON; its first line is not indented, the others by a level and more."""
    try:
        text = to_json(value, indent=2).decode()
    except PydanticSerializationError:  # half of a surrogate pair, as in the name of a file
        text = json.dumps(value, ensure_ascii=False, indent=2)
    return text.replace("\n", "\n" + "  " * level) if level else text


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
