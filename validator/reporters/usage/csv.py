"""Format `csv` of `usage`: a row for each tenant, month and service, for spreadsheets."""

import csv
import io

from validator.reporters.notes import text_notes
from validator.reporters.usage.table import COLUMNS, NUMBER_COLUMNS, usage_rows
from validator.system.printable import printable
from validator.tenant.usage import UsageReport

# A spreadsheet evaluates a cell that begins with one of these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@")


def render(report: UsageReport) -> str:
    """Return CSV with a header row, after `#` lines with the notes about the report.

    The column `split` shows used/entitled by subscription or department.
    """
    stream = io.StringIO(newline="")
    stream.writelines(f"# {line}\n" for line in text_notes(report.assumed, report.incomplete))
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("file", "document", "tenant", *(name.replace(" ", "_") for name in COLUMNS)))
    for tenant in report.tenants:
        for row in usage_rows(tenant, report.by):
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
