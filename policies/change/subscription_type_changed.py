"""The type of a subscription was changed.

A subscription is ordered as named or as concurrent, and its type never changes.
Another type requires a new order with its own id.

**Do:** revert the change. A new subscription of the other type has its own id, and can only begin
after the old one is over; add it to the file on that day. If the file was wrong, suppress this
finding with the ticket as the reason, until a day soon after the merge: later changes must not be
covered.

**Source:** n98y8mz, requirements for several subscriptions (R1, R6).

```yaml before
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
```

```yaml bad
subscriptions:
  - id: Sub1
    type: concurrent  # expect: subscription-type-changed
    start: 2025-01-01
```

```yaml good
subscriptions:
  - {id: Sub2, type: named, start: 2025-06-01}
  - {id: Sub1, type: named, start: 2025-01-01}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="error", over="change")
def subscription_type_changed(before: TenantOn, after: TenantOn) -> Iterator[Finding]:
    for subscription in after.distinct_subscriptions:
        old = before.subscription(subscription.id)
        if old is not None and old.type != subscription.type:
            yield subscription.finding(
                "type",
                message=f"{subscription.id} is {old.type}; "
                f"this change makes it {subscription.type}",
            )
