"""A service was added to a subscription that has begun, without the day since when.

Without `since` a line counts from the start of the subscription: past months are counted as if it
had been there, and the subscription could bear an overage that is not its own, for seniority goes
by the day since when a subscription has a service.

**Do:** write `since` with the day from which the service was ordered.

**Source:** n98y8mz, overage of AI Agent, AI Assistant and IVR Outbound Campaign (R15, R17).

```yaml before
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 5}}
```

```yaml bad
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements:
      premium-agent: 5
      ai-agent: 2  # expect: entitlement-without-since
```

```yaml good
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements: {premium-agent: 5, ai-agent: {quantity: 2, since: 2026-05-01}}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="warning", over="change")
def entitlement_without_since(before: TenantOn, after: TenantOn) -> Iterator[Finding]:
    for subscription in after.distinct_subscriptions:
        old = before.subscription(subscription.id)
        if old is None or not subscription.start < after.today:
            continue
        for service, entitlement in subscription.entitlements.items():
            is_new = service not in old.entitlements
            if is_new and any(line.since is None for line in entitlement.lines):
                yield entitlement.finding(
                    message=f"{service} is new in {subscription.id}, and would count from "
                    f"{subscription.start} on",
                )
