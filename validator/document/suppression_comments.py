"""Finds the comments of a document that are suppressions, whatever their form is."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache

from validator.document.nodes import SCALAR, Nodes

_BEGIN = re.compile(r"#[ \t]*tenantlint(?:[ \t]*:|[ \t-]+ignore(?:-file)?[ \t]*[\[:])")
_REST_OF_LINE = re.compile(r"[^\r\n]*")
# The properties of a scalar, with comments, and the header of a block scalar, with its comment.
_BEFORE_CONTENT = re.compile(r"(?:[&!]\S*\s*(?:#[^\r\n]*\s*)*)*(?:[|>][^\r\n]*)?")
_BEFORE_COMMENT = " \t\r\n\ufeff"


def is_after_blank(text: str, offset: int) -> bool:
    """Return whether the character before an offset allows a comment to start there."""
    return offset == 0 or text[offset - 1] in _BEFORE_COMMENT


def comment_test(text: str, nodes: Nodes) -> Callable[[int], bool]:
    """Return a predicate for offsets: whether the `#` at an offset starts or is in a comment."""
    starts, ends = nodes.start_offsets, nodes.end_offsets

    @cache
    def content_start(node: int) -> int:
        before = _BEFORE_CONTENT.match(text, starts[node])
        return before.end() if before else 0

    def is_comment(offset: int) -> bool:
        if not is_after_blank(text, offset):
            return False
        node = bisect_right(starts, offset) - 1
        # Scalars do not overlap, so only the last node that begins before the place can contain it.
        if node < 0 or nodes.kind(node) != SCALAR or ends[node] <= offset:
            return True
        return offset < content_start(node)

    return is_comment


def suppression_comments(
    text: str, start: int, end: int, is_comment: Callable[[int], bool]
) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the suppressions between two offsets, each up to the end of its line.

    Text such as `# tenantlint:` in a string does not hide a suppression after it.
    """
    while (begin := _BEGIN.search(text, start, end)) is not None:
        start = begin.end()
        if is_comment(begin.start()):
            rest = _REST_OF_LINE.match(text, start, end)
            start = rest.end() if rest else start
            yield begin.start(), start
