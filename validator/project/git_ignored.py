"""The files that git ignores, which a search leaves out."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from validator.project.repository import repository_root
from validator.system.file_kind import exists

_MODE_SUBMODULE = b"160000 "


class GitIgnored(NamedTuple):
    """The names in a folder that git ignores; folder names end in `/`.

    If git cannot be run or refuses the repository, `refusal` says why, and there are no names.
    """

    names: frozenset[str]
    refusal: str = ""


def git_ignored(folder: Path) -> GitIgnored:
    """Return what git ignores in a folder, whose path is resolved, and in its submodules.

    Without git or a repository, nothing is ignored, so that more files are checked, not fewer.
    Neither is it if git ignores the folder itself, because the user has named it.
    """
    nothing = GitIgnored(frozenset())
    root = repository_root(folder)
    if root is None:
        return nothing
    from validator.project.git import GitError, refusal, run_git

    try:
        answer = run_git(
            folder, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"
        )
        # Below an ignored folder, git lists nothing and fails.
        if answer.returncode != 0 and run_git(folder, "check-ignore", "-q", ".").returncode == 0:
            return nothing
    except GitError as error:
        return nothing._replace(refusal=str(error))
    if answer.returncode != 0:
        return nothing._replace(refusal=refusal(folder, answer.stderr))
    names = {os.fsdecode(name) for name in answer.stdout.split(b"\0") if name}
    reason = ""
    # Git does not list the files of submodules, which have repositories of their own.
    for submodule in _submodules(folder) if exists(root / ".gitmodules") else ():
        inner = git_ignored(folder / submodule)
        names |= {f"{submodule}/{name}" for name in inner.names}
        reason = reason or inner.refusal
    return GitIgnored(frozenset(names), reason)


def _submodules(folder: Path) -> Iterator[str]:
    """Yield the names in a folder of the submodules that are checked out, without links."""
    from validator.project.git import run_git

    for line in run_git(folder, "ls-files", "-z", "--stage").stdout.split(b"\0"):
        if line.startswith(_MODE_SUBMODULE):
            name = os.fsdecode(line.partition(b"\t")[2])
            place = folder / name
            if exists(place / ".git") and place.resolve() == place:
                yield name
