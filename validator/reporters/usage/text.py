"""`usage --format text`: a table for each tenant."""

from collections.abc import Sequence

from validator.reporters.plain import printable, width
from validator.reporters.usage.table import HEAD, NUMBERS, cells
from validator.tenant.usage import TenantUse


def render(tenants: Sequence[TenantUse]) -> str:
    """Return the tables; the split gives used/entitled."""
    tables = [_table(tenant) for tenant in tenants if tenant.uses]
    return "\n".join(tables) or "No usage.\n"


def _table(tenant: TenantUse) -> str:
    rows = [HEAD, *(tuple(map(printable, row)) for row in cells(tenant))]
    broad = [max(width(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "  ".join(
            " " * (size - width(cell)) + cell
            if name in NUMBERS
            else cell + " " * (size - width(cell))
            for name, cell, size in zip(HEAD, row, broad, strict=True)
        ).rstrip()
        for row in rows
    ]
    title = f"{tenant.name} ({tenant.file})"
    return "\n".join((printable(title), "", *lines)) + "\n"


def _padded(cell: str, size: int, *, right: bool) -> str:
    gap = " " * (size - width(cell))
    return gap + cell if right else cell + gap
