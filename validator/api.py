"""What the package offers to policies; `validator` imports all of it when it is first asked."""

from validator.findings.diagnostic import Fact, Finding, FleetFinding, Related, Severity, Sighting
from validator.findings.report import Report
from validator.findings.wording import counted, listing
from validator.plugins.folder import policies_in
from validator.plugins.hookspecs import Reporter, hookimpl
from validator.plugins.policy import Policy, policy
from validator.tenant.model import (
    Assignment,
    Entitlement,
    Organisation,
    Partner,
    Subscription,
    Tenant,
    UsageRow,
    User,
)
from validator.tenant.tenant_on import MonthlyUse, TelephonyOption, TenantOn
from validator.tenant.terms import FOREVER

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
