"""The place of an error in a CEL expression, with the part of the condition around it."""

import re
from typing import NamedTuple

# A text or a comment, and what separates the parts of a condition.
_TEXT = re.compile(
    r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//[^\n]*'
)
_SEPARATOR = re.compile(r"&&|\|\||\?")
COMPARED = r"(?<![\w.])([A-Za-z_][\w.]*(?:\[[^]]*\])?)\s*([=!]=)\s*"
"""The pattern of a field and the operator that compares it: `subscription.end == `."""


class Place(NamedTuple):
    """The part of a condition that has an error, and the offset of the error in it.

    The part ends at `&&`, `||` and `?`. The contents of its texts are blank. For an error on
    evaluation, it is empty.
    """

    part: str
    offset: int

    def match(self, pattern: str) -> re.Match[str] | None:
        """Return the match of a pattern that includes the error."""
        matches = re.finditer(pattern, self.part)
        return next((item for item in matches if item.start() <= self.offset < item.end()), None)


ON_EVALUATION = Place("", -1)


def place_of(source: str, offset: int | None) -> Place:
    """Return the place of an error in an expression. An unknown offset is in no match."""
    text = _TEXT.sub(lambda match: f'"{" " * (len(match[0]) - 2)}"', source)
    if offset is None:
        return Place(text, -1)
    separators = list(_SEPARATOR.finditer(text))
    begin = max((item.end() for item in separators if item.end() <= offset), default=0)
    end = min((item.start() for item in separators if item.start() >= offset), default=len(text))
    return Place(text[begin:end], offset - begin)
