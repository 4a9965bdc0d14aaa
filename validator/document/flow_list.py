"""Finds the text to remove for items or keys in flow style that have comments around them."""

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

    The items are those of a list, or the keys of a mapping with their values. The comments of the
    others are kept. With `keeps_comments`, those at the end of the removed lines are kept, too, and
    an item with a comment in it raises EditError. The suppressions above a removed item that is the
    first on its line are removed. So is the suppression after an item that is alone on its line.
    The line breaks between the other items are kept.
    """
    last = len(items) - 1
    if last_kept < last:
        comma = _comma_after(locator.text, locator.content_end(items[last_kept][1]))
        yield comma, comma + 1
    for index in sorted(removed):
        key, item = items[index]
        start, end = locator.start(item if key is None else key), locator.content_end(item)
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


def suppression_after(locator: NodeLocator, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the range of the suppression after the only content of a line, if there is one.

    The content ends at `end`, before a comma. It may begin at `start` on a line above.
    """
    if locator.text[locator.line_start(start) : start].strip():
        return
    match = compiled(r"(?:[ \t]*+,)?").match(locator.text, end)
    found = locator.suppression(match.end() if match else end, locator.next_line_start(end))
    if found is not None:
        yield found


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
    is_first = not locator.text[line:start].strip()
    rest = locator.text[end:after].strip()
    is_comment = rest.startswith("#")
    is_one_line = line == locator.line_start(end)
    if not is_first and is_comment and is_one_line and locator.suppression(end, after):
        # The suppression also covers what is before the item on this line.
        return start, end
    if is_comment and keeps_comments:
        is_comment = not comment_after(locator, item, end, after)
    if is_first and (not rest or is_comment):
        return line, after
    if is_comment:
        return start, end + len(locator.text[end:after].rstrip("\r\n"))
    blanks = len(locator.text[end:after]) - len(locator.text[end:after].lstrip(" \t"))
    return start, end if rest.startswith("#") else end + blanks
