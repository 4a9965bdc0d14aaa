"""Make small changes to the code of a Python policy: comparisons, conditions and thresholds."""

import ast
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from types import CodeType, ModuleType

from validator.plugins.policy import Policy

_COMPARISONS: dict[type[ast.cmpop], tuple[str, type[ast.cmpop], str]] = {
    ast.Lt: ("<", ast.LtE, "<="), ast.LtE: ("<=", ast.Lt, "<"),
    ast.Gt: (">", ast.GtE, ">="), ast.GtE: (">=", ast.Gt, ">"),
    ast.Eq: ("==", ast.NotEq, "!="), ast.NotEq: ("!=", ast.Eq, "=="),
    ast.In: ("in", ast.NotIn, "not in"), ast.NotIn: ("not in", ast.In, "in"),
    ast.Is: ("is", ast.IsNot, "is not"), ast.IsNot: ("is not", ast.Is, "is"),
}  # fmt: skip


def code_mutants(policy: Policy) -> Iterator[tuple[str, Policy]]:
    """Yield a description and the changed policy for each change to the module of a policy.

    A change is in the body of a function or in a number that is assigned at module level.
    """
    module = sys.modules.get(policy.function.__module__)
    file = getattr(module, "__file__", None)
    if module is None or file is None or not file.endswith(".py"):
        return
    tree = ast.parse(Path(file).read_bytes(), file)
    name = Path(file).name
    for number, (line, column, text) in enumerate(_descriptions(tree)):
        changed = deepcopy(tree)
        _apply(changed, number)
        ast.fix_missing_locations(changed)
        made = _policy_of(compile(changed, file, "exec"), module, policy)
        if made is not None:
            yield f"{name}:{line}:{column + 1}: {text}", made


def _policy_of(code: CodeType, module: ModuleType, policy: Policy) -> Policy | None:
    """Run a changed module, and return its policy with the same id; None without one."""
    namespace = {
        key: value
        for key, value in vars(module).items()
        if key in ("__name__", "__file__", "__package__", "__doc__", "__loader__", "__spec__")
    }
    try:
        exec(code, namespace)  # noqa: S102 - the module has been run before
    except KeyboardInterrupt:
        raise
    except BaseException:
        return None
    found = (item for item in namespace.values() if isinstance(item, Policy))
    return next((item for item in found if item.id == policy.id), None)


def _places(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that can be changed, in the same order for each copy of the tree."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            for inner in statement.body:
                if not _is_docstring(inner):
                    yield from ast.walk(inner)
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            yield statement.value


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _changes(node: ast.AST) -> Iterator[str]:
    """Yield a description of each change to a node."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        old, _, new = _COMPARISONS[type(node.ops[0])]
        yield f"`{old}` becomes `{new}`"
    elif isinstance(node, ast.BoolOp):
        yield "`and` becomes `or`" if isinstance(node.op, ast.And) else "`or` becomes `and`"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "`not` is removed"
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield f"`{node.value}` becomes `{node.value + 1}`"
        yield f"`{node.value}` becomes `{node.value - 1}`"


def _descriptions(tree: ast.Module) -> Iterator[tuple[int, int, str]]:
    for node in _places(tree):
        for text in _changes(node):
            yield getattr(node, "lineno", 1), getattr(node, "col_offset", 0), text


def _apply(tree: ast.Module, wanted: int) -> None:
    """Apply the change with this number to a tree."""
    number = 0
    for node in list(_places(tree)):
        count = len(list(_changes(node)))
        if number <= wanted < number + count:
            _change(node, wanted - number)
            return
        number += count


def _change(node: ast.AST, which: int) -> None:
    if isinstance(node, ast.Compare):
        node.ops[0] = _COMPARISONS[type(node.ops[0])][1]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.UnaryOp):
        # `not not x` has the same truth value as `x`.
        node.operand = ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        node.value += -1 if which else 1
