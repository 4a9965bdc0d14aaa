"""The configuration of an older version of the tree, which a change of it cannot ease."""

from pathlib import Path

from validator.project.config import (
    Config,
    ConfigError,
    find_config,
    load_config,
    parse_config,
    read_config_if_any,
)
from validator.project.git_tree import GitTree, RepositoryNames


class BaseTree:
    """The files of a revision by their paths; files outside of its repository as they are."""

    def __init__(self, tree: GitTree) -> None:
        self.revision = tree.revision
        self._tree = tree
        self._names = RepositoryNames(tree.revision.root)

    def has(self, path: str) -> bool:
        """Tell whether a path is in the repository."""
        return self._names.file(path) is not None

    def read(self, path: str) -> bytes | None:
        """Return the contents of a file in the repository; None if it is not at the revision.

        Raises GitError.
        """
        name = self._names.file(path)
        return None if name is None else self._tree.read_file(name)

    def folder_of(self, path: str) -> Path:
        """Return the folder that a file of the revision is in when its links are followed.

        Raises GitError and UnreadableEntryError.
        """
        name = self._names.file(path) or ""
        return (self.revision.root / (self._tree.find_file(name) or name)).parent


def load_base_config(path: str | None, tree: BaseTree) -> Config:
    """Return the configuration as it is at a revision, or the defaults where there is none.

    `path` is that of the option; without one, the closest file from the working folder upwards
    counts. Policy files are those of the revision, too. A configuration outside of the repository
    is no part of the tree and is read as it is. Raises ConfigError and GitError.
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
    config = parse_config(file, shown, data, tree.folder_of(str(file)))
    if config is None:
        return None
    contents: dict[str, bytes] = {}
    for policy_file in config.policy_files:
        text = tree.read(policy_file)
        if text is None:
            raise ConfigError(f"{shown}: policy-files: {policy_file} is not there")
        contents[policy_file] = text
    return config._replace(policy_data=contents)
