"""Git: the files of a revision, their contents, and how they were renamed since.

The git program is run with all settings off that can name other programs.
"""

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from validator.system.errors import NoVerdictError


class GitError(NoVerdictError):
    """A git command that failed, or git is not installed."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit in the repository at `root`; `label` is the name that the user gave."""

    root: Path
    commit: str
    label: str


def run_git(
    folder: Path, *arguments: str, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder. Raises GitError if git is not installed."""
    options = ("core.fsmonitor=false", "safe.bareRepository=explicit", "diff.external=")
    settings = [word for option in options for word in ("-c", option)]
    # In a git hook these variables name the repository of the hook.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env={**env, "LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1"},
            input=stdin,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from error


def find_revision(folder: Path, label: str) -> Revision:
    """Return the commit of a revision in the repository of a folder. Raises GitError."""
    top = run_git(folder, "rev-parse", "--show-toplevel")
    if top.returncode != 0:
        stderr = top.stderr.decode(errors="replace")
        if "dubious ownership" in stderr:
            raise GitError(f"git refuses {folder}: somebody else owns it (see safe.directory)")
        raise GitError(f"{folder} is not in a git repository")
    root = Path(os.fsdecode(top.stdout.rstrip(b"\n")))
    if not label or "\0" in label:
        raise GitError("a revision is missing")
    found = run_git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{label}^{{commit}}"
    )
    if found.returncode != 0:
        shallow = run_git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        raise GitError(
            f"{label} is no revision of {root}"
            + ("; the clone is shallow, fetch more of its history" if shallow else "")
        )
    return Revision(root, found.stdout.decode().split()[-1], label)


def renamed_and_deleted_files(revision: Revision) -> tuple[Mapping[str, str], frozenset[str]]:
    """Return the old names of renamed files, by new name, and the names of deleted files.

    Names are relative to the repository. Renames come from the index, as git may run filters to
    compare with the working tree. Raises GitError.
    """
    listed = run_git(revision.root, "ls-tree", "-r", "-z", "--name-only", revision.commit)
    compared = run_git(
        revision.root, "diff", "--cached", "--no-ext-diff", "--no-textconv", "--name-status",
        "-z", "--find-renames", "--diff-filter=R", revision.commit, "--",
    )  # fmt: skip
    for answer in (listed, compared):
        if answer.returncode != 0:
            raise GitError(
                f"git cannot compare with {revision.label}: {_error_text(answer.stderr)}"
            )
    deleted = [name for name in _split_nul(listed.stdout) if not (revision.root / name).exists()]
    words = _split_nul(compared.stdout)
    renamed = dict(zip(words[2::3], words[1::3], strict=True))
    return renamed, frozenset(deleted)


def _split_nul(output: bytes) -> list[str]:
    return [os.fsdecode(word) for word in output.split(b"\0") if word]


def file_contents(revision: Revision, names: Iterable[str]) -> Mapping[str, bytes]:
    """Return the contents of files at a revision; files that it lacks are left out.

    Raises GitError.
    """
    wanted = [name for name in names if "\n" not in name]
    objects = b"".join(os.fsencode(f"{revision.commit}:{name}") + b"\n" for name in wanted)
    answer = run_git(revision.root, "cat-file", "--batch", stdin=objects)
    if answer.returncode != 0:
        raise GitError(f"git cannot read {revision.label}: {_error_text(answer.stderr)}")
    contents: dict[str, bytes] = {}
    output, position = answer.stdout, 0
    for name in wanted:
        end = output.index(b"\n", position)
        header, position = output[position:end], end + 1
        if header.endswith((b" missing", b" ambiguous")):
            continue
        _, kind, size = header.split(b" ")
        if kind == b"blob":
            contents[name] = output[position : position + int(size)]
        position += int(size) + 1
    return contents


def _error_text(stderr: bytes) -> str:
    return " ".join(stderr.decode(errors="replace").split()) or "no reason given"
