"""Format `text` of `usage`: a table for each tenant.

If a table is wider than the terminal, each row is shown as several lines, one for each cell.
"""

from collections.abc import Iterator

from validator.reporters.notes import text_notes
from validator.reporters.terminal import MIN_WIDTH, display_width, wrap_width, wrapped
from validator.reporters.usage.table import NUMBER_COLUMNS, Table, table_for_people
from validator.system.printable import printable
from validator.tenant.usage import TenantUse, UsageReport

_KEY_COLUMNS = ("month", "service")


def render(report: UsageReport) -> str:
    """Return the tables. The column `split` shows used/entitled by subscription or department."""
    width = None if report.width is None else max(MIN_WIDTH, report.width)
    tables = [_tenant(tenant, report, width) for tenant in report.tenants if tenant.uses]
    notes = [
        "".join(f"{line}\n" for line in wrapped(note, width))
        for note in text_notes(report.assumed, report.incomplete)
    ]
    return "\n".join((*notes, *(tables or ([] if report.incomplete else ["No usage.\n"]))))


def _tenant(tenant: TenantUse, report: UsageReport, width: int | None) -> str:
    columns, cells = table_for_people(tenant, report.by)
    table = Table(columns, tuple(tuple(map(printable, row)) for row in cells))
    lines = _table_lines(table)
    if width is not None and max(map(display_width, lines)) > width:
        lines = list(_stacked_lines(table, width))
    title = wrapped(printable(f"{tenant.name} ({tenant.file})"), width)
    return "\n".join((*title, "", *lines)) + "\n"


def _table_lines(table: Table) -> list[str]:
    """Return a line with the names of the columns, and a line for each row."""
    rows = (table.columns, *table.rows)
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            _padded(cell, size, right=name in NUMBER_COLUMNS)
            for name, cell, size in zip(table.columns, row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _stacked_lines(table: Table, width: int) -> Iterator[str]:
    """Yield the month and service of each row, followed by a line for each other cell."""
    names = [name for name in table.columns if name not in _KEY_COLUMNS]
    size = max(map(display_width, names))
    for row in table.rows:
        cells = dict(zip(table.columns, row, strict=True))
        yield from wrap_width("  ".join(cells[name] for name in _KEY_COLUMNS), width)
        for name in names:
            if cells[name]:
                line = f"  {name:<{size}}  {cells[name]}"
                yield from _wrapped_cell(line, width, " " * (size + 4))


def _wrapped_cell(line: str, width: int, indent: str) -> list[str]:
    """Return a name and its cell as lines; a line that fits keeps its spaces."""
    if display_width(line) <= width:
        return [line]
    head, cell = line[: len(indent)], line[len(indent) :]
    first, *rest = wrap_width(cell, max(1, width - len(indent)))
    return [head + first, *(indent + part for part in rest)]


def _padded(cell: str, columns: int, *, right: bool) -> str:
    padding = " " * (columns - display_width(cell))
    return padding + cell if right else cell + padding
