"""A supervisor holds no premium agent license.

The functions of a supervisor belong to the premium agent license.
A user whose assignments all name another license cannot use the role.

**Do:** give the supervisor `license: premium-agent` on one of the subscriptions.

**Source:** n98y8mz, assigning users to a subscription (R7).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {standard-agent: 5}}
users:
  - email: maud@harbour.example
    roles:
      - agent
      - supervisor  # expect: supervisor-needs-premium
    assignments: [{subscription: Sub1, license: standard-agent}]
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 5}}
users:
  - email: maud@harbour.example
    roles: [supervisor]
    assignments: [{subscription: Sub1, license: premium-agent}]
  - {email: tom@harbour.example, roles: [supervisor], assignments: [Sub1]}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, listing, policy


@policy(severity="error")
def supervisor_needs_premium(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        licenses = {item.license for item in user.assignments}
        if "supervisor" in user.roles and licenses and not licenses & {None, "premium-agent"}:
            held = listing(sorted(filter(None, licenses)))
            yield user.finding(
                "roles",
                user.roles.index("supervisor"),
                message=f"{user.label} is a supervisor, but holds {held} and no premium-agent",
            )
