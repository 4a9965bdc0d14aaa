"""Find the path at the cursor from the text alone, which need not be valid YAML yet.

Only lines, indentation and brackets are read, so an unclosed quote or bracket elsewhere has no
effect.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from validator.lsp.schema_lookup import ITEM

_TOP_LEVEL = re.compile(r"^(?:[A-Za-z_][\w-]*[ \t]*:|---)", re.MULTILINE)
_LINE = re.compile(
    r"(?P<indent> *)(?P<dashes>(?:-(?: +|(?=\r?$)))*)"
    r"(?:(?P<key>\"[^\"\n]*\"|'[^'\n]*'|[A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+|(?=\r?$))(?P<value>.*))?",
    re.MULTILINE,
)
_DASH = re.compile(r"- *")
_TOKEN = re.compile(
    r"(?P<quoted>(?:(?<=[\s\[{,:-])|^)(?:\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\n]|'')*'?))"
    r"|(?P<comment>(?:(?<=\s)|^)#[^\n]*)|(?P<mark>[\[\]{},])|(?P<line>\n)",
    re.MULTILINE,
)
_PAIR = re.compile(
    r"(?:^|[{,])\s*[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"']?\s*:"
    r"(?:[ \t]+[\"']?(?P<value>[^\s,}\]\"'#][^,}\]\"'#\n]*))?"
)
_FLOW_PART = re.compile(
    r"\s*+(?:[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"']?\s*:(?:[ \t]+|\Z))?(?P<word>[^\n]*)\Z"
)
_PART_END = re.compile(r"[,}\n]")
_DASH_LINE = re.compile(r" *- ")
_NEAR_LINES = 50
_MOST_LINES = 5_000


class Cursor(NamedTuple):
    """The position of the cursor in the structure of a file.

    `path` leads to the mapping in which a key is typed, or to the value that is typed; list items
    are `ITEM`. `can_be_key` and `can_be_value` say which of them can be typed here. `start` is the
    offset of the typed text. `entry` has the keys of the mapping with their scalar values; a value
    that is not a scalar is empty.
    """

    path: tuple[str, ...]
    can_be_key: bool
    can_be_value: bool
    start: int
    entry: Mapping[str, str]


class _Open(NamedTuple):
    """A bracket that is open at the cursor, with the offset of its last part."""

    mark: str
    offset: int
    part: int


def cursor_at(text: str, offset: int) -> Cursor | None:
    """Return the cursor at an offset; None in a comment, or if its path is unknown."""
    line_start = text.rfind("\n", 0, offset) + 1
    begin = _scan_start(text, line_start, offset)
    brackets, is_comment = _open_brackets(text, begin, offset)
    if is_comment:
        return None
    if brackets:
        return _in_flow(text, offset, brackets)
    return _in_block(text, offset, line_start)


def _scan_start(text: str, line_start: int, offset: int) -> int:
    """Return the start of a line above the cursor that is not inside a bracket.

    That is a line that begins with a dash, if one is near; else the last key at the top level.
    """
    start = line_start
    for _ in range(_NEAR_LINES):
        if _DASH_LINE.match(text, start):
            return start
        if start == 0:
            return 0
        start = text.rfind("\n", 0, start - 1) + 1
    begin = 0
    for match in _TOP_LEVEL.finditer(text, 0, offset):
        begin = match.start()
    return begin


def _open_brackets(text: str, begin: int, end: int) -> tuple[list[_Open], bool]:
    """Return the brackets that are open at the end, and whether the end is in a comment."""
    stack: list[_Open] = []
    outermost, indent = -1, 0  # the outermost bracket, and the indentation of its line
    for match in _TOKEN.finditer(text, begin, end):
        if match["comment"] is not None:
            if match.end() == end:
                return [], True
        elif match["line"] is not None:
            if not stack:
                continue
            if stack[0].offset != outermost:
                outermost = stack[0].offset
                indent = _indent(text, outermost)
            if _ends_flow(text, match.end(), indent):
                stack.clear()
        elif match["mark"] is not None:
            mark = match["mark"]
            if mark in "[{":
                if stack or _starts_value(text, match.start()):
                    stack.append(_Open(mark, match.start(), match.end()))
            elif not stack:
                continue
            elif mark == ",":
                stack[-1] = stack[-1]._replace(part=match.end())
            else:
                stack.pop()
    return stack, False


def _starts_value(text: str, offset: int) -> bool:
    """Return whether a bracket begins a value, and is not in the middle of a scalar."""
    while offset and text[offset - 1] in " \t":
        offset -= 1
    return not offset or text[offset - 1] in "\n:-"


def _indent(text: str, offset: int) -> int:
    """Return the indentation of the line that contains an offset; -1 without a line of YAML."""
    line = _LINE.match(text, text.rfind("\n", 0, offset) + 1)
    return -1 if line is None else len(line["indent"])


def _ends_flow(text: str, start: int, indent: int) -> bool:
    """Return whether a line cannot belong to a bracket that is still open.

    YAML requires the lines of a flow collection to be indented further than its block, whose
    indentation is given.
    """
    line = _LINE.match(text, start)
    if line is None or not (line["key"] or line["dashes"]):
        return False
    return len(line["indent"]) <= indent


# In block style


def _in_block(text: str, offset: int, line_start: int) -> Cursor | None:
    prefix = text[line_start:offset]
    line = _LINE.match(prefix)
    if line is None:
        return None
    column = len(line["indent"]) + len(line["dashes"])
    if line["key"] is not None:
        value = line["value"]
        parents, entry = _parents(text, line_start, line, column)
        key = _unquoted(line["key"])
        return Cursor((*parents, key), False, True, offset - len(value), entry)
    word = prefix[column:]
    if word and not re.fullmatch(r"[\"']?[\w.@-]*[\"']?", word):
        return None
    parents, entry = _parents(text, line_start, line, column)
    is_item = bool(line["dashes"]) and parents[-1:] == (ITEM,)
    return Cursor(parents, True, is_item, offset - len(word), entry)


def _parents(
    text: str, line_start: int, line: re.Match[str], column: int
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the path of the mapping or list item at a column of a line, and its entries."""
    entry: dict[str, str] = {}
    _collect_below(text, line_start, column, entry)
    dashes = _dash_columns(line)
    path = [ITEM for _ in dashes]
    # The column of the mapping keys, or of the list dashes, whose parent is searched.
    is_list, limit = (True, dashes[0]) if dashes else (False, column)
    is_own = not dashes
    for content in _lines_above(text, line_start):
        # Most lines belong to other items and can be skipped.
        indent = content[: limit + 1]
        if (indent.isspace() and len(indent) > limit) or (is_list and indent.strip(" ") == "-"):
            continue
        above = _LINE.match(content)
        if above is None:
            continue
        marks, key = _dash_columns(above), above["key"]
        key_column = len(above["indent"]) + len(above["dashes"])
        if is_list:
            is_parent = key is not None and key_column <= limit and limit not in marks
        elif key is None:
            # A dash alone, before the lines of its item.
            is_parent = bool(marks) and marks[-1] < limit and above.end() == len(above.string)
        elif key_column == limit:
            if is_own:
                entry.setdefault(_unquoted(key), _scalar(above["value"]))
            is_parent = False
            if marks:
                path[:0] = [ITEM for _ in marks]
                is_list, limit, is_own = True, marks[0], False
        else:
            is_parent = key_column < limit
        if not is_parent:
            continue
        if key is not None:
            path.insert(0, _unquoted(key))
        path[:0] = [ITEM for _ in marks]
        is_list, limit, is_own = (True, marks[0], False) if marks else (False, key_column, False)
        if limit == 0 and not is_list:
            break
    return tuple(path), entry


def _dash_columns(line: re.Match[str]) -> list[int]:
    indent = len(line["indent"])
    return [indent + match.start() for match in _DASH.finditer(line["dashes"])]


def _lines_above(text: str, start: int) -> Iterator[str]:
    """Yield the lines of content above a line, nearest first, up to the start of the document."""
    while start:
        end = start - 1
        start = text.rfind("\n", 0, end) + 1
        if text.startswith(("---", "..."), start):
            return
        content = text[start:end].rstrip()
        if content and not content.lstrip().startswith("#"):
            yield content


def _collect_below(text: str, start: int, column: int, entry: dict[str, str]) -> None:
    """Collect the keys of a mapping in the lines below one of its lines."""
    for _ in range(_MOST_LINES):
        end = text.find("\n", start)
        if end < 0:
            return
        start = end + 1
        stop = text.find("\n", start)
        line = text[start:] if stop < 0 else text[start:stop]
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            return
        first = len(match["indent"])
        if first < column or (first == column and match["dashes"]):
            return
        if first == column and match["key"] is not None:
            entry.setdefault(_unquoted(match["key"]), _scalar(match["value"]))


def _unquoted(key: str) -> str:
    return key[1:-1] if key[:1] in ("'", '"') else key


def _scalar(value: str | None) -> str:
    """Return a plain or quoted value without its comment; empty for a collection."""
    text = re.sub(r"(?:^|\s)#.*", "", value or "").strip()
    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
        return text[1:-1]
    return "" if text[:1] in ("{", "[", "&", "*", "|", ">") else text


# In flow style


def _in_flow(text: str, offset: int, brackets: list[_Open]) -> Cursor | None:
    opened = brackets[0].offset
    line_start = text.rfind("\n", 0, opened) + 1
    outer = _in_block(text, opened, line_start)
    if outer is None:
        return None
    path = list(outer.path)
    for number, bracket in enumerate(brackets):
        is_last = number + 1 == len(brackets)
        end = offset if is_last else brackets[number + 1].offset
        if bracket.mark == "[":
            path.append(ITEM)
        elif not is_last:
            part = _FLOW_PART.match(text, bracket.part, end)
            if part is None or part["key"] is None:
                return None
            path.append(part["key"])
    last = brackets[-1]
    part = _FLOW_PART.match(text, last.part, offset)
    if part is None:
        return None
    word = part["word"]
    entry = _pairs(text, last, offset, _indent(text, opened)) if last.mark == "{" else {}
    if last.mark == "{" and part["key"] is not None:
        entry.pop(part["key"], None)
        return Cursor((*path, part["key"]), False, True, offset - len(word), entry)
    return Cursor(tuple(path), last.mark == "{", last.mark == "[", offset - len(word), entry)


def _pairs(text: str, bracket: _Open, offset: int, indent: int) -> dict[str, str]:
    """Return the keys and values of the flow mapping around the cursor.

    `indent` is the indentation of the line in which the outermost bracket begins.
    """
    around = text[bracket.offset + 1 : bracket.part] + "," + _after_part(text, offset, indent)
    return {match["key"]: (match["value"] or "").strip() for match in _PAIR.finditer(around)}


def _after_part(text: str, offset: int, indent: int) -> str:
    """Return the rest of a flow mapping after the part that contains the cursor."""
    begin = None
    for mark in _PART_END.finditer(text, offset):
        if mark[0] == "}" or (mark[0] == "\n" and _ends_flow(text, mark.end(), indent)):
            return "" if begin is None else text[begin : mark.start()]
        begin = mark.end() if begin is None else begin
    return "" if begin is None else text[begin:]
