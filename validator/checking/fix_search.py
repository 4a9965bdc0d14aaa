"""Chooses fixes of a file to try together, and the parts of those that fail together."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from validator.document.text_edits import TextEdit
from validator.findings.diagnostic import Diagnostic
from validator.findings.fix import PlacedFix
from validator.findings.json_pointer import pointer_parts

MAX_TRIALS = 60
"""The largest number of trials in one search."""

_MAX_FAILURES = 6
"""The number of failed fixes after which an id is given up, unless a fix of it has succeeded."""

Place = tuple[str, ...]
"""The first parts of a path: an entry of subscriptions, users, partners or usage."""
_PLACE_PARTS = 2


def place_of(parts: Sequence[str]) -> Place:
    """Return the place of a path, given its parts."""
    return tuple(parts[:_PLACE_PARTS])


class Candidate(NamedTuple):
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
        return frozenset(place_of(pointer_parts(edit.path)) for edit in self.fix.edits)

    @property
    def renamed(self) -> set[tuple[int, str, object]]:
        """The keys that its edits rename others to, with the document and the mapping."""
        return {
            (self.document, edit.path.rpartition("/")[0], edit.value)
            for edit in self.fix.edits
            if edit.kind == "rename"
        }


def without_meetings(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the fixes that do not overlap with a fix before them, or make the same key."""
    taken: list[tuple[int, int]] = []
    keys: set[tuple[int, str, object]] = set()
    chosen: list[Candidate] = []
    for item in candidates:
        ranges = [edit_range(edit) for edit in item.edits]
        renamed = item.renamed
        if any(_meets(span, taken) for span in ranges) or not keys.isdisjoint(renamed):
            continue
        for span in ranges:
            insort(taken, span)
        keys |= renamed
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


def edit_range(edit: TextEdit) -> tuple[int, int]:
    """Return the range of an edit in the text, by which edits are sorted."""
    return edit.start, edit.end


class Search:
    """Searches for the fixes in a document that can be made together."""

    def __init__(self) -> None:
        self.made: list[Candidate] = []
        self.group: list[Candidate] = []
        self._waiting: list[list[Candidate]] = [[]]
        self._failures: Counter[str] = Counter()

    def add(self, item: Candidate) -> None:
        """Add a fix to try together with the others."""
        self._waiting[0].append(item)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to try."""
        return not self._waiting

    def start_trial(self) -> list[Candidate]:
        """Choose the next group; return the accepted fixes together with this group."""
        self.group = self._waiting.pop() if self._waiting else []
        if any(self._failures[item.kind] >= _MAX_FAILURES for item in self.group):
            self.group = []
        return [*self.made, *self.group]

    def accept(self) -> None:
        """Accept the group, whose trial has succeeded."""
        self.made += self.group
        for item in self.group:
            self._failures[item.kind] = -MAX_TRIALS

    def reject(self, blamed: Collection[Place]) -> None:
        """Reject the group, and try its parts. `blamed` are the places at which fixes have failed.

        There are none if the places are not known.
        """
        if len(self.group) == 1:
            self._failures[self.group[0].kind] += 1
        else:
            self._waiting += _parts(self.group, blamed)


def _parts(group: Sequence[Candidate], blamed: Collection[Place]) -> list[list[Candidate]]:
    """Return the parts of a group. The last part is tried first.

    The group is split into the fixes at blamed places and the others, or into the first fix at
    each place and the others, or by kind, or in halves.
    """
    around = [item for item in group if not item.places.isdisjoint(blamed)]
    if 0 < len(around) < len(group):
        return [around, [item for item in group if item.places.isdisjoint(blamed)]]
    firsts, others = _first_of_each_place(group)
    if around and others:
        return [others, firsts]
    kinds: dict[str, list[Candidate]] = {}
    for item in group:
        kinds.setdefault(item.kind, []).append(item)
    if len(kinds) > 1:
        return list(kinds.values())[::-1]
    middle = len(group) // 2
    return [list(group[middle:]), list(group[:middle])]


def _first_of_each_place(group: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """Return the fixes at places where no fix before them is, and the other fixes."""
    places: set[Place] = set()
    firsts: list[Candidate] = []
    others: list[Candidate] = []
    for item in group:
        (firsts if places.isdisjoint(item.places) else others).append(item)
        places |= item.places
    return firsts, others
