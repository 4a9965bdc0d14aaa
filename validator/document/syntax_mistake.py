"""A syntax error of libyaml with the text around it, and its explanation."""

import json
import re
from typing import NamedTuple

from validator.document.line_context import Line, line_at
from validator.document.token_scan import Scan

MAX_WRITTEN = 80
"""The length up to which a help message repeats a text."""

_END_IN_BRACKETS = re.compile(r"[,\]}]")
COMMENT = re.compile(r"(?<![ \t])[ \t]++#.*")
"""A comment after a value."""


class Explanation(NamedTuple):
    """A message, its help, the offsets of the error, and where the parser noticed it."""

    message: str
    help: str
    start: int
    end: int
    related: tuple[int, str] | None = None


class SyntaxMistake(NamedTuple):
    """An error of libyaml: its phrase and offset, its context's phrase and offset, and a scan."""

    text: str
    phrase: str
    start: int
    context: str
    context_start: int | None
    scan: Scan

    @property
    def char(self) -> str:
        """The character at the error; empty at the end of the text."""
        return self.text[self.start : self.start + 1]

    @property
    def line(self) -> Line:
        """The line with the error."""
        return line_at(self.text, self.start)

    def rest(self, start: int) -> str:
        """Return the rest of the line from an offset, without a comment."""
        line = line_at(self.text, start)
        return COMMENT.sub("", self.text[start : line.end]).rstrip()


def value_in_brackets(text: str) -> str:
    """Return the part of a text up to a comma or a closing bracket, which ends a value there."""
    return _END_IN_BRACKETS.split(text, maxsplit=1)[0].rstrip()


def quoted(text: str) -> str | None:
    """Return a text as a quoted value; None if it is too long for a help message."""
    text = text.strip()
    if len(text) > MAX_WRITTEN:
        return None
    if ('"' in text or "\\" in text) and "'" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def quote_help(text: str) -> str:
    """Return a help message that says to quote a text."""
    value = quoted(text)
    return "put the value in quotes" if value is None or "`" in value else f"write `{value}`"


def is_short(text: str) -> bool:
    """Return whether a help message can repeat a text in backticks."""
    return len(text) <= MAX_WRITTEN and "`" not in text
