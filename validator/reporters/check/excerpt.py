"""Cuts excerpts from source lines: the marked part and the text around it, up to a width."""

from typing import NamedTuple

from validator.findings.diagnostic import Diagnostic, RelatedLocation
from validator.reporters.terminal import display_width
from validator.system.printable import printable

MAX_WIDTH = 160
"""The widest excerpt, in columns."""
# A marked tab must not look like spaces. It is as wide as a tab escaped by `printable`.
_VISIBLE_TAB = "→   "
_ELLIPSIS = "…"


class Excerpt(NamedTuple):
    """The printable first line of a span: the marked part, and the text before and after it."""

    before: str
    marked: str
    after: str


def excerpt(item: Diagnostic | RelatedLocation, width: int = MAX_WIDTH) -> Excerpt:
    """Return the excerpt from the source line of a place, with an ellipsis wherever it is cut.

    The time does not depend on the length of the line.
    """
    source, span, offset = item.source, item.span, item.source_offset
    start = min(span.column - 1 - offset, len(source))
    is_within = span.end_line == span.line
    end = min(span.end_column - 1 - offset, len(source)) if is_within else len(source)
    if offset == 0 and len(source) <= width and source.isascii() and source.isprintable():
        return Excerpt(source[:start], source[start:end], source[end:])
    before = printable(source[max(0, start - width) : start])
    marked = printable(source[start : min(end, start + width)].replace("\t", _VISIBLE_TAB))
    after = printable(source[end : end + width])
    hidden_before, hidden_after = start > width or offset > 0, len(source) - end > width
    is_cut = end - start > width
    if is_cut or display_width(marked) > width:
        marked = _cut_end(marked, width - bool(before) - bool(after), is_cut=is_cut)
    left = width - display_width(marked)
    both = display_width(before) + display_width(after)
    if hidden_before or hidden_after or both > left:
        for_after = min(display_width(after), left - min(display_width(before), left // 2))
        for_before = left - for_after
        before = _cut_start(before, for_before, is_cut=hidden_before)
        after = _cut_end(after, for_after, is_cut=hidden_after)
    return Excerpt(before, marked, after)


def _cut_end(text: str, width: int, *, is_cut: bool = False) -> str:
    """Return the beginning of a text that fits. `is_cut` means that the text continues after it."""
    if not is_cut and display_width(text) <= width:
        return text
    return _fitting(text, width - 1) + _ELLIPSIS if width > 0 else ""


def _cut_start(text: str, width: int, *, is_cut: bool = False) -> str:
    """Return the end of a text that fits. `is_cut` means that more text precedes it."""
    if not is_cut and display_width(text) <= width:
        return text
    return _ELLIPSIS + _fitting(text[::-1], width - 1)[::-1] if width > 0 else ""


def _fitting(text: str, width: int) -> str:
    """Return the longest beginning of a text that is no wider than `width`."""
    shown = text[: max(0, width)]
    while display_width(shown) > width:
        shown = shown[:-1]
    return shown
