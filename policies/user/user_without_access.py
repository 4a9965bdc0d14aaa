"""None of a user's subscriptions is active.

The user is assigned, but has no access today: each of the subscriptions is over, not yet
started, pending or suspended.

**Do:** assign the user to an active subscription, in Control Hub: Management > Users > the user > Summary > Licenses > Edit
licenses, then Edit licenses once more in the panel that opens > Contact Center > the subscription >
Save; afterwards synchronize the users in the settings of the contact centre.

**Source:** n98y8mz, when a subscription ends (R7, R8, R9).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-01-01, end: 2025-12-31}
  - {id: Sub2, type: named, start: 2026-01-01}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments: [Sub1]  # expect: user-without-access
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-01-01, end: 2025-12-31}
  - {id: Sub2, type: named, start: 2026-01-01}
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub1, Sub2]}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, listing, policy


@policy(severity="error")
def user_without_access(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        if not user.assignments or tenant.user_covered_until(user) is not None:
            continue
        names = list(dict.fromkeys(item.subscription for item in user.assignments))
        known = [item for name in names if (item := tenant.subscription(name)) is not None]
        if len(known) == len(names):
            successor = tenant.successor(None)
            remedy = f"assign the user to {successor.id}, which is active" if successor else ""
            states = listing(f"{item.id} {tenant.state(item)}" for item in known)
            yield user.finding(
                "assignments",
                message=f"{user.label} has no access on {tenant.day}: {states}",
                help=remedy,
            )
