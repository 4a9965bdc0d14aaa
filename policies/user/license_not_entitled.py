"""A user is assigned a licence that the subscription does not include.

Control Hub cannot assign such a licence, so the file and the order disagree.

**Do:** order the licence, and add it to the `entitlements` of the subscription with its `since`. If
another licence is meant, assign one of which the subscription has a free seat. If the subscription
is over, remove the assignment.

**Source:** n98y8mz, each subscription has its own entitlements (R1, R9).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 5}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - subscription: Sub1
        license: standard-agent  # expect: license-not-entitled
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 5}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, listing, policy


@policy(severity="error")
def license_not_entitled(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        for assignment in user.assignments:
            if assignment.license is None:
                continue
            subscription = tenant.subscription(assignment.subscription)
            if subscription is None or not subscription.has_entitlements:
                continue
            if assignment.license in subscription.entitlements:
                continue
            services = subscription.entitlements
            left = [name for name in services if not tenant.has_run_out(subscription, name)]
            includes = listing(left) or "nothing"
            order = (
                f"order {assignment.license} for {subscription.id}, and add it to its "
                "`entitlements` with its `since`"
            )
            other = (
                f"; if another licence is meant, assign one of which {subscription.id} has a free "
                "seat"
            )
            help = f"{order}{other if left else ''}"
            if tenant.is_over(subscription):
                help = f"remove the assignment: {subscription.id} {tenant.state(subscription)}"
            yield assignment.finding(
                "license",
                message=f"{subscription.id} does not include {assignment.license}, which "
                f"is assigned to {user.label}; it includes {includes}",
                help=help,
            )
