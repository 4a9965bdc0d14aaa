"""What the package offers to policies; `validator` imports all of it when it is first asked."""

from validator.definition import Policy, policy
from validator.diagnostic import Fact, Finding, FleetFinding, Related, Severity, Sighting
from validator.folder import policies_in
from validator.hookspecs import Reporter, hookimpl
from validator.report import Report
from validator.tenant import (
    Assignment,
    Entitlement,
    Organisation,
    Partner,
    Subscription,
    Tenant,
    UsageRow,
    User,
)
from validator.tenant_on import MonthlyUse, TelephonyOption, TenantOn
from validator.terms import FOREVER
from validator.wording import counted, listing

__all__ = [
    "FOREVER",
    "Assignment",
    "Entitlement",
    "Fact",
    "Finding",
    "FleetFinding",
    "MonthlyUse",
    "Organisation",
    "Partner",
    "Policy",
    "Related",
    "Report",
    "Reporter",
    "Severity",
    "Sighting",
    "Subscription",
    "TelephonyOption",
    "Tenant",
    "TenantOn",
    "UsageRow",
    "User",
    "counted",
    "hookimpl",
    "listing",
    "policies_in",
    "policy",
]
