"""Read the trees of revisions, contents of objects and renamed files with git.

The git program runs with all settings disabled that can start other programs.
"""

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from validator.system.errors import NoVerdictError
from validator.system.signals import cleanup_on_signal

MODE_LINK, MODE_SUBMODULE = "120000", "160000"
"""The modes of symbolic links and submodules in a tree."""

COMPLETE_CLONE = (
    "complete the clone with `git fetch --refetch --no-filter`, or clone again without --filter"
)
"""What to do if a clone lacks objects."""

_OWNED_BY_ANOTHER = re.compile(
    r"dubious ownership in repository at '(.*?)'|unsafe repository \('(.*?)' is owned"
)
_SHA1_LENGTH = 40


class GitError(NoVerdictError):
    """A git command that failed, or git is not installed."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit in the repository at `root`.

    `label` is the name that the user gave. `title` is the name of the commit in sentences: the
    label, or "the merge base with" it.
    """

    root: Path
    commit: str
    label: str
    title: str


class TreeEntry(NamedTuple):
    """A file, link or submodule in the tree of a commit; `object` is the id of its contents."""

    mode: str
    object: str


_MAX_SECONDS = 120


def run_git(
    folder: Path, *arguments: str, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder; a signal that ends the program ends git, too.

    Raises GitError if git is not installed, or does not end in time: its patterns of ignored files
    can take it years.
    """
    options = ("core.fsmonitor=false", "safe.bareRepository=explicit", "diff.external=")
    settings = [word for option in options for word in ("-c", option)]
    # In a git hook, the others name the repository of the hook. `-c` has precedence over these.
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith("GIT_CONFIG_")
    }
    try:
        process = subprocess.Popen(
            ["git", *settings, *arguments],
            cwd=folder,
            env={**env, "LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with process, cleanup_on_signal(process.kill):
            try:
                out, err = process.communicate(stdin, timeout=_MAX_SECONDS)
            except subprocess.TimeoutExpired as error:
                process.kill()
                reason = f"git {arguments[0]} has not ended after {_MAX_SECONDS} seconds"
                raise GitError(reason) from error
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from error


def tree_entries(revision: Revision) -> Mapping[str, TreeEntry]:
    """Return all entries of a revision by their names in the repository. Raises GitError."""
    listed = run_git(revision.root, "ls-tree", "-r", "-z", "--full-tree", revision.commit)
    if listed.returncode != 0:
        raise _failure(revision, listed.stderr)
    entries: dict[str, TreeEntry] = {}
    for line in listed.stdout.split(b"\0"):
        if line:
            words, _, name = line.partition(b"\t")
            mode, _, id = words.decode().split(" ")
            entries[os.fsdecode(name)] = TreeEntry(mode, id)
    return entries


def renamed_files(revision: Revision) -> Mapping[str, str]:
    """Return the old names of renamed files by new name, both in the repository.

    Renames are detected in the index, because git may run filters to compare with the working
    tree. Raises GitError.
    """
    compared = run_git(
        revision.root, "diff", "--cached", "--no-ext-diff", "--no-textconv", "--name-status",
        "-z", "--find-renames", "--diff-filter=R", revision.commit, "--",
    )  # fmt: skip
    if compared.returncode != 0:
        raise _failure(revision, compared.stderr)
    words = [os.fsdecode(word) for word in compared.stdout.split(b"\0") if word]
    return dict(zip(words[2::3], words[1::3], strict=True))


def absent_files(revision: Revision) -> frozenset[str]:
    """Return the names of files in the index that a sparse checkout leaves out.

    Raises GitError.
    """
    listed = run_git(revision.root, "ls-files", "-t", "-z")
    if listed.returncode != 0:
        raise _failure(revision, listed.stderr)
    names = skipped_names(listed.stdout)
    return frozenset(name for name in names if not os.path.lexists(revision.root / name))


def skipped_names(listed: bytes) -> list[str]:
    """Return the names of files that a sparse checkout leaves out, from `git ls-files -t -z`."""
    lines = [os.fsdecode(line) for line in listed.split(b"\0")]
    return [line.removeprefix("S ") for line in lines if line.startswith("S ")]


def read_blobs(revision: Revision, ids: Iterable[str]) -> Mapping[str, bytes]:
    """Return the contents of objects by id, without those that the clone lacks.

    Objects are requested by id, because git reads one name per line. Raises GitError.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    answer = run_git(
        revision.root, "cat-file", "--batch", stdin="".join(f"{id}\n" for id in wanted).encode()
    )
    if answer.returncode != 0:
        raise _failure(revision, answer.stderr)
    contents: dict[str, bytes] = {}
    output, position = answer.stdout, 0
    for id in wanted:
        end = output.index(b"\n", position)
        header, position = output[position:end], end + 1
        if header.endswith(b" missing"):
            continue
        size = int(header.split(b" ")[2])
        contents[id] = output[position : position + size]
        position += size + 1
    return contents


def _is_blob(data: bytes, id: str) -> bool:
    """Return whether these contents have this id in git."""
    digest = hashlib.sha1 if len(id) == _SHA1_LENGTH else hashlib.sha256
    return digest(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == id


def is_checked_out(data: bytes, id: str) -> bool:
    """Return whether a file with these contents has this id in git, except for line ends.

    Git can convert them when it checks a file out.
    """
    return _is_blob(data, id) or (b"\r\n" in data and _is_blob(data.replace(b"\r\n", b"\n"), id))


def _failure(revision: Revision, stderr: bytes) -> GitError:
    """Return the error for a revision that git cannot read."""
    if b"promisor" in stderr or _is_partial(revision.root):
        return GitError(
            f"this is a partial clone, which lacks a part of {revision.title}; {COMPLETE_CLONE}"
        )
    return GitError(f"git cannot read {revision.label}: {_on_one_line(stderr)}")


def refusal(folder: Path, stderr: bytes) -> str:
    """Return why git does not use the repository of a folder, or "" if there is no repository."""
    text = _on_one_line(stderr)
    if "not a git repository" in text:
        return ""
    if owned := _OWNED_BY_ANOTHER.search(text):
        place = owned[1] or owned[2]
        return f"git refuses {place}: another user owns it (see safe.directory)"
    return f"git refuses {folder}: {text}"


def _on_one_line(stderr: bytes) -> str:
    return " ".join(stderr.decode(errors="replace").split()) or "no reason given"


def _is_partial(root: Path) -> bool:
    """Return whether a clone was made with a filter; its remote may since have been removed."""
    packs = run_git(root, "rev-parse", "--git-path", "objects/pack").stdout.rstrip(b"\n")
    return any((root / os.fsdecode(packs)).glob("*.promisor"))
