"""Hints for errors in CEL expressions: what to write instead."""

import re
from collections.abc import Callable, Iterable, Mapping

from validator.findings.wording import did_you_mean, listing
from validator.plugins.cel_functions import FUNCTIONS
from validator.plugins.cel_place import COMPARED, Place
from validator.plugins.cel_schema import (
    ALWAYS_SET,
    DAY,
    DEFAULTS,
    ELEMENT_VARIABLES,
    MESSAGES,
    OPTIONAL_FIELDS,
    PACKAGE,
    Scope,
)
from validator.plugins.cel_unquoted import unquoted_day, unquoted_text

_UNDECLARED = re.compile(r"undeclared reference to '(\w+)")
_UNDEFINED = re.compile(r"undefined field '(\w+)' not found in struct '(\w+)'")


def name_hint(message: str, scope: Scope, place: Place) -> str:
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
        if name in CALLS and place.match(rf"\b{name}\s*\("):
            return f"; write {CALLS[name]}"
        if name in scope.variables and place.match(rf"\b{name}\s*\("):
            return f"; {name} is a variable; write it without ()"
        if word := _other_word(name, scope, place):
            return f"; {word}"
        if called := place.match(rf"(\w*)\.{name}\s*\("):
            kind = _ELEMENT_TYPES.get(called[1], called[1].capitalize())
            if name in MESSAGES.get(kind, {}):
                return f"; {name} is a field; write it without ()"
            names = CALLS
        elif place.match(rf"(?:[=!]=|\[(?:[^]]*,)?)\s*{name}\b(?!\s*[.(])"):
            hint = did_you_mean(name, sorted(scope.variables))
            return f"; {hint}" if hint else f'; write "{name}" for a text'
        else:
            names = scope.variables
    elif match := _UNDEFINED.search(message):
        names = MESSAGES.get(match[2], {})
    hint = did_you_mean(match[1], sorted(names)) if match else ""
    return f"; {hint}" if hint else ""


_ELEMENT_TYPES = {"row": "UsageRow"}
CALLS: Mapping[str, str] = {
    "all": "list.all(x, condition)",
    "contains": "text.contains(part)",
    "day": 'day("2026-05-01")',
    "days": "days(90) or duration.days()",
    "distinct": "list.distinct()",
    "endsWith": "text.endsWith(part)",
    "exists": "list.exists(x, condition)",
    "exists_one": "list.exists_one(x, condition)",
    "filter": "list.filter(x, condition)",
    "format": "text.format([value])",
    "indexOf": "text.indexOf(part)",
    "join": 'list.join(", ")',
    "lowerAscii": "text.lowerAscii()",
    "map": "list.map(x, value)",
    "matches": "text.matches(pattern)",
    "max": "list.max()",
    "min": "list.min()",
    "replace": "text.replace(old, new)",
    "round": "round(x) or round(x, 2)",
    "size": "size(x)",
    "sort": "list.sort()",
    "split": 'text.split(", ")',
    "startsWith": "text.startsWith(part)",
    "substring": "text.substring(0, 3)",
    "sum": "list.sum()",
    "trim": "text.trim()",
    "upperAscii": "text.upperAscii()",
}
"""How each function is called."""
_SAME_TYPE = 'both sides need the same type: write "3" for a text, and 3 for a number'
_HABITS = (
    (r"'_(?:&&|\|\|)_'.*\b(?:int|double)\b", "compare the number: subscription.notice_days > 0"),
    (r"'_(?:&&|\|\|)_'.*\bstring\b", "compare the text: user.name != ''"),
    (r"_(?:==|!=|<=?|>=?)_.*\((?:string, (?:int|double)|(?:int|double), string)\)", _SAME_TYPE),
    (r"'round' applied to '\(int", "write round(double(x))"),
    (r"_%_.*\bdouble\b", "write int(x) % 10"),
    (r"\(double, int\)|\(int, double\)", "write 10.0 instead of 10, or double(x)"),
    (r"'?days'?.*\(double\)", "write days(int(x))"),
    (r"'_.*_'.*\((?:timestamp, string|string, timestamp)\)", 'write day("2026-05-01")'),
    (r"_[-+]_.*\(timestamp, int\)", "write days(90)"),
    (r"\(timestamp, int\)|\(int, timestamp\)", 'write day("2026-05-01")'),
    (r"_[*/%]_.*\b(?:duration, |, duration\b)", "calculate with the number of days: days(3 * 2)"),
    (r"\(duration, int\)|\(int, duration\)", "write days(90), or days(x) for a number x"),
    (r"No matching.*\bnull\b", 'test the value first: subscription.x["x-key"] != null'),
    (r"\bnull\b", "test with has() whether the file has a value"),
    (
        r"token recognition error at: '[\"']",
        "a quotation mark is not closed; in YAML, ` #` begins a comment, so quote the whole value",
    ),
    (r"Iteration budget", "loops visit fewer than 10,000 elements; use for-each for the list"),
    (r"overloads found : _in_\Z", "the value after in must be a list or a map"),
    (r"a loop needs", "test the value with type(x) == list first"),
    (r"Duration", "write days(90)"),
    (r"list\(\w+\), string", "write list.exists(x, x.key == value)"),
    (r"undeclared reference to 'len'", "write size(x)"),
    (r"undeclared reference to '(?:any|some)'", "write list.exists(x, x.key == value)"),
    (
        r"undeclared reference to '(?:all|exists|exists_one|filter|map)'",
        "write a name first: list.exists(x, x.key == value)",
    ),
    (r"'day' applied to '\(int\)'", 'write day("2026-05-01"), in quotes'),
    (r"'days' applied to '\(string\)'", "write days(90), without quotes"),
)
"""Habits from other languages: a pattern of a message, and a hint."""
_OWN_KEY = r"([\w.\[\]]+)\.(x-\w[\w-]*)"
_MISSING_KEY = re.compile(r'[Kk]ey not found in map : ("[^"]*")')
_SYNTAX_HABITS = (
    (r"(?:\bnot|!)\s+in\b|!in\b", "write !(value in list)"),
    (r"\b(?:and|or|not)\b", "write &&, || and !"),
    (r"\w\s*=>", "write a comma after the name: list.exists(x, x.key == value)"),
    (r"\bis\b|(?<![=!<>])=(?!=)", "write == to compare"),
    (r"\w contains\b", "write value in list, or text.contains(part)"),
)
"""The habits that are syntax errors: a pattern of an expression, and a hint."""
_PLAIN_WORDS: Mapping[str, str | Callable[[re.Match[str]], str]] = {
    rf"\b{PACKAGE}\.": "",
    r"google\.protobuf\.Timestamp": "timestamp",
    r"google\.protobuf\.Duration": "duration",
    r" \(in container ''\)": "",
    r"\b(u?int)64\b": r"\1",
    r"\bnull_type\b": "null",
    r"@in\b": "_in_",
    r"No matching overloads found : <iter_range>": "a loop needs a list or a map",
    r"No matching overloads found : (\w+)(?=\()": (
        lambda match: f"No matching overloads found : {_plain_function(match[1])}"
    ),
}
"""Patterns of internal words in messages, and what replaces them."""
_OPERATOR = r"(?:[=!]=|[<>]=?|[-+*/])\s*"
_NUMBERS = {
    "(int, double)": (rf"{_OPERATOR}([0-9]+)\.0(?![0-9])", "write {0} instead of {0}.0"),
    "(double, int)": (rf"{_OPERATOR}([0-9]+)(?![\w.])", "write {0}.0 instead of {0}"),
}
"""The types of two operands, the pattern of an operator with a number after it, and a hint."""
_NO_VALUE = frozenset({"none", "null", "nul", "nil", "undefined"})


def habit_hint(message: str, scope: Scope, place: Place) -> str:
    """Return a hint for an error, after a semicolon, or an empty string."""
    if "timestamp" in message and (day := unquoted_day(message, place)):
        return f"; write day({day})"
    if text := unquoted_text(message, scope, place):
        return f'; write "{text}" for a text'
    if special := _hint_about_operands(message, scope, place):
        return f"; {special}"
    if re.search(r"undeclared|undefined|overload", message) and (own := place.match(_OWN_KEY)):
        return f'; write {own[1]}.x["{own[2]}"]'
    if missing := _MISSING_KEY.search(message):
        return f"; test {missing[1]} in subscription.x first"
    if place.part and re.search(r"\bnull\b", message):
        return f"; {_other_word('null', scope, place)}"
    hints = [hint for pattern, hint in _HABITS if re.search(pattern, message)]
    if "Syntax error" in message:
        hints += [hint for pattern, hint in _SYNTAX_HABITS if re.search(pattern, place.part)]
    return f"; {hints[0]}" if hints else ""


def plain_message(message: str) -> str:
    """Return a message of the CEL library without internal words."""
    for internal, plain in _PLAIN_WORDS.items():
        message = re.sub(internal, plain, message)
    return message


def _plain_function(overload: str) -> str:
    """Return the name of the function that an overload belongs to."""
    return FUNCTIONS[overload].name if overload in FUNCTIONS else overload


def _other_word(name: str, scope: Scope, place: Place) -> str:
    """Return a hint for a word for true, false or no value; an empty string for others."""
    word = name.lower()
    if word in ("true", "false"):
        return f"write {word}"
    if word not in _NO_VALUE:
        return ""
    compared = place.match(rf"{COMPARED}{name}\b")
    if compared is None or "." not in compared[1]:
        return "test with has() whether the file has a value: has(subscription.partner)"
    return "write null" if compared[1].endswith("]") else _test_for_value(compared, scope)


def _test_for_value(compared: re.Match[str], scope: Scope) -> str:
    """Return what to write instead of a comparison of a field with a word for no value."""
    is_unset = compared[2] == "=="
    if field := _always_set(compared[1], scope):
        return always_set(compared[1], field, is_unset=is_unset)
    return f"write {'!' * is_unset}has({compared[1]})"


def _hint_about_operands(message: str, scope: Scope, place: Place) -> str:
    """Return a hint that depends on the operands of a comparison, or an empty string."""
    if re.search(r"'_[=!]=_'.*\(timestamp, string\)", message):
        empty = place.match(rf'{COMPARED}""(?!")')
        return _test_for_value(empty, scope) if empty else ""
    if "(string, timestamp)" in message and '"' not in place.part:
        return (
            'write day(text) for a text such as 2026-05-01, and day(row.month + "-01") for a month'
        )
    for types, (pattern, hint) in _NUMBERS.items():
        if types in message and (number := place.match(pattern)):
            return hint.format(number[1])
    return ""


def _always_set(text: str, scope: Scope) -> str:
    """Return the field (`User.status`) of `user.status` if it always has a value, or "".

    The variable of a loop can be an element of any list.
    """
    name, *between, last = text.split(".")
    if name == "primary":  # it may be empty
        return ""
    variable = scope.variables.get(name)
    kinds = {variable} if variable else {kind for kind in MESSAGES if kind != "Month"}
    for part in between:
        kinds = {MESSAGES[kind][part] for kind in kinds if part in MESSAGES.get(kind, {})}
    fields = (f"{kind}.{last}" for kind in sorted(kinds) if last in MESSAGES.get(kind, {}))
    return next((field for field in fields if _is_always_set(field)), "")


def _is_always_set(field: str) -> bool:
    """Return whether a field (`User.status`) always has a value. Days without a default do."""
    message, _, key = field.partition(".")
    is_day = MESSAGES[message][key] == DAY
    return field in ALWAYS_SET or (is_day and field not in OPTIONAL_FIELDS)


def always_set(text: str, field: str, *, is_unset: bool) -> str:
    """Return the message about a field that is compared with no value, but always has one.

    `text` is the field in the expression; `is_unset` says that it is to have no value.
    """
    remedy = instead_of_has(text, field, negated=is_unset)
    return f"{text} always has a value{cause_of_value(field)}; {remedy}"


def cause_of_value(field: str) -> str:
    """Return why a field of ALWAYS_SET has a value, after a colon; empty if it is computed."""
    key = field.partition(".")[2]
    return f": a missing {key} reads as {DEFAULTS[field][0]}" if field in DEFAULTS else ""


def instead_of_has(text: str, field: str, *, negated: bool = False) -> str:
    """Return what to write instead of `has()` of a field of ALWAYS_SET.

    `text` is the field in the expression. `negated` asks for the opposite: the field has no value.
    """
    message, _, key = field.partition(".")
    sign = "!" * negated
    if field == "Subscription.last_day":
        return f"write {sign}has({text.removesuffix(key)}end)"
    if MESSAGES[message][key] == "bool":
        return f"write {sign}{text}"
    words, value = DEFAULTS.get(field, ("", ""))
    if not value:
        return f"compare the value with {words}" if words else "compare the value"
    return f"compare the value: {text} {'==' if negated else '!='} {value}"
