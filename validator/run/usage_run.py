"""Runs `usage`: returns the use of services by all tenants in the files."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import NamedTuple

from validator.checking.assumptions import Applied, unused_assumptions
from validator.checking.file_check import FileCheck
from validator.checking.selection import Selection
from validator.findings.wording import cannot_look_at
from validator.project.sources import Source, read_source
from validator.run.workers import results_of
from validator.tenant.usage import SplitBy, TenantUse, UsageReport, uses_of


class UsedFile(NamedTuple):
    """The use by the tenants in a file.

    `has_errors` says whether there are YAML or schema errors; a document may then be left out.
    `failure` is one line that says why the file cannot be read at all. `assumed` holds, for each
    tenant, the assumptions that apply to it.
    """

    name: str
    tenants: tuple[TenantUse, ...] = ()
    has_errors: bool = False
    failure: str | None = None
    assumed: tuple[Applied, ...] = ()


def usage_run(
    sources: Sequence[Source],
    selection: Selection,
    months: Collection[str],
    stdin: bytes,
    failures: Sequence[str],
    by: SplitBy,
    jobs: int | None = None,
) -> UsageReport:
    """Return the use by all tenants in the given months; without months, in all with usage.

    `jobs` is the number of processes; None means one for each core, if there is enough work.
    """
    work = partial(usage_file, months=months, stdin=stdin)
    files = results_of(sources, selection, work, failed_usage, jobs=jobs)
    broken = [cannot_look_at(file.name) for file in files if file.has_errors]
    causes = [*failures, *(file.failure for file in files if file.failure is not None)]
    assumptions = selection.settings.assumptions
    if not causes:
        causes += unused_assumptions(assumptions, [item for file in files for item in file.assumed])
    tenants = [tenant for file in files for tenant in file.tenants]
    tenants.sort(key=lambda item: (item.file, item.document))
    assumed = tuple(item.text for item in assumptions)
    return UsageReport(tuple(tenants), by, tuple(broken), tuple(causes), assumed)


def failed_usage(source: Source, failure: str) -> UsedFile:
    """Return the result for a file that cannot be read, given a line that says why."""
    return UsedFile(source.name, failure=failure)


def usage_file(
    source: Source, selection: Selection, *, months: Collection[str], stdin: bytes
) -> UsedFile:
    """Return the use by the tenants in a file in the given months."""
    opened = FileCheck(source.name, read_source(source, stdin), selection)
    as_of = selection.settings.as_of
    uses = tuple(
        TenantUse(
            source.name,
            document,
            tenant.organisation.id,
            tenant.organisation.name,
            uses_of(tenant, as_of, months),
        )
        for document, tenant in opened.tenants
    )
    return UsedFile(source.name, uses, opened.has_errors, assumed=opened.assumed)
