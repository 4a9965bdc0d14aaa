"""The example blocks on the page of a policy: YAML blocks marked `before`, `bad` or `good`."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from validator.schema.formats import FORMATS

HEADING = re.compile(r"^```yaml (before|bad|good)(?: as-of=(\S+))?[ \t]*$", re.MULTILINE)
"""The first line of a block, with its kind and its day."""
_ANY_HEADING = re.compile(
    r"^([ \t]*(?:`{3,}|~{3,})[ \t]*ya?ml)[ \t]+((before|bad|good)\b.*)$",
    re.MULTILINE | re.IGNORECASE,
)
_FENCE = "```yaml"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_END = re.compile(r"^```", re.MULTILINE)


class ExampleBlock(NamedTuple):
    """A block on a page: its kind, its name such as "bad example 1", its day and its text.

    `day` is empty if the block has none.
    """

    kind: str
    name: str
    day: str
    text: str

    @property
    def is_judged(self) -> bool:
        """Whether policies are evaluated over the block itself."""
        return self.kind != "before"

    @property
    def as_of(self) -> date | None:
        """The day of the block; None if it has none or if it is not a calendar day."""
        return date.fromisoformat(self.day) if FORMATS["date"](self.day) else None

    @property
    def wrong(self) -> str:
        """The error in the day; an empty string if there is none."""
        if not self.day or self.as_of is not None:
            return ""
        return f"{self.name}: as-of: {self.day} is not a calendar day (YYYY-MM-DD)"


def example_blocks(page: str) -> Iterator[ExampleBlock]:
    """Yield the blocks with a valid heading, in the order of the page."""
    counts = Counter[str]()
    for match in HEADING.finditer(page):
        end = _END.search(page, match.end())
        kind = match[1]
        counts[kind] += 1
        if end is not None:
            text = page[match.end() + 1 : end.start()]
            yield ExampleBlock(kind, f"{kind} example {counts[kind]}", match[2] or "", text)


def wrong_headings(page: str) -> Iterator[str]:
    """Yield a line for each heading that is misspelt or whose block has no end."""
    for match in _ANY_HEADING.finditer(page):
        heading, kind = match[2].strip(), match[3].lower()
        end = _END.search(page, match.end())
        if not HEADING.match(page, match.start()):
            day = _DAY.search(heading)
            right = f"{kind} as-of={day[0]}" if day else kind
            if match[1] != _FENCE:
                heading, right = match[0].strip(), f"{_FENCE} {right} at the start of the line"
            yield f"the example heading {heading} is not valid; write {right}"
        elif kind == "before" and heading != kind:
            right = "before: the day is that of the next example"
            yield f"the example heading {heading} is not valid; write {right}"
        elif end is None or page[end.end() : end.end() + 1] not in ("", "\n", " "):
            yield f"the example under the heading {heading} has no end; add ``` below it"
