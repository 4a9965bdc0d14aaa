"""JSON in parts, because a report can have many items."""

from collections.abc import Iterable, Iterator

from validator.system.fast_json import indented_json


def indented_json_with_items(value: object, items: Iterable[object], level: int) -> Iterator[str]:
    """Yield the parts of a value as JSON, the last list of which, which is empty, has the items.

    `level` is that of the items. No more than one of them is held at a time.
    """
    before, _, after = indented_json(value).rpartition("[]")
    newline, inner, outer = "\n", "  " * level, "  " * (level - 1)
    yield before
    begin = "["
    for item in items:
        yield f"{begin}\n{inner}{indented_json(item).replace(newline, newline + inner)}"
        begin = ","
    yield "[]" if begin == "[" else f"\n{outer}]"
    yield after
