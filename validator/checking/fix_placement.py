"""Turns fixes into placed fixes: finds the changes in the text that make the edits of a fix."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import get_args

from validator.document.node_locator import NodeLocator
from validator.document.reader import Document
from validator.document.shared_values import Uses, changes_another_value, uses_by_aliases
from validator.document.span_locator import SpanLocator
from validator.document.text_edits import EditError, TextEdit
from validator.document.yaml_findings import YamlFinding
from validator.findings.diagnostic import Span
from validator.findings.fix import Edit, EditKind, Fix, PlacedFix, TextChange
from validator.findings.wording import bounded, listing, shortened

_KINDS: tuple[str, ...] = get_args(EditKind)
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)*")


def fix_title(fix: Fix) -> str:
    """Return the title of a fix, cut if it is long.

    Raises TypeError if it is not a Fix or has parts of a wrong type, and ValueError if one of its
    edits cannot be made in any document.
    """
    if not isinstance(fix, Fix):
        raise TypeError(f"a fix is {type(fix).__name__}, not Fix")
    if not isinstance(fix.title, str):
        raise TypeError(f"the title of a fix is {type(fix.title).__name__}, not str")
    if not isinstance(fix.edits, list | tuple) or isinstance(fix.edits, Edit):
        raise TypeError(f"the edits of a fix are {type(fix.edits).__name__}, not a list of Edit")
    if not fix.edits:
        raise ValueError("a fix has no edits; write fix=None for a finding without a fix")
    for edit in fix.edits:
        _check_edit(edit)
    return bounded(fix.title)


def _check_edit(edit: object) -> None:
    """Raise TypeError or ValueError if a policy has given an edit that cannot be made."""
    if not isinstance(edit, Edit):
        raise TypeError(f"an edit of a fix is {type(edit).__name__}, not Edit")
    if edit.kind not in _KINDS:
        raise ValueError(f"the kind of an edit is {edit.kind!r}; write {listing(_KINDS, 'or')}")
    if not isinstance(edit.path, str):
        raise TypeError(f"the path of an edit is {type(edit.path).__name__}, not str")
    if edit.path and not edit.path.startswith("/"):
        path = shortened(edit.path)
        raise ValueError(f"the path of an edit is {path}, which does not begin with /")
    if edit.kind == "rename" and not isinstance(edit.value, str):
        kind = type(edit.value).__name__
        raise TypeError(f"the new key of an edit at {edit.path} is {kind}, not str")


class FixPlacer:
    """Places the fixes of findings in one document."""

    def __init__(self, document: Document, spans: SpanLocator) -> None:
        self._document = document
        self._spans = spans

    @cached_property
    def _locator(self) -> NodeLocator:
        return NodeLocator(self._spans.text, self._document, self._spans.line_starts)

    @cached_property
    def _uses(self) -> Uses:
        return uses_by_aliases(self._locator) if "*" in self._spans.text else {}

    def place(self, fix: Fix, title: str) -> PlacedFix | None:
        """Return a fix with its changes in the text; None if they cannot be made in this text.

        Changes that also change a value elsewhere in the document cannot be made.
        """
        from validator.document.value_edits import build_text_edits

        try:
            edits = build_text_edits(self._locator, fix.edits)
        except EditError:
            return None
        if self._change_another_value(fix.edits):
            return None
        changes = tuple(map(self._change, edits))
        if not changes:
            return None
        return PlacedFix(title, bool(fix.safe), changes, tuple(fix.edits))

    def place_scalar(self, finding: YamlFinding) -> PlacedFix | None:
        """Return the fix of a finding from the reader: another spelling.

        None if there is none, or if it also changes a value elsewhere in the document.
        """
        if finding.replacement is None:
            return None
        new = finding.new_value
        edits = () if new is None else (Edit.set(finding.path, new),)
        if self._change_another_value(edits):
            return None
        text = self._spans.text[finding.start : finding.end]
        properties = _PROPERTIES.match(text)
        start = finding.start + (properties.end() if properties else 0)
        change = self._change(TextEdit(start, finding.end, finding.replacement))
        return PlacedFix(f"write `{finding.replacement}`", True, (change,), edits)

    def _change_another_value(self, edits: Iterable[Edit]) -> bool:
        """Return whether edits also change a value elsewhere, or may do so."""
        try:
            return any(changes_another_value(self._locator, self._uses, edit) for edit in edits)
        except EditError:
            return True

    def remove_comment(self, span: Span) -> PlacedFix:
        """Return the fix that removes a comment, with its line if nothing else is on it."""
        line = self._spans.line_text(span.line)
        kept = line[: span.column - 1].rstrip(" \t")
        if kept.strip("\ufeff") or span.line == self._spans.line_count:
            change = TextChange(span.line, len(kept) + 1, span.line, len(line) + 1, "")
        else:
            change = TextChange(span.line, len(kept) + 1, span.line + 1, 1, "")
        return PlacedFix("remove the comment", True, (change,))

    def _change(self, edit: TextEdit) -> TextChange:
        return TextChange(*self._spans.span_between(edit.start, edit.end), edit.replacement)
