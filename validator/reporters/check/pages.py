"""Finds the documentation page of a finding by its id."""

from validator.findings.builtin import page_id
from validator.findings.report import Page, Report


def page_of(report: Report, id: str) -> Page | None:
    """Return the page of a finding. All schema findings share one page."""
    return report.pages.get(page_id(id))
