"""`usage --format csv`: a row for each tenant, month and service, for spreadsheets."""

import csv
import io
from collections.abc import Sequence

from validator.reporters.plain import printable
from validator.reporters.usage.table import HEAD, NUMBERS, cells
from validator.tenant.usage import TenantUse

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@")


def render(tenants: Sequence[TenantUse]) -> str:
    """Return CSV with a line of names; the split gives used/entitled."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("file", "document", "tenant", *(name.replace(" ", "_") for name in HEAD)))
    for tenant in tenants:
        for row in cells(tenant):
            numbered = zip(HEAD, row, strict=True)
            safe = (cell if name in NUMBERS else _safe(cell) for name, cell in numbered)
            writer.writerow((_safe(tenant.file), tenant.document, _safe(tenant.tenant), *safe))
    return stream.getvalue()


def _safe(text: str) -> str:
    plain = printable(text)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain
