"""A partner has full access, but no longer looks after a subscription.

No live subscription names the partner. A subscription is live until it is over, even if it is
pending or suspended. Full access that is no longer needed is a security risk.

**Do:** set `access: read-only` after the customer's administrator has revoked full access in
Control Hub; or name the partner in the subscription that it looks after, and the administrator who
granted the access in `approved_by`.

**Source:** n98y8mz, partners and their access (R10).

```yaml bad
subscriptions:
  - {id: Sub1, type: named, start: 2022-01-01, end: 2024-12-31, partner: southwind}
  - {id: Sub2, type: named, start: 2025-01-01, partner: northwind}
partners:
  - {id: northwind, access: full, approved_by: ada@harbour.example}
  - id: southwind
    access: full  # expect: idle-partner-access
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2022-01-01, end: 2024-12-31, partner: southwind}
  - {id: Sub2, type: named, start: 2025-01-01, partner: northwind}
partners:
  - {id: northwind, access: full, approved_by: ada@harbour.example}
  - {id: southwind, access: read-only}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="warning")
def idle_partner_access(tenant: TenantOn) -> Iterator[Finding]:
    if all(subscription.partner is None for subscription in tenant.subscriptions):
        return
    named = {subscription.partner for subscription in tenant.live}
    unknown = next(
        (item for item in tenant.live if item.partner and tenant.partner(item.partner) is None),
        None,
    )
    for partner in tenant.distinct_partners:
        if partner.access == "full" and partner.id not in named:
            yield partner.finding(
                "access",
                message=f"{partner.name or partner.id} has full access, but is not named by any "
                f"live subscription on {tenant.day}",
                help=f"first correct `partner` of {unknown.id}, which names {unknown.partner}; if "
                f"{partner.id} looks after no subscription, set `access: read-only` after the "
                "customer's administrator has revoked full access in Control Hub"
                if unknown
                else "",
            )
