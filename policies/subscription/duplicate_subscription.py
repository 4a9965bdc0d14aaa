"""Two subscriptions of a tenant have the same id.

Every reference to the id means the first entry in the file, never the later one.

**Do:** correct the id, or merge the two entries into one.

**Source:** n98y8mz, each subscription has its own id, term and billing (R1).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub1, type: named, start: 2025-06-01}  # expect: duplicate-subscription
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-06-01}
```
"""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, Related, TenantOn, policy


@policy(severity="error")
def duplicate_subscription(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.subscriptions:
        first = tenant.subscription(subscription.id)
        if first is not None and first is not subscription:
            copy = Fix("remove the copy", [Edit.remove(subscription.path)])
            yield subscription.finding(
                "id",
                message=f"{subscription.id} is listed twice; references to it mean the first entry",
                related=[Related(first.at("id"), f"{first.id} is first listed here")],
                fix=copy if subscription.repeats(first) else None,
            )
