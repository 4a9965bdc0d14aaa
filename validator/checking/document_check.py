"""Checks one document on successive days: schema findings, policy findings, suppressions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from validator.checking.checked_file import AddedSuppression, PendingSuppression
from validator.checking.placement import Placer
from validator.checking.policy_run import NOTHING, PolicyResult, run_policy
from validator.checking.schema_check import check_schemas
from validator.checking.selection import FileSelection, Selection
from validator.document.reader import Document
from validator.document.span_locator import SpanLocator
from validator.document.stable_paths import value_digest
from validator.findings.builtin import BUILTIN_FINDINGS, can_be_hidden, page_id
from validator.findings.diagnostic import Diagnostic, SightingPlace, Span
from validator.findings.finding import Finding, Sighting
from validator.plugins.policy import Policy
from validator.project.config import Level
from validator.schema.tenant_schema import tenant_of
from validator.tenant.calendar_days import FOREVER, day_after
from validator.tenant.clock import Clock
from validator.tenant.model import Tenant
from validator.tenant.tenant_on import TenantOn

if TYPE_CHECKING:
    from validator.checking.older_documents import OlderDocument
    from validator.checking.suppression_identity import Reach, SuppressionIdentifier, SuppressionKey
    from validator.checking.suppressions import Suppression
    from validator.document.yaml_findings import YamlFinding


class DocumentCheck:
    """Checks one document on successive days.

    Findings from the reader and the schemas are the same on every day. `tenant` is None if the
    document cannot be read or has a schema error; no policy runs then. Raises SchemaError.

    `older` is the older version of the document, for policies over a change. With `is_compared`,
    the files have an older version, and everything in a document without an older version is new.
    `unread` holds the start and end offsets of an unreadable document.
    """

    def __init__(
        self,
        file: str,
        text: str,
        document: Document,
        spans: SpanLocator,
        selection: Selection,
        in_file: FileSelection,
        *,
        older: "OlderDocument | None" = None,
        is_compared: bool = False,
        unread: tuple[int, int] = (0, 0),
    ) -> None:
        self.document = document
        self.placer = Placer(file, document, spans, selection.settings.made)
        self.tenant: Tenant | None = None
        self.older: Tenant | None = None
        self.policies: Mapping[str, Policy] = {}
        self.suppressions: list[Suppression] = []
        self._selection = selection
        self.levels = in_file.levels
        self._results: dict[str, PolicyResult] = {}
        self._last_day: date | None = None
        self.until: date = date.min  # the first day on which the result may differ
        self._tenant_on: tuple[TenantOn, ...] = ()  # this version
        self._versions_on: tuple[TenantOn, ...] = ()  # the older version and this version
        self._by_horizon: dict[int, TenantOn] = {}  # this version, by a policy's own horizon
        self.every_day: list[Diagnostic] = []
        self._older_suppressions: Mapping[SuppressionKey, Reach] | None = None
        if is_compared:
            self._older_suppressions = {} if older is None else older.suppressions
        self._spans = spans
        self._covered: Mapping[Span, Sequence[Diagnostic]] = {}
        tenant: Tenant | None = None
        schema_findings: list[tuple[str, Finding]] = []
        if document.is_readable:
            schemas = selection.plugins.schemas
            tenant, schema_findings = check_schemas(
                document.value, schemas, self.placer.text_at, is_first=document.index == 0
            )
        self._add_yaml_findings(schema_findings)
        # Only the part of this document is searched, because a text can have many documents.
        extent = (document.start, document.end) if document.is_readable else unread
        if selection.settings.suppressions and text.find("tenantlint", *extent) >= 0:
            self.suppressions = self._find_suppressions(text, extent)
        if document.is_readable:
            self._add_schema_findings(schema_findings)
            if not schema_findings:
                self.tenant = self._assumed_tenant(document.value, tenant, self.placer)
                self.policies = in_file.policies
                if older is not None and older.value is not None:
                    self.older = self._assumed_tenant(older.value)

    def _find_suppressions(self, text: str, extent: tuple[int, int]) -> "list[Suppression]":
        from validator.checking.suppressions import find_refused_suppressions, find_suppressions

        if not self.document.is_readable:
            return find_refused_suppressions(text, *extent, self.document, self._spans)
        found = find_suppressions(text, self.document, self._spans)
        names = self._selection.names
        return [item.with_ids(names.ids_in_comment, names.current) for item in found]

    def _assumed_tenant(
        self, value: object, tenant: Tenant | None = None, placer: Placer | None = None
    ) -> Tenant:
        """Return a tenant with the assumptions, and store them in `placer`.

        `tenant` is the tenant that the value describes, if it has been built.
        """
        settings, schemas = self._selection.settings, self._selection.plugins.schemas
        if settings.assumptions:
            from validator.checking.assumptions import assume

            assumed = assume(value, settings.assumptions, schemas, settings.as_of, self.placer.file)
            if placer is not None:
                placer.assumed = assumed
            tenant = assumed.tenant or tenant
        return tenant or tenant_of(value)

    def _add_yaml_findings(self, schema_findings: Sequence[tuple[str, Finding]]) -> None:
        """Add the findings from the reader, with the helps of the schema findings."""
        found: Iterable[YamlFinding] = self.document.findings
        if schema_findings and found:
            from validator.checking.ambiguous_scalars import with_schema_helps

            found = with_schema_helps(found, schema_findings)
        for finding in found:
            level = self._level(finding.id)
            if level != "off":
                self.every_day.append(self.placer.yaml_diagnostic(level, finding))

    def _add_schema_findings(self, findings: Sequence[tuple[str, Finding]]) -> None:
        for keyword, finding in findings:
            id = f"schema-{keyword}"
            level = self._level(id)
            if level != "off":
                self.every_day.append(self.placer.diagnostic(id, "schema", level, finding))

    def _level(self, id: str) -> Level:
        """Return the level of a finding that does not come from a policy."""
        return self.levels[page_id(id)]

    def start_day(self, clock: Clock) -> None:
        """Start a day. Policy results from an earlier day that are still valid are kept."""
        self._drop_uncovered_results(clock.day)
        self._clock, self._last_day = clock, clock.day
        self.until = FOREVER
        self.diagnostics = list(self.every_day)
        self.failures: list[str] = []
        self.sightings: dict[str, tuple[Sighting, ...]] = {}
        self.places: dict[str, SightingPlace] = {}
        self.pending_suppressions: list[PendingSuppression] = []
        if self.tenant is not None:
            self._tenant_on = (self._on_day(self.tenant, *self._tenant_on[:1]),)
        if self.older is not None:
            older = self._on_day(self.older, *self._versions_on[:1])
            self._versions_on = (older, *self._tenant_on)

    def _drop_uncovered_results(self, day: date) -> None:
        """Drop the results of policies with a suppression that has expired since the last day.

        A finding that it covered appears on this day and needs the message of this day, but the
        result may contain the message of an earlier day.
        """
        if self._last_day is not None:
            for item in self.suppressions:
                if item.until is not None and self._last_day <= item.until < day:
                    for id in item.ids:
                        self._results.pop(id, None)

    def _on_day(self, tenant: Tenant, earlier: TenantOn | None = None) -> TenantOn:
        """Return the tenant on the day. `earlier` is the same tenant on an earlier day."""
        day, horizon = self._clock.day, self._selection.settings.expiring_within
        return TenantOn(tenant, day, horizon, clock=self._clock, before=earlier)

    def evaluate(self, policy: Policy) -> None:
        """Add the policy's findings on the day. A result from an earlier day is reused if valid."""
        id = policy.id
        result = self._results.get(id)
        if result is None or self._clock.day >= result.until:
            result = self._results[id] = self._run(policy)
        if result is NOTHING:
            return
        self.until = min(self.until, result.until)
        self.diagnostics += result.diagnostics
        self.failures += result.failures
        if result.sightings:
            self.sightings[id] = result.sightings
            self.places |= result.places

    def _run(self, policy: Policy) -> PolicyResult:
        tenants = self._versions_on if policy.over == "change" else self._tenant_on
        if not tenants:
            return NOTHING
        options, horizon = self._selection.arguments(policy)
        if horizon != self._selection.settings.expiring_within:
            tenants = (self.tenant_with_horizon(horizon),)
        return run_policy(
            policy, tenants, self._clock, self.levels[policy.id], self.placer, options
        )

    def tenant_with_horizon(self, days: int) -> TenantOn:
        """Return the tenant on the day for a policy with a horizon of the given number of days."""
        known = self._by_horizon.get(days)
        if known is None or known.clock is not self._clock:
            assert self.tenant is not None
            known = self._by_horizon[days] = TenantOn(
                self.tenant, self._clock.day, days, clock=self._clock, before=known
            )
        return known

    def apply_suppressions(self) -> None:
        """Mark the diagnostics that suppressions cover, and add findings about suppressions.

        A suppression is not reported as unused if this run does not search for one of its ids.
        """
        if not self.suppressions:
            return
        from validator.checking.suppression_findings import added_suppression, suppression_findings

        today = self._clock.day
        for item in self.suppressions:
            if item.until is not None and today <= item.until < FOREVER:
                self.until = min(self.until, day_after(item.until))
        covered = self._covered = self._mark_suppressed(today)
        for item in self.suppressions:
            for id, message, help in suppression_findings(item, self._selection, today):
                self._add(self._comment_finding(item, id, message, help))
        fleet_ids = {id for id, policy in self.policies.items() if policy.over == "fleet"}
        # Drift is not searched for here, so a suppression of it is never unused.
        builtin = (id for id in BUILTIN_FINDINGS if not id.startswith("drift-"))
        searched = {*self.policies, *(id for id in builtin if self.levels[id] != "off")}
        file, index = self.placer.file, self.document.index
        for item in self.suppressions:
            is_open = item.is_open(today)
            unused = None if item.span in covered else self._unused(item, searched, today)
            added = self._added(item, covered.get(item.span, ())) if is_open else None
            if is_open and not fleet_ids.isdisjoint(item.ids):
                pending = PendingSuppression(item, file, index, unused, added)
                self.pending_suppressions.append(pending)
            elif finding := (added and added_suppression(added)) or unused:
                self._add(finding)

    def _mark_suppressed(self, today: date) -> Mapping[Span, Sequence[Diagnostic]]:
        """Mark the covered diagnostics; return them by the span of the suppression."""
        from validator.checking.suppressions import cover, spans_that_cover_later

        covered: dict[Span, list[Diagnostic]] = {}
        open_ones = [item for item in self.suppressions if item.is_open(today)]
        places = [(found.id, found.span) for found in self.diagnostics]
        self._cover_later = spans_that_cover_later(open_ones, places)
        for number, nearest in enumerate(cover(open_ones, places)):
            if nearest is not None:
                found = self.diagnostics[number]
                covered.setdefault(nearest.span, []).append(found)
                self.diagnostics[number] = found._replace(suppressed=nearest.justification)
        return covered

    def _unused(self, item: "Suppression", searched: set[str], today: date) -> Diagnostic | None:
        if self._selection.settings.assumptions:
            return None  # an assumption may hide the finding that it covers
        from validator.checking.suppression_findings import unused_suppression

        found = unused_suppression(item, self._selection, searched, self._cover_later, today)
        return None if found is None else self._comment_finding(item, "unused-suppression", *found)

    def _added(self, item: "Suppression", covered: Sequence[Diagnostic]) -> AddedSuppression | None:
        """Return a suppression that may hide more than in the older version; None if it cannot."""
        older = self._older_suppressions
        if older is None or not self.document.is_readable:
            return None
        key, _ = self._identifier.identify(item)
        known = older.get(key, frozenset())
        if known is None:
            return None
        hidden = tuple((found.id, found.message) for found in covered if found.name not in known)
        # The finding uses the help of its page.
        help = BUILTIN_FINDINGS["suppression-added"].help
        diagnostic = self._comment_finding(item, "suppression-added", "", help)
        return AddedSuppression(diagnostic, hidden, known)

    @cached_property
    def value_digest(self) -> str:
        """The digest of the value; empty if the document cannot be read."""
        return value_digest(self.document.value) if self.document.is_readable else ""

    def as_older_version(self) -> "OlderDocument":
        """Return the document as one of an older version. Call `apply_suppressions` before."""
        from validator.checking.older_documents import OlderDocument

        return OlderDocument(
            self.document.index,
            self.placer.tenant,
            None if self.tenant is None else self.document.value,
            self.value_digest,
            "" if self.tenant is not None else self._reason(),
            self.suppression_reaches() if self.suppressions and self.document.is_readable else {},
            self.placer.file,
        )

    def _reason(self) -> str:
        """Return the reason why no policy can run on the document."""
        blocking = [found for found in self.every_day if not can_be_hidden(found.id)]
        where = [f"{found.id} in line {found.span.line}" for found in blocking]
        return f"cannot be compared: {where[0] if where else 'it has a schema error'}"

    @cached_property
    def _identifier(self) -> "SuppressionIdentifier":
        from validator.checking.suppression_identity import SuppressionIdentifier

        return SuppressionIdentifier(self.document, self._spans)

    def suppression_reaches(self) -> "Mapping[SuppressionKey, Reach]":
        """Return the places that each suppression covers, by the key of the suppression.

        Call `apply_suppressions` before this. The places of covered findings are included,
        because an alias can give them other names than the nodes on the line.
        """
        reaches: dict[SuppressionKey, Reach] = {}
        for item in self.suppressions:
            key, reach = self._identifier.identify(item)
            before = reaches.get(key, frozenset())
            more = {found.name for found in self._covered.get(item.span, ())}
            reaches[key] = None if reach is None or before is None else before | reach | more
        return reaches

    def _comment_finding(self, item: "Suppression", id: str, message: str, help: str) -> Diagnostic:
        from validator.checking.suppression_findings import is_without_effect

        span, written = item.span, item.written
        removes = self.document.is_readable and is_without_effect(item, id)
        removes = removes and span not in self._cover_later
        return self.placer.comment_diagnostic(id, message, help, span, written, removes=removes)

    def _add(self, diagnostic: Diagnostic) -> None:
        """Add a diagnostic about a suppression, at the level of its id."""
        level = self.levels[diagnostic.id]
        if level != "off":
            self.diagnostics.append(diagnostic._replace(severity=level))
