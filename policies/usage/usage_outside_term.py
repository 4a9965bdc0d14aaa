"""A usage row names a subscription that did not run in that month.

No day of the month is between the subscription's start and its last day.

**Do:** correct `month` or `subscription`, or the days of the subscription.
With `--since`, suppress `history-rewritten` at a new start, with the ticket as the reason.

**Source:** n98y8mz, usage is split per subscription (R2).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-06-15, entitlements: {ivr-port: 4}}
usage:
  - month: 2025-05  # expect: usage-outside-term
    subscription: Sub1
    service: ivr-port
    quantity: 1
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-06-15, entitlements: {ivr-port: 4}}
usage:
  - {month: 2025-06, subscription: Sub1, service: ivr-port, quantity: 3.5}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="warning")
def usage_outside_term(tenant: TenantOn) -> Iterator[Finding]:
    for row in tenant.usage:
        if row.quantity <= 0 or row.subscription is None or tenant.months.is_future(row.month):
            continue
        subscription = tenant.subscription(row.subscription)
        if subscription and tenant.months.is_outside_term(subscription, row.month):
            yield row.finding(
                "month",
                message=f"{subscription.id} did not run in {row.month}: it starts on "
                f"{subscription.start} and {tenant.runs_until(subscription)}",
            )
