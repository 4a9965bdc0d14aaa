"""Makes records from stored values. Types are checked, because a cache can hold anything.

A function raises TypeError if a value is not of the type that its field has.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from validator.findings.diagnostic import SightingPlace, Span
from validator.findings.finding import Sighting

Record = TypeVar("Record")
Row = Sequence[Any]
"""The stored values of a record."""

_SPAN = (int,) * 4
_SIGHTING = (str, str, str, int, str)
_SIGHTING_PLACE = (list, str, int, str, str)


def check_types(values: Iterable[object], types: tuple[type, ...]) -> None:
    """Check that each value is of one of the types."""
    others = set(map(type, values)).difference(types)
    if others:
        raise TypeError(f"{others} is none of {types}")


def check_row(values: Row, types: tuple[type, ...]) -> None:
    """Check that each value is of the type at its position."""
    if tuple(map(type, values)) != types:
        raise TypeError(f"{values} are not {types}")


def record(make: Callable[..., Record], values: Row, types: tuple[type, ...]) -> Record:
    """Return a record of values, each of the type at its position."""
    check_row(values, types)
    return make(*values)


def sighting(values: Row) -> Sighting:
    """Return a sighting."""
    return record(Sighting, values, _SIGHTING)


def sighting_place(values: Row) -> SightingPlace:
    """Return the place of a sighting."""
    check_row(values, _SIGHTING_PLACE)
    span, source, source_offset, name, digest = values
    return SightingPlace(record(Span, span, _SPAN), source, source_offset, name, digest)
