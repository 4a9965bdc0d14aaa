"""A tenant outside the United States and Canada uses the bundled PSTN.

Cisco offers the bundled PSTN only to tenants in the United States and Canada.
A tenant elsewhere needs one of the other two options before its first call.

**Do:** correct `country`, or ask Cisco support to switch the whole tenant to `webex-calling` or
`vpop`. Then write that option as `telephony` of the tenant, remove `telephony` from the
subscriptions, and end the lines of bundled PSTN services with `until`, or remove those that have not
begun.
With `--since`, suppress `telephony-changed` at the new option, with the ticket as the reason.

**Source:** n98y8mz, telephony options (R12).

```yaml bad
tenant: {id: t1, name: Harbour Retail, country: NL, telephony: bundled-pstn}  # expect: bundled-pstn-country
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
```

```yaml bad
tenant: {id: t1, name: Harbour Retail, country: NL}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, telephony: bundled-pstn}  # expect: bundled-pstn-country
```

```yaml good
tenant: {id: t1, name: Harbour Retail, country: CA, telephony: bundled-pstn}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="error")
def bundled_pstn_country(tenant: TenantOn) -> Iterator[Finding]:
    organisation, option = tenant.organisation, tenant.telephony_option
    if tenant.can_use_bundled_pstn:
        return
    places: dict[str, None] = {}
    for subscription in tenant.live:
        if subscription.telephony == "bundled-pstn":
            places[subscription.at("telephony")] = None
        elif subscription.telephony is None and option and option.value == "bundled-pstn":
            places[option.set_at.path] = None
    for path in places:
        yield Finding(
            path,
            f"bundled-pstn is only available in the US and Canada, "
            f"but {organisation.name} is in {organisation.country}",
        )
