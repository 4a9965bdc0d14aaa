"""Changes to the value of a document, made in its text: what does not change keeps its bytes.

Each change is cut in at the place that the document knows. What is new is printed by PyYAML's
emitter, scalar by scalar; the rest of the text is never printed again. Afterwards the text is
read once more, and if its value is not what the changes make of the old one, it is refused.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from validator.document.nodes import ALIAS, MAPPING, MERGE, SCALAR, SEQUENCE, Nodes
from validator.document.printer import Printed, scalars_of
from validator.document.reader import Document, read_documents
from validator.document.text_edits import Cut, cut
from validator.findings.json_pointer import pointer_parts, value_at
from validator.system.errors import NoVerdictError

# A list item in block style is cut off with the suppressions that stand right above it.
_SUPPRESSION = re.compile(r"[ \t]*#[ \t]*tenantlint[ \t]*:")
_DASH = re.compile(r"(?:[&!]\S*|#[^\r\n]*|\s+)*-(?=\s|\Z)")
_PROPERTIES = re.compile(r"(?:[&!]\S*(?:[ \t]+|$))*", re.MULTILINE)
_BREAK = re.compile(r"\r\n|\r|\n")


class EditError(NoVerdictError):
    """A change that the text does not take; `at` is the character offset of the place."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Change:
    """A change at a path: `append` to a list, `remove` an item of a list, `set` a key.

    Values are made of strings, integers, lists and mappings.
    """

    kind: Literal["append", "remove", "set"]
    path: str
    value: Any = None


def cuts_for(text: str, document: Document, changes: Sequence[Change]) -> list[Cut]:
    """Return the cuts that make the changes in one document of a text, in order.

    Raises EditError.
    """
    if not changes:
        return []
    wanted = deepcopy(document.value)
    _change_value(wanted, changes)
    cuts = _Cutter(text, document).cut(changes)
    values = [other.value for other in read_documents(cut(text, cuts)) if other.sound]
    if len(values) <= document.index or values[document.index] != wanted:
        raise EditError(document.begin, "the text takes no such change; make it by hand")
    return cuts


def _change_value(value: Any, changes: Sequence[Change]) -> None:
    """Make the changes in a value. Removals count from the old indexes."""
    removed: dict[str, list[int]] = {}
    for change in changes:
        path, _, _ = change.path.rpartition("/")
        last = pointer_parts(change.path)[-1]
        if change.kind == "remove":
            removed.setdefault(path, []).append(int(last))
            continue
        parent = value_at(value, path)
        new = deepcopy(change.value)
        parent[last] = new if change.kind == "set" else [*(parent.get(last) or ()), new]
    for path in sorted(removed, key=lambda path: -path.count("/")):
        items = value_at(value, path)
        for index in sorted(removed[path], reverse=True):
            del items[index]


def _order(cut: tuple[int, int, int, str]) -> tuple[int, int, int]:
    return cut[:3]


class _Cutter:
    """Finds the places of changes in a text."""

    def __init__(self, text: str, document: Document) -> None:
        self.text = text
        self.nodes: Nodes = document.nodes
        self.starts = [0, *(match.end() for match in _BREAK.finditer(text))]
        found = _BREAK.search(text)
        self.line_break = found[0] if found else "\n"
        # From where to where, how deep (nested blocks end first), and what is put there.
        self.cuts: list[tuple[int, int, int, str]] = []
        self.depth = 0
        self.known: dict[int, list[tuple[int | None, int]]] = {}

    def cut(self, changes: Sequence[Change]) -> list[Cut]:
        """Return the cuts that make the changes."""
        lists: dict[str, tuple[list[Any], list[int]]] = {}
        self.printed = Printed(scalars_of(change.value for change in changes))
        for change in changes:
            self.depth = change.path.count("/")
            if change.kind == "set":
                self.put(change.path, change.value)
                continue
            path, _, last = change.path.rpartition("/")
            appended = change.kind == "append"
            new, gone = lists.setdefault(change.path if appended else path, ([], []))
            if appended:
                new.append(change.value)
            else:
                gone.append(int(last))
        for path, (new, gone) in lists.items():
            self.depth = path.count("/")
            self.change_list(path, new, set(gone))
        cuts = [Cut(start, end, put) for start, end, _, put in sorted(self.cuts, key=_order)]
        for one, other in pairwise(cuts):
            if other.start < one.end:
                raise EditError(other.start, "two changes meet here; make one of them by hand")
        return cuts

    # Where things are

    def children(self, node: int) -> list[tuple[int | None, int]]:
        """Return the keys and values of a mapping, or the items of a list without keys."""
        if node not in self.known:
            self.known[node] = list(self.nodes.children(node))
        return self.known[node]

    def find(self, path: str) -> tuple[int, str | None]:
        """Return the node at a path, or its parent and the key that the parent lacks."""
        node = 0
        parts = pointer_parts(path)
        for number, part in enumerate(parts):
            kind = self.nodes.kind(node)
            if kind == ALIAS:
                raise EditError(self.nodes.start[node], "an alias stands here; change it by hand")
            children = self.children(node)
            if kind == SEQUENCE:
                node = children[int(part)][1]
                continue
            if kind == SCALAR:
                raise EditError(self.nodes.start[node], "no mapping stands here")
            named = [
                value for key, value in children if key is not None and self.nodes.name(key) == part
            ]
            if named:
                node = named[-1]
            elif any(key is not None and self.nodes.name(key) is MERGE for key, _ in children):
                at = self.nodes.start[node]
                raise EditError(at, f"{part} may come in through <<; change it by hand")
            elif number == len(parts) - 1:
                return node, part
            else:
                raise EditError(self.nodes.start[node], f"{part} is missing here")
        return node, None

    def begin(self, node: int) -> int:
        """Return where the content of a node begins, after its anchor and tag."""
        match = _PROPERTIES.match(self.text, self.nodes.start[node])
        return match.end() if match else self.nodes.start[node]

    def is_flow(self, node: int) -> bool:
        return self.text[self.begin(node) : self.begin(node) + 1] in ("[", "{")

    def end(self, node: int) -> int:
        """Return where the last character of a node's content has been."""
        while self.nodes.kind(node) in (MAPPING, SEQUENCE) and not self.is_flow(node):
            children = self.children(node)
            if not children:
                break
            node = children[-1][1]
        start = self.nodes.start[node]
        return start + len(self.text[start : self.nodes.end[node]].rstrip())

    def line_start(self, at: int) -> int:
        return self.starts[bisect_right(self.starts, at) - 1]

    def line_above(self, start: int) -> int:
        """Return where the line begins above the one that begins here."""
        return self.starts[bisect_left(self.starts, start) - 1]

    def next_line(self, at: int) -> int:
        number = bisect_right(self.starts, at)
        return self.starts[number] if number < len(self.starts) else len(self.text)

    def column(self, at: int) -> int:
        return at - self.line_start(at)

    def dash_column(self, node: int) -> int:
        """Return the column of the dashes of a list in block style."""
        match = _DASH.match(self.text, self.nodes.start[node])
        if match is None:
            raise EditError(self.nodes.start[node], "a list stands here that is not understood")
        return self.column(match.end() - 1)

    def after(self, node: int, column: int) -> int:
        """Return where the lines of a block begin that comes after a node.

        Comments that stand further in than the block's own column belong to the node.
        """
        at = self.next_line(self.end(node))
        while at < len(self.text):
            line = self.text[at : self.next_line(at)]
            bare = line.lstrip(" \t")
            if not bare.startswith("#") or len(line) - len(bare) <= column:
                break
            at = self.next_line(at)
        return at

    # Cutting

    def replace(self, start: int, end: int, put: str) -> None:
        self.cuts.append((start, end, -self.depth, put))

    def insert_lines(self, at: int, lines: Iterable[str]) -> None:
        """Put lines where a line begins."""
        put = "".join(line + self.line_break for line in lines)
        if at == len(self.text) and self.text and not _BREAK.fullmatch(self.text[-1]):
            put = self.line_break + put[: -len(self.line_break)]
        self.replace(at, at, put)

    def put(self, path: str, value: Any) -> None:
        node, missing = self.find(path)
        if missing is not None:
            self.add_key(node, missing, value)
            return
        kind, start = self.nodes.kind(node), self.nodes.start[node]
        if kind == ALIAS or self.begin(node) != start:
            raise EditError(start, "an anchor or alias stands here; change it by hand")
        if kind != SCALAR:
            if not self.is_empty(node) or isinstance(value, str | int):
                raise EditError(start, "a mapping or list stands here; change it by hand")
            self.replace(start, self.nodes.end[node], self.printed.flow(value))
            return
        before = "" if self.text[start - 1 : start] in (" ", "\t", "\n") else " "
        self.replace(start, self.end(node), before + self.printed.flow(value))

    def is_empty(self, node: int) -> bool:
        """Tell a list or mapping without items, or a value that is not there."""
        if self.nodes.kind(node) == SCALAR:
            return self.text[self.nodes.start[node] : self.end(node)] in ("", "~", "null")
        return not self.children(node)

    def add_key(self, node: int, key: str, value: Any) -> None:
        """Give a mapping a key that it lacks."""
        children = self.children(node)
        if self.is_flow(node) or not children:
            name = self.printed.flow(key)
            self.add_flow(node, [f"{name}: {self.printed.flow(value)}"])
            return
        first = children[0][0]
        column = self.column(self.nodes.start[first if first is not None else node])
        lines = self.printed.keyed(key, value, " " * column)
        self.insert_lines(self.after(children[-1][1], column), lines)

    def add_flow(self, node: int, items: list[str]) -> None:
        """Put items at the end of a list or mapping in flow style."""
        children = self.children(node)
        text = ", ".join(items)
        if children:
            at = self.end(children[-1][1])
            self.replace(at, at, f", {text}")
        else:
            at = self.begin(node) + 1
            self.replace(at, at, text)

    def change_list(self, path: str, new: list[Any], gone: set[int]) -> None:
        """Take items out of a list and put others at its end."""
        node, missing = self.find(path)
        if missing is not None:
            self.add_key(node, missing, new)
            return
        if self.nodes.kind(node) == ALIAS:
            raise EditError(self.nodes.start[node], "an alias stands here; change it by hand")
        if self.is_empty(node):
            self.fill_list(path, node, new)
        elif self.is_flow(node):
            self.change_flow_list(node, new, gone)
        else:
            self.change_block_list(node, new, gone)

    def fill_list(self, path: str, node: int, new: list[Any]) -> None:
        """Replace an empty list, or nothing, by a list."""
        parent = self.find(path.rpartition("/")[0])[0]
        if self.is_flow(parent) or self.begin(node) != self.nodes.start[node]:
            if self.nodes.kind(node) == SCALAR:
                raise EditError(self.nodes.start[node], "nothing stands here; write [] first")
            self.add_flow(node, [self.printed.flow(item) for item in new])
            return
        key = next(key for key, value in self.children(parent) if value == node)
        name_end = self.end(key) if key is not None else self.nodes.start[node]
        colon = self.text.index(":", name_end) + 1
        pad = " " * (self.column(self.nodes.start[key if key is not None else node]) + 2)
        if self.end(node) > colon:
            self.replace(colon, self.end(node), "")
        at = self.next_line(max(colon, self.end(node)))
        self.insert_lines(at, self.printed.items(new, pad))

    def change_flow_list(self, node: int, new: list[Any], gone: set[int]) -> None:
        children = [value for _, value in self.children(node)]
        kept = [number for number in range(len(children)) if number not in gone]
        last = kept[-1] if kept else -1
        for number in sorted(gone):
            if number < last:
                start, end = (
                    self.nodes.start[children[number]],
                    self.nodes.start[children[number + 1]],
                )
                self.replace(start, end, "")
        texts = [self.printed.flow(item) for item in new]
        ends = self.end(children[-1])
        if last < len(children) - 1 or not kept:
            start = self.end(children[last]) if kept else self.nodes.start[children[0]]
            lead = ", " if kept and texts else ""
            self.replace(start, ends, lead + ", ".join(texts))
        elif texts:
            self.replace(ends, ends, ", " + ", ".join(texts))

    def change_block_list(self, node: int, new: list[Any], gone: set[int]) -> None:
        children = [value for _, value in self.children(node)]
        column = self.dash_column(node)
        for number in sorted(gone):
            start = self.item_start(children[number], column)
            self.replace(start, self.after(children[number], column), "")
        at = self.after(children[-1], column)
        if new:
            self.insert_lines(at, self.printed.items(new, " " * column))
        if new or len(gone) < len(children):
            return
        key = self.key_of(node)
        if key is None or self.begin(node) != self.nodes.start[node]:
            raise EditError(self.nodes.start[node], "the last item goes; write [] by hand")
        colon = self.text.index(":", self.end(key)) + 1
        self.replace(colon, colon, " []")

    def key_of(self, node: int) -> int | None:
        """Return the node of the key in front of a value."""
        return node - 1 if node and self.nodes.name(node - 1) is not None else None

    def item_start(self, node: int, column: int) -> int:
        """Return where the line of an item's dash begins, or that of the suppressions above."""
        at = self.line_start(self.nodes.start[node])
        while (
            self.text[at : at + column].strip() or self.text[at + column : at + column + 1] != "-"
        ):
            if at == 0:
                raise EditError(
                    self.nodes.start[node], "an item stands here that is not understood"
                )
            at = self.line_above(at)
        while at > 0:
            above = self.line_above(at)
            if not _SUPPRESSION.match(self.text, above, at):
                break
            at = above
        return at
