"""Find the commit to compare with, in the repository of a folder."""

import os
import re
from pathlib import Path

from validator.findings.wording import listing
from validator.project.git import GitError, Revision, refusal, run_git

_SUFFIX = re.compile(r"@\{|[~^:]")
_UPSTREAM = re.compile(r"@\{(?:u|upstream|push)\}", re.IGNORECASE)
_ID = re.compile(r"(?:^|-g)([0-9a-f]{4,64})$", re.IGNORECASE)
"""An id of a commit, abbreviated or not, or the end of a name from `git describe`."""
_ROOT_NAME = re.compile(r"@|([A-Z]+_)*HEAD")
_REF_PLACES = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
"""Where git looks for a name, in this order."""


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
    if bases[0] != commit and _is_shallow(root) and _has_gap(root, bases[0], commit):
        raise GitError(
            f"HEAD and {label} may have a later merge base; the clone is shallow, fetch more of "
            "its history, or name the commit with --since-exact"
        )
    return bases[0]


def _has_gap(root: Path, base: str, commit: str) -> bool:
    """Return whether a shallow clone lacks parents of a commit after a merge base.

    A later merge base can be among the ancestors that are missing, unless the base is one of the
    two commits.
    """
    if base == _find_commit(root, "HEAD"):
        return False
    path = run_git(root, "rev-parse", "--git-path", "shallow").stdout.rstrip(b"\n")
    ends = (root / os.fsdecode(path)).read_text().split()
    later = run_git(root, "rev-list", "HEAD", commit, f"^{base}")
    return later.returncode != 0 or not set(ends).isdisjoint(later.stdout.decode().split())


def _find_root(folder: Path) -> Path:
    top = run_git(folder, "rev-parse", "--show-toplevel")
    if top.returncode != 0:
        raise GitError(refusal(folder, top.stderr) or f"{folder} is not in a git repository")
    return Path(os.fsdecode(top.stdout.rstrip(b"\n")))


def _find_commit(root: Path, label: str) -> str:
    """Return the commit of a label. Raises GitError, also if the label can mean several commits."""
    if not label or "\0" in label:
        raise GitError("a revision is missing")
    name = _name_in(label)
    found = run_git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{label}^{{commit}}"
    )
    commit = found.stdout.decode().split()[-1] if found.returncode == 0 else "^"
    places = _places(root, name, len(commit)) if name else []
    # For `^main`, git returns the commit after `^`. For a missing `refs/heads/main`, it takes the
    # tag `refs/tags/refs/heads/main`.
    if commit.startswith("^") or (name.startswith("refs/") and name not in places):
        shallow = "; the clone is shallow, fetch more of its history" if _is_shallow(root) else ""
        raise GitError(f"{label} is not a revision in {root}{shallow}")
    if len(places) > 1 and not name.startswith("refs/"):
        both = "both " if len(places) == 2 else ""  # noqa: PLR2004
        raise GitError(f"{name} is {both}{listing(places)}; write one of them in full")
    return commit


def _name_in(label: str) -> str:
    """Return the name of the ref in a label, such as main in `main~1`.

    It is empty if the label has none, or if git reads it as a local branch only.
    """
    return "" if _UPSTREAM.search(label) else _SUFFIX.split(label, maxsplit=1)[0]


def _places(root: Path, name: str, id_length: int) -> list[str]:
    """Return the refs and commits that a name can mean. Git takes the first and only warns.

    Who can push a branch can also push a tag or another branch whose name is that of the base.
    """
    is_id = len(name) == id_length and _ID.fullmatch(name)
    if is_id or (_ROOT_NAME.fullmatch(name) and _is_root_ref(root, name)):
        return []
    possible = [*(f"{place}{name}" for place in _REF_PLACES), f"refs/remotes/{name}/HEAD"]
    listed = run_git(root, "for-each-ref", "--format=%(refname)", "--", *possible)
    existing = os.fsdecode(listed.stdout).split("\n")
    refs = [ref for ref in possible if ref in existing]
    id = _ID.search(name)
    return [*refs, *(_commits(root, id[1]) if refs and id else ())]


def _is_root_ref(root: Path, name: str) -> bool:
    """Return whether a name such as HEAD is outside of refs, where nobody can push it."""
    path = run_git(root, "rev-parse", "--git-path", "HEAD" if name == "@" else name)
    return path.returncode == 0 and (root / os.fsdecode(path.stdout.rstrip(b"\n"))).is_file()


def _commits(root: Path, prefix: str) -> list[str]:
    """Return the commits whose id begins with a prefix."""
    ids = run_git(root, "rev-parse", f"--disambiguate={prefix}").stdout
    kinds = run_git(root, "cat-file", "--batch-check", stdin=ids).stdout.decode().splitlines()
    return [f"the commit {line.split()[0]}" for line in kinds if " commit " in line]


def _is_shallow(root: Path) -> bool:
    return run_git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
