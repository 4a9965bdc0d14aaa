"""Scans YAML that the parser rejects for quotes and brackets, and finds those that are not closed.

The scan continues after the error. Its result is approximate and only used to explain the error.
"""

import re
from typing import NamedTuple

from validator.document.line_context import line_start

QUOTED, PLAIN, OPENING, CLOSING, INDICATOR, OTHER = range(6)
"""The kinds of tokens."""

_BLANK = re.compile(r"\s*(?:#[^\r\n]*\s*)*")
_DOUBLE_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_SINGLE_QUOTED = re.compile(r"'(?:[^']|'')*+'?")
_INDICATOR = re.compile(r"[-?:](?=\s|\Z)|,")
_FLOW_INDICATOR = re.compile(r"[-?](?=\s|\Z)|[:,]")
_BLOCK_SCALAR = re.compile(r"[|>][-+0-9]*[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_PROPERTY = re.compile(r"[&*!][^\s,\[\]{}]*")
_PLAIN = re.compile(r"(?:(?!:(?:\s|\Z)|[ \t]#)[^\r\n])+")
_FLOW_PLAIN = re.compile(r"(?:(?!:(?:[\s,\[\]{}]|\Z)|[ \t]#)[^\r\n,\[\]{}])+")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
PAIRS = {"[": "]", "{": "}"}
"""The opening brackets with the closing ones."""


class Token(NamedTuple):
    """A token with its kind and offsets."""

    kind: int
    start: int
    end: int


class Scan(NamedTuple):
    """The result of a scan.

    `before` holds the last two tokens that start before the error, the later one first. `open`
    holds the offsets of the brackets that are open at the error, and `unclosed` the offsets of
    the brackets that the document never closes. `mismatched` is the offset of the first bracket
    that closes a bracket of the other kind.
    """

    before: tuple[Token, ...]
    open: tuple[int, ...]
    unclosed: frozenset[int]
    mismatched: int | None


def scan(text: str, start: int, end: int, error: int) -> Scan:
    """Scan a document from `start` to `end`. `error` is the offset of its error."""
    before: tuple[Token, ...] = ()
    brackets: list[int] = []
    open_at_error: tuple[int, ...] | None = None
    mismatched: int | None = None
    position = _blank_end(text, start, end)
    while position < end:
        if position >= error and open_at_error is None:
            open_at_error = tuple(brackets)
            if not brackets:
                break
        token = _token(text, position, end, in_flow=bool(brackets))
        if position < error:
            before = (token, *before[:1])
        if token.kind == OPENING:
            brackets.append(position)
        elif token.kind == CLOSING and brackets:
            opening = brackets.pop()
            if PAIRS[text[opening]] != text[position] and mismatched is None:
                mismatched = position
        position = _blank_end(text, token.end, end)
    if open_at_error is None:
        open_at_error = tuple(brackets)
    return Scan(before, open_at_error, frozenset(brackets), mismatched)


def _blank_end(text: str, position: int, end: int) -> int:
    """Return the offset after blanks, line breaks and comments."""
    match = _BLANK.match(text, position, end)
    return match.end() if match else position


def _token(text: str, position: int, end: int, *, in_flow: bool) -> Token:
    char = text[position]
    if char in "[{":
        return Token(OPENING, position, position + 1)
    if char in "]}" and in_flow:
        return Token(CLOSING, position, position + 1)
    if char == '"':
        return _matched(QUOTED, _DOUBLE_QUOTED, text, position, end)
    if char == "'":
        return _matched(QUOTED, _SINGLE_QUOTED, text, position, end)
    indicator = _FLOW_INDICATOR if in_flow else _INDICATOR
    if indicator.match(text, position, end):
        return _matched(INDICATOR, indicator, text, position, end)
    if char in "|>" and not in_flow and (header := _BLOCK_SCALAR.match(text, position, end)):
        return Token(OTHER, position, _block_scalar_end(text, position, header.end(), end))
    if char in "&*!":
        return _matched(OTHER, _PROPERTY, text, position, end)
    return _matched(PLAIN, _FLOW_PLAIN if in_flow else _PLAIN, text, position, end)


def _matched(kind: int, pattern: re.Pattern[str], text: str, position: int, end: int) -> Token:
    match = pattern.match(text, position, end)
    return Token(kind, position, match.end() if match else position + 1)


def _block_scalar_end(text: str, position: int, header_end: int, end: int) -> int:
    """Return the offset after the lines that are indented more than the line of the header."""
    before = text[line_start(text, position) : position]
    indentation = len(before) - len(before.lstrip(" -"))
    line = _LINE.match(text, header_end, end)
    while line is not None and line.end() < end:
        following = _LINE.match(text, line.end(), end)
        if following is None or following.end() == line.end():
            break
        content = following[0].strip()
        if content and len(following[0]) - len(following[0].lstrip(" ")) <= indentation:
            return line.end()
        line = following
    return end if line is None else line.end()
