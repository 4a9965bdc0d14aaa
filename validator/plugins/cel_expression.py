"""Compile and evaluate CEL expressions, with hints in their error messages.

The library is Google's C++ implementation (cel-expr-python). Unknown fields and comparisons of
different types are errors when an expression is compiled. Source: cel.dev.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from validator.document.span_locator import line_starts
from validator.findings.wording import bounded, counted, listing
from validator.plugins.cel_environment import cel_library, compiler, evaluator
from validator.plugins.cel_functions import FUNCTIONS, whole_number
from validator.plugins.cel_guards import Facts, facts_if_true, guard_mistakes
from validator.plugins.cel_hints import habit_hint, name_hint, plain_message
from validator.plugins.cel_list_parts import make_lists_in_parts
from validator.plugins.cel_map_order import key_mistakes, order_map_loops, visited_by
from validator.plugins.cel_nulls import null_mistakes
from validator.plugins.cel_place import ON_EVALUATION, place_of
from validator.plugins.cel_schema import ELEMENT_VARIABLES, PACKAGE, VARIABLES, Scope
from validator.plugins.cel_tree import Tree, children, kind_of, nodes
from validator.plugins.cel_unquoted import unquoted_days

MAX_LENGTH = 4_000
"""The maximum length of an expression, in characters."""

_TOO_DEEP = "loops are nested too deeply; use for-each, or several policies"
# The maximum number of parts that are evaluated to find the one that fails.
_MAX_PARTS = 100
_LOCATED_ERROR = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?:\n|\Z)")
_STATUS = re.compile(r"^[A-Z_]+: |\s*\[[A-Z_]+\]$")
_CALLED_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_WORD = re.compile(r"[A-Za-z_]\w*")


class ExpressionError(Exception):
    """An expression that cannot be compiled or evaluated.

    `offset` is the position in the expression, in characters; None if it is unknown.
    """

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.offset = offset


class CompileError(Exception):
    """An expression that cannot be compiled, with all errors in the order of their positions."""

    def __init__(self, errors: Sequence[ExpressionError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    `variables` are the names in VARIABLES that it uses. `type_name` is the CEL type of its value.
    `facts` are the days that are set if it is true.
    """

    scope: Scope
    source: str
    tree: Tree
    variables: tuple[str, ...]
    type_name: str
    facts: Facts
    program: Any

    @property
    def is_boolean(self) -> bool:
        """Whether the value is a boolean."""
        return self.type_name == "BOOL"

    @property
    def is_printable(self) -> bool:
        """Whether a message can contain the value."""
        is_message = f"{PACKAGE}." in self.type_name
        return not is_message and not self.type_name.startswith(("MAP", "TYPE"))

    def evaluate(self, activation: Any) -> Any:
        """Return the value for an activation, as a Python object. Raises ExpressionError."""
        value, error = _evaluated(self.program, activation)
        if error:
            offset = offset_of_error(self, activation)
            error = plain_message(error)
            raise ExpressionError(error + habit_hint(error, self.scope, ON_EVALUATION), offset)
        return value


def _evaluated(program: Any, activation: Any) -> tuple[Any, str]:
    """Return the value of a program as a Python object, and its error or an empty string."""
    try:
        value = program.eval(activation)
        if value.type() == cel_library().Type.ERROR:
            return None, bounded(_first_line(str(value.value()))) or "it cannot be evaluated"
        return value.plain_value(), ""
    except RuntimeError as error:
        return None, bounded(_first_line(str(error))) or "it cannot be evaluated"


def offset_of_error(expression: Expression, activation: Any) -> int | None:
    """Return the offset of the smallest part of an expression that cannot be evaluated.

    Parts within a loop are skipped, because they cannot be evaluated separately.
    """
    env, tree = evaluator(expression.scope), expression.tree
    found, pending = tree.expr, [tree.expr]
    for _ in range(_MAX_PARTS):
        if not pending:
            break
        part = pending.pop(0)
        inner = [visited_by(part)] if kind_of(part) == "comprehension" else children(part)
        if kind_of(part) == "call" and part.call.function == "_?_:_":
            chosen, error = _evaluated(env.deserialize(tree.part(inner[0])), activation)
            inner = inner[:1] if error else inner[1:2] if chosen else inner[2:]
        failing = [
            child
            for child in inner
            if kind_of(child) and _evaluated(env.deserialize(tree.part(child)), activation)[1]
        ]
        if failing:
            found, pending = failing[0], [failing[0]]
    offset = tree.begin(found)
    if expression.source.startswith("(", offset):  # the position of a function call
        before = _CALLED_NAME.search(expression.source, 0, offset)
        offset = before.start() if before else offset
    return offset


def compile_expression(source: str, scope: Scope, known: Facts | None = frozenset()) -> Expression:
    """Compile an expression. Raises CompileError.

    `known` are days that are set whenever the expression is evaluated. None means that they are
    unknown, and no day must be guarded.
    """
    if len(source) > MAX_LENGTH:
        raise CompileError([ExpressionError(f"longer than {MAX_LENGTH:,} characters")])
    try:
        checked = compiler(scope).compile(source)
    except RuntimeError as error:
        raise CompileError(_compile_errors(str(error), source, scope)) from error
    tree = _tree(checked)
    guards = () if known is None else guard_mistakes(tree, known)
    nulls = list(null_mistakes(tree))
    compared = {mistake.offset for mistake in nulls}
    guards = [mistake for mistake in guards if mistake.offset not in compared]
    mistakes = [*nulls, *guards, *key_mistakes(tree), *unquoted_days(source)]
    errors = [*(ExpressionError(*item) for item in mistakes), *_call_overloads(tree)]
    if errors:
        raise CompileError(sorted(errors, key=lambda item: item.offset or 0))
    words = set(_WORD.findall(source))
    elements = ELEMENT_VARIABLES[scope.for_each]
    variables = tuple(name for name in VARIABLES if name in words and name not in elements)
    type_name, facts = checked.return_type().name(), facts_if_true(tree)
    order_map_loops(tree)
    make_lists_in_parts(tree)
    tree.number_new_nodes()
    try:
        program = evaluator(scope).deserialize(tree.part(tree.expr))
    except RuntimeError as error:
        raise CompileError([ExpressionError(_TOO_DEEP, 0)]) from error
    return Expression(scope, source, tree, variables, type_name, facts, program)


def _tree(checked: Any) -> Tree:
    """Return the tree of a checked expression. Raises CompileError."""
    from google.protobuf.message import DecodeError

    try:
        return Tree(checked.serialize())
    except DecodeError as error:  # messages can only be nested to a certain depth
        raise CompileError([ExpressionError(_TOO_DEEP, 0)]) from error


def _call_overloads(tree: Tree) -> Iterator[ExpressionError]:
    """Replace the functions in calls by their overloads; yield an error for each ambiguous call."""
    calls = {item.id: item for item in nodes(tree.expr) if kind_of(item) == "call"}
    for id, overloads in tree.overloads():
        if overloads[0] not in FUNCTIONS or id not in calls:
            continue
        if len(overloads) > 1:
            name = FUNCTIONS[overloads[0]].name
            forms = [f"list.map(x, {kind}(x)).{name}()" for kind in ("double", "string")]
            remedy = forms[0] if name == "sum" else f"{forms[0]} for numbers, {forms[1]} for texts"
            yield ExpressionError(
                f"{name}() cannot determine the type of its values; convert them first: {remedy}",
                tree.begin(calls[id]),
            )
        calls[id].call.function = overloads[0]


def _compile_errors(text: str, source: str, scope: Scope) -> list[ExpressionError]:
    """Return the errors in a message of the CEL compiler, in order and with hints."""
    starts = line_starts(source)
    errors: list[ExpressionError] = []
    for match in _LOCATED_ERROR.finditer(text):
        line, column = int(match[1]), int(match[2])
        message = plain_message(_STATUS.sub("", match[3]))
        message = message.partition(", '")[0] if "expecting {" in message else message
        is_placed = 0 < line <= len(starts) and column > 0
        offset = starts[line - 1] + column - 1 if is_placed else None
        place = place_of(source, offset)
        hint = habit_hint(message, scope, place) or name_hint(message, scope, place)
        errors.append(ExpressionError(message + hint, offset))
    # An error that results from an error in a part adds no information.
    errors = [item for item in errors if "*error*" not in str(item)] or errors
    # The first syntax error causes the errors after it.
    if errors and str(errors[0]).startswith("Syntax error"):
        del errors[1:]
    return errors or [ExpressionError(_first_line(text))]


def _first_line(text: str) -> str:
    """Return the first line of an error message, without its status code."""
    return " ".join(_STATUS.sub("", text.split("\n", 1)[0]).split())


def is_message(value: object) -> bool:
    """Return whether a value is or contains a protobuf message, such as a subscription."""
    if isinstance(value, list):
        return any(map(is_message, value))
    if isinstance(value, dict):
        return any(map(is_message, value.values()))
    return hasattr(value, "DESCRIPTOR")


def format_value(value: object) -> str:
    """Return the text for a value in a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, bytes | bytearray):
        return value.decode(errors="replace")
    if isinstance(value, float):
        return str(whole_number(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, timedelta):
        return _format_duration(value)
    if isinstance(value, list):
        return listing(format_value(item) for item in value)
    if isinstance(value, dict):
        items = sorted((format_value(key), _format_item(item)) for key, item in value.items())
        return f"{{{', '.join(f'{key}: {item}' for key, item in items)}}}"
    return str(value)


def _format_item(value: object) -> str:
    """Return the text for a value within a map, in which a list has brackets."""
    if isinstance(value, list):
        return f"[{', '.join(map(_format_item, value))}]"
    return format_value(value)


def _format_duration(value: timedelta) -> str:
    """Return "90 days", "1 day 12 hours", "-3 days"."""
    sign, rest = ("-", -value) if value < timedelta() else ("", value)
    minutes, seconds = divmod(rest.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    units = {"day": rest.days, "hour": hours, "minute": minutes, "second": seconds}
    parts = [counted(number, unit) for unit, number in units.items() if number]
    return sign + (" ".join(parts) or "0 days")
