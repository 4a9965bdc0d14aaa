"""Diagnostics: findings with their file, span and severity."""

from typing import NamedTuple

from validator.findings.finding import Fold
from validator.findings.fix import PlacedFix
from validator.findings.severity import Severity


class Span(NamedTuple):
    """A range of text.

    Lines and columns count from 1. Columns count Unicode characters. The end is exclusive.
    """

    line: int
    column: int
    end_line: int
    end_column: int


class RelatedLocation(NamedTuple):
    """The location of a related value.

    `source` is the text of its first line, or of a long line the part around the span. The line
    has `source_offset` characters before that part.
    """

    message: str
    file: str
    path: str
    span: Span
    source: str
    source_offset: int = 0


class Diagnostic(NamedTuple):
    """A finding with its file, span and severity: all that a reporter shows of it.

    `document` is the index of the document in its file, from 0. `tenant` is the organisation id,
    or None if the document has none. `source` is the text of the first line of the span, or of
    a long line the part around the span; the line has `source_offset` characters before that part.
    `name` is the path with ids in place of list indexes. `digest` is a digest of the value if
    that is a scalar, else empty.
    `suppressed` is the justification of the suppression that covers the finding, or None. `fold` is
    what it says together with others. `fix` would remove it.
    """

    id: str
    topic: str
    severity: Severity
    message: str
    help: str
    file: str
    document: int
    tenant: str | None
    path: str
    span: Span
    source: str
    related: tuple[RelatedLocation, ...] = ()
    name: str = ""
    digest: str = ""
    suppressed: str | None = None
    fold: Fold | None = None
    source_offset: int = 0
    fix: PlacedFix | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """Id, tenant (or file) and name: the same finding has the same key in another version."""
        return (self.id, self.file if self.tenant is None else self.tenant, self.name)

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """File, line, column, id and path; several paths can share a span, through an alias."""
        return (self.file, self.span.line, self.span.column, self.id, self.path)
