"""A month's usage exceeds what the tenant is entitled to.

Entitlements and usage are summed over the tenant, never compared per subscription. The entitlement
of a month is the largest quantity on any of its days.
The primary bears the overage of agents and IVR ports. The overage of AI Agent, AI Assistant and IVR
Outbound Campaign is borne by the subscription that has had the service longest.

**Do:** order more for the coming months, or find out what caused the usage.

**Source:** n98y8mz, overage (R4, R5, R14, R15).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 10}}
  - {id: Sub2, type: named, start: 2025-06-01, entitlements: {premium-agent: 15}}
usage:
  - month: 2026-04
    subscription: Sub1
    service: premium-agent
    quantity: 16  # expect: tenant-overage
  - {month: 2026-04, subscription: Sub2, service: premium-agent, quantity: 10}
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 10}}
  - {id: Sub2, type: named, start: 2025-06-01, entitlements: {premium-agent: 15}}
usage:
  - {month: 2026-04, subscription: Sub1, service: premium-agent, quantity: 15}
  - {month: 2026-04, subscription: Sub2, service: premium-agent, quantity: 10}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, listing, months_of_history, policy


@policy(severity="warning", options=[months_of_history()])
def tenant_overage(tenant: TenantOn, *, months: int | None) -> Iterator[Finding]:
    for use in tenant.months.judged_use:
        if tenant.months.is_history(use.row.month, months):
            continue
        if not use.entitled or use.overage <= 0:
            continue
        borne = f", borne by {use.bearer.id}" if use.bearer else ""
        more = listing(
            f"{item.id} ({used} of {own})" for item, own, used in tenant.months.own_use(use)
        )
        yield use.row.finding(
            "quantity",
            message=f"{use.row.service} in {use.row.month}: entitled {use.entitled}, "
            f"used {use.used:f}, overage {use.overage:f}{borne}"
            + (f"; used more than their own entitlement: {more}" if more else ""),
        )
