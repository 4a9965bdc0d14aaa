"""Let the loops of an expression visit the keys of a map in sorted order.

The CEL library visits them in an order that differs between processes.
"""

from collections.abc import Iterator

from validator.plugins.cel_functions import SORTED_KEYS
from validator.plugins.cel_list_parts import visited_in_parts
from validator.plugins.cel_tree import (
    STRING,
    UINT,
    Expr,
    Tree,
    kind_of,
    nodes,
    set_binding,
    set_call,
)

# No expression can contain this name. A loop over a value of a dynamic type has a variable with it.
_RANGE = "@range"
_OTHER_KEYS = (
    "a loop needs a map whose keys are texts, all int or all bool; "
    'write the keys as texts: {"1": 2, "true": 3}'
)


def order_map_loops(tree: Tree) -> None:
    """Change each loop of a tree that can visit the keys of a map to visit a sorted list."""
    for item in reversed(list(nodes(tree.expr))):  # loops within loops first
        if not _visits_map(tree, item):
            continue
        visited = type(item)()
        visited.CopyFrom(item.comprehension.range)
        ordered = item.comprehension.range
        ordered.Clear()
        if tree.is_map(visited):
            set_call(ordered, SORTED_KEYS, 1)[0].CopyFrom(visited)
        else:
            _set_ordered_if_map(ordered, visited)


def key_mistakes(tree: Tree) -> Iterator[tuple[str, int]]:
    """Yield a message and an offset for each map whose keys a loop cannot visit as they are.

    A sorted key is a Python object: `1u` is not distinct from `1`, and `true` equals `1`.
    """
    every = list(nodes(tree.expr))
    if not any(_visits_map(tree, item) for item in every):
        return
    for item in every:
        entries = item.struct.entries if kind_of(item) == "struct" else ()
        kinds = {tree.primitive(entry.map_key) for entry in entries if entry.HasField("map_key")}
        if UINT in kinds or len(kinds - {STRING}) > 1:
            yield _OTHER_KEYS, tree.begin(item)


def _visits_map(tree: Tree, expr: Expr) -> bool:
    """Return whether a node is a loop that can visit the keys of a map."""
    return kind_of(expr) == "comprehension" and not tree.is_list(expr.comprehension.range)


def visited_by(loop: Expr) -> Expr:
    """Return the node of the list or map that a loop visits."""
    found = visited_in_parts(loop) or loop.comprehension.range
    if kind_of(found) == "comprehension" and found.comprehension.result_variable == _RANGE:
        return found.comprehension.start
    return found


def _set_ordered_if_map(expr: Expr, visited: Expr) -> None:
    """Set a node to the sorted keys of `visited` if that is a map, or else to `visited` itself."""
    result = set_binding(expr, _RANGE, visited)
    condition, keys, other = set_call(result, "_?_:_", 3)
    kind, map_kind = set_call(condition, "_==_", 2)
    set_call(kind, "type", 1)[0].ident.name = _RANGE
    map_kind.ident.name = "map"
    set_call(keys, SORTED_KEYS, 1)[0].ident.name = _RANGE
    other.ident.name = _RANGE
