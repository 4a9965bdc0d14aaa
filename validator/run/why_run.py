"""Runs `why`: explains the terms of a tenant on a day, and the result of a policy on it."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import NamedTuple

from validator.checking.document_check import DocumentCheck
from validator.checking.file_check import FileCheck, open_source, or_failure
from validator.checking.off_reason import off_reason
from validator.checking.selection import Selection
from validator.findings.builtin import can_be_hidden, find_builtin
from validator.findings.diagnostic import Diagnostic
from validator.findings.json_pointer import paths_around
from validator.findings.wording import cannot_look_at, did_you_mean, not_called
from validator.plugins.policy import Policy
from validator.project.config import ConfigError
from validator.project.sources import Source
from validator.system.errors import describe_policy_error
from validator.tenant.calendar_days import plus_days
from validator.tenant.model import Node, Subscription, Tenant, User
from validator.tenant.questions import Question, Questions, observed
from validator.tenant.subscription_standing import subscription_standing
from validator.tenant.tenant_on import TenantOn
from validator.tenant.tenant_standing import tenant_standing
from validator.tenant.user_standing import user_standing
from validator.tenant.why_report import ExplainedTenant, PolicyAnswer, WhyReport


class Subject(NamedTuple):
    """What to explain: a user, a subscription, a policy. None if it was not requested."""

    user: str | None = None
    subscription: str | None = None
    policy: str | None = None

    @property
    def is_tenant(self) -> bool:
        """Whether no user or subscription was requested, so the whole tenant is explained."""
        return self.user is None and self.subscription is None


def why_run(
    source: Source,
    selection: Selection,
    subject: Subject,
    stdin: bytes,
    baseline: str | None,
) -> WhyReport:
    """Return the explanation for a file. Raises ConfigError if the subject does not exist."""
    as_of = selection.settings.as_of
    current = selection.names.current
    if subject.policy is not None:
        subject = subject._replace(policy=current.get(subject.policy, subject.policy))
        _check_policy(selection, subject.policy or "")
    opened = open_source(source, selection, stdin)
    if isinstance(opened, str):
        return WhyReport(source.name, as_of, as_of, failures=(opened,))
    known: Collection[tuple[str, str, str]] = ()
    if baseline is not None:
        from validator.checking.baseline import read_baseline

        known = {entry.key for entry in read_baseline(baseline, current=current)}
    explain = partial(_explained, source.name, opened, selection, subject, known)
    result = or_failure(source.name, explain)
    if isinstance(result, str):
        return WhyReport(source.name, as_of, as_of, failures=(result,))
    if not result.tenants and not result.broken:
        raise ConfigError(_unknown(source.name, opened, subject))
    return result


def _explained(
    name: str,
    opened: FileCheck,
    selection: Selection,
    subject: Subject,
    known: Collection[tuple[str, str, str]],
) -> WhyReport:
    as_of = selection.settings.as_of
    tenants: list[ExplainedTenant] = []
    broken: list[str] = []
    failures: list[str] = []
    opened.start_day(as_of)
    for check in opened.document_checks:
        if check.tenant is None:
            number = check.document.index + 1
            where = f", document {number}" if len(opened.document_checks) > 1 else ""
            broken.append(cannot_look_at(name, where))
            continue
        subscriptions, users = _subjects(check.tenant, subject)
        if not (subject.is_tenant or subscriptions or users):
            continue
        on = TenantOn(check.tenant, as_of, selection.settings.expiring_within)
        answer = None
        if subject.policy is not None:
            parts: list[Node] = [] if subject.is_tenant else [*subscriptions, *users]
            answer = _policy_answer(name, check, selection, subject.policy, on, parts, known)
            failures += check.failures
        # If only a policy was requested, only the policy is explained.
        is_short = subject.is_tenant and subject.policy is not None
        organisation = check.tenant.organisation
        tenants.append(
            ExplainedTenant(
                check.document.index,
                organisation.id,
                organisation.name,
                tenant_standing(on),
                () if is_short else tuple(subscription_standing(on, i) for i in subscriptions),
                () if is_short else tuple(user_standing(on, user) for user in users),
                answer,
            )
        )
    soon = plus_days(as_of, selection.settings.expiring_within)
    return WhyReport(name, as_of, soon, tuple(tenants), tuple(broken), tuple(failures))


def _subjects(tenant: Tenant, subject: Subject) -> tuple[Sequence[Subscription], Sequence[User]]:
    """Return the requested subscriptions and users; all of them if none was requested."""
    if subject.is_tenant:
        return tenant.subscriptions, tenant.users
    email = None if subject.user is None else subject.user.lower()
    return (
        [item for item in tenant.subscriptions if item.id == subject.subscription],
        [user for user in tenant.users if user.email.lower() == email],
    )


def _unknown(name: str, opened: FileCheck, subject: Subject) -> str:
    """Return a message that a user or a subscription does not exist, with a suggestion."""
    tenants = [tenant for _, tenant in opened.tenants]
    if subject.user is not None:
        wanted, what = subject.user, "user has the e-mail address"
        names = [user.email for tenant in tenants for user in tenant.users]
    else:
        wanted, what = subject.subscription or "", "subscription has the id"
        names = [item.id for tenant in tenants for item in tenant.subscriptions]
    hint = did_you_mean(wanted, names)
    return f"{name}: no {what} {wanted}" + (hint and f"; {hint}")


# Policies


def _check_policy(selection: Selection, id: str) -> None:
    policies = selection.plugins.policies
    if id in policies:
        return
    if find_builtin(id) is not None:
        raise ConfigError(
            f"--policy: {id} is a finding that does not come from a policy; run tenantlint "
            f"explain {id} to see when it is reported"
        )
    if any(policy.topic == id for policy in policies.values()):
        raise ConfigError(
            f"--policy: {id} is a topic; run tenantlint explain {id} to list its policies"
        )
    hint = did_you_mean(id, list(policies)) or "run tenantlint policies to list them"
    raise ConfigError(f"--policy: {not_called('policy', id)}; {hint}")


def _policy_answer(
    name: str,
    check: DocumentCheck,
    selection: Selection,
    id: str,
    on: TenantOn,
    parts: Sequence[Node],
    known: Collection[tuple[str, str, str]],
) -> PolicyAnswer:
    """Return what a policy did in a document without schema errors."""
    policy = selection.plugins.policies[id]
    reason = off_reason(selection, name, id)
    if reason:
        return PolicyAnswer(id, "off", reason)
    if policy.over == "change":
        reason = "it compares two versions of a file; run check --since REV"
        return PolicyAnswer(id, "not run", reason)
    if policy.over == "fleet":
        reason = "it compares the files of a run; run check over all of them"
        questions = _questions(name, policy, selection, on, parts, check.failures)
        return PolicyAnswer(id, "not run", reason, questions=questions)
    check.evaluate(policy)
    has_crashed = bool(check.failures)
    check.apply_suppressions()
    every = [item for item in check.diagnostics if item.id == id]
    paths = frozenset([part.path for part in parts])
    found = [item for item in every if not parts or _is_about(item, paths)]
    return PolicyAnswer(
        id,
        "ran",
        "",
        tuple((item, _status(item, known)) for item in found),
        len(every) - len(found),
        () if has_crashed else _questions(name, policy, selection, on, parts, check.failures),
        plus_days(on.clock.day, selection.arguments(policy).horizon),
    )


def _is_about(item: Diagnostic, parts: frozenset[str]) -> bool:
    """Return whether a finding, or a related place, is in one of the parts, which are paths."""
    paths = (item.path, *(related.path for related in item.related))
    return any(path in parts or not parts.isdisjoint(paths_around(path)) for path in paths)


def _status(item: Diagnostic, known: Collection[tuple[str, str, str]]) -> str:
    from validator.checking.baseline import known_key

    if item.suppressed is not None:
        return "suppressed"
    return "known" if known_key(item) in known and can_be_hidden(item.id) else "reported"


def _questions(
    name: str,
    policy: Policy,
    selection: Selection,
    on: TenantOn,
    parts: Sequence[Node],
    failures: list[str],
) -> tuple[Question, ...]:
    """Return the terms that a policy reads. The policy runs a second time to record them."""
    questions = Questions(parts)
    run = policy.function if policy.facts is None else policy.facts
    try:
        if selection.arguments(policy).horizon != on.expiring_within:
            on = TenantOn(on.tenant, on.clock.day, selection.arguments(policy).horizon)
        for _ in run(observed(on, questions), **selection.arguments(policy).options):
            pass
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a SystemExit must not set the exit code of the run
        about = describe_policy_error(error, run)
        failures.append(f"{name}: the policy {policy.id} crashed: {about}")
    return questions.all()
