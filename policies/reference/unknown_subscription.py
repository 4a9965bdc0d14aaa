"""An assignment or a usage row names a subscription that the tenant does not have.

Such an assignment gives the user no access. Such a row still counts towards the usage of the
tenant.
If the right subscription already has a row of that month and service, the quantities must be added
up in one row. If the user already has the right assignment, this one must be removed.

**Do:** correct the id, or add the subscription.

**Source:** n98y8mz, users are assigned to a subscription of their tenant (R7).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub119911, type: named, start: 2025-01-01}]
users:
  - email: maud@harbour.example
    roles: [agent]
    assignments:
      - Sub119912  # expect: unknown-subscription
      - subscription: Sub11991  # expect: unknown-subscription
      - Sub119911
usage:
  - month: 2026-04
    subscription: Sub119111  # expect: unknown-subscription
    service: ivr-port
    quantity: 0
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub119911, type: named, start: 2025-01-01}]
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub119911]}
```
"""

from collections.abc import Iterator

from validator import Assignment, Edit, Finding, Fix, TenantOn, UsageRow, policy


@policy(severity="error")
def unknown_subscription(tenant: TenantOn) -> Iterator[Finding]:
    for user in tenant.users:
        yield from _in_assignments(tenant, user.assignments)
    yield from _in_usage(tenant)


def _in_assignments(tenant: TenantOn, assignments: tuple[Assignment, ...]) -> Iterator[Finding]:
    """Yield a finding for each unknown id; an assignment that would be repeated is removed."""
    assigned = {(item.subscription, item.license) for item in assignments}
    held = set(assigned)
    for item in assignments:
        if tenant.subscription(item.subscription) is not None:
            continue
        closest = tenant.closest_subscription(item.subscription, item.license)
        if closest is None or (closest, item.license) not in held:
            held |= {(closest, item.license)} if closest is not None else set()
            yield _finding(tenant, item, closest)
            continue
        license = f" with {item.license}" if item.license else ""
        verb = "assigns" if (closest, item.license) in assigned else "means"
        help = f"did you mean {closest}? Another entry {verb} it{license}: remove this entry"
        yield _finding(tenant, item, closest, help, Fix(help, [Edit.remove(item.path)]))


def _in_usage(tenant: TenantOn) -> Iterator[Finding]:
    """Yield a finding for each unknown id; the quantity of a row that would be repeated is added."""
    rows = {(row.month, row.subscription, row.service): row for row in reversed(tenant.usage)}
    for row in tenant.usage:
        if row.subscription is None or tenant.subscription(row.subscription) is not None:
            continue
        month = row.month if row.quantity > 0 else None
        closest = tenant.closest_subscription(row.subscription, None, month)
        other = rows.setdefault((row.month, closest, row.service), row)
        # A row with the same id is repeated anyway, which another policy reports.
        if closest is None or other.subscription == row.subscription:
            yield _finding(tenant, row, closest)
            continue
        yield _finding(
            tenant,
            row,
            closest,
            f"did you mean {closest}? Then add {row.quantity:f} to the {other.quantity:f} of "
            f"{other.subscription} in {row.month}, and remove this row",
        )


def _finding(
    tenant: TenantOn,
    node: Assignment | UsageRow,
    closest: str | None,
    help: str = "",
    fix: Fix | None = None,
) -> Finding:
    """Return a finding about an unknown id. Without a help, it proposes the most similar id."""
    if not help and closest is not None:
        help = f"did you mean {closest}?"
        fix = Fix(help, [Edit.set(node.at("subscription"), closest)])
    return node.finding(
        "subscription",
        message=f"{tenant.organisation.name} has no subscription {node.subscription}",
        help=help,
        fix=fix,
    )
