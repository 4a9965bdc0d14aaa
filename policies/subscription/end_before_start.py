"""A subscription, a lapse or an entitlement line ends before it starts.

Such a subscription is never active, and such a line never counts.
The usual cause is a wrong year in one of the two days.

**Do:** correct one of the two days.
With `--since`, suppress `history-rewritten` at the new start of a subscription if it or the old one
has passed, and `entitlement-rewritten` at a line that now counts on past days, with the ticket as
the reason.

**Source:** n98y8mz, each subscription has its own term (R1).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-06-01
    end: 2025-05-31  # expect: end-before-start
  - id: Sub2
    type: named
    start: 2025-01-01
    lapses:
      - from: 2026-03-14
        until: 2026-03-01  # expect: end-before-start
    entitlements:
      premium-agent:
        - {quantity: 5, until: 2025-12-31}
        - quantity: 8
          since: 2026-01-01
          until: 2025-12-31  # expect: end-before-start
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    end: 2027-12-31
    lapses: [{from: 2026-03-01, until: 2026-03-14}]
    entitlements: {premium-agent: {quantity: 5, until: 2025-12-31}}
```
"""

from collections.abc import Iterator

from validator import Finding, Related, Subscription, TenantOn, policy


@policy(severity="error")
def end_before_start(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.subscriptions:
        if subscription.end is not None and subscription.end < subscription.start:
            yield subscription.finding(
                "end",
                message=f"{subscription.id} ends on {subscription.end}, "
                f"before it starts on {subscription.start}",
                related=[Related(subscription.at("start"), "the start is here")],
            )
        yield from _lapses(subscription)
        yield from _lines(subscription)


def _lapses(subscription: Subscription) -> Iterator[Finding]:
    for lapse in subscription.lapses:
        if lapse.until < lapse.first:
            yield lapse.finding(
                "until",
                message=f"a lapse of {subscription.id} ends on {lapse.until}, "
                f"before it begins on {lapse.first}",
            )


def _lines(subscription: Subscription) -> Iterator[Finding]:
    for service, entitlement in subscription.entitlements.items():
        for line in entitlement.lines:
            since = line.since or subscription.start
            if line.until is not None and line.until < since:
                yield line.finding(
                    "until",
                    message=f"a {service} line in {subscription.id} ends on {line.until}, "
                    f"before it starts on {since}",
                )
