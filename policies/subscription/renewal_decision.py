"""A subscription will soon renew automatically unless it is cancelled or changed.

The next term can be cancelled, or its quantities lowered, until `notice_days` (30 by default)
before the end of the running term. Each term lasts `term_months` (12 by default).

**Do:** decide whether the subscription renews and with which quantities, and tell Cisco or the
partner by that day. If it does not renew, write `auto_renew: false` and the last day of the running
term as `end`, and remove `term_months` if that day is the end of no term from the start;
`tenantlint plan` then lists the users who must be moved, and how many seats to order.
A plan covers 120 days; with `--until`, it reaches a later day.

**Source:** nl83mgp, cancelling and changing a renewal.

```yaml bad as-of=2026-05-01
subscriptions:
  - id: Sub1
    type: named
    start: 2023-06-15
    end: 2024-06-14
    auto_renew: true  # expect: renewal-decision
```

```yaml good as-of=2026-05-01
subscriptions:
  - {id: Sub1, type: named, start: 2023-09-01, end: 2024-08-31, auto_renew: true}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, horizon, policy


@policy(severity="info", options=[horizon()])
def renewal_decision(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.subscriptions:
        decision = tenant.renewal_decision(subscription)
        if decision is not None:
            day, end = decision
            following = tenant.day_after(end)
            plan = tenant.plan_command(following, subscription.grace_days)
            moves = (
                f"; `{plan}` then lists the users who must be moved"
                if tenant.assigned_users(subscription)
                else ""
            )
            # Terms from one of the last days of a month can end on other days after a renewal.
            is_moved = (
                tenant.is_term_end(subscription, subscription.end)
                and not tenant.is_term_end(subscription, end)
                and not subscription.lapses
            )
            remove = ", and remove `term_months`" if is_moved else ""
            yield subscription.finding(
                "auto_renew",
                message=f"{subscription.id} renews on {following} unless it is "
                f"cancelled or changed by {day}",
                help=f"decide whether {subscription.id} renews and with which quantities, and tell "
                f"Cisco or the partner by {day}; if it does not renew, write `auto_renew: false` "
                f"and `end: {end}`{remove}{moves}",
            )
