"""The report of `why`: how a tenant, its subscriptions and users stand, and what a policy did."""

from datetime import date
from typing import NamedTuple

from validator.findings.diagnostic import Diagnostic
from validator.tenant.questions import Question
from validator.tenant.subscription_standing import SubscriptionStanding
from validator.tenant.tenant_standing import TenantStanding
from validator.tenant.user_standing import UserStanding


class PolicyAnswer(NamedTuple):
    """What a policy did in a document.

    `outcome` is "ran", "off" or "not run"; `reason` says why it is off or has not run.
    `found` are its findings about the subjects, or all of them without a subject; with each
    comes whether it is reported, suppressed or known. `elsewhere` is the number of the others.
    `questions` are the terms that it asked. `soon` is the last day that is soon for it.
    """

    id: str
    outcome: str
    reason: str = ""
    found: tuple[tuple[Diagnostic, str], ...] = ()
    elsewhere: int = 0
    questions: tuple[Question, ...] = ()
    soon: date | None = None


class ExplainedTenant(NamedTuple):
    """A document of the file; `subscriptions` and `users` are those that were asked about."""

    document: int
    tenant: str
    name: str
    standing: TenantStanding
    subscriptions: tuple[SubscriptionStanding, ...]
    users: tuple[UserStanding, ...]
    policy: PolicyAnswer | None = None


class WhyReport(NamedTuple):
    """The answers about a file on a day.

    What ends on the day `soon` or before ends soon. `broken` names documents that cannot be
    explained.
    """

    file: str
    as_of: date
    soon: date
    tenants: tuple[ExplainedTenant, ...] = ()
    broken: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    color: bool = False
    width: int | None = None
