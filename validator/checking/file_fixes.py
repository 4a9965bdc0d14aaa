"""Makes the fixes in one file, and verifies each fix before it is made.

A fix is made only if the value of the new text is exactly the edited value, its finding is gone,
and there is no new finding, except from policies that could not run on the document before.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from validator.checking.checked_file import CheckedFile
from validator.checking.document_check import DocumentCheck
from validator.checking.file_check import FileCheck
from validator.checking.fix_search import (
    MAX_TRIALS,
    Candidate,
    Place,
    Search,
    edit_range,
    place_of,
    without_meetings,
)
from validator.checking.moved_paths import MovedPaths
from validator.document.span_locator import line_starts
from validator.document.stable_paths import value_digest
from validator.document.text_edits import TextEdit, apply_edits
from validator.document.value_edits import edited_value
from validator.findings.diagnostic import Diagnostic
from validator.findings.fix import Edit, TextChange

_MIN_TRIALS = 16
_TRIAL_BYTES = 6_000_000
"""The total size of texts, in bytes, up to which parts of fixes are tried."""

Key = tuple[str, tuple[str, ...]]
"""The identity of a finding before and after a fix: its id and the parts of its path."""


class FileState(NamedTuple):
    """A text of a file and the findings in it, by document."""

    text: str
    check: FileCheck
    result: CheckedFile
    found: Mapping[int, Sequence[Diagnostic]]

    def document(self, index: int) -> DocumentCheck:
        """Return the check of a document."""
        return self.check.document_checks[index]


def file_state(check: FileCheck, day: date) -> FileState:
    """Return the state of a file on a day. Raises SchemaError.

    A suppression that may cover a finding from the fleet is treated as if it covers none.
    """
    result = check.on(day)
    pending = (item.unused for item in result.pending_suppressions)
    found: dict[int, list[Diagnostic]] = {}
    for item in (*result.diagnostics, *(item for item in pending if item is not None)):
        found.setdefault(item.document, []).append(item)
    return FileState(check.text, check, result, found)


class FixedText(NamedTuple):
    """The state of a file after some fixes, with their edits and their number."""

    state: FileState
    edits: Sequence[TextEdit]
    number: int


Open = Callable[[str], FileState]
"""Checks a text instead of the text of the file."""


def make_fixes(state: FileState, wanted: Sequence[Diagnostic], open_text: Open) -> FixedText | None:
    """Make the fixes of the wanted findings that do not overlap; None if no fix can be made.

    If fixes overlap, the first of them are tried. If none of those can be made, the others are
    tried.
    """
    candidates = _candidates(state, wanted)
    while candidates:
        chosen = without_meetings(candidates)
        made, after = _prove(state, chosen, open_text)
        if made:
            edits = sorted((edit for item in made for edit in item.edits), key=edit_range)
            targets = {id(target) for item in made for target in item.targets}
            return FixedText(after, edits, len(targets))
        tried = {id(item) for item in chosen}
        candidates = [item for item in candidates if id(item) not in tried]
    return None


def _candidates(state: FileState, wanted: Sequence[Diagnostic]) -> list[Candidate]:
    """Return the fixes of the wanted findings, in the order of the report.

    Findings that do not exist any more are left out. Findings with the same changes are one fix.
    """
    found = (item for items in state.found.values() for item in items)
    here = {(item.id, item.document, item.path, item.span): item for item in found}
    starts = line_starts(state.text)
    by_changes: dict[tuple[TextChange, ...], Candidate] = {}
    for target in wanted:
        item = here.get((target.id, target.document, target.path, target.span))
        if item is None or item.fix is None:
            continue
        known = by_changes.get(item.fix.changes)
        if known is not None:
            by_changes[item.fix.changes] = known._replace(targets=(*known.targets, item))
            continue
        edits = tuple(_text_edit(change, starts) for change in item.fix.changes)
        by_changes[item.fix.changes] = Candidate(item.document, item.fix, edits, (item,))
    return list(by_changes.values())


def _text_edit(change: TextChange, starts: Sequence[int]) -> TextEdit:
    start = starts[change.line - 1] + change.column - 1
    end = starts[change.end_line - 1] + change.end_column - 1
    return TextEdit(start, end, change.text)


def _prove(
    before: FileState, chosen: Sequence[Candidate], open_text: Open
) -> tuple[list[Candidate], FileState]:
    """Return the fixes that can be made, and the state of the file with them.

    Each trial covers all documents of the file, but each document is judged separately. If the
    fixes in a document cannot be made together, they are tried in parts.
    """
    searches: dict[int, Search] = {}
    for item in chosen:
        searches.setdefault(item.document, Search()).add(item)
    size = max(1, len(before.text))
    for _ in range(max(_MIN_TRIALS, min(MAX_TRIALS, _TRIAL_BYTES // size))):
        tried = {document: search.start_trial() for document, search in searches.items()}
        if not any(search.group for search in searches.values()):
            if all(search.is_done for search in searches.values()):
                break
            continue
        state = open_text(_edited(before.text, tried))
        for document, search in searches.items():
            if not search.group:
                continue
            failure = _failure(before, state, document, tried[document])
            if failure is None:
                search.accept()
            else:
                search.reject(failure.places)
        if all(
            search.is_done and search.made == tried[number] for number, search in searches.items()
        ):
            return _flat(tried), state
    made = {document: search.made for document, search in searches.items()}
    if any(made.values()):
        state = open_text(_edited(before.text, made))
        if all(_failure(before, state, number, items) is None for number, items in made.items()):
            return _flat(made), state
    return [], before


def _flat(made: Mapping[int, Sequence[Candidate]]) -> list[Candidate]:
    return [item for items in made.values() for item in items]


def _edited(text: str, candidates: Mapping[int, Sequence[Candidate]]) -> str:
    edits = (edit for item in _flat(candidates) for edit in item.edits)
    return apply_edits(text, sorted(edits, key=edit_range))


class _Failure(NamedTuple):
    """The places at which fixes in a document have failed.

    There are none if the whole document is not as expected.
    """

    places: Collection[Place] = ()


def _failure(
    before: FileState, after: FileState, document: int, made: Sequence[Candidate]
) -> _Failure | None:
    """Return where fixes in a document have failed; None if no fix has failed.

    A fix fails if its finding remains or a new finding appears.
    """
    if not made:
        return None
    edits = [edit for item in made for edit in item.fix.edits]
    if not _is_expected(before, after, document, edits):
        return _Failure()
    moved, unmoved = MovedPaths(edits), MovedPaths(())
    then, now = _keys(before, document, moved), _keys(after, document, unmoved)
    visible_then = _keys(before, document, moved, only_visible=True)
    visible_now = _keys(after, document, unmoved, only_visible=True)
    new = [*(now - then), *(visible_now - visible_then)]
    if before.document(document).tenant is None and after.document(document).tenant is not None:
        new = [key for key in new if not _is_of_policies(key[0])]
    targets = [[_moved_key(moved, target) for target in item.targets] for item in made]
    places = {place_of(path) for _, path in (*_remaining(then, now, targets), *new)}
    return _Failure(places) if places else None


def _is_expected(before: FileState, after: FileState, document: int, edits: Sequence[Edit]) -> bool:
    """Return whether the new value of a document is the old value with the edits made in it.

    The file must have the same number of documents as before, and no new failure.
    """
    is_same_file = len(before.check.documents) == len(after.check.documents)
    if not is_same_file or not set(after.result.failures) <= set(before.result.failures):
        return False
    old, new = before.document(document), after.document(document)
    if not new.document.is_readable:
        return False
    if not edits:
        return old.value_digest == new.value_digest
    try:
        expected = edited_value(old.document.value, edits)
    except (LookupError, TypeError, ValueError, AttributeError):
        return False
    return value_digest(expected) == new.value_digest


def _remaining(
    then: Counter[Key], now: Counter[Key], targets: Sequence[Sequence[Key | None]]
) -> list[Key]:
    """Return a key of each fix none of whose findings is gone.

    `then` and `now` count the findings without and with the fixes. `targets` has the keys of the
    findings of each fix, None for a finding at a removed value.
    """
    wanted = Counter(key for keys in targets for key in {*keys} if key is not None)
    remaining: list[Key] = []
    for keys in targets:
        left = [key for key in keys if key is not None and now[key] > then[key] - wanted[key]]
        if len(left) == len(keys):
            remaining.append(left[0])
    return remaining


def _is_of_policies(id: str) -> bool:
    """Return whether a finding requires a document on which policies can run."""
    return not id.startswith(("yaml-", "schema-"))


def _moved_key(moved: MovedPaths, item: Diagnostic) -> Key | None:
    path = moved.path(item.path)
    return None if path is None else (item.id, path)


def _keys(
    state: FileState, document: int, moved: MovedPaths, *, only_visible: bool = False
) -> Counter[Key]:
    """Count the findings in a document by key, with their paths after edits."""
    found = (
        _moved_key(moved, item)
        for item in state.found.get(document, ())
        if not (only_visible and item.suppressed is not None)
    )
    return Counter(key for key in found if key is not None)
