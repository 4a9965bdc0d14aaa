"""The search for tenant files: paths of the command line to sources."""

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from validator.project.sources import Source

_YAML_ENDINGS = (".yaml", ".yml")
_TENANT_ENDINGS = (".tenant.yaml", ".tenant.yml")
_TENANTS_FOLDER = "tenants"


class FoundFiles(NamedTuple):
    """The result of a search.

    `folders` are the folders that were searched. `failures` name the paths without a file, and
    why, one line each. `excluded` is the number of files that the patterns exclude.
    """

    sources: tuple[Source, ...]
    folders: tuple[str, ...]
    failures: tuple[str, ...]
    excluded: int


class FilePatterns(NamedTuple):
    """The patterns, as in .gitignore, of the files that belong to a folder.

    They are matched with the path of a file relative to the searched folder, and relative to
    `base`. If `include` is None, the default is used: see `_is_tenant_file`.
    """

    include: Sequence[str] | None
    exclude: Sequence[str]
    base: Path


def find_files(paths: Iterable[str], stdin_name: str, patterns: FilePatterns) -> FoundFiles:
    """Return the files of paths, in the order of the paths and without duplicates.

    A path to a file needs to match no pattern. `-` is standard input, named `stdin_name`.
    """
    sources: dict[str, Source] = {}
    folders: list[str] = []
    failures: list[str] = []
    excluded = 0
    for path in paths:
        try:
            if path == "-":
                sources.setdefault("-", Source(stdin_name, None))
                continue
            if not stat.S_ISDIR(os.stat(path).st_mode):
                sources.setdefault(os.path.normpath(path), Source(_with_slashes(path), path))
                continue
            folders.append(path)
            names, left_out = _search_folder(path, patterns)
        except OSError as error:
            failures.append(f"{_with_slashes(path)}: {error.strerror}")
            continue
        except ValueError as error:  # a NUL in the path
            failures.append(f"{_with_slashes(path)}: {error}")
            continue
        excluded += left_out
        if not names:
            failures.append(
                f"{_with_slashes(path)}: no tenant file in this folder"
                + (f" ({left_out} excluded by the configuration)" if left_out else "")
            )
        # os.path.normpath for each of thousands of files would take too long.
        prefix = "" if path == "." else os.path.join(path, "")
        shown_prefix = _with_slashes(prefix)
        normal_prefix = os.path.normpath(path)
        normal_prefix = "" if normal_prefix == "." else os.path.join(normal_prefix, "")
        for name in names:
            normal_path = normal_prefix + name.replace("/", os.sep)
            sources.setdefault(normal_path, Source(shown_prefix + name, prefix + name))
    return FoundFiles(tuple(sources.values()), tuple(folders), tuple(failures), excluded)


def _with_slashes(path: str) -> str:
    return path.replace(os.sep, "/")


def file_matcher(folder: str, patterns: FilePatterns) -> Callable[[str], bool | None]:
    """Return a function that tells whether a file, by its name relative to a folder, belongs to it.

    That function returns None for a file that `exclude` excludes.
    """
    absolute = Path(folder).resolve()
    any_yaml = patterns.include is None and _TENANTS_FOLDER in absolute.parts
    base = patterns.base.resolve()
    inside = absolute != base and absolute.is_relative_to(base)
    prefix = f"{absolute.relative_to(base).as_posix()}/" if inside else ""
    included = _pattern_matcher(patterns.include, prefix) if patterns.include else _is_tenant_file
    excluded = _pattern_matcher(patterns.exclude, prefix) if patterns.exclude else None

    def belongs(name: str) -> bool | None:
        if name.startswith(".") or "/." in name:
            return False
        if not (any_yaml and name.endswith(_YAML_ENDINGS)) and not included(name):
            return False
        return None if excluded is not None and excluded(name) else True

    return belongs


def _is_tenant_file(name: str) -> bool:
    """Tell whether a file belongs to a folder if no patterns are configured.

    The same as these patterns, without the time to compile them:
    `**/*.tenant.yaml`, `**/*.tenant.yml`, `tenants/**/*.yaml`, `tenants/**/*.yml`.
    """
    return name.endswith(_TENANT_ENDINGS) or (
        name.startswith(f"{_TENANTS_FOLDER}/") and name.endswith(_YAML_ENDINGS)
    )


def _pattern_matcher(patterns: Sequence[str], prefix: str) -> Callable[[str], bool]:
    """Return a function that tells whether a pattern matches a name, with or without a prefix."""
    from validator.project.patterns import pattern_matcher

    matches = pattern_matcher(patterns)
    return lambda name: matches(name) or bool(prefix and matches(prefix + name))


def _search_folder(folder: str, patterns: FilePatterns) -> tuple[list[str], int]:
    """Return the names of the tenant files of a folder, sorted, and the number of excluded files.

    Names are relative to the folder.
    """
    belongs = file_matcher(folder, patterns)
    ignored = _git_ignored(Path(folder).resolve())
    found: list[str] = []
    excluded = 0
    pending = [""]
    while pending:
        subfolder = pending.pop()
        with os.scandir(os.path.join(folder, subfolder) if subfolder else folder) as entries:
            for entry in entries:
                name = subfolder + entry.name
                if _is_folder(entry):
                    is_hidden = entry.name.startswith(".") or entry.is_symlink()
                    if not is_hidden and f"{name}/" not in ignored:
                        pending.append(f"{name}/")
                    continue
                belonging = belongs(name)
                if belonging is False or name in ignored or not _is_file_or_broken(entry):
                    continue
                if belonging is None:
                    excluded += 1
                else:
                    found.append(name)
    return sorted(found), excluded


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a cycle of symbolic links
        return False


def _is_file_or_broken(entry: "os.DirEntry[str]") -> bool:
    """Tell whether an entry is a file or a broken link; to read a pipe or a device may block."""
    try:
        return entry.is_file() or not Path(entry.path).exists()
    except OSError:
        return True


def _git_ignored(folder: Path) -> frozenset[str]:
    """Return the names that git ignores in a folder; those of folders end in `/`.

    Without git or a repository nothing is ignored, so that more files are checked, not fewer.
    """
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return frozenset()
    from validator.project.git import GitError, run_git

    try:
        answer = run_git(
            folder, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"
        )
    except GitError:
        return frozenset()
    if answer.returncode != 0:
        return frozenset()
    return frozenset(os.fsdecode(name) for name in answer.stdout.split(b"\0") if name)
