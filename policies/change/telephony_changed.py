"""The telephony option of the tenant was changed.

A tenant keeps the option that its first subscription chose.
To switch it is possible for Cisco support alone, and only for the whole tenant at once.
A changed file changes nothing in the tenant; it only hides the difference.

**Do:** take the change back, or have Cisco support switch the tenant before it is merged.

**Source:** n98y8mz, telephony options (R12, R13).

```yaml before
tenant: {id: t1, name: Harbour Retail, telephony: webex-calling}
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
```

```yaml bad
tenant:
  id: t1
  name: Harbour Retail
  telephony: vpop  # expect: telephony-changed
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub1, type: named, start: 2025-01-01, telephony: webex-calling}]
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="error", over="change")
def telephony_changed(before: TenantOn, after: TenantOn) -> Iterator[Finding]:
    old, new = before.telephony_option, after.telephony_option
    if old is not None and new is not None and old.value != new.value:
        yield Finding(
            new.set_at.path,
            f"{after.organisation.name} used {old.value} and would use {new.value}; "
            "only Cisco support can switch a tenant",
        )
