"""Control Hub's CSV export of users.

A licence is a column, whose name ends in the subscription in brackets.
Source: help.webex.com nlkiw8e and afv3q8.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, islice

from validator.controlhub.export import (
    Export,
    ExportError,
    HeldLicense,
    agent_service,
)
from validator.findings.wording import did_you_mean, listing, shortened
from validator.schema.control_hub_names import EMAIL_COLUMN

_KNOWN_COLUMNS = (
    "First Name",
    "Last Name",
    "Display Name",
    EMAIL_COLUMN,
    "User Status",
    "Department",
)
_LICENSE_COLUMN = re.compile(
    r"(?P<name>[^\[\]]*?)\s*(?:\(suspended\))?\s*\[(?P<subscription>[^\]]+)\]\s*(?:\(suspended\))?",
    re.IGNORECASE,
)
_MAX_NAMED_COLUMNS = 8
_Row = tuple[int, list[str]]


def add_users(export: Export, name: str, text: str) -> None:
    """Add the users of a CSV export; `name` is its name in messages. Raises ExportError."""
    rows = _rows(name, text)
    try:
        line, header = next(rows)
    except StopIteration:
        raise ExportError(f"{name}: empty") from None
    columns = [" ".join(value.split()) for value in header]
    index_of = {column.lower(): number for number, column in reversed(list(enumerate(columns)))}
    if EMAIL_COLUMN.lower() not in index_of:
        hint = did_you_mean(EMAIL_COLUMN, columns)
        raise ExportError(f"{name}:{line}: no column {EMAIL_COLUMN}" + (hint and f"; {hint}"))
    license_columns: list[tuple[int, HeldLicense]] = []
    left_out: list[str] = []
    known = {column.lower() for column in _KNOWN_COLUMNS}
    for number, column in enumerate(columns):
        match = _LICENSE_COLUMN.fullmatch(column)
        service = agent_service(match["name"]) if match else None
        if match and service:
            license = (match["subscription"].strip(), service)
            license_columns.append((number, license))
            if not export.is_partial:
                export.subscriptions[license[0]] = None
        elif column.lower() not in known and column:
            left_out.append(column)
    rows, has_rows = _peeked(rows)
    if not license_columns and (has_rows or not export.is_partial):
        raise ExportError(
            f"{name}:{line}: no column of an agent's licence, such as Contact Center Premium Agent "
            "[Sub121331]; export the users with their licences"
        )
    if left_out:
        shown = [shortened(column) for column in left_out[:_MAX_NAMED_COLUMNS]]
        more = len(left_out) - len(shown)
        words = listing([*shown, f"{more} more"] if more else shown)
        export.notes.append(
            f"left out of {name}: the {'column' if len(left_out) == 1 else 'columns'} {words}"
        )

    def cell(row: list[str], column: str) -> str:
        number = index_of.get(column.lower())
        return "" if number is None or number >= len(row) else row[number].strip()

    for line, row in rows:
        if len(row) > len(columns) and any(value.strip() for value in row[len(columns) :]):
            raise ExportError(
                f"{name}:{line}: {len(row)} values, but {len(columns)} columns; "
                "quote what holds a comma"
            )
        email = cell(row, EMAIL_COLUMN)
        if not email:
            raise ExportError(f"{name}:{line}: no {EMAIL_COLUMN}")
        person = export.person(email)
        full_name = " ".join(filter(None, (cell(row, "First Name"), cell(row, "Last Name"))))
        person.name = person.name or cell(row, "Display Name") or full_name
        person.department = person.department or cell(row, "Department")
        for number, license in license_columns:
            value = row[number].strip() if number < len(row) else ""
            match value.upper():
                case "TRUE":
                    person.licenses[license] = None
                    export.subscriptions[license[0]] = None
                case "FALSE":
                    person.denied.add(license)
                case "":
                    pass
                case _:
                    raise ExportError(
                        f"{name}:{line}: {columns[number]}: {shortened(value)} is neither TRUE, "
                        "FALSE nor blank"
                    )
        contradicted = person.denied & person.licenses.keys() if export.is_partial else ()
        for id, service in sorted(contradicted):
            raise ExportError(
                f"{name}:{line}: {email}: {service} of {id} is TRUE in one row and FALSE in another"
            )
    export.is_complete = not export.is_partial
    export.has_users = True


def _peeked(rows: Iterator[_Row]) -> tuple[Iterator[_Row], bool]:
    """Return the same rows, and whether there are any."""
    first = list(islice(rows, 1))
    return chain(first, rows), bool(first)


def _rows(name: str, text: str) -> Iterator[_Row]:
    """Yield the rows that are not blank, each with the number of its last line.

    The delimiter is the most frequent of comma, semicolon and tab in the first line.
    Raises ExportError.
    """
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ExportError(f"{name}:{reader.line_num}: not CSV: {error}") from error
        if any(value.strip() for value in row):
            yield reader.line_num, row
