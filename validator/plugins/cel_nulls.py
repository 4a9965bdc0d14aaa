"""Find comparisons with null that have the same result for every file.

A day or an element is never null in CEL. One that the file does not have is empty.
"""

from collections.abc import Iterator

from validator.plugins.cel_guards import GuardMistake
from validator.plugins.cel_hints import always_set
from validator.plugins.cel_schema import OPTIONAL_FIELDS
from validator.plugins.cel_tree import Expr, Tree, is_null, kind_of, nodes, text_of

_MAY_BE_EMPTY = "primary"


def null_mistakes(tree: Tree) -> Iterator[GuardMistake]:
    """Yield a mistake for each comparison of a day or an element with null."""
    for expr in nodes(tree.expr):
        if kind_of(expr) == "call" and expr.call.function in ("_==_", "_!=_"):
            is_unset = expr.call.function == "_==_"
            first, second = expr.call.args
            for value, other in ((first, second), (second, first)):
                if is_null(other) and (tree.is_day(value) or tree.message(value)):
                    remedy = _remedy(tree, value, is_unset=is_unset)
                    yield GuardMistake(remedy, tree.begin(value))


def _remedy(tree: Tree, value: Expr, *, is_unset: bool) -> str:
    """Return the message about a value that is never null, with what to write."""
    text, sign = text_of(value) or "the value", "!" * is_unset
    if text == _MAY_BE_EMPTY:
        return f"{text} is never null; write {sign}has({text}.status)"
    if kind_of(value) != "select":
        return f"{text} is never null; remove the comparison"
    field = f"{tree.message(value.select.operand)}.{value.select.field}"
    if field in OPTIONAL_FIELDS or text.startswith(f"{_MAY_BE_EMPTY}."):
        return f"{text} is never null; write {sign}has({text})"
    return always_set(text, field, is_unset=is_unset)
