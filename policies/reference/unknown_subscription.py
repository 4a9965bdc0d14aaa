"""An assignment or a usage row names a subscription that the tenant does not have.

Such an assignment gives the user no access. Such a row still counts towards the usage of the
tenant.

**Do:** correct the id, or add the subscription.

**Source:** n98y8mz, users are assigned to a subscription of their tenant (R7).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub119911, type: named, start: 2025-01-01}]
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - Sub119912  # expect: unknown-subscription
      - subscription: Sub11991  # expect: unknown-subscription
      - Sub119911
usage:
  - month: 2026-04
    subscription: Sub119111  # expect: unknown-subscription
    service: ivr-port
    quantity: 0
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub119911, type: named, start: 2025-01-01}]
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub119911]}
```
"""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, TenantOn, policy


@policy(severity="error")
def unknown_subscription(tenant: TenantOn) -> Iterator[Finding]:
    assignments = (item for user in tenant.users for item in user.assignments)
    for node in (*assignments, *tenant.usage):
        if node.subscription is not None and tenant.subscription(node.subscription) is None:
            help = tenant.suggest_subscription(node.subscription)
            closest = tenant.closest_subscription(node.subscription)
            yield node.finding(
                "subscription",
                message=f"{tenant.organisation.name} has no subscription {node.subscription}",
                help=help,
                fix=Fix(help, [Edit.set(node.at("subscription"), closest)]) if closest else None,
            )
