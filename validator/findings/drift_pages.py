"""The pages of the findings from `drift`, the comparison with Control Hub."""

from validator.findings.builtin_finding import BuiltinFinding

DRIFT_PAGES = (
    BuiltinFinding(
        id="drift-tenant",
        topic="drift",
        severity="error",
        page="""The file does not say which organisation it describes.

**Do:** write the organisation's id, or run `tenantlint import`.

**Source:** the ids of licences in responses of the Webex API.
""",
    ),
    BuiltinFinding(
        id="drift-subscription",
        topic="drift",
        severity="error",
        page="""A subscription of the tenant is missing from the file.

In Control Hub, the subscription has contact centre licences.

**Do:** add the subscription, or run `tenantlint import`, and fill in what no export contains.

**Source:** Control Hub's export of users; the Webex API, licenses.
""",
    ),
    BuiltinFinding(
        id="drift-status",
        topic="drift",
        severity="error",
        page="""A subscription is suspended, or a trial, only in the file or only in Control Hub.

Control Hub adds `(Suspended)` to the column name of a licence. The id of a trial begins with
`trialSub.`. A trial that has ended by its dates needs no status. A subscription without a status is
active.

**Do:** write the status that Control Hub shows, or run `tenantlint import`.

**Source:** Control Hub's export of users (help.webex.com afv3q8); the Webex API, licenses.
""",
    ),
    BuiltinFinding(
        id="drift-quantity",
        topic="drift",
        severity="error",
        page="""A subscription's number of licences differs between the file and Control Hub.

The number in the file is the sum of the entitlement lines that count today, or on the first day of
a subscription that begins later. A licence without a limit is not compared. If there is one,
`entitlements` that are missing in the file are no difference.

**Do:** if the number has changed, end the old line with `until` and add a line with the new
number and `since`, so that past months keep their number. If it was never right, write the number
that Control Hub has, or run `tenantlint import`. If several lines count, change them by hand.

**Source:** the Webex API, licenses: totalUnits.
""",
    ),
    BuiltinFinding(
        id="drift-user-missing",
        topic="drift",
        severity="error",
        page="""A user of the tenant is missing from the file.

In Control Hub, the user has an agent licence. No policy can check a user who is not in the file.

**Do:** add the user, or run `tenantlint import`.

**Source:** Control Hub's export of users; the Webex API, people and licenses.
""",
    ),
    BuiltinFinding(
        id="drift-user-extra",
        topic="drift",
        severity="error",
        page="""The file lists a user that the tenant does not have.

A user who is only assigned to subscriptions that begin later need not be in Control Hub yet.

**Do:** remove the user, or run `tenantlint import`; or add the user in Control Hub.

**Source:** Control Hub's export of users; the Webex API, people.
""",
    ),
    BuiltinFinding(
        id="drift-assignment",
        topic="drift",
        severity="error",
        page="""A user's licences differ between the file and Control Hub.

An assignment without a licence matches any agent licence in its subscription. For a user who is
neither an agent nor a supervisor, it needs no licence and is not compared. Licences other than
agent licences are not in any export and are not compared. An assignment to a subscription that
begins later need not be in Control Hub yet.

**Do:** correct the assignments, or run `tenantlint import`; or correct the licences in Control Hub
(Management > Users > the user > Summary > Licenses).

**Source:** Control Hub's export of users; the Webex API, people and licenses.
""",
    ),
    BuiltinFinding(
        id="drift-role",
        topic="drift",
        severity="error",
        page="""A user is an administrator only in the file or only in Control Hub.

**Do:** correct the roles, or run `tenantlint import`; or correct the roles in Control Hub.

**Source:** the Webex API, people: roles.
""",
    ),
    BuiltinFinding(
        id="drift-user-detail",
        topic="drift",
        severity="warning",
        page="""A user's name, department or status differs between the file and Control Hub.

A name or department that is not in the file is not compared. A user without a status is active.

**Do:** write the values that Control Hub has, or run `tenantlint import`.

**Source:** Control Hub's export of users; the Webex API, people.
""",
    ),
    BuiltinFinding(
        id="drift-usage",
        topic="drift",
        severity="error",
        page="""A month's usage differs between the file and the report.

Rows that are not in the report are not compared.

**Do:** write the quantity from the report, or run `tenantlint import --usage`. If several rows in
the file have the same month, service and subscription, combine them into one.

**Source:** the report that `--usage` names.
""",
    ),
)
