"""Find the commit to compare with, in the repository of a folder."""

import os
from pathlib import Path

from validator.project.git import GitError, Revision, run_git


def find_revision(folder: Path, label: str, *, is_exact: bool) -> Revision:
    """Return the commit to compare with, in the repository of a folder.

    With `is_exact`, that is the commit of the label, else its merge base with HEAD. For a merge
    base, `main...` is the same as `main`. Raises GitError.
    """
    root = _find_root(folder)
    if is_exact:
        return Revision(root, _find_commit(root, label), label, label)
    label = label.removesuffix("...")
    commit = _find_commit(root, label)
    return Revision(root, _merge_base(root, label, commit), label, f"the merge base with {label}")


def _merge_base(root: Path, label: str, commit: str) -> str:
    """Return the merge base of HEAD and a commit. Raises GitError if there is not exactly one.

    The order in which git lists several depends on dates, which the author of a commit chooses.
    """
    answer = run_git(root, "merge-base", "--all", "HEAD", commit)
    bases = answer.stdout.decode().split()
    if answer.returncode != 0 or not bases:
        clone = "the clone is shallow, " if _is_shallow(root) else ""
        raise GitError(
            f"HEAD and {label} have no merge base; {clone}fetch more of its history, "
            "or name the commit with --since-exact"
        )
    if len(bases) > 1:
        raise GitError(
            f"HEAD and {label} have {len(bases)} merge bases; merge {label} into this branch, "
            f"or compare with {label} itself: --since-exact {label}"
        )
    return bases[0]


def _find_root(folder: Path) -> Path:
    top = run_git(folder, "rev-parse", "--show-toplevel")
    if top.returncode != 0:
        stderr = top.stderr.decode(errors="replace")
        if "dubious ownership" in stderr:
            raise GitError(f"git refuses {folder}: another user owns it (see safe.directory)")
        raise GitError(f"{folder} is not in a git repository")
    return Path(os.fsdecode(top.stdout.rstrip(b"\n")))


def _find_commit(root: Path, label: str) -> str:
    if not label or "\0" in label:
        raise GitError("a revision is missing")
    found = run_git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{label}^{{commit}}"
    )
    if found.returncode != 0:
        shallow = "; the clone is shallow, fetch more of its history" if _is_shallow(root) else ""
        raise GitError(f"{label} is not a revision in {root}{shallow}")
    return found.stdout.decode().split()[-1]


def _is_shallow(root: Path) -> bool:
    return run_git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
