"""The pages of findings, by the id of a finding."""

from validator.findings.report import Page, Report


def page_of(report: Report, id: str) -> Page | None:
    """Return the page of a finding; all findings of a schema share one."""
    page = report.pages.get(id)
    if page is None and id.startswith("schema-"):
        return report.pages.get("schema-KEYWORD")
    return page
