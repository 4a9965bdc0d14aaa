"""One file through the program: text, documents, schemas, tenant, policies, diagnostics.

Only here do paths become spans, and findings get a severity.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from validator.config import Level
from validator.diagnostic import Diagnostic, Finding, Place, Span
from validator.document import Document, YamlFinding, decode, read_documents, undecodable
from validator.folder import reason
from validator.places import Places
from validator.plan import Plan
from validator.policy import Policy
from validator.tenant import tenant_of
from validator.tenant_on import TenantOn


@dataclass(frozen=True, slots=True)
class Checked:
    """What one file has come to. `failures` are causes of exit code 2, a line each.

    `off` counts the policies that are off in this file and not in all.
    """

    file: str
    documents: int
    diagnostics: tuple[Diagnostic, ...]
    failures: tuple[str, ...]
    off: int = 0


def check(file: str, data: bytes, plan: Plan) -> Checked:
    """Check the bytes of a file; `file` is what reports call it. Raises SchemaError."""
    try:
        text = decode(data)
        documents = read_documents(text)
    except UnicodeDecodeError as error:
        text, document = undecodable(error)
        documents = iter([document])
    places = Places(text)
    diagnostics: list[Diagnostic] = []
    failures: list[str] = []
    levels = plan.levels(file)
    count = 0
    for document in documents:
        count += 1
        judge = _Judge(file, document, places, plan, levels)
        judge.judge()
        diagnostics += judge.diagnostics
        failures += judge.failures
    diagnostics.sort(key=lambda item: item.sort_key)
    off = sum(levels[id] == "off" for id in plan.plugins.policies)
    if off == len(plan.plugins.policies):
        failures.append(f"{file}: {plan.settings.config.name} leaves no policy to run on this file")
    return Checked(file, count, tuple(diagnostics), tuple(failures), off - len(plan.off))


class _Judge:
    """Collects the diagnostics and failures of one document."""

    def __init__(
        self,
        file: str,
        document: Document,
        places: Places,
        plan: Plan,
        levels: Mapping[str, Level],
    ) -> None:
        self.file = file
        self.document = document
        self.places = places
        self.plan = plan
        self.levels = levels
        self.tenant = _tenant_id(document.value)
        self.diagnostics: list[Diagnostic] = []
        self.failures: list[str] = []

    def judge(self) -> None:
        """Look at the document as far as it can be looked at."""
        for found in self.document.findings:
            self.add_yaml(found)
        if not self.document.sound:
            return
        holds = True
        for schema in self.plan.plugins.schemas:
            for keyword, wrong in schema.findings(self.document.value):
                holds = False
                self.add(f"schema-{keyword}", "schema", "", wrong)
        if holds:
            settings = self.plan.settings
            tenant = tenant_of(self.document.value)
            view = TenantOn(tenant, settings.as_of, settings.expiring_within)
            for policy in self.plan.plugins.policies.values():
                if self.levels[policy.id] != "off":
                    self.ask(policy, view)

    def ask(self, policy: Policy, tenant: TenantOn) -> None:
        """Add what a policy finds, one finding for a place. A crash is a failure, not the end."""
        marked: set[str] = set()
        try:
            for found in policy.look(tenant):
                if not isinstance(found, Finding):
                    raise TypeError(f"yields {type(found).__name__}, not Finding")
                if found.path not in marked:
                    marked.add(found.path)
                    self.add(policy.id, policy.topic, policy.help, found)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a SystemExit, too, must not end the run with its code
            self.failures.append(f"{self.file}: the policy {policy.id} crashed: {reason(error)}")

    def add(self, id: str, topic: str, help: str, finding: Finding) -> None:
        """Place a finding."""
        span = self.places.span(self.document, finding.path, on_key=finding.on_key)
        related = tuple(
            self.related(item.message, item.path, self.places.span(self.document, item.path))
            for item in finding.related
        )
        self.add_at(id, topic, finding.path, finding.message, finding.help or help, span, related)

    def add_yaml(self, finding: YamlFinding) -> None:
        """Place a finding of the reader, which knows its offsets."""
        related: tuple[Place, ...] = ()
        if finding.related is not None:
            offset, message = finding.related
            related = (self.related(message, "", self.places.between(offset, offset + 1)),)
        span = self.places.between(finding.start, finding.end)
        self.add_at(finding.id, "yaml", finding.path, finding.message, finding.help, span, related)

    def add_at(
        self,
        id: str,
        topic: str,
        path: str,
        message: str,
        help: str,
        span: Span,
        related: tuple[Place, ...],
    ) -> None:
        level = self.levels["schema-KEYWORD" if id.startswith("schema-") else id]
        if level == "off":
            return
        self.diagnostics.append(
            Diagnostic(
                id=id,
                topic=topic,
                severity=level,
                message=message,
                help=help,
                file=self.file,
                document=self.document.index,
                tenant=self.tenant,
                path=path,
                span=span,
                source=self.places.line(span.line),
                related=related,
            )
        )

    def related(self, message: str, path: str, span: Span) -> Place:
        return Place(message, self.file, path, span, self.places.line(span.line))


def _tenant_id(value: object) -> str | None:
    tenant = value.get("tenant") if isinstance(value, dict) else None
    id = tenant.get("id") if isinstance(tenant, dict) else None
    return id if isinstance(id, str) else None
