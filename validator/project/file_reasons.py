"""Explain why files are checked or not checked."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from validator.project.file_patterns import FilePatterns, is_visible_yaml, prefix_below
from validator.project.file_search import find_files, git_ignored
from validator.project.patterns import pattern_matcher
from validator.project.sources import name_in_reports

_YAML_ENDINGS = (".yaml", ".yml")
_DEFAULT = ("**/*.tenant.yaml", "**/*.tenant.yml", "**/tenants/**/*.yaml", "**/tenants/**/*.yml")


class FileReason(NamedTuple):
    """Whether a file or folder is checked, and why. Folder names end in a slash."""

    name: str
    is_checked: bool
    reason: str


def file_reasons(paths: Sequence[str], patterns: FilePatterns) -> Iterator[FileReason]:
    """Yield the YAML files in paths, and the folders that a search skips, sorted by name.

    Raises OSError.
    """
    for path in paths:
        if Path(path).is_dir():
            yield from sorted(_of_folder(path, patterns))
        else:
            os.stat(path)
            yield _of_file(path, patterns)


def _of_file(path: str, patterns: FilePatterns) -> FileReason:
    """Return why a named file is checked, and whether a search would take it."""
    name = name_in_reports(path)
    found = find_files([path], "-", patterns, force_exclude=True)
    if found.sources:
        return FileReason(name, True, "named in PATHS; a search of this folder also finds it")
    reason = "named in PATHS; --force-exclude skips it"
    inside = Path(os.path.realpath(path)).is_relative_to(Path.cwd())
    if not inside:
        return FileReason(name, True, f"{reason}: not in the working folder")
    below = Path(os.path.realpath(path)).relative_to(Path.cwd()).as_posix()
    return FileReason(
        name, True, f"{reason}: {_reason(below, '.', patterns, git_ignored(Path.cwd()))}"
    )


def _of_folder(folder: str, patterns: FilePatterns) -> Iterator[FileReason]:
    found = {item.name for item in find_files([folder], "-", patterns).sources}
    prefix = "" if folder == "." else name_in_reports(os.path.join(folder, ""))
    ignored = git_ignored(Path(folder).resolve())
    taken = _first_match(folder, patterns, patterns.include or _DEFAULT)
    pending = [""]
    while pending:
        subfolder = pending.pop()
        with os.scandir(os.path.join(folder, subfolder) if subfolder else folder) as entries:
            for entry in entries:
                name = subfolder + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if entry.name.startswith("."):
                        yield FileReason(f"{prefix}{name}/", False, "hidden")
                    elif f"{name}/" in ignored:
                        yield FileReason(f"{prefix}{name}/", False, "ignored by git")
                    else:
                        pending.append(f"{name}/")
                elif entry.is_dir():
                    yield FileReason(f"{prefix}{name}/", False, "a link to a folder")
                elif prefix + name in found:
                    pattern = taken(name)
                    reason = (
                        f"matches {'' if patterns.include else 'the default pattern '}`{pattern}`"
                        if pattern
                        else "a YAML file below a folder tenants/"
                    )
                    if patterns.include:
                        reason += " in include"
                    yield FileReason(prefix + name, True, reason)
                elif entry.name.endswith(_YAML_ENDINGS) or taken(name):
                    reason = _reason(name, folder, patterns, ignored)
                    yield FileReason(prefix + name, False, reason)


def _reason(name: str, folder: str, patterns: FilePatterns, ignored: frozenset[str]) -> str:
    """Return why a search of a folder skips a file."""
    parts = name.split("/")
    parents = {"/".join(parts[:number]) + "/" for number in range(1, len(parts))}
    if not is_visible_yaml(parts[-1]) and parts[-1].startswith("."):
        return "hidden"
    if any(part.startswith(".") for part in parts):
        return "in a hidden folder"
    if name in ignored or not ignored.isdisjoint(parents):
        return "ignored by git"
    pattern = _first_match(folder, patterns, patterns.exclude)(name)
    if pattern:
        return f"matches `{pattern}` in exclude"
    include = patterns.include or _DEFAULT
    if not _first_match(folder, patterns, include)(name):
        where = "pattern in include" if patterns.include else "default pattern"
        return f"matches no {where}"
    if Path(folder, name).is_symlink():
        return "a link that points outside the tree, or to a file that is already checked"
    return "not a file, or another name of a file that is already checked"


def _first_match(
    folder: str, patterns: FilePatterns, listed: Sequence[str]
) -> Callable[[str], str]:
    """Return a function that returns the deciding pattern for a name, or an empty string."""
    prefix = prefix_below(Path(folder).resolve(), patterns.base)
    matchers = [(item, pattern_matcher([item.removeprefix("!")])) for item in listed]
    matchers.reverse()

    def decide(name: str) -> str:
        for item, matches in matchers:
            if matches(name) or (prefix and matches(prefix + name)):
                return "" if item.startswith("!") else item
        return ""

    return decide
