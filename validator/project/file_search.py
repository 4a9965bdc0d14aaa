"""Find the tenant files in the paths of a command line."""

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from validator.findings.wording import counted
from validator.project.file_patterns import FilePatterns, searched_names
from validator.project.folder_links import FolderLink, Unfollowed, unfollowed
from validator.project.folder_search import SearchedFolder, search_folder
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


class _File(NamedTuple):
    """A file that a path leads to. Every path to the same file has the same key."""

    key: str
    source: Source
    by_link: bool = False


class _Reached(NamedTuple):
    """What a path of the command line leads to; the names are those of `FoundFiles`.

    `left_out` has the keys of files.
    """

    files: Sequence[_File] = ()
    folders: Sequence[str] = ()
    failures: Sequence[str] = ()
    excluded: int = 0
    outside: Sequence[str] = ()
    left_out: Sequence[str] = ()
    configs: Sequence[str] = ()
    refusal: str = ""
    folder_links: Sequence[FolderLink] = ()


_KeyOf = Callable[[str], tuple[str, bool]]
"""Returns the key of the file at a path, and whether the path is a link."""


def find_files(
    paths: Iterable[str], stdin_name: str, patterns: FilePatterns, *, force_exclude: bool = False
) -> FoundFiles:
    """Return the files in paths, in the order of the paths.

    A file that is reached twice, by another spelling or through a link, is returned once. A named
    file need not match a pattern. With `force_exclude`, named files that a search of the working
    folder would not take are skipped, and it is not a failure if no file is left. `-` is standard
    input, which replaces the file `stdin_name`.
    """
    working_folder = WorkingFolder(patterns) if force_exclude else None
    key_of = _key_function()

    def look_at(path: str) -> _Reached:
        try:
            if path == "-":
                return _Reached([_File(key_of(stdin_name)[0], Source(stdin_name, None))])
            if not stat.S_ISDIR(os.stat(path).st_mode):
                return _named_file(path, key_of, working_folder)
            return _folder(path, patterns, may_be_empty=force_exclude)
        except (OSError, ValueError) as error:  # a ValueError for a NUL in the path
            reason = error.strerror if isinstance(error, OSError) else error
            return _Reached(failures=[f"{name_in_reports(path)}: {reason}"])

    reached = [look_at(path) for path in paths]
    sources = _each_once(chain.from_iterable(item.files for item in reached))
    failures = [line for item in reached for line in item.failures]
    excluded = sum(item.excluded for item in reached)
    outside = list(dict.fromkeys(name for item in reached for name in item.outside))
    left_out = {key for item in reached for key in item.left_out}
    refusals = [item.refusal for item in reached]
    refusals += [] if working_folder is None else [working_folder.refusal]
    not_followed = unfollowed((link for item in reached for link in item.folder_links), sources)
    notes = _notes(
        outside,
        not_followed,
        dict.fromkeys(filter(None, refusals)),
        list(dict.fromkeys(name for item in reached for name in item.configs)),
    )
    if force_exclude and not sources and not failures:
        notes.append("no tenant file to check" + _excluded_by_configuration(excluded))
    return FoundFiles(
        tuple(sources.values()),
        tuple(folder for item in reached for folder in item.folders),
        tuple(failures),
        excluded,
        tuple(notes),
        len(outside),
        len(left_out - sources.keys()),
        not_followed.number,
    )


def _key_function() -> _KeyOf:
    real_path = cache(os.path.realpath)

    def key_of(path: str) -> tuple[str, bool]:
        folder, name = os.path.split(path)
        by_link = is_link(path)
        return real_path(path) if by_link else os.path.join(real_path(folder), name), by_link

    return key_of


def _each_once(files: Iterable[_File]) -> dict[str, Source]:
    """Return the source of each file by its key, in the order in which the keys first appear.

    Standard input replaces a file, and a file its links.
    """
    sources: dict[str, Source] = {}
    through_link: set[str] = set()
    for key, source, by_link in files:
        is_replaced = source.path is None or (key in through_link and not by_link)
        if key not in sources or is_replaced:
            sources[key] = source
            (through_link.add if by_link else through_link.discard)(key)
    return sources


def _named_file(path: str, key_of: _KeyOf, working_folder: WorkingFolder | None) -> _Reached:
    """Return a file that is named, unless a search of the working folder would not take it."""
    name = name_in_reports(path)
    key, by_link = key_of(path)
    match "inside" if working_folder is None else working_folder.place_of(path):
        case "inside":
            return _Reached([_File(key, Source(name, path), by_link)])
        case "excluded":
            return _Reached(excluded=1)
        case "linked outside":
            return _Reached(outside=[name])
        case "left out":
            return _Reached(left_out=[key])
    return _Reached()


def _folder(path: str, patterns: FilePatterns, *, may_be_empty: bool) -> _Reached:
    """Return the files in a folder. Raises OSError."""
    searched = search_folder(path, patterns)
    prefix = "" if path == "." else os.path.join(path, "")
    shown_prefix = name_in_reports(prefix)
    failures = [f"{shown_prefix}{name}: {reason}" for name, reason in searched.unreadable]
    if not searched.names and not may_be_empty:
        failures.append(_nothing_found(path, searched, patterns))
    # To call os.path.realpath for each of thousands of files would take too long.
    real_prefix = os.path.join(os.path.realpath(path), "")
    links = searched.links

    def key_of(name: str) -> str:
        return links.get(name) or real_prefix + name.replace("/", os.sep)

    return _Reached(
        [
            _File(key_of(name), Source(shown_prefix + name, prefix + name), name in links)
            for name in searched.names
        ],
        [path],
        failures,
        searched.excluded,
        [shown_prefix + name for name in searched.outside],
        [key_of(name) for name in searched.left_out],
        [shown_prefix + name for name in searched.configs],
        searched.refusal,
        [link._replace(name=shown_prefix + link.name) for link in searched.folder_links],
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


def _nothing_found(folder: str, searched: SearchedFolder, patterns: FilePatterns) -> str:
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
