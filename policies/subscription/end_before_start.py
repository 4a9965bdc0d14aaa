"""A subscription ends before it starts.

Such a subscription is never active.
Most often the year of one of the two days is wrong.

**Do:** correct `start` or `end`.

**Source:** n98y8mz, each subscription has its own term (R1).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-06-01
    end: 2025-05-31  # expect: end-before-start
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, end: 2027-12-31}
```
"""

from collections.abc import Iterator

from validator import Finding, Related, TenantOn, policy


@policy(severity="error")
def end_before_start(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.subscriptions:
        if subscription.end is not None and subscription.end < subscription.start:
            yield subscription.finding(
                "end",
                message=f"{subscription.id} ends on {subscription.end}, "
                f"before it starts on {subscription.start}",
                related=[Related(subscription.at("start"), "the start stands here")],
            )
