"""The tree of a git revision as a file system: names, links, contents."""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from validator.project.git import (
    COMPLETE_CLONE,
    MODE_LINK,
    MODE_SUBMODULE,
    GitError,
    Revision,
    TreeEntry,
    read_blobs,
    tree_entries,
)

_MAX_LINKS = 40  # as in Linux


class UnreadableEntryError(Exception):
    """A name in a tree whose contents cannot be read; the text says why."""


class GitTree:
    """The files of a revision.

    Names are relative to the repository, with `/`. Symbolic links are followed inside the tree.
    The working tree is never read.
    """

    def __init__(self, revision: Revision) -> None:
        self.revision = revision

    @cached_property
    def entries(self) -> Mapping[str, TreeEntry]:
        """All entries by name. Raises GitError."""
        return tree_entries(self.revision)

    @cached_property
    def _link_targets(self) -> Mapping[str, str]:
        ids = [entry.object for entry in self.entries.values() if entry.mode == MODE_LINK]
        return {id: os.fsdecode(data) for id, data in read_blobs(self.revision, ids).items()}

    def find_file(self, name: str) -> str | None:
        """Return the name of a file with links resolved; None if it does not exist.

        Raises UnreadableEntryError and GitError.
        """
        found = self._follow(name)
        if found in self.entries:
            return found
        if found != name and not self._is_folder(found):
            # Resolving links changed the name.
            raise UnreadableEntryError("is a broken link")
        return None

    def find_folder(self, name: str) -> str | None:
        """Return the name of a folder with links resolved; None if it does not exist.

        The name of the root is empty. Raises GitError.
        """
        try:
            found = self._follow(name)
        except UnreadableEntryError:
            return None
        return found if not found or self._is_folder(found) else None

    def read_files(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents of files by name, without those that the clone lacks.

        Raises GitError.
        """
        wanted = {name: self.entries[name].object for name in names}
        contents = read_blobs(self.revision, wanted.values())
        return {name: contents[id] for name, id in wanted.items() if id in contents}

    def read_file(self, name: str) -> bytes | None:
        """Return the contents of a file with links resolved; None if it does not exist.

        Raises GitError.
        """
        try:
            found = self.find_file(name)
        except UnreadableEntryError as error:
            raise GitError(f"{name} at {self.revision.title} {error}") from error
        if found is None:
            return None
        data = self.read_files([found]).get(found)
        if data is None:
            title = self.revision.title
            raise GitError(f"{found} at {title} is not in this clone; {COMPLETE_CLONE}")
        return data

    @cached_property
    def _folders(self) -> frozenset[str]:
        folders: set[str] = set()
        for name in self.entries:
            while (name := name.rpartition("/")[0]) and name not in folders:
                folders.add(name)
        return frozenset(folders)

    def _is_folder(self, name: str) -> bool:
        return name in self._folders

    def _follow(self, name: str) -> str:
        """Return a name with all links resolved. Raises UnreadableEntryError and GitError."""
        pending = name.split("/")[::-1]
        found: list[str] = []
        links = 0
        while pending:
            part = pending.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not found:
                    raise UnreadableEntryError("is a link that points outside the repository")
                found.pop()
                continue
            entry = self.entries.get("/".join((*found, part)))
            if entry is not None and entry.mode == MODE_SUBMODULE:
                raise UnreadableEntryError("is in a submodule")
            if entry is None or entry.mode != MODE_LINK:
                found.append(part)
                continue
            links += 1
            target = self._link_targets.get(entry.object, "")
            if links > _MAX_LINKS or not target:
                raise UnreadableEntryError("is a link that cannot be resolved")
            if target.startswith("/"):
                raise UnreadableEntryError("is a link that points outside the repository")
            pending += target.split("/")[::-1]
        return "/".join(found)


class RepositoryNames:
    """The names of paths in a repository; links in the tree are not followed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: dict[str, str | None] = {}

    def file(self, path: str) -> str | None:
        """Return the name of a file; None if it is outside the repository."""
        folder, base = os.path.split(_absolute(path))
        found = self._find(folder)
        return None if found is None else _joined(found, base)

    def folder(self, path: str) -> str | None:
        """Return the name of a folder, which need not exist; None if it is outside the repository.

        The name of the root is empty.
        """
        return self._find(_absolute(path))

    def _find(self, folder: str) -> str | None:
        if folder not in self._folders:
            parent, base = os.path.split(folder)
            # The root may be reached through links.
            if _is_same_folder(folder, self._root):
                self._folders[folder] = ""
            elif parent == folder:
                self._folders[folder] = None
            else:
                above = self._find(parent)
                self._folders[folder] = None if above is None else _joined(above, base)
        return self._folders[folder]


def _absolute(path: str) -> str:
    """Return an absolute path. Links before `..` are followed, as the system does."""
    parts = path.split("/")
    if ".." not in parts:
        return os.path.abspath(path)
    begin = len(parts) - parts[::-1].index("..")
    head = os.path.realpath("/".join(parts[:begin]))
    return os.path.normpath("/".join((head, *parts[begin:])))


def _joined(folder: str, base: str) -> str:
    return f"{folder}/{base}" if folder else base


def _is_same_folder(one: str, other: Path) -> bool:
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False
