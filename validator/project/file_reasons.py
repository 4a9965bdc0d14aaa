"""Explain why files are checked or not checked."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from validator.project.file_patterns import (
    DEFAULT_PATTERNS,
    YAML_ENDINGS,
    FilePatterns,
    matcher_in_folder,
)
from validator.project.file_search import find_files
from validator.project.folder_search import is_folder_entry
from validator.project.git_ignored import git_ignored
from validator.project.sources import name_in_reports
from validator.project.working_folder import WorkingFolder, is_ignored


class FileReason(NamedTuple):
    """Whether a file or folder is checked, and why. Folder names end in a slash."""

    name: str
    is_checked: bool
    reason: str


class _Criteria(NamedTuple):
    """What decides about the files of a folder.

    `included` and `excluded` return the deciding pattern for a name, or an empty string. `ignored`
    are the names that git ignores.
    """

    folder: str
    has_include: bool
    included: Callable[[str], str]
    excluded: Callable[[str], str]
    ignored: frozenset[str]


def file_reasons(paths: Sequence[str], patterns: FilePatterns) -> Iterator[FileReason]:
    """Yield the YAML files in paths, and the folders that a search skips, sorted by name.

    Raises OSError.
    """
    here: tuple[WorkingFolder, _Criteria] | None = None
    for path in paths:
        if Path(path).is_dir():
            yield from sorted(_of_folder(path, patterns))
        else:
            if path != "-":
                os.stat(path)
            here = here or (WorkingFolder(patterns), _criteria(".", patterns))
            yield _of_file(path, *here)


def _of_file(path: str, working_folder: WorkingFolder, criteria: _Criteria) -> FileReason:
    """Return why a named file is checked, and whether a search would take it."""
    name = name_in_reports(path)
    # A search reads standard input for the path `-`.
    if path == "-" or working_folder.place_of(path) == "inside":
        return FileReason(name, True, "named in PATHS; a search of this folder also finds it")
    reason = "named in PATHS; --force-exclude skips it"
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(Path.cwd()):
        return FileReason(name, True, f"{reason}: not in the working folder")
    below = real.relative_to(Path.cwd()).as_posix()
    return FileReason(name, True, f"{reason}: {_reason(below, criteria)}")


def _of_folder(folder: str, patterns: FilePatterns) -> Iterator[FileReason]:
    found = {item.name for item in find_files([folder], "-", patterns).sources}
    prefix = "" if folder == "." else name_in_reports(os.path.join(folder, ""))
    criteria = _criteria(folder, patterns)
    pending = [""]
    while pending:
        subfolder = pending.pop()
        try:
            entries = os.scandir(os.path.join(folder, subfolder) if subfolder else folder)
        except OSError as error:
            if not subfolder:
                raise
            yield FileReason(prefix + subfolder, False, str(error.strerror))
            continue
        with entries:
            for entry in entries:
                name = subfolder + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if entry.name.startswith("."):
                        yield FileReason(f"{prefix}{name}/", False, "hidden")
                    elif f"{name}/" in criteria.ignored:
                        yield FileReason(f"{prefix}{name}/", False, "ignored by git")
                    else:
                        pending.append(f"{name}/")
                elif is_folder_entry(entry):
                    yield FileReason(f"{prefix}{name}/", False, "a link to a folder")
                elif prefix + name in found:
                    pattern = criteria.included(name)
                    default = "" if criteria.has_include else "the default pattern "
                    reason = (
                        f"matches {default}`{pattern}`"
                        if pattern
                        else "a YAML file below a folder tenants/"
                    )
                    if criteria.has_include:
                        reason += " in include"
                    yield FileReason(prefix + name, True, reason)
                elif entry.name.endswith(YAML_ENDINGS) or criteria.included(name):
                    yield FileReason(prefix + name, False, _reason(name, criteria))


def _reason(name: str, criteria: _Criteria) -> str:
    """Return why a search of a folder skips a file."""
    parts = name.split("/")
    if parts[-1].startswith("."):
        return "hidden"
    if any(part.startswith(".") for part in parts):
        return "in a hidden folder"
    if is_ignored(name, criteria.ignored):
        return "ignored by git"
    pattern = criteria.excluded(name)
    if pattern:
        return f"matches `{pattern}` in exclude"
    if not criteria.included(name):
        where = "pattern in include" if criteria.has_include else "default pattern"
        return f"matches no {where}"
    if Path(criteria.folder, name).is_symlink():
        return "a link that points outside the tree, or to a file that is already checked"
    return "not a file, or another name of a file that is already checked"


def _criteria(folder: str, patterns: FilePatterns) -> _Criteria:
    absolute, base = Path(folder).resolve(), patterns.base
    return _Criteria(
        folder,
        bool(patterns.include),
        _first_match(patterns.include or DEFAULT_PATTERNS, absolute, base),
        _first_match(patterns.exclude, absolute, base),
        git_ignored(absolute).names,
    )


def _first_match(listed: Sequence[str], absolute: Path, base: Path) -> Callable[[str], str]:
    """Return a function that returns the deciding pattern for a name, or an empty string."""

    def matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
        return matcher_in_folder(patterns, absolute, base)

    matches_any = matcher([item.lstrip("!") for item in listed])
    matchers = [(item, matcher([item.removeprefix("!")])) for item in listed]
    matchers.reverse()

    def decide(name: str) -> str:
        if matches_any(name):  # one test for the many names that no pattern matches
            for item, matches in matchers:
                if matches(name):
                    return "" if item.startswith("!") else item
        return ""

    return decide
