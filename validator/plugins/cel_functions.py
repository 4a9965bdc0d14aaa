"""The functions that expressions have in addition to those of CEL: aggregates, days, rounding.

The CEL compiler distinguishes overloads by the types of their arguments. The evaluator only
distinguishes kinds, such as lists, and not the types of list elements. Therefore a compiled
expression calls each overload by its own name, such as `sum_list_int`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, NamedTuple

from validator.schema.formats import is_date

SORTED_KEYS = "@sorted_keys"
"""The function that returns the keys of a map as a sorted list. Expressions cannot call it."""
PARTS = "@parts"
"""The function that returns the indexes of a list in parts. Expressions cannot call it."""
_PART_LENGTH = 100
_MOST_DAYS = 100_000
# 0001-01-01 at 00:00 UTC. The library reads `datetime.min` as an infinite past.
_FIRST_DAY = datetime(1, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
# A larger double has no fraction.
_WHOLE_FROM = 2.0**53


class Function(NamedTuple):
    """An overload of a function: its name, the types of its arguments and of its result.

    A type is `int`, `double`, `string`, `bool`, `day`, `duration`, or one of these after `list `.
    A method is called on its first argument.
    """

    name: str
    arguments: tuple[str, ...]
    result: str
    implementation: Callable[..., Any]
    is_method: bool = True

    @property
    def overload(self) -> str:
        """The name of the overload."""
        return "_".join((self.name, *self.arguments)).replace(" ", "_")


def whole_number(number: float) -> float:
    """Return a double without a fraction as an integer, and any other double as it is.

    From 2**53 on, the digits of the integer would not be those of the number that was meant.
    """
    is_whole = abs(number) < _WHOLE_FROM and number.is_integer()
    return int(number) if is_whole else number


def _sum_from(start: Any) -> Callable[[Sequence[Any]], Any]:
    def implementation(items: Sequence[Any]) -> Any:
        total = sum(items, start)
        if isinstance(total, int) and not -(2**63) <= total < 2**63:
            raise ValueError("integer overflow")
        return total

    return implementation


def _extreme(name: str, choose: Callable[[Sequence[Any]], Any]) -> Callable[[Sequence[Any]], Any]:
    def implementation(items: Sequence[Any]) -> Any:
        if not items:
            raise ValueError(f"{name}() of an empty list; test size() first")
        return choose(items)

    return implementation


def _round(number: float, digits: int = 0) -> float:
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124
        raise ValueError(f"{number} cannot be rounded")
    if not 0 <= digits <= 15:  # noqa: PLR2004
        raise ValueError(f"round() takes 0 to 15 digits, not {digits}")
    if abs(number) >= _WHOLE_FROM:
        return number
    exponent = Decimal(1).scaleb(-digits)
    return float(Decimal(repr(number)).quantize(exponent, ROUND_HALF_UP))


def _whole(number: float) -> int:
    rounded = int(_round(number))
    if not -(2**63) <= rounded < 2**63:
        raise ValueError(f"{number} is too large to round")
    return rounded


def _days(number: int) -> timedelta:
    if not -_MOST_DAYS <= number <= _MOST_DAYS:
        raise ValueError(f"days() takes at most {_MOST_DAYS:,} days, not {number}")
    return timedelta(number)


def _day(text: str) -> datetime:
    if not is_date(text):
        raise ValueError(f"{text[:40]} is not a calendar day (YYYY-MM-DD)")
    if text == _FIRST_DAY.date().isoformat():
        return _FIRST_DAY
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _sorted_keys(values: Mapping[Any, Any]) -> list[Any]:
    """Return sorted keys, which can be texts, numbers and booleans."""
    return sorted(values, key=lambda key: (isinstance(key, str), key))


def _parts(size: int) -> list[list[int]]:
    """Return the indexes of a list with this number of elements, in parts."""
    starts = range(0, size, _PART_LENGTH)
    return [list(range(start, min(start + _PART_LENGTH, size))) for start in starts]


_ORDERED = ("int", "double", "string", "day", "duration")


def _functions() -> Iterator[Function]:
    sums = {"int": 0, "double": 0.0, "duration": timedelta()}
    for kind, start in sums.items():
        yield Function("sum", (f"list {kind}",), kind, _sum_from(start))
    for kind in _ORDERED:
        yield Function("min", (f"list {kind}",), kind, _extreme("min", min))
        yield Function("max", (f"list {kind}",), kind, _extreme("max", max))
        yield Function("sort", (f"list {kind}",), f"list {kind}", sorted)
    for kind in (*_ORDERED, "bool"):
        yield Function(
            "distinct", (f"list {kind}",), f"list {kind}", lambda items: list(dict.fromkeys(items))
        )
    yield Function("round", ("double",), "int", _whole, is_method=False)
    yield Function("round", ("double", "int"), "double", _round, is_method=False)
    yield Function("days", ("int",), "duration", _days, is_method=False)
    yield Function("days", ("duration",), "int", lambda span: int(span / timedelta(1)))
    yield Function("day", ("string",), "day", _day, is_method=False)


FUNCTIONS = {item.overload: item for item in _functions()}
"""The overloads by their names."""


@cache
def _types() -> dict[str, Any]:
    from cel_expr_python import cel

    plain = {
        "int": cel.Type.INT,
        "double": cel.Type.DOUBLE,
        "string": cel.Type.STRING,
        "bool": cel.Type.BOOL,
        "day": cel.Type.TIMESTAMP,
        "duration": cel.Type.DURATION,
    }
    return {**plain, **{f"list {name}": cel.Type.List(kind) for name, kind in plain.items()}}


def declarations() -> list[Any]:
    """Return the functions for a compiler: one for each name, with its overloads."""
    from cel_expr_python import cel

    by_name: dict[str, list[Function]] = {}
    for item in FUNCTIONS.values():
        by_name.setdefault(item.name, []).append(item)
    return [
        cel.FunctionDecl(name, [_overload(item) for item in items])
        for name, items in by_name.items()
    ]


def implementations() -> list[Any]:
    """Return the functions for an evaluator: one for each overload, SORTED_KEYS and PARTS."""
    from cel_expr_python import cel

    keys = cel.Overload(SORTED_KEYS, cel.Type.LIST, [cel.Type.MAP], False, impl=_sorted_keys)
    parts = cel.Overload(PARTS, cel.Type.LIST, [cel.Type.INT], False, impl=_parts)
    return [
        *(
            cel.FunctionDecl(name, [_overload(item, item.implementation)])
            for name, item in FUNCTIONS.items()
        ),
        cel.FunctionDecl(SORTED_KEYS, [keys]),
        cel.FunctionDecl(PARTS, [parts]),
    ]


def _overload(item: Function, implementation: Callable[..., Any] | None = None) -> Any:
    from cel_expr_python import cel

    types = _types()
    arguments = [types[kind] for kind in item.arguments]
    given = {} if implementation is None else {"impl": implementation}
    return cel.Overload(item.overload, types[item.result], arguments, item.is_method, **given)
