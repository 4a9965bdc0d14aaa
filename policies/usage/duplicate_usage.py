"""Usage of a month, a service and a subscription stands twice.

Both rows count, so the use is too large if one of them is a copy.

**Do:** remove the copy; if both are right, add them up in one row.

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
                message=f"usage of {row.service} of {whose} in {row.month} stands twice",
                related=[Related(first.at("quantity"), f"{first.quantity:f} stand here")],
                fix=copy if row.repeats(first) else None,
            )
