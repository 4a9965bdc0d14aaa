"""Compile and evaluate CEL expressions, with hints in their error messages.

The library is Google's C++ implementation (cel-expr-python). Unknown fields and comparisons of
different types are errors when an expression is compiled. Source: cel.dev.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from validator.document.span_locator import line_starts
from validator.findings.wording import bounded, counted, did_you_mean, listing
from validator.plugins.cel_environment import cel_library, compiler, evaluator
from validator.plugins.cel_functions import FUNCTIONS
from validator.plugins.cel_guards import Facts, facts_if_true, guard_mistakes
from validator.plugins.cel_map_order import order_map_loops, visited_by
from validator.plugins.cel_schema import (
    ELEMENT_VARIABLES,
    MESSAGES,
    PACKAGE,
    VARIABLES,
    Scope,
)
from validator.plugins.cel_tree import Tree, children, kind_of, nodes

MAX_LENGTH = 4_000
"""The maximum length of an expression, in characters."""

# The maximum number of parts that are evaluated to find the one that fails.
_MAX_PARTS = 100
_LOCATED_ERROR = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?:\n|\Z)")
_STATUS = re.compile(r"^[A-Z_]+: |\s*\[[A-Z_]+\]$")
_UNDECLARED = re.compile(r"undeclared reference to '(\w+)")
_UNDEFINED = re.compile(r"undefined field '(\w+)' not found in struct '(\w+)'")
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
            raise ExpressionError(error + _habit_hint(error, ""), offset)
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
    tree = Tree(checked.serialize())
    guards = () if known is None else guard_mistakes(tree, known)
    errors = [*(ExpressionError(*item) for item in guards), *_call_overloads(tree)]
    if errors:
        raise CompileError(sorted(errors, key=lambda item: item.offset or 0))
    words = set(_WORD.findall(source))
    elements = ELEMENT_VARIABLES[scope.for_each]
    variables = tuple(name for name in VARIABLES if name in words and name not in elements)
    type_name, facts = checked.return_type().name(), facts_if_true(tree)
    order_map_loops(tree)
    program = evaluator(scope).deserialize(tree.part(tree.expr))
    return Expression(scope, source, tree, variables, type_name, facts, program)


def _call_overloads(tree: Tree) -> Iterator[ExpressionError]:
    """Replace the functions in calls by their overloads; yield an error for each ambiguous call."""
    calls = {item.id: item for item in nodes(tree.expr) if kind_of(item) == "call"}
    for id, overloads in tree.overloads():
        if overloads[0] not in FUNCTIONS or id not in calls:
            continue
        if len(overloads) > 1:
            name = FUNCTIONS[overloads[0]].name
            yield ExpressionError(
                f"{name}() cannot determine the type of its values; convert them first: "
                f"list.map(x, double(x)).{name}()",
                tree.begin(calls[id]),
            )
        calls[id].call.function = overloads[0]


def _compile_errors(text: str, source: str, scope: Scope) -> list[ExpressionError]:
    """Return the errors in a message of the CEL compiler, in order and with hints."""
    starts = line_starts(source)
    errors: list[ExpressionError] = []
    for match in _LOCATED_ERROR.finditer(text):
        line, column = int(match[1]), int(match[2])
        message = _STATUS.sub("", match[3])
        for internal, plain in _PLAIN_WORDS.items():
            message = message.replace(internal, plain)
        message = message.partition(", '")[0] if "expecting {" in message else message
        hint = _habit_hint(message, source) or _name_hint(message, scope, source)
        is_placed = 0 < line <= len(starts) and column > 0
        offset = starts[line - 1] + column - 1 if is_placed else None
        errors.append(ExpressionError(message + hint, offset))
    # An error that results from an error in a part adds no information.
    errors = [item for item in errors if "*error*" not in str(item)] or errors
    # The first syntax error causes the errors after it.
    if errors and str(errors[0]).startswith("Syntax error"):
        del errors[1:]
    return errors or [ExpressionError(_first_line(text))]


def _name_hint(message: str, scope: Scope, source: str) -> str:
    """Return a hint for an unknown variable or field, after a semicolon, or an empty string."""
    names: Iterable[str] = ()
    if match := _UNDECLARED.search(message):
        lists = [name for name, variables in ELEMENT_VARIABLES.items() if match[1] in variables]
        if lists:
            return f"; it is available for each of {listing(lists, 'or')}"
        if match[1] == "options":
            options = listing(f"options.{name}" for name, _ in scope.options)
            return f"; the policy has {options}" if scope.options else "; the policy has no options"
        name = match[1]
        if called := re.search(rf"(\w*)\.{name}\s*\(", source):
            kind = _ELEMENT_TYPES.get(called[1], called[1].capitalize())
            if name in MESSAGES.get(kind, {}):
                return f"; {name} is a field; write it without ()"
            names = _METHODS
        elif re.search(rf"(?:[=!]=|\[(?:[^]]*,)?)\s*{name}\b(?!\s*[.(])", source):
            hint = did_you_mean(name, sorted(scope.variables))
            return f"; {hint}" if hint else f'; write "{name}" for a text'
        else:
            names = scope.variables
    elif match := _UNDEFINED.search(message):
        names = MESSAGES.get(match[2], {})
    hint = did_you_mean(match[1], sorted(names)) if match else ""
    return f"; {hint}" if hint else ""


_ELEMENT_TYPES = {"row": "UsageRow"}
_METHODS = (
    "all", "contains", "days", "distinct", "endsWith", "exists", "exists_one", "filter", "format",
    "indexOf", "join", "lowerAscii", "map", "matches", "max", "min", "replace", "size", "sort",
    "split", "startsWith", "substring", "sum", "trim", "upperAscii",
)  # fmt: skip
_SAME_TYPE = 'both sides need the same type: write "3" for a text, and 3 for a number'
_HABITS: tuple[tuple[str, str, str], ...] = (
    (
        r"'_(?:&&|\|\|)_'.*\b(?:int|double)\b",
        "",
        "compare the number: subscription.notice_days > 0",
    ),
    (r"'_(?:&&|\|\|)_'.*\bstring\b", "", "compare the text: user.name != ''"),
    (
        r"'_(?:==|!=|<=?|>=?)_'.*\((?:string, (?:int|double)|(?:int|double), string)\)",
        "",
        _SAME_TYPE,
    ),
    (r"'round' applied to '\(int", "", "write round(double(x))"),
    (r"\(double, int\)|\(int, double\)", "", "write 10.0 instead of 10, or double(x)"),
    (r"\(timestamp, string\)|\(string, timestamp\)", "", 'write day("2026-05-01")'),
    (r"\(duration, int\)|\(int, duration\)|\(timestamp, int\)", "", "write days(90)"),
    (r"[Kk]ey not found in map", "", 'test "x-key" in subscription.x first'),
    (r"null_type", "", "test with has() whether the file has a value"),
    (r"Duration", "", "write days(90)"),
    (r"list\(\w+\), string", "", "write list.exists(x, x.key == value)"),
    (r"undeclared reference to 'len'", "", "write size(x)"),
    (r"undeclared reference to '(?:any|some)'", "", "write list.exists(x, x.key == value)"),
    (
        r"undeclared reference to '(?:all|exists|exists_one|filter|map)'",
        "",
        "write a name first: list.exists(x, x.key == value)",
    ),
    (r"'day' applied to '\(int\)'", "", 'write day("2026-05-01"), in quotes'),
    (r"'days' applied to '\(string\)'", "", "write days(90), without quotes"),
    (r"undeclared|undefined|overload", r"\.x-\w", 'write subscription.x["x-cost-centre"]'),
    (r"Syntax error", r"\b(?:and|or|not)\b", "write &&, || and !"),
    (r"Syntax error", r"\bis\b|(?<![=!<>])=(?!=)", "write == to compare"),
    (r"Syntax error", r"\w contains\b", "write value in list, or text.contains(part)"),
)
"""Habits from other languages: a message pattern, an expression pattern, and a hint."""
_PLAIN_WORDS = {
    f"{PACKAGE}.": "",
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Duration": "duration",
    " (in container '')": "",
}


def _habit_hint(message: str, source: str) -> str:
    for message_pattern, source_pattern, hint in _HABITS:
        if re.search(message_pattern, message) and re.search(source_pattern, source):
            return f"; {hint}"
    return ""


def _first_line(text: str) -> str:
    """Return the first line of an error message, without its status code."""
    return " ".join(_STATUS.sub("", text.split("\n", 1)[0]).split())


def format_value(value: object) -> str:
    """Return the text for a value in a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, bytes | bytearray):
        return value.decode(errors="replace")
    if isinstance(value, float) and value.is_integer():
        return f"{int(value)}"
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
