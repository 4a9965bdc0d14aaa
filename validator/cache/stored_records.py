"""Checks the types of stored values, because a cache can hold anything.

A function raises TypeError if a value is not of the type that its field has.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from validator.checking.record_columns import RECORDS, TUPLES, Columns
from validator.findings.diagnostic import Diagnostic, RelatedLocation, SightingPlace, Span
from validator.findings.finding import Sighting

Record = TypeVar("Record")
Types = tuple[type, ...]

_STR, _INT, _NONE = (str,), (int,), type(None)
_SOURCE: Mapping[str, Types] = {"source": _STR, "source_offset": _INT}
_NAMES: Mapping[str, Types] = {"name": _STR, "digest": _STR}
# The types of the fields of each kind that are not records. `file` of a diagnostic is not stored.
_TYPES: Mapping[type, Mapping[str, Types]] = {
    Span: dict.fromkeys(Span._fields, _INT),
    Sighting: {**dict.fromkeys(Sighting._fields, _STR), "document": _INT},
    SightingPlace: {**_SOURCE, **_NAMES},
    RelatedLocation: {"message": _STR, "file": _STR, "path": _STR, **_SOURCE},
    Diagnostic: {
        "id": _STR, "topic": _STR, "severity": _STR, "message": _STR, "help": _STR,
        "document": _INT, "tenant": (str, _NONE), "path": _STR, "suppressed": (str, _NONE),
        "fold": (list, _NONE), "fix": (list, _NONE), **_SOURCE, **_NAMES,
    },
}  # fmt: skip


def check_columns(kind: Any, columns: Columns, fields: Sequence[str] = ()) -> None:
    """Check the values in columns of the given fields; without fields, of all of them."""
    if not columns:
        return  # there are no records
    for name, column in zip(fields or kind._fields, columns, strict=True):
        if (kind, name) in RECORDS:
            check_columns(RECORDS[kind, name], column)
        elif (kind, name) in TUPLES:
            numbers, inner = column
            check_types(numbers, _INT)
            check_columns(TUPLES[kind, name], inner)
        else:
            check_types(column, _TYPES[kind][name])


def check_types(values: Iterable[object], types: Types) -> None:
    """Check that each value is of one of the types."""
    others = set(map(type, values)).difference(types)
    if others:
        raise TypeError(f"{others} is none of {types}")


def record(make: Callable[..., Record], values: Sequence[Any], types: Types) -> Record:
    """Return a record of values, each of the type at its position."""
    if tuple(map(type, values)) != types:
        raise TypeError(f"{values} are not {types}")
    return make(*values)
