"""A user is listed twice in a tenant.

Webex identifies a user by the e-mail address, ignoring letter case.
Two entries mean two sets of assignments, and Control Hub has at most one of them.

**Do:** merge the two entries into one.

**Source:** n98y8mz, users are assigned to subscriptions one by one (R7, R9).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub1]}
  - email: Maud@harbour.example  # expect: duplicate-user
    roles: [supervisor]
    assignments: [Sub1]
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
users:
  - {email: maud@harbour.example, roles: [agent, supervisor], assignments: [Sub1]}
  - {email: maude@harbour.example, roles: [agent], assignments: [Sub1]}
```
"""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, Related, TenantOn, policy


@policy(severity="error")
def duplicate_user(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        first = tenant.user(user.email)
        if first is not None and first is not user:
            copy = Fix("remove the copy", [Edit.remove(user.path)])
            yield user.finding(
                "email",
                message=f"{user.email} is listed twice",
                related=[Related(first.at("email"), f"{first.email} is first listed here")],
                fix=copy if user.repeats(first) else None,
            )
