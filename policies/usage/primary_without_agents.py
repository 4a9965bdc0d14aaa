"""The primary includes neither agents nor IVR ports, but bears their overage.

The overage of agents and IVR ports is charged to the primary, even if all these licences are on
other subscriptions. The wrong department or partner then gets the invoice.

**Do:** agree on this with those who pay for the primary, or ask Cisco before the next order.

**Source:** n98y8mz, overage of agents and IVR (R5, R16).

```yaml bad
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {webex-connect: 1}}  # expect: primary-without-agents
  - {id: Sub2, type: named, start: 2025-06-01, entitlements: {premium-agent: 10}}
```

```yaml good
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {ivr-port: 4}}
  - {id: Sub2, type: named, start: 2025-06-01, entitlements: {premium-agent: 10}}
```
"""

from collections.abc import Iterator

from validator import Finding, Related, Subscription, TenantOn, listing, policy

SERVICES = ("standard-agent", "premium-agent", "ivr-port")


@policy(severity="warning")
def primary_without_agents(tenant: TenantOn) -> Iterator[Finding]:
    def has_agents(subscription: Subscription) -> bool:
        return any(tenant.has(subscription, item) for item in SERVICES)

    primary = tenant.primary
    if primary is None or not primary.has_entitlements or has_agents(primary):
        return
    others = [item for item in tenant.active if item is not primary and has_agents(item)]
    if others:
        yield primary.finding(
            message=f"the primary {primary.id} has no agents or IVR ports, but bears the overage "
            f"of {listing(item.id for item in others)}",
            related=[Related(others[0].at("entitlements"), f"{others[0].id} lists them here")],
        )
