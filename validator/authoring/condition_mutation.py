"""Make small changes to the condition of a policy without code."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from validator.plugins.cel_expression import CompileError, compile_expression
from validator.plugins.cel_tree import Expr, Tree, kind_of, nodes
from validator.plugins.declared_policy import DeclaredPolicy
from validator.plugins.policy import Policy
from validator.schema.formats import is_date

_OPERATORS = {
    "_<_": ("<", "<="), "_<=_": ("<=", "<"), "_>_": (">", ">="), "_>=_": (">=", ">"),
    "_==_": ("==", "!="), "_!=_": ("!=", "=="), "_&&_": ("&&", "||"), "_||_": ("||", "&&"),
    "!_": ("!", ""), "_+_": ("+", "-"), "_-_": ("-", "+"), "_*_": ("*", "/"), "_/_": ("/", "*"),
}  # fmt: skip
"""The text of each operator, and the text that replaces it."""
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r"""(["'])((?:(?!\1)[^\\])*)\1""")
_WORD = re.compile(r"true|false")
_DURATION = re.compile(r"([0-9]+)h")


class _Change(NamedTuple):
    """A text at an offset in the expression, and the text that replaces it."""

    offset: int
    old: str
    new: str


def condition_mutants(policy: Policy) -> Iterator[tuple[str, Policy]]:
    """Yield a description and the changed policy for each change to the condition that compiles."""
    declared = getattr(policy.function, "__self__", None)
    if not isinstance(declared, DeclaredPolicy):
        return
    when = declared.when
    for change in _changes(when.tree, when.source):
        before, after = when.source[: change.offset], when.source[change.offset :]
        try:
            changed = compile_expression(
                before + change.new + after.removeprefix(change.old), when.scope, None
            )
        except CompileError:
            continue  # a type error, such as `-` between strings
        at = declared.locate("when", change.offset)
        result = f"becomes `{change.new}`" if change.new else "is removed"
        description = f"{at}: `{change.old}` {result}"
        where = f"{at} ({change.new})"

        def locate(_key: str, _offset: int | None, where: str = where) -> str:
            return where

        mutant: DeclaredPolicy = replace(declared, when=changed, locate=locate)
        yield description, policy._replace(function=mutant.evaluate)


def _changes(tree: Tree, source: str) -> Iterator[_Change]:
    """Yield the changes to an expression, sorted by position, without duplicates."""
    found = {change for expr in nodes(tree.expr) for change in _changes_of(expr, tree, source)}
    yield from sorted(found)


def _changes_of(expr: Expr, tree: Tree, source: str) -> Iterator[_Change]:
    if not tree.has_position(expr):
        return  # a part of an expanded macro
    offset = tree.position(expr)
    kind = kind_of(expr)
    if kind == "constant":
        yield from _changes_of_constant(offset, source)
    elif kind == "call" and expr.call.function in _OPERATORS:
        old, new = _OPERATORS[expr.call.function]
        if source.startswith(old, offset):
            yield _Change(offset, old, new)


def _changes_of_constant(offset: int, source: str) -> Iterator[_Change]:
    if number := _NUMBER.match(source, offset):
        text = number[0]
        if text.isdigit():
            yield _Change(offset, text, str(int(text) + 1))
            if int(text) > 0:
                yield _Change(offset, text, str(int(text) - 1))
        else:
            value = float(text)
            step = 1.0 if value.is_integer() and value > 1 else 0.1
            yield _Change(offset, text, repr(round(value + step, 6)))
            if value >= step:
                yield _Change(offset, text, repr(round(value - step, 6)))
    elif string := _STRING.match(source, offset):
        quote, text = string[1], string[2]
        for other in _other_texts(text):
            yield _Change(offset, string[0], f"{quote}{other}{quote}")
    elif word := _WORD.match(source, offset):
        yield _Change(offset, word[0], "false" if word[0] == "true" else "true")


def _other_texts(text: str) -> Iterator[str]:
    """Yield similar texts: the days before and after, longer and shorter durations, or a word."""
    day = text.removesuffix("T00:00:00Z")
    if is_date(day):
        for step in (timedelta(1), timedelta(-1)):
            try:
                yield (date.fromisoformat(day) + step).isoformat() + text[len(day) :]
            except OverflowError:
                continue
    elif duration := _DURATION.fullmatch(text):
        hours = int(duration[1])
        step_hours = 24 if hours % 24 == 0 else 1
        yield f"{hours + step_hours}h"
        if hours >= step_hours:
            yield f"{hours - step_hours}h"
    else:
        yield f"{text}x"
