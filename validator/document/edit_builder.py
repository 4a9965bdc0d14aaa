"""Builds the text edits that make edits in a document's value.

PyYAML's emitter prints new values, scalar by scalar. The rest of the text is not printed again.
"""

import json
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from validator.document.block_scalars import stripping_edit
from validator.document.flow_list import (
    removed_ranges,
    suppression_after,
    suppressions_above,
    trailing_comma,
)
from validator.document.key_removal import key_ranges, line_ranges
from validator.document.line_suppressions import check_line_suppressions
from validator.document.node_locator import NodeLocator
from validator.document.printer import YamlPrinter
from validator.document.span_locator import LINE_BREAK
from validator.document.text_edits import EditError, TextEdit
from validator.findings.fix import Edit

_COMMENT_AFTER = re.compile(r"[ \t]*(?P<comma>,?)[ \t]+#")


def _order(edit: tuple[int, int, int, str]) -> tuple[int, int, int]:
    return edit[:3]


def _is_json(locator: NodeLocator) -> bool:
    """Return whether a document is written as JSON: its outermost keys are in double quotes."""
    children = locator.children(0) if locator.is_flow(0) else []
    first = children[0][0] if children else None
    return first is not None and locator.text.startswith('"', locator.start(first))


class EditBuilder:
    """Builds the text edits for value edits in one document. The methods raise EditError.

    With `keeps_comments`, the comments of a removed list item are kept.
    """

    def __init__(
        self, locator: NodeLocator, value_edits: Sequence[Edit], *, keeps_comments: bool
    ) -> None:
        self.text = locator.text
        self.locator = locator
        self.value_edits = value_edits
        values = [edit.value for edit in value_edits]
        self.printer = YamlPrinter(values, in_json=_is_json(locator))
        self.line_break = locator.line_break
        # Start, end, the negative depth of the path, and the replacement. If nested blocks end
        # at the same offset, several edits may insert text there: the deepest comes first.
        self.edits: list[tuple[int, int, int, str]] = []
        self.depth = 0
        self.keeps_comments = keeps_comments
        self.inserts_at_end = False
        self.current: Edit | None = None
        """The edit that is being made."""

    def build(self) -> list[TextEdit]:
        """Return the text edits in text order."""
        lists: dict[str, tuple[list[Any], list[int]]] = {}
        first: dict[str, Edit] = {}
        for edit in self.value_edits:
            self.current = edit
            self.depth = edit.path.count("/")
            path, _, last = edit.path.rpartition("/")
            if edit.kind == "set":
                self.set_value(edit.path, edit.value)
                continue
            if edit.kind == "rename":
                self.rename_key(edit.path, edit.value)
                continue
            if edit.kind == "quote":
                self.quote(edit.path)
                continue
            if edit.kind == "remove" and self.locator.key_at(edit.path) is not None:
                self.remove(key_ranges(self.locator, edit.path))
                continue
            is_append = edit.kind == "append"
            added, removed = lists.setdefault(edit.path if is_append else path, ([], []))
            first.setdefault(edit.path if is_append else path, edit)
            if is_append:
                added.append(edit.value)
            else:
                removed.append(int(last))
        for path, (added, removed) in lists.items():
            self.current = first[path]
            # List items are inserted before a key that is added after the list.
            self.depth = path.count("/") + 1
            self.edit_list(path, added, set(removed))
        self.strip_last_scalar()
        edits = [TextEdit(start, end, new) for start, end, _, new in sorted(self.edits, key=_order)]
        for previous, following in pairwise(edits):
            if following.start < previous.end:
                message = "two changes overlap here; make one of them by hand"
                raise EditError(following.start, message)
        check_line_suppressions(self.locator, edits)
        return edits

    def strip_last_scalar(self) -> None:
        """Keep the value of a block scalar at the end of the text, after which lines are added."""
        edit = stripping_edit(self.locator) if self.inserts_at_end else None
        if edit and not any(start <= edit.start < end for start, end, _, _ in self.edits):
            self.replace(*edit)

    def replace(self, start: int, end: int, replacement: str) -> None:
        """Add the replacement of a range in the text."""
        self.edits.append((start, end, -self.depth, replacement))

    def remove(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Remove ranges of the text."""
        for start, end in ranges:
            self.replace(start, end, "")

    def insert_lines(self, offset: int, lines: Iterable[str]) -> None:
        """Insert lines before the line that starts at the offset, or at the end of the text."""
        new = "".join(line + self.line_break for line in lines)
        at_end = offset == len(self.text)
        if at_end and self.text and not LINE_BREAK.fullmatch(self.text[-1]):
            new = self.line_break + new[: -len(self.line_break)]
            self.inserts_at_end = True
        self.replace(offset, offset, new)

    def set_value(self, path: str, value: Any) -> None:
        """Set the value of a key, which may be missing."""
        locator = self.locator
        node, missing = locator.find(path)
        if missing is not None:
            self.add_key(node, missing, value)
            return
        start, end = locator.start(node), locator.content_end(node)
        if locator.is_alias(node) or locator.has_properties(node):
            raise EditError(start, "this value has an anchor, a tag or an alias; change it by hand")
        first = self.text[start : start + 1]
        if not locator.is_scalar(node) and not locator.is_flow(node):
            raise EditError(start, "this value is a mapping or list; change it by hand")
        if first in ("'", '"', "[", "{") and self.is_list_of(path, value):
            self.replace(start, start, "[")
            self.replace(end, end, "]")
            return
        self.keep_comments(node, start, end)
        if not locator.is_scalar(node):
            new = self.printer.styled(value, self.text[start + 1 : start + 2])
            self.replace(start, end, new)
            return
        # A null has no text, so it can be right after a colon or a dash.
        is_separate = start < end or self.text[start - 1 : start] in ("", *" \t\r\n[{")
        space = "" if is_separate else " "
        self.replace(start, end, space + self.printer.styled(value, first))

    def keep_comments(self, node: int, start: int, end: int) -> None:
        """Raise EditError for a node if there is a comment in a range that will be replaced."""
        if self.locator.has_comment(start, end):
            raise self.locator.error(node, "there is a comment here; change it by hand")

    def is_list_of(self, path: str, value: Any) -> bool:
        """Return whether a value is a list that contains only the value at a path."""
        return isinstance(value, list) and value == [self.locator.value_at(path)]

    def rename_key(self, path: str, name: str) -> None:
        """Rename a key."""
        key = self.locator.key_at(path)
        if key is None or self.locator.has_properties(key):
            node, _ = self.locator.find(path)
            raise self.locator.error(node, "there is no key here that can be renamed")
        start, end = self.locator.start(key), self.locator.content_end(key)
        self.keep_comments(key, start, end)
        self.replace(start, end, self.printer.styled(name, self.text[start : start + 1]))

    def quote(self, path: str) -> None:
        """Put a plain scalar in quotes."""
        node, missing = self.locator.find(path)
        start, end = self.locator.content_start(node), self.locator.content_end(node)
        text = self.text[start:end]
        if missing is not None or not self.locator.is_scalar(node) or text[:1] in "|>\"'":
            raise self.locator.error(node, "there is no unquoted value here")
        if LINE_BREAK.search(text) or not text.isprintable():
            raise self.locator.error(node, "this value has several lines; quote it by hand")
        self.replace(start, end, json.dumps(text, ensure_ascii=False))

    def add_key(self, node: int, key: str, value: Any) -> None:
        """Add a missing key to a mapping."""
        locator = self.locator
        children = locator.children(node)
        if locator.is_flow(node) or not children:
            name = self.printer.flow(key)
            self.add_to_flow(node, [f"{name}: {self.printer.flow(value)}"])
            return
        first = children[0][0]
        start = locator.start(node) if first is None else locator.key_start(first)
        column = locator.column(start)
        lines = self.printer.key_lines(key, value, " " * column)
        if node == 0 and not isinstance(value, dict | list) and not column:
            # At the top level, keys with scalars come first, above the suppressions of the next.
            above = [locator.line_start(begin) for begin, _ in locator.suppressions_above(start)]
            self.insert_lines(min(above, default=start), lines)
            return
        self.insert_lines(locator.block_end(children[-1][1], column), lines)

    def add_to_flow(self, node: int, items: list[str]) -> None:
        """Add printed items at the end of a mapping or list in flow style."""
        children = self.locator.children(node)
        if children:
            self.add_after(node, children[-1][1], items)
        else:
            inside = self.locator.content_start(node) + 1
            self.replace(inside, inside, ", ".join(items))

    def add_after(self, node: int, last: int, items: list[str], *, has_comma: bool = True) -> None:
        """Add printed items after the last child of a mapping or list in flow style.

        They are added on the next line if there is a comment after the child, unless the mapping or
        list begins on this line, too. Without `has_comma`, a comma after the child is removed.
        Raises EditError.
        """
        locator = self.locator
        end, text = locator.content_end(last), ", ".join(items)
        comment = _COMMENT_AFTER.match(self.text, end)
        line = locator.line_start(end)
        is_covered = locator.line_suppression(end) is not None
        if line <= locator.start(node) or (comment is None and not is_covered):
            self.replace(end, end, f", {text}")
            return
        below = locator.next_line_start(end)
        if comment is None or below == len(self.text):
            raise locator.error(last, "there is a suppression here; add the entry by hand")
        if not comment["comma"] or not has_comma:
            self.replace(end, end, ",")
        content = self.text[line:end].lstrip(" \t")
        self.insert_lines(below, [self.text[line : end - len(content)] + text])

    def edit_list(self, path: str, added: list[Any], removed: set[int]) -> None:
        """Remove items from a list by index, and add items at its end. The list may be missing."""
        node, missing = self.locator.find(path)
        if missing is not None:
            self.add_key(node, missing, added)
            return
        if self.locator.is_alias(node):
            raise self.locator.error(node, "this value is an alias; change it by hand")
        if self.locator.is_empty(node):
            self.fill_list(path, node, added)
        elif self.locator.is_flow(node):
            self.edit_flow_list(node, added, removed)
        else:
            self.edit_block_list(node, added, removed)

    def fill_list(self, path: str, node: int, added: list[Any]) -> None:
        """Replace an empty list or null with a list."""
        locator = self.locator
        parent = locator.find(path.rpartition("/")[0])[0]
        if locator.is_flow(parent) or locator.has_properties(node):
            if locator.is_scalar(node):
                raise locator.error(node, "there is no value here; write [] first")
            self.add_to_flow(node, [self.printer.flow(item) for item in added])
            return
        key = next(key for key, value in locator.children(parent) if value == node)
        key_end = locator.content_end(key) if key is not None else locator.start(node)
        after_colon = self.text.index(":", key_end) + 1
        indent = " " * (locator.column(locator.start(key if key is not None else node)) + 2)
        end = locator.content_end(node)
        if end > after_colon:
            self.keep_comments(node, after_colon, end)
            self.replace(after_colon, end, "")
        line = locator.next_line_start(max(after_colon, end))
        self.insert_lines(line, self.printer.item_lines(added, indent))

    def edit_flow_list(self, node: int, added: list[Any], removed: set[int]) -> None:
        """Edit a list in flow style that has items."""
        locator = self.locator
        items = locator.children(node)
        last_kept = len(items) - 1
        while last_kept in removed:
            last_kept -= 1
        if removed and last_kept >= 0 and locator.has_comments(node):
            ranges = removed_ranges(
                locator, items, removed, last_kept, keeps_comments=self.keeps_comments
            )
            self.remove(ranges)
            if added:
                last, has_comma = items[last_kept][1], last_kept == len(items) - 1
                new = [self.printer.flow(item) for item in added]
                self.add_after(node, last, new, has_comma=has_comma)
            return
        for index in sorted(removed):
            if index < last_kept:
                start, end = locator.start(items[index][1]), locator.start(items[index + 1][1])
                self.replace(start, end, "")
        new = [self.printer.flow(item) for item in added]
        end = locator.content_end(items[-1][1])
        if last_kept < len(items) - 1:
            start = locator.start(items[0][1])
            if last_kept >= 0:
                start = locator.content_end(items[last_kept][1])
            else:
                if self.keeps_comments:
                    self.keep_comments(node, start, end)
                self.remove(suppressions_above(locator, start))
                self.remove(suppression_after(locator, start, end))
            separator = ", " if new and last_kept >= 0 else ""
            self.replace(start, end, separator + ", ".join(new))
            if last_kept < 0 and not new:
                self.remove(trailing_comma(self.text, end))
        elif new:
            self.add_after(node, items[-1][1], new)

    def edit_block_list(self, node: int, added: list[Any], removed: set[int]) -> None:
        """Edit a list in block style."""
        locator = self.locator
        items = locator.children(node)
        column = locator.dash_column(node)
        for index in sorted(removed):
            item = items[index][1]
            line = locator.dash_before(item, column) - column
            if self.keeps_comments:
                self.remove(line_ranges(locator, item, line, line + column))
            else:
                self.remove(locator.suppressions_above(line))
                self.replace(line, locator.block_end(item, column), "")
        end = locator.block_end(items[-1][1], column)
        if added:
            self.insert_lines(end, self.printer.item_lines(added, " " * column))
        if added or len(removed) < len(items):
            return
        key = locator.key_of(node)
        if key is None or locator.has_properties(node):
            raise locator.error(node, "the list would become empty; write [] by hand")
        after_colon = self.text.index(":", locator.content_end(key)) + 1
        self.replace(after_colon, after_colon, " []")
