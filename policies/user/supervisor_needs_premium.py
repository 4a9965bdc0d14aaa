"""A supervisor has no premium agent licence.

The supervisor functions require the premium agent licence.
A user who only has other licences today cannot use the role.

**Do:** assign `license: premium-agent` instead of `license: standard-agent`, on a subscription that
has a free premium-agent seat; if none has one, order one.

**Source:** 52ulis, the licences of agents and supervisors.

```yaml bad
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
        if "supervisor" not in user.roles:
            continue
        if tenant.license_covered_until(user, "premium-agent") is not None:
            continue
        serving = [item for item in user.assignments if tenant.serves(user, item)]
        if serving:
            held = listing(dict.fromkeys(item.license or item.subscription for item in serving))
            advice = tenant.advice.for_supervisor(user)
            yield user.finding(
                "roles",
                user.roles.index("supervisor"),
                message=f"{user.label} is a supervisor, but holds {held} and no premium-agent on "
                f"{tenant.day}",
                help=advice.help,
                fix=advice.fix,
            )
