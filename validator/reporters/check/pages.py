"""The pages of findings, by the id of a finding."""

from validator.findings.builtin import page_id
from validator.findings.report import Page, Report


def page_of(report: Report, id: str) -> Page | None:
    """Return the page of a finding; all findings of a schema share one."""
    return report.pages.get(page_id(id))
