"""Format `html` of `usage`: a page with a table for each tenant."""

from collections.abc import Sequence

from validator.reporters.html_page import escape_html, render_page
from validator.reporters.usage.table import COLUMNS, NUMBER_COLUMNS, table_rows
from validator.tenant.usage import TenantUse

_STYLE = """
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
.number { text-align: right; color: inherit; user-select: auto; }
.over td { font-weight: 600; }
.over .overage { color: var(--error); }
"""


def render(tenants: Sequence[TenantUse]) -> str:
    """Return an HTML page. The column `split` gives used/entitled by subscription."""
    tables = "".join(_table(tenant) for tenant in tenants if tenant.uses)
    body = f"<header><h1>Usage</h1></header>\n<main>{tables or '<p>No usage.</p>'}</main>\n"
    return render_page("Usage", body, style=_STYLE)


def _table(tenant: TenantUse) -> str:
    head = "".join(f'<th class="{_css_class(name)}">{name}</th>' for name in COLUMNS)
    rows = "".join(
        f"<tr{' class=over' if use.overage else ''}>"
        + "".join(
            f'<td class="{_css_class(name)}">{escape_html(cell)}</td>'
            for name, cell in zip(COLUMNS, row, strict=True)
        )
        + "</tr>\n"
        for use, row in zip(tenant.uses, table_rows(tenant), strict=True)
    )
    title = escape_html(f"{tenant.name} ({tenant.file})")
    return (
        f'<section><h2>{title}</h2>\n<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody></table></div></section>\n"
    )


def _css_class(name: str) -> str:
    return f"number {name}" if name in NUMBER_COLUMNS else name.replace(" ", "-")
