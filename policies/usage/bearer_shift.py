"""The overage of a service will soon be billed to another subscription.

The overage of AI Agent, AI Assistant and IVR Outbound Campaign is billed to the subscription that
has had the service longest and still has it.
When that subscription ends or lapses, or an older one is active again, the overage moves to another
invoice, possibly that of another partner or department.

**Do:** inform those who pay; if the line ends or lapses, it can be renewed in time.

**Source:** n98y8mz, overage of AI Agent, AI Assistant and IVR Outbound Campaign (R15, R16, R17).

```yaml bad
subscriptions:
  - {id: Sub1, type: named, start: 2024-01-01, entitlements: {premium-agent: 5}}
  - id: Sub2
    type: named
    start: 2024-06-01
    end: 2026-05-20
    entitlements:
      ai-agent: 2  # expect: bearer-shift
  - {id: Sub3, type: named, start: 2025-06-01, entitlements: {ai-agent: 2}}
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2024-01-01, entitlements: {premium-agent: 5}}
  - {id: Sub2, type: named, start: 2024-06-01, end: 2027-05-31, entitlements: {ai-agent: 2}}
  - {id: Sub3, type: named, start: 2025-06-01, entitlements: {ai-agent: 2}}
```
"""

from collections.abc import Iterator

from validator import SENIORITY_SERVICES, Finding, Related, TenantOn, horizon, policy


@policy(severity="warning", options=[horizon()])
def bearer_shift(tenant: TenantOn) -> Iterator[Finding]:
    for service in SENIORITY_SERVICES:
        bearer = tenant.bearer(service)
        if bearer is not None and (shift := tenant.next_bearer(service)) is not None:
            day, following = shift
            yield bearer.entitlements[service].finding(
                message=f"from {day} on, the overage of {service} is billed to {following.id} "
                f"instead of {bearer.id}",
                related=[
                    Related(
                        following.at("entitlements", service),
                        f"{following.id} lists {service} here",
                    )
                ],
            )
