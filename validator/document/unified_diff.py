"""Computes the unified diff for edits in a text."""

import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from validator.document.text_edits import TextEdit, apply_edits

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_CONTEXT_LINES = 3

_Opcode: TypeAlias = tuple[str, int, int, int, int]
"""A part of a comparison, as in difflib: a tag, the range of old lines, the range of new lines."""


class _Hunk(NamedTuple):
    """The lines from `first` up to `end`, counted from 0, and the number of added lines."""

    first: int
    end: int
    growth: int


def patch_name(name: str) -> str:
    """Return the path of a file as a patch names it: relative, if it is in the working folder.

    `git apply` refuses paths with `.` or `..`, and absolute ones.
    """
    path = Path(name)
    if not path.is_absolute() and os.pardir not in path.parts:
        return str(path)
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return name


def unified_diff(text: str, edits: Sequence[TextEdit], old_name: str, new_name: str) -> str:
    """Return the unified diff between a text and the same text with edits applied.

    The hunks are computed from the edits. Comparing the texts with difflib takes minutes if they
    are large and differ in many places.
    """
    before, after = _LINE.findall(text), _LINE.findall(apply_edits(text, edits))
    opcodes = _opcodes(_hunks(text, edits, before), len(before), len(after))
    return _rendered(before, after, opcodes, old_name, new_name)


class LineHistory:
    """The lines of a text that is edited several times, and which of them are unchanged."""

    def __init__(self, text: str) -> None:
        self._before = self._after = _LINE.findall(text)
        self._origins: list[int | None] = list(range(len(self._before)))

    def edit(self, edits: Sequence[TextEdit]) -> None:
        """Apply edits to the current text."""
        text, lines = "".join(self._after), self._after
        self._after = _LINE.findall(apply_edits(text, edits))
        origins: list[int | None] = []
        opcodes = _opcodes(_hunks(text, edits, lines), len(lines), len(self._after))
        for tag, first, end, new_first, new_end in opcodes:
            is_equal = tag == "equal"
            origins += self._origins[first:end] if is_equal else [None] * (new_end - new_first)
        self._origins = origins

    def diff(self, old_name: str, new_name: str) -> str:
        """Return the unified diff between the original text and the current text."""
        return _rendered(self._before, self._after, self._changes(), old_name, new_name)

    def _changes(self) -> list[_Opcode]:
        opcodes: list[_Opcode] = []
        old, new = 0, 0
        for number, origin in enumerate([*self._origins, len(self._before)]):
            if origin is None:
                continue
            if origin > old or number > new:
                opcodes.append(("replace", old, origin, new, number))
            opcodes.append(("equal", origin, origin + 1, number, number + 1))
            old, new = origin + 1, number + 1
        return _joined(opcodes[:-1])


def _joined(opcodes: Sequence[_Opcode]) -> list[_Opcode]:
    """Join adjacent opcodes with equal lines into one."""
    joined: list[_Opcode] = []
    for opcode in opcodes:
        if joined and joined[-1][0] == opcode[0] == "equal":
            tag, first, _, new_first, _ = joined[-1]
            joined[-1] = (tag, first, opcode[2], new_first, opcode[4])
        else:
            joined.append(opcode)
    return joined


def _rendered(
    before: Sequence[str],
    after: Sequence[str],
    opcodes: Sequence[_Opcode],
    old_name: str,
    new_name: str,
) -> str:
    matcher: Any = SequenceMatcher(None, before, after)
    matcher.opcodes = opcodes
    names = map(_quoted, (old_name, new_name))
    lines = [f"{mark} {name}\n" for mark, name in zip(("---", "+++"), names, strict=True)]
    for group in matcher.get_grouped_opcodes(_CONTEXT_LINES):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        lines.append(f"@@ -{_line_range(i1, i2)} +{_line_range(j1, j2)} @@\n")
        for tag, a1, a2, b1, b2 in group:
            if tag == "equal":
                lines += [f" {line}" for line in before[a1:a2]]
            else:
                lines += [f"-{line}" for line in before[a1:a2]]
                lines += [f"+{line}" for line in after[b1:b2]]
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _quoted(name: str) -> str:
    """Return a name as git writes it in a diff: in quotes if it has special characters."""
    if name.isprintable() and not set(name) & set('"\\'):
        return f"{name}\t" if " " in name else name
    escaped = name.encode("utf-8", "surrogateescape")
    shown = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03o}"  # noqa: PLR2004
        for byte in escaped
    )
    return f'"{shown}"'


def _hunks(text: str, edits: Sequence[TextEdit], lines: Sequence[str]) -> list[_Hunk]:
    """Return the lines that edits change. Edits in the same line share a hunk."""
    starts = [0, *accumulate(len(line) for line in lines)]
    hunks: list[_Hunk] = []
    for edit in edits:
        first = bisect_right(starts, edit.start) - 1
        if first == len(lines) and lines and not lines[-1].endswith("\n"):
            first -= 1  # the last line gets a line break
        end = bisect_left(starts, edit.end, first)
        is_whole = starts[first] == edit.start and starts[end] == edit.end
        end = max(end, first + (not is_whole and first < len(lines)))
        before = edit.replacement or text[max(0, edit.start - 1) : edit.start]
        if end < len(lines) and edit.end == starts[end] and before[-1:] not in ("\n", ""):
            end += 1  # the next line continues the line in which the edit ends
        growth = edit.replacement.count("\n") - text.count("\n", edit.start, edit.end)
        if hunks and first < hunks[-1].end:
            last = hunks[-1]
            hunks[-1] = _Hunk(last.first, max(last.end, end), last.growth + growth)
        else:
            hunks.append(_Hunk(first, end, growth))
    return hunks


def _opcodes(hunks: Sequence[_Hunk], old_length: int, new_length: int) -> list[_Opcode]:
    """Return hunks as difflib opcodes. The lengths are numbers of lines."""
    opcodes: list[_Opcode] = []
    old, new = 0, 0
    for number, (first, end, growth) in enumerate(hunks):
        if first > old:
            opcodes.append(("equal", old, first, new, new + first - old))
            new += first - old
        # `growth` counts line breaks, and the last line may have none.
        is_end = number == len(hunks) - 1 and end == old_length
        new_end = new_length if is_end else new + end - first + growth
        opcodes.append(("replace", first, end, new, new_end))
        old, new = end, new_end
    if old < old_length:
        opcodes.append(("equal", old, old_length, new, new_length))
    return opcodes


def _line_range(start: int, end: int) -> str:
    """Return a range of lines in the notation of a unified diff."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"
