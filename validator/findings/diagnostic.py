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

    `source` is the first line of the span, or the part around the span if the line is long.
    `source_offset` is the number of characters of the line before that part.
    """

    message: str
    file: str
    path: str
    span: Span
    source: str
    source_offset: int = 0


class SightingPlace(NamedTuple):
    """The place of a sighting. The fields have the same meaning as in a diagnostic."""

    span: Span
    source: str
    source_offset: int
    name: str
    digest: str


class Diagnostic(NamedTuple):
    """A finding with its file, span and severity: everything that reporters show.

    `document` is the index of the document in its file, from 0. `tenant` is the organisation id,
    or None if the document has none. `source` is the first line of the span, or the part around
    the span if the line is long; `source_offset` is the number of characters before that part.
    `name` is the path with ids instead of list indexes. `digest` is a digest of the value if it
    is a scalar, else empty. `suppressed` is the reason of the suppression that covers the finding,
    or None. `fold` is its text for a combined message about several findings.
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
        """Id, tenant (or file) and name. A finding has the same key in every version of a file."""
        return (self.id, self.file if self.tenant is None else self.tenant, self.name)

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """File, line, column, id and path. With aliases, several paths can have the same span."""
        return (self.file, self.span.line, self.span.column, self.id, self.path)
