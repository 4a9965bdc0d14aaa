"""`usage --format markdown`: a table for each tenant."""

from collections.abc import Sequence

from validator.reporters.plain import in_markdown
from validator.reporters.usage.table import HEAD, NUMBERS, cells
from validator.tenant.usage import TenantUse


def render(tenants: Sequence[TenantUse]) -> str:
    """Return the tables; the split gives used/entitled."""
    lines: list[str] = []
    for tenant in tenants:
        if tenant.uses:
            lines += [f"### {in_markdown(f'{tenant.name} ({tenant.file})')}", ""]
            lines += [f"| {' | '.join(HEAD)} |"]
            lines += [f"|{'|'.join('--:' if name in NUMBERS else '---' for name in HEAD)}|"]
            lines += [f"| {' | '.join(map(in_markdown, row))} |" for row in cells(tenant)]
            lines += [""]
    return "\n".join(lines) or "No usage.\n"
