"""Format `markdown` of `usage`: a table for each tenant."""

from validator.reporters.escaping import escape_markdown
from validator.reporters.notes import markdown_notes
from validator.reporters.usage.table import NUMBER_COLUMNS, table_for_people
from validator.tenant.usage import UsageReport


def render(report: UsageReport) -> str:
    """Return the tables. The column `split` shows used/entitled by subscription or department."""
    notes = markdown_notes(report.assumed, report.incomplete, "The report is not complete:")
    lines: list[str] = []
    for tenant in report.tenants:
        if tenant.uses:
            columns, rows = table_for_people(tenant, report.by)
            alignments = ["--:" if name in NUMBER_COLUMNS else "---" for name in columns]
            lines += [f"### {escape_markdown(f'{tenant.name} ({tenant.file})')}", ""]
            lines += [f"| {' | '.join(columns)} |"]
            lines += [f"|{'|'.join(alignments)}|"]
            lines += [f"| {' | '.join(map(escape_markdown, row))} |" for row in rows]
            lines += [""]
    return "\n".join((*notes, *(lines or ([] if report.incomplete else ["No usage.", ""]))))
