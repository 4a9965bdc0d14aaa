"""The tenant will soon have no active subscription.

The active subscriptions end or lapse within the horizon, and no other subscription takes over
without a gap. From the next day on, no user can work.

**Do:** renew a subscription, or order one that starts no later than the day after the last covered
day.

**Source:** n98y8mz, when a subscription ends (R7, R8).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:  # expect: coverage-gap
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20}
  - {id: Sub2, type: named, start: 2026-05-22}
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20}
  - {id: Sub2, type: named, start: 2026-05-21}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, horizon, once_provisioned, policy, what_follows


@policy(severity="error", options=[horizon()])
def coverage_gap(tenant: TenantOn) -> Iterator[Finding]:
    until = tenant.covered_until
    if until is not None and tenant.is_ending(until):
        gap = tenant.day_after(until)
        next_start, awaited = tenant.starting_after(until), tenant.awaited_on(gap)
        yield tenant.finding(
            "subscriptions",
            message=f"no subscription is active from {gap} on{what_follows(next_start, awaited)}",
            help=once_provisioned(awaited.id, "renew a subscription, or order one")
            if awaited
            else "",
        )
