"""Diagnostics of a group of files as bytes: columns of JSON.

There are five lines: what every format shows, the context in the text, the names with the digests,
the fixes, and the changes that the fixes make. A line is only decoded if it is needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from validator.cache.stored_records import check_columns, check_types, record
from validator.checking.record_columns import columns_of, records_of
from validator.checking.settings import EVERYTHING, Needs
from validator.findings.diagnostic import Diagnostic
from validator.findings.finding import Fold
from validator.findings.fix import Edit, PlacedFix, TextChange
from validator.findings.severity import SEVERITIES
from validator.system.fast_json import compact_json, parsed_json

_SHOWN = (
    "id", "topic", "severity", "message", "help", "document", "tenant", "path", "span",
    "suppressed", "fold",
)  # fmt: skip
_CONTEXT = ("source", "source_offset", "related")
_NAMES = ("name", "digest")
_FIX = ("fix",)
# What a field has if it is left out.
_EMPTY: Mapping[str, object] = {
    "source": "", "source_offset": 0, "related": (), "name": "", "digest": "", "fix": None,
}  # fmt: skip
_NO_DIAGNOSTICS = b"[]"
_FOLD = (str,) * 2
_CHANGE = (int, int, int, int, str)


def encode_diagnostics(diagnostics: Sequence[Diagnostic]) -> list[bytes]:
    """Return diagnostics as lines. Their files are left out."""
    columns = dict(zip(Diagnostic._fields, columns_of(Diagnostic, diagnostics), strict=False))
    fixes = columns.get("fix", ())
    lines = [
        [columns[name] for name in fields if name in columns]
        for fields in (_SHOWN, _CONTEXT, _NAMES)
    ]
    lines.append([[fix and (fix.title, fix.safe) for fix in fixes]])
    lines.append([[fix and (fix.changes, fix.edits) for fix in fixes]])
    return list(map(compact_json, lines))


def decode_diagnostics(
    files: Sequence[str], numbers: Sequence[int], lines: Sequence[bytes], needs: Needs
) -> list[Diagnostic]:
    """Return diagnostics; what `needs` leaves out is empty.

    `numbers` are the numbers of diagnostics of the files. Raises TypeError and ValueError for lines
    that encode something else.
    """
    shown, context, names, fixes, changes = lines
    columns = {} if shown == _NO_DIAGNOSTICS else _decoded(shown, _SHOWN)
    total = len(columns["id"]) if columns else 0
    if sum(numbers) != total or min(numbers, default=0) < 0:
        raise ValueError("the numbers of diagnostics are wrong")
    if not columns:
        return []
    if not set(columns["severity"]) <= set(SEVERITIES):
        raise ValueError("a severity is unknown")
    columns["fold"] = [
        None if item is None else record(Fold, item, _FOLD) for item in columns["fold"]
    ]
    columns["file"] = list(chain.from_iterable(map(repeat, files, numbers)))
    if needs.context:
        columns |= _decoded(context, _CONTEXT)
    if needs.names:
        columns |= _decoded(names, _NAMES)
    if needs.fixes:
        titles = _decoded(fixes, _FIX)["fix"]
        nothing = [((), ())] * total
        made = _decoded(changes, _FIX)["fix"] if needs.changes else nothing
        pairs = zip(titles, made, strict=True)
        columns["fix"] = [None if fix is None else _fix(*fix, *made) for fix, made in pairs]
    columns |= {name: [_EMPTY[name]] * total for name in _left_out(needs)}
    if not needs.context:
        columns["related"] = [0] * total, []
    return records_of(Diagnostic, [columns[name] for name in Diagnostic._fields])


def needed_parts(diagnostics: tuple[Diagnostic, ...], needs: Needs) -> tuple[Diagnostic, ...]:
    """Return diagnostics without the parts that `needs` leaves out."""
    if needs == EVERYTHING or not diagnostics:
        return diagnostics
    columns: dict[str, Sequence[Any]]
    columns = dict(zip(Diagnostic._fields, zip(*diagnostics, strict=True), strict=True))
    if needs.fixes and not needs.changes:
        columns["fix"] = [fix and fix._replace(changes=(), edits=()) for fix in columns["fix"]]
    columns |= {name: [_EMPTY[name]] * len(diagnostics) for name in _left_out(needs)}
    return tuple(map(Diagnostic._make, zip(*columns.values(), strict=True)))


def _left_out(needs: Needs) -> Iterable[str]:
    """Return the fields that `needs` leaves out."""
    return chain(
        () if needs.context else _CONTEXT,
        () if needs.names else _NAMES,
        () if needs.fixes else _FIX,
    )


def _decoded(line: bytes, fields: Sequence[str]) -> dict[str, Any]:
    """Return the columns of a line, by name. Raises TypeError and ValueError."""
    columns = parsed_json(line)
    check_columns(Diagnostic, columns, fields)
    return dict(zip(fields, columns, strict=True))


def _fix(title: Any, safe: Any, changes: Sequence[Any], edits: Sequence[Any]) -> PlacedFix:
    check_types((title,), (str,))
    check_types((safe,), (bool,))
    placed = tuple([record(TextChange, change, _CHANGE) for change in changes])
    return PlacedFix(title, safe, placed, tuple([_edit(*edit) for edit in edits]))


def _edit(kind: Any, path: Any, value: object) -> Edit:
    check_types((kind, path), (str,))
    return Edit(kind, path, value)
