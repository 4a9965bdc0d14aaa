"""A user holds a standard and a premium agent license at once.

The premium license includes what the standard one gives, so one of the two is paid for nothing.

**Do:** remove the standard-agent assignment.

**Source:** n98y8mz, assigning users to a subscription (R7, R9).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
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
tenant: {id: t1, name: Harbour Retail}
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

from validator import Assignment, Finding, Related, TenantOn, User, policy


@policy(severity="warning")
def duplicate_agent_license(tenant: TenantOn) -> Iterator[Finding]:
    def held(user: User, license: str) -> list[Assignment]:
        return [
            item
            for item in user.assignments
            if item.license == license
            and (subscription := tenant.subscription(item.subscription)) is not None
            and tenant.is_active(subscription)
        ]

    for user in tenant.users:
        standard = held(user, "standard-agent")
        premium = held(user, "premium-agent") if standard else []
        for assignment in standard if premium else ():
            yield assignment.finding(
                message=f"{user.label} holds standard-agent on {assignment.subscription} "
                f"beside premium-agent on {premium[0].subscription}",
                related=[Related(premium[0].path, "the premium-agent license is assigned here")],
            )
