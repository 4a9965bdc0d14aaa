"""The files that git ignores, which a search leaves out."""

import os
from pathlib import Path
from typing import NamedTuple

from validator.project.repository import repository_root


class GitIgnored(NamedTuple):
    """The names in a folder that git ignores; folder names end in `/`.

    If git refuses the repository, `refusal` says why, and there are no names.
    """

    names: frozenset[str]
    refusal: str = ""


def git_ignored(folder: Path) -> GitIgnored:
    """Return what git ignores in a folder.

    Without git or a repository, nothing is ignored, so that more files are checked, not fewer.
    Neither is it if git ignores the folder itself, because the user has named it.
    """
    nothing = GitIgnored(frozenset())
    if repository_root(folder) is None:
        return nothing
    from validator.project.git import GitError, refusal, run_git

    try:
        answer = run_git(
            folder, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"
        )
        # Below an ignored folder, git lists nothing and fails.
        if answer.returncode != 0 and run_git(folder, "check-ignore", "-q", ".").returncode == 0:
            return nothing
    except GitError:
        return nothing
    if answer.returncode != 0:
        return nothing._replace(refusal=refusal(folder, answer.stderr))
    return GitIgnored(frozenset(os.fsdecode(name) for name in answer.stdout.split(b"\0") if name))
