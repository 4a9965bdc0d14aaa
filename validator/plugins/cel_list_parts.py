"""Let the loops of an expression that make a list make it in parts.

For each element, the CEL library copies the list that a loop has made so far, and frees nothing
until the expression has been evaluated. The memory would grow with the square of the length.
"""

from collections.abc import Iterator

from validator.plugins.cel_functions import PARTS
from validator.plugins.cel_tree import Expr, Tree, children, kind_of, set_binding, set_call

# No expression can contain these names.
_VISITED, _PART, _INDEX, _WHOLE = "@visited", "@part", "@index", "@whole"
_LONG_LISTS = ("usage", "users")


def make_lists_in_parts(tree: Tree) -> None:
    """Change each loop of a tree that can make a long list: those of `map` and `filter`.

    The list is visited in parts. The loop makes a short list of each part, and these are joined.
    Each part counts as another element for the limit of loops, so a loop within a loop is only
    changed if it visits a list that is long. A value of a dynamic type need not be a list.
    """
    for item in reversed(list(_long_loops(tree))):  # loops within loops first
        _make_in_parts(item)


def _long_loops(tree: Tree) -> Iterator[Expr]:
    """Yield the loops that are changed, outer ones before inner ones."""
    pending = [(tree.expr, 0)]
    while pending:
        item, depth = pending.pop()
        if kind_of(item) != "comprehension":
            pending += [(child, depth) for child in children(item)]
            continue
        loop = item.comprehension
        is_long = depth == 0 or (depth == 1 and _source(loop.range) in _LONG_LISTS)
        if is_long and kind_of(loop.start) == "list" and tree.is_list(loop.range):
            yield item
        pending += [(part, depth + 1) for part in (loop.condition, loop.step, loop.result)]
        pending += [(loop.range, depth), (loop.start, depth)]


def _source(expr: Expr) -> str:
    """Return the name of the list that is visited, filtered and mapped; empty for another value."""
    while kind_of(expr) == "comprehension":
        expr = expr.comprehension.range
    return expr.ident.name if kind_of(expr) == "ident" else ""


def visited_in_parts(loop: Expr) -> Expr | None:
    """Return the node of the list that a loop visits in parts; None for another loop."""
    is_changed = loop.comprehension.result_variable == _VISITED
    return loop.comprehension.start if is_changed else None


def _make_in_parts(item: Expr) -> None:
    loop = type(item.comprehension)()
    loop.CopyFrom(item.comprehension)
    item.comprehension.Clear()
    whole = set_binding(item, _VISITED, loop.range).comprehension
    whole.variable, whole.result_variable = _PART, _WHOLE
    (size,) = set_call(whole.range, PARTS, 1)
    set_call(size, "size", 1)[0].ident.name = _VISITED
    whole.start.list.SetInParent()
    whole.condition.constant.bool = True
    before, made = set_call(whole.step, "_+_", 2)
    before.ident.name = _WHOLE
    whole.result.ident.name = _WHOLE
    part = made.comprehension
    part.CopyFrom(loop)
    part.variable = _INDEX
    for changed in (part.range, part.step):
        changed.Clear()
    part.range.ident.name = _PART
    element = type(item)()
    visited, index = set_call(element, "_[_]", 2)
    visited.ident.name, index.ident.name = _VISITED, _INDEX
    set_binding(part.step, loop.variable, element).CopyFrom(loop.step)
