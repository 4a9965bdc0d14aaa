"""More users are assigned a license than the subscription has.

With named licenses every user needs one; those beyond the quantity are billed as overage.

**Do:** order more, or remove the assignments of those who no longer need one.

**Source:** n98y8mz, overage (R4, R6).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements:
      premium-agent: 1  # expect: over-assigned
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
  - email: tom@harbour.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: concurrent, start: 2025-01-01, entitlements: {premium-agent: 1}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
  - email: tom@harbour.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, counted, policy


@policy(severity="warning")
def over_assigned(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.live:
        if subscription.type != "named" or tenant.subscription(subscription.id) is not subscription:
            continue
        for service, line in subscription.entitlements.items():
            holders = tenant.holders(subscription, service)
            if holders > line.quantity:
                yield line.finding(
                    message=f"{counted(holders, 'user')} hold {service} on {subscription.id}, "
                    f"which has {line.quantity}"
                )
