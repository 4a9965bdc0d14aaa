"""A subscription is still pending after its start.

A pending subscription gives no access.
Either it was not provisioned on its start day, or the file is out of date.

**Do:** remove `status` if the subscription is in service, or correct `start` if it was postponed.
With `--since`, suppress `history-rewritten` at the new start, with the ticket as the reason.

**Source:** n98y8mz, each subscription has its own term (R1, R7).

```yaml bad
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - id: Sub2
    type: named
    start: 2026-04-30
    status: pending  # expect: overdue-pending
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2026-05-01, status: pending}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="warning")
def overdue_pending(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.subscriptions:
        if subscription.status == "pending" and subscription.start < tenant.today:
            yield subscription.finding(
                "status",
                message=f"{subscription.id} is still pending on {tenant.day}, "
                f"but its start was {subscription.start}",
            )
