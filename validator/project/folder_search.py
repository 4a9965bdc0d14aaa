"""Search a folder for tenant files."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from validator.project.config import CONFIG_FILE_NAME
from validator.project.file_patterns import (
    FilePatterns,
    file_matcher,
    is_visible_yaml,
    matcher_in_folder,
)
from validator.project.folder_links import FolderLink, part_links
from validator.project.git_ignored import git_ignored
from validator.project.repository import is_in_tree, tree_root


class SearchedFolder(NamedTuple):
    """The result of a search in a folder; names are relative to the folder.

    `left_out` are the files that match the default patterns but not `include`. `links` has the
    resolved path of each name in `names` and `left_out` that is a symbolic link. `outside` are
    links that point outside the tree. `configs` are the configurations that are not used. `others`
    are YAML files that the patterns do not match. `unreadable` has the folders that cannot be read,
    each with the reason. `refusal` says why git did not list the files that it ignores.
    `folder_links` are the links to folders in the tree.
    """

    names: list[str]
    left_out: list[str]
    links: Mapping[str, str]
    outside: list[str]
    configs: list[str]
    excluded: int
    others: list[str]
    unreadable: list[tuple[str, str]]
    refusal: str
    folder_links: list[FolderLink]


def search_folder(folder: str, patterns: FilePatterns) -> SearchedFolder:
    """Search a folder for tenant files. Raises OSError."""
    absolute = Path(folder).resolve()
    belongs = file_matcher(folder, patterns)
    by_default = patterns._replace(include=None)
    belongs_by_default = belongs if patterns == by_default else file_matcher(folder, by_default)
    (ignored, refusal), base = git_ignored(absolute), patterns.base.resolve()
    found: list[str] = []
    left_out: list[str] = []
    links: dict[str, str] = {}
    outside: list[str] = []
    folder_links: list[str] = []
    configs: list[str] = []
    others: list[str] = []
    unreadable: list[tuple[str, str]] = []
    excluded = 0
    for name, entry in _entries(folder, ignored):
        if isinstance(entry, OSError):
            unreadable.append((name, str(entry.strerror)))
            continue
        if is_folder_entry(entry):
            folder_links.append(name)
            continue
        if name in ignored:
            continue
        if entry.name == CONFIG_FILE_NAME:
            configs.append(name)
        belonging = belongs(name)
        is_left_out = belonging is False and belongs_by_default(name) is True
        if belonging is False and not is_left_out:
            others += [name] if is_visible_yaml(entry.name) else []
            continue
        # Links are resolved first: nothing may be revealed about files outside the tree.
        if entry.is_symlink():
            links[name] = os.path.realpath(entry.path)
        if belonging is None:
            excluded += _is_file_or_broken(entry)
        elif name in links and not is_in_tree(links[name], tree_root(absolute, base)):
            outside += () if is_left_out else (name,)
        elif _is_file_or_broken(entry):
            (left_out if is_left_out else found).append(name)
    configs = _unused_below(configs, folder, patterns)
    linked, linked_outside = part_links(folder_links, folder, patterns, belongs)
    return SearchedFolder(
        sorted(found),
        left_out,
        links,
        sorted((*outside, *linked_outside)),
        configs,
        excluded,
        others,
        unreadable,
        refusal,
        linked,
    )


def _entries(
    folder: str, ignored: frozenset[str]
) -> Iterator[tuple[str, "os.DirEntry[str] | OSError"]]:
    """Yield the name and entry of each file, and of each link to a folder, below a folder.

    Yields the error for a folder below it that cannot be read. Hidden folders and those that git
    ignores are left out. Raises OSError.
    """
    pending = [""]
    while pending:
        subfolder = pending.pop()
        try:
            entries_of_folder = os.scandir(os.path.join(folder, subfolder) if subfolder else folder)
        except OSError as error:
            if not subfolder:
                raise
            yield subfolder, error
            continue
        with entries_of_folder as entries:
            for entry in entries:
                name = subfolder + entry.name
                if not is_folder_entry(entry):
                    yield name, entry
                elif not entry.name.startswith(".") and not {name, f"{name}/"} & ignored:
                    if entry.is_symlink():
                        yield name, entry
                    else:
                        pending.append(f"{name}/")


def _unused_below(configs: Iterable[str], folder: str, patterns: FilePatterns) -> list[str]:
    """Return the configurations below a folder that a user may expect to apply, but that do not."""
    if not configs:
        return []
    absolute, here = Path(folder).resolve(), Path.cwd()
    excluded = matcher_in_folder(patterns.exclude, absolute, patterns.base)
    return sorted(
        name
        for name in configs
        if (absolute / name).resolve() != patterns.config_file
        # The search for the configuration has considered the working folder and those above it.
        and not here.is_relative_to((absolute / name).parent)
        and not excluded(name)
    )


def is_folder_entry(entry: "os.DirEntry[str]") -> bool:
    """Return whether an entry is a folder or a link to one."""
    try:
        return entry.is_dir()
    except OSError:  # a cycle of symbolic links
        return False


def _is_file_or_broken(entry: "os.DirEntry[str]") -> bool:
    """Return whether an entry is a file or a broken link; reading a pipe or a device can block."""
    try:
        return entry.is_file() or not Path(entry.path).exists()
    except OSError:
        return True
