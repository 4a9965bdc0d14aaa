"""The folders that can be the root of the repository under check."""

import os
from collections.abc import Mapping
from pathlib import Path

_CI_VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where GitHub Actions and GitLab CI check a repository out."""


def repository_roots(folder: str, environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return git's root of a folder, the root that CI names, and the folder itself, in this order.

    Each is given as it is named and with links resolved.
    """
    named = [environ.get(variable, "") for variable in _CI_VARIABLES]
    found = [_git_root(folder), *(name for name in named if Path(name).is_absolute()), folder]
    roots = [path for path in found if path is not None]
    return tuple(dict.fromkeys(path for root in roots for path in (root, os.path.realpath(root))))


def _git_root(folder: str) -> str | None:
    """Return the nearest folder upwards that holds `.git`: a folder, or a file in a worktree."""
    path = Path(folder)
    return next((str(root) for root in (path, *path.parents) if (root / ".git").exists()), None)
