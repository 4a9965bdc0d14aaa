"""One file through the program: text, documents, schemas, tenant, policies, diagnostics.

Only here do paths become spans, and findings get a severity.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple, TypeVar

from validator.checking.selection import Plan, Rules
from validator.checking.suppressions import Suppression, cover, find_suppressions
from validator.document.places import Places
from validator.document.reader import Document, YamlFinding, decode, read_documents, undecodable
from validator.document.stable_paths import Names
from validator.findings.builtin import BUILTIN_FINDINGS, BuiltinFinding
from validator.findings.diagnostic import Diagnostic, RelatedLocation, Span
from validator.findings.finding import Fact, Finding, Sighting
from validator.findings.severity import Severity
from validator.findings.wording import did_you_mean, listing
from validator.plugins.policy import Policy, UndecidedError
from validator.project.config import Level
from validator.project.sources import Source, SourceError
from validator.system.cache_store import Stamp, digest
from validator.system.errors import describe_error
from validator.tenant.clock import NEVER, Clock
from validator.tenant.model import Tenant, tenant_of
from validator.tenant.tenant_on import TenantOn

Kind = TypeVar("Kind", Finding, Fact)
Outcome = TypeVar("Outcome")


class Waiting(NamedTuple):
    """A suppression that may yet cover a finding of the fleet.

    `unused` is what there is to say if it does not; None if it has covered another finding.
    """

    suppression: Suppression
    file: str
    document: int
    unused: Diagnostic | None


class Checked(NamedTuple):
    """What one file has come to. `failures` are causes of exit code 2, a line each.

    `tenants` are the ids of its tenants. `off` counts the policies that are off in this file and
    not in all. `sightings`, by policy, and `waiting` are for the policies over the fleet.
    `values` are those of the documents that hold their schema, by tenant, if they were asked
    for. On `until` it may be otherwise. If it is to be remembered, `digest` is
    that of the bytes, and `stamp` that of the file; None where it proves nothing.
    """

    file: str
    documents: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    failures: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    off: int = 0
    sightings: Mapping[str, tuple[Sighting, ...]] = {}
    waiting: tuple[Waiting, ...] = ()
    values: Mapping[str, object] = {}
    until: date = NEVER
    digest: str = ""
    stamp: Stamp | None = None


Done = Callable[[Sequence[Checked]], None]
"""Is told what some files have come to, as soon as that is known."""


def attempt(source: Source, work: Callable[[], Outcome]) -> Outcome | str:
    """Return what comes of the work on a file, or why nothing does, on one line.

    What goes wrong with one file is a failure of this file alone.
    """
    try:
        return work()
    except SourceError as error:
        return str(error)
    except MemoryError:
        return f"{source.name}: not enough memory"
    except Exception as error:
        return f"{source.name}: internal error: {describe_error(error)}"


def check(
    file: str,
    data: bytes,
    plan: Plan,
    *,
    before: Mapping[str, object] | None = None,
    keep: bool = False,
) -> Checked:
    """Check the bytes of a file on the day of the plan.

    With `keep` the values of the documents are part of the outcome. Raises SchemaError.
    """
    case = opened(file, data, plan, before=before)
    checked = case.on(plan.settings.as_of)
    return checked._replace(values=case.values()) if keep else checked


def opened(
    file: str,
    data: bytes,
    plan: Plan,
    *,
    before: Mapping[str, object] | None = None,
    stamp: Stamp | None = None,
) -> "Case":
    """Read the bytes of a file, which may then be judged; `file` is what reports call it.

    With `before`, the values of the older version by tenant, policies over a change look, too.
    """
    remembered = plan.settings.remembered
    case = Case(file, data, plan, before=before, ahead=remembered, verbatim=remembered)
    if remembered:
        case.digest, case.stamp = digest(data), stamp
    return case


def let_look(plan: Plan, cases: "Sequence[Case]") -> None:
    """Let policies look at files that have begun, one after the other at all of their documents."""
    judges = [judge for case in cases for judge in case.judges]
    for policy in plan.plugins.policies.values():
        for judge in judges:
            if policy.id in judge.policies:
                judge.hear(policy)


class Case:
    """A file that is read once and can be judged on any day, and then on later ones.

    To look `ahead` costs a little; what is judged then knows until when it holds: what is found,
    or with `verbatim` also each word that is said of it.
    """

    def __init__(
        self,
        file: str,
        data: bytes,
        plan: Plan,
        *,
        before: Mapping[str, object] | None = None,
        ahead: bool = False,
        verbatim: bool = False,
    ) -> None:
        try:
            self._text = decode(data)
            self.documents = tuple(read_documents(self._text))
        except UnicodeDecodeError as error:
            self._text, document = undecodable(error)
            self.documents = (document,)
        self._file = file
        self._plan = plan
        self.digest = ""
        self.stamp: Stamp | None = None
        self._before = before
        self._ahead, self._verbatim = ahead, verbatim
        self._rules = plan.rules(file)

    @cached_property
    def judges(self) -> "list[_Judge]":
        """What judges each document. Raises SchemaError."""
        file, text, places = self._file, self._text, Places(self._text)
        plan, rules, before = self._plan, self._rules, self._before
        return [
            _Judge(file, text, document, places, plan, rules, before) for document in self.documents
        ]

    @property
    def tenants(self) -> tuple[tuple[int, Tenant], ...]:
        """The documents that hold their schema, by index, as tenants."""
        return tuple((judge.document.index, judge.tenant) for judge in self.judges if judge.tenant)

    @property
    def is_broken(self) -> bool:
        """Tell whether a document cannot be read, or breaks a schema."""
        return any(judge.tenant is None for judge in self.judges)

    def at(self, sighting: Sighting, policy: Policy) -> Diagnostic:
        """Return a finding about a sighting, as yet without a message. Raises KeyError."""
        judge = self.judges[sighting.document]
        span = judge.places.span(judge.document, sighting.path)
        return judge.draft(
            policy.id, policy.topic, policy.severity, sighting.path, "", "", span, ()
        )

    def placed(
        self, document: int, found: Iterable[tuple[BuiltinFinding, Finding]], day: date
    ) -> list[Diagnostic]:
        """Return findings about a document that are no policies, in their places, on a day.

        Levels and suppressions hold for them; what is off is left out.
        """
        judge = self.judges[document]
        placed = [
            judge.placed(page.id, page.topic, page.help, finding, level)
            for page, finding in found
            if (level := judge.levels[page.id]) != "off"
        ]
        covers = cover(
            [item for item in judge.suppressions if item.is_open(day)],
            [(item.id, item.span) for item in placed],
        )
        return [
            item if nearest is None else item._replace(suppressed=nearest.justification)
            for item, nearest in zip(placed, covers, strict=True)
        ]

    def values(self) -> Mapping[str, object]:
        """Return the values of the documents that hold their schema, by organisation id."""
        return {
            judge.tenant.organisation.id: judge.document.value
            for judge in reversed(self.judges)
            if judge.tenant is not None
        }

    def on(self, day: date) -> Checked:
        """Return what the file comes to on a day; days must not go back."""
        let_look(self._plan, [self.begin(day)])
        return self.outcome()

    def begin(self, day: date) -> "Case":
        """Begin with a day; days must not go back."""
        for judge in self.judges:
            judge.begin(Clock(day, ahead=self._ahead, verbatim=self._verbatim))
        return self

    def outcome(self) -> Checked:
        """Return what the file has come to."""
        plan, off, judges = self._plan, self._rules.off, self.judges
        for judge in judges:
            if judge.suppressions:
                judge.suppress()
        diagnostics = [item for judge in judges for item in judge.diagnostics]
        failures = [item for judge in judges for item in judge.failures]
        if off == len(plan.running) > 0:
            name = plan.settings.config.name
            failures.append(f"{self._file}: {name} leaves no policy to run on this file")
        sightings: dict[str, tuple[Sighting, ...]] = {}
        for judge in judges:
            for id, seen in judge.sightings.items():
                sightings[id] = (*sightings.get(id, ()), *seen)
        return Checked(
            self._file,
            len(judges),
            tuple(sorted(diagnostics, key=lambda item: item.sort_key)),
            tuple(failures),
            tuple([judge.id for judge in judges if judge.id is not None]),
            off - len(plan.off),
            sightings,
            tuple([item for judge in judges for item in judge.waiting]),
            until=min([judge.until for judge in judges]),
            digest=self.digest,
            stamp=self.stamp,
        )


class _Answer(NamedTuple):
    """What a policy has said, and the first day on which it may say otherwise."""

    drafts: tuple[Diagnostic, ...]
    sightings: tuple[Sighting, ...]
    failures: tuple[str, ...]
    until: date


_NOTHING = _Answer((), (), (), NEVER)


class _Judge:
    """Collects what there is to say about one document on one day after another."""

    def __init__(
        self,
        file: str,
        text: str,
        document: Document,
        places: Places,
        plan: Plan,
        rules: Rules,
        before: Mapping[str, object] | None,
    ) -> None:
        self.file = file
        self.document = document
        self.places = places
        self.plan = plan
        self.levels = rules.levels
        self.policies: Mapping[str, Policy] = {}
        self.id = _organisation_id(document.value)
        self.names = Names(document.value)
        self.answers: dict[str, _Answer] = {}
        self.views: tuple[TenantOn, ...] = ()  # this version
        self.change: tuple[TenantOn, ...] = ()  # the older version and this one
        self.diagnostics: list[Diagnostic] = []
        for found in document.findings:
            self.add_yaml(found)
        self.tenant: Tenant | None = None
        self.older: Tenant | None = None
        self.suppressions: list[Suppression] = []
        if document.sound:
            self.suppressions = find_suppressions(text, document, places)
            if self.holds_schemas():
                self.tenant = tenant_of(document.value)
                self.policies = rules.policies
                old = before.get(self.id or "") if before is not None else None
                self.older = tenant_of(old) if old is not None else None
        self.shape = tuple(self.diagnostics)

    def holds_schemas(self) -> bool:
        """Tell whether the document holds all schemas; add what is wrong with it."""
        holds = True
        for schema in self.plan.plugins.schemas:
            for keyword, wrong in schema.findings(self.document.value):
                holds = False
                self.add(f"schema-{keyword}", "schema", "", wrong)
        return holds

    def begin(self, clock: Clock) -> None:
        """Begin with a day; what an earlier day has said and still holds is kept."""
        self.clock = clock
        self.until = NEVER
        self.diagnostics = list(self.shape)
        self.failures: list[str] = []
        self.sightings: dict[str, tuple[Sighting, ...]] = {}
        self.waiting: list[Waiting] = []
        if self.tenant is not None:
            self.views = (self.view(self.tenant, *self.views[:1]),)
        if self.older is not None:
            self.change = (self.view(self.older, *self.change[:1]), *self.views)

    def view(self, tenant: Tenant, before: TenantOn | None = None) -> TenantOn:
        """Return a tenant on the day; `before` is the same on an earlier one."""
        day, horizon = self.clock.day, self.plan.settings.expiring_within
        return TenantOn(tenant, day, horizon, clock=self.clock, before=before)

    def hear(self, policy: Policy) -> None:
        """Keep what a policy says of the document, unless what it said before still holds."""
        answer = self.answers.get(policy.id)
        if answer is None or self.clock.day >= answer.until:
            about = self.change if policy.over == "change" else self.views
            answer = self.answers[policy.id] = self.listen(policy, about) if about else _NOTHING
        if answer is _NOTHING:
            return
        self.until = min(self.until, answer.until)
        self.diagnostics += answer.drafts
        self.failures += answer.failures
        if answer.sightings:
            self.sightings[policy.id] = answer.sightings

    def listen(self, policy: Policy, tenants: Sequence[TenantOn]) -> _Answer:
        """Return what a policy says. If it crashes, that is a failure, and not the end."""
        drafts: dict[str, Diagnostic] = {}
        sightings: list[Sighting] = []
        failures: list[str] = []
        self.clock.until = NEVER
        try:
            if policy.facts is not None:
                facts = policy.facts(*tenants)
                sightings += (self.sighting(_a(Fact, fact)) for fact in facts)
            else:
                for item in policy.function(*tenants):
                    found, level = _a(Finding, item), self.levels[policy.id]
                    if found.path not in drafts and level != "off":
                        drafts[found.path] = self.placed(
                            policy.id, policy.topic, policy.help, found, level
                        )
        except KeyboardInterrupt:
            raise
        except UndecidedError as error:
            failures.append(f"{error} (the policy {policy.id}, looking at {self.file})")
        except BaseException as error:  # a SystemExit, too, must not end the run with its code
            failures.append(f"{self.file}: the policy {policy.id} crashed: {describe_error(error)}")
        until = self.clock.until
        if drafts or sightings or failures:
            return _Answer(tuple(drafts.values()), tuple(sightings), tuple(failures), until)
        return _NOTHING if until is NEVER else _Answer((), (), (), until)

    def sighting(self, fact: Fact) -> Sighting:
        """Return where a fact was told."""
        index = self.document.index
        return Sighting(fact.value, fact.path, self.file, index, self.id or "")

    def placed(
        self, id: str, topic: str, help: str, finding: Finding, level: Severity
    ) -> Diagnostic:
        """Return a finding in its place."""
        span = self.places.span(self.document, finding.path, on_key=finding.on_key)
        related = tuple(
            self.related(item.message, item.path, self.places.span(self.document, item.path))
            for item in finding.related
        )
        help = finding.help or help
        return self.draft(id, topic, level, finding.path, finding.message, help, span, related)

    def add(self, id: str, topic: str, help: str, finding: Finding) -> None:
        """Place and keep a finding of a schema."""
        level = self.level(id)
        if level != "off":
            self.diagnostics.append(self.placed(id, topic, help, finding, level))

    def add_yaml(self, finding: YamlFinding) -> None:
        """Place a finding of the reader, which knows its offsets."""
        related: tuple[RelatedLocation, ...] = ()
        if finding.related is not None:
            offset, message = finding.related
            related = (self.related(message, "", self.places.between(offset, offset + 1)),)
        span = self.places.between(finding.start, finding.end)
        level = self.level(finding.id)
        if level != "off":
            found = finding
            self.diagnostics.append(
                self.draft(
                    found.id, "yaml", level, found.path, found.message, found.help, span, related
                )
            )

    def level(self, id: str) -> Level:
        """Return the level of a finding that is no policy."""
        return self.levels["schema-KEYWORD" if id.startswith("schema-") else id]

    def keep(self, diagnostic: Diagnostic) -> None:
        """Keep a finding about a suppression, as severe as it is to be."""
        level = self.levels[diagnostic.id]
        if level != "off":
            self.diagnostics.append(diagnostic._replace(severity=level))

    def draft(
        self,
        id: str,
        topic: str,
        level: Severity,
        path: str,
        message: str,
        help: str,
        span: Span,
        related: tuple[RelatedLocation, ...],
        named: tuple[str, str] | None = None,
    ) -> Diagnostic:
        name, digest = named or self.names.of(path)
        return Diagnostic(
            id=id,
            topic=topic,
            severity=level,
            message=message,
            help=help,
            file=self.file,
            document=self.document.index,
            tenant=self.id,
            path=path,
            span=span,
            source=self.places.line(span.line),
            related=related,
            name=name,
            digest=digest,
        )

    def related(self, message: str, path: str, span: Span) -> RelatedLocation:
        return RelatedLocation(message, self.file, path, span, self.places.line(span.line))

    def suppress(self) -> None:
        """Let pass what suppressions cover, and say what is wrong with them.

        A suppression of an id that could not have been found here cannot be called unused.
        """
        today = self.clock.day
        for item in self.suppressions:
            if item.until is not None and today <= item.until < NEVER:
                self.until = min(self.until, item.until + timedelta(1))
        used: set[int] = set()
        covers = cover(
            [item for item in self.suppressions if item.is_open(today)],
            [(found.id, found.span) for found in self.diagnostics],
        )
        for number, nearest in enumerate(covers):
            if nearest is not None:
                used.add(id(nearest))
                found = self.diagnostics[number]
                self.diagnostics[number] = found._replace(suppressed=nearest.justification)
        of_the_fleet = {id for id, policy in self.policies.items() if policy.over == "fleet"}
        # Drift is not looked for here; what covers it is not unused.
        judged = {id for id in BUILTIN_FINDINGS if not id.startswith("drift-")}
        judged.update(self.policies)
        for item in self.suppressions:
            unused = self.wrong_with(item, judged)
            if id(item) in used:
                unused = None
            if item.is_open(today) and not of_the_fleet.isdisjoint(item.ids):
                self.waiting.append(Waiting(item, self.file, self.document.index, unused))
            elif unused is not None:
                self.keep(unused)

    def wrong_with(self, item: Suppression, judged: set[str]) -> Diagnostic | None:
        """Add what is wrong with a suppression; return what to say if it turns out unused."""

        def say(id: str, message: str, help: str) -> Diagnostic:
            named = (f"#{item.written}", "")
            return self.draft(id, "suppression", "warning", "", message, help, item.span, (), named)

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
        if item.is_expired(self.clock.day):
            message = f"this suppression covers nothing since {item.until} is past"
            self.keep(say("expired-suppression", message, "remove it, and what it covered"))
        known = [id for id in item.ids if id not in unknown]
        decided = all(id in judged or id.startswith("schema-") for id in known)
        if not item.is_open(self.clock.day) or not known or not decided:
            return None
        return say("unused-suppression", f"nothing here is a {listing(known, 'or')}", "remove it")


def _a(kind: type[Kind], item: object) -> Kind:
    if not isinstance(item, kind):
        raise TypeError(f"yields {type(item).__name__}, not {kind.__name__}")
    return item


def _organisation_id(value: object) -> str | None:
    tenant = value.get("tenant") if isinstance(value, dict) else None
    id = tenant.get("id") if isinstance(tenant, dict) else None
    return id if isinstance(id, str) else None
