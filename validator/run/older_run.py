"""Reads the older version of a run's files from git, and checks it."""

from collections.abc import Mapping
from functools import partial

from validator.checking.older_version import (
    CheckedOlderFile,
    OlderVersion,
    check_older_file,
    older_version,
)
from validator.checking.selection import Selection
from validator.project.git import GitError
from validator.project.git_tree import GitTree
from validator.project.older_files import read_older_files
from validator.project.per_file import FormerPath
from validator.project.sources import Source
from validator.run.preparation import Prepared
from validator.run.workers import results_of


def read_older_version(prepared: Prepared, tree: GitTree) -> OlderVersion:
    """Return the older version of a run's files, from the tree of `--since`. Raises GitError."""
    request, resolved, selection = prepared.request, prepared.resolved, prepared.selection

    def have_equal_settings(name: str, former: FormerPath) -> bool:
        return selection.for_file(name).per_file == selection.for_file(former).per_file

    try:
        files = read_older_files(
            tree,
            request.paths,
            resolved.found.sources,
            resolved.patterns,
            prepared.stdin,
            have_equal_settings,
        )
    except GitError as error:
        raise GitError(f"--since: {error}") from error
    contents = {**files.elsewhere, **files.gone, **files.changed}
    sources = [Source(name, name) for name in contents]
    work = partial(_check, contents=contents, former=files.former)
    checked = results_of(sources, selection, work, _failed, jobs=request.jobs)
    return older_version(tree.revision, files, selection, checked)


def _check(
    file: Source,
    selection: Selection,
    *,
    contents: Mapping[str, bytes],
    former: Mapping[str, FormerPath],
) -> CheckedOlderFile:
    return check_older_file(file.name, contents[file.name], selection, former[file.name])


def _failed(file: Source, failure: str) -> CheckedOlderFile:
    return CheckedOlderFile(file.name, None, (), failure)
