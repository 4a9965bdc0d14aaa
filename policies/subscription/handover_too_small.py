"""An agent licence ends, and too few seats are left for the users who lose it.

The licence ends in this subscription within the horizon.
On the next day, the named subscriptions that have the licence have too few free seats for the users
who have lost it by then and are no longer covered.

**Do:** order more seats of the licence before it ends, or remove users who have left from the file
and from Control Hub. `tenantlint plan` lists the users who can be moved and those who cannot; with
`--until`, also after 120 days.

**Source:** n98y8mz, when a subscription ends (R6, R8).

```yaml bad
subscriptions:
  - id: Sub1
    type: named
    start: 2023-06-01
    end: 2026-05-20
    entitlements:
      premium-agent: 5  # expect: handover-too-small
  - {id: Sub2, type: named, start: 2026-05-01, entitlements: {premium-agent: 1}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
  - email: tom@harbour.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20, entitlements: {premium-agent: 5}}
  - {id: Sub2, type: named, start: 2026-05-01, entitlements: {premium-agent: 2}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: premium-agent}
      - {subscription: Sub2, license: premium-agent}
  - email: tom@harbour.example
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: premium-agent}
      - {subscription: Sub2, license: premium-agent}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, counted, horizon, once_provisioned, policy


@policy(severity="warning", options=[horizon()])
def handover_too_small(tenant: TenantOn) -> Iterator[Finding]:
    ordered: dict[str, int] = {}
    for item in sorted(tenant.handover.too_small, key=lambda ending: ending.until):
        day = tenant.day_after(item.until)
        awaited = tenant.awaited_on(day, item.license)
        before = ordered.get(item.license, 0)
        missing = item.users - item.supervisors - item.usable - before
        ordered[item.license] = before + max(0, missing)
        orders: list[str] = []
        if item.supervisors:
            who = counted(item.supervisors, "supervisor")
            orders.append(f"assign premium-agent instead of {item.license} to {who} of them")
        if missing > 0:
            order = f"order {counted(missing, f'more {item.license} seat')} from {day} on"
            taken = item.seats - item.usable
            order += f" (other users take {taken} of the free seats)" if taken else ""
            order += f", besides the {before} of the other findings" if before else ""
            orders.append(order)
        elif before:
            orders.append(f"order the {item.license} seats of the other findings")
        help = (
            f"{' and '.join(orders)}, or remove users who have left from the file and from "
            f"Control Hub; `{tenant.plan_command(day)}` lists the users who cannot be moved"
        )
        if awaited is not None:
            free = tenant.handover.seats_of_awaited(awaited, item.license, day)
            short = 0 if free is None else min(missing, before + missing - free)
            seats = f"{counted(short, f'more {item.license} seat')} from {day} on"
            help = once_provisioned(awaited.id, help, seats if short > 0 else "")
        yield item.subscription.entitlements[item.license].finding(
            message=f"{counted(item.users, 'user')} {'lose' if item.users > 1 else 'loses'} "
            f"{item.license} by {day}, but {item.seats or 'no'} "
            f"{'seat is' if item.seats == 1 else 'seats are'} free on that day",
            help=help,
        )
