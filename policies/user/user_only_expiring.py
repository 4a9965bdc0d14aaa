"""A user will soon lose access.

The user's access ends within the horizon: the subscriptions, or their agent licence lines, end,
and no other assignment of the user takes over without a gap.
A subscription with only Workforce Optimization gives an agent no access.
A user without access cannot use Control Hub, Webex Connect, Webex Engage or the Agent Desktop.

**Do:** assign the user to the next subscription, in Control Hub: Management > Users > the user >
Summary > Licenses > Edit licenses, then Edit licenses once more in the panel that opens > Contact
Center > the subscription > Save; then synchronize the users in the contact centre settings.
`tenantlint plan` lists all users who must be moved, where and by when; with `--until`, also after
120 days.

**Source:** n98y8mz, when a subscription ends (R8, R9); 52ulis, after a licence has changed.

```yaml bad
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20}
  - {id: Sub2, type: named, start: 2026-05-01}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments: [Sub1]  # expect: user-only-expiring
```

The core subscription ends. The one for Workforce Optimization continues, but gives no access:

```yaml bad
subscriptions:
  - {id: Core, type: named, start: 2023-06-01, end: 2026-05-20, entitlements: {premium-agent: 5}}
  - {id: Wfo, type: named, start: 2026-01-01, entitlements: {wfo-analytics: 5}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:  # expect: user-only-expiring
      - {subscription: Core, license: premium-agent}
      - {subscription: Wfo, license: wfo-analytics}
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20}
  - {id: Sub2, type: named, start: 2026-05-01}
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub1, Sub2]}
```
"""

from collections.abc import Iterator

from validator import Finding, Fold, TenantOn, horizon, policy

LOSSES = {
    "agent": "the Agent Desktop",
    "supervisor": "the Agent Desktop",
    "administrator": "Control Hub's contact centre",
    "read-only-administrator": "Control Hub's contact centre",
}


@policy(severity="error", options=[horizon()])
def user_only_expiring(tenant: TenantOn) -> Iterator[Finding]:
    for user, until in tenant.ending_users:
        lost = " and ".join(dict.fromkeys(LOSSES[role] for role in user.roles))
        advice, lost_on = tenant.advice.for_user(user), tenant.day_after(until)
        yield user.finding(
            "assignments",
            message=f"{user.label} loses {lost} on {lost_on}{advice.message}",
            help=advice.help
            and f"{advice.help}; `{tenant.plan_command(lost_on)}` lists all users who must be moved",
            fix=advice.fix,
            fold=Fold(
                user.label,
                f"lose {lost} in {tenant.access_on(user, until)} on {lost_on}{advice.message}",
            ),
        )
