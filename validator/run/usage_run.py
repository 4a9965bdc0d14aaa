"""A run of `usage`: the use of services in all tenants of the files."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from validator.checking.file_check import open_source
from validator.checking.selection import Selection
from validator.project.sources import Source
from validator.system.garbage_collector import collect_garbage
from validator.tenant.usage import TenantUse, uses_of


@dataclass(frozen=True, slots=True)
class UsageRun:
    """The use of the tenants; `broken` names the files that cannot be counted, a line each.

    `failures` are causes of exit code 2, a line each.
    """

    tenants: tuple[TenantUse, ...]
    broken: tuple[str, ...]
    failures: tuple[str, ...]


def usage_run(
    sources: Sequence[Source],
    selection: Selection,
    months: Collection[str],
    stdin: bytes,
    failures: Sequence[str],
) -> UsageRun:
    """Return the use in the tenants of the files, in these months or in all months with usage."""
    tenants: list[TenantUse] = []
    broken: list[str] = []
    causes = list(failures)
    for source in sources:
        opened = open_source(source, selection, stdin)
        if isinstance(opened, str):
            causes.append(opened)
            continue
        if opened.is_broken:
            broken.append(f"{source.name}: has findings of YAML or of the schema; run check")
        for document, tenant in opened.tenants:
            id, name = tenant.organisation.id, tenant.organisation.name
            uses = uses_of(tenant, selection.settings.as_of, months)
            tenants.append(TenantUse(source.name, document, id, name, uses))
        collect_garbage()
    tenants.sort(key=lambda item: (item.file, item.document))
    return UsageRun(tuple(tenants), tuple(broken), tuple(causes))
