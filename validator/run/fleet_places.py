"""Finds the places that policies over the fleet report, by reading the files again."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from validator.cache.place_cache import reuse_places, store_places
from validator.cache.run_cache import RunKey
from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import or_failure
from validator.checking.settings import EVERYTHING, Needs
from validator.checking.sighting_places import FilePlaces, FindPlaces, WantedPlaces, places_in_file
from validator.project.sources import Source, read_source
from validator.run.process_pool import results_of_processes, worker_count

Read = Callable[[Source], bytes]
"""Returns the contents of a file. Raises SourceError."""


class _FoundPlaces(NamedTuple):
    file: str
    places: FilePlaces | str


def place_finder(
    sources: Sequence[Source],
    stdin: bytes,
    jobs: int | None,
    needs: Needs,
    contents: Mapping[str, bytes] | None = None,
) -> FindPlaces:
    """Return a function that finds places in the files of a run.

    A file is read again only for paths that are not known yet. `contents` holds the bytes to use
    instead of reading a file, by the file's name.
    """
    read = partial(_contents_or_file, contents=contents or {}, stdin=stdin)
    known: dict[str, FilePlaces | str] = {}
    by_name = {source.name: source for source in sources}

    def find(wanted: WantedPlaces) -> Mapping[str, FilePlaces | str]:
        missing = {
            file: paths for file, paths in wanted.items() if not has_places(known.get(file), paths)
        }
        files = [by_name.get(file, Source(file, file)) for file in missing]
        known.update(find_places(files, missing, read, jobs, needs))
        return known

    return find


def _contents_or_file(source: Source, *, contents: Mapping[str, bytes], stdin: bytes) -> bytes:
    found = contents.get(source.name)
    return read_source(source, stdin) if found is None else found


def cached_place_finder(
    find: FindPlaces, run_key: RunKey | None, results: Sequence[CheckedFile]
) -> FindPlaces:
    """Return a function that takes places from the cache, and finds those that are not in it."""
    if run_key is None:
        return find
    digests = {result.file: result.digest for result in results if result.digest}

    def find_or_reuse(wanted: WantedPlaces) -> Mapping[str, FilePlaces | str]:
        stored = reuse_places(run_key, digests)
        reused = {
            file: stored[file]
            for file, paths in wanted.items()
            if has_places(stored.get(file), paths)
        }
        missing = {file: paths for file, paths in wanted.items() if file not in reused}
        if not missing:
            return reused
        places = {**reused, **find(missing)}
        store_places(run_key, digests, {file: places[file] for file in wanted})
        return places

    return find_or_reuse


def has_places(places: FilePlaces | str | None, wanted: Sequence[tuple[int, str]]) -> bool:
    """Return whether the known places in a file include all wanted places."""
    return isinstance(places, Mapping) and all(path in places for path in wanted)


def find_places(
    files: Sequence[Source],
    wanted: WantedPlaces,
    read: Read,
    jobs: int | None,
    needs: Needs = EVERYTHING,
) -> Mapping[str, FilePlaces | str]:
    """Return the places in files; use several processes if there is enough work."""
    workers = worker_count(files, jobs)
    here = files if workers < 2 else [file for file in files if file.path is None]  # noqa: PLR2004
    there = [] if workers < 2 else [file for file in files if file.path is not None]  # noqa: PLR2004
    found = _find_in_chunk(here, None, wanted=wanted, read=read, needs=needs)
    if there:
        work = partial(_find_in_chunk, wanted=wanted, read=read, needs=needs)
        chunks = results_of_processes(there, _nothing, workers, work, _failed)
        found += chain.from_iterable(chunks)
    return dict(found)


def _nothing() -> None:
    """Load nothing: the workers need only the files."""


def _find_in_chunk(
    files: Sequence[Source], _: None, *, wanted: WantedPlaces, read: Read, needs: Needs
) -> list[_FoundPlaces]:
    def find(file: Source) -> FilePlaces:
        return places_in_file(file.name, read(file), wanted[file.name], needs)

    return [_FoundPlaces(file.name, or_failure(file.name, partial(find, file))) for file in files]


def _failed(file: Source, failure: str) -> _FoundPlaces:
    return _FoundPlaces(file.name, failure)
