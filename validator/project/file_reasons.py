"""Why the files of a folder are checked, or are not."""

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
    """Whether a search takes a file or folder, and why. A folder ends in a slash."""

    name: str
    is_checked: bool
    reason: str


def file_reasons(paths: Sequence[str], patterns: FilePatterns) -> Iterator[FileReason]:
    """Yield the YAML files of paths, and the folders that a search leaves out, by name.

    Raises OSError.
    """
    for path in paths:
        if Path(path).is_dir():
            yield from sorted(_of_folder(path, patterns))
        else:
            os.stat(path)
            yield _of_file(path, patterns)


def _of_file(path: str, patterns: FilePatterns) -> FileReason:
    """Return why a file that is named is checked, and what a search would do with it."""
    name = name_in_reports(path)
    found = find_files([path], "-", patterns, force_exclude=True)
    if found.sources:
        return FileReason(name, True, "it is named; a search of this folder takes it, too")
    reason = "it is named; with --force-exclude it is left out"
    inside = Path(os.path.realpath(path)).is_relative_to(Path.cwd())
    if not inside:
        return FileReason(name, True, f"{reason}: it is not in the working folder")
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
                        yield FileReason(f"{prefix}{name}/", False, "it is hidden")
                    elif f"{name}/" in ignored:
                        yield FileReason(f"{prefix}{name}/", False, "git ignores it")
                    else:
                        pending.append(f"{name}/")
                elif entry.is_dir():
                    yield FileReason(f"{prefix}{name}/", False, "it is a link to a folder")
                elif prefix + name in found:
                    pattern = taken(name)
                    reason = (
                        f"`{pattern}`{'' if patterns.include else ' counts by default'}"
                        if pattern
                        else "any YAML counts below a folder tenants/"
                    )
                    if patterns.include:
                        reason += " of include"
                    yield FileReason(prefix + name, True, reason)
                elif entry.name.endswith(_YAML_ENDINGS) or taken(name):
                    reason = _reason(name, folder, patterns, ignored)
                    yield FileReason(prefix + name, False, reason)


def _reason(name: str, folder: str, patterns: FilePatterns, ignored: frozenset[str]) -> str:
    """Return why a search of a folder does not take a file."""
    parts = name.split("/")
    parents = {"/".join(parts[:number]) + "/" for number in range(1, len(parts))}
    if not is_visible_yaml(parts[-1]) and parts[-1].startswith("."):
        return "it is hidden"
    if any(part.startswith(".") for part in parts):
        return "a folder above it is hidden"
    if name in ignored or not ignored.isdisjoint(parents):
        return "git ignores it"
    pattern = _first_match(folder, patterns, patterns.exclude)(name)
    if pattern:
        return f"`{pattern}` of exclude"
    include = patterns.include or _DEFAULT
    if not _first_match(folder, patterns, include)(name):
        where = "include" if patterns.include else "the defaults"
        return f"it matches no pattern of {where}"
    if Path(folder, name).is_symlink():
        return "a link that leads out of the tree, or to a file that is taken already"
    return "it is no file, or another name of one that is taken already"


def _first_match(
    folder: str, patterns: FilePatterns, listed: Sequence[str]
) -> Callable[[str], str]:
    """Return a function that gives the pattern that decides for a name; empty for none."""
    prefix = prefix_below(Path(folder).resolve(), patterns.base)
    matchers = [(item, pattern_matcher([item.removeprefix("!")])) for item in listed]
    matchers.reverse()

    def decide(name: str) -> str:
        for item, matches in matchers:
            if matches(name) or (prefix and matches(prefix + name)):
                return "" if item.startswith("!") else item
        return ""

    return decide
