"""Random tenants that hold the schema, for properties."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

SERVICES = [
    "standard-agent", "premium-agent", "ivr-port", "ai-agent", "ivr-outbound-campaign",
    "webex-connect",
]  # fmt: skip
IDS = ["Sub1", "Sub2", "Sub3", "Sub4", "Sub5"]
PARTNERS = ["northwind", "southwind", "eastwind"]
TELEPHONY = ["webex-calling", "bundled-pstn", "vpop"]
ROLES = ["agent", "supervisor", "administrator", "read-only-administrator"]
BEGIN = date(2026, 1, 1)

days = st.integers(0, 150).map(lambda number: BEGIN + timedelta(number))
iso_days = days.map(date.isoformat)


def mapping(
    required: dict[str, Any], optional: dict[str, Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


entitlements = st.dictionaries(
    st.sampled_from(SERVICES),
    st.integers(0, 3)
    | mapping({"quantity": st.integers(0, 3)}, {"since": iso_days, "until": iso_days}),
    max_size=3,
)
subscriptions = mapping(
    {
        "id": st.sampled_from(IDS),
        "type": st.sampled_from(["named", "named", "named", "concurrent"]),
        "start": st.sampled_from(["2026-01-01", "2026-02-28"]) | iso_days,
    },
    {
        "end": iso_days,
        "telephony": st.sampled_from(TELEPHONY),
        "status": st.sampled_from(["active", "trial", "pending", "suspended", "cancelled"]),
        "term_months": st.integers(1, 5),
        "auto_renew": st.booleans(),
        "grace_days": st.integers(0, 12),
        "primary": st.booleans(),
        "partner": st.sampled_from([*PARTNERS, "nobody"]),
        "entitlements": entitlements,
    },
)
assignments = st.sampled_from([*IDS, "Sub9"]) | mapping(
    {"subscription": st.sampled_from([*IDS, "Sub9"])},
    {"license": st.sampled_from(SERVICES[:3])},
)
users = mapping(
    {
        "email": st.sampled_from(
            ["ada@x.example", "Ada@x.example", "tom@x.example", "m@x.example"]
        ),
        "roles": st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True),
    },
    {"assignments": st.lists(assignments, max_size=3)},
)
partners = mapping(
    {"id": st.sampled_from(PARTNERS), "access": st.sampled_from(["full", "read-only"])},
    {"approved_by": st.just("ada@x.example")},
)
usage = mapping(
    {
        "month": st.integers(1, 7).map("2026-{:02}".format),
        "subscription": st.sampled_from([*IDS, "Sub9"]),
        "service": st.sampled_from(SERVICES),
        "quantity": st.integers(0, 4) | st.sampled_from([0.1, 0.2, 1.5, 2.9]),
    },
    {},
)
tenants = mapping(
    {
        "version": st.just(1),
        "tenant": mapping(
            {"id": st.just("t"), "name": st.just("T")},
            {"country": st.sampled_from(["NL", "US"]), "telephony": st.sampled_from(TELEPHONY)},
        ),
        "subscriptions": st.lists(subscriptions, max_size=5),
    },
    {
        "users": st.lists(users, max_size=4),
        "partners": st.lists(partners, max_size=3),
        "usage": st.lists(usage, max_size=5),
    },
)
