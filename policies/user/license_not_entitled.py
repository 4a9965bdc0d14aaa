"""A user is assigned a licence that the subscription does not include.

Control Hub cannot assign such a licence, so the file and the order disagree.

**Do:** order the licence, and add it to the `entitlements` of the subscription with its `since`. If
another licence is meant, assign one of which the subscription has a free seat. If the subscription
is over, remove the assignment, or replace it if the user has no other one.

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

from validator import Finding, Subscription, TenantOn, User, counted, listing, policy


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
            yield assignment.finding(
                "license",
                message=f"{subscription.id} does not include {assignment.license}, which "
                f"is assigned to {user.label}; it includes {listing(left) or 'nothing'}",
                help=_over(tenant, user, subscription)
                or _order(tenant, subscription, assignment.license, has_others=bool(left)),
            )


def _over(tenant: TenantOn, user: User, subscription: Subscription) -> str:
    """Return the help if the subscription is over; else an empty string."""
    if not tenant.is_over(subscription):
        return ""
    remove = f"remove the assignment: {subscription.id} {tenant.state(subscription)}"
    return tenant.advice.for_unlisted(user).help or remove


def _order(tenant: TenantOn, subscription: Subscription, license: str, *, has_others: bool) -> str:
    """Return the help to order the licence for all its holders, or to assign another one."""
    number = tenant.holders_if_listed(subscription, license)
    is_counted = subscription.type == "named"
    seats = counted(number, f"{license} seat") if is_counted else license
    it = "them" if is_counted and number > 1 else "it"
    if tenant.is_expiring(subscription):
        where = "a lasting subscription"
        then = f"assign {'one' if it == 'them' else 'it'} there instead"
    else:
        where = subscription.id
        then = f"add {it} to its `entitlements` with `since`"
    order = f"order {seats} for {where}, and {then}"
    other = f"; if another licence is meant, assign one of which {where} has a free seat"
    return order + (other if has_others else "")
