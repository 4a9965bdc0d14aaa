"""A Webex Connect usage row names a subscription that is not the primary.

Usage is split between the subscriptions, except that of Webex Connect, which all goes to the
primary.
If the primary changes within a month, the row may name any primary of that month.

**Do:** change `subscription` to the primary of that month, or the last one if there are several; if
it already has a row, add the quantity to that row instead.

**Source:** n98y8mz, usage (R2, R3).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-06-01, entitlements: {webex-connect: 1}}
usage:
  - month: 2026-04
    subscription: Sub2  # expect: connect-usage-off-primary
    service: webex-connect
    quantity: 100
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-06-01, entitlements: {webex-connect: 1}}
usage:
  - {month: 2026-04, subscription: Sub1, service: webex-connect, quantity: 100}
```
"""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, TenantOn, listing, policy


@policy(severity="error")
def connect_usage_off_primary(tenant: TenantOn) -> Iterator[Finding]:
    rows = [row for row in tenant.usage if row.service == "webex-connect"]
    by_month = {(row.month, row.subscription): row for row in rows}
    for row in rows:
        if row.quantity <= 0 or row.subscription is None:
            continue
        if tenant.subscription(row.subscription) is None or tenant.months.is_future(row.month):
            continue
        primaries = tenant.months.primary_ids(row.month)
        primary = tenant.months.primary(row.month)
        if primary is not None and row.subscription not in primaries:
            other = by_month.get((row.month, primary.id))
            move = Fix(
                f"write `subscription: {primary.id}`",
                [Edit.set(row.at("subscription"), primary.id)],
            )
            yield row.finding(
                "subscription",
                message=f"Webex Connect usage in {row.month} is on {row.subscription}, but "
                f"the primary in that month is {listing(dict.fromkeys(primaries), 'then')}",
                help=f"add {row.quantity:f} to the {other.quantity:f} of {other.subscription} in "
                f"{row.month}, and remove this row"
                if other
                else "",
                fix=move if len(set(primaries)) == 1 and other is None else None,
            )
