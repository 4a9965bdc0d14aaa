"""The accounts of many tenants: what `usage` shows, and which files cannot be counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from validator.checking.engine import Case, attempt
from validator.checking.selection import Plan
from validator.project.sources import Source, read_source
from validator.tenant.usage import TenantUse, uses_of


@dataclass(frozen=True, slots=True)
class Accounts:
    """The use of the tenants; the files that cannot be counted, and why there is no verdict."""

    tenants: tuple[TenantUse, ...]
    broken: tuple[str, ...]
    failures: tuple[str, ...]


def account(
    sources: Sequence[Source],
    plan: Plan,
    months: Collection[str],
    stdin: bytes,
    failures: Sequence[str],
) -> Accounts:
    """Return what is used in the tenants of the files, in all months with usage or in these."""
    tenants: list[TenantUse] = []
    broken: list[str] = []
    causes = list(failures)
    for source in sources:
        case = attempt(source, lambda: Case(source.name, read_source(source, stdin), plan))  # noqa: B023
        if isinstance(case, str):
            causes.append(case)
            continue
        if case.is_broken:
            broken.append(f"{source.name}: has findings of YAML or of the schema; run check")
        for document, tenant in case.tenants:
            id, name = tenant.organisation.id, tenant.organisation.name
            uses = uses_of(tenant, months)
            tenants.append(TenantUse(source.name, document, id, name, uses))
    tenants.sort(key=lambda item: (item.file, item.document))
    return Accounts(tuple(tenants), tuple(broken), tuple(causes))
