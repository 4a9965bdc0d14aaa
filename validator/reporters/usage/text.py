"""Format `text` of `usage`: a table for each tenant."""

from validator.reporters.escaping import printable
from validator.reporters.notes import text_notes
from validator.reporters.terminal import display_width
from validator.reporters.usage.table import NUMBER_COLUMNS, table_for_people
from validator.tenant.usage import SplitBy, TenantUse, UsageReport


def render(report: UsageReport) -> str:
    """Return the tables. The column `split` gives used/entitled by subscription or department."""
    tables = [_table(tenant, report.by) for tenant in report.tenants if tenant.uses]
    notes = [f"{line}\n" for line in text_notes(report.assumed, report.incomplete)]
    return "\n".join((*notes, *(tables or ["No usage.\n"])))


def _table(tenant: TenantUse, by: SplitBy) -> str:
    columns, cells = table_for_people(tenant, by)
    rows = [columns, *(tuple(map(printable, row)) for row in cells)]
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            _padded(cell, size, right=name in NUMBER_COLUMNS)
            for name, cell, size in zip(columns, row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
    title = f"{tenant.name} ({tenant.file})"
    return "\n".join((printable(title), "", *lines)) + "\n"


def _padded(cell: str, columns: int, *, right: bool) -> str:
    padding = " " * (columns - display_width(cell))
    return padding + cell if right else cell + padding
