"""The pages of the findings of `drift`, the comparison with Control Hub."""

from validator.findings.builtin_finding import BuiltinFinding

DRIFT_PAGES = (
    BuiltinFinding(
        id="drift-tenant",
        topic="drift",
        severity="error",
        page="""The file does not say which organisation it describes.

**Do:** write the organisation's id, or let `tenantlint import` do it.

**Source:** the ids of licences in the answers of the Webex API.
""",
    ),
    BuiltinFinding(
        id="drift-subscription",
        topic="drift",
        severity="error",
        page="""A subscription of the tenant is missing from the file.

Control Hub has licences of a contact centre in it.

**Do:** add it, or let `tenantlint import` do it and fill in what no export tells.

**Source:** Control Hub's export of users; the Webex API, licenses.
""",
    ),
    BuiltinFinding(
        id="drift-status",
        topic="drift",
        severity="error",
        page="""A subscription is suspended, or a trial, in one place and not in the other.

Control Hub writes `(Suspended)` into the name of a licence's column. The id of a trial begins
with `trialSub.`.

**Do:** write the status that Control Hub shows, or let `tenantlint import` do it.

**Source:** Control Hub's export of users (help.webex.com afv3q8); the Webex API, licenses.
""",
    ),
    BuiltinFinding(
        id="drift-quantity",
        topic="drift",
        severity="error",
        page="""A subscription has another number of licences than the file says.

What counts is the sum of the entitlement lines of today. A licence without a limit is not
compared.

**Do:** write the number that Control Hub has, or let `tenantlint import` do it. Where several
lines count, change them by hand.

**Source:** the Webex API, licenses: totalUnits.
""",
    ),
    BuiltinFinding(
        id="drift-user-missing",
        topic="drift",
        severity="error",
        page="""A user of the tenant is missing from the file.

Control Hub has a user with the licence of an agent whom the file does not list, so nothing here
protects them.

**Do:** add the user, or let `tenantlint import` do it.

**Source:** Control Hub's export of users; the Webex API, people and licenses.
""",
    ),
    BuiltinFinding(
        id="drift-user-extra",
        topic="drift",
        severity="error",
        page="""The file lists a user that the tenant does not have.

**Do:** remove the user, or let `tenantlint import` do it; or add them in Control Hub.

**Source:** Control Hub's export of users; the Webex API, people.
""",
    ),
    BuiltinFinding(
        id="drift-assignment",
        topic="drift",
        severity="error",
        page="""A user holds other licences than the file says.

An assignment without a licence fits any licence of an agent in its subscription; licences that
are none of agents stand in no export and are left in peace.

**Do:** correct the assignments, or let `tenantlint import` do it; or the licences in Control Hub
(Management > Users > the user > Summary > Licenses).

**Source:** Control Hub's export of users; the Webex API, people and licenses.
""",
    ),
    BuiltinFinding(
        id="drift-role",
        topic="drift",
        severity="error",
        page="""A user is an administrator in one place and not in the other.

**Do:** correct the roles, or let `tenantlint import` do it; or the roles in Control Hub.

**Source:** the Webex API, people: roles.
""",
    ),
    BuiltinFinding(
        id="drift-user-detail",
        topic="drift",
        severity="warning",
        page="""A user has another name, department or status.

A name or department that the file leaves out is not compared. A user without a status is active.

**Do:** take over what Control Hub has, or let `tenantlint import` do it.

**Source:** Control Hub's export of users; the Webex API, people.
""",
    ),
    BuiltinFinding(
        id="drift-usage",
        topic="drift",
        severity="error",
        page="""A month's usage differs between the report and the file.

Rows that the report does not have are not compared.

**Do:** write the quantity of the report, or let `tenantlint import --usage` do it. Where several
rows of the file say the same thing, make one of them.

**Source:** the report that `--usage` names.
""",
    ),
)
