"""Results that are quick to send to another process.

Pickling a named tuple calls a Python function for each of them. A column of plain values is pickled
several times as fast.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from sys import intern
from typing import Any, NamedTuple

from validator.checking.checked_file import CheckedFile
from validator.findings.diagnostic import Diagnostic, RelatedLocation, SightingPlace, Span
from validator.findings.finding import Sighting

Columns = Sequence[Any]
"""The values of records: a sequence for each field; empty if there are no records."""

# The fields that are records, and those that are tuples of records.
_RECORDS: dict[tuple[type, str], type] = {
    (Diagnostic, "span"): Span,
    (RelatedLocation, "span"): Span,
    (SightingPlace, "span"): Span,
}
_TUPLES: dict[tuple[type, str], type] = {
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
}


class SentResults(list[CheckedFile]):
    """A list of results. It arrives in the other process as a plain list."""

    def __reduce__(self) -> tuple[Any, ...]:
        return unpacked_results, (packed_results(self),)


class PackedResults(NamedTuple):
    """Results as columns. `files` have neither sightings nor places."""

    files: Columns
    sighting_counts: Sequence[dict[str, int]]
    sightings: Columns
    place_keys: Sequence[Sequence[tuple[int, str]]]
    places: Columns


def packed_results(results: Sequence[CheckedFile]) -> PackedResults:
    """Return results as columns."""
    return PackedResults(
        _packed(CheckedFile, [item._replace(sightings={}, places={}) for item in results]),
        [{id: len(seen) for id, seen in item.sightings.items()} for item in results],
        _packed(Sighting, list(_sightings(results))),
        [list(item.places) for item in results],
        _packed(SightingPlace, [place for item in results for place in item.places.values()]),
    )


def _sightings(results: Iterable[CheckedFile]) -> Iterator[Sighting]:
    for item in results:
        yield from chain.from_iterable(item.sightings.values())


def unpacked_results(packed: PackedResults) -> list[CheckedFile]:
    """Return the results with the given columns."""
    sightings = iter(_unpacked(Sighting, packed.sightings))
    places = iter(_unpacked(SightingPlace, packed.places))
    files = _unpacked(CheckedFile, packed.files)
    return [
        item._replace(
            sightings={id: tuple(islice(sightings, number)) for id, number in counts.items()},
            places=dict(zip(keys, islice(places, len(keys)), strict=True)),
        )
        for item, counts, keys in zip(files, packed.sighting_counts, packed.place_keys, strict=True)
    ]


def _packed(kind: Any, records: Sequence[Any]) -> Columns:
    columns: list[Any] = []
    for name, values in zip(kind._fields, zip(*records, strict=True), strict=False):
        if (kind, name) in _RECORDS:
            columns.append(_packed(_RECORDS[kind, name], values))
        elif (kind, name) in _TUPLES:
            every = list(chain.from_iterable(values))
            columns.append((list(map(len, values)), _packed(_TUPLES[kind, name], every)))
        else:
            columns.append(values)
    return columns


def _unpacked(kind: Any, columns: Columns) -> list[Any]:
    values: list[Iterable[Any]] = []
    for name, column in zip(kind._fields, columns, strict=False):
        if (kind, name) in _RECORDS:
            values.append(_unpacked(_RECORDS[kind, name], column))
        elif (kind, name) in _TUPLES:
            numbers, inner = column
            every = iter(_unpacked(_TUPLES[kind, name], inner))
            values.append([tuple(islice(every, number)) if number else () for number in numbers])
        elif (kind, name) in _REPEATED:
            values.append([intern(text) if type(text) is str else text for text in column])
        else:
            values.append(column)
    return list(map(kind._make, zip(*values, strict=True)))
