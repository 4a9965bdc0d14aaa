"""A subscription and its tenant use different telephony options.

A tenant has one telephony option: the one that it declares, or else that of the first subscription
that has one. The option remains after that subscription has ended.
Control Hub may accept a subscription with another option without an error message. The calls of
that subscription then fail or are billed incorrectly.

**Do:** change the subscription's `telephony` to the tenant's option, or remove it; to switch the
whole tenant, ask Cisco support.

The lines of services of the bundled PSTN (`pstn-inbound-toll`, `pstn-toll-free`) end with that
option. The help then names them, and there is no fix. There is none either if Cisco does not offer
the tenant's option in its country.
When support has switched the tenant, write its option as `telephony` of the tenant.
With `--since`, suppress `telephony-changed` there, with the ticket as the reason.

**Source:** n98y8mz, telephony options (R12, R13).

```yaml bad
tenant: {id: t1, name: Harbour Retail, telephony: webex-calling}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}  # expect: mixed-telephony
```

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}  # expect: mixed-telephony
  - {id: Sub1, type: named, start: 2025-01-01, telephony: bundled-pstn}
```

```yaml good
tenant: {id: t1, name: Harbour Retail, telephony: webex-calling}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-06-01, telephony: webex-calling}
  - {id: Sub0, type: named, start: 2022-01-01, end: 2024-12-31, status: cancelled, telephony: vpop}
```

The option of the first subscription remains after that subscription has ended:

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2022-01-01, end: 2024-12-31, telephony: webex-calling}
  - {id: Sub2, type: named, start: 2025-01-01, telephony: vpop}  # expect: mixed-telephony
```
"""

from collections.abc import Iterator, Sequence

from validator import Edit, Finding, Fix, TenantOn, listing, policy


@policy(severity="error")
def mixed_telephony(tenant: TenantOn) -> Iterator[Finding]:
    option = tenant.telephony_option
    if option is None:
        return
    unavailable = _help_if_unavailable(tenant, option.value)
    for subscription in tenant.live:
        if subscription.telephony not in (None, option.value):
            is_bundled = subscription.telephony == "bundled-pstn"
            ending = tenant.bundled_pstn_services(subscription) if is_bundled else ()
            edit = Edit.set(subscription.at("telephony"), option.value)
            help = unavailable or _help(option.value, ending)
            yield subscription.finding(
                "telephony",
                message=f"{subscription.id} uses {subscription.telephony}, "
                f"but its tenant uses {option.value}",
                related=[option.set_at],
                help=help,
                fix=None if help else Fix(f"write `telephony: {option.value}`", [edit]),
            )


def _help_if_unavailable(tenant: TenantOn, option: str) -> str:
    """Return the help if Cisco does not offer the tenant's option in its country, or ""."""
    if option != "bundled-pstn" or tenant.can_use_bundled_pstn:
        return ""
    bundled = {
        service
        for subscription in tenant.live
        for service in tenant.bundled_pstn_services(subscription)
    }
    remove = "remove `telephony` from the subscriptions"
    return (
        f"{option} is not available in {tenant.organisation.country}: ask Cisco support to "
        "switch the whole tenant, then write its option as `telephony` of the tenant, "
        + (f"{remove}, and {_end(sorted(bundled))}" if bundled else f"and {remove}")
    )


def _help(option: str, ending: Sequence[str]) -> str:
    """Return the help if the tenant's option leads to findings about other services, or ""."""
    if not ending:
        return ""
    return (
        f"write `telephony: {option}`, and {_end(ending)}; if the tenant uses bundled-pstn, "
        "correct the tenant's option"
    )


def _end(services: Sequence[str]) -> str:
    """Return what to do with the lines of services that a tenant without bundled-pstn has not."""
    return (
        f"end the lines of {listing(services)} with `until` (remove those that have not begun), "
        "because they are part of bundled-pstn"
    )
