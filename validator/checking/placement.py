"""Turns findings into diagnostics: adds the file, the span, the source line and the stable path."""

from functools import cached_property
from typing import TYPE_CHECKING

from validator.checking.settings import Needs
from validator.document.reader import Document
from validator.document.span_locator import SpanLocator
from validator.document.stable_paths import StablePaths
from validator.document.yaml_findings import YamlFinding
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.diagnostic import Diagnostic, RelatedLocation, SightingPlace, Span
from validator.findings.finding import Finding, Fold
from validator.findings.fix import PlacedFix
from validator.findings.severity import Severity
from validator.findings.wording import bounded

if TYPE_CHECKING:
    from validator.checking.assumptions import Assumed
    from validator.checking.fix_placement import FixPlacer


class Placer:
    """Turns findings in one document into diagnostics.

    `tenant` is the organisation id of the document; None if it has none. With `assumed`, the
    findings are about the assumed value instead of the value in the file. Parts that `needs`
    leaves out are empty.
    """

    def __init__(self, file: str, document: Document, spans: SpanLocator, needs: Needs) -> None:
        self.file = file
        self.document = document
        self.tenant = organisation_id(document.value)
        self.assumed: Assumed | None = None
        self._spans = spans
        self._needs = needs
        self._stable_paths = StablePaths(document.value)

    @cached_property
    def fixes(self) -> "FixPlacer":
        """The placer for fixes of findings in the document."""
        from validator.checking.fix_placement import FixPlacer

        return FixPlacer(self.document, self._spans)

    def diagnostic(
        self, id: str, topic: str, severity: Severity, finding: Finding, default_help: str = ""
    ) -> Diagnostic:
        """Return the diagnostic for a finding at a path. Raises KeyError for an unknown path.

        `default_help` is used if the finding has no help.
        """
        path = self.path_in_file(finding.path)
        span = self._spans.span(self.document, path, on_key=finding.on_key)
        # Built even if they are not needed, because a path that does not exist is an error.
        related = tuple(
            [
                self._related(item.message, place, self._spans.span(self.document, place))
                for item in finding.related
                for place in (self.path_in_file(item.path),)
            ]
        )
        return self._build(
            id, topic, severity, path, finding.message, finding.help or default_help,
            span, related, self._name_and_digest(path), finding.fold, self._fix(finding),
        )  # fmt: skip

    def path_in_file(self, path: str) -> str:
        """Return the path in the file that a finding at a path marks."""
        return path if self.assumed is None else self.assumed.path_in_file(path)

    def sighting_place(self, path: str) -> SightingPlace | None:
        """Return the place of a sighting at a path; None for an unknown path."""
        try:
            span = self._spans.span(self.document, path)
        except KeyError:
            return None
        return SightingPlace(span, *self._spans.excerpt(span), *self._name_and_digest(path))

    def text_at(self, path: str) -> str | None:
        """Return the text of the scalar at a path; None if the value there is not a scalar."""
        return self._spans.scalar_text(self.document, path)

    def yaml_diagnostic(self, severity: Severity, finding: YamlFinding) -> Diagnostic:
        """Return the diagnostic for a finding from the reader, which has offsets."""
        related: tuple[RelatedLocation, ...] = ()
        if finding.related is not None:
            offset, message = finding.related
            related = (self._related(message, "", self._spans.span_between(offset, offset + 1)),)
        return self._build(
            finding.id, "yaml", severity, finding.path, finding.message, finding.help,
            self._spans.span_between(finding.start, finding.end), related,
            self._name_and_digest(finding.path), fix=self.fixes.place_scalar(finding),
        )  # fmt: skip

    def comment_diagnostic(
        self, id: str, message: str, help: str, span: Span, comment: str, *, removes: bool = False
    ) -> Diagnostic:
        """Return a diagnostic about a suppression, which is identified by its text.

        The topic and the severity come from the built-in finding. With `removes`, the fix removes
        the comment.
        """
        page = BUILTIN_FINDINGS[id]
        return self._build(
            id, page.topic, page.severity, "", message, help, span, (), (f"#{comment}", ""),
            fix=self.fixes.remove_comment(span) if removes else None,
        )  # fmt: skip

    def _build(
        self,
        id: str,
        topic: str,
        severity: Severity,
        path: str,
        message: str,
        help: str,
        span: Span,
        related: tuple[RelatedLocation, ...],
        name_and_digest: tuple[str, str],
        fold: Fold | None = None,
        fix: PlacedFix | None = None,
    ) -> Diagnostic:
        name, digest = name_and_digest
        source, source_offset = "", 0
        if self._needs.context:
            source, source_offset = self._spans.excerpt(span)
        else:
            related = ()
        short_fold = fold and Fold(bounded(fold.subject), bounded(fold.predicate))
        # By position, because this is called for each finding and names take longer.
        return Diagnostic(
            id, topic, severity, bounded(message), bounded(help), self.file, self.document.index,
            self.tenant, path, span, source, related, name, digest, None, short_fold,
            source_offset, fix,
        )  # fmt: skip

    def _name_and_digest(self, path: str) -> tuple[str, str]:
        return self._stable_paths.identify(path) if self._needs.names else ("", "")

    def _fix(self, finding: Finding) -> PlacedFix | None:
        """Return the placed fix of a finding. Raises TypeError if it is not a Fix."""
        fix = finding.fix
        if not fix or self.assumed is not None:
            return None
        from validator.checking.fix_placement import fix_title

        title = fix_title(fix)
        placed = self.fixes.place(fix, title) if self._needs.fixes else None
        if placed is None or self._needs.changes:
            return placed
        return placed._replace(changes=(), edits=())

    def _related(self, message: str, path: str, span: Span) -> RelatedLocation:
        return RelatedLocation(bounded(message), self.file, path, span, *self._spans.excerpt(span))


MAX_ID_LENGTH = 1_000
"""The largest length of an id that the schema allows. Reports repeat the organisation id."""


def organisation_id(value: object) -> str | None:
    """Return the organisation id in the value of a document; None if it has none that is valid."""
    tenant = value.get("tenant") if isinstance(value, dict) else None
    id = tenant.get("id") if isinstance(tenant, dict) else None
    return id if isinstance(id, str) and len(id) <= MAX_ID_LENGTH else None
