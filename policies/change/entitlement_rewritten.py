"""The entitlements for past days were changed.

Past months are calculated with the quantities in the file. A changed quantity for past days changes
the overage of those months, and may change who bears it.

**Do:** end the old line with `until` and begin the new one with `since`; if the file was wrong,
suppress this finding with the ticket as the reason, until a day soon after the merge: later changes
must not be covered.

**Source:** n98y8mz, overage (R4, R14, R15).

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
      premium-agent: 8  # expect: entitlement-rewritten
```

```yaml good
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements:
      premium-agent:
        - {quantity: 5, until: 2026-04-30}
        - {quantity: 8, since: 2026-05-01}
```
"""

from collections.abc import Iterator

from validator import Finding, Subscription, TenantOn, policy


@policy(severity="warning", over="change")
def entitlement_rewritten(before: TenantOn, after: TenantOn) -> Iterator[Finding]:
    for subscription in after.distinct_subscriptions:
        old = before.subscription(subscription.id)
        if old is None:
            continue
        for service in old.entitlements:
            changed = after.rewritten(old, subscription, service)
            if changed is not None:
                day, was, would_be = changed
                yield subscription.finding(
                    *_keys(subscription, service),
                    message=f"{service} in {subscription.id} was {was} on {day}; "
                    f"this change makes it {would_be}",
                )


def _keys(subscription: Subscription, service: str) -> tuple[str, ...]:
    if service in subscription.entitlements:
        return ("entitlements", service)
    return ("entitlements",) if subscription.has_entitlements else ()
