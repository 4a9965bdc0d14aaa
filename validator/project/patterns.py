"""Match file names against patterns, as in .gitignore, in a bounded number of steps.

A pattern can come from the checked tree. With backtracking over each `*`, a pattern of a few
characters can take hours for one name. Therefore a `*` that is followed by another `*` matches the
shortest text that fits, and does not try a longer one; `**` does the same for folders. This does
not change the results.
Source: git-scm.com/docs/gitignore.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from validator.findings.wording import did_you_mean
from validator.system.errors import NoVerdictError

_ANY_FOLDERS = "**"
_MAX_SHOWN = 100
"""The number of characters of a pattern that a message shows."""


class PatternError(NoVerdictError):
    """An invalid pattern."""


def pattern_matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return a function that matches the name of a file, with `/`, against patterns.

    The last pattern that matches decides; one that begins with `!` excludes. A pattern that
    matches a folder matches all files in it. Raises PatternError.
    """
    compiled: list[tuple[re.Pattern[str], bool]] = []
    for pattern in patterns:
        text = pattern if pattern.endswith("\\ ") else pattern.rstrip()
        if text and not text.startswith("#"):
            compiled.append((_compile(text.removeprefix("!")), not text.startswith("!")))
    compiled.reverse()

    def matches(name: str) -> bool:
        name = name[1:] if name.startswith("/") else name.removeprefix("./")
        for expression, is_included in compiled:
            if expression.match(name):
                return is_included
        return False

    return matches


_BRACKET_ITEM = re.compile(
    r"\[:(?P<name>[^\]]{0,30}):\]|\\?(?P<first>.)(?:-(?!\])\\?(?P<last>.))?", re.DOTALL
)
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
"""The characters of each class in a set, such as `[[:digit:]]`. Git knows these classes, too."""


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern without `!`. Raises PatternError.

    It is kept, because the same patterns are matched in each folder of a run.
    """
    if not pattern:
        raise PatternError("the pattern ! is empty; write a pattern after the !")
    if pattern == "/":
        raise PatternError("the pattern / matches no file; to match every file, write **")
    segments = pattern.split("/")
    is_below = len(segments) > 1 and not segments[-1]  # matches only the contents of a folder
    if is_below:
        segments.pop()
    if len(segments) == 1:
        segments.insert(0, _ANY_FOLDERS)
    elif not segments[0]:
        segments.pop(0)
    while len(segments) > 1 and segments[-1] == _ANY_FOLDERS:
        segments.pop()
        is_below = is_below or segments[-1] != _ANY_FOLDERS
    return re.compile("".join(_expression(segments, is_below=is_below)), re.DOTALL)


def _expression(segments: list[str], *, is_below: bool) -> Iterator[str]:
    """Yield the parts of a regular expression for segments that do not end in `**`.

    With `is_below`, the segments match a folder, and the pattern matches its contents.
    """
    if segments == [_ANY_FOLDERS]:
        yield "[^/]*/" if is_below else ""
        return
    blocks: list[list[str]] = [[]]
    for segment in segments:
        if segment != _ANY_FOLDERS:
            blocks[-1].append(segment)
        elif blocks[-1] or len(blocks) == 1:
            blocks.append([])
    is_only_here = segments[-1] == "*" and not is_below
    slash = ""  # before each block except the first that is not empty
    for number, block in enumerate(blocks):
        if not block:
            continue
        inner = "/".join(_segment_expression(segment) for segment in block)
        is_last = number == len(blocks) - 1
        if is_last and is_below:
            inner += "(?=/)"
        # `**` matches folders before each block except the first.
        folders = "" if number == 0 else "(?:[^/]*/)*?"
        if is_last and is_only_here:
            yield f"{slash}{folders}{inner}/?\\Z"
        else:
            yield f"(?>{slash}{folders}{inner})"
        slash = "/"


def _segment_expression(segment: str) -> str:
    """Return the regular expression of a whole segment. Raises PatternError."""
    if segment == "*":
        return "(?>[^/]+)"
    first, *pieces = _pieces(segment)
    if not pieces:
        return f"{first}(?=/|\\Z)"
    *middle, last = pieces
    shortest = "".join(f"(?>[^/]*?{piece})" for piece in middle)
    return f"(?>{first}{shortest}[^/]*{last}(?=/|\\Z))"


def _pieces(segment: str) -> list[str]:
    """Return the regular expressions of the parts between the stars. Raises PatternError."""
    pieces = [""]
    position = 0
    while position < len(segment):
        char = segment[position]
        position += 1
        if char == "*":
            # Consecutive stars are one.
            if pieces[-1] or len(pieces) == 1:
                pieces.append("")
        elif char == "?":
            pieces[-1] += "[^/]"
        elif char == "\\":
            if position == len(segment):
                raise _wrong(segment, "ends in a backslash; folders are separated by /")
            pieces[-1] += re.escape(segment[position])
            position += 1
        elif char == "[":
            expression, position = _bracket(segment, position)
            pieces[-1] += expression
        else:
            pieces[-1] += re.escape(char)
    return pieces


def _bracket(segment: str, start: int) -> tuple[str, int]:
    """Return the regular expression of one character of a set, and the position after the set.

    The set begins at `start`, after its `[`. Raises PatternError if it is not closed.
    """
    is_negated = segment.startswith(("!", "^"), start)
    begin = position = start + is_negated
    items: list[str] = []
    while position == begin or not segment.startswith("]", position):
        item = _BRACKET_ITEM.match(segment, position)
        if item is None:
            raise _wrong(segment, "has a [ without a ]; for the character [, write [[]")
        items += _ranges(segment, item)
        position = item.end()
    return f"(?!/)[{'^' if is_negated else ''}{''.join(items)}]", position + 1


def _wrong(segment: str, what: str) -> PatternError:
    shown = segment if len(segment) <= _MAX_SHOWN else f"{segment[:_MAX_SHOWN]}…"
    return PatternError(f"the pattern segment {shown} {what}")


def _ranges(segment: str, item: re.Match[str]) -> Iterator[str]:
    """Yield the ranges of a part of a set, as in a regular expression. Raises PatternError."""
    name, first, last = item["name"], item["first"], item["last"]
    if name is not None:
        if name not in _CLASSES:
            hint = did_you_mean(name, _CLASSES) or f"the classes are {', '.join(_CLASSES)}"
            raise _wrong(segment, f"has an unknown class {name}; {hint}")
        yield _CLASSES[name]
        return
    yield re.escape(first)
    if last is not None and first < last:
        yield f"{re.escape(first)}-{re.escape(last)}"
