"""Drift: the differences between tenant files and the exports, as diagnostics."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from validator.checking.engine import Case, attempt
from validator.checking.selection import Plan
from validator.controlhub.differences import find_differences
from validator.controlhub.export import Export
from validator.controlhub.tenant_document import ComparisonError, find_tenant_document
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.diagnostic import Diagnostic
from validator.findings.wording import did_you_mean, listing
from validator.project.sources import Source, read_source


def find_drift(
    sources: Sequence[Source],
    plan: Plan,
    export: Export,
    stdin: bytes,
    today: date,
    select: Collection[str] = (),
) -> tuple[list[Diagnostic], int, list[str]]:
    """Return the diagnostics, the number of documents, and the failures, one line each.

    If there are failures, there are no diagnostics. With `select` only findings with these ids
    are reported. Raises ComparisonError.
    """
    known = {id for id, page in BUILTIN_FINDINGS.items() if page.topic == "drift"}
    for id in select:
        if id not in known:
            hint = did_you_mean(id, sorted(known)) or f"there are {listing(sorted(known))}"
            raise ComparisonError(f"--select: drift has no finding {id or 'without an id'}; {hint}")
    failures: list[str] = []
    cases: dict[str, Case] = {}
    for source in sources:
        case = attempt(source, lambda: Case(source.name, read_source(source, stdin), plan))  # noqa: B023
        if isinstance(case, str):
            failures.append(case)
        else:
            cases[source.name] = case
    every = [(name, item) for name, case in cases.items() for item in case.documents]
    if failures or not every:
        return [], len(every), failures
    name, document = find_tenant_document(", ".join(cases), every, export)
    value: Any = document.value
    selected = set(select or known)
    found = [
        (BUILTIN_FINDINGS[item.id], item.finding)
        for item in find_differences(value, export)
        if item.id in selected
    ]
    diagnostics = cases[name].placed(document.index, found, today)
    return sorted(diagnostics, key=lambda item: item.sort_key), len(every), []
