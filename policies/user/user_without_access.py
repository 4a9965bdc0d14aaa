"""A user has assignments, but no access.

No assignment gives access today: each of the subscriptions is over, not yet started, pending,
suspended or lapsed, or has no agent licence that counts today.

**Do:** assign the user to an active subscription, in Control Hub: Management > Users > the user >
Summary > Licenses > Edit licenses, then Edit licenses once more in the panel that opens > Contact
Center > the subscription > Save; then synchronize the users in the contact centre settings.

**Source:** n98y8mz, when a subscription ends (R7, R8, R9); 52ulis, after a licence has changed.

```yaml bad
subscriptions:
  - {id: Sub1, type: named, start: 2023-01-01, end: 2025-12-31}
  - {id: Sub2, type: named, start: 2026-01-01}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments: [Sub1]  # expect: user-without-access
```

```yaml bad
subscriptions:
  - {id: Wfo, type: named, start: 2026-01-01, entitlements: {wfo-analytics: 5}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments: [Wfo]  # expect: user-without-access
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2023-01-01, end: 2025-12-31}
  - {id: Sub2, type: named, start: 2026-01-01}
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub1, Sub2]}
```
"""

from collections.abc import Iterator, Sequence

from validator import Finding, Fold, Subscription, TenantOn, listing, policy


@policy(severity="error")
def user_without_access(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        if not user.assignments or tenant.user_covered_until(user) is not None:
            continue
        names = list(dict.fromkeys(item.subscription for item in user.assignments))
        known = tenant.known_subscriptions(names)
        if len(known) == len(names):
            licenses: dict[str, list[str | None]] = {}
            for item in user.assignments:
                licenses.setdefault(item.subscription, []).append(item.license)
            states = listing(
                f"{item.id} {_state(tenant, item, licenses[item.id])}" for item in known
            )
            advice = tenant.advice.for_user(user)
            yield user.finding(
                "assignments",
                message=f"{user.label} has no access on {tenant.day}: {states}{advice.message}",
                help=advice.help,
                fix=advice.fix,
                fold=Fold(user.label, f"have no access on {tenant.day}: {states}{advice.message}"),
            )


def _state(tenant: TenantOn, subscription: Subscription, licenses: Sequence[str | None]) -> str:
    """Return why a subscription gives no access. `licenses` are those of the user's assignments."""
    if not tenant.is_active(subscription):
        return tenant.state(subscription)
    named = dict.fromkeys(license for license in licenses if license is not None)
    missing = [license for license in named if not tenant.has(subscription, license)]
    if None in licenses or not missing:
        return "is active, but gives the user no agent licence"
    return f"is active, but has no {listing(missing, 'or')} on {tenant.day}"
