"""A user is assigned to no subscription.

It is not enough that the tenant has a subscription: every administrator and agent must be
assigned to one, or has no access.
Users who are inactive, and those who only read, need none.

**Do:** add the subscription to `assignments`, and in Control Hub: Management > Users > the user > Summary > Licenses > Edit
licenses, then Edit licenses once more in the panel that opens > Contact Center > the subscription >
Save; afterwards synchronize the users in the settings of the contact centre.

**Source:** n98y8mz, assigning users to a subscription (R7, R9); 52ulis, after a licence has changed.

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
users:
  - {email: maud@harbour.example, roles: [agent]}  # expect: user-unassigned
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub1]}
  - {email: tom@harbour.example, roles: [agent], status: inactive}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, listing, policy


@policy(severity="error")
def user_unassigned(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        needs_access = user.status != "inactive" and {*user.roles} != {"read-only-administrator"}
        if needs_access and not user.assignments:
            yield user.finding(
                message=f"{user.label} ({listing(user.roles)}) is assigned to no subscription"
            )
