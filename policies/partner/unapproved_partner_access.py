"""A second partner has full access without an administrator's approval.

The partner of the tenant's first subscription has full access from the start.
Every other partner starts with read-only access.
Only an administrator of the customer can give it full access.

**Do:** add `approved_by` with the administrator who granted it, or set `access: read-only`.

**Source:** n98y8mz, partners and their access (R10).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, partner: northwind}
  - {id: Sub2, type: named, start: 2025-06-01, partner: southwind}
partners:
  - {id: northwind, access: full}
  - id: southwind
    access: full  # expect: unapproved-partner-access
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, partner: northwind}
  - {id: Sub2, type: named, start: 2025-06-01, partner: southwind}
  - {id: Sub3, type: named, start: 2025-07-01, partner: eastwind}
partners:
  - {id: northwind, access: full}
  - {id: southwind, access: read-only}
  - {id: eastwind, access: full, approved_by: ada@harbour.example}
```
"""

from collections.abc import Iterator

from validator import Finding, Related, TenantOn, policy


@policy(severity="warning")
def unapproved_partner_access(tenant: TenantOn) -> Iterator[Finding]:
    first = tenant.first_with_partner
    if first is None:
        return
    for partner in tenant.distinct_partners:
        if (
            partner.access == "full"
            and partner.approved_by is None
            and partner.id != first.partner
            and tenant.has_subscription(partner)
        ):
            yield partner.finding(
                "access",
                message=f"{partner.name or partner.id} has full access without approval; the "
                f"tenant's first partner is {first.partner}, named by {first.id}",
                related=[Related(first.at("partner"), f"{first.id} names {first.partner} here")],
            )
