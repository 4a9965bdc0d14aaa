"""Links to folders, which a search does not follow."""

import os
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from validator.project.file_patterns import FilePatterns, matcher_in_folder
from validator.project.repository import is_in_tree, tree_root

_MAX_ENTRIES = 10_000


class FolderLink(NamedTuple):
    """A link to a folder in the tree.

    `target` is the resolved path of the folder. `takes` returns whether a search that followed the
    link would take a file, by its name below the folder.
    """

    name: str
    target: str
    takes: Callable[[str], bool]


def part_links(
    names: Sequence[str], folder: str, patterns: FilePatterns, belongs: Callable[[str], bool | None]
) -> tuple[list[FolderLink], list[str]]:
    """Return the links to folders in the tree, and the names of those that point outside.

    `names` are relative to the searched folder. `exclude` can leave out links that point outside,
    which are not read.
    """
    if not names:
        return [], []
    absolute = Path(folder).resolve()
    root = tree_root(absolute, patterns.base.resolve())
    excluded = matcher_in_folder(patterns.exclude, absolute, patterns.base)
    inside: list[FolderLink] = []
    outside: list[str] = []
    for name in sorted(names):
        target = os.path.realpath(absolute / name)
        if target == str(root) or is_in_tree(target, root):
            inside.append(FolderLink(name, target, _taken_below(name, belongs)))
        elif not excluded(f"{name}/x.yaml"):
            outside.append(name)
    return inside, outside


def _taken_below(name: str, belongs: Callable[[str], bool | None]) -> Callable[[str], bool]:
    return lambda below: belongs(f"{name}/{below}") is True


class Unfollowed(NamedTuple):
    """The names of links to folders with files that a search would take.

    `unread` is the number of the links whose folders were not looked through, because they and
    those before them have too many entries.
    """

    names: Sequence[str]
    unread: int

    @property
    def number(self) -> int:
        """The number of all these links."""
        return len(self.names) + self.unread


def unfollowed(links: Iterable[FolderLink], known: Container[str]) -> Unfollowed:
    """Return the links to folders with files that a search would take, each name once.

    `known` has the resolved paths of files that are found in another way.
    """
    by_name = {link.name: link for link in links}
    left = _MAX_ENTRIES
    found: list[str] = []
    for number, link in enumerate(by_name.values()):
        for below, path in _files(link.target):
            left -= 1
            if left < 0:
                return Unfollowed(found, len(by_name) - number)
            if link.takes(below) and path not in known:
                found.append(link.name)
                break
    return Unfollowed(found, 0)


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the names and resolved paths of all entries below a folder; links are not followed.

    A folder is read only as far as its entries are asked for.
    """
    pending = [""]
    while pending:
        subfolder = pending.pop()
        with suppress(OSError), os.scandir(os.path.join(folder, subfolder)) as entries:
            for entry in entries:
                name = subfolder + entry.name
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    pending.append(f"{name}/")
                yield name, os.path.realpath(entry.path) if entry.is_symlink() else entry.path
