"""A service was used that no active subscription includes.

Either all of the usage is billed as overage, or the row names the wrong service or month.

**Do:** correct `service` or `month`; or, if the service was used, add the ordered line with its
`since` to `entitlements`.
With `--since`, suppress `entitlement-rewritten` at the service if the subscription already lists it
and `since` has passed, with the ticket as the reason.

**Source:** n98y8mz, overage (R4, R14).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 10}}
usage:
  - month: 2026-04
    subscription: Sub1
    service: ai-agent  # expect: usage-without-entitlement
    quantity: 2
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements: {ai-agent: {quantity: 2, since: 2026-04-15}}
usage:
  - {month: 2026-04, subscription: Sub1, service: ai-agent, quantity: 2}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, months_of_history, policy


@policy(severity="error", options=[months_of_history()])
def usage_without_entitlement(tenant: TenantOn, *, months: int | None) -> Iterator[Finding]:
    for use in tenant.months.judged_use:
        if tenant.months.is_history(use.row.month, months):
            continue
        if not use.entitled and use.used > 0:
            yield use.row.finding(
                "service",
                message=f"{use.used:f} of {use.row.service} used in {use.row.month}, but no "
                "subscription includes it on any day of that month",
            )
