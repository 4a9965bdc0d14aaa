"""Applies a baseline to a report, and writes the baseline of a run."""

import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from validator.checking.baseline import (
    BaselineError,
    Entry,
    EntryKey,
    Scope,
    as_text,
    known_key,
    merged_baseline,
    outdated,
    read_baseline,
)
from validator.checking.checked_file import CheckedFile
from validator.findings.builtin import BUILTIN_FINDINGS, blocks_policies, can_be_hidden
from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report, parted
from validator.project.config import ConfigError
from validator.project.sources import name_in_reports
from validator.run.preparation import Prepared
from validator.system.atomic_write import write_text_atomically
from validator.system.file_kind import exists

if TYPE_CHECKING:
    from validator.project.base_config import BaseTree


def without_known(
    prepared: Prepared, report: Report, file: str, results: Sequence[CheckedFile]
) -> Report:
    """Set apart the diagnostics in the baseline, and report the outdated entries of the baseline.

    `results` are those of all files. Raises BaselineError and ConfigError.
    """
    current = (*report.diagnostics, *report.older)
    scope = _scope(prepared, file, (*current, *report.suppressed), results)
    if prepared.request.write_baseline:
        if report.failures:
            raise ConfigError(
                *report.failures, f"{file} is not written because the run has failures"
            )
        old = _read(prepared, file) if exists(file) else ()
        try:
            write_text_atomically(file, [merged_baseline(old, current, scope)])
        except OSError as error:
            raise ConfigError(f"{file}: {error.strerror}") from error
    entries, keys = _known_entries(prepared, file)

    def is_known(item: Diagnostic) -> bool:
        return known_key(item) in keys and can_be_hidden(item.id)

    name = name_in_reports(file)
    level = prepared.selection.levels(name)["outdated-baseline"]
    gone: list[Diagnostic] = []
    # An assumption may make a known finding disappear.
    if level != "off" and not (report.failures or report.assumed):
        gone = outdated(name, entries, {known_key(item) for item in current}, scope, level)
    known, left = parted(report.diagnostics, is_known)
    return report._replace(
        diagnostics=tuple(sorted((*left, *gone), key=lambda item: item.sort_key)),
        known=tuple(known),
    )


def _known_entries(prepared: Prepared, file: str) -> tuple[Sequence[Entry], Collection[EntryKey]]:
    """Return the entries of the baseline, and the keys of the known findings.

    With the configuration of the older version, the known findings are those in the baseline of
    that version. An entry that this version has removed is not outdated.
    """
    base = prepared.resolved.base
    if base is None or not base.has(file):
        entries = _read(prepared, file)
        return entries, {entry.key for entry in entries}
    data = base.read(file)
    entries = _read(prepared, file) if data is None or os.path.lexists(file) else ()
    older = () if data is None else _read(prepared, file, data)
    return entries, {entry.key for entry in older}


def _scope(
    prepared: Prepared,
    file: str,
    diagnostics: Sequence[Diagnostic],
    results: Sequence[CheckedFile],
) -> Scope:
    """Return the part of a baseline that the run can judge. `diagnostics` are all that it found.

    A baseline above the working folder may have entries for files outside of it.
    """
    selection = prepared.selection
    settings, policies = selection.settings, selection.plugins.policies
    off: dict[str, set[str]] = {}
    for result in results if settings.per_file else ():
        levels = selection.levels(result.file)
        left_out = [id for id, level in levels.items() if level == "off"]
        for name in (result.file, *result.tenants):
            off.setdefault(name, set()).update(left_out)
    tenants = {as_text(name) for result in results for name in (result.file, *result.tenants)}
    blocked = [item for item in diagnostics if blocks_policies(item.id)]
    # The tenant of a document that is not YAML is unknown and may be any missing tenant.
    is_above = settings.cwd.resolve().parent.is_relative_to(Path(file).resolve().parent)
    whole = settings.is_everything and not is_above
    whole = whole and all(item.tenant is not None for item in blocked)
    # In a part of the documents, or for a part of the ids, there may be fewer findings.
    unjudged: set[str] = set()
    if blocked or not settings.is_everything:
        unjudged = {id for id, policy in policies.items() if policy.over == "fleet"}
    options = settings.options
    if unjudged or options.select or options.ignore:
        unjudged.add("unused-suppression")
    if not settings.suppressions:
        unjudged |= {id for id, item in BUILTIN_FINDINGS.items() if item.topic == "suppression"}
    unreadable = {known_key(item)[1] for item in blocked}
    return Scope(selection.judged - unjudged, tenants, unreadable, whole, off)


def entries_since(prepared: Prepared, file: str, older: "BaseTree") -> Collection[EntryKey]:
    """Return the keys of the entries of a baseline that an older version of it does not have.

    An older version that is not a baseline has none. Raises BaselineError and GitError.
    """
    data = older.read(file)
    before: Sequence[Entry] = ()
    if data is not None:
        with suppress(BaselineError):
            before = _read(prepared, file, data)
    return {entry.key for entry in _read(prepared, file)} - {entry.key for entry in before}


def _read(prepared: Prepared, file: str, data: bytes | None = None) -> Sequence[Entry]:
    """Return the entries of a baseline, with former policy ids replaced by the current ones."""
    return read_baseline(file, data, current=prepared.selection.names.current)
