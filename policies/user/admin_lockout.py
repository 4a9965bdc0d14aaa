"""All administrators of the tenant are locked out, or soon will be.

From a day on that is today or within the horizon, no administrator has access.
Without an administrator who has access, no user can be assigned to the next subscription.

**Do:** assign an administrator to a subscription that does not end soon, in Control Hub:
Management > Users > the user > Summary > Licenses > Edit licenses, then Edit licenses once more in
the panel that opens > Contact Center > the subscription > Save; then synchronize the users in the
contact centre settings.

**Source:** n98y8mz, when a subscription ends (R7, R8, R9); 52ulis, after a licence has changed.

```yaml bad
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20}
  - {id: Sub2, type: named, start: 2026-05-01}
users:  # expect: admin-lockout
  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1]}
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub2]}
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20}
  - {id: Sub2, type: named, start: 2026-05-01}
users:
  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1, Sub2]}
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub2]}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, few, horizon, policy

_MAX_NAMES = 3


@policy(severity="error", options=[horizon()])
def admin_lockout(tenant: TenantOn) -> Iterator[Finding]:
    if not tenant.administrators:
        return
    until = tenant.administrators_covered_until
    if until is not None and not tenant.is_ending(until):
        return
    names = [user.label for user in tenant.administrators]
    is_only = len(names) == 1
    who = few(names, _MAX_NAMES)
    subject = f"the only administrator, {who}," if is_only else f"all administrators ({who})"
    when = (
        f"{'has' if is_only else 'have'} no access on {tenant.day}"
        if until is None
        else f"{'loses access on' if is_only else 'lose access by'} {tenant.day_after(until)}"
    )
    advice = tenant.advice.for_first(tenant.administrators)
    yield tenant.finding(
        "users",
        message=f"{subject} {when}{advice.message}",
        help=advice.help,
        fix=advice.fix,
    )
