"""Format `html` of `usage`: a page with a table for each tenant."""

from validator.reporters.html_page import escape_html, render_page
from validator.reporters.notes import html_head
from validator.reporters.usage.table import NUMBER_COLUMNS, table_for_people
from validator.tenant.usage import SplitBy, TenantUse, UsageReport

_STYLE = """
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; white-space: nowrap; }
td.split { white-space: normal; min-width: 12rem; }
.number { text-align: right; color: inherit; user-select: auto; }
.over td { font-weight: 600; }
.over .overage { color: var(--error); }
.note { color: var(--dim); font-size: .875rem; }
"""


def render(report: UsageReport) -> str:
    """Return an HTML page. The column `split` shows used/entitled by subscription or department."""
    tables = "".join(_table(tenant, report.by) for tenant in report.tenants if tenant.uses)
    note = (
        '<p class="note">Entitled is the largest quantity on a day in the month. '
        f"Split shows used/entitled for each {report.by}.</p>\n"
    )
    nothing = "" if report.incomplete else "<p>No usage.</p>"
    main = f"{note}{tables}" if tables else nothing
    heading = "The report is not complete:"
    head = html_head("Usage", report.assumed, report.incomplete, heading)
    body = f"{head}<main>{main}</main>\n"
    return render_page("Usage", body, style=_STYLE)


def _table(tenant: TenantUse, by: SplitBy) -> str:
    columns, cells = table_for_people(tenant, by)
    head = "".join(f'<th scope="col" class="{_css_class(name)}">{name}</th>' for name in columns)
    rows = "".join(
        f"<tr{' class=over' if use.overage else ''}>"
        + "".join(
            f'<td class="{_css_class(name)}">{escape_html(cell)}</td>'
            for name, cell in zip(columns, row, strict=True)
        )
        + "</tr>\n"
        for use, row in zip(tenant.uses, cells, strict=True)
    )
    title = escape_html(f"{tenant.name} ({tenant.file})")
    return (
        f'<section><h2>{title}</h2>\n<div class="scroll" tabindex="0" role="group" '
        f'aria-label="{title}, scrollable"><table aria-label="Usage of {title}">\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div></section>\n"
    )


def _css_class(name: str) -> str:
    return f"number {name}" if name in NUMBER_COLUMNS else name.replace(" ", "-")
