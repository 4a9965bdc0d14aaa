"""A tenant has both named and concurrent subscriptions.

The subscriptions of a tenant must be all named or all concurrent.
The first live subscription decides the type. A subscription of the other type cannot be used.

**Do:** order the subscription with the tenant's type.

**Source:** n98y8mz, requirements for several subscriptions (R6).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: concurrent, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-06-01}  # expect: mixed-subscription-types
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub0, type: named, start: 2021-01-01, end: 2023-12-31, status: cancelled}
  - {id: Sub1, type: concurrent, start: 2025-01-01}
  - {id: Sub2, type: concurrent, start: 2025-06-01, offer: flex-3}
```
"""

from collections.abc import Iterator

from validator import Finding, Related, TenantOn, policy


@policy(severity="error")
def mixed_subscription_types(tenant: TenantOn) -> Iterator[Finding]:
    first = tenant.first_live
    if first is None:
        return
    for subscription in tenant.live:
        if subscription.type != first.type:
            decides = f"{first.id}, the first live subscription, is {first.type}"
            yield subscription.finding(
                "type",
                message=f"{subscription.id} is {subscription.type}, "
                f"but the tenant's first live subscription {first.id} is {first.type}",
                related=[Related(first.at("type"), decides)],
            )
