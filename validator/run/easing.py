"""The ways in which the configuration eases a run, as sentences for the report."""

from collections.abc import Sequence

from validator.checking.checked_file import CheckedFile
from validator.findings.wording import counted, listing
from validator.run.preparation import Prepared

_MOST_IDS = 5


def eased(prepared: Prepared, results: Sequence[CheckedFile]) -> tuple[str, ...]:
    """Return a sentence for each way in which the configuration eases the run."""
    name = prepared.selection.settings.config.name
    off = _off_by_configuration(prepared)
    more = len(off) - _MOST_IDS
    shown = [*off[:_MOST_IDS], f"{more:,} more"] if more > 0 else off
    files = sum(result.off > 0 for result in results)
    excluded = prepared.looked.found.excluded
    sentences = [
        (len(off), f"{name} turns {counted(len(off), 'policy')} off: {listing(shown)}"),
        (files, f"{name} turns more policies off in {counted(files, 'file')}"),
        (excluded, f"{name} excludes {counted(excluded, 'file')}"),
    ]
    return tuple(text for number, text in sentences if number)


def _off_by_configuration(prepared: Prepared) -> list[str]:
    """Return the ids of the policies that are off, but not because of an option."""
    selection, options = prepared.selection, prepared.selection.settings.options

    def names(ids: Sequence[str], id: str) -> bool:
        return id in ids or selection.topic(id) in ids

    return [
        id
        for id in selection.off
        if options.severity.get(id) != "off"
        if not names(options.ignore, id)
        if not options.select or names(options.select, id)
    ]
