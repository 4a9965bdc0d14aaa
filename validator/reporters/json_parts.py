"""JSON in parts, because a report can have many items."""

from collections.abc import Iterable, Iterator
from itertools import islice

from validator.system.fast_json import indented_json

_ITEMS = 64


def indented_json_with_items(value: object, items: Iterable[object], level: int) -> Iterator[str]:
    """Yield the parts of a value as JSON, the last list of which, which is empty, has the items.

    `level` is that of the items. No more than 64 of them are held at a time.
    """
    before, _, after = indented_json(value).rpartition("[]")
    yield before
    left = iter(items)
    begin = "["
    while some := list(islice(left, _ITEMS)):
        yield f"{begin}\n{_indented(some, level)}"
        begin = ","
    yield "[]" if begin == "[" else f"\n{'  ' * (level - 1)}]"
    yield after


def _indented(items: list[object], level: int) -> str:
    """Return items as JSON at a level, with commas between them."""
    nested = items
    for _ in range(level - 1):
        nested = [nested]
    # Each bracket around the items is on a line of its own.
    around = sum(len("  ") * depth + len("[\n") for depth in range(level))
    return indented_json(nested)[around:-around]
