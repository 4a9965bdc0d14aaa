"""Reads the older version of a run's files from git, checks it, and compares the results."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain

from validator.checking.older_version import (
    CheckedOlderFile,
    OlderVersion,
    check_older_file,
    older_version,
)
from validator.checking.selection import Selection, load_selection
from validator.project.git import GitError
from validator.project.git_tree import GitTree
from validator.project.older_files import read_older_files
from validator.project.per_file import FormerPath
from validator.project.sources import Source
from validator.run.preparation import Prepared
from validator.run.process_pool import results_of_processes
from validator.run.worker_count import worker_count


def read_older_version(prepared: Prepared, tree: GitTree) -> OlderVersion:
    """Return the older version of a run's files, from the tree of `--since`. Raises GitError."""
    request, looked, selection = prepared.request, prepared.looked, prepared.selection

    def have_equal_settings(name: str, former: FormerPath) -> bool:
        return selection.for_file(name).per_file == selection.for_file(former).per_file

    try:
        files = read_older_files(
            tree,
            request.paths,
            looked.found.sources,
            looked.patterns,
            prepared.stdin,
            have_equal_settings,
        )
    except GitError as error:
        raise GitError(f"--since: {error}") from error
    contents = {**files.gone, **files.changed}
    checked = _check_all(contents, files.former, selection, request.jobs)
    return older_version(tree.revision, files, selection, checked)


def _check_all(
    contents: Mapping[str, bytes],
    former: Mapping[str, FormerPath],
    selection: Selection,
    jobs: int | None,
) -> Sequence[CheckedOlderFile]:
    """Check the older versions of files, in several processes if there is enough work."""
    files = [Source(name, name) for name in contents]
    workers = worker_count(files, jobs)
    work = partial(_check_chunk, contents=contents, former=former)
    if workers < 2:  # noqa: PLR2004
        return work(files, selection)
    load = partial(load_selection, selection.settings)
    return list(chain.from_iterable(results_of_processes(files, load, workers, work, _failed)))


def _check_chunk(
    files: Sequence[Source],
    selection: Selection,
    *,
    contents: Mapping[str, bytes],
    former: Mapping[str, FormerPath],
) -> list[CheckedOlderFile]:
    return [
        check_older_file(file.name, contents[file.name], selection, former[file.name])
        for file in files
    ]


def _failed(file: Source, failure: str) -> CheckedOlderFile:
    return CheckedOlderFile(file.name, None, (), failure)
