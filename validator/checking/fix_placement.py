"""Turns fixes into placed fixes: finds the changes in the text that make the edits of a fix."""

import re
from functools import cached_property

from validator.document.node_locator import NodeLocator
from validator.document.reader import Document
from validator.document.span_locator import SpanLocator
from validator.document.text_edits import EditError, TextEdit
from validator.document.yaml_findings import YamlFinding
from validator.findings.diagnostic import Span
from validator.findings.fix import Fix, PlacedFix, TextChange
from validator.findings.wording import bounded

_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)*")


def fix_title(fix: Fix) -> str:
    """Return the title of a fix, cut if it is long. Raises TypeError if it is not a Fix."""
    if not isinstance(fix, Fix):
        raise TypeError(f"a fix is {type(fix).__name__}, not Fix")
    return bounded(fix.title)


class FixPlacer:
    """Places the fixes of findings in one document."""

    def __init__(self, document: Document, spans: SpanLocator) -> None:
        self._document = document
        self._spans = spans

    @cached_property
    def _locator(self) -> NodeLocator:
        return NodeLocator(self._spans.text, self._document, self._spans.line_starts)

    def place(self, fix: Fix, title: str) -> PlacedFix | None:
        """Return a fix with its changes in the text; None if they cannot be made in this text."""
        from validator.document.value_edits import build_text_edits

        try:
            edits = build_text_edits(self._locator, fix.edits)
        except EditError:
            return None
        changes = tuple(map(self._change, edits))
        if not changes:
            return None
        return PlacedFix(title, bool(fix.safe), changes, tuple(fix.edits))

    def place_scalar(self, finding: YamlFinding) -> PlacedFix | None:
        """Return the fix of a finding from the reader: another spelling of the same value."""
        if finding.replacement is None:
            return None
        text = self._spans.text[finding.start : finding.end]
        properties = _PROPERTIES.match(text)
        start = finding.start + (properties.end() if properties else 0)
        change = self._change(TextEdit(start, finding.end, finding.replacement))
        return PlacedFix(f"write `{finding.replacement}`", True, (change,))

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
