"""Two documents describe the same tenant.

Two files, or two documents in one file, have the same organisation id.
Each is checked without the subscriptions and users of the other, so both results are wrong.

**Do:** merge the two documents into one, or correct the id in the later one.

**Source:** n98y8mz, several subscriptions in one tenant (R1).

```yaml bad
version: 1
tenant: {id: t1, name: Harbour Retail}
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]
---
version: 1
tenant:
  id: t1  # expect: tenant-in-two-files
  name: Harbour Retail
subscriptions: [{id: Sub2, type: named, start: 2025-01-01}]
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
    yield Fact(tenant.organisation.at("id"), tenant.organisation.id)


@policy(severity="error", over="fleet", facts=facts)
def tenant_in_two_files(seen: Sequence[Sighting]) -> Iterator[FleetFinding]:
    first: dict[str, Sighting] = {}
    for sighting in seen:
        earlier = first.setdefault(sighting.value, sighting)
        if earlier is not sighting:
            yield FleetFinding(
                sighting,
                f"the tenant {sighting.value} is also described in {earlier.file}",
                related=[(earlier, "the tenant is first described here")],
            )
