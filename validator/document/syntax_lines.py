"""Explains syntax errors in lines: tabs, indentation, and spaces after colons and dashes."""

import re
from collections.abc import Sequence

from validator.document.line_context import (
    Line,
    indentation_levels,
    line_at,
    line_before,
    outer_level,
    spaces,
)
from validator.document.syntax_mistake import (
    COMMENT,
    Explanation,
    SyntaxMistake,
    is_short,
    quote_help,
)
from validator.findings.wording import listing, shortened

_SPACE_MISSING = re.compile(r"((?:- +)*)([A-Za-z_][\w-]*):(?!//)([^\s:].*)")
_OTHER_BLANK = re.compile(r"([\w-]+):([^\t ]).*")
_COLON_MISSING = re.compile(r"([A-Za-z_][\w-]*)(?: *:?= *| +)([\[{\"'\d].*)")
_DASH = re.compile(r"-[^\s-]")
_KEY = re.compile(
    r"""(?:- +)*+("[^"]*"(?=[ \t]*+:)|'[^']*'(?=[ \t]*+:)|[^\s:#"'\[{][^:]*+)[ \t]*+:(?=\s|$)"""
)

_DASHES = re.compile(r"(?:- +)+(?=\S)")
_OTHER_SPACE = re.compile(r"[ -]*([^\S \t\r\n])")
_OTHER_DASH = re.compile(r" *(--|[‐‑‒–—−•·])(?=\s)")
_NOT_READ_AS_MEANT = ("mapping values", "did not find expected", "could not find expected")
_COMMENT_WITHOUT_SPACE = re.compile(r"[^\s#]+(#[ \t].*)")


def explain_tab(found: SyntaxMistake) -> Explanation | None:
    """Explain a tab in an indentation."""
    if found.char != "\t":
        return None
    line = found.line
    end = (
        found.start
        + len(found.text[found.start : line.end])
        - len(found.text[found.start : line.end].lstrip("\t"))
    )
    if not line.content:
        message, help = "an empty line contains a tab", "remove the tab"
    elif found.text[line.start : found.start].strip():
        message, help = "there is a tab before the value", "replace the tab with a space"
    else:
        tabs = "a tab" if end - found.start == 1 else f"{end - found.start} tabs"
        above = line_before(found.text, line)
        like = "" if above is None else f"; {_indentation_of(above)}"
        message = f"the line is indented with {tabs}, but YAML requires spaces"
        help = f"replace the tab with spaces{like}"
    return Explanation(message, help, found.start, end)


def explain_other_character(found: SyntaxMistake) -> Explanation | None:
    """Explain a line that begins with a character that looks like a space or a dash."""
    if found.scan.open or not found.phrase.startswith(_NOT_READ_AS_MEANT):
        return None
    for line in (found.line, line_before(found.text, found.line)):
        if line is None:
            continue
        blank = _OTHER_SPACE.match(found.text, line.start, line.end)
        if blank is not None:
            message = "a character at the start of this line is not a space"
            return Explanation(message, _space_instead_of(blank[1]), *blank.span(1))
        dash = _OTHER_DASH.match(found.text, line.start, line.end)
        if dash is not None:
            message = f"{dash[1]} does not begin a list item"
            return Explanation(message, f"write - instead of {dash[1]}", *dash.span(1))
    return None


def _space_instead_of(char: str) -> str:
    return f"replace it (U+{ord(char):04X}) with a space"


def _indentation_of(line: Line) -> str:
    """Return the indentation of a line or, if it begins an item, of the keys of the item."""
    dashes = _DASHES.match(line.content)
    if dashes is None:
        return f"the line above has {spaces(line.indentation)}"
    return f"the keys of the item above begin after {spaces(line.indentation + dashes.end())}"


def explain_space_after_colon(found: SyntaxMistake) -> Explanation | None:
    """Explain `key:value` on the line of the error, the line of its context, or the line before."""
    if found.scan.open or not found.phrase.startswith(
        ("could not find expected ':'", "mapping values", "did not find expected key")
    ):
        return None
    lines = [found.line, line_before(found.text, found.line)]
    if found.context_start is not None and found.phrase.startswith("could not"):
        lines.insert(0, line_at(found.text, found.context_start))
    for line in lines:
        match = _SPACE_MISSING.match(line.content) if line is not None else None
        if line is not None and match and not _KEY.match(match[0].partition(":")[2]):
            start = line.content_start + match.start(2)
            value = COMMENT.sub("", match[3]).rstrip()
            key = f"{match[2]}: {value}"
            help = f"write `{key}`" if is_short(key) else "put a space after the colon"
            return Explanation(
                f"a space is missing after {shortened(match[2])}:", help,
                start, start + len(match[2]) + 1 + len(value),
            )  # fmt: skip
    return None


def explain_space_after_dash(found: SyntaxMistake) -> Explanation | None:
    """Explain `-value` on the line of the error, or on the line before."""
    for line in (found.line, line_before(found.text, found.line)):
        if line is not None and not found.scan.open and _DASH.match(line.content):
            if not found.phrase.startswith(_NOT_READ_AS_MEANT):
                return None
            rest = found.rest(line.content_start)
            fixed = f"- {rest[1:]}"
            help = f"write `{fixed}`" if is_short(fixed) else "put a space after the dash"
            return Explanation(
                "a space is missing after the dash of a list item", help,
                line.content_start, line.content_start + len(rest),
            )  # fmt: skip
    return None


def explain_second_colon(found: SyntaxMistake) -> Explanation | None:
    """Explain `key: value: more`."""
    if found.phrase != "mapping values are not allowed in this context":
        return None
    line = found.line
    match = _KEY.match(line.content)
    if match is None or line.content_start + match.end() >= found.start:
        return None
    start = line.content_start + match.end()
    start += len(found.text[start : line.end]) - len(found.text[start : line.end].lstrip())
    value = found.rest(start)
    end = start + len(value)
    comment = _COMMENT_WITHOUT_SPACE.fullmatch(value)
    if comment is not None and start + comment.start(1) < found.start:
        message = "a space is missing before this comment"
        return Explanation(message, "put a space before the #", start + comment.start(1), end)
    message = "a value that contains a colon and a space is read as a key"
    return Explanation(message, quote_help(value), start, end)


def explain_list_on_key_line(found: SyntaxMistake) -> Explanation | None:
    """Explain `key: - value`."""
    if found.phrase != "block sequence entries are not allowed in this context":
        return None
    rest = found.rest(found.start)
    item = rest[1:].strip()
    after = line_at(found.text, min(len(found.text), found.line.end + 1))
    is_single = not after.content.startswith("-") and re.fullmatch(r"[\w.@+][\w.@+-]*", item)
    help = f"write `[{item}]`" if is_single else "begin the list on the next line, indented"
    if not item:
        help = "remove the dash if the key has no value; or begin the list on the next line"
    message = "a list with dashes cannot begin on the line of its key"
    return Explanation(message, help, found.start, found.start + len(rest))


def explain_key_without_colon(found: SyntaxMistake) -> Explanation | None:
    """Explain a line that should be a key and its value but has no colon."""
    line: Line | None = None
    if found.phrase == "could not find expected ':'" and found.context_start is not None:
        line = line_at(found.text, found.context_start)
    elif found.phrase == "mapping values are not allowed in this context":
        line = line_before(found.text, found.line)
        if line is not None and (_KEY.match(line.content) or line.content.startswith("- ")):
            return None
    if line is None or not line.content or found.scan.open:
        return None
    value = found.rest(line.content_start)
    if match := _COLON_MISSING.fullmatch(value):
        fixed = f"{match[1]}: {match[2]}"
        help = f"write `{fixed}`" if is_short(fixed) else "put a colon after it"
        message = f"a colon is missing after {match[1]}"
        return Explanation(message, help, line.content_start, line.content_start + len(value))
    if (match := _OTHER_BLANK.fullmatch(value)) and match[2].isspace():
        message = f"the character after the colon of {shortened(match[1])} is not a space"
        start = line.content_start + match.end(1) + 1
        return Explanation(message, _space_instead_of(match[2]), start, start + 1)
    message = f"{shortened(value)} is not a key because it has no colon after it"
    help = "write key: value, or indent it like the rest of the value above"
    return Explanation(message, help, line.content_start, line.content_start + len(value))


def explain_indentation(found: SyntaxMistake) -> Explanation | None:
    """Explain a line whose indentation or dash does not match the lines above."""
    line = found.line
    above = line_before(found.text, line)
    is_first = found.phrase.startswith("mapping values") or line.content_start == found.start
    if (
        found.scan.open
        or above is None
        or not is_first
        or not found.phrase.startswith(
            ("did not find expected key", "did not find expected '-'", "mapping values")
        )
    ):
        return None
    key = _KEY.match(line.content)
    name = shortened(key[1].rstrip() if key else found.rest(line.content_start))
    end = line.content_start + (
        len(key[0].rstrip(": \t")) if key else len(found.rest(line.content_start))
    )
    above_key = _KEY.match(above.content)
    if found.phrase.startswith("mapping values") and above_key is None:
        item = shortened(above.content.removeprefix("- ").strip())
        message = f"{name} is below {item}, which is a value and not a mapping"
        help = f"write a key before {item}: - key: {item}"
        return Explanation(message, help, line.content_start, end)
    levels = indentation_levels(found.text, line)
    if line.indentation in dict(levels):
        if line.content.startswith("- "):
            message = "a list item is among the keys of a mapping"
            help = "indent it below the key of its list, or remove the dash"
        else:
            message = f"{name} is among the items of a list"
            help = "indent it below its list item, or begin it with a dash and a space"
            outer = outer_level(found.text, line)
            if outer is not None:
                ways = "indent it below its list item, begin it with a dash and a space"
                help = f"{ways}, or indent it with {_alike([outer])}"
        return Explanation(message, help, line.content_start, end)
    message = f"{name} is indented with {spaces(line.indentation)}, which matches no line above it"
    is_entry = line.content.startswith("- ")
    alike = [level for level in levels if level[1].startswith("- ") == is_entry] or levels
    return Explanation(message, f"indent it with {_alike(alike)}", line.content_start, end)


def _alike(levels: Sequence[tuple[int, str]]) -> str:
    """Return the indentations of levels, each with the key or item that has it."""
    return listing([f"{spaces(count)} (as {shortened(other)})" for count, other in levels], "or")
