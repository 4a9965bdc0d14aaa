"""Diagnostics of a file as bytes: columns of JSON.

There are five lines: what every format shows, the context in the text, the names with the digests,
the fixes, and the changes that the fixes make. A line is only decoded if it is needed.
"""

import json
from collections.abc import Sequence
from sys import intern
from typing import Any

from validator.cache.stored_records import check_types, record, related_location, spans
from validator.checking.settings import EVERYTHING, Needs
from validator.findings.diagnostic import Diagnostic
from validator.findings.finding import Fold
from validator.findings.fix import Edit, PlacedFix, TextChange
from validator.findings.severity import SEVERITIES
from validator.system import cache_store

Column = Sequence[Any]

_NONE = type(None)
_SHOWN: dict[str, tuple[type, ...]] = {
    "id": (str,), "topic": (str,), "severity": (str,), "message": (str,), "help": (str,),
    "document": (int,), "tenant": (str, _NONE), "path": (str,), "span": (list,),
    "suppressed": (str, _NONE), "fold": (list, _NONE),
}  # fmt: skip
_CONTEXT: dict[str, tuple[type, ...]] = {
    "source": (str,), "source_offset": (int,), "related": (list,),
}  # fmt: skip
_NAMES: dict[str, tuple[type, ...]] = {"name": (str,), "digest": (str,)}
_FIXES: dict[str, tuple[type, ...]] = {"fix": (list, _NONE)}
_CHANGES: dict[str, tuple[type, ...]] = {"changes": (list, _NONE)}
# Many diagnostics share these texts, so interning them saves memory.
_REPEATED = ("id", "topic", "severity", "help", "path")


# Not empty, so that lost bytes are never taken for a file without findings.
_NO_DIAGNOSTICS = b"-"


def encode_diagnostics(diagnostics: Sequence[Diagnostic]) -> bytes:
    """Return diagnostics as lines. Their file is left out."""
    if not diagnostics:
        return _NO_DIAGNOSTICS
    columns = dict(zip(Diagnostic._fields, zip(*diagnostics, strict=True), strict=False))
    fixes: Sequence[PlacedFix | None] = columns.get("fix", ())
    lines = (
        [columns.get(name, ()) for name in _SHOWN],
        [columns.get(name, ()) for name in _CONTEXT],
        [columns.get(name, ()) for name in _NAMES],
        [[fix and (fix.title, fix.safe) for fix in fixes]],
        [[fix and (fix.changes, fix.edits) for fix in fixes]],
    )
    return b"\n".join(map(cache_store.encode, lines))


def decode_diagnostics(file: str, data: bytes, needs: Needs) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a file; what `needs` leaves out is empty.

    Raises TypeError and ValueError for bytes that encode something else.
    """
    if data == _NO_DIAGNOSTICS:
        return ()
    shown, context, names, fixes, changes = data.split(b"\n")
    columns = _columns(shown, _SHOWN)
    number = len(columns["id"])
    if not set(columns["severity"]) <= set(SEVERITIES):
        raise ValueError("a severity is unknown")
    for name in _REPEATED:
        columns[name] = list(map(intern, columns[name]))
    columns["span"] = spans(columns["span"])
    columns["fold"] = [
        None if item is None else record(Fold, item, _FOLD) for item in columns["fold"]
    ]
    columns["file"] = [file] * number
    empty = _empty(number, needs)
    if needs.context:
        columns |= _columns(context, _CONTEXT)
        columns["source"] = list(map(intern, columns["source"]))
        columns["related"] = [tuple(map(related_location, rows)) for rows in columns["related"]]
    if needs.names:
        columns |= _columns(names, _NAMES)
    if needs.fixes:
        titles = _columns(fixes, _FIXES)["fix"]
        made = _columns(changes, _CHANGES)["changes"] if needs.changes else [((), ())] * number
        pairs = zip(titles, made, strict=True)
        columns["fix"] = [None if fix is None else _fix(*fix, *made) for fix, made in pairs]
    return _diagnostics({**columns, **empty})


def needed_parts(diagnostics: tuple[Diagnostic, ...], needs: Needs) -> tuple[Diagnostic, ...]:
    """Return diagnostics without the parts that `needs` leaves out."""
    if needs == EVERYTHING or not diagnostics:
        return diagnostics
    columns = dict(zip(Diagnostic._fields, zip(*diagnostics, strict=True), strict=True))
    if needs.fixes and not needs.changes:
        columns["fix"] = tuple(
            [fix and fix._replace(changes=(), edits=()) for fix in columns["fix"]]
        )
    return _diagnostics({**columns, **_empty(len(diagnostics), needs)})


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


def _diagnostics(columns: dict[str, Column]) -> tuple[Diagnostic, ...]:
    ordered = [columns[name] for name in Diagnostic._fields]
    return tuple(map(Diagnostic._make, zip(*ordered, strict=True)))


def _columns(line: bytes, types: dict[str, tuple[type, ...]]) -> dict[str, Column]:
    """Return the columns of a line, by name. Raises TypeError and ValueError."""
    columns: dict[str, Column] = dict(zip(types, json.loads(line), strict=True))
    for name, column in columns.items():
        check_types(column, types[name])
    return columns


_FOLD = (str,) * 2
_CHANGE = (int, int, int, int, str)


def _fix(title: Any, safe: Any, changes: Column, edits: Column) -> PlacedFix:
    check_types((title,), (str,))
    check_types((safe,), (bool,))
    placed = tuple([record(TextChange, change, _CHANGE) for change in changes])
    return PlacedFix(title, safe, placed, tuple([_edit(*edit) for edit in edits]))


def _edit(kind: Any, path: Any, value: object) -> Edit:
    check_types((kind, path), (str,))
    return Edit(kind, path, value)
