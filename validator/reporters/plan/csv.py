"""Format `csv` of `plan`: a file for import into Control Hub.

The file is for Management > Users > Manage users by CSV > Import. Each licence is a column whose
name ends with the subscription in brackets. A blank value leaves the licence unchanged.
Source: help.webex.com nlkiw8e and afv3q8.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice

from validator.findings.plan_report import LicenseChange, PlanReport
from validator.findings.wording import few
from validator.schema.control_hub_names import EMAIL_COLUMN, license_column

MAX_ROWS = 20_000
"""The largest number of rows that Control Hub accepts in one file."""
_MAX_NAMES = 10


def render(report: PlanReport) -> str:
    """Return the text of the file. Raises ValueError if the plan needs several files."""
    (text,) = render_files(report)
    return text


def render_files(report: PlanReport) -> list[str]:
    """Return the texts of the files. Each has all columns and at most MAX_ROWS rows."""
    changes = [change for change in _due(report) if license_column(*change.named) is not None]
    columns = sorted({change.named for change in changes})
    value = "FALSE" if report.is_release else "TRUE"
    rows: dict[tuple[int, str], set[tuple[str, str | None]]] = {}
    for change in sorted(changes, key=lambda change: change.user):
        rows.setdefault((change.user, change.email), set()).add(change.named)
    header = [EMAIL_COLUMN, *(license_column(*column) or "" for column in columns)]
    lines = (
        [email, *(value if column in named else "" for column in columns)]
        for (_, email), named in rows.items()
    )
    starts = range(0, max(len(rows), 1), MAX_ROWS)
    return [_text(chain([header], islice(lines, MAX_ROWS))) for _ in starts]


def _text(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _changes(report: PlanReport) -> Iterator[LicenseChange]:
    for tenant in report.tenants:
        yield from tenant.releases if report.is_release else tenant.plan.assignments


def _due(report: PlanReport) -> Iterator[LicenseChange]:
    """Yield the changes that can be made on the day of the report."""
    return (change for change in _changes(report) if change.earliest <= report.on)


def notes(report: PlanReport) -> Iterator[str]:
    """Yield a line for each change that the file leaves out: it is later or has no column.

    Users who cannot be placed are no changes, but have a line, too.
    """
    later: dict[tuple[str, str | None, date], list[str]] = {}
    unnamed: dict[tuple[str, str | None], list[str]] = {}
    for change in sorted(_changes(report), key=lambda change: change.user):
        if license_column(*change.named) is None:
            unnamed.setdefault(change.named, []).append(change.email)
        elif change.earliest > report.on:
            later.setdefault((*change.named, change.earliest), []).append(change.email)
    for (id, license, day), emails in sorted(later.items(), key=lambda item: item[0][2]):
        yield f"not before {day}: {license} of {id} for {few(emails, _MAX_NAMES)}"
    what_to_do = "remove it" if report.is_release else "assign it"
    for (id, license), emails in unnamed.items():
        what = f"{license} of {id}, whose name in Control Hub is not known" if license else id
        names = few(emails, _MAX_NAMES)
        yield f"no column; {what_to_do} by hand in Control Hub: {what}, for {names}"
    if not report.is_release:
        for tenant in report.tenants:
            for item in tenant.plan.unplaced:
                what = item.license or "access"
                names = few(item.users, _MAX_NAMES)
                yield f"no place on {item.lost}: {what} of {item.source} for {names}"
