"""A user keeps access, but soon loses a licence.

The licence that an assignment names ends within the horizon, and no other assignment gives the user
that licence from the next day on.
The user's access lasts longer, so no other policy reports the loss.

**Do:** assign the licence on a subscription that has it from the next day on, or order it there;
`tenantlint plan` lists who must be moved, where and by when, and whether seats are free; with
`--until`, also after 120 days.
Premium-agent includes standard-agent: a user who has it by then does not need standard-agent again.

**Source:** n98y8mz, each subscription has its own term and entitlements (R1, R7, R8); 52ulis, the
licences of agents and supervisors.

```yaml bad
subscriptions:
  - {id: Core, type: named, start: 2024-01-01, end: 2026-12-31, entitlements: {premium-agent: 5}}
  - {id: Wfo, type: named, start: 2024-06-01, end: 2026-05-31, entitlements: {wfo-analytics: 5}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - {subscription: Core, license: premium-agent}
      - {subscription: Wfo, license: wfo-analytics}  # expect: license-expiring
```

```yaml good
subscriptions:
  - {id: Core, type: named, start: 2024-01-01, end: 2026-12-31, entitlements: {premium-agent: 5}}
  - {id: Wfo, type: named, start: 2024-06-01, end: 2026-05-31, entitlements: {wfo-analytics: 5}}
  - {id: Wfo2, type: named, start: 2026-06-01, entitlements: {wfo-analytics: 5}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - {subscription: Core, license: premium-agent}
      - {subscription: Wfo, license: wfo-analytics}
      - {subscription: Wfo2, license: wfo-analytics}
```
"""

from collections.abc import Iterator

from validator import Finding, Fold, TenantOn, horizon, policy


@policy(severity="warning", options=[horizon()])
def license_expiring(tenant: TenantOn) -> Iterator[Finding]:
    if not tenant.has_ending:
        return
    for user in tenant.users:
        seen: set[str] = set()
        for assignment in user.assignments:
            license = assignment.license
            if license is None or license in seen or not tenant.serves(user, assignment):
                continue
            seen.add(license)
            until = tenant.license_covered_until(user, license)
            covered = tenant.user_covered_until(user)
            if until is None or covered is None or covered <= until:
                continue
            if tenant.is_ending(until):
                advice = tenant.advice.for_license(user, license, until)
                yield assignment.finding(
                    message=f"{user.label} loses {license} on {tenant.day_after(until)}, but has "
                    f"access {tenant.until_text(covered)}{advice.message}",
                    help=advice.help,
                    fold=Fold(
                        user.label,
                        f"keep access, but lose {license} in "
                        f"{tenant.license_on(user, license, until)} on {tenant.day_after(until)}"
                        f"{advice.message}",
                    ),
                )
