"""Finds the block scalar that would get a line break if lines were added to the text."""

from validator.document.node_locator import NodeLocator
from validator.document.text_edits import TextEdit


def stripping_edit(locator: NodeLocator) -> TextEdit | None:
    """Return the edit that keeps the value of a block scalar when lines follow it.

    The scalar is at the end of a text without a last line break. `|` becomes `|-`. None if the text
    does not end with such a scalar.
    """
    node = locator.last_node(0)
    header = locator.block_header(node)
    start, end = locator.content_start(node), locator.end(node)
    is_last = end == len(locator.text) and not locator.text.endswith(("\n", "\r"))
    if not header or "-" in header or not is_last or locator.next_line_start(start) == end:
        return None
    return TextEdit(start, start + len(header), header.replace("+", "") + "-")
