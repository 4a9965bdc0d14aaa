"""The older version of the files of a run: its values, and what was found in it."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import FileCheck, check_file
from validator.checking.fleet import evaluate_fleet
from validator.checking.selection import Selection
from validator.project.file_search import FilePatterns, file_matcher
from validator.project.git import (
    GitError,
    Revision,
    file_contents,
    find_revision,
    renamed_and_deleted_files,
)
from validator.project.sources import Source

DiagnosticKey = tuple[str, str, str]
"""The identity of a finding from version to version, as in `Diagnostic.key`."""


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """The older version: values of its documents by organisation id, keys of its findings."""

    values: Mapping[str, object]
    found: frozenset[DiagnosticKey]
    failures: tuple[str, ...]


def older_version(
    label: str,
    sources: Sequence[Source],
    folders: Sequence[str],
    patterns: FilePatterns,
    selection: Selection,
) -> OlderVersion:
    """Return the older version, at a git revision, of the files of a run.

    A tenant is known by its id, so it may come from another file: one that was renamed, or one
    of the searched folders that was removed. Raises GitError.
    """
    revision = find_revision(_folder_of(sources, folders), label)
    renamed, removed = renamed_and_deleted_files(revision)
    current_names: dict[str, str] = {}
    for source in sources:
        name = _name_in_repository(source, revision)
        if name is not None:
            current_names.setdefault(renamed.get(name, name), source.name)
    searched = [(Path(folder).resolve(), file_matcher(folder, patterns)) for folder in folders]
    for name in removed:
        if any(_counts(revision.root / name, *folder) for folder in searched):
            current_names.setdefault(name, name)
    held = file_contents(revision, sorted(current_names))
    data_by_name = {current_names[name]: data for name, data in held.items()}
    results: list[CheckedFile] = [
        check_file(name, data, selection, keep_values=True) for name, data in data_by_name.items()
    ]
    fleet, failures = evaluate_fleet(
        results, selection, lambda name: FileCheck(name, data_by_name[name], selection)
    )
    values: dict[str, object] = {}
    for result in reversed(results):
        values.update(result.values)
    diagnostics = (*fleet, *(item for result in results for item in result.diagnostics))
    return OlderVersion(
        values,
        frozenset(item.key for item in diagnostics if item.suppressed is None),
        tuple(
            f"at {label}: {line}"
            for line in (*failures, *(line for result in results for line in result.failures))
        ),
    )


def _folder_of(sources: Sequence[Source], folders: Sequence[str]) -> Path:
    """Return a folder in the repository of the run."""
    paths = [Path(source.path).parent for source in sources if source.path is not None]
    return (paths or [Path(folder) for folder in folders] or [Path()])[0].resolve()


def _name_in_repository(source: Source, revision: Revision) -> str | None:
    """Return the name of a file in the repository; for standard input, of the name it is given.

    None for standard input with a name outside. Raises GitError for a file outside.
    """
    path = Path(os.path.realpath(source.path if source.path is not None else source.name))
    if path.is_relative_to(revision.root):
        return path.relative_to(revision.root).as_posix()
    if source.path is None:
        return None
    raise GitError(f"{source.name} is outside the git repository {revision.root}")


def _counts(path: Path, folder: Path, counts: Callable[[str], bool | None]) -> bool:
    """Return whether a search of the folder would take the file."""
    return path.is_relative_to(folder) and counts(path.relative_to(folder).as_posix()) is True
