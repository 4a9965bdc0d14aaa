"""A partner is listed twice in a tenant.

Two entries with the same id can contradict each other. Policies only use the first one.

**Do:** merge the two entries into one.

**Source:** n98y8mz, partners and their access (R10).

```yaml bad
subscriptions: [{id: Sub1, type: named, start: 2025-01-01, partner: northwind}]
partners:
  - {id: northwind, access: full}
  - id: northwind  # expect: duplicate-partner
    access: read-only
```

```yaml good
subscriptions: [{id: Sub1, type: named, start: 2025-01-01, partner: northwind}]
partners:
  - {id: northwind, access: full}
  - {id: southwind, access: read-only}
```
"""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, Related, TenantOn, policy


@policy(severity="error")
def duplicate_partner(tenant: TenantOn) -> Iterator[Finding]:
    for partner in tenant.partners:
        first = tenant.partner(partner.id)
        if first is not None and first is not partner:
            copy = Fix("remove the copy", [Edit.remove(partner.path)])
            yield partner.finding(
                "id",
                message=f"the partner {partner.id} is listed twice",
                related=[Related(first.at("id"), f"{partner.id} is first listed here")],
                fix=copy if partner.repeats(first) else None,
            )
