"""`usage --format html`: a page with a table for each tenant."""

from collections.abc import Sequence

from validator.reporters.html_page import in_html, page
from validator.reporters.usage.table import HEAD, NUMBERS, cells
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
    """Return the page; the split gives used/entitled."""
    tables = "".join(_table(tenant) for tenant in tenants if tenant.uses)
    body = f"<header><h1>Usage</h1></header>\n<main>{tables or '<p>No usage.</p>'}</main>\n"
    return page("Usage", body, style=_STYLE)


def _table(tenant: TenantUse) -> str:
    head = "".join(f'<th class="{_class(name)}">{name}</th>' for name in HEAD)
    rows = "".join(
        f"<tr{' class=over' if use.overage else ''}>"
        + "".join(
            f'<td class="{_class(name)}">{in_html(cell)}</td>'
            for name, cell in zip(HEAD, row, strict=True)
        )
        + "</tr>\n"
        for use, row in zip(tenant.uses, cells(tenant), strict=True)
    )
    title = in_html(f"{tenant.name} ({tenant.file})")
    return (
        f'<section><h2>{title}</h2>\n<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody></table></div></section>\n"
    )


def _class(name: str) -> str:
    return f"number {name}" if name in NUMBERS else name.replace(" ", "-")
