"""Format `csv` of `usage`: a row for each tenant, month and service, for spreadsheets."""

import csv
import io
from collections.abc import Sequence

from validator.reporters.escaping import printable
from validator.reporters.usage.table import COLUMNS, NUMBER_COLUMNS, table_rows
from validator.tenant.usage import TenantUse

# A spreadsheet evaluates a cell that begins with one of these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@")


def render(tenants: Sequence[TenantUse]) -> str:
    """Return CSV with a header row. The column `split` gives used/entitled by subscription."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("file", "document", "tenant", *(name.replace(" ", "_") for name in COLUMNS)))
    for tenant in tenants:
        for row in table_rows(tenant):
            # A negative number is not a formula.
            safe = (
                cell if name in NUMBER_COLUMNS else _safe_cell(cell)
                for name, cell in zip(COLUMNS, row, strict=True)
            )
            place = (_safe_cell(tenant.file), tenant.document, _safe_cell(tenant.tenant))
            writer.writerow((*place, *safe))
    return stream.getvalue()


def _safe_cell(text: str) -> str:
    shown = printable(text)
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown
