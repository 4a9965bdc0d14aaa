"""A partner's full access was approved by a person who is not an administrator.

Only the customer's own administrators can give a partner full access.
The address in `approved_by` is not that of an administrator of this tenant: it is misspelt, or the
administrator has left.

**Do:** name an administrator of this tenant who confirms the approval.

**Source:** n98y8mz, partners and their access (R10).

```yaml bad
subscriptions: [{id: Sub1, type: named, start: 2025-01-01, partner: northwind}]
users:
  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1]}
  - {email: tom@harbour.example, roles: [agent], assignments: [Sub1]}
partners:
  - id: northwind
    access: full
    approved_by: tom@harbour.example  # expect: unknown-approver
```

```yaml good
subscriptions: [{id: Sub1, type: named, start: 2025-01-01, partner: northwind}]
users:
  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1]}
partners:
  - {id: northwind, access: full, approved_by: Ada@harbour.example}
```
"""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, TenantOn, policy


@policy(severity="info")
def unknown_approver(tenant: TenantOn) -> Iterator[Finding]:
    administrators = {user.email.lower() for user in tenant.administrators}
    if not administrators:
        return
    for partner in tenant.distinct_partners:
        approver = partner.approved_by
        if approver is not None and approver.lower() not in administrators:
            # The address of another user is not a misspelled one.
            is_user = tenant.user(approver) is not None
            help = "" if is_user else tenant.suggest_administrator(approver)
            closest = None if is_user else tenant.closest_administrator(approver)
            yield partner.finding(
                "approved_by",
                message=f"{approver} is not an administrator of {tenant.organisation.name}",
                help=help,
                fix=Fix(help, [Edit.set(partner.at("approved_by"), closest)]) if closest else None,
            )
