"""What the package offers to policies; `validator` imports all of it when it is first asked."""

from validator.findings.diagnostic import Fact, Finding, FleetFinding, Related, Severity, Sighting
from validator.findings.report import Report
from validator.findings.wording import counted, listing
from validator.plugins.folder import policies_in
from validator.plugins.hookspecs import Reporter, hookimpl
from validator.plugins.policy import Policy, policy
from validator.tenant.calendar_days import FOREVER
from validator.tenant.model import (
    Assignment,
    Entitlement,
    EntitlementLine,
    Lapse,
    Organisation,
    Partner,
    Subscription,
    Tenant,
    UsageRow,
    User,
)
from validator.tenant.months import MonthlyUse
from validator.tenant.tenant_on import TelephonyOption, TenantOn

__all__ = [
    "FOREVER",
    "Assignment",
    "Entitlement",
    "EntitlementLine",
    "Fact",
    "Finding",
    "FleetFinding",
    "Lapse",
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
