"""Runs `usage`: returns the use of services by all tenants in the files."""

from collections.abc import Collection, Sequence
from functools import partial

from validator.checking.assumptions import Applied, unused_assumptions
from validator.checking.file_check import FileCheck, or_failure
from validator.checking.selection import Selection
from validator.findings.wording import cannot_look_at
from validator.project.sources import Source, read_source
from validator.system.garbage_collector import collect_garbage
from validator.tenant.usage import SplitBy, TenantUse, UsageReport, uses_of


def usage_run(
    sources: Sequence[Source],
    selection: Selection,
    months: Collection[str],
    stdin: bytes,
    failures: Sequence[str],
    by: SplitBy,
) -> UsageReport:
    """Return the use by all tenants in the given months; without months, in all with usage."""
    tenants: list[TenantUse] = []
    broken: list[str] = []
    applied: list[Applied] = []
    causes = list(failures)
    for source in sources:
        found = or_failure(source.name, partial(_uses_in, source, selection, months, stdin))
        if isinstance(found, str):
            causes.append(found)
            continue
        opened, uses = found
        if opened.has_errors:
            broken.append(cannot_look_at(source.name))
        tenants += uses
        applied += opened.assumed
        collect_garbage()
    assumptions = selection.settings.assumptions
    if not causes:
        causes += unused_assumptions(assumptions, applied)
    tenants.sort(key=lambda item: (item.file, item.document))
    assumed = tuple(item.text for item in assumptions)
    return UsageReport(tuple(tenants), by, tuple(broken), tuple(causes), assumed)


def _uses_in(
    source: Source, selection: Selection, months: Collection[str], stdin: bytes
) -> tuple[FileCheck, list[TenantUse]]:
    opened = FileCheck(source.name, read_source(source, stdin), selection)
    as_of = selection.settings.as_of
    uses = [
        TenantUse(
            source.name,
            document,
            tenant.organisation.id,
            tenant.organisation.name,
            uses_of(tenant, as_of, months),
        )
        for document, tenant in opened.tenants
    ]
    return opened, uses
