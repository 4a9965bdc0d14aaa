"""Offer the fixes of `check --fix` to the editor, each verified first."""

import os
from collections.abc import Sequence
from functools import partial

from validator.checking.file_check import FileCheck
from validator.checking.file_fixes import FileState, file_state, make_fixes
from validator.document.span_locator import SpanLocator
from validator.findings.diagnostic import Diagnostic, Span
from validator.findings.fix import TextChange
from validator.lsp.folder import Folder, Opened
from validator.lsp.messages import Place, Repair

_MOST = 10
"""The maximum number of offered fixes in a range; to verify one takes as long as a check."""
_MAX_PASSES = 100


def fixes(folder: Folder, place: Place) -> tuple[Repair, ...]:
    """Return the fixes in a range that remove their findings and cause no others."""
    opened = folder.open(place)
    if opened.result.failures:
        return ()
    found = [item for item in _shown(opened) if item.fix is not None and _touches(item.span, place)]
    state = _state(opened)
    offered: list[Repair] = []
    seen: set[tuple[TextChange, ...]] = set()
    for item in found[:_MOST]:
        if item.fix is None or item.fix.changes in seen:
            continue
        seen.add(item.fix.changes)
        if make_fixes(state, [item], partial(_open_text, opened, place)) is not None:
            same = (other for other in found if other.fix and other.fix.changes == item.fix.changes)
            offered.append(Repair(item.fix.title, item.fix.safe, tuple(same), item.fix.changes))
    return tuple(offered)


def fix_all(folder: Folder, place: Place) -> Repair | None:
    """Return all safe fixes of a text as one change; overlapping fixes are made in turn."""
    opened = folder.open(place)
    if opened.result.failures:
        return None
    state, number = _state(opened), 0
    for _ in range(_MAX_PASSES):
        found = (item for items in state.found.values() for item in items)
        wanted = [
            item
            for item in found
            if item.suppressed is None and item.fix is not None and item.fix.safe
        ]
        fixed = make_fixes(state, wanted, partial(_open_text, opened, place)) if wanted else None
        if fixed is None:
            break
        state, number = fixed.state, number + fixed.number
    if not number:
        return None
    change = _difference(opened.file.text, state.text)
    title = "apply 1 safe fix" if number == 1 else f"apply {number:,} safe fixes"
    return Repair(title, True, (), (change,))


def _shown(opened: Opened) -> Sequence[Diagnostic]:
    return [item for item in opened.result.diagnostics if item.suppressed is None]


def _state(opened: Opened) -> FileState:
    return file_state(opened.file, opened.day)


def _open_text(opened: Opened, place: Place, text: str) -> FileState:
    data = text.encode("utf-8", "surrogatepass")
    return file_state(FileCheck(place.name, data, opened.loaded.selection), opened.day)


def _touches(span: Span, place: Place) -> bool:
    """Return whether a span and the range of a place overlap or touch."""
    start, end = (place.line + 1, place.column + 1), (place.end_line + 1, place.end_column + 1)
    return (span.line, span.column) <= end and start <= (span.end_line, span.end_column)


def _difference(before: str, after: str) -> TextChange:
    """Return the change from one text to another, without their common start and end."""
    start = _common(before, after)
    rest = min(len(before), len(after)) - start
    same = _common(before[::-1][:rest], after[::-1][:rest])
    span = SpanLocator(before).span_between(start, len(before) - same)
    return TextChange(*span, after[start : len(after) - same])


def _common(one: str, other: str) -> int:
    """Return the length of the common prefix of two texts."""
    return len(os.path.commonprefix([one, other]))  # noqa: RUF071 - of characters, not of paths
