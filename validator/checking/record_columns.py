"""Records as columns of plain values.

Pickling or encoding a named tuple calls a Python function for each of them. A column of plain
values takes a fraction of that time.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, islice, starmap
from sys import intern
from typing import Any

from validator.checking.checked_file import CheckedFile
from validator.findings.diagnostic import Diagnostic, RelatedLocation, SightingPlace, Span
from validator.findings.finding import Sighting

Columns = Sequence[Any]
"""The values of records: a sequence for each field; empty if there are no records."""

# The fields that are records, and those that are tuples of records, with their kinds.
RECORDS: dict[tuple[type, str], type] = {
    (Diagnostic, "span"): Span,
    (RelatedLocation, "span"): Span,
    (SightingPlace, "span"): Span,
}
TUPLES: dict[tuple[type, str], type] = {
    (CheckedFile, "diagnostics"): Diagnostic,
    (Diagnostic, "related"): RelatedLocation,
}
# The fields with texts that many files share. Interning them saves memory.
_REPEATED = {
    (Diagnostic, "id"),
    (Diagnostic, "topic"),
    (Diagnostic, "help"),
    (Diagnostic, "path"),
    (RelatedLocation, "path"),
    (Sighting, "path"),
    (Sighting, "file"),
}
# Files of the same structure have findings at the same places. Sharing these saves memory.
_shared_span = lru_cache(maxsize=50_000)(Span)


def columns_of(kind: Any, records: Sequence[Any]) -> Columns:
    """Return named tuples of a kind as columns, and the records in their fields, too."""
    columns: list[Any] = []
    for name, values in zip(kind._fields, zip(*records, strict=True), strict=False):
        if (kind, name) in RECORDS:
            columns.append(columns_of(RECORDS[kind, name], values))
        elif (kind, name) in TUPLES:
            every = list(chain.from_iterable(values))
            columns.append((list(map(len, values)), columns_of(TUPLES[kind, name], every)))
        else:
            columns.append(values)
    return columns


def records_of(kind: Any, columns: Columns) -> list[Any]:
    """Return the named tuples of a kind from their columns. Raises ValueError."""
    if kind is Span:
        return list(starmap(_shared_span, zip(*columns, strict=True)))
    values: list[Iterable[Any]] = []
    for name, column in zip(kind._fields, columns, strict=False):
        if (kind, name) in RECORDS:
            values.append(records_of(RECORDS[kind, name], column))
        elif (kind, name) in TUPLES:
            numbers, inner = column
            every = records_of(TUPLES[kind, name], inner)
            if sum(numbers) != len(every):
                raise ValueError(f"{len(every)} {name}, not {sum(numbers)}")
            left = iter(every)
            values.append([tuple(islice(left, number)) if number else () for number in numbers])
        elif (kind, name) in _REPEATED:
            values.append([intern(text) if type(text) is str else text for text in column])
        else:
            values.append(column)
    return list(map(kind._make, zip(*values, strict=True)))
