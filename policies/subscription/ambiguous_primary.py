"""Another active subscription starts on the same day as the primary.

The oldest active subscription is the primary.
If two are equally old, Cisco's article does not say which one is the primary.
`primary: true` on one of them decides. Without it, the subscription with the smaller id counts as
the primary.

**Do:** compare the start days with the orders in Control Hub, ask Cisco which subscription is
billed, and write `primary: true` on that one only.
With `--since`, suppress `history-rewritten` at a new start, with the ticket as the reason.

**Source:** n98y8mz, the primary subscription (R3).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-01-01}  # expect: ambiguous-primary
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-01-02}
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-01-01, primary: true}
```
"""

from collections.abc import Iterator

from validator import Finding, Related, TenantOn, policy


@policy(severity="warning")
def ambiguous_primary(tenant: TenantOn) -> Iterator[Finding]:
    primary = tenant.primary
    if primary is None:
        return
    oldest = [item for item in tenant.active if item.start == primary.start]
    if sum(item.primary is True for item in oldest) == 1:
        return
    for subscription in oldest:
        if subscription is not primary:
            yield subscription.finding(
                "start",
                message=f"{subscription.id} starts on {subscription.start}, the same day as the "
                f"primary {primary.id}; it is not certain which of them is billed",
                related=[Related(primary.at("start"), f"{primary.id} starts here")],
            )
