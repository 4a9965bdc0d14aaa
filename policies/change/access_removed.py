"""A user loses access through a change.

The older version gives the user access today. The changed version does not.

**Do:** assign the user to an active subscription, or remove the user if the removal is intended.

**Source:** n98y8mz, when a subscription ends (R7, R8).

```yaml before
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2026-07-01}
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub1]}
  - {email: tom@harbour.example, roles: [agent], assignments: [Sub1]}
```

```yaml bad
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2026-07-01}
users:
  - {email: Maud@harbour.example, roles: [agent], assignments: [Sub2]}  # expect: access-removed
  - {email: tom@harbour.example, roles: [agent], assignments: [Sub1]}
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2026-07-01}
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub1, Sub2]}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="warning", over="change")
def access_removed(before: TenantOn, after: TenantOn) -> Iterator[Finding]:
    for user in after.users:
        old = before.user(user.email)
        if old is None or user is not after.user(user.email):
            continue
        if before.user_covered_until(old) is None:
            continue
        if after.user_covered_until(user) is None:
            had = before.access_on(old, before.today)
            yield user.finding(
                message=f"{user.label} has access on {after.day} through {had}; "
                "this change removes it"
            )
