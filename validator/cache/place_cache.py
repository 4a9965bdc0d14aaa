"""The place cache: places of sightings from earlier runs, reused for unchanged files."""

from collections.abc import Mapping
from typing import Any

from validator.cache.run_cache import RunKey
from validator.checking.sighting_places import FilePlaces, SightingPlace
from validator.findings.diagnostic import Span
from validator.system import cache_store
from validator.system.cache_store import digest

_FIELD_TYPES = (int, str, list, str, int, str, str)


def reuse_places(run_key: RunKey, digests: Mapping[str, str]) -> Mapping[str, FilePlaces]:
    """Return the stored places, by file. `digests` holds the digest of each file's contents."""
    stored: Any = cache_store.load(_key(run_key)).value
    places: dict[str, FilePlaces] = {}
    for file, entry in stored.items() if isinstance(stored, dict) else ():
        try:
            known, items = entry
            if known == digests.get(file):
                places[file] = dict(map(_decoded, items))
        except (TypeError, ValueError):
            continue  # the entry has an unknown format
    return places


def store_places(
    run_key: RunKey, digests: Mapping[str, str], places: Mapping[str, FilePlaces | str]
) -> None:
    """Store the places in the files that have a digest."""
    entries = {
        file: [digests[file], [(*at, *place) for at, place in found.items()]]
        for file, found in places.items()
        if file in digests and isinstance(found, Mapping)
    }
    cache_store.store(_key(run_key), entries)


def _key(run_key: RunKey) -> str:
    return digest("places", run_key.key)


def _decoded(values: list[Any]) -> tuple[tuple[int, str], SightingPlace]:
    """Return a place and its key. Raises TypeError or ValueError for invalid values."""
    for value, kind in zip(values, _FIELD_TYPES, strict=True):
        if type(value) is not kind:
            raise TypeError(f"{type(value)} is not {kind}")
    document, path, span, *rest = values
    if not all(type(number) is int for number in span):
        raise TypeError(f"{span} is not a span")
    return (document, path), SightingPlace(Span(*span), *rest)
