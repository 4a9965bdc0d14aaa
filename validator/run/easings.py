"""Describes how the configuration makes a run less strict, one sentence for each way."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from validator.checking.easings import selection_easings
from validator.findings.wording import counted, listing
from validator.project.request import DEFAULT_EXPIRING_WITHIN
from validator.project.sources import name_in_reports
from validator.run.preparation import Prepared

if TYPE_CHECKING:
    from validator.project.older_files import OlderFiles


def run_easings(
    prepared: Prepared,
    per_file: Sequence[tuple[int, ...]],
    older: "OlderFiles | None" = None,
) -> Iterator[str]:
    """Yield a sentence for each way in which the configuration or the tree weakens the check.

    `per_file` holds the numbers of the per-file settings that apply to each file.
    """
    request, config = prepared.request, prepared.resolved.config
    origin = prepared.selection.settings.origin
    # Per-file settings can also apply to a removed or renamed file, or to the baseline.
    removed = [*older.gone, *(older.former[name] for name in older.renamed)] if older else []
    others = [*removed, *([request.baseline] if request.baseline else ())]
    of_others = [prepared.selection.for_file(name).per_file for name in others]
    yield from selection_easings(prepared.selection, [*per_file, *of_others])
    horizon = prepared.selection.settings.expiring_within
    if request.expiring_within is None and horizon < DEFAULT_EXPIRING_WITHIN:
        instead = f"{counted(horizon, 'day')} instead of {DEFAULT_EXPIRING_WITHIN}"
        yield f"{origin('expiring-within')} sets expiring-within to {instead}"
    if request.fail_on is None and config.fail_on == "never":
        yield f"{origin('fail-on')} sets fail-on to never, so no finding fails the run"
    yield from _changed_folders(prepared)
    yield from _added_to_baseline(prepared)
    yield from file_easings(prepared)
    if older and older.left_out:
        files = counted(older.left_out, "removed file")
        keys = ["include"] if config.include is not None else []
        keys += ["exclude"] if config.exclude else []
        origins = dict.fromkeys(origin(key) for key in keys)
        verb = "leaves" if len(origins) == 1 else "leave"
        yield f"{listing(origins)} {verb} out {files} of the older version"


def file_easings(prepared: Prepared) -> Iterator[str]:
    """Yield a sentence for each reason for which files of the paths are left out."""
    origin = prepared.selection.settings.origin
    excluded = prepared.resolved.found.excluded
    if excluded:
        yield f"{origin('exclude')} excludes {counted(excluded, 'file')}"
    outside = prepared.resolved.found.outside
    if outside:
        yield f"links to targets outside the tree are not followed: {counted(outside, 'link')}"
    unfollowed = prepared.resolved.found.unfollowed
    if unfollowed:
        yield f"links to folders are not followed: {counted(unfollowed, 'link')}"
    left_out = prepared.resolved.found.left_out
    if left_out:
        files = f"{counted(left_out, 'file')} that {'is' if left_out == 1 else 'are'}"
        yield f"{origin('include')} leaves out {files} included by default"


def _added_to_baseline(prepared: Prepared) -> Iterator[str]:
    """Yield a sentence if the baseline has findings that it does not have in the older version.

    With --config-from-base, the baseline of the older version applies. One outside the repository
    has no older version.
    """
    request, tree = prepared.request, prepared.resolved.tree
    if request.baseline is None or tree is None or prepared.resolved.base is not None:
        return
    from validator.project.base_config import BaseTree
    from validator.run.known_findings import entries_since

    older = BaseTree(tree)
    if request.write_baseline or not older.has(request.baseline):
        return
    added = entries_since(prepared, request.baseline, older)
    if added:
        yield (
            f"{name_in_reports(request.baseline)} lists {counted(len(added), 'known finding')} "
            f"that it does not list at {tree.revision.title}"
        )


def _changed_folders(prepared: Prepared) -> Iterator[str]:
    """Yield a sentence for each policy folder that differs from the older version.

    The code always comes from the working tree, even if the configuration comes from the base.
    """
    base = prepared.resolved.base
    if base is None:
        return
    for folder in prepared.request.policy_folders:
        changed = base.first_change(folder)
        if changed is not None:
            yield (
                f"--policies {folder} is read from the working tree, where {changed} differs from "
                f"{base.revision.title}"
            )
