"""Makes the fixes in one file, and verifies each fix before it is made.

A fix is made only if the value of the new text is exactly the edited value, its finding is gone,
and there is no new finding, except from policies that could not run on the document before.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from validator.checking.checked_file import CheckedFile
from validator.checking.document_check import DocumentCheck
from validator.checking.file_check import FileCheck
from validator.checking.moved_paths import MovedPaths
from validator.document.span_locator import line_starts
from validator.document.stable_paths import value_digest
from validator.document.text_edits import TextEdit, apply_edits
from validator.document.value_edits import edited_value
from validator.findings.diagnostic import Diagnostic
from validator.findings.fix import Edit, PlacedFix, TextChange
from validator.findings.json_pointer import pointer_parts

_MIN_TRIALS, _MAX_TRIALS = 16, 60
_TRIAL_BYTES = 6_000_000
"""The total size of texts, in bytes, up to which parts of fixes are tried."""

_MAX_FAILURES = 6
"""The number of failed fixes after which an id is given up, unless a fix of it has succeeded."""

Key = tuple[str, tuple[str, ...]]
"""The identity of a finding before and after a fix: its id and the parts of its path."""


Place = tuple[str, ...]
"""The first parts of a path: an entry of subscriptions, users, partners or usage."""
_PLACE_PARTS = 2


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


class _Candidate(NamedTuple):
    """A fix and the findings that it resolves."""

    document: int
    fix: PlacedFix
    edits: tuple[TextEdit, ...]
    targets: tuple[Diagnostic, ...]

    @property
    def kind(self) -> str:
        """The id of its finding."""
        return self.targets[0].id

    @property
    def places(self) -> frozenset[Place]:
        """The places of its edits."""
        return frozenset(tuple(pointer_parts(edit.path))[:_PLACE_PARTS] for edit in self.fix.edits)


def make_fixes(state: FileState, wanted: Sequence[Diagnostic], open_text: Open) -> FixedText | None:
    """Make the fixes of the wanted findings that do not overlap; None if no fix can be made.

    If fixes overlap, the first of them are tried. If none of those can be made, the others are
    tried.
    """
    candidates = _candidates(state, wanted)
    while candidates:
        chosen = _without_meetings(candidates)
        made, after = _prove(state, chosen, open_text)
        if made:
            edits = sorted((edit for item in made for edit in item.edits), key=_start)
            targets = {id(target) for item in made for target in item.targets}
            return FixedText(after, edits, len(targets))
        tried = {id(item) for item in chosen}
        candidates = [item for item in candidates if id(item) not in tried]
    return None


def _candidates(state: FileState, wanted: Sequence[Diagnostic]) -> list[_Candidate]:
    """Return the fixes of the wanted findings, in the order of the report.

    Findings that do not exist any more are left out. Findings with the same changes are one fix.
    """
    found = (item for items in state.found.values() for item in items)
    here = {(item.id, item.document, item.path, item.span): item for item in found}
    starts = line_starts(state.text)
    by_changes: dict[tuple[TextChange, ...], _Candidate] = {}
    for target in wanted:
        item = here.get((target.id, target.document, target.path, target.span))
        if item is None or item.fix is None:
            continue
        known = by_changes.get(item.fix.changes)
        if known is not None:
            by_changes[item.fix.changes] = known._replace(targets=(*known.targets, item))
            continue
        edits = tuple(_text_edit(change, starts) for change in item.fix.changes)
        by_changes[item.fix.changes] = _Candidate(item.document, item.fix, edits, (item,))
    return list(by_changes.values())


def _text_edit(change: TextChange, starts: Sequence[int]) -> TextEdit:
    start = starts[change.line - 1] + change.column - 1
    end = starts[change.end_line - 1] + change.end_column - 1
    return TextEdit(start, end, change.text)


def _start(edit: TextEdit) -> tuple[int, int]:
    return edit.start, edit.end


def _without_meetings(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Return the fixes that do not overlap with a fix before them."""
    taken: list[tuple[int, int]] = []
    chosen: list[_Candidate] = []
    for item in candidates:
        ranges = [_start(edit) for edit in item.edits]
        if any(_meets(span, taken) for span in ranges):
            continue
        for span in ranges:
            insort(taken, span)
        chosen.append(item)
    return chosen


def _meets(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    """Return whether a range overlaps another range or is an insertion at the edge of one."""
    number = bisect_left(taken, span)
    for other in taken[max(0, number - 2) : number + 2]:
        is_insertion = span[0] == span[1] or other[0] == other[1]
        first, last = max(span[0], other[0]), min(span[1], other[1])
        if first < last or (is_insertion and first == last):
            return True
    return False


class _Search:
    """Searches for the fixes in a document that can be made together."""

    def __init__(self) -> None:
        self.made: list[_Candidate] = []
        self.group: list[_Candidate] = []
        self._waiting: list[list[_Candidate]] = [[]]
        self._failures: Counter[str] = Counter()

    def add(self, item: _Candidate) -> None:
        """Add a fix to try together with the others."""
        self._waiting[0].append(item)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to try."""
        return not self._waiting

    def start_trial(self) -> list[_Candidate]:
        """Choose the next group; return the accepted fixes together with this group."""
        self.group = self._waiting.pop() if self._waiting else []
        if any(self._failures[item.kind] >= _MAX_FAILURES for item in self.group):
            self.group = []
        return [*self.made, *self.group]

    def end_trial(self, blamed: Collection[Place] | None) -> None:
        """Accept the group, or reject it and try its parts.

        `blamed` are the places at which the fixes have failed; None if no fix has failed.
        """
        group = self.group
        if blamed is None:
            self.made += group
            for item in group:
                self._failures[item.kind] = -_MAX_TRIALS
        elif len(group) == 1:
            self._failures[group[0].kind] += 1
        else:
            self._waiting += _parts(group, blamed)


def _prove(
    before: FileState, chosen: Sequence[_Candidate], open_text: Open
) -> tuple[list[_Candidate], FileState]:
    """Return the fixes that can be made, and the state of the file with them.

    Each trial covers all documents of the file, but each document is judged separately. If the
    fixes in a document cannot be made together, they are tried in parts.
    """
    searches: dict[int, _Search] = {}
    for item in chosen:
        searches.setdefault(item.document, _Search()).add(item)
    size = max(1, len(before.text))
    for _ in range(max(_MIN_TRIALS, min(_MAX_TRIALS, _TRIAL_BYTES // size))):
        tried = {document: search.start_trial() for document, search in searches.items()}
        if not any(search.group for search in searches.values()):
            if all(search.is_done for search in searches.values()):
                break
            continue
        state = open_text(_edited(before.text, tried))
        for document, search in searches.items():
            if search.group:
                search.end_trial(_failures(before, state, document, tried[document]))
        if all(
            search.is_done and search.made == tried[number] for number, search in searches.items()
        ):
            return _flat(tried), state
    made = {document: search.made for document, search in searches.items()}
    if any(made.values()):
        state = open_text(_edited(before.text, made))
        if all(_failures(before, state, number, items) is None for number, items in made.items()):
            return _flat(made), state
    return [], before


def _flat(made: Mapping[int, Sequence[_Candidate]]) -> list[_Candidate]:
    return [item for items in made.values() for item in items]


def _edited(text: str, candidates: Mapping[int, Sequence[_Candidate]]) -> str:
    edits = (edit for item in _flat(candidates) for edit in item.edits)
    return apply_edits(text, sorted(edits, key=_start))


def _parts(group: Sequence[_Candidate], blamed: Collection[Place]) -> list[list[_Candidate]]:
    """Return the parts of a group. The last part is tried first.

    The group is split into the fixes at blamed places and the others, or by kind, or in halves.
    """
    around = [item for item in group if not item.places.isdisjoint(blamed)]
    if 0 < len(around) < len(group):
        return [around, [item for item in group if item.places.isdisjoint(blamed)]]
    kinds: dict[str, list[_Candidate]] = {}
    for item in group:
        kinds.setdefault(item.kind, []).append(item)
    if len(kinds) > 1:
        return list(kinds.values())[::-1]
    middle = len(group) // 2
    return [list(group[middle:]), list(group[:middle])]


def _failures(
    before: FileState, after: FileState, document: int, made: Sequence[_Candidate]
) -> Collection[Place] | None:
    """Return the places at which fixes in a document have failed; None if no fix has failed.

    A fix fails if its finding remains or a new finding appears. The result is empty if the whole
    document is not as expected.
    """
    if not made:
        return None
    is_same_file = len(before.check.documents) == len(after.check.documents)
    if not is_same_file or not set(after.result.failures) <= set(before.result.failures):
        return ()
    old, new = before.document(document), after.document(document)
    edits = [edit for item in made for edit in item.fix.edits]
    if not _is_expected(old, new, edits):
        return ()
    moved = MovedPaths(edits)
    targets = [[_moved_key(moved, target) for target in item.targets] for item in made]
    wanted = Counter(key for keys in targets for key in {*keys} if key is not None)
    was_blocked = old.tenant is None and new.tenant is not None
    then = Counter(_keys(before, document, moved))
    now = Counter(_keys(after, document, MovedPaths(())))
    failed = [
        keys[0]
        for keys in targets
        if not any(key is None or now[key] <= then[key] - wanted[key] for key in keys)
    ]
    visible_then = Counter(_keys(before, document, moved, only_visible=True))
    visible_now = Counter(_keys(after, document, MovedPaths(()), only_visible=True))
    failed += [
        key
        for had, has in ((then, now), (visible_then, visible_now))
        for key, number in has.items()
        if number > had[key] and not (was_blocked and _is_of_policies(key[0]))
    ]
    return {path[:_PLACE_PARTS] for _, path in filter(None, failed)} if failed else None


def _is_expected(old: DocumentCheck, new: DocumentCheck, edits: Sequence[Edit]) -> bool:
    """Return whether the new value of a document is the old value with the edits made in it."""
    if not new.document.is_readable:
        return False
    if not edits:
        return old.value_digest == new.value_digest
    try:
        expected = edited_value(old.document.value, edits)
    except (LookupError, TypeError, ValueError, AttributeError):
        return False
    return value_digest(expected) == new.value_digest


def _is_of_policies(id: str) -> bool:
    """Return whether a finding requires a document on which policies can run."""
    return not id.startswith(("yaml-", "schema-"))


def _moved_key(moved: MovedPaths, item: Diagnostic) -> Key | None:
    path = moved.path(item.path)
    return None if path is None else (item.id, path)


def _keys(
    state: FileState, document: int, moved: MovedPaths, *, only_visible: bool = False
) -> Iterator[Key]:
    """Yield the keys of the findings in a document, with their paths after edits."""
    for item in state.found.get(document, ()):
        key = _moved_key(moved, item)
        if key is not None and not (only_visible and item.suppressed is not None):
            yield key
