"""A user is not assigned to any subscription.

Every administrator and agent must be assigned to a subscription to have access. It is not enough
that the tenant has one.
Inactive users and read-only administrators do not need an assignment.

**Do:** add the subscription to `assignments`, and in Control Hub: Management > Users > the user >
Summary > Licenses > Edit licenses, then Edit licenses once more in the panel that opens > Contact
Center > the subscription > Save; then synchronize the users in the contact centre settings.

**Source:** n98y8mz, assigning users to a subscription (R7, R9); 52ulis, after a licence has
changed.

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
    if not tenant.unassigned_users:
        return
    advice_on = tenant.advice
    for user in tenant.unassigned_users:
        advice, roles = advice_on.for_user(user), listing(user.roles)
        yield user.finding(
            message=f"{user.label} ({roles}) is not assigned to any subscription{advice.message}",
            help=advice.help,
        )
