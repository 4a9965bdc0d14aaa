"""Find drift: the differences between tenant files and the exports, as diagnostics."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from validator.checking.easings import level_easings
from validator.checking.file_check import FileCheck, open_source
from validator.checking.selection import Selection
from validator.controlhub.differences import find_differences
from validator.controlhub.export import Export
from validator.controlhub.export_notes import left_out_entitlements, left_out_users
from validator.controlhub.tenant_document import ComparisonError, find_tenant_document
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.diagnostic import Diagnostic
from validator.findings.wording import cannot_look_at, did_you_mean, few, listing
from validator.project.sources import Source

_TOPIC = "drift"
_MAX_NAMED = 3


class Drift(NamedTuple):
    """The differences as diagnostics, and the number of documents.

    `failures` are causes of exit code 2, one line each; without a comparison, there are no
    diagnostics. `notes` say whether users were left out, and whether the compared file has YAML or
    schema errors. `eased` has the ways in which the configuration weakens the comparison.
    """

    diagnostics: Sequence[Diagnostic]
    documents: int
    failures: Sequence[str] = ()
    notes: Sequence[str] = ()
    eased: Sequence[str] = ()


def find_drift(
    sources: Sequence[Source],
    selection: Selection,
    export: Export,
    stdin: bytes,
    today: date,
    select: Collection[str] = (),
) -> Drift:
    """Return the differences between the file of the tenant and the exports.

    With `select`, only findings with these ids or this topic are reported. Raises ComparisonError.
    """
    known = {id for id, page in BUILTIN_FINDINGS.items() if page.topic == _TOPIC}
    for id in select:
        if id not in known and id != _TOPIC:
            hint = did_you_mean(id, sorted(known)) or f"the findings are {listing(sorted(known))}"
            raise ComparisonError(f"--select: drift has no finding {id or 'without an id'}; {hint}")
    selected = set(known if _TOPIC in select else select or known)
    levels = selection.levels_with(())
    if all(levels[id] == "off" for id in selected):
        raise ComparisonError("no difference is left to look for; ignore fewer findings of drift")
    failures: list[str] = []
    files: dict[str, FileCheck] = {}
    for source in sources:
        opened = open_source(source, selection, stdin)
        if isinstance(opened, str):
            failures.append(opened)
        else:
            files[source.name] = opened
    every = [(name, item) for name, opened in files.items() for item in opened.documents]
    if failures or not every:
        return Drift([], len(every), failures)
    name, document = find_tenant_document(few(files, _MAX_NAMED), every, export)
    value: Any = document.value
    found = [
        (BUILTIN_FINDINGS[item.id], item.finding)
        for item in find_differences(value, export, today)
        if item.id in selected
    ]
    diagnostics = files[name].place(document.index, found, today)
    diagnostics.sort(key=lambda item: item.sort_key)
    notes = [*left_out_users(value, export), *left_out_entitlements(value, export)]
    notes += [cannot_look_at(name)] if files[name].has_errors else []
    per_file = selection.for_file(name).per_file
    ids = [id for id in BUILTIN_FINDINGS if id in selected]
    eased = tuple(level_easings(selection, ids, [per_file]))
    return Drift(diagnostics, len(every), notes=notes, eased=eased)
