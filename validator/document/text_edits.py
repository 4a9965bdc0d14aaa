"""Pieces of a text that are replaced by others, and what a person sees of it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Cut:
    """What is put in place of the characters from `start` up to `end`."""

    start: int
    end: int
    put: str


def cut(text: str, cuts: Iterable[Cut]) -> str:
    """Return a text with cuts that are in order and do not meet."""
    parts: list[str] = []
    last = 0
    for item in cuts:
        parts += [text[last : item.start], item.put]
        last = item.end
    return "".join((*parts, text[last:]))


def diff(text: str, cuts: Sequence[Cut], old: str, new: str) -> str:
    """Return a unified diff of what cuts change in a text; `old` and `new` name the two.

    difflib would look for what has changed, which takes minutes where much has; here it is known.
    """
    before, after = _LINE.findall(text), _LINE.findall(cut(text, cuts))
    starts = [0, *accumulate(len(line) for line in before)]
    spans: list[list[int]] = []  # the first line, the one after the last, how many come in place
    for item in cuts:
        first = bisect_right(starts, item.start) - 1
        last = bisect_left(starts, item.end, first)
        is_whole = starts[first] == item.start and starts[last] == item.end
        last = max(last, first + (not is_whole and first < len(before)))
        if spans and first < spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], last)
            spans[-1][2] += item.put.count("\n") - text.count("\n", item.start, item.end)
        else:
            more = item.put.count("\n") - text.count("\n", item.start, item.end)
            spans.append([first, last, more])
    matcher: Any = SequenceMatcher(None, before, after)
    matcher.opcodes = _opcodes(spans, len(before), len(after))
    lines = [f"--- {old}\n", f"+++ {new}\n"]
    for group in matcher.get_grouped_opcodes(3):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        lines.append(f"@@ -{_range(i1, i2)} +{_range(j1, j2)} @@\n")
        for tag, a1, a2, b1, b2 in group:
            if tag == "equal":
                lines += [f" {line}" for line in before[a1:a2]]
            else:
                lines += [f"-{line}" for line in before[a1:a2]]
                lines += [f"+{line}" for line in after[b1:b2]]
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _opcodes(spans: list[list[int]], old: int, new: int) -> list[tuple[str, int, int, int, int]]:
    """Return what difflib calls opcodes, for lines that are replaced by as many and `more`."""
    opcodes: list[tuple[str, int, int, int, int]] = []
    at, to = 0, 0
    for number, (first, last, more) in enumerate(spans):
        if first > at:
            opcodes.append(("equal", at, first, to, to + first - at))
            to += first - at
        is_end = number == len(spans) - 1 and last == old
        ahead = new if is_end else to + last - first + more
        opcodes.append(("replace", first, last, to, ahead))
        at, to = last, ahead
    if at < old:
        opcodes.append(("equal", at, old, to, new))
    return opcodes


def _range(start: int, end: int) -> str:
    """Return lines as a unified diff counts them."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"
