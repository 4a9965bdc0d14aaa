"""Reads the older version of a run's files from git, checks it, and compares the results."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain

from validator.checking.checked_file import CheckedFile
from validator.checking.older_version import (
    CheckedOlderFile,
    Comparison,
    OlderVersion,
    check_older_file,
    older_version,
)
from validator.checking.selection import Selection, load_selection
from validator.checking.sighting_places import FilePlaces, FindPlaces, WantedPlaces
from validator.project.git import GitError
from validator.project.older_files import read_older_files
from validator.project.sources import Source
from validator.run.fleet_places import find_places
from validator.run.preparation import Prepared
from validator.run.process_pool import results_of_processes, worker_count


def read_older_version(prepared: Prepared) -> OlderVersion | None:
    """Return the older version of a run's files; None without `--since`.

    Raises GitError.
    """
    request, looked = prepared.request, prepared.looked
    if looked.tree is None:
        return None
    try:
        files = read_older_files(
            looked.tree, request.paths, looked.found.sources, looked.patterns, prepared.stdin
        )
    except GitError as error:
        raise GitError(f"--since: {error}") from error
    contents = {**files.gone, **files.changed}
    checked = _check_all(contents, prepared.selection, request.jobs)
    return older_version(looked.tree.revision, files, prepared.selection, checked)


def _check_all(
    contents: Mapping[str, bytes], selection: Selection, jobs: int | None
) -> Sequence[CheckedOlderFile]:
    """Check the older versions of files, in several processes if there is enough work."""
    files = [Source(name, name) for name in contents]
    workers = worker_count(files, jobs)
    work = partial(_check_chunk, contents=contents)
    if workers < 2:  # noqa: PLR2004
        return work(files, selection)
    load = partial(load_selection, selection.settings)
    return list(chain.from_iterable(results_of_processes(files, load, workers, work, _failed)))


def _check_chunk(
    files: Sequence[Source], selection: Selection, *, contents: Mapping[str, bytes]
) -> list[CheckedOlderFile]:
    return [check_older_file(file.name, contents[file.name], selection) for file in files]


def _failed(file: Source, failure: str) -> CheckedOlderFile:
    return CheckedOlderFile(file.name, None, (), failure)


def compare_versions(
    prepared: Prepared,
    older: OlderVersion,
    results: Sequence[CheckedFile],
    find: FindPlaces,
) -> Comparison:
    """Return the comparison of a run's results with the older version.

    `find` returns places in the current version.
    """
    contents = {**older.files.gone, **older.files.changed}

    def read(file: Source) -> bytes:
        return contents[file.name]

    def find_older(wanted: WantedPlaces) -> Mapping[str, FilePlaces | str]:
        then = {file: paths for file, paths in wanted.items() if file in older.results}
        files = [Source(file, None) for file in then]
        now = {file: paths for file, paths in wanted.items() if file not in then}
        return {**find(now), **find_places(files, then, read, prepared.request.jobs)}

    return Comparison(older, results, find_older)
