"""CEL expressions: their compilation, evaluation and error messages.

The library is Google's C++ implementation (cel-expr-python). Unknown fields and comparisons of
different types are errors when an expression is compiled. Source: cel.dev.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from validator.findings.wording import bounded, did_you_mean, listing
from validator.plugins.cel_environment import cel_library, environment
from validator.plugins.cel_schema import ELEMENT_VARIABLES, MESSAGES, PACKAGE, VARIABLES

MAX_LENGTH = 4_000
"""The most characters that an expression may have."""

_LOCATED_ERROR = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?:\n|\Z)")
_STATUS = re.compile(r"^[A-Z_]+: |\s*\[[A-Z_]+\]$")
_UNDECLARED = re.compile(r"undeclared reference to '(\w+)")
_UNDEFINED = re.compile(r"undefined field '(\w+)' not found in struct '(\w+)'")
_WORD = re.compile(r"[A-Za-z_]\w*")


class ExpressionError(Exception):
    """An expression that cannot be compiled or evaluated.

    `line` and `column` count from 1 within the expression.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    `variables` are the names of those in VARIABLES that it uses. `type_name` is the CEL type of
    its value.
    """

    variables: tuple[str, ...]
    type_name: str
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
        try:
            value = self.program.eval(activation)
            if value.type() == cel_library().Type.ERROR:
                message = bounded(_first_line(str(value.value())))
                raise ExpressionError(message + _habit_hint(message, ""))
            return value.plain_value()
        except RuntimeError as error:
            raise ExpressionError(bounded(_first_line(str(error)))) from error


def compile_expression(source: str, for_each: str) -> Expression:
    """Compile an expression about each element of a list. Raises ExpressionError."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH:,} characters")
    env = environment(for_each)
    try:
        program = env.compile(source)
    except RuntimeError as error:
        raise _compile_error(str(error), source, for_each) from error
    words = set(_WORD.findall(source))
    elements = ELEMENT_VARIABLES[for_each]
    variables = tuple(name for name in VARIABLES if name in words and name not in elements)
    return Expression(variables, program.return_type().name(), program)


def _compile_error(text: str, source: str, for_each: str) -> ExpressionError:
    """Return the error for a message of the CEL compiler, with a hint."""
    match = _LOCATED_ERROR.search(text)
    if match is None:
        return ExpressionError(_first_line(text))
    line, column, message = int(match[1]), int(match[2]), match[3]
    message = _STATUS.sub("", message)
    for internal, plain in _PLAIN_WORDS.items():
        message = message.replace(internal, plain)
    message = message.partition(", '")[0] if "expecting {" in message else message
    hint = _name_hint(message, for_each) or _habit_hint(message, source)
    return ExpressionError(message + hint, max(line, 1), max(column, 1))


def _name_hint(message: str, for_each: str) -> str:
    """Return a hint on an unknown variable or field, after a semicolon, or an empty string."""
    names: Iterable[str] = ()
    if match := _UNDECLARED.search(message):
        lists = [name for name, variables in ELEMENT_VARIABLES.items() if match[1] in variables]
        if lists:
            return f"; it is in scope for each of {listing(lists, 'or')}"
        names = {*VARIABLES, *ELEMENT_VARIABLES[for_each]}
    elif match := _UNDEFINED.search(message):
        names = MESSAGES.get(match[2], {})
    hint = did_you_mean(match[1], sorted(names)) if match else ""
    return f"; {hint}" if hint else ""


_HABITS: tuple[tuple[str, str, str], ...] = (
    (r"\(double, int\)|\(int, double\)", "", "write 10.0 rather than 10, or double(x)"),
    (r"\(timestamp, string\)", "", 'write timestamp("2026-05-01T00:00:00Z")'),
    (r"null_type", "", "has() tells whether the file has a value"),
    (r"Duration", "", 'a duration is in hours: 90 days are duration("2160h")'),
    (r"list\(\w+\), string", "", "look for it: list.exists(x, x.key == value)"),
    (r"undeclared reference to 'len'", "", "write size(x)"),
    (r"Syntax error", r"\b(?:and|or|not)\b", "CEL writes &&, || and !"),
    (r"Syntax error", r"\bis\b|(?<![=!<>])=(?!=)", "CEL compares with =="),
    (r"Syntax error", r"\w contains\b", "CEL writes value in list, or text.contains(part)"),
)
"""Habits of other languages: a pattern of the message, one of the expression, and a hint."""
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
    """Return the text of a value in a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return f"{int(value)}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, list):
        return listing(format_value(item) for item in value)
    return str(value)
