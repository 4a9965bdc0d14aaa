"""Checks that edits do not change what the suppressions at the ends of lines cover."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from validator.document.node_locator import NodeLocator
from validator.document.text_edits import EditError, TextEdit
from validator.system.patterns import compiled


def check_line_suppressions(locator: NodeLocator, edits: Sequence[TextEdit]) -> None:
    """Raise EditError if edits move other content to the line of a suppression, or all away.

    A suppression at the end of a line covers what starts on that line. Alone on a line, it covers
    what begins below. The edits are in text order.
    """
    checked = -1
    for number, edit in enumerate(edits):
        place = locator.line_suppression(edit.end)
        if place is None or place < edit.end or place == checked:
            continue
        checked, line = place, locator.line_start(place)
        last = bisect_right(edits, place, number, key=lambda other: other.end)
        if last < len(edits) and edits[last].start <= place:
            continue  # The suppression is removed.
        parts = list(_parts_before(locator, edits, last, place))
        was_alone = not _has_content(locator.text, line, place)
        if was_alone is any(has_content for _, has_content in parts) or any(
            has_content and start < line for start, has_content in parts
        ):
            raise EditError(edit.start, "there is a suppression here; make this change by hand")


def _parts_before(
    locator: NodeLocator, edits: Sequence[TextEdit], number: int, place: int
) -> Iterator[tuple[int, bool]]:
    """Yield the parts of the edited line up to a place, from the last: whether they have content.

    Each part has the offset at which it, or what it replaces, begins. `number` is the number of
    edits before the place.
    """
    while True:
        line = locator.line_start(place)
        number -= 1
        edit = edits[number] if number >= 0 else TextEdit(-1, -1, "")
        begin = max(edit.end, line)
        yield begin, _has_content(locator.text, begin, place)
        if edit.end < line:
            return
        new = edit.replacement
        cut = max(new.rfind("\n"), new.rfind("\r")) + 1
        yield edit.start, _has_content(new, cut, len(new))
        if cut:
            return
        place = edit.start


def _has_content(text: str, start: int, end: int) -> bool:
    """Return whether there is something other than blanks between two offsets."""
    return compiled(r"\S").search(text, start, end) is not None
