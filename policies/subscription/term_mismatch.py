"""The end of a subscription does not fit its start and term.

A term of so many months ends the day before the same day of the month so many months later, and
so does each renewal.
A subscription that has lapsed is left in peace: its renewal may have begun on any day.
One of `start`, `end` and `term_months` is wrong; a wrong end hides when people lose access.

**Do:** compare the three with the order in Control Hub and correct the wrong one.

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

from validator import Finding, Related, TenantOn, counted, policy


@policy(severity="warning")
def term_mismatch(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.subscriptions:
        months, end = subscription.term_months, subscription.end
        if months is None or end is None or subscription.lapses:
            continue
        if not tenant.is_term_end(subscription, end):
            first = tenant.first_term_end(subscription)
            term = f"{counted(months, 'month')} from {subscription.start}"
            yield subscription.finding(
                "term_months",
                message=f"{term} end on {first}, but {subscription.id} ends on {end}, which is the "
                "end of no whole number of terms",
                related=[Related(subscription.at("end"), "the end stands here")],
            )
