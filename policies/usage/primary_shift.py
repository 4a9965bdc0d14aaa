"""Another subscription will soon become the primary.

The primary changes when it ends or lapses, and when an older subscription is active again.
The overage of agents and IVR ports and all Webex Connect usage then move to another invoice,
possibly that of another partner or department.

**Do:** inform those who pay; if the primary ends or lapses, it can be renewed in time.

**Source:** n98y8mz, the primary subscription (R2, R3, R5).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - id: Sub1
    type: named
    start: 2023-06-01
    end: 2026-05-20  # expect: primary-shift
  - {id: Sub2, type: named, start: 2025-06-01}
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2027-05-31}
  - {id: Sub2, type: named, start: 2025-06-01, end: 2026-05-20}
```
"""

from collections.abc import Iterator

from validator import Finding, Related, TenantOn, horizon, policy


@policy(severity="warning", options=[horizon()])
def primary_shift(tenant: TenantOn) -> Iterator[Finding]:
    primary = tenant.primary
    if primary is None or tenant.next_primary is None:
        return
    day, successor = tenant.next_primary
    keys = ("end",) if tenant.last_day(primary) < day else ()
    yield primary.finding(
        *keys,
        message=f"the primary changes from {primary.id} to {successor.id} on {day}; overage and "
        "Webex Connect usage move with it",
        related=[Related(successor.at("id"), f"{successor.id} is here")],
    )
