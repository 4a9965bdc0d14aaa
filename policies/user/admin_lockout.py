"""The tenant's administrators are locked out, or soon will be.

None of the subscriptions that the administrators are assigned to lasts beyond the horizon.
With the last administrator's access goes the way to assign anybody to the next subscription.

**Do:** assign an administrator to a subscription that lasts, in Control Hub: Management > Users > the user > Summary > Licenses > Edit
licenses, then Edit licenses once more in the panel that opens > Contact Center > the subscription >
Save; afterwards synchronize the users in the settings of the contact centre.

**Source:** n98y8mz, when a subscription ends (R7, R8, R9).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20}
  - {id: Sub2, type: named, start: 2026-05-01}
users:  # expect: admin-lockout
  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1]}
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub2]}
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-06-01, end: 2026-05-20}
  - {id: Sub2, type: named, start: 2026-05-01}
users:
  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1, Sub2]}
  - {email: maud@harbour.example, roles: [agent], assignments: [Sub2]}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, counted, policy


@policy(severity="error")
def admin_lockout(tenant: TenantOn) -> Iterator[Finding]:
    if not tenant.administrators:
        return
    until = tenant.administrators_covered_until
    if until is not None and not tenant.is_ending(until):
        return
    who = counted(len(tenant.administrators), "administrator")
    when = (
        f"has no access on {tenant.day}"
        if until is None
        else f"loses access on {tenant.day_after(until)}"
    )
    successor = tenant.successor(until)
    yield tenant.finding(
        "users",
        message=f"the last of {who} {when}"
        + (f"; {successor.id} {tenant.runs_until(successor)}" if successor else ""),
    )
