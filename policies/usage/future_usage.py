"""A usage row is for a month that has not begun.

A future month cannot have usage. The row is not evaluated until the month begins.

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
                "month", message=f"{row.month} has usage, but has not begun on {tenant.day}"
            )
