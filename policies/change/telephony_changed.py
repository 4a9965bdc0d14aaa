"""The tenant's telephony option was changed.

A tenant keeps the option of its first subscription.
Only Cisco support can switch it, and only for the whole tenant at once.
A change in the file does not change the tenant. It only hides the difference.

**Do:** revert the change, or have Cisco support switch the tenant first. Then suppress this finding
with the ticket as the reason, until a day soon after the merge: later changes must not be covered.

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
            f"{after.organisation.name} uses {old.value}; this change makes it {new.value}, "
            "but only Cisco support can switch a tenant",
        )
