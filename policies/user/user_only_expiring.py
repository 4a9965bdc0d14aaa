"""A user is about to lose access.

All of the user's subscriptions end within the horizon, and none of them takes over without a
gap.
When a subscription ends, its people lose Control Hub, Webex Connect, Webex Engage and the Agent
Desktop, unless they were assigned to the next one before.

**Do:** assign the user to the next subscription, in Control Hub: Management > Users > the user > Summary > Licenses > Edit
licenses, then Edit licenses once more in the panel that opens > Contact Center > the subscription >
Save; afterwards synchronize the users in the settings of the contact centre.

**Source:** n98y8mz, when a subscription ends (R8, R9).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20}
  - {id: Sub2, type: named, start: 2026-05-01}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments: [Sub1]  # expect: user-only-expiring
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20}
  - {id: Sub2, type: named, start: 2026-05-01}
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub1, Sub2]}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy

LOSSES = {
    "agent": "the Agent Desktop",
    "supervisor": "the Agent Desktop",
    "administrator": "Control Hub's contact centre",
    "read-only-administrator": "Control Hub's contact centre",
}


@policy(severity="error")
def user_only_expiring(tenant: TenantOn) -> Iterator[Finding]:
    for user, until in tenant.ending_users:
        lost = " and ".join(dict.fromkeys(LOSSES[role] for role in user.roles))
        successor = tenant.successor(until)
        yield user.finding(
            "assignments",
            message=f"{user.label} loses {lost} on {tenant.day_after(until)}"
            + (
                f"; {successor.id} {tenant.runs_until(successor)} and could take the assignment"
                if successor
                else "; no subscription of the tenant runs on"
            ),
        )
