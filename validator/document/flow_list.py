"""Finds the text to remove for items of a list in flow style that has comments."""

from collections.abc import Collection, Iterator, Sequence

from validator.document.node_locator import NodeLocator
from validator.system.patterns import compiled

COMMENT_IN_ENTRY = "there is a comment here; remove the entry by hand"


def removed_ranges(
    locator: NodeLocator,
    items: Sequence[tuple[int | None, int]],
    removed: Collection[int],
    last_kept: int,
    *,
    keeps_comments: bool,
) -> Iterator[tuple[int, int]]:
    """Yield the ranges of text to remove for items by index. `last_kept` is the last of the others.

    The comments of the other items are kept. With `keeps_comments`, those at the end of the removed
    lines are kept, too, and an item with a comment in it raises EditError. The suppressions above a
    removed item that is the first on its line are removed.
    """
    last = len(items) - 1
    if last_kept < last:
        comma = _comma_after(locator.text, locator.content_end(items[last_kept][1]))
        yield comma, comma + 1
    for index in sorted(removed):
        item = items[index][1]
        start, end = locator.start(item), locator.content_end(item)
        if keeps_comments and locator.has_comment(start, end):
            raise locator.error(item, COMMENT_IN_ENTRY)
        if index < last:
            comma = _comma_after(locator.text, end)
            if locator.text[end:comma].strip():
                yield comma, comma + 1
            else:
                end = comma + 1
        yield from suppressions_above(locator, start)
        yield _with_line(locator, item, start, end, keeps_comments=keeps_comments)


def suppressions_above(locator: NodeLocator, start: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the suppressions that cover the item or key that begins at an offset."""
    line = locator.line_start(start)
    if not locator.text[line:start].strip():
        yield from locator.suppressions_above(line)


def comment_after(locator: NodeLocator, node: int, end: int, after: int) -> str:
    """Return the comment after a node, up to the next line; empty for none or a suppression.

    Raises EditError if there are both.
    """
    found = locator.suppression(end, after)
    if found is None:
        return locator.text[end:after].lstrip()
    if locator.text[end : found[0]].strip():
        raise locator.error(node, COMMENT_IN_ENTRY)
    return ""


def trailing_comma(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Yield the range of the comma after the last item, which ends at `end`, if there is one."""
    match = compiled(r"(?:\s|#[^\r\n]*)*+,").match(text, end)
    if match is not None:
        yield match.end() - 1, match.end()


def _comma_after(text: str, end: int) -> int:
    """Return the offset of the comma after an item."""
    match = compiled(r"(?:[^,#]|#[^\r\n]*)*+").match(text, end)
    return end if match is None else match.end()


def _with_line(
    locator: NodeLocator, item: int, start: int, end: int, *, keeps_comments: bool
) -> tuple[int, int]:
    """Extend the range of an item to the whole line if nothing else is on it, else to the blanks.

    Raises EditError.
    """
    line, after = locator.line_start(start), locator.next_line_start(end)
    rest = locator.text[end:after].strip()
    is_comment = rest.startswith("#")
    if is_comment and keeps_comments:
        is_comment = not comment_after(locator, item, end, after)
    if not locator.text[line:start].strip() and (not rest or is_comment):
        return line, after
    if is_comment:
        return start, end + len(locator.text[end:after].rstrip("\r\n"))
    blanks = len(locator.text[end:after]) - len(locator.text[end:after].lstrip(" \t"))
    return start, end if rest.startswith("#") else end + blanks
