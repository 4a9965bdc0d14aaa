"""Find the tenant files in the paths of a command line."""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from validator.findings.wording import counted
from validator.project.config import CONFIG_FILE_NAME
from validator.project.file_patterns import (
    FilePatterns,
    file_matcher,
    is_visible_yaml,
    matcher_in_folder,
    searched_names,
)
from validator.project.folder_links import FolderLink, Unfollowed, part_links, unfollowed
from validator.project.git_ignored import git_ignored
from validator.project.repository import is_in_tree, tree_root
from validator.project.sources import Source, name_in_reports
from validator.project.working_folder import WorkingFolder
from validator.system.file_kind import is_link


class FoundFiles(NamedTuple):
    """The result of a search.

    `folders` are the searched folders. `failures` has a line for each path without a file and each
    folder that cannot be read, with the reason. `excluded` is the number of files that the patterns
    exclude. `notes` are lines about links and configurations that were skipped, and about git that
    refuses the repository; they do not fail a run. `outside` is the number of links that point
    outside the tree, which are not followed. `left_out` is the number of files that match the
    default patterns but not `include`. `unfollowed` is the number of links to folders in the tree
    with files that a search would take.
    """

    sources: tuple[Source, ...]
    folders: tuple[str, ...]
    failures: tuple[str, ...]
    excluded: int
    notes: tuple[str, ...] = ()
    outside: int = 0
    left_out: int = 0
    unfollowed: int = 0


class _Searched(NamedTuple):
    """The result of a search in one folder; names are relative to the folder.

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


def find_files(
    paths: Iterable[str], stdin_name: str, patterns: FilePatterns, *, force_exclude: bool = False
) -> FoundFiles:
    """Return the files in paths, in the order of the paths.

    A file that is reached twice, by another spelling or through a link, is returned once. A named
    file need not match a pattern. With `force_exclude`, named files that a search of the working
    folder would not take are skipped, and it is not a failure if no file is left. `-` is standard
    input, which replaces the file `stdin_name`.
    """
    sources: dict[str, Source] = {}
    through_link: set[str] = set()  # keys of `sources`
    folders: list[str] = []
    failures: list[str] = []
    configs: list[str] = []
    outside: list[str] = []
    left_out: set[str] = set()  # keys as in `sources`
    refusals: list[str] = []
    links_to_folders: list[FolderLink] = []
    excluded = 0
    working_folder = WorkingFolder(patterns) if force_exclude else None
    real_folder = cache(os.path.realpath)

    def key_of(path: str, *, by_link: bool) -> str:
        folder, name = os.path.split(path)
        return real_folder(path) if by_link else os.path.join(real_folder(folder), name)

    def add(key: str, source: Source, *, by_link: bool) -> None:
        is_replaced = source.path is None or (key in through_link and not by_link)
        if key not in sources or is_replaced:
            sources[key] = source
            (through_link.add if by_link else through_link.discard)(key)

    for path in paths:
        try:
            if path == "-":
                key = key_of(stdin_name, by_link=is_link(stdin_name))
                add(key, Source(stdin_name, None), by_link=False)
                continue
            if not stat.S_ISDIR(os.stat(path).st_mode):
                place = "inside" if working_folder is None else working_folder.place_of(path)
                by_link = is_link(path)
                key = key_of(path, by_link=by_link)
                if place == "inside":
                    add(key, Source(name_in_reports(path), path), by_link=by_link)
                excluded += place == "excluded"
                outside += [name_in_reports(path)] if place == "linked outside" else []
                left_out.update([key] if place == "left out" else [])
                continue
            folders.append(path)
            searched = _search_folder(path, patterns)
        except (OSError, ValueError) as error:  # a ValueError for a NUL in the path
            reason = error.strerror if isinstance(error, OSError) else error
            failures.append(f"{name_in_reports(path)}: {reason}")
            continue
        prefix = "" if path == "." else os.path.join(path, "")
        shown_prefix = name_in_reports(prefix)
        excluded += searched.excluded
        configs += [shown_prefix + name for name in searched.configs]
        outside += [shown_prefix + name for name in searched.outside]
        refusals.append(searched.refusal)
        links_to_folders += (
            link._replace(name=shown_prefix + link.name) for link in searched.folder_links
        )
        failures += [f"{shown_prefix}{name}: {reason}" for name, reason in searched.unreadable]
        if not searched.names and not force_exclude:
            failures.append(_nothing_found(path, searched, patterns))
        # To call os.path.realpath for each of thousands of files would take too long.
        real_prefix = os.path.join(os.path.realpath(path), "")
        links = searched.links
        keys = {
            name: links.get(name) or real_prefix + name.replace("/", os.sep)
            for name in (*searched.names, *searched.left_out)
        }
        for name in searched.names:
            add(keys[name], Source(shown_prefix + name, prefix + name), by_link=name in links)
        left_out.update(keys[name] for name in searched.left_out)
    outside = list(dict.fromkeys(outside))
    refusals += [] if working_folder is None else [working_folder.refusal]
    refusals = list(dict.fromkeys(filter(None, refusals)))
    not_followed = unfollowed(links_to_folders, sources)
    notes = _notes(outside, not_followed, refusals, list(dict.fromkeys(configs)))
    if force_exclude and not sources and not failures:
        notes.append("no tenant file to check" + _excluded_by_configuration(excluded))
    return FoundFiles(
        tuple(sources.values()),
        tuple(folders),
        tuple(failures),
        excluded,
        tuple(notes),
        len(outside),
        len(left_out - sources.keys()),
        not_followed.number,
    )


def _notes(
    outside: Iterable[str],
    not_followed: Unfollowed,
    refusals: Iterable[str],
    configs: Sequence[str],
) -> list[str]:
    """Return the notes of a search, about what it leaves out and what does not apply."""
    notes = [f"{name}: a link that points outside the tree is not followed" for name in outside]
    notes += [f"{name}: a link to a folder is not followed" for name in not_followed.names]
    if not_followed.unread:
        notes.append(
            f"{counted(not_followed.unread, 'link')} to folders not followed; there are too many "
            "files to see whether a search would take one of them"
        )
    notes += [f"{text}; git-ignored files are checked, too" for text in refusals]
    if configs:
        notes.append(_unused_configs(configs))
    return notes


def _excluded_by_configuration(number: int) -> str:
    return f" ({number} excluded by the configuration)" if number else ""


def _nothing_found(folder: str, searched: _Searched, patterns: FilePatterns) -> str:
    """Return why a search found no file, and what to do."""
    name = name_in_reports(folder)
    text = f"{name}: no tenant file in this folder{_excluded_by_configuration(searched.excluded)}"
    text += f"; searched for {searched_names(folder, patterns)}"
    links = [os.path.join(folder, name) for name in unfollowed(searched.folder_links, ()).names]
    if links:
        first = name_in_reports(os.path.normpath(links[0]))
        return f"{text}; {first} is a link to a folder; name it or its files on the command line"
    others = sorted((*searched.others, *searched.left_out))
    if others:
        first = name_in_reports(os.path.normpath(os.path.join(folder, others[0])))
        more = f" (and {len(others) - 1:,} more)" if len(others) > 1 else ""
        advice = "name a file on the command line, or rename it so that it is found"
        return f"{text}; other YAML: {first}{more}; {advice}"
    is_here = not searched.excluded and Path(folder).samefile(os.curdir)
    return f"{text}; run `tenantlint init` to create one" if is_here else text


def _unused_configs(names: Sequence[str]) -> str:
    first, *others = names
    also = f" (and {len(others)} more)" if others else ""
    return (
        f"{first} is not used{also}: a run uses one configuration, from the working folder or the "
        "nearest folder above it"
    )


def _search_folder(folder: str, patterns: FilePatterns) -> _Searched:
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
    pending = [""]
    while pending:
        subfolder = pending.pop()
        try:
            entries_of_folder = os.scandir(os.path.join(folder, subfolder) if subfolder else folder)
        except OSError as error:
            if not subfolder:
                raise
            unreadable.append((subfolder, str(error.strerror)))
            continue
        with entries_of_folder as entries:
            for entry in entries:
                name = subfolder + entry.name
                if is_folder_entry(entry):
                    if not entry.name.startswith(".") and ignored.isdisjoint((name, f"{name}/")):
                        if entry.is_symlink():
                            folder_links.append(name)
                        else:
                            pending.append(f"{name}/")
                    continue
                if entry.name == CONFIG_FILE_NAME and name not in ignored:
                    configs.append(name)
                belonging = belongs(name)
                is_left_out = belonging is False and belongs_by_default(name) is True
                if name in ignored:
                    continue
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
    return _Searched(
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
