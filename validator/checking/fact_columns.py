"""The facts in several files, and their places, as columns of plain values."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from validator.checking.checked_file import CheckedFile
from validator.checking.record_columns import Columns, columns_of, records_of
from validator.findings.diagnostic import SightingPlace
from validator.findings.finding import Sighting


class FactColumns(NamedTuple):
    """The sightings of files and the places of these.

    `sighting_numbers` has the number of sightings for each file and policy, `place_numbers` the
    number of places for each file. A place belongs to the path in `paths` in the document of this
    index in `documents`.
    """

    sighting_numbers: Sequence[Mapping[str, int]]
    sightings: Columns
    place_numbers: Sequence[int]
    documents: Sequence[int]
    paths: Sequence[str]
    places: Columns


def fact_columns(results: Sequence[CheckedFile]) -> FactColumns:
    """Return the facts in the files of results."""
    sightings = [seen for item in results for seen in item.sightings.values()]
    keys = [key for item in results for key in item.places]
    return FactColumns(
        [{id: len(seen) for id, seen in item.sightings.items()} for item in results],
        columns_of(Sighting, list(chain.from_iterable(sightings))),
        [len(item.places) for item in results],
        [document for document, _ in keys],
        [path for _, path in keys],
        columns_of(SightingPlace, [place for item in results for place in item.places.values()]),
    )


def with_facts(results: Iterable[CheckedFile], facts: FactColumns) -> list[CheckedFile]:
    """Return results with their facts. Raises ValueError if the columns do not match."""
    sightings = iter(records_of(Sighting, facts.sightings))
    keys = zip(facts.documents, facts.paths, strict=True)
    places = zip(keys, records_of(SightingPlace, facts.places), strict=True)
    numbers = zip(results, facts.sighting_numbers, facts.place_numbers, strict=True)
    return [
        item._replace(
            sightings={id: tuple(islice(sightings, number)) for id, number in seen.items()},
            places=dict(islice(places, number_of_places)),
        )
        for item, seen, number_of_places in numbers
    ]
