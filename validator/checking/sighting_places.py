"""Finds the places of sightings that policies over the fleet report.

The places are looked up after the policies have compared the sightings, and only for sightings
that a finding names.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from validator.checking.placement import Placer
from validator.checking.settings import EVERYTHING, Needs
from validator.document.encoding import decode
from validator.document.reader import read_documents
from validator.document.span_locator import SpanLocator
from validator.findings.diagnostic import Span

DocumentPath = tuple[int, str]
"""The index of a document in its file, and a path in the document."""

WantedPlaces = Mapping[str, Sequence[DocumentPath]]
"""The paths whose places are wanted, by file."""


class SightingPlace(NamedTuple):
    """The place of a sighting. The fields have the same meaning as in a diagnostic."""

    span: Span
    source: str
    source_offset: int
    name: str
    digest: str


FilePlaces = Mapping[DocumentPath, SightingPlace]
"""The places in a file. Paths that do not exist are left out."""

FindPlaces = Callable[[WantedPlaces], Mapping[str, FilePlaces | str]]
"""Returns the places in each file, or one line that says why it cannot be read."""


def places_in_file(
    file: str, data: bytes, wanted: Sequence[DocumentPath], needs: Needs = EVERYTHING
) -> FilePlaces:
    """Return the places in a file with the given bytes. The file is read but not checked."""
    try:
        text = decode(data)
    except UnicodeDecodeError:
        return {}
    spans = SpanLocator(text)
    numbers = {document for document, _ in wanted}
    last = max(numbers)
    placers: dict[int, Placer] = {}
    for document in read_documents(text):
        if document.index in numbers and document.is_readable:
            placers[document.index] = Placer(file, document, spans, needs)
        if document.index == last:
            break
    return places_by(placers, wanted)


def places_by(placers: Mapping[int, Placer], wanted: Iterable[DocumentPath]) -> FilePlaces:
    """Return the places in a file. `placers` holds the placer of each document by index."""
    places: dict[DocumentPath, SightingPlace] = {}
    for document, path in wanted:
        placer = placers.get(document)
        if placer is None:
            continue
        try:
            span, source, source_offset, name, digest = placer.locate(path)
        except KeyError:  # the policy has reported a path that does not exist
            continue
        places[document, path] = SightingPlace(span, source, source_offset, name, digest)
    return places
