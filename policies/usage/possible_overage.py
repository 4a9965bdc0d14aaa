"""The usage of a month is between its lowest and its highest entitlement.

The entitlement changed within the month. The largest quantity on a day of the month counts as the
entitlement, so no overage is reported.
Cisco's article does not say which day of the month decides.

**Do:** compare the row with the invoice of that month.

**Source:** n98y8mz, overage (R4, R14).

```yaml bad
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements:
      premium-agent:
        - {quantity: 10, until: 2026-04-14}
        - {quantity: 5, since: 2026-04-15}
usage:
  - month: 2026-04
    subscription: Sub1
    service: premium-agent
    quantity: 8  # expect: possible-overage
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 10}}
usage:
  - {month: 2026-04, subscription: Sub1, service: premium-agent, quantity: 8}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, months_of_history, policy


@policy(severity="info", options=[months_of_history()])
def possible_overage(tenant: TenantOn, *, months: int | None) -> Iterator[Finding]:
    for use in tenant.months.judged_use:
        if tenant.months.is_history(use.row.month, months):
            continue
        lowest = use.quantity.lowest
        if lowest > 0 and lowest < use.used <= use.entitled:
            yield use.row.finding(
                "quantity",
                message=f"{use.row.service} in {use.row.month}: used {use.used:f}, entitled "
                f"{use.entitled} on some days of the month and {lowest} on others",
            )
