"""A subscription claims to be the primary, but is not.

The primary is the oldest active subscription; nobody chooses it.
It bears the overage of agents and IVR ports and all usage of Webex Connect, so a wrong claim
means a wrong expectation of the invoice.

**Do:** remove `primary: true` here; if this one should be the primary, check the `start` of both.

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
```
"""

from collections.abc import Iterator

from validator import Finding, Related, TenantOn, policy


@policy(severity="error")
def wrong_primary(tenant: TenantOn) -> Iterator[Finding]:
    primary = tenant.primary
    for subscription in tenant.subscriptions:
        if not subscription.primary or subscription is primary:
            continue
        if primary is None:
            reason, related = f"no subscription is active on {tenant.day}", []
        else:
            reason = f"on {tenant.day} that is {primary.id}, active since {primary.start}"
            related = [Related(primary.at("start"), f"{primary.id} starts here")]
        yield subscription.finding(
            "primary",
            message=f"{subscription.id} is not the primary: {reason}",
            related=related,
        )
