"""Find the root of a run's tree, and decide which files are inside it."""

import os
from pathlib import Path

from validator.system.file_kind import exists

GIT = ".git"
"""The name of the folder with git's data."""


def repository_root(folder: Path) -> Path | None:
    """Return the closest folder from `folder` upwards that is a git repository.

    `folder` is absolute; its links are not followed. `.git` is a folder, or a file in a worktree.
    The git program is not run.
    """
    return next((item for item in (folder, *folder.parents) if exists(item / GIT)), None)


def tree_root(folder: Path, config_folder: Path) -> Path:
    """Return the root of the tree that a resolved folder belongs to.

    That is the root of its repository, else the folder of the configuration if `folder` is in it,
    else `folder` itself.
    """
    root = repository_root(folder)
    if root is not None:
        return root
    return config_folder if folder.is_relative_to(config_folder) else folder


def is_in_tree(file: str, root: Path) -> bool:
    """Return whether a file, with links resolved, is below a root and not in `.git`.

    A continuous-integration server keeps its token for the repository in `.git/config`.
    """
    real = Path(os.path.realpath(file))
    if not real.is_relative_to(root) or real == root:
        return False
    return GIT not in (part.casefold() for part in real.relative_to(root).parts)


def left_tree(file: str) -> Path | None:
    """Return the root of the tree if a path below it leads out of it, or into `.git`, by a link.

    The tree is that of the working folder if the path is below it, else the closest repository.
    Anyone who can change a file in a tree can add links.
    """
    here = Path(os.path.realpath(os.curdir))
    own, spelled = tree_root(here, here), Path(os.path.abspath(file))
    folders = [(Path(os.path.realpath(folder)), folder) for folder in spelled.parents]
    roots = [item for item in folders if item[0] == own]
    roots += [item for item in folders if exists(item[0] / GIT)]
    for root, folder in roots[:1]:
        is_link = root / spelled.relative_to(folder) != Path(os.path.realpath(file))
        if is_link and not is_in_tree(file, root):
            return root
    return None
