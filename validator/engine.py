"""One file through the program: text, documents, schemas, tenant, policies, diagnostics.

Only here do paths become spans, and findings get a severity.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from validator.config import Level
from validator.diagnostic import Diagnostic, Fact, Finding, Place, Sighting, Span
from validator.document import Document, YamlFinding, decode, read_documents, undecodable
from validator.folder import reason
from validator.naming import Names
from validator.places import Places
from validator.plan import Plan
from validator.policy import Facts, Policy
from validator.suppressions import Suppression, find_suppressions
from validator.tenant import tenant_of
from validator.tenant_on import TenantOn
from validator.wording import did_you_mean, listing

Kind = TypeVar("Kind", Finding, Fact)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A suppression that may yet cover a finding of the fleet.

    `unused` is what there is to say if it does not; None if it has covered another finding.
    """

    suppression: Suppression
    file: str
    document: int
    unused: Diagnostic | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What one file has come to. `failures` are causes of exit code 2, a line each.

    `tenants` are the ids of its tenants. `off` counts the policies that are off in this file and
    not in all. `sightings`, by policy,
    and `waiting` are for the policies over the fleet. `values` are those of the documents that
    hold their schema, by tenant, if they were asked for.
    """

    file: str
    documents: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    failures: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    off: int = 0
    sightings: Mapping[str, tuple[Sighting, ...]] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)


def check(
    file: str,
    data: bytes,
    plan: Plan,
    *,
    before: Mapping[str, object] | None = None,
    keep: bool = False,
) -> Checked:
    """Check the bytes of a file; `file` is what reports call it.

    With `before`, the values of the older version by tenant, policies over a change run, too.
    With `keep` the values of the documents are part of the outcome. Raises SchemaError.
    """
    try:
        text = decode(data)
        documents = read_documents(text)
    except UnicodeDecodeError as error:
        text, document = undecodable(error)
        documents = iter([document])
    places = Places(text)
    levels = plan.levels(file)
    judges = []
    for document in documents:
        judge = _Judge(file, text, document, places, plan, levels, before)
        judge.judge()
        judges.append(judge)
    diagnostics = [item for judge in judges for item in judge.diagnostics]
    failures = [item for judge in judges for item in judge.failures]
    off = sum(levels[id] == "off" for id in plan.running)
    if off == len(plan.running) > 0:
        failures.append(f"{file}: {plan.settings.config.name} leaves no policy to run on this file")
    sightings: dict[str, tuple[Sighting, ...]] = {}
    for judge in judges:
        for id, seen in judge.sightings.items():
            sightings[id] = (*sightings.get(id, ()), *seen)
    values = {judge.tenant: judge.document.value for judge in reversed(judges) if judge.holds}
    return Checked(
        file,
        len(judges),
        tuple(sorted(diagnostics, key=lambda item: item.sort_key)),
        tuple(failures),
        tuple(judge.tenant for judge in judges if judge.tenant is not None),
        off - len(plan.off),
        sightings,
        tuple(item for judge in judges for item in judge.waiting),
        {tenant: value for tenant, value in values.items() if tenant} if keep else {},
    )


class _Judge:
    """Collects what there is to say about one document."""

    def __init__(
        self,
        file: str,
        text: str,
        document: Document,
        places: Places,
        plan: Plan,
        levels: Mapping[str, Level],
        before: Mapping[str, object] | None,
    ) -> None:
        self.file = file
        self.text = text
        self.document = document
        self.places = places
        self.plan = plan
        self.levels = levels
        self.before = before
        self.tenant = _tenant_id(document.value)
        self.names = Names(document.value)
        self.holds = False
        self.diagnostics: list[Diagnostic] = []
        self.failures: list[str] = []
        self.sightings: dict[str, list[Sighting]] = {}
        self.waiting: list[Waiting] = []

    def judge(self) -> None:
        """Look at the document as far as it can be looked at."""
        for found in self.document.findings:
            self.add_yaml(found)
        if not self.document.sound:
            return
        self.holds = True
        for schema in self.plan.plugins.schemas:
            for keyword, wrong in schema.findings(self.document.value):
                self.holds = False
                self.add(f"schema-{keyword}", "schema", "", wrong)
        judged = {id for id in self.levels if id not in self.plan.plugins.policies}
        if self.holds:
            judged |= self.run_policies()
        self.suppress(judged)

    def run_policies(self) -> set[str]:
        """Let every policy look that can; return their ids."""
        settings = self.plan.settings

        def on_the_day(value: object) -> TenantOn:
            return TenantOn(tenant_of(value), settings.as_of, settings.expiring_within)

        now = on_the_day(self.document.value)
        old = self.before.get(self.tenant or "") if self.before is not None else None
        then = on_the_day(old) if old is not None else None
        looked: set[str] = set()
        for policy in self.plan.plugins.policies.values():
            if policy.facts is not None and policy.id not in self.plan.off:
                # Wanted even of a file in which the policy is off: another may be found by it.
                self.gather(policy, policy.facts, now)
            if policy.over == "fleet" or self.levels[policy.id] == "off":
                continue
            if policy.over == "tenant":
                self.ask(policy, now)
            elif self.before is None:
                continue
            elif then is not None:
                self.ask(policy, then, now)
            looked.add(policy.id)
        return looked

    def ask(self, policy: Policy, *tenants: TenantOn) -> None:
        """Add what a policy finds, one finding for a place."""
        marked: set[str] = set()

        def keep(found: Finding) -> None:
            if found.path not in marked:
                marked.add(found.path)
                self.add(policy.id, policy.topic, policy.help, found)

        self.guarded(policy, Finding, lambda: policy.look(*tenants), keep)

    def gather(self, policy: Policy, facts: Facts, tenant: TenantOn) -> None:
        """Keep the facts that a policy over the fleet wants of this tenant, in their places."""
        seen = self.sightings[policy.id] = []

        def keep(fact: Fact) -> None:
            span = self.places.span(self.document, fact.path)
            draft = self.draft(policy.id, policy.topic, fact.path, "", "", span, ())
            seen.append(Sighting(fact.value, replace(draft, severity=policy.severity)))

        self.guarded(policy, Fact, lambda: facts(tenant), keep)

    def guarded(
        self,
        policy: Policy,
        kind: type[Kind],
        look: Callable[[], Iterable[object]],
        keep: Callable[[Kind], None],
    ) -> None:
        """Keep what a policy yields. If it crashes, that is a failure, and not the end."""
        try:
            for found in look():
                if not isinstance(found, kind):
                    raise TypeError(f"yields {type(found).__name__}, not {kind.__name__}")
                keep(found)
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
        help = finding.help or help
        self.keep(self.draft(id, topic, finding.path, finding.message, help, span, related))

    def add_yaml(self, finding: YamlFinding) -> None:
        """Place a finding of the reader, which knows its offsets."""
        related: tuple[Place, ...] = ()
        if finding.related is not None:
            offset, message = finding.related
            related = (self.related(message, "", self.places.between(offset, offset + 1)),)
        span = self.places.between(finding.start, finding.end)
        message, help = finding.message, finding.help
        self.keep(self.draft(finding.id, "yaml", finding.path, message, help, span, related))

    def keep(self, diagnostic: Diagnostic) -> None:
        id = diagnostic.id
        level = self.levels["schema-KEYWORD" if id.startswith("schema-") else id]
        if level != "off":
            self.diagnostics.append(replace(diagnostic, severity=level))

    def draft(
        self,
        id: str,
        topic: str,
        path: str,
        message: str,
        help: str,
        span: Span,
        related: tuple[Place, ...],
    ) -> Diagnostic:
        name, digest = self.names.of(path)
        return Diagnostic(
            id=id,
            topic=topic,
            severity="error",
            message=message,
            help=help,
            file=self.file,
            document=self.document.index,
            tenant=self.tenant,
            path=path,
            span=span,
            source=self.places.line(span.line),
            related=related,
            name=name,
            digest=digest,
        )

    def related(self, message: str, path: str, span: Span) -> Place:
        return Place(message, self.file, path, span, self.places.line(span.line))

    def suppress(self, judged: set[str]) -> None:
        """Let pass what suppressions cover, and say what is wrong with them.

        `judged` are the ids that could have been found here: a suppression of another id cannot
        be called unused.
        """
        today = self.plan.settings.as_of
        suppressions = find_suppressions(self.text, self.document, self.places)
        open_ones = [item for item in suppressions if item.is_open(today)]
        used: set[int] = set()
        for number, found in enumerate(self.diagnostics):
            cover = next((item for item in open_ones if item.covers(found.id, found.span)), None)
            if cover is not None:
                used.add(id(cover))
                self.diagnostics[number] = replace(found, suppressed=cover.justification)
        for item in suppressions:
            unused = self.wrong_with(item, judged, is_open=item in open_ones)
            if id(item) in used:
                unused = None
            if item in open_ones and self.sightings.keys() & set(item.ids):
                self.waiting.append(Waiting(item, self.file, self.document.index, unused))
            elif unused is not None:
                self.keep(unused)

    def wrong_with(
        self, item: Suppression, judged: set[str], *, is_open: bool
    ) -> Diagnostic | None:
        """Add what is wrong with a suppression; return what to say if it turns out unused."""

        def say(id: str, message: str, help: str) -> Diagnostic:
            draft = self.draft(id, "suppression", "", message, help, item.span, ())
            return replace(draft, name=f"#{item.written}", digest="")

        if item.wrong:
            return say("unused-suppression", f"this suppression covers nothing: {item.wrong}", "")
        unknown = [id for id in item.ids if not self.plan.is_known(id)]
        if unknown:
            hints = (did_you_mean(id, list(self.levels)) for id in unknown)
            message = f"no policy is called {listing(id or 'nothing' for id in unknown)}"
            self.keep(say("unknown-policy", message, " ".join(filter(None, hints))))
        if not item.reason:
            message = "a suppression without a reason covers nothing"
            self.keep(say("unexplained-suppression", message, "write `: reason` after it"))
        if item.is_expired(self.plan.settings.as_of):
            message = f"this suppression covers nothing since {item.until} is past"
            self.keep(say("expired-suppression", message, "remove it, and what it covered"))
        known = [id for id in item.ids if id not in unknown]
        may_be = {*judged, *self.sightings}
        decided = all(id in may_be or id.startswith("schema-") for id in known)
        if not is_open or not known or not decided:
            return None
        return say("unused-suppression", f"nothing here is a {listing(known, 'or')}", "remove it")


def _tenant_id(value: object) -> str | None:
    tenant = value.get("tenant") if isinstance(value, dict) else None
    id = tenant.get("id") if isinstance(tenant, dict) else None
    return id if isinstance(id, str) else None
