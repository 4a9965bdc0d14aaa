"""Edits of a document's value, made in its text: what does not change keeps its bytes.

New values are printed by PyYAML's emitter, scalar by scalar; the rest of the text is not printed
again. Afterwards the text is read once more. It is rejected if its value is not what the edits
make of the old value.
"""

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from validator.document.node_locator import NodeLocator
from validator.document.printer import YamlPrinter, strings_in
from validator.document.reader import Document, read_documents
from validator.document.text_edits import EditError, TextEdit, apply_edits
from validator.findings.json_pointer import pointer_parts, value_at

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_NO_SUCH_CHANGE = "the text takes no such change; make it by hand"


@dataclass(frozen=True, slots=True)
class ValueEdit:
    """An edit at a path: `append` to a list, `remove` an item of a list, or `set` a key.

    Values consist of strings, numbers, lists and mappings.
    """

    kind: Literal["append", "remove", "set"]
    path: str
    value: Any = None


def text_edits_for(
    text: str, document: Document, value_edits: Sequence[ValueEdit]
) -> list[TextEdit]:
    """Return the edits of a text that edit the value of one of its documents, in text order.

    Raises EditError, also for edits that do not fit the value.
    """
    if not value_edits:
        return []
    expected = deepcopy(document.value)
    try:
        _edit_value(expected, value_edits)
        text_edits = _EditBuilder(text, document, value_edits).build(value_edits)
    except (LookupError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise EditError(document.start, _NO_SUCH_CHANGE) from error
    edited = read_documents(apply_edits(text, text_edits))
    values = [other.value for other in edited if other.is_readable]
    if len(values) <= document.index or values[document.index] != expected:
        raise EditError(document.start, _NO_SUCH_CHANGE)
    return text_edits


def _edit_value(value: Any, value_edits: Sequence[ValueEdit]) -> None:
    """Make edits in a value. The indexes of removed items are those before all edits."""
    removed: dict[str, list[int]] = {}
    # By path. An alias may repeat a list, so the first item is appended to a copy.
    appended: dict[str, list[Any]] = {}
    for edit in value_edits:
        path, _, _ = edit.path.rpartition("/")
        last = pointer_parts(edit.path)[-1]
        if edit.kind == "remove":
            removed.setdefault(path, []).append(int(last))
            continue
        new = deepcopy(edit.value)
        if edit.kind == "append" and edit.path in appended:
            appended[edit.path].append(new)
            continue
        parent = value_at(value, path)
        if edit.kind == "append":
            new = appended[edit.path] = [*(parent.get(last) or ()), new]
        else:
            appended.pop(edit.path, None)
        parent[last] = new
    for path in sorted(removed, key=lambda path: -path.count("/")):
        items = value_at(value, path)
        left_out = set(removed[path])
        if not left_out <= set(range(len(items))):
            raise IndexError(path)
        items[:] = [item for index, item in enumerate(items) if index not in left_out]


def _order(edit: tuple[int, int, int, str]) -> tuple[int, int, int]:
    return edit[:3]


class _EditBuilder:
    """Builds the text edits for value edits of one document. The methods raise EditError."""

    def __init__(self, text: str, document: Document, value_edits: Sequence[ValueEdit]) -> None:
        self.text = text
        self.locator = NodeLocator(text, document)
        self.printer = YamlPrinter(strings_in(edit.value for edit in value_edits))
        line_break = _LINE_BREAK.search(text)
        self.line_break = line_break[0] if line_break else "\n"
        # Start, end, the negative depth of the path, and the replacement. Several edits may be
        # insertions at one offset, where nested blocks end together: the deepest comes first.
        self.edits: list[tuple[int, int, int, str]] = []
        self.depth = 0

    def build(self, value_edits: Sequence[ValueEdit]) -> list[TextEdit]:
        """Return the text edits in text order."""
        lists: dict[str, tuple[list[Any], list[int]]] = {}
        for edit in value_edits:
            self.depth = edit.path.count("/")
            if edit.kind == "set":
                self.set_value(edit.path, edit.value)
                continue
            path, _, last = edit.path.rpartition("/")
            is_append = edit.kind == "append"
            added, removed = lists.setdefault(edit.path if is_append else path, ([], []))
            if is_append:
                added.append(edit.value)
            else:
                removed.append(int(last))
        for path, (added, removed) in lists.items():
            # Items of a list come before a key that is added after the list.
            self.depth = path.count("/") + 1
            self.edit_list(path, added, set(removed))
        edits = [TextEdit(start, end, new) for start, end, _, new in sorted(self.edits, key=_order)]
        for previous, following in pairwise(edits):
            if following.start < previous.end:
                message = "two changes meet here; make one of them by hand"
                raise EditError(following.start, message)
        return edits

    def replace(self, start: int, end: int, replacement: str) -> None:
        self.edits.append((start, end, -self.depth, replacement))

    def insert_lines(self, offset: int, lines: Iterable[str]) -> None:
        """Insert lines before the line that starts at an offset, or at the end of the text."""
        new = "".join(line + self.line_break for line in lines)
        at_end = offset == len(self.text)
        if at_end and self.text and not _LINE_BREAK.fullmatch(self.text[-1]):
            new = self.line_break + new[: -len(self.line_break)]
        self.replace(offset, offset, new)

    def set_value(self, path: str, value: Any) -> None:
        """Set the value of a key, which may be missing."""
        locator = self.locator
        node, missing = locator.find(path)
        if missing is not None:
            self.add_key(node, missing, value)
            return
        start = locator.start(node)
        if locator.is_alias(node) or locator.has_properties(node):
            raise EditError(start, "an anchor or alias stands here; change it by hand")
        if not locator.is_scalar(node):
            if not locator.is_empty(node) or isinstance(value, str | int | float):
                raise EditError(start, "a mapping or list stands here; change it by hand")
            self.replace(start, locator.end(node), self.printer.flow(value))
            return
        space = "" if self.text[start - 1 : start] in (" ", "\t", "\n") else " "
        self.replace(start, locator.content_end(node), space + self.printer.flow(value))

    def add_key(self, node: int, key: str, value: Any) -> None:
        """Add a missing key to a mapping."""
        locator = self.locator
        children = locator.children(node)
        if locator.is_flow(node) or not children:
            name = self.printer.flow(key)
            self.add_to_flow(node, [f"{name}: {self.printer.flow(value)}"])
            return
        first = children[0][0]
        column = locator.column(locator.start(first if first is not None else node))
        lines = self.printer.key_lines(key, value, " " * column)
        self.insert_lines(locator.block_end(children[-1][1], column), lines)

    def add_to_flow(self, node: int, items: list[str]) -> None:
        """Add printed items at the end of a mapping or list in flow style."""
        children = self.locator.children(node)
        text = ", ".join(items)
        if children:
            end = self.locator.content_end(children[-1][1])
            self.replace(end, end, f", {text}")
        else:
            inside = self.locator.content_start(node) + 1
            self.replace(inside, inside, text)

    def edit_list(self, path: str, added: list[Any], removed: set[int]) -> None:
        """Remove items of a list by index, and add others at its end. It may be missing."""
        node, missing = self.locator.find(path)
        if missing is not None:
            self.add_key(node, missing, added)
            return
        if self.locator.is_alias(node):
            raise self.locator.error(node, "an alias stands here; change it by hand")
        if self.locator.is_empty(node):
            self.fill_list(path, node, added)
        elif self.locator.is_flow(node):
            self.edit_flow_list(node, added, removed)
        else:
            self.edit_block_list(node, added, removed)

    def fill_list(self, path: str, node: int, added: list[Any]) -> None:
        """Replace an empty list or null by a list."""
        locator = self.locator
        parent = locator.find(path.rpartition("/")[0])[0]
        if locator.is_flow(parent) or locator.has_properties(node):
            if locator.is_scalar(node):
                raise locator.error(node, "nothing stands here; write [] first")
            self.add_to_flow(node, [self.printer.flow(item) for item in added])
            return
        key = next(key for key, value in locator.children(parent) if value == node)
        key_end = locator.content_end(key) if key is not None else locator.start(node)
        after_colon = self.text.index(":", key_end) + 1
        indent = " " * (locator.column(locator.start(key if key is not None else node)) + 2)
        end = locator.content_end(node)
        if end > after_colon:
            self.replace(after_colon, end, "")
        line = locator.next_line_start(max(after_colon, end))
        self.insert_lines(line, self.printer.item_lines(added, indent))

    def edit_flow_list(self, node: int, added: list[Any], removed: set[int]) -> None:
        locator = self.locator
        items = [value for _, value in locator.children(node)]
        kept = [index for index in range(len(items)) if index not in removed]
        last_kept = kept[-1] if kept else -1
        for index in sorted(removed):
            if index < last_kept:
                self.replace(locator.start(items[index]), locator.start(items[index + 1]), "")
        new = [self.printer.flow(item) for item in added]
        end = locator.content_end(items[-1])
        if last_kept < len(items) - 1 or not kept:
            start = locator.content_end(items[last_kept]) if kept else locator.start(items[0])
            separator = ", " if kept and new else ""
            self.replace(start, end, separator + ", ".join(new))
        elif new:
            self.replace(end, end, ", " + ", ".join(new))

    def edit_block_list(self, node: int, added: list[Any], removed: set[int]) -> None:
        locator = self.locator
        items = [value for _, value in locator.children(node)]
        column = locator.dash_column(node)
        for index in sorted(removed):
            start = locator.item_start(items[index], column)
            self.replace(start, locator.block_end(items[index], column), "")
        end = locator.block_end(items[-1], column)
        if added:
            self.insert_lines(end, self.printer.item_lines(added, " " * column))
        if added or len(removed) < len(items):
            return
        key = locator.key_of(node)
        if key is None or locator.has_properties(node):
            raise locator.error(node, "the last item goes; write [] by hand")
        after_colon = self.text.index(":", locator.content_end(key)) + 1
        self.replace(after_colon, after_colon, " []")
