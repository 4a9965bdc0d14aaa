"""Finds the text to remove for a key with its value, or for the lines of a list item."""

from bisect import bisect_left
from collections.abc import Iterator

from validator.document.flow_list import (
    COMMENT_IN_ENTRY,
    comment_after,
    removed_ranges,
    suppression_after,
    suppressions_above,
    trailing_comma,
)
from validator.document.node_locator import NodeLocator

_COMMENT_IN_KEY = "there is a comment here; remove the key by hand"


def key_ranges(locator: NodeLocator, path: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of text to remove for the key at a path. Raises EditError.

    The suppressions above the key are removed, too, and so is the one after a key that is alone on
    its line. Other comments after it are kept.
    """
    parent, _ = locator.find(path.rpartition("/")[0])
    node, _ = locator.find(path)
    children = locator.children(parent)
    position = bisect_left(children, node, key=lambda child: child[1])

    def start_of(number: int) -> int:
        key, value = children[number]
        return locator.start(value) if key is None else locator.key_start(key)

    start, end = start_of(position), locator.content_end(node)
    following = start_of(position + 1) if position < len(children) - 1 else None
    if locator.is_flow(parent):
        if len(children) > 1 and _has_suppression(locator, end, following):
            if locator.has_comment(start, end):
                raise locator.error(node, _COMMENT_IN_KEY)
            last = len(children) - 1
            last_kept = last - 1 if position == last else last
            yield from removed_ranges(locator, children, [position], last_kept, keeps_comments=True)
            return
        if following is not None:
            end = following
        elif position:
            start = locator.content_end(children[position - 1][1])
        else:
            yield from trailing_comma(locator.text, end)
            yield from suppression_after(locator, start, end)
        if locator.has_comment(start, end):
            raise locator.error(node, _COMMENT_IN_KEY)
        yield from suppressions_above(locator, start_of(position))
        yield start, end
        return
    if len(children) == 1:
        raise locator.error(node, "this is the only key in its mapping; remove it by hand")
    if locator.text[locator.line_start(start) : start].strip():
        yield _range_after_dash(locator, node, start, following)
        return
    yield from line_ranges(locator, node, locator.line_start(start), start)


def _has_suppression(locator: NodeLocator, end: int, following: int | None) -> bool:
    """Return whether there is a suppression in the line where a key ends, or the next begins."""
    places = (end,) if following is None else (end, following)
    return any(locator.line_suppression(place) is not None for place in places)


def _range_after_dash(
    locator: NodeLocator, node: int, start: int, following: int | None
) -> tuple[int, int]:
    """Return the range of a key that follows a dash. The following key takes its place."""
    end = locator.content_end(node)
    after = locator.next_line_start(end)
    is_clear = following is not None and not locator.text[after:following].strip()
    if following is None or not is_clear or locator.has_comment(start, end):
        raise locator.error(node, _COMMENT_IN_KEY)
    comment = comment_after(locator, node, end, after)
    return start, after - len(comment) if comment else following


def line_ranges(
    locator: NodeLocator, node: int, line: int, start: int
) -> Iterator[tuple[int, int]]:
    """Yield the ranges from `start`, in the line that starts at `line`, to the end of a node.

    The suppressions above are removed, too. A comment after the node is kept. Raises EditError.
    """
    end = locator.content_end(node)
    if locator.has_comment(start, end):
        raise locator.error(node, COMMENT_IN_ENTRY)
    after = locator.next_line_start(end)
    comment = comment_after(locator, node, end, after)
    yield from locator.suppressions_above(line)
    yield (start, after - len(comment)) if comment else (line, after)
