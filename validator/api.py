"""The public names of `validator`, which imports this module when it first needs one."""

from validator.findings.finding import Fact, Finding, FleetFinding, Fold, Related, Sighting
from validator.findings.fix import Edit, Fix
from validator.findings.report import Report
from validator.findings.severity import Severity
from validator.findings.wording import counted, few, listing, once_provisioned
from validator.plugins.hookspecs import Reporter, hookimpl
from validator.plugins.option import Option, horizon, months_of_history
from validator.plugins.policy import Policy, policy
from validator.plugins.policy_folder import policies_in
from validator.tenant.calendar_days import FOREVER
from validator.tenant.gap_text import what_follows
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
from validator.tenant.tenant_on import TenantOn
from validator.tenant.terms import SENIORITY_SERVICES, TelephonyOption

__all__ = [
    "FOREVER",
    "SENIORITY_SERVICES",
    "Assignment",
    "Edit",
    "Entitlement",
    "EntitlementLine",
    "Fact",
    "Finding",
    "Fix",
    "FleetFinding",
    "Fold",
    "Lapse",
    "MonthlyUse",
    "Option",
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
    "few",
    "hookimpl",
    "horizon",
    "listing",
    "months_of_history",
    "once_provisioned",
    "policies_in",
    "policy",
    "what_follows",
]
