"""The start of a subscription was changed after it had begun.

The start decides which subscription is the primary and who bears an overage, also in months that
are already billed. The start is part of the order and does not change once it has passed.
The finding also covers a start that is moved from a future day to today or to a past day.

**Do:** revert the change; if the file was wrong, suppress this finding with the ticket as the
reason, until a day soon after the merge: later changes must not be covered.

**Source:** n98y8mz, the primary subscription (R3, R5, R15).

```yaml before
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2026-07-01}
```

```yaml bad
subscriptions:
  - id: Sub1
    type: named
    start: 2025-02-01  # expect: history-rewritten
  - id: Sub2
    type: named
    start: 2026-04-01  # expect: history-rewritten
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2026-08-01}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="error", over="change")
def history_rewritten(before: TenantOn, after: TenantOn) -> Iterator[Finding]:
    for subscription in after.distinct_subscriptions:
        old = before.subscription(subscription.id)
        if old is None or old.start == subscription.start:
            continue
        if before.has_started(old) or after.has_started(subscription):
            yield subscription.finding(
                "start",
                message=f"this change moves the start of {subscription.id} from {old.start} to "
                f"{subscription.start}; the start decides which subscription is primary and who is "
                "billed",
            )
