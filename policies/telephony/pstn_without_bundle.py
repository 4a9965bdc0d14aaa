"""A subscription lists PSTN numbers, but its tenant does not use the bundled PSTN.

Cisco's inbound toll and toll-free numbers are part of the telephony option `bundled-pstn`.
With another option, calls do not use these numbers, and the line is paid for without being used.

**Do:** cancel the service, and end its line with `until`, or remove the line if it has not begun; if
the tenant does use the bundled PSTN, correct `telephony`.
With `--since`, suppress `telephony-changed` at the new option, with the ticket as the reason.

**Source:** gsmsaeb, PSTN options of Webex Contact Center.

```yaml bad
tenant: {id: t1, name: Harbour Retail, country: US, telephony: webex-calling}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements:
      premium-agent: 5
      pstn-toll-free: 1  # expect: pstn-without-bundle
```

```yaml good
tenant: {id: t1, name: Harbour Retail, country: US, telephony: bundled-pstn}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {pstn-toll-free: 1}}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="warning")
def pstn_without_bundle(tenant: TenantOn) -> Iterator[Finding]:
    option = tenant.telephony_option
    for subscription in tenant.live:
        telephony = subscription.telephony or (option.value if option else None)
        if telephony in (None, "bundled-pstn"):
            continue
        for service in tenant.bundled_pstn_services(subscription):
            yield subscription.entitlements[service].finding(
                message=f"{subscription.id} lists {service}, which is part of bundled-pstn, "
                f"but uses {telephony}",
            )
