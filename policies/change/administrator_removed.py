"""No administrator has access after a change.

Without an administrator who has access, no user can be assigned to a subscription.

**Do:** keep an administrator assigned to an active subscription.

**Source:** n98y8mz, when a subscription ends (R7, R8).

```yaml before
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
users:
  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1]}
```

```yaml bad
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
users:  # expect: administrator-removed
  - {email: ada@harbour.example, roles: [agent], assignments: [Sub1]}
```

```yaml good
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
users:
  - {email: tom@harbour.example, roles: [administrator], assignments: [Sub1]}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, listing, policy


@policy(severity="warning", over="change")
def administrator_removed(before: TenantOn, after: TenantOn) -> Iterator[Finding]:
    if before.administrators_with_access and not after.administrators_with_access:
        who = listing(user.label for user in before.administrators_with_access)
        yield after.finding(
            "users",
            message=f"this change leaves no administrator with access on {after.day}; before it, "
            f"{who} had access",
        )
