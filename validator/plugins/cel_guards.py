"""Find values that need a test with `has()`, and tests with `has()` that are always true.

A day that is not in the file is 1970-01-01 in CEL, so `subscription.end < today` would be true for
a subscription without an end; a number is 0. A key with a default always has a value, so `has()`
does not tell whether the file has it.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from validator.plugins.cel_hints import cause_of_value, instead_of_has
from validator.plugins.cel_schema import (
    ALWAYS_SET,
    DAY,
    ELEMENT_VARIABLES,
    IMPLIED_DAYS,
    KEYS,
    MESSAGES,
    OPTIONAL_FIELDS,
    VARIABLES,
)
from validator.plugins.cel_tree import Expr, Tree, children, kind_of, nodes, text_of

Facts = frozenset[str]
"""The values that are known to be set, such as `subscription.end`."""
_NOTHING: Facts = frozenset()
# The facts of an outcome that cannot occur.
_IMPOSSIBLE = None
Implied = Facts | None
# A value of a dynamic type can be any message.
_OPTIONAL_NAMES = frozenset(name.partition(".")[2] for name in OPTIONAL_FIELDS)
_EMPTY_NAMES = frozenset(name for name, kind in MESSAGES["Subscription"].items() if kind == DAY)
_KEYS_NAMES = frozenset(
    name for fields in MESSAGES.values() for name, kind in fields.items() if kind == KEYS
)
_GLOBAL_NAMES = frozenset(
    {*VARIABLES, *(name for each in ELEMENT_VARIABLES.values() for name in each)}
)
_NAME_IN_FACT = re.compile(r"(?<![.\w])[A-Za-z_]\w*")


class GuardMistake(NamedTuple):
    """A mistake with `has()`: a message and the offset in the expression."""

    message: str
    offset: int


def facts_if_true(tree: Tree) -> Facts:
    """Return the values that are set if an expression is true."""
    implied = _Guards(tree).implied(tree.expr, outcome=True)
    return _NOTHING if implied is _IMPOSSIBLE else implied


def guard_mistakes(tree: Tree, known: Facts = _NOTHING) -> list[GuardMistake]:
    """Return the values that an expression uses although they may be unset, and needless tests.

    `known` are values that are set whenever the expression is evaluated.
    """
    found = _Guards(tree).mistakes(tree.expr, known, frozenset({"primary"}))
    return list(dict.fromkeys(found))


def _unset(text: str) -> str:
    example = f"has({text}) && …" if "." in text else f"has(x.{text}) && …"
    return f"{text} may be unset; test it with has() first: {example}"


def _needless_test(text: str, field: str) -> str:
    """Return the message about `has()` of a field (`User.status`) that always has a value."""
    remedy = instead_of_has(text, field)
    without = " without has()" if remedy == f"write {text}" else ""
    return f"has({text}) is always true{cause_of_value(field)}; {remedy}{without}"


class _Guards:
    """Analysis of the guards in one expression."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._names_of_keys = self._find_names_of_keys()

    def mistakes(self, expr: Expr, known: Facts, empty: Facts) -> Iterator[GuardMistake]:
        """Yield the mistakes in a node.

        `empty` are the names of variables that may be an empty subscription.
        """
        kind = kind_of(expr)
        if kind == "select":
            yield from self._of_select(expr, known, empty)
        elif kind == "comprehension":
            yield from self._of_comprehension(expr, known, empty)
        elif kind == "call" and expr.call.function in ("_&&_", "_||_"):
            # A part only matters if the other part does not decide the result. The facts that
            # follow from the other part hold then.
            outcome = expr.call.function == "_&&_"
            first, second = expr.call.args
            for part, other in ((first, second), (second, first)):
                implied = self.implied(other, outcome=outcome)
                if implied is not _IMPOSSIBLE:
                    yield from self.mistakes(part, known | implied, empty)
        elif kind == "call" and expr.call.function == "_?_:_":
            condition, *branches = expr.call.args
            yield from self.mistakes(condition, known, empty)
            for branch, outcome in zip(branches, (True, False), strict=True):
                implied = self.implied(condition, outcome=outcome)
                if implied is not _IMPOSSIBLE:
                    yield from self.mistakes(branch, known | implied, empty)
        else:
            for child in children(expr):
                yield from self.mistakes(child, known, empty)

    def _of_select(self, expr: Expr, known: Facts, empty: Facts) -> Iterator[GuardMistake]:
        operand, field = expr.select.operand, expr.select.field
        yield from self.mistakes(operand, known, empty)
        if expr.select.test_only:
            name = f"{self._tree.message(operand)}.{field}"
            if name in ALWAYS_SET and not self._may_be_empty(operand, empty):
                tested = f"{text_of(operand) or 'x'}.{field}"
                yield GuardMistake(_needless_test(tested, name), self._tree.begin(expr))
            return
        name = f"{self._tree.message(operand)}.{field}"
        if name in OPTIONAL_FIELDS or self._tree.is_day(expr):
            may_be_unset = name in OPTIONAL_FIELDS
        elif self._tree.is_dynamic(operand) and not self._is_of_keys(operand, self._names_of_keys):
            may_be_unset = field in _OPTIONAL_NAMES
            empty = empty if field in _EMPTY_NAMES else _NOTHING
        else:
            return
        if not may_be_unset and not self._may_be_empty(operand, empty):
            return
        text = text_of(expr)
        if text not in known and field not in self._set_in_elements(operand):
            yield GuardMistake(_unset(text or field), self._tree.begin(expr))

    def _of_comprehension(self, expr: Expr, known: Facts, empty: Facts) -> Iterator[GuardMistake]:
        inner = expr.comprehension
        own = {inner.variable, inner.result_variable}
        yield from self.mistakes(inner.range, known, empty)
        known = frozenset(fact for fact in known if own.isdisjoint(_NAME_IN_FACT.findall(fact)))
        known |= {f"{inner.variable}.{field}" for field in self._fields_of_range(inner.range)}
        is_empty = self._may_be_empty(inner.range, empty)
        empty = (empty - own) | ({inner.variable} if is_empty else _NOTHING)
        for part in (inner.start, inner.condition, inner.step, inner.result):
            yield from self.mistakes(part, known, empty)

    def _set_in_elements(self, operand: Expr) -> Facts:
        """Return the fields that are set in an element of a filtered list."""
        if kind_of(operand) == "call" and operand.call.function == "_[_]":
            return self._fields_of_range(operand.call.args[0])
        return _NOTHING

    def _fields_of_range(self, expr: Expr) -> Facts:
        """Return the fields that a `filter` has tested in each element of a list."""
        if kind_of(expr) != "comprehension":
            return _NOTHING
        inner = expr.comprehension
        step = inner.step
        is_filter = (
            kind_of(step) == "call"
            and step.call.function == "_?_:_"
            and _appended(step.call.args[1]) == inner.variable
        )
        if not is_filter:
            return _NOTHING
        implied = self.implied(step.call.args[0], outcome=True) or _NOTHING
        prefix = f"{inner.variable}."
        own = {fact.removeprefix(prefix) for fact in implied if fact.startswith(prefix)}
        return frozenset(own) | self._fields_of_range(inner.range)

    def _may_be_empty(self, expr: Expr, empty: Facts) -> bool:
        """Return whether a node can be or contain one of the variables that may be empty."""
        kind = kind_of(expr)
        if kind == "ident":
            return expr.ident.name in empty
        if kind == "list":
            return any(self._may_be_empty(item, empty) for item in expr.list.elements)
        if kind == "struct":
            return any(self._may_be_empty(entry.value, empty) for entry in expr.struct.entries)
        if kind == "select":
            operand = expr.select.operand
            return not self._tree.message(operand) and self._may_be_empty(operand, empty)
        if kind == "comprehension":
            inner = expr.comprehension
            if self._may_be_empty(inner.range, empty):
                empty = empty | {inner.variable}
            return self._may_be_empty(inner.step, empty)
        if kind != "call":
            return False
        function, args = expr.call.function, list(expr.call.args)
        parts = {"_[_]": args[:1], "_?_:_": args[1:], "_+_": args, "dyn": args}.get(function, [])
        return any(self._may_be_empty(item, empty) for item in parts)

    def _find_names_of_keys(self) -> frozenset[str]:
        """Return the names of variables that only have values of keys that begin with `x-`."""
        loops = [
            item.comprehension
            for item in nodes(self._tree.expr)
            if kind_of(item) == "comprehension"
        ]
        names = {loop.variable for loop in loops} - _GLOBAL_NAMES | {"x"}
        while others := {
            loop.variable
            for loop in loops
            if loop.variable in names and not self._is_of_keys(loop.range, names)
        }:
            names -= others
        return frozenset(names)

    def _is_of_keys(self, expr: Expr, names: AbstractSet[str]) -> bool:
        """Return whether a node is a part of the keys that begin with `x-`, which have no days."""
        kind = kind_of(expr)
        if kind == "ident":
            return expr.ident.name in names
        if kind == "select":
            operand, field = expr.select.operand, expr.select.field
            is_keys = field in _KEYS_NAMES and bool(self._tree.message(operand))
            return is_keys or self._is_of_keys(operand, names)
        is_item = kind == "call" and expr.call.function == "_[_]"
        return is_item and self._is_of_keys(expr.call.args[0], names)

    def implied(self, expr: Expr, *, outcome: bool) -> Implied:
        """Return the values that are set if a node is true, or with `outcome=False`, false."""
        kind = kind_of(expr)
        if kind == "constant" and expr.constant.HasField("bool"):
            return _NOTHING if expr.constant.bool is outcome else _IMPOSSIBLE
        if kind == "select":
            return self._implied_by_select(expr) if outcome else _NOTHING
        if kind != "call":
            return _NOTHING
        function, args = expr.call.function, expr.call.args
        if function == "!_":
            return self.implied(args[0], outcome=not outcome)
        if function in ("_&&_", "_||_"):
            parts = [self.implied(arg, outcome=outcome) for arg in args]
            return _all_of(parts) if (function == "_&&_") is outcome else _one_of(parts)
        if function == "_?_:_":
            condition, first, second = args
            return _one_of(
                _all_of([self.implied(condition, outcome=way), self.implied(part, outcome=outcome)])
                for part, way in ((first, True), (second, False))
            )
        return _NOTHING

    def _implied_by_select(self, expr: Expr) -> Facts:
        operand, field = text_of(expr.select.operand), expr.select.field
        if operand is None:
            return _NOTHING
        if expr.select.test_only:
            return frozenset({f"{operand}.{field}"})
        name = f"{self._tree.message(expr.select.operand)}.{field}"
        return frozenset(f"{operand}.{other}" for other in IMPLIED_DAYS.get(name, ()))


def _all_of(parts: Iterable[Implied]) -> Implied:
    """Return the facts that hold if all parts hold."""
    known = _NOTHING
    for part in parts:
        if part is _IMPOSSIBLE:
            return _IMPOSSIBLE
        known |= part
    return known


def _one_of(parts: Iterable[Implied]) -> Implied:
    """Return the facts that hold if one of the parts holds."""
    possible = [part for part in parts if part is not _IMPOSSIBLE]
    return frozenset.intersection(*possible) if possible else _IMPOSSIBLE


def _appended(expr: Expr) -> str:
    """Return the name of the variable that a step of `filter` appends to its result."""
    if kind_of(expr) != "call" or expr.call.function != "_+_":
        return ""
    last = expr.call.args[1]
    if kind_of(last) != "list" or len(last.list.elements) != 1:
        return ""
    return text_of(last.list.elements[0]) or ""
