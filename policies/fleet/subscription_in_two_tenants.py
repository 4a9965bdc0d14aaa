"""A subscription is listed in two tenants.

A subscription belongs to exactly one Webex organisation.
The usual cause is a block that was copied from another tenant's file with its id unchanged.

**Do:** correct the id in the tenant that the subscription does not belong to.

**Source:** n98y8mz, several subscriptions in one tenant (R1).

```yaml bad
version: 1
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
---
version: 1
tenant: {id: t2, name: Harbour Wholesale}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}  # expect: subscription-in-two-tenants
```

```yaml good
version: 1
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
---
version: 1
tenant: {id: t2, name: Harbour Wholesale}
subscriptions: [{id: Sub2, type: named, start: 2025-01-01}]
```
"""

from collections.abc import Iterator, Sequence

from validator import Fact, FleetFinding, Sighting, TenantOn, policy


def facts(tenant: TenantOn) -> Iterator[Fact]:
    for subscription in tenant.subscriptions:
        yield Fact(subscription.at("id"), subscription.id)


@policy(severity="error", over="fleet", facts=facts)
def subscription_in_two_tenants(seen: Sequence[Sighting]) -> Iterator[FleetFinding]:
    first: dict[str, Sighting] = {}
    for sighting in seen:
        earlier = first.setdefault(sighting.value, sighting)
        if earlier.tenant != sighting.tenant:
            yield FleetFinding(
                sighting,
                f"{sighting.value} is also listed in the tenant {earlier.tenant}",
                related=[(earlier, f"{sighting.value} is first listed here")],
            )
