"""Diagnostics of a group of files as bytes: columns of JSON.

There are six lines: what every format shows, the context in the text, the related locations, the
names with the digests, the fixes, and the changes that the fixes make. A line is only decoded if it
is needed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice, repeat
from sys import intern
from typing import Any

from validator.cache.stored_records import check_types, record
from validator.checking.settings import EVERYTHING, Needs
from validator.findings.diagnostic import Diagnostic, RelatedLocation, Span
from validator.findings.finding import Fold
from validator.findings.fix import Edit, PlacedFix, TextChange
from validator.findings.severity import SEVERITIES
from validator.system import cache_store

Column = Sequence[Any]
Columns = Mapping[str, Column]
Types = tuple[type, ...]

_STR, _INT, _NONE = (str,), (int,), type(None)
_SPAN: dict[str, Types] = dict.fromkeys(Span._fields, _INT)
_SHOWN: dict[str, Types] = {
    "id": _STR, "topic": _STR, "severity": _STR, "message": _STR, "help": _STR, "document": _INT,
    "tenant": (str, _NONE), "path": _STR, "suppressed": (str, _NONE), "fold": (list, _NONE),
    **_SPAN,
}  # fmt: skip
# `related` has the number of related locations.
_CONTEXT: dict[str, Types] = {"source": _STR, "source_offset": _INT, "related": _INT}
_RELATED: dict[str, Types] = {
    "message": _STR, "file": _STR, "path": _STR, "source": _STR, "source_offset": _INT, **_SPAN,
}  # fmt: skip
_NAMES: dict[str, Types] = {"name": _STR, "digest": _STR}
_FIXES: dict[str, Types] = {"fix": (list, _NONE)}
_CHANGES: dict[str, Types] = {"changes": (list, _NONE)}
# Many diagnostics share these texts, so interning them saves memory.
_REPEATED = ("id", "topic", "severity", "help", "path", "source")


def encode_diagnostics(diagnostics: Sequence[Diagnostic]) -> list[bytes]:
    """Return diagnostics as lines. Their files are left out."""
    columns = _columns_of(Diagnostic, diagnostics)
    fixes = columns["fix"]
    related = _columns_of(RelatedLocation, list(chain.from_iterable(columns["related"])))
    lines: list[Sequence[Column]] = [
        _in_order(columns | _columns_of(Span, columns["span"]), _SHOWN),
        [columns["source"], columns["source_offset"], list(map(len, columns["related"]))],
        _in_order(related | _columns_of(Span, related["span"]), _RELATED),
        _in_order(columns, _NAMES),
        [[fix and (fix.title, fix.safe) for fix in fixes]],
        [[fix and (fix.changes, fix.edits) for fix in fixes]],
    ]
    return list(map(cache_store.encode, lines))


def _columns_of(kind: Any, records: Sequence[Any]) -> dict[str, Column]:
    columns = zip(*records, strict=True) if records else repeat(())
    return dict(zip(kind._fields, columns, strict=False))


def _in_order(columns: Columns, types: Iterable[str]) -> list[Column]:
    return [columns[name] for name in types]


def decode_diagnostics(
    files: Sequence[str], numbers: Sequence[int], lines: Sequence[bytes], needs: Needs
) -> tuple[Diagnostic, ...]:
    """Return diagnostics; what `needs` leaves out is empty.

    `numbers` are the numbers of diagnostics of the files. Raises TypeError and ValueError for lines
    that encode something else.
    """
    shown, context, related, names, fixes, changes = lines
    columns = _decoded(shown, _SHOWN)
    if not set(columns["severity"]) <= set(SEVERITIES):
        raise ValueError("a severity is unknown")
    columns["span"] = _spans(columns)
    columns["fold"] = [
        None if item is None else record(Fold, item, _FOLD) for item in columns["fold"]
    ]
    total = len(columns["id"])
    if sum(numbers) != total or min(numbers, default=0) < 0:
        raise ValueError("the numbers of diagnostics are wrong")
    columns["file"] = list(chain.from_iterable(map(repeat, files, numbers)))
    if needs.context:
        columns |= _decoded(context, _CONTEXT)
        columns["related"] = _related(_decoded(related, _RELATED), columns["related"])
    if needs.names:
        columns |= _decoded(names, _NAMES)
    if needs.fixes:
        titles = _decoded(fixes, _FIXES)["fix"]
        nothing = [((), ())] * total
        made = _decoded(changes, _CHANGES)["changes"] if needs.changes else nothing
        pairs = zip(titles, made, strict=True)
        columns["fix"] = [None if fix is None else _fix(*fix, *made) for fix, made in pairs]
    return _diagnostics(columns | _empty(total, needs))


def needed_parts(diagnostics: tuple[Diagnostic, ...], needs: Needs) -> tuple[Diagnostic, ...]:
    """Return diagnostics without the parts that `needs` leaves out."""
    if needs == EVERYTHING or not diagnostics:
        return diagnostics
    columns = _columns_of(Diagnostic, diagnostics)
    if needs.fixes and not needs.changes:
        columns["fix"] = [fix and fix._replace(changes=(), edits=()) for fix in columns["fix"]]
    return _diagnostics(columns | _empty(len(diagnostics), needs))


def _empty(number: int, needs: Needs) -> dict[str, Column]:
    """Return the columns that `needs` leaves out, for a number of diagnostics."""
    empty: dict[str, Column] = {}
    if not needs.context:
        empty |= {"source": [""] * number, "source_offset": [0] * number}
        empty["related"] = [()] * number
    if not needs.names:
        empty |= {"name": [""] * number, "digest": [""] * number}
    if not needs.fixes:
        empty["fix"] = [None] * number
    return empty


def _diagnostics(columns: Columns) -> tuple[Diagnostic, ...]:
    ordered = _in_order(columns, Diagnostic._fields)
    return tuple(map(Diagnostic._make, zip(*ordered, strict=True)))


def _decoded(line: bytes, types: Mapping[str, Types]) -> dict[str, Column]:
    """Return the columns of a line, by name. Raises TypeError and ValueError."""
    columns: dict[str, Column] = dict(zip(types, json.loads(line), strict=True))
    for name, column in columns.items():
        check_types(column, types[name])
        if name in _REPEATED:
            columns[name] = list(map(intern, column))
    return columns


_FOLD = (str,) * 2
_CHANGE = (int, int, int, int, str)


def _spans(columns: Columns) -> list[Span]:
    return list(map(Span._make, zip(*_in_order(columns, _SPAN), strict=True)))


def _related(columns: Columns, numbers: Column) -> list[tuple[RelatedLocation, ...]]:
    """Return the related locations of each diagnostic, given their numbers."""
    every = {**columns, "file": list(map(intern, columns["file"])), "span": _spans(columns)}
    rows = zip(*_in_order(every, RelatedLocation._fields), strict=True)
    places = map(RelatedLocation._make, rows)
    if sum(numbers) != len(columns["file"]):
        raise ValueError("the numbers of related locations are wrong")
    return [tuple(islice(places, number)) if number else () for number in numbers]


def _fix(title: Any, safe: Any, changes: Column, edits: Column) -> PlacedFix:
    check_types((title,), (str,))
    check_types((safe,), (bool,))
    placed = tuple([record(TextChange, change, _CHANGE) for change in changes])
    return PlacedFix(title, safe, placed, tuple([_edit(*edit) for edit in edits]))


def _edit(kind: Any, path: Any, value: object) -> Edit:
    check_types((kind, path), (str,))
    return Edit(kind, path, value)
