"""A subscription names a partner that the file does not list.

**Do:** correct the id, or add the partner to `partners` with its access.

**Source:** n98y8mz, partners and their access (R10).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    partner: northwnd  # expect: unknown-partner
partners:
  - {id: northwind, access: full}
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, partner: northwind}
partners:
  - {id: northwind, access: full}
```
"""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, TenantOn, policy


@policy(severity="error")
def unknown_partner(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.subscriptions:
        name = subscription.partner
        if name is not None and tenant.partner(name) is None:
            help, closest = tenant.suggest_partner(name), tenant.closest_partner(name)
            yield subscription.finding(
                "partner",
                message=f"{subscription.id} names the partner {name}, which is not in `partners`",
                help=help,
                fix=Fix(help, [Edit.set(subscription.at("partner"), closest)]) if closest else None,
            )
