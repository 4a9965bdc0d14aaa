"""What git knows: which files stood at a revision, what they held, and how they were renamed.

Read with the git program, with those of its settings off that could name other programs.
"""

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from validator.findings.diagnostic import NoVerdictError


class GitError(NoVerdictError):
    """What git cannot answer, in clear words."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit of a repository; `root` is the repository's folder, `label` what the user wrote."""

    root: Path
    commit: str
    label: str


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder. Raises GitError where there is no git."""
    options = ("core.fsmonitor=false", "safe.bareRepository=explicit", "diff.external=")
    settings = [word for option in options for word in ("-c", option)]
    # in a hook, git's variables name the repository of the hook
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
    """Return the commit that a revision names in the repository of a folder. Raises GitError."""
    top = git(folder, "rev-parse", "--show-toplevel")
    if top.returncode != 0:
        said = top.stderr.decode(errors="replace")
        if "dubious ownership" in said:
            raise GitError(f"git refuses {folder}: somebody else owns it (see safe.directory)")
        raise GitError(f"{folder} is not in a git repository")
    root = Path(os.fsdecode(top.stdout.rstrip(b"\n")))
    if not label or "\0" in label:
        raise GitError("a revision is missing")
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{label}^{{commit}}")
    if found.returncode != 0:
        shallow = git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        raise GitError(
            f"{label} is no revision of {root}"
            + ("; the clone is shallow, fetch more of its history" if shallow else "")
        )
    return Revision(root, found.stdout.decode().split()[-1], label)


def old_names(revision: Revision) -> tuple[Mapping[str, str], frozenset[str]]:
    """Return the old names of the files that were renamed since, and the files that are gone.

    All are relative to the repository. Renames are those that the index knows: to compare with
    the working tree, git might run filters. Raises GitError.
    """
    listed = git(revision.root, "ls-tree", "-r", "-z", "--name-only", revision.commit)
    compared = git(
        revision.root, "diff", "--cached", "--no-ext-diff", "--no-textconv", "--name-status",
        "-z", "--find-renames", "--diff-filter=R", revision.commit, "--",
    )  # fmt: skip
    for answer in (listed, compared):
        if answer.returncode != 0:
            raise GitError(f"git cannot compare with {revision.label}: {_said(answer.stderr)}")
    gone = [name for name in _words(listed.stdout) if not (revision.root / name).exists()]
    words = _words(compared.stdout)
    renamed = dict(zip(words[2::3], words[1::3], strict=True))
    return renamed, frozenset(gone)


def _words(output: bytes) -> list[str]:
    return [os.fsdecode(word) for word in output.split(b"\0") if word]


def contents(revision: Revision, names: Iterable[str]) -> Mapping[str, bytes]:
    """Return what files held at the revision, for those that stood there. Raises GitError."""
    wanted = [name for name in names if "\n" not in name]
    asked = b"".join(os.fsencode(f"{revision.commit}:{name}") + b"\n" for name in wanted)
    answer = git(revision.root, "cat-file", "--batch", stdin=asked)
    if answer.returncode != 0:
        raise GitError(f"git cannot read {revision.label}: {_said(answer.stderr)}")
    held: dict[str, bytes] = {}
    output, position = answer.stdout, 0
    for name in wanted:
        end = output.index(b"\n", position)
        header, position = output[position:end], end + 1
        if header.endswith((b" missing", b" ambiguous")):
            continue
        _, kind, size = header.split(b" ")
        if kind == b"blob":
            held[name] = output[position : position + int(size)]
        position += int(size) + 1
    return held


def _said(stderr: bytes) -> str:
    return " ".join(stderr.decode(errors="replace").split()) or "no reason given"
