"""The report of `why`: the standing of a tenant, and what a policy did."""

from datetime import date
from typing import NamedTuple

from validator.findings.diagnostic import Diagnostic
from validator.tenant.questions import Question
from validator.tenant.subscription_standing import SubscriptionStanding
from validator.tenant.tenant_standing import TenantStanding
from validator.tenant.user_standing import UserStanding


class PolicyAnswer(NamedTuple):
    """What a policy did in a document.

    `outcome` is "ran", "off" or "not run", and `reason` says why it is off or has not run. `found`
    has its findings about the subjects, or all findings without subjects, each with "reported",
    "suppressed" or "known". `elsewhere` is the number of other findings. `questions` has the terms
    that it asked for. `soon` is the last day that counts as soon for the policy.
    """

    id: str
    outcome: str
    reason: str = ""
    found: tuple[tuple[Diagnostic, str], ...] = ()
    elsewhere: int = 0
    questions: tuple[Question, ...] = ()
    soon: date | None = None


class ExplainedTenant(NamedTuple):
    """A document of the file, with the `subscriptions` and `users` that were asked about."""

    document: int
    tenant: str
    name: str
    standing: TenantStanding
    subscriptions: tuple[SubscriptionStanding, ...]
    users: tuple[UserStanding, ...]
    policy: PolicyAnswer | None = None


class WhyReport(NamedTuple):
    """The answers about a file on a day.

    `soon` is the last day that counts as soon. `broken` has a line for each document that cannot
    be explained.
    """

    file: str
    as_of: date
    soon: date
    tenants: tuple[ExplainedTenant, ...] = ()
    broken: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    color: bool = False
    width: int | None = None
