"""The end of a subscription does not match its start and term.

A term of N months that starts on the 15th ends N months later on the 14th, and so does each
renewal.
One of `start`, `end` and `term_months` is wrong. A wrong `end` hides the day on which users lose
access. Subscriptions with `lapses` are not reported, because their renewal can begin on any day.

**Do:** compare the three values with the order in Control Hub, and correct the wrong one.
With `--since`, suppress `history-rewritten` at a new start if it or the old one has passed, with the
ticket as the reason.

**Source:** n98y8mz, each subscription has its own term (R1).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    end: 2028-01-01
    term_months: 36  # expect: term-mismatch
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, end: 2027-12-31, term_months: 36}
  - {id: Sub2, type: named, start: 2025-08-31, end: 2027-02-27, term_months: 18}
  - {id: Sub3, type: named, start: 2023-01-01, end: 2026-12-31, term_months: 12}
```
"""

from collections.abc import Iterator

from validator import FOREVER, Finding, Related, TenantOn, counted, policy


@policy(severity="warning")
def term_mismatch(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.subscriptions:
        months, end = subscription.term_months, subscription.end
        if months is None or end is None or subscription.lapses:
            continue
        if not tenant.is_term_end(subscription, end):
            first = tenant.first_term_end(subscription)
            ends = f"on {first}" if first < FOREVER else "after the end of the calendar"
            term = f"a term of {counted(months, 'month')} from {subscription.start}"
            yield subscription.finding(
                "term_months",
                message=f"{term} ends {ends}, but {subscription.id} ends on {end}, which is "
                "not the end of a renewal either",
                related=[Related(subscription.at("end"), "the end is here")],
            )
