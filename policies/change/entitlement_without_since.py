"""A service was added without `since` to a subscription that has already started.

Without `since`, an entitlement line counts from the start of the subscription. Past months are then
calculated as if the line had always existed. The subscription may also bear an overage that belongs
to another one, because the subscription that has had a service longest bears its overage.

**Do:** add `since` with the day from which the service was ordered.

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
                    message=f"{service} is new in {subscription.id} and has no `since`, so it "
                    f"counts from {subscription.start} on",
                )
