"""Read monthly usage from a CSV report, whose columns a map names."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from validator.controlhub.csv_rows import Row, read_rows, require_fit
from validator.controlhub.export import Export, ExportError, UsageKey
from validator.controlhub.usage_rows import (
    DecimalMark,
    NotUnderstood,
    decimal_mark,
    is_total,
    parse_month,
    parse_quantity,
    parse_service,
)
from validator.findings.wording import counted, did_you_mean, few, listing, shortened
from validator.schema.vocabulary import meant_key, plain

USAGE_KEYS = ("month", "service", "subscription", "quantity")
_REQUIRED = ("month", "service", "quantity")
_MAX_NAMED = 8
_VALUE_MARK = "="


class _Columns(NamedTuple):
    """The source of each key of a usage row: the index of a column, or a value for all rows."""

    month: int | str
    service: int | str
    subscription: int | str
    quantity: int | str


def _cell(row: Row, source: int | str) -> str:
    """Return the value of a row for a source."""
    if isinstance(source, str):
        return source
    return row.values[source].strip() if source < len(row.values) else ""


def add_usage(export: Export, name: str, text: str, map: Mapping[str, str]) -> None:
    """Add the rows of a report; `map` has a column, or `=` and a value, for each key of a row.

    A line is added to `not_understood` for each row that cannot be read. Raises ExportError.
    """
    rows = list(read_rows(name, text))
    if not rows:
        raise ExportError(f"{name}: empty")
    header, *rest = rows
    columns = _columns(name, header, map)
    mark = decimal_mark([_cell(row, columns.quantity) for row in rest])
    lines: dict[UsageKey, int] = {}
    unknown: dict[str, int] = {}
    totals = 0
    for row in rest:
        require_fit(name, row, len(header.values))
        month, service = _cell(row, columns.month), _cell(row, columns.service)
        subscription = _cell(row, columns.subscription)
        if any(is_total(cell) for cell in (month, service, subscription)):
            totals += 1
            continue
        known = parse_service(service)
        if known is None and service:
            unknown[shortened(service)] = unknown.get(shortened(service), 0) + 1
            continue
        parsed = _parsed(row, columns, known, mark)
        if isinstance(parsed, NotUnderstood):
            export.not_understood.append(f"{name}:{row.line}: {parsed.reason}")
            continue
        key, quantity = parsed
        if key in lines or key in export.usage:
            repeats = _repeats(key, lines.get(key))
            export.not_understood.append(f"{name}:{row.line}: {repeats}")
            continue
        lines[key] = row.line
        export.usage[key] = quantity
    if not lines and not export.not_understood:
        raise ExportError(f"{name}: no usage rows; is {map['service']} the column of the services?")
    if unknown:
        number = counted(sum(unknown.values()), "row")
        what = "is not a service" if len(unknown) == 1 else "are not services"
        words = few(unknown, _MAX_NAMED)
        export.notes.append(
            f"left out of {name}: {number} of {words}, which {what} in tenant files"
        )
    if totals:
        export.notes.append(f"left out of {name}: {counted(totals, 'row')} with totals")


def _parsed(
    row: Row, columns: _Columns, service: str | None, mark: DecimalMark | None
) -> tuple[UsageKey, float | int] | NotUnderstood:
    """Return the key and the quantity of a row, or why it cannot be read."""
    month = parse_month(_cell(row, columns.month))
    quantity = parse_quantity(_cell(row, columns.quantity), mark)
    wrong = [value.reason for value in (month, quantity) if isinstance(value, NotUnderstood)]
    if service is None:
        wrong.append("no service")
    if isinstance(month, NotUnderstood) or isinstance(quantity, NotUnderstood) or service is None:
        return NotUnderstood(listing(wrong))
    return (month, _cell(row, columns.subscription) or None, service), quantity


def _repeats(key: UsageKey, line: int | None) -> str:
    """Return why a row is not added; `line` has the same key, or None if another file has it."""
    month, subscription, service = key
    where = "in another file" if line is None else f"in line {line}"
    return (
        f"{month}, {service}, {subscription or 'no subscription'} is also {where}; combine the rows"
    )


def _columns(name: str, header: Row, map: Mapping[str, str]) -> _Columns:
    """Return the columns of the keys. Raises ExportError."""
    titles = [" ".join(value.split()) for value in header.values]
    missing = [key for key in _REQUIRED if key not in map]
    if missing:
        raise ExportError(
            f"{name}: --usage needs --map for {listing(missing)}; {_proposal(titles, map)}"
        )
    sources: dict[str, int | str] = {"subscription": ""}
    for key, column in map.items():
        if column.startswith(_VALUE_MARK):
            sources[key] = column.removeprefix(_VALUE_MARK).strip()
            continue
        indexes = _indexes(titles, column)
        if not indexes:
            hint = did_you_mean(column, titles) or _listed(titles)
            raise ExportError(f"{name}:{header.line}: no column {shortened(column)}; {hint}")
        if len(indexes) > 1:
            both = [f"{shortened(titles[index])} ({index + 1})" for index in indexes]
            raise ExportError(
                f"{name}:{header.line}: the columns {few(both, _MAX_NAMED)} have the name "
                f"{shortened(column)}; rename all but one of them"
            )
        sources[key] = indexes[0]
    return _Columns(**sources)


def _indexes(titles: Sequence[str], column: str) -> list[int]:
    """Return the indexes of the columns with a name, or else with one that means the same."""
    same = [index for index, title in enumerate(titles) if title == column]
    if same or not plain(column):
        return same
    return [index for index, title in enumerate(titles) if plain(title) == plain(column)]


def _proposal(titles: Sequence[str], map: Mapping[str, str]) -> str:
    """Return a proposal for `--map`, guessed from the titles of the columns."""
    meant = {meant_key(title, USAGE_KEYS): title for title in reversed(titles)}
    pairs = [
        f"{key}={map.get(key) or meant.get(key, 'COLUMN')}"
        for key in USAGE_KEYS
        if key in _REQUIRED or key in meant or key in map
    ]
    return f"perhaps --map '{','.join(pairs)}'; {_listed(titles)}"


def _listed(titles: Sequence[str]) -> str:
    return f"its columns are {few([shortened(title) for title in titles], _MAX_NAMED)}"
