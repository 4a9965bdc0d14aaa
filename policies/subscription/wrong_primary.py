"""A subscription with `primary: true` is not the primary.

The primary is the oldest active subscription; it cannot be chosen.
It bears the overage of agents and IVR ports and all Webex Connect usage. A wrong `primary: true`
leads to wrong expectations about the invoice.

**Do:** remove `primary: true` here; if the invoice shows this subscription as the primary, correct
the `start` of both, or, if both start on the same day, remove `primary: true` from the other one.
With `--since`, suppress `history-rewritten` at the new starts, with the ticket as the reason.

**Source:** n98y8mz, the primary subscription (R3).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-06-01, primary: true}  # expect: wrong-primary
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, primary: true}
  - {id: Sub2, type: named, start: 2025-06-01, primary: false}
  - {id: Sub3, type: named, start: 2026-06-01, primary: true}
```
"""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, Related, TenantOn, policy


@policy(severity="error")
def wrong_primary(tenant: TenantOn) -> Iterator[Finding]:
    primary = tenant.primary
    for subscription in tenant.active:
        if primary is not None and subscription.primary and subscription is not primary:
            otherwise = (
                f"remove it from {primary.id} instead"
                if subscription.start == primary.start
                else "correct the `start` of both"
            )
            yield subscription.finding(
                "primary",
                message=f"{subscription.id} is not the primary; on {tenant.day} the primary is "
                f"{primary.id}, active since {primary.start}",
                help="remove `primary: true` here; if the invoice shows this subscription as the "
                f"primary, {otherwise}",
                related=[Related(primary.at("start"), f"{primary.id} starts here")],
                fix=Fix("remove `primary`", [Edit.remove(subscription.at("primary"))]),
            )
