"""JSON in parts, because a report can have many items."""

from collections.abc import Iterable, Iterator
from itertools import islice

from validator.system.fast_json import indented_json

_ITEMS = 64


def indented_json_with_items(value: object, *lists: Iterable[object], level: int) -> Iterator[str]:
    """Yield the parts of a value as JSON, the last lists of which, which are empty, have items.

    `level` is that of the items. No more than 64 of them are held at a time.
    """
    first, *others = indented_json(value).rsplit("[]", len(lists))
    yield first
    for items, after in zip(lists, others, strict=True):
        yield from _list_parts(items, level)
        yield after


def _list_parts(items: Iterable[object], level: int) -> Iterator[str]:
    left = iter(items)
    begin = "["
    while some := list(islice(left, _ITEMS)):
        yield f"{begin}\n{_indented(some, level)}"
        begin = ","
    yield "[]" if begin == "[" else f"\n{'  ' * (level - 1)}]"


def _indented(items: list[object], level: int) -> str:
    """Return items as JSON at a level, with commas between them."""
    nested = items
    for _ in range(level - 1):
        nested = [nested]
    # Each bracket around the items is on a line of its own.
    around = sum(len("  ") * depth + len("[\n") for depth in range(level))
    return indented_json(nested)[around:-around]
