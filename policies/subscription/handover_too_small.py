"""A licence of agents ends, and the seats that are left are too few for those who lose it.

The licence ends in this subscription within the horizon.
On the day after, the named subscriptions that have it have fewer free seats than there are people
who lose it until then and are covered no longer.

**Do:** order more seats of the licence, or remove the assignments of those who need none any more, before
the licence ends. `tenantlint plan` says who can be moved and who is without a place.

**Source:** n98y8mz, when a subscription ends (R6, R8).

```yaml bad
subscriptions:
  - id: Sub1
    type: named
    start: 2023-06-01
    end: 2026-05-20
    entitlements:
      premium-agent: 5  # expect: handover-too-small
  - {id: Sub2, type: named, start: 2026-05-01, entitlements: {premium-agent: 1}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
  - email: tom@harbour.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20, entitlements: {premium-agent: 5}}
  - {id: Sub2, type: named, start: 2026-05-01, entitlements: {premium-agent: 2}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: premium-agent}
      - {subscription: Sub2, license: premium-agent}
  - email: tom@harbour.example
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: premium-agent}
      - {subscription: Sub2, license: premium-agent}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, counted, horizon, policy


@policy(severity="warning", options=[horizon()])
def handover_too_small(tenant: TenantOn) -> Iterator[Finding]:
    for item in tenant.handover.too_small:
        day = tenant.day_after(item.until)
        yield item.subscription.entitlements[item.license].finding(
            message=f"{counted(item.users, 'user')} {'lose' if item.users > 1 else 'loses'} "
            f"{item.license} by {day}, for whom "
            f"{item.seats or 'no'} {'seat is' if item.seats == 1 else 'seats are'} free on that day",
            help=f"order {counted(item.users - item.seats, 'seat')} of {item.license} more that "
            f"count from {day} on, or remove the assignments of those who need none any more; "
            "`tenantlint plan` says who is without a place",
        )
