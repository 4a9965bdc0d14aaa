"""Before and after: the older version of the files, and what was found in it."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from validator.checking.engine import Case, Checked, check
from validator.checking.fleet import compare
from validator.checking.selection import Plan
from validator.project.file_search import FilePatterns, file_matcher
from validator.project.git import (
    GitError,
    Revision,
    file_contents,
    find_revision,
    renamed_and_deleted_files,
)
from validator.project.sources import Source

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Older:
    """The older version: the values of its documents by tenant, and its findings by key."""

    values: Mapping[str, object]
    found: frozenset[Key]
    failures: tuple[str, ...]


def older_version(
    label: str,
    sources: Sequence[Source],
    folders: Sequence[str],
    patterns: FilePatterns,
    plan: Plan,
) -> Older:
    """Return what stood at a revision where the files of the run stand, or stood.

    A tenant is known by its id, so it may have come from another file: from one that was
    renamed, or from one of the searched folders that is gone. Raises GitError.
    """
    revision = find_revision(_folder_of(sources, folders), label)
    renamed, gone = renamed_and_deleted_files(revision)
    now_called: dict[str, str] = {}
    for source in sources:
        name = _inside(source, revision)
        if name is not None:
            now_called.setdefault(renamed.get(name, name), source.name)
    searched = [(Path(folder).resolve(), file_matcher(folder, patterns)) for folder in folders]
    for name in gone:
        if any(_counted(revision.root / name, *folder) for folder in searched):
            now_called.setdefault(name, name)
    held = file_contents(revision, sorted(now_called))
    by_new_name = {now_called[name]: data for name, data in held.items()}
    results: list[Checked] = [
        check(name, data, plan, keep=True) for name, data in by_new_name.items()
    ]
    of_the_fleet, failures = compare(
        results, plan, lambda name: Case(name, by_new_name[name], plan)
    )
    values: dict[str, object] = {}
    for result in reversed(results):
        values.update(result.values)
    every = (*of_the_fleet, *(item for result in results for item in result.diagnostics))
    return Older(
        values,
        frozenset(item.key for item in every if item.suppressed is None),
        tuple(
            f"at {label}: {line}"
            for line in (*failures, *(line for result in results for line in result.failures))
        ),
    )


def _folder_of(sources: Sequence[Source], folders: Sequence[str]) -> Path:
    paths = [Path(source.path).parent for source in sources if source.path is not None]
    return (paths or [Path(folder) for folder in folders] or [Path()])[0].resolve()


def _inside(source: Source, revision: Revision) -> str | None:
    """Return the name of a file in the repository; standard input has that which it is given."""
    path = Path(os.path.realpath(source.path if source.path is not None else source.name))
    if path.is_relative_to(revision.root):
        return path.relative_to(revision.root).as_posix()
    if source.path is None:
        return None
    raise GitError(f"{source.name} is outside the git repository {revision.root}")


def _counted(path: Path, folder: Path, counts: Callable[[str], bool | None]) -> bool:
    return path.is_relative_to(folder) and counts(path.relative_to(folder).as_posix()) is True
