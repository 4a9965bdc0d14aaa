"""Edits the value of a document in its text; unchanged parts keep their bytes.

The edited text is read again, and the edits are rejected if its value is not the expected value.
"""

from bisect import bisect_left
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from validator.document.edit_builder import EditBuilder
from validator.document.node_locator import NodeLocator
from validator.document.reader import Document, read_documents
from validator.document.span_locator import line_starts
from validator.document.text_edits import EditError, TextEdit, apply_edits
from validator.findings.fix import Edit
from validator.findings.json_pointer import paths_around, pointer_parts, value_at
from validator.findings.wording import shortened

_MISFITS = (LookupError, TypeError, ValueError, AttributeError)
"""What is raised if an edit does not match the value of its document."""


def text_edits_for(text: str, document: Document, value_edits: Sequence[Edit]) -> list[TextEdit]:
    """Return the text edits, in text order, that make the given edits in a document's value.

    Raises EditError, also if an edit does not match the value.
    """
    return text_edits_for_all(text, [(document, value_edits)])


def text_edits_for_all(
    text: str, changes: Sequence[tuple[Document, Sequence[Edit]]]
) -> list[TextEdit]:
    """Return the text edits, in text order, that make edits in the values of several documents.

    The documents are in the order of the text. Raises EditError for the first one that cannot be
    edited.
    """
    changes = [change for change in changes if change[1]]
    if not changes:
        return []
    starts = line_starts(text)
    text_edits: list[TextEdit] = []
    expected: list[tuple[NodeLocator, Sequence[Edit], Document, Any]] = []
    failure: EditError | None = None
    for document, value_edits in changes:
        locator = NodeLocator(text, document, starts)
        try:
            value = _expected(locator, document, value_edits)
            text_edits += build_text_edits(locator, value_edits, keeps_comments=False)
        except EditError as error:
            # An earlier document that cannot be edited comes first.
            failure = error
            break
        expected.append((locator, value_edits, document, value))
    text_edits.sort(key=lambda edit: edit.start)
    values = _readable_values(apply_edits(text, text_edits))
    for locator, value_edits, document, value in expected:
        if document.index not in values or values[document.index] != value:
            raise _other_change(locator, value_edits, document)
    if failure is not None:
        raise failure
    return text_edits


def _readable_values(text: str) -> dict[int, Any]:
    """Return the values of the readable documents of a text, by the index of the document."""
    return {other.index: other.value for other in read_documents(text) if other.is_readable}


def _other_change(
    locator: NodeLocator, value_edits: Sequence[Edit], document: Document
) -> EditError:
    """Return the error for edits that also change another value, which may be an alias of one."""
    for edit in value_edits:
        for path in (*paths_around(edit.path), edit.path):
            node, _ = locator.find(path)
            if locator.has_properties(node):
                return locator.error(node, "this value may be used elsewhere; change it by hand")
    return _refusal(locator, _first_refused(locator, document, value_edits))


def _first_refused(locator: NodeLocator, document: Document, value_edits: Sequence[Edit]) -> Edit:
    """Return the first edit with which the edits up to it cannot be made in the text."""

    def is_refused(number: int) -> bool:
        edits = value_edits[:number]
        try:
            value = edited_value(document.value, edits)
            text_edits = build_text_edits(locator, edits, keeps_comments=False)
        except (EditError, *_MISFITS):
            return True
        values = _readable_values(apply_edits(locator.text, text_edits))
        return document.index not in values or values[document.index] != value

    return value_edits[bisect_left(range(1, len(value_edits)), True, key=is_refused)]


def _refusal(locator: NodeLocator, edit: Edit) -> EditError:
    """Return the error for an edit that cannot be made, at its value or the closest one around."""
    offset = 0
    for path in (edit.path, *paths_around(edit.path)):
        try:
            node, missing = locator.find(path)
        except (EditError, LookupError):
            continue
        if missing is None:
            offset = locator.start(node)
            break
    name = shortened(edit.path) or "the document"
    return EditError(offset, f"{name} cannot be changed in this text; change it by hand")


def _expected(locator: NodeLocator, document: Document, value_edits: Sequence[Edit]) -> Any:
    try:
        return edited_value(document.value, value_edits)
    except _MISFITS as error:

        def is_misfit(number: int) -> bool:
            try:
                edited_value(document.value, value_edits[:number])
            except _MISFITS:
                return True
            return False

        first = bisect_left(range(1, len(value_edits)), True, key=is_misfit)
        raise _refusal(locator, value_edits[first]) from error


def build_text_edits(
    locator: NodeLocator, value_edits: Sequence[Edit], *, keeps_comments: bool = True
) -> list[TextEdit]:
    """Return the text edits, in text order, that make the given edits in a document's value.

    With `keeps_comments`, the comments of a removed list item are kept. The edited text is not
    read again. Raises EditError, also if an edit does not match the value.
    """
    builder = EditBuilder(locator, value_edits, keeps_comments=keeps_comments)
    try:
        return builder.build()
    except (*_MISFITS, StopIteration) as error:
        raise _refusal(locator, builder.current or value_edits[0]) from error


def edited_value(value: Any, value_edits: Sequence[Edit]) -> Any:
    """Return a copy of a value with edits made in it. The paths refer to the original value.

    Raises LookupError, TypeError, ValueError or AttributeError if an edit does not match the value.
    """
    whole = [deepcopy(value)]
    # The value is wrapped in a list so that the whole document can be set.
    edits = [edit._replace(path=f"/0{edit.path}") for edit in value_edits]
    _edit_value(whole, edits)
    return whole[0]


def _edit_value(value: Any, value_edits: Sequence[Edit]) -> None:
    """Make edits in a value. The indexes of removed items refer to the original value."""
    removed: dict[str, list[str]] = {}
    renamed: list[Edit] = []
    # By path. The first item is appended to a copy, because an alias may share the list.
    appended: dict[str, list[Any]] = {}
    for edit in value_edits:
        path, _, _ = edit.path.rpartition("/")
        last = pointer_parts(edit.path)[-1]
        if edit.kind == "remove":
            removed.setdefault(path, []).append(last)
            continue
        if edit.kind in ("rename", "quote"):
            renamed += [edit] if edit.kind == "rename" else []
            continue
        new = deepcopy(edit.value)
        if edit.kind == "append" and edit.path in appended:
            appended[edit.path].append(new)
            continue
        parent = value_at(value, path)
        key: Any = int(last) if isinstance(parent, list) else last
        if edit.kind == "append":
            new = appended[edit.path] = [*(parent.get(last) or ()), new]
        else:
            appended.pop(edit.path, None)
        parent[key] = new
    for edit in sorted(renamed, key=lambda edit: -edit.path.count("/")):
        _rename(value_at(value, edit.path.rpartition("/")[0]), edit)
    for path in sorted(removed, key=lambda path: -path.count("/")):
        _remove(value_at(value, path), removed[path])


def _rename(mapping: dict[str, Any], edit: Edit) -> None:
    old = pointer_parts(edit.path)[-1]
    if edit.value in mapping:
        raise ValueError(edit.value)
    mapping[edit.value] = mapping.pop(old)


def _remove(parent: Any, names: Sequence[str]) -> None:
    """Remove keys from a mapping, or items from a list by index."""
    if isinstance(parent, dict):
        for name in names:
            del parent[name]
        return
    left_out = set(map(int, names))
    if not left_out <= set(range(len(parent))):
        raise IndexError(names)
    parent[:] = [item for index, item in enumerate(parent) if index not in left_out]
