"""A user holds both a standard and a premium agent licence.

The premium licence includes everything in the standard licence, so one of the two is paid for
unnecessarily.
Nothing is reported if the premium licence ends soon.

**Do:** remove the standard-agent assignment.

**Source:** 52ulis, the licences of agents and supervisors.

```yaml bad
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {standard-agent: 5, premium-agent: 5}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: standard-agent}  # expect: duplicate-agent-license
      - {subscription: Sub1, license: premium-agent}
```

```yaml good
subscriptions:
  - {id: Sub0, type: named, start: 2022-01-01, end: 2025-12-31, entitlements: {standard-agent: 5}}
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 5}}
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - {subscription: Sub0, license: standard-agent}
      - {subscription: Sub1, license: premium-agent}
```
"""

from collections.abc import Iterator

from validator import Assignment, Edit, Finding, Fix, Related, TenantOn, User, policy


@policy(severity="warning")
def duplicate_agent_license(tenant: TenantOn) -> Iterator[Finding]:
    def serving(user: User, license: str) -> list[Assignment]:
        named = (item for item in user.assignments if item.license == license)
        return [item for item in named if tenant.serves(user, item)]

    for user in tenant.users:
        if len(user.assignments) < 2:  # noqa: PLR2004 - two licences need two assignments
            continue
        standard = serving(user, "standard-agent")
        premium = serving(user, "premium-agent") if standard else []
        until = tenant.license_covered_until(user, "premium-agent") if premium else None
        if until is None or tenant.is_ending(until):
            continue
        for assignment in standard:
            yield assignment.finding(
                message=f"{user.label} holds standard-agent on {assignment.subscription} "
                f"in addition to premium-agent on {premium[0].subscription}",
                related=[Related(premium[0].path, "the premium-agent licence is assigned here")],
                fix=Fix("remove the assignment", [Edit.remove(assignment.path)]),
            )
