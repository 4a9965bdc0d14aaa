"""The ways in which the configuration eases a run, a sentence each."""

from collections.abc import Iterable, Iterator

from validator.checking.easings import selection_easings
from validator.findings.wording import counted
from validator.project.request import DEFAULT_EXPIRING_WITHIN
from validator.run.preparation import Prepared


def run_easings(prepared: Prepared, per_file: Iterable[tuple[int, ...]]) -> Iterator[str]:
    """Yield a sentence for each way in which the configuration, or the tree, eases the run.

    `per_file` are the numbers of the per-file settings that hold, for each file.
    """
    request, config = prepared.request, prepared.looked.config
    yield from selection_easings(prepared.selection, per_file)
    horizon = prepared.selection.settings.expiring_within
    if request.expiring_within is None and horizon < DEFAULT_EXPIRING_WITHIN:
        days = counted(horizon, "day")
        yield f"{config.name} looks {days} ahead instead of {DEFAULT_EXPIRING_WITHIN}"
    if request.fail_on is None and config.fail_on == "never":
        yield f"{config.name} lets no finding fail the run"
    excluded = prepared.looked.found.excluded
    if excluded:
        yield f"{config.name} excludes {counted(excluded, 'file')}"
    outside = prepared.looked.found.outside
    if outside:
        yield f"links that lead out of the tree are not followed: {counted(outside, 'file')}"
    left_out = prepared.looked.found.left_out
    if left_out:
        yield f"{config.name} does not include {counted(left_out, 'file')} that count by default"
