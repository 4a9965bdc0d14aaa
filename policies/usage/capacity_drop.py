"""The tenant will soon be entitled to less of a service than it last used.

A month begins within the horizon in which the largest quantity of the service is smaller than in
this month, and smaller than the usage in the last month that has usage rows.
If the usage does not change, the difference is overage from that month on.

**Do:** order the missing quantity, or reduce the usage before that month. `tenantlint plan` lists
each month in which the quantity is too small, and who bears the overage; with `--until`, also after
120 days.

**Source:** n98y8mz, overage (R4, R14).

```yaml bad
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20, entitlements: {ivr-port: 10}}
  - {id: Sub2, type: named, start: 2025-06-01, entitlements: {ivr-port: 5}}
usage:
  - month: 2026-04
    service: ivr-port
    quantity: 12  # expect: capacity-drop
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20, entitlements: {ivr-port: 10}}
  - {id: Sub2, type: named, start: 2025-06-01, entitlements: {ivr-port: 5}}
usage:
  - {month: 2026-04, service: ivr-port, quantity: 4}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, horizon, listing, policy


@policy(severity="warning", options=[horizon()])
def capacity_drop(tenant: TenantOn) -> Iterator[Finding]:
    for drops in tenant.months.drops:
        first, use = drops[0], drops[0].use
        service = use.row.service
        ordered, orders = 0, list[str]()
        for drop in drops:
            missing = int((use.used - drop.quantity).to_integral_value("ROUND_CEILING")) - ordered
            if missing > 0:
                orders.append(f"{missing} more {service} from {drop.month}-01 on")
                ordered += missing
        plan = tenant.months.plan_command(drops[-1].month)
        yield use.row.finding(
            "quantity",
            message=f"the {service} entitlement falls from {first.before} to {first.quantity} in "
            f"{first.month}, but {use.used:f} were used in {use.row.month}",
            help=f"order {listing(orders)}, or reduce the usage before; `{plan}` lists the "
            "months with overage, and who bears it",
        )
