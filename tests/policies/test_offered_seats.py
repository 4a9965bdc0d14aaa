"""The seats that `check` offers are free by the rule of a plan, also for both agent licences."""

from copy import deepcopy
from datetime import date

from hypothesis import event, given, note
from hypothesis import strategies as st

from tests.policies.test_helps import (
    ASSIGNED,
    MANY,
    Value,
    assign,
    findings,
    value_of,
)
from tests.run.test_why import answers
from validator.run.why_run import Subject
from validator.schema.tenant_schema import tenant_of
from validator.tenant import terms
from validator.tenant.index import Index
from validator.tenant.plan import plan_of
from validator.tenant.plan_seats import SeatCounts

DAY = date(2026, 5, 1)
AFTER = date(2026, 7, 1)

QUANTITIES = st.sampled_from([0, 1, 1, 2, 3])
LISTED = st.fixed_dictionaries(
    {}, optional={"premium-agent": QUANTITIES, "standard-agent": QUANTITIES}
)


@st.composite
def tenants(draw: st.DrawFn) -> Value:
    """Draw a tenant whose first subscriptions soon end, and whose quantities do not change."""
    seats = {"premium-agent": 9, "standard-agent": 9}
    ends = draw(st.lists(st.sampled_from(["2026-05-09", "2026-05-20"]), min_size=1, max_size=2))
    items = [{"end": end, "entitlements": seats} for end in ends]
    lists = draw(st.lists(LISTED.filter(bool), min_size=1, max_size=3))
    items += [{"entitlements": listed} for listed in lists]
    subscriptions = [
        {"id": f"S{number}", "type": "named", "start": "2025-01-01", **item}
        for number, item in enumerate(items)
    ]
    ids = st.sampled_from([item["id"] for item in subscriptions])
    licensed = st.fixed_dictionaries(
        {"subscription": ids, "license": st.sampled_from(["premium-agent", "standard-agent"])}
    )
    roles = st.sampled_from([["agent"], ["agent"], ["supervisor"], ["administrator"]])
    assignments = st.lists(st.one_of(ids, licensed, licensed), max_size=2)
    people = draw(st.lists(st.tuples(roles, assignments), min_size=1, max_size=7))
    users = [
        {"email": f"u{number}@x.example", "roles": role, "assignments": items}
        for number, (role, items) in enumerate(people)
    ]
    return {
        "version": 1,
        "tenant": {"id": "t", "name": "T"},
        "subscriptions": subscriptions,
        "users": users,
    }


def overfilled(value: Value) -> dict[tuple[str, str], int]:
    """Return how many users have no seat by the rule of a plan, after both hand-overs."""
    tenant = tenant_of(value)
    index = Index(tenant)
    counts = SeatCounts(tenant, index, DAY)
    found: dict[tuple[str, str], int] = {}
    for item in tenant.subscriptions:
        both = [index.timeline.quantity(item, name).at(AFTER) for name in terms.AGENT_LICENSES]
        for name, quantity in zip(terms.AGENT_LICENSES, both, strict=True):
            found[item.id, name] = counts.holders[item.id, name] - quantity
        found[item.id, "both"] = counts.agents[item.id] - sum(both)
    return found


@MANY
@given(tenants())
def test_the_offered_seats_can_be_given_in_a_plan(value: Value) -> None:
    changed, moved = deepcopy(value), set()
    for item in findings(value, DAY, 30):
        user = item.path.split("/")[2] if item.path.startswith("/users/") else None
        if item.id in {*ASSIGNED, "license-expiring"} and user not in moved:
            moved |= {user} if assign(changed, item) else set()
            note(f"{item.message}\n{item.help}")
    event(f"{len(moved)} users")
    before, after = overfilled(value), overfilled(changed)
    assert not [seat for seat, number in after.items() if number > max(0, before[seat])]


BARE = """
subscriptions:
  - {id: Sub1, type: named, start: 2024-01-01, end: 2026-05-20, entitlements: {premium-agent: 2}}
  - id: Sub2
    type: named
    start: 2025-01-01
    entitlements: {premium-agent: 2, standard-agent: 1}
users:
  - {email: a@x.example, roles: [agent], assignments: [Sub2]}
  - {email: b@x.example, roles: [agent], assignments: [Sub2]}
  - {email: c@x.example, roles: [agent], assignments: [{subscription: Sub1, license: premium-agent}]}
  - {email: d@x.example, roles: [agent], assignments: [{subscription: Sub1, license: premium-agent}]}
"""


def test_users_without_a_named_licence_take_agent_seats() -> None:
    found = findings(value_of(BARE), DAY, 30)
    c, d = (item for item in found if item.id == "user-only-expiring")
    assert c.message.endswith("; Sub2 has no end, has premium-agent and 1 free seat")
    assert d.message.endswith("; no free seat of premium-agent is left from then on")
    assert d.help.startswith("order 1 premium-agent seat from 2026-05-21 on, and assign it to d@x")
    plan = plan_of(tenant_of(value_of(BARE)), DAY, AFTER)
    assert [(len(move.users), move.target) for move in plan.moves] == [(1, "Sub2")]
    assert [item.users for item in plan.unplaced] == [("d@x.example",)]


def test_the_last_seat_is_offered_to_whom_the_plan_gives_it() -> None:
    value = value_of(BARE)
    c, d = value["users"][2:]
    c["status"] = "inactive"
    (seat,) = _offered_to(value)
    assert seat == "d@x.example"
    del c["status"]
    c["roles"], d["roles"] = ["administrator", "agent"], ["administrator", "supervisor"]
    (seat,) = _offered_to(value)
    assert seat == "c@x.example"


def _offered_to(value: Value) -> tuple[str, ...]:
    """Return the users who lose access and are offered a seat, which are those of the plan."""
    items = [item for item in findings(value, DAY, 30) if item.id == "user-only-expiring"]
    offered = tuple(
        value["users"][int(item.path.split("/")[2])]["email"]
        for item in items
        if "Sub2 has no end" in item.message
    )
    (move,) = plan_of(tenant_of(value), DAY, AFTER).moves
    assert move.users == offered
    return offered


def test_why_says_which_users_take_the_seats() -> None:
    (item,) = answers(value_of(BARE), DAY, Subject(subscription="Sub2"))["subscriptions"]
    premium, standard = item["entitlements"]
    assert (premium["free"], standard["free"]) == (1, 1)
    assert "; 0 holders, 1 free seat (2 users take one of 3 agent seats); " in premium["text"]
    assert "; 0 holders, 1 free seat; " in standard["text"]


def test_a_hand_over_needs_the_seats_that_other_users_take() -> None:
    value = value_of(BARE.replace("premium-agent: 2, standard-agent: 1", "premium-agent: 1"))
    value["users"][1] = {"email": "b@x.example", "roles": ["administrator"]}
    value["subscriptions"][1]["entitlements"]["standard-agent"] = 0
    (item,) = (one for one in findings(value, DAY, 30) if one.id == "handover-too-small")
    assert item.message == (
        "2 users lose premium-agent by 2026-05-21, but 1 seat is free on that day"
    )
    assert item.help.startswith(
        "order 2 more premium-agent seats from 2026-05-21 on (other users take 1 of the free "
        "seats), or remove users who have left"
    )
    plan = plan_of(tenant_of(value), DAY, AFTER)
    assert [len(item.users) for item in plan.unplaced] == [2]


def test_a_user_keeps_the_own_agent_seat_when_the_licence_changes() -> None:
    text = """
subscriptions:
  - {id: S, type: named, start: 2025-01-01, entitlements: {premium-agent: 1, standard-agent: 2}}
users:
  - {email: a@x.example, roles: [agent], assignments: [S]}
  - {email: b@x.example, roles: [agent], assignments: [S]}
  - {email: c@x.example, roles: [%s], assignments: [{subscription: S, license: standard-agent}]}
"""
    helps = {item.id: item.help for item in findings(value_of(text % "supervisor"), DAY, 30)}
    assert helps["supervisor-needs-premium"].startswith(
        "write `{subscription: S, license: premium-agent}` instead of "
    )
    # A second one finds no seat.
    other = "  - {email: d@x.example, roles: [supervisor], assignments: [{subscription: T, "
    other += "license: standard-agent}]}\n"
    value = value_of(text % "supervisor" + other)
    lines = {"standard-agent": 1}
    item = {"id": "T", "type": "named", "start": "2025-01-01", "entitlements": lines}
    value["subscriptions"].append(item)
    helps = {
        one.path: one.help for one in findings(value, DAY, 30) if one.id.startswith("supervisor")
    }
    assert [help.split("`")[0] for help in helps.values()] == [
        "write ",
        "order 1 premium-agent seat from 2026-05-01 on, and assign it to d@x.example instead of ",
    ]


def test_a_pending_subscription_is_named_if_an_agent_seat_is_free() -> None:
    value = value_of(BARE)
    value["subscriptions"][1]["status"] = "pending"
    value["users"][0]["assignments"].append("Sub1")
    value["users"][1]["assignments"].append("Sub1")
    messages = [
        item.message for item in findings(value, DAY, 30) if item.path.startswith("/users/2")
    ]
    assert messages[0].endswith("; Sub2 is pending")
    value["subscriptions"][1]["entitlements"] = {"premium-agent": 1, "standard-agent": 1}
    messages = [
        item.message for item in findings(value, DAY, 30) if item.path.startswith("/users/2")
    ]
    assert "pending" not in messages[0]


def test_a_hand_over_needs_premium_for_supervisors() -> None:
    text = """
subscriptions:
  - {id: S, type: named, start: 2025-01-01, end: 2026-05-20, entitlements: {standard-agent: 3}}
users:
  - {email: a@x.example, roles: [%s], assignments: [{subscription: S, license: standard-agent}]}
  - {email: b@x.example, roles: [%s], assignments: [{subscription: S, license: standard-agent}]}
"""
    rest = ", or remove users who have left from the file and from Control Hub; `tenantlint plan"
    for roles, order in (
        (("agent", "agent"), "order 2 more standard-agent seats from 2026-05-21 on"),
        (
            ("agent", "supervisor"),
            (
                "assign premium-agent instead of standard-agent to 1 supervisor of them and order 1 "
                "more standard-agent seat from 2026-05-21 on"
            ),
        ),
        (
            ("supervisor", "supervisor"),
            "assign premium-agent instead of standard-agent to 2 supervisors of them",
        ),
    ):
        found = findings(value_of(text % roles), DAY, 30)
        (help,) = (item.help for item in found if item.id == "handover-too-small")
        assert help.startswith(order + rest)


def test_a_user_who_takes_a_pending_seat_needs_no_other() -> None:
    text = """
subscriptions:
  - {id: A, type: named, start: 2025-01-01, end: 2026-05-20, entitlements: {premium-agent: 5}}
  - {id: P, type: named, status: pending, start: 2026-05-01, entitlements: {premium-agent: 2}}
users:
  - {email: h@x.example, roles: [agent], assignments: [{subscription: A, license: premium-agent}]}
  - email: i@x.example
    roles: [agent]
    assignments:
      - {subscription: A, license: premium-agent}
      - {subscription: P, license: premium-agent}
"""
    value = value_of(text)
    provisioned = "remove `status: pending` of P when it is provisioned"
    helps = {item.path: item.help for item in findings(value, DAY, 30) if provisioned in item.help}
    assert len(helps) == 4
    assert all(help.startswith(f"{provisioned}; otherwise ") for help in helps.values())
    # Another user finds no seat.
    item = {"subscription": "A", "license": "premium-agent"}
    value["users"].append({"email": "j@x.example", "roles": ["agent"], "assignments": [item]})
    short = [item.help for item in findings(value, DAY, 30) if " and order 1 " in item.help]
    assert len(short) == 3
    # A holder who loses the licence later takes a seat from those who lose it before.
    value["users"][1]["assignments"][0] = {"subscription": "B", "license": "premium-agent"}
    later = {"id": "B", "type": "named", "start": "2025-01-01", "end": "2026-05-25"}
    value["subscriptions"].append(later | {"entitlements": {"premium-agent": 1}})
    order = " and order 1 premium-agent seat from 2026-05-21 on; otherwise"
    ids = ("/users/0/assignments", "/users/2/assignments")
    helps = {item.path: item.help for item in findings(value, DAY, 30) if item.path in ids}
    assert len(helps) == 2
    assert all(order in help for help in helps.values())
