"""The tenant has no active subscription.

Without an active subscription, no user has access to the contact centre in Control Hub, to Webex
Connect or to the Agent Desktop.

**Do:** renew a subscription, or correct its days and status.
With `--since`, suppress `history-rewritten` at a new start, with the ticket as the reason.

**Source:** n98y8mz, when a subscription ends (R7, R8).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:  # expect: no-active-subscription
  - {id: Sub1, type: named, start: 2023-01-01, end: 2025-12-31}
  - {id: Sub2, type: named, start: 2026-07-01}
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-01-01, end: 2025-12-31}
  - {id: Sub2, type: named, start: 2026-01-01}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, once_provisioned, policy, what_follows


@policy(severity="error")
def no_active_subscription(tenant: TenantOn) -> Iterator[Finding]:
    if tenant.subscriptions and not tenant.active:
        next_start, awaited = tenant.next_to_start, tenant.awaited_on(tenant.today)
        yield tenant.finding(
            "subscriptions",
            message=f"no subscription is active on {tenant.day}"
            + what_follows(next_start, awaited),
            help=once_provisioned(
                awaited.id, "renew a subscription, or correct its days and status"
            )
            if awaited
            else "",
        )
