"""Format `markdown` of `usage`: a table for each tenant."""

from collections.abc import Sequence

from validator.reporters.escaping import escape_markdown
from validator.reporters.usage.table import COLUMNS, NUMBER_COLUMNS, table_rows
from validator.tenant.usage import TenantUse

_ALIGNMENTS = ["--:" if name in NUMBER_COLUMNS else "---" for name in COLUMNS]


def render(tenants: Sequence[TenantUse]) -> str:
    """Return the tables. The column `split` gives used/entitled by subscription."""
    lines: list[str] = []
    for tenant in tenants:
        if tenant.uses:
            lines += [f"### {escape_markdown(f'{tenant.name} ({tenant.file})')}", ""]
            lines += [f"| {' | '.join(COLUMNS)} |"]
            lines += [f"|{'|'.join(_ALIGNMENTS)}|"]
            lines += [f"| {' | '.join(map(escape_markdown, row))} |" for row in table_rows(tenant)]
            lines += [""]
    return "\n".join(lines) or "No usage.\n"
