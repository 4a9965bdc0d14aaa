"""More users are assigned a licence than the subscription has seats for.

In a named subscription, each user needs a licence. Users beyond the quantity are billed as overage.
An assignment that names no licence takes a seat if the subscription lists only one agent licence.
If the quantity changes over time, the largest quantity from today on counts.

**Do:** remove users who have left, from the file and from Control Hub, or order more. Add a line
for those, with `since`, the day from which they count: a larger quantity without `since` would
change past months.

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
        for service, entitlement in subscription.entitlements.items():
            holders = tenant.holders(subscription, service)
            if not holders:
                continue
            quantity = tenant.largest_quantity(subscription, service)
            if quantity is not None and holders > quantity:
                yield entitlement.finding(
                    message=f"{counted(holders, 'user')} {'takes' if holders == 1 else 'take'} a seat "
                    f"of {service} on {subscription.id}, which has {quantity}"
                )
