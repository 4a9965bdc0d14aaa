"""Find out whether a sparse checkout leaves out files of a repository."""

from pathlib import Path

from validator.project.repository import GIT, repository_root
from validator.system.file_kind import exists

_PATTERNS = "info/sparse-checkout"
_LINK_TO_FOLDER = "gitdir: "


def leaves_out_files(folder: Path) -> bool:
    """Return whether files of the repository around a folder are not checked out.

    If git does not say so, they may be. Git is only run if the repository has patterns for it.
    """
    root = repository_root(folder)
    if root is None or not exists(_git_folder(root) / _PATTERNS):
        return False
    from validator.project.git import GitError, run_git, skipped_names

    try:
        listed = run_git(root, "ls-files", "-t", "-z")
    except GitError:
        return True
    return listed.returncode != 0 or bool(skipped_names(listed.stdout))


def _git_folder(root: Path) -> Path:
    """Return the folder of git's data; in a worktree, `.git` is a file that names it."""
    place = root / GIT
    try:
        text = place.read_text(errors="surrogateescape") if place.is_file() else ""
    except OSError:
        text = ""
    if not text.startswith(_LINK_TO_FOLDER):
        return place
    return root / text.removeprefix(_LINK_TO_FOLDER).strip()
