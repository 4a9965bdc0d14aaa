"""The status of a subscription is active or trial, but its last day has passed.

The days decide: the subscription no longer gives access, whatever its status says.

**Do:** remove `status`, because the days are sufficient; or correct `end`, `grace_days` or
`auto_renew` if the subscription was renewed.

**Source:** n98y8mz, when a subscription ends (R8).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - id: Sub1
    type: named
    start: 2023-01-01
    end: 2025-12-31
    status: active  # expect: status-date-conflict
  - {id: Sub2, type: named, start: 2025-01-01}
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-01-01, end: 2025-12-31, auto_renew: true, status: active}
  - {id: Sub2, type: named, start: 2023-01-01, end: 2025-12-31, status: cancelled}
```
"""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, TenantOn, policy


@policy(severity="warning")
def status_date_conflict(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.subscriptions:
        if subscription.status in ("active", "trial") and tenant.is_past(subscription):
            yield subscription.finding(
                "status",
                message=f"the status of {subscription.id} is {subscription.status}, "
                f"but its last day was {tenant.last_day(subscription)}",
                fix=Fix("remove `status`", [Edit.remove(subscription.at("status"))]),
            )
