"""Find the folders that can be the root of the repository under check, and the kind of CI."""

import os
from pathlib import Path

from validator.project.repository import repository_root

_CI_VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""The variables in which GitHub Actions and GitLab CI name the folder of the checkout."""


def repository_roots(folder: str) -> tuple[str, ...]:
    """Return the git root of a folder, the roots that CI names, and the folder, in this order.

    Each is returned unchanged and with links resolved.
    """
    named = [os.environ.get(variable, "") for variable in _CI_VARIABLES]
    root = repository_root(Path(folder))
    of_git = None if root is None else str(root)
    found = [of_git, *(name for name in named if Path(name).is_absolute()), folder]
    roots = [path for path in found if path is not None]
    return tuple(dict.fromkeys(path for root in roots for path in (root, os.path.realpath(root))))


def is_on_jenkins() -> bool:
    """Return whether Jenkins runs the program."""
    return "JENKINS_URL" in os.environ
