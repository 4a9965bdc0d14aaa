"""Random tenants that match the schema.

Ids, users and days are drawn from short lists, so that they often coincide.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

Value = dict[str, Any]
Strategy = st.SearchStrategy[Any]
Draw = Callable[[Strategy], Any]

AGENT_SERVICES = ["premium-agent", "standard-agent"]
SERVICES = [
    *AGENT_SERVICES, "ivr-port", "ai-agent", "ai-assistant", "ivr-outbound-campaign",
    "webex-connect", "wfo-analytics", "pstn-inbound-toll", "pstn-toll-free",
]  # fmt: skip
FEW_SERVICES = ["premium-agent", "ai-agent", "ivr-outbound-campaign"]
IDS = ["Sub1", "Sub2", "Sub3", "Sub4", "Sub5"]
UNKNOWN_ID = "Sub9"
PARTNERS = ["northwind", "southwind", "eastwind"]
TELEPHONY = ["webex-calling", "bundled-pstn", "vpop"]
ROLES = ["agent", "agent", "supervisor", "administrator", "read-only-administrator"]
DEPARTMENTS = ["Care", "Sales", ""]
EMAILS = [
    "ada@x.example", "Ada@X.example", "tom@x.example", "maud@x.example", "Maud@x.example",
    "iris@x.example", "otto@x.example",
]  # fmt: skip
DISTINCT_EMAILS = [*EMAILS[:1], *EMAILS[2:4], *EMAILS[5:], "nora@x.example", "lea@x.example"]

# Most terms, lines and lapses begin on or near a joint, and end on or near the day before one.
JOINTS = [
    date(2025, 6, 1), date(2025, 9, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 28),
    date(2026, 3, 1), date(2026, 3, 16), date(2026, 4, 1), date(2026, 5, 1), date(2027, 3, 1),
]  # fmt: skip
LATER_JOINTS = JOINTS[5:]
MIDDLES = [date(2026, 2, 11), date(2026, 2, 28), date(2026, 3, 16)]
ONE = timedelta(1)


def iso(when: date) -> str:
    return when.isoformat()


any_day = st.integers(0, 759).map(lambda number: iso(date(2025, 6, 1) + timedelta(number)))
near_day = st.integers(0, 70).map(lambda number: iso(date(2026, 2, 20) + timedelta(number)))
joint = st.sampled_from(JOINTS)
begin = st.one_of(joint.map(iso), joint.map(iso), joint.map(iso), near_day, any_day)
end = st.one_of(
    st.sampled_from(LATER_JOINTS).map(lambda when: iso(when - ONE)),
    st.sampled_from(LATER_JOINTS).map(lambda when: iso(when - ONE)),
    joint.map(lambda when: iso(when - ONE)),
    joint.map(iso),
    near_day,
    any_day,
).filter(lambda text: text >= "2025-06-01")
early_begin = st.one_of(st.sampled_from(JOINTS[:4]).map(iso), begin)

# Values for `on` and `horizon`.
todays = st.one_of(
    st.sampled_from(
        [
            date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 15), date(2026, 3, 16),
            date(2026, 3, 31), date(2026, 1, 31), date(2026, 8, 31), date(2027, 2, 1),
        ]
    ),
    st.integers(0, 60).map(lambda number: date(2026, 2, 15) + timedelta(number)),
)  # fmt: skip
horizons = st.sampled_from([30, 30, 30, 0, 1, 7, 14, 31, 60, 120])


@st.composite
def mapping(draw: Draw, required: dict[str, Strategy], tenths: dict[str, Any]) -> Value:
    """Draw a mapping; `tenths` gives each optional key's odds out of ten, and its strategy."""
    found = {key: draw(strategy) for key, strategy in required.items()}
    for key, (odds, strategy) in tenths.items():
        if draw(st.integers(1, 10)) <= odds:
            found[key] = draw(strategy)
    return found


quantities = st.sampled_from([1, 2, 3, 1, 2, 5, 0])
past_end = st.sampled_from(JOINTS[1:8]).map(lambda when: iso(when - ONE))
entitlement_lines = mapping(
    {"quantity": quantities}, {"since": (5, begin), "until": (6, st.one_of(end, past_end))}
)
ending_lines = mapping({"quantity": quantities, "until": past_end}, {})
ramps = st.lists(
    st.one_of(entitlement_lines, entitlement_lines, quantities), min_size=1, max_size=3
)


@st.composite
def steps(draw: Draw) -> list[Value]:
    """Draw two lines; the second begins on the day after the first ends."""
    when = draw(st.sampled_from([*LATER_JOINTS, *MIDDLES, *MIDDLES]))
    return [
        {"quantity": draw(quantities), "until": iso(when - ONE)},
        {"quantity": draw(quantities), "since": iso(when)},
    ]


entries = st.one_of(
    quantities, quantities, quantities, entitlement_lines, ending_lines, ramps, steps()
)
services = st.one_of(
    st.sampled_from(AGENT_SERVICES), st.sampled_from(SERVICES), st.sampled_from(FEW_SERVICES)
)
entitlements = st.dictionaries(services, entries, max_size=4)
calm_entitlements = st.dictionaries(services, entries, min_size=1, max_size=4)


@st.composite
def lapses(draw: Draw) -> Value:
    """Draw a lapse that begins on a joint; most last at most 31 days."""
    first = draw(joint)
    length = draw(st.sampled_from([0, 1, 5, 14, 27, 30]))
    last = iso(first + timedelta(length))
    return {"from": iso(first), "until": draw(st.one_of(st.just(last), st.just(last), end))}


states = st.sampled_from(
    ["active", "active", "trial", "pending", "suspended", "cancelled", "cancelled"]
)
common_fields: dict[str, Any] = {
    "term_months": (3, st.sampled_from([1, 2, 3, 6, 12])),
    "notice_days": (2, st.sampled_from([0, 1, 30, 45, 60, 400])),
    "grace_days": (2, st.integers(0, 14)),
    "primary": (3, st.booleans()),
    "department": (4, st.sampled_from(DEPARTMENTS)),
    "offer": (1, st.sampled_from(["flex", "flex-3"])),
    "deployment": (1, st.sampled_from(["cloud", "hybrid"])),
    "telephony": (3, st.sampled_from(TELEPHONY)),
}
types = st.sampled_from(["named", "named", "named", "concurrent"])
wild_subscriptions = mapping(
    {"type": types, "start": early_begin},
    {
        **common_fields,
        "end": (6, end),
        "status": (4, states),
        "auto_renew": (3, st.booleans()),
        "lapses": (2, st.lists(lapses(), max_size=2)),
        "entitlements": (8, entitlements),
    },
)
calm_subscriptions = mapping(
    {"type": st.just("named"), "start": st.sampled_from([*JOINTS[:4], JOINTS[5]]).map(iso)},
    {
        **common_fields,
        "end": (6, st.sampled_from(LATER_JOINTS).map(lambda when: iso(when - ONE))),
        "status": (1, states),
        "auto_renew": (1, st.just(True)),
        "lapses": (1, st.lists(lapses(), max_size=1)),
        "entitlements": (10, calm_entitlements),
    },
)


@st.composite
def subscription_lists(draw: Draw, calm: bool, partner_ids: list[str]) -> list[Value]:
    ids = draw(st.permutations(IDS))
    found = []
    for position in range(draw(st.integers(1 if calm else 0, 4))):
        repeats = draw(st.integers(1, 12)) == 12
        id = draw(st.sampled_from(IDS)) if repeats else ids[position]
        sub = {"id": id} | draw(calm_subscriptions if calm else wild_subscriptions)
        if draw(st.integers(1, 10)) > (6 if partner_ids else 9):
            sub["partner"] = draw(st.sampled_from([*(partner_ids * 3), "no-partner"]))
        found.append(sub)
    for k in range(1, len(found)):
        if draw(st.integers(1, 4)) == 4:
            renew(found[k - 1], found[k])
    return found


def renew(sub: Value, renewal: Value) -> None:
    """Make a subscription start on the day after another one ends."""
    if "end" in sub and sub["end"] < "2027-06-30":
        renewal["start"] = iso(date.fromisoformat(sub["end"]) + ONE)
        renewal.pop("status", None)


def references(subs: list[Value]) -> Strategy:
    return st.sampled_from([*([sub["id"] for sub in subs] * 5), UNKNOWN_ID])


@st.composite
def assignments(draw: Draw, subs: list[Value]) -> Any:
    """Draw an assignment; most name a license that the subscription lists."""
    id = draw(references(subs))
    kind = draw(st.integers(1, 10))
    if kind <= 2:
        return id
    if kind == 3:
        return {"subscription": id}
    own = [service for sub in subs if sub["id"] == id for service in sub.get("entitlements", {})]
    if own and kind <= 9:
        return {"subscription": id, "license": draw(st.sampled_from(own))}
    return {"subscription": id, "license": draw(services)}


@st.composite
def user_lists(draw: Draw, subs: list[Value]) -> list[Value]:
    found = []
    for position in range(draw(st.integers(0, 6))):
        user = draw(users(subs))
        if draw(st.integers(1, 6)) < 6:
            user["email"] = DISTINCT_EMAILS[position]
        found.append(user)
    return found


def users(subs: list[Value]) -> Strategy:
    return mapping(
        {
            "email": st.sampled_from(EMAILS),
            "roles": st.lists(st.sampled_from(ROLES), min_size=1, max_size=2, unique=True),
        },
        {
            "assignments": (
                9,
                st.one_of(
                    st.lists(assignments(subs), min_size=1, max_size=3),
                    st.lists(assignments(subs), max_size=2),
                ),
            ),
            "department": (2, st.sampled_from(DEPARTMENTS)),
            "status": (
                2,
                st.sampled_from(["active", "verified", "not-verified", "pending", "inactive"]),
            ),
            "last_access": (2, st.one_of(any_day, st.just("2025-11-30"), st.just("2025-12-01"))),
        },
    )


partners = mapping(
    {
        "id": st.sampled_from(PARTNERS),
        "access": st.sampled_from(["full", "full", "read-only"]),
    },
    {"approved_by": (3, st.sampled_from([*EMAILS, "stranger@x.example"]))},
)
months = st.one_of(
    st.sampled_from(["2026-01", "2026-02", "2026-03", "2026-03", "2026-04"]),
    st.sampled_from(["2026-02", "2026-03"]),
    st.sampled_from(["2026-02", "2026-03"]),
    st.sampled_from(["2025-06", "2025-08", "2025-11", "2026-08", "2027-02"]),
)
amounts = st.one_of(st.integers(0, 9), st.sampled_from([0.1, 0.2, 0.3, 1.5, 2.9, 3.0, 7]))


@st.composite
def usage_lists(draw: Draw, subs: list[Value]) -> list[Value]:
    """Draw rows for few services, so that several rows share a month and a service."""
    own = [service for sub in subs for service in sub.get("entitlements", {})]
    few = draw(st.lists(st.sampled_from([*(own * 2), *SERVICES]), min_size=1, max_size=2))
    row = mapping(
        {
            "month": months,
            "service": st.sampled_from([*few, *few, "webex-connect"]),
            "quantity": amounts,
        },
        {"subscription": (7, references(subs))},
    )
    rows: list[Value] = draw(st.lists(row, max_size=5))
    if rows and draw(st.integers(1, 6)) == 6:
        rows.append(draw(st.sampled_from(rows)) | {"quantity": draw(amounts)})
    return rows


def change_within_a_month(draw: Draw, value: Value) -> None:
    """Make a quantity change in mid-month, and add usage close to both quantities."""
    sub = draw(st.sampled_from(value["subscriptions"]))
    service = draw(services)
    when = draw(st.sampled_from(MIDDLES))
    first, second = draw(st.permutations([1, 3, 5]))[:2]
    entry = [
        {"quantity": first, "until": iso(when - ONE)},
        {"quantity": second, "since": iso(when)},
    ]
    sub["entitlements"] = sub.get("entitlements", {}) | {service: entry}
    use = min(first, second) + draw(st.sampled_from([0, 1, 0.5, 2]))
    row = {"month": iso(when)[:7], "service": service, "quantity": use}
    value["usage"] = [*value.get("usage", []), row]


tenant_heads = mapping(
    {"id": st.just("t"), "name": st.just("T")},
    {
        "country": (6, st.sampled_from(["NL", "US", "CA", "DE"])),
        "telephony": (4, st.sampled_from(TELEPHONY)),
    },
)


@st.composite
def tenants(draw: Draw) -> Value:
    calm = draw(st.sampled_from([True, True, False]))
    drawn_partners: list[Value] = draw(st.lists(partners, max_size=3))
    subs = draw(subscription_lists(calm, [partner["id"] for partner in drawn_partners]))
    rest = mapping({}, {"users": (9, user_lists(subs)), "usage": (7, usage_lists(subs))})
    value: Value = {"version": 1, "tenant": draw(tenant_heads), "subscriptions": subs}
    if drawn_partners or draw(st.booleans()):
        value["partners"] = drawn_partners
    value.update(draw(rest))
    if subs and draw(st.integers(1, 5)) == 5:
        change_within_a_month(draw, value)
    return value


@st.composite
def extreme_tenants(draw: Draw) -> Value:
    """Draw a tenant with days at the end of the calendar, and long terms and notice periods."""
    value: Value = draw(tenants())
    edges = st.sampled_from(["9999-12-31", "9999-12-30", "9999-01-31"])
    for sub in value["subscriptions"]:
        if draw(st.booleans()):
            sub["end"] = draw(edges)
        if draw(st.integers(1, 4)) == 1:
            sub["term_months"] = draw(st.sampled_from([1, 12, 95_670, 1_000_000]))
        if draw(st.integers(1, 4)) == 1:
            sub["notice_days"] = draw(st.sampled_from([2_912_000, 2_912_460, 3_700_000]))
        if draw(st.integers(1, 4)) == 1:
            sub["grace_days"] = draw(st.sampled_from([1, 400, 3_700_000]))
        if draw(st.integers(1, 4)) == 1:
            sub["lapses"] = [{"from": draw(near_day), "until": draw(edges)}]
        for service in sub.get("entitlements", {}):
            if draw(st.integers(1, 3)) == 1:
                fields = {"quantity": draw(quantities), "until": draw(edges)}
                sub["entitlements"][service] = fields
            elif draw(st.integers(1, 3)) == 1:
                fields = {"quantity": draw(quantities), "since": draw(edges)}
                sub["entitlements"][service] = [fields, draw(quantities)]
    return value


# Edits: each changes a tenant in place, or does nothing if there is nothing to change.


def edit_head(draw: Draw, value: Value) -> None:
    if draw(st.booleans()):
        value["tenant"]["telephony"] = draw(st.sampled_from(TELEPHONY))
    else:
        value["tenant"].pop("telephony", None)


def edit_subscription(draw: Draw, value: Value) -> None:
    if not value["subscriptions"]:
        return
    sub = draw(st.sampled_from(value["subscriptions"]))
    key = draw(
        st.sampled_from(["type", "start", "end", "telephony", "status", "id", "lapses", "start"])
    )
    other = draw(wild_subscriptions)
    if key == "id":
        sub["id"] = draw(st.sampled_from(IDS))
    elif key in other:
        sub[key] = other[key]
    elif key not in ("type", "start"):
        sub.pop(key, None)


def edit_entitlement(draw: Draw, value: Value) -> None:
    if not value["subscriptions"]:
        return
    sub = draw(st.sampled_from(value["subscriptions"]))
    kept = sub.setdefault("entitlements", {})
    kind = draw(st.sampled_from(["add", "add", "drop", "drop all", "change", "split", "add to"]))
    service = draw(st.sampled_from([*kept, *kept, *SERVICES]))
    if kind == "drop all":
        del sub["entitlements"]
    elif kind == "drop":
        kept.pop(service, None)
    elif kind == "split" and service in kept:
        kept[service] = draw(steps())
    elif kind == "add to" and service in kept:
        before = kept[service] if isinstance(kept[service], list) else [kept[service]]
        kept[service] = [*before, draw(entitlement_lines)]
    else:
        kept[service] = draw(st.one_of(quantities, entitlement_lines, ramps, steps()))


def edit_user(draw: Draw, value: Value) -> None:
    all_users = value.setdefault("users", [])
    subs = value["subscriptions"]
    kind = draw(st.sampled_from(["add", "remove", "assign", "roles", "case", "assign"]))
    if kind == "add" or not all_users:
        all_users.insert(0, draw(users(subs)))
        return
    user = draw(st.sampled_from(all_users))
    if kind == "remove":
        all_users.remove(user)
    elif kind == "assign":
        user["assignments"] = draw(st.lists(assignments(subs), max_size=2))
    elif kind == "roles":
        user["roles"] = draw(users(subs))["roles"]
    else:
        user["email"] = user["email"].swapcase()


def move_or_remove(draw: Draw, value: Value) -> None:
    key = draw(st.sampled_from(["subscriptions", "users"]))
    if not value.get(key):
        return
    if draw(st.booleans()):
        value[key] = list(draw(st.permutations(value[key])))
    else:
        value[key].remove(draw(st.sampled_from(value[key])))


EDITS = [edit_head, edit_subscription, edit_entitlement, edit_user, move_or_remove]


@st.composite
def pairs(draw: Draw) -> tuple[Value, Value]:
    """Draw a tenant before and after one to three small edits."""
    before = draw(tenants())
    after = deepcopy(before)
    for _ in range(draw(st.integers(1, 3))):
        draw(st.sampled_from([*EDITS, edit_entitlement]))(draw, after)
    return before, after
