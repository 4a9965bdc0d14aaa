"""A user is assigned a licence that has ended in an active subscription.

The subscription is active, but all of its lines of this licence ended before today.
The user has access through another assignment, so the loss is not noticed until the licence is
needed.

**Do:** remove the assignment, or name a licence that the subscription still has.

**Source:** n98y8mz, each subscription has its own entitlements (R1, R7).

```yaml bad
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements: {premium-agent: 5, wfo-analytics: {quantity: 5, until: 2025-12-31}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: premium-agent}
      - subscription: Sub1
        license: wfo-analytics  # expect: license-inactive
```

```yaml good
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements:
      premium-agent: 5
      wfo-analytics:
        - {quantity: 5, until: 2025-12-31}
        - {quantity: 3, since: 2026-01-01}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: premium-agent}
      - {subscription: Sub1, license: wfo-analytics}
```
"""

from collections.abc import Iterator

from validator import Finding, Fold, TenantOn, policy


@policy(severity="warning")
def license_inactive(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        for assignment in user.assignments:
            subscription = tenant.subscription(assignment.subscription)
            if assignment.license is None or subscription is None:
                continue
            if not tenant.has_run_out(subscription, assignment.license):
                continue
            if tenant.is_active(subscription) and tenant.user_covered_until(user) is not None:
                yield assignment.finding(
                    "license",
                    message=f"{user.label} is assigned {assignment.license} in {subscription.id}, "
                    f"but every line of it ended before {tenant.day}",
                    fold=Fold(
                        user.label,
                        f"are assigned {assignment.license} in {subscription.id}, but every line "
                        f"of it ended before {tenant.day}",
                    ),
                )
