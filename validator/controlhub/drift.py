"""Find drift: the differences between tenant files and the exports, as diagnostics."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from validator.checking.file_check import FileCheck, open_source
from validator.checking.selection import Selection
from validator.controlhub.differences import find_differences
from validator.controlhub.export import Export
from validator.controlhub.tenant_document import ComparisonError, find_tenant_document
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.diagnostic import Diagnostic
from validator.findings.wording import did_you_mean, listing
from validator.project.sources import Source

_TOPIC = "drift"


def find_drift(
    sources: Sequence[Source],
    selection: Selection,
    export: Export,
    stdin: bytes,
    today: date,
    select: Collection[str] = (),
) -> tuple[list[Diagnostic], int, list[str]]:
    """Return the diagnostics, the number of documents, and the failures, one line each.

    If there are failures, there are no diagnostics. With `select`, only findings with these ids
    or this topic are reported. Raises ComparisonError.
    """
    known = {id for id, page in BUILTIN_FINDINGS.items() if page.topic == _TOPIC}
    for id in select:
        if id not in known and id != _TOPIC:
            hint = did_you_mean(id, sorted(known)) or f"the findings are {listing(sorted(known))}"
            raise ComparisonError(f"--select: drift has no finding {id or 'without an id'}; {hint}")
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
        return [], len(every), failures
    name, document = find_tenant_document(", ".join(files), every, export)
    value: Any = document.value
    selected = set(known if _TOPIC in select else select or known)
    found = [
        (BUILTIN_FINDINGS[item.id], item.finding)
        for item in find_differences(value, export, today)
        if item.id in selected
    ]
    diagnostics = files[name].place(document.index, found, today)
    return sorted(diagnostics, key=lambda item: item.sort_key), len(every), []
