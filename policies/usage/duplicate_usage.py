"""Usage is listed twice for the same month, service and subscription.

Both rows count. If one of them is a copy, the usage is too high.

**Do:** remove the copy; if both rows are correct, add them up in one row.

**Source:** n98y8mz, usage is split per subscription (R2).

```yaml bad
subscriptions: [{id: Sub1, type: named, start: 2025-01-01, entitlements: {ivr-port: 10}}]
usage:
  - {month: 2026-04, subscription: Sub1, service: ivr-port, quantity: 4}
  - {month: 2026-04, subscription: Sub1, service: ivr-port, quantity: 4}  # expect: duplicate-usage
```

```yaml good
subscriptions: [{id: Sub1, type: named, start: 2025-01-01, entitlements: {ivr-port: 10}}]
usage:
  - {month: 2026-04, subscription: Sub1, service: ivr-port, quantity: 4}
  - {month: 2026-03, subscription: Sub1, service: ivr-port, quantity: 4}
```
"""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, Related, TenantOn, UsageRow, policy


@policy(severity="warning")
def duplicate_usage(tenant: TenantOn) -> Iterator[Finding]:
    seen: dict[tuple[str, str | None, str], UsageRow] = {}
    for row in tenant.usage:
        first = seen.setdefault((row.month, row.subscription, row.service), row)
        if first is not row:
            copy = Fix("remove the copy", [Edit.remove(row.path)])
            whose = row.subscription or "the whole tenant"
            yield row.finding(
                message=f"{row.service} usage of {whose} in {row.month} is listed twice",
                related=[
                    Related(first.at("quantity"), f"first listed here, with {first.quantity:f}")
                ],
                fix=copy if row.repeats(first) else None,
            )
