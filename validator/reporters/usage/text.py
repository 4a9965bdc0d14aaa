"""Format `text` of `usage`: a table for each tenant."""

from collections.abc import Sequence

from validator.reporters.escaping import printable
from validator.reporters.terminal import display_width
from validator.reporters.usage.table import COLUMNS, NUMBER_COLUMNS, table_rows
from validator.tenant.usage import TenantUse


def render(tenants: Sequence[TenantUse]) -> str:
    """Return the tables. The column `split` gives used/entitled by subscription."""
    tables = [_table(tenant) for tenant in tenants if tenant.uses]
    return "\n".join(tables) or "No usage.\n"


def _table(tenant: TenantUse) -> str:
    rows = [COLUMNS, *(tuple(map(printable, row)) for row in table_rows(tenant))]
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            _padded(cell, size, right=name in NUMBER_COLUMNS)
            for name, cell, size in zip(COLUMNS, row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
    title = f"{tenant.name} ({tenant.file})"
    return "\n".join((printable(title), "", *lines)) + "\n"


def _padded(cell: str, columns: int, *, right: bool) -> str:
    padding = " " * (columns - display_width(cell))
    return padding + cell if right else cell + padding
