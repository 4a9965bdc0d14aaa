"""Read the CSV export of users from Control Hub.

Each licence is a column whose title ends in the subscription in brackets. Titles are compared in
plain form, so that `UserID/Email (Required)` is the same as `User ID/Email (Required)`.
Source: help.webex.com nlkiw8e and afv3q8.
"""

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import NamedTuple

from validator.controlhub.csv_rows import Row, read_rows, require_fit
from validator.controlhub.export import (
    USER_STATUSES,
    Export,
    ExportError,
    HeldLicense,
    Person,
    agent_service,
)
from validator.controlhub.export_times import day_of
from validator.findings.wording import counted, did_you_mean, shortened
from validator.schema.control_hub_names import EMAIL_COLUMN, LICENSE_NAMES
from validator.schema.vocabulary import meant_value, plain

_FIRST_NAME = "first name"
_LAST_NAME = "last name"
_DISPLAY_NAME = "display name"
_EMAIL = plain(EMAIL_COLUMN)
_STATUS = "user status"
_DEPARTMENT = "department"
_LAST_ACCESS = "last service accessed time"
_TAKEN_COLUMNS = (_FIRST_NAME, _LAST_NAME, _DISPLAY_NAME, _EMAIL, _STATUS, _DEPARTMENT)
_LICENSE_COLUMN = re.compile(
    r"(?P<name>[^\[\]]*?)\s*(?P<before>\(suspended\))?\s*\[(?P<subscription>[^\]]+)\]"
    r"\s*(?P<after>\(suspended\))?",
    re.IGNORECASE,
)
_NAME_LENGTH = 60
_NO_TIME = frozenset(("", "-", "n/a", "na", "never", "none", "null"))


class _LicenseColumn(NamedTuple):
    """A column of an agent licence."""

    at: int
    title: str
    held: HeldLicense
    is_suspended: bool


class _Header(NamedTuple):
    """The columns of a file; `index_of` has their indexes by the plain form of the title.

    `unclear` has the columns that begin with the name of an agent licence, but do not have the form
    of a licence column: the service of that licence by the index of the column.
    """

    titles: tuple[str, ...]
    index_of: dict[str, int]
    licenses: tuple[_LicenseColumn, ...]
    unclear: Mapping[int, str]

    def cell(self, row: Row, column: str) -> str:
        """Return a value of a row by the plain form of its column, or an empty string."""
        index = self.index_of.get(column)
        return "" if index is None or index >= len(row.values) else row.values[index].strip()


def add_users(export: Export, name: str, text: str) -> None:
    """Add the users of a CSV export; `name` is its name in messages. Raises ExportError."""
    rows = read_rows(name, text)
    first = next(rows, None)
    if first is None:
        raise ExportError(f"{name}: empty")
    header = _header(name, first)
    taken = {*_TAKEN_COLUMNS, *([_LAST_ACCESS] if export.takes_last_access else ())}
    licenses = {column.at for column in header.licenses}
    export.left_out.columns[name] = [
        title
        for index, title in enumerate(header.titles)
        if title and index not in licenses and plain(title) not in taken
    ]
    has_rows = False
    for row in rows:
        has_rows = True
        _require_licenses(name, first.line, header)
        require_fit(name, row, len(header.titles))
        _require_understood(name, row, header)
        if not export.is_partial:
            _require_whole(name, row, header)
        email = header.cell(row, _EMAIL)
        if not email:
            raise ExportError(f"{name}:{row.line}: no {EMAIL_COLUMN}")
        person = export.person(email)
        person.is_listed = True
        _set_details(export, person, header, row)
        _set_licenses(export, name, person, header, row)
        if person.licenses:
            export.require_email(f"{name}:{row.line}", email)
    if export.is_partial:
        export.has_users = True
        return
    _require_licenses(name, first.line, header)
    if not has_rows:
        raise ExportError(
            f"{name}: no users below the header, so the export is not complete; export them again"
        )
    for column in header.licenses:
        export.subscriptions[column.held[0]] = None
        (export.suspended if column.is_suspended else export.serving).add(column.held[0])
    export.is_complete = export.has_users = True


def _header(name: str, first: Row) -> _Header:
    """Return the columns of a file. Raises ExportError."""
    titles = tuple(" ".join(value.split()) for value in first.values)
    index_of = {plain(title): index for index, title in reversed(list(enumerate(titles)))}
    if _EMAIL not in index_of:
        hint = did_you_mean(EMAIL_COLUMN, titles)
        raise ExportError(f"{name}:{first.line}: no column {EMAIL_COLUMN}" + (hint and f"; {hint}"))
    licenses: list[_LicenseColumn] = []
    unclear: dict[int, str] = {}
    for index, title in enumerate(titles):
        match = _LICENSE_COLUMN.fullmatch(title)
        service = agent_service(match["name"]) if match else None
        if match and service:
            held = (match["subscription"].strip(), service)
            is_suspended = bool(match["before"] or match["after"])
            licenses.append(_LicenseColumn(index, title, held, is_suspended))
        elif named := _service_at_begin(title):
            unclear[index] = named
    return _Header(titles, index_of, tuple(licenses), unclear)


def _require_licenses(name: str, line: int, header: _Header) -> None:
    if not header.licenses:
        raise ExportError(
            f"{name}:{line}: no column for an agent licence, such as Contact Center Premium Agent "
            "[Sub121331]; export the users with their licences"
        )


def _require_understood(name: str, row: Row, header: _Header) -> None:
    """Raise ExportError if a row has a licence in a column of an agent licence with another title.

    Its holders would lose the licence in the file.
    """
    for index, service in header.unclear.items():
        if index < len(row.values) and row.values[index].strip().upper() == "TRUE":
            raise ExportError(
                f"{name}:{row.line}: TRUE in the column {shortened(header.titles[index])}, whose "
                f"title is not understood; write it as {LICENSE_NAMES[service]} [Sub121331], "
                "with (Suspended) at the end if it is suspended, or remove the column if its "
                "licences do not count"
            )


def _service_at_begin(title: str) -> str | None:
    """Return the service of the agent licence with whose name a title begins, or None."""
    words = plain(title[:_NAME_LENGTH]).split()
    named = (agent_service(" ".join(words[:number])) for number in range(1, len(words) + 1))
    return next(filter(None, named), None)


def _require_whole(name: str, row: Row, header: _Header) -> None:
    """Raise ExportError if a row ends before the last column of an agent licence."""
    if len(row.values) <= header.licenses[-1].at:
        raise ExportError(
            f"{name}:{row.line}: {counted(len(row.values), 'value')}, but {len(header.titles)} "
            "columns, so the export is not complete; export the users again"
        )


def _set_details(export: Export, person: Person, header: _Header, row: Row) -> None:
    """Set the name, department and status of a person, and the last access if it is wanted."""
    names = (header.cell(row, _FIRST_NAME), header.cell(row, _LAST_NAME))
    person.name = person.name or header.cell(row, _DISPLAY_NAME) or " ".join(filter(None, names))
    person.department = person.department or header.cell(row, _DEPARTMENT)
    status = header.cell(row, _STATUS)
    meant = meant_value(status, USER_STATUSES) if status else None
    if meant is not None:
        person.status = person.status or meant
    elif status:
        export.left_out.statuses[shortened(status)] = None
    if export.takes_last_access:
        _set_last_access(export, person, header, row)


def _set_last_access(export: Export, person: Person, header: _Header, row: Row) -> None:
    time = header.cell(row, _LAST_ACCESS)
    day = day_of(time)
    if day is not None:
        person.last_access = max(day, person.last_access or day)
    elif time.lower() not in _NO_TIME:
        export.left_out.times[shortened(time)] = None


def _set_licenses(export: Export, name: str, person: Person, header: _Header, row: Row) -> None:
    """Set the licences that a person holds or does not hold. Raises ExportError."""
    columns = list(takewhile(lambda column: column.at < len(row.values), header.licenses))
    for column in columns:
        value = row.values[column.at].strip()
        match value.upper():
            case "TRUE":
                person.licenses[column.held] = None
                export.subscriptions[column.held[0]] = None
            case "FALSE":
                person.denied.add(column.held)
            case "":
                pass
            case _:
                raise ExportError(
                    f"{name}:{row.line}: {column.title}: {shortened(value)} is not TRUE, FALSE or "
                    "blank"
                )
    if not export.is_partial:
        return
    # A row contradicts itself or an earlier row only in its own columns.
    held = {column.held for column in columns} & person.denied
    contradicted = sorted(held & person.licenses.keys())
    if contradicted:
        id, service = contradicted[0]
        raise ExportError(
            f"{name}:{row.line}: {header.cell(row, _EMAIL)}: {service} of {id} is TRUE in one row "
            "and FALSE in another"
        )
