"""Load the configuration of an older revision, which the change under check cannot relax."""

import os
import stat
from pathlib import Path

from validator.project.config import (
    Config,
    ConfigError,
    find_config,
    load_config,
    parse_config,
    read_config_if_any,
)
from validator.project.config_layers import read_base_file, shown_name
from validator.project.git import is_checked_out
from validator.project.git_tree import GitTree, RepositoryNames
from validator.system.file_kind import is_link

_NO_SOURCES = ("__pycache__", ".git")


class BaseTree:
    """The files of a revision, by their paths in the working tree."""

    def __init__(self, tree: GitTree) -> None:
        self.revision = tree.revision
        self._tree = tree
        self._names = RepositoryNames(tree.revision.root)

    def has(self, path: str) -> bool:
        """Return whether a path is in the repository."""
        return self._names.file(path) is not None

    def read(self, path: str) -> bytes | None:
        """Return the contents of a file in the repository; None if it is not at the revision.

        Raises GitError.
        """
        name = self._names.file(path)
        return None if name is None else self._tree.read_file(name)

    def folder_of(self, path: str) -> Path:
        """Return the folder of a file at the revision, with links resolved.

        Raises GitError and UnreadableEntryError.
        """
        name = self._names.file(path) or ""
        return (self.revision.root / (self._tree.find_file(name) or name)).parent

    def first_change(self, folder: str) -> str | None:
        """Return a file in a folder of the working tree that differs from the revision.

        None if no file differs, or if the folder is not in the repository. Raises GitError.
        """
        name = self._names.folder(folder)
        if name is None:
            return None
        prefix = f"{name}/" if name else ""
        entries = self._tree.entries
        older = {path for path in entries if path.startswith(prefix)}
        for root, folders, files in os.walk(self.revision.root / name):
            folders[:] = sorted(item for item in folders if item not in _NO_SOURCES)
            links = [item for item in folders if is_link(os.path.join(root, item))]
            for base_name in (*links, *sorted(files)):
                file = Path(root, base_name)
                path = file.relative_to(self.revision.root).as_posix()
                older.discard(path)
                entry = entries.get(path)
                data = _data_of_file(file)
                if entry is None or data is None or not is_checked_out(data, entry.object):
                    return path
        return min(older, default=None)


def _data_of_file(file: Path) -> bytes | None:
    """Return the contents of a file; None for a link, or if the file cannot be read.

    The target of a link can change without a change to the link.
    """
    try:
        return file.read_bytes() if stat.S_ISREG(file.lstat().st_mode) else None
    except OSError:
        return None


def load_base_config(path: str | None, tree: BaseTree) -> Config:
    """Return the configuration at a revision, or the defaults if there is none.

    `path` is the value of `--config`; if it is None, the closest configuration from the working
    folder upwards is used. Policy files are read at the revision, too. A configuration outside the
    repository is read from the file system. Raises ConfigError and GitError.
    """

    def read(file: Path, name: str) -> Config | None:
        if tree.has(str(file)):
            return _read_at_revision(file, name, tree)
        return read_config_if_any(file, name)

    if path is None:
        return find_config(read)
    if not tree.has(path):
        return load_config(path)
    return _read_at_revision(Path(path), path, tree) or Config(folder=Path.cwd())


def _read_at_revision(file: Path, name: str, tree: BaseTree) -> Config | None:
    data = tree.read(str(file))
    if data is None:
        return None
    shown = f"{name} at {tree.revision.title}"

    def read_base(base: Path) -> tuple[str, bytes] | None:
        if not tree.has(str(base)):
            return read_base_file(base)
        found = tree.read(str(base))
        title = tree.revision.title
        return None if found is None else (f"{shown_name(base)} at {title}", found)

    config = parse_config(file, shown, data, tree.folder_of(str(file)), read_base)
    if config is None:
        return None
    contents = dict(config.policy_data)
    for policy_file in config.policy_files:
        if policy_file in contents:
            continue
        text = tree.read(policy_file)
        if text is None:
            raise ConfigError(f"{shown}: policy-files: {policy_file} does not exist")
        contents[policy_file] = text
    return config._replace(policy_data=contents)
