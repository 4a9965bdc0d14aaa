"""Usage stands in a month that has not begun.

Nobody can have used anything then; the row is not judged until the month begins.

**Do:** correct `month`.

**Source:** n98y8mz, usage (R2).

```yaml bad
subscriptions: [{id: Sub1, type: named, start: 2025-01-01, entitlements: {ivr-port: 10}}]
usage:
  - month: 2026-06  # expect: future-usage
    subscription: Sub1
    service: ivr-port
    quantity: 4
```

```yaml good
subscriptions: [{id: Sub1, type: named, start: 2025-01-01, entitlements: {ivr-port: 10}}]
usage:
  - {month: 2026-05, subscription: Sub1, service: ivr-port, quantity: 4}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="warning")
def future_usage(tenant: TenantOn) -> Iterator[Finding]:
    for row in tenant.usage:
        if tenant.months.is_future(row.month):
            yield row.finding(
                "month", message=f"{row.month} has not begun on {tenant.day}, but has usage"
            )
