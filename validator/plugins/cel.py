"""CEL expressions about a tenant on a day.

The language is Google's, by its own C++ implementation (cel-expr-python): an unknown field, or a
comparison of things that cannot be compared, is found when an expression is compiled.
Source: cel.dev.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from validator.findings.wording import did_you_mean, listing
from validator.plugins.cel_scope import ELEMENTS, PACKAGE, RECORDS, VARIABLES, environment, library

MAX_SOURCE = 4_000
"""So many characters an expression may have."""

_WHERE = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?:\n|\Z)")
_STATUS = re.compile(r"^[A-Z_]+: |\s*\[[A-Z_]+\]$")
_UNDECLARED = re.compile(r"undeclared reference to '(\w+)")
_UNDEFINED = re.compile(r"undefined field '(\w+)' not found in struct '(\w+)'")
_WORD = re.compile(r"[A-Za-z_]\w*")


class ExpressionError(Exception):
    """An expression that does not compile, or comes to nothing.

    `line` and `column` count from 1 within the expression.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: what it needs of the tenant, and the type it comes to."""

    needs: tuple[str, ...]
    kind: str
    program: Any

    @property
    def is_condition(self) -> bool:
        """Tell whether it comes to true or false."""
        return self.kind == "BOOL"

    @property
    def can_be_shown(self) -> bool:
        """Tell whether a message can show what it comes to."""
        return f"{PACKAGE}." not in self.kind and not self.kind.startswith(("MAP", "TYPE"))

    def value(self, scope: Any) -> Any:
        """Return the plain value in a scope. Raises ExpressionError."""
        try:
            value = self.program.eval(scope)
            if value.type() == library().Type.ERROR:
                message = _cleaned(str(value.value()))
                raise ExpressionError(message + _habit(message, ""))
            return value.plain_value()
        except RuntimeError as error:
            raise ExpressionError(_cleaned(str(error))) from error


def compiled(source: str, each: str) -> Expression:
    """Return an expression about each element of a list. Raises ExpressionError."""
    if len(source) > MAX_SOURCE:
        raise ExpressionError(f"longer than {MAX_SOURCE:,} characters")
    env = environment(each)
    try:
        program = env.compile(source)
    except RuntimeError as error:
        raise _explained(str(error), source, each) from error
    words = set(_WORD.findall(source))
    needs = tuple(name for name in VARIABLES if name in words and name not in ELEMENTS[each])
    return Expression(needs, program.return_type().name(), program)


def _explained(text: str, source: str, each: str) -> ExpressionError:
    match = _WHERE.search(text)
    if match is None:
        return ExpressionError(_cleaned(text))
    line, column, message = int(match[1]), int(match[2]), match[3]
    message = _STATUS.sub("", message)
    for theirs, ours in _WORDS.items():
        message = message.replace(theirs, ours)
    message = message.partition(", '")[0] if "expecting {" in message else message
    hint = _hint(message, each) or _habit(message, source)
    return ExpressionError(message + hint, max(line, 1), max(column, 1))


def _hint(message: str, each: str) -> str:
    """Return what may have been meant, after a semicolon, or nothing."""
    names: Iterable[str] = ()
    if match := _UNDECLARED.search(message):
        lists = [other for other, scope in ELEMENTS.items() if match[1] in scope]
        if lists:
            return f"; it is in scope for each of {listing(lists, 'or')}"
        names = {*VARIABLES, *ELEMENTS[each]}
    elif match := _UNDEFINED.search(message):
        names = RECORDS.get(match[2], {})
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
"""What people write by habit: a pattern of the message, one of the expression, and a hint."""
_WORDS = {
    f"{PACKAGE}.": "",
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Duration": "duration",
    " (in container '')": "",
}


def _habit(message: str, source: str) -> str:
    for said, written, hint in _HABITS:
        if re.search(said, message) and re.search(written, source):
            return f"; {hint}"
    return ""


def _cleaned(text: str) -> str:
    return " ".join(_STATUS.sub("", text.split("\n", 1)[0]).split())


def shown(value: object) -> str:
    """Return a value as a message shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return f"{int(value)}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, list):
        return listing(shown(item) for item in value)
    return str(value)
