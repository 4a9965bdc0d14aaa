"""Read the rows of CSV files from Control Hub and spreadsheets."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from validator.controlhub.export import ExportError

_EXCEL_SEPARATOR = "sep="
_TOO_LARGE = "field larger than"


class Row(NamedTuple):
    """A row that is not blank, and the number of its first line."""

    line: int
    values: list[str]


def read_rows(name: str, text: str) -> Iterator[Row]:
    """Yield the rows of a CSV text, the header first; `name` is its name in messages.

    The delimiter is the most frequent of comma, semicolon and tab in the first line, or the one
    that a spreadsheet declares in a separate first line (`sep=;`). Raises ExportError.
    """
    first = text.split("\n", 1)[0].strip(" \r")
    has_separator = first[:-1].lower() == _EXCEL_SEPARATOR
    delimiter = first[-1] if has_separator else max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = str(error)
            if reason.startswith(_TOO_LARGE):
                most = f"{csv.field_size_limit():,}"
                reason = f"{_TOO_LARGE} {most} characters; a quotation mark may not be closed"
            raise ExportError(f"{name}:{line}: not CSV: {reason}") from error
        if has_separator and line == 1:
            continue
        if any(value.strip() for value in values):
            yield Row(line, values)


def require_fit(name: str, row: Row, columns: int) -> None:
    """Raise ExportError if a row has more values than there are columns."""
    if len(row.values) > columns and any(value.strip() for value in row.values[columns:]):
        raise ExportError(
            f"{name}:{row.line}: {len(row.values)} values, but {columns} columns; "
            "quote values that contain the delimiter"
        )
