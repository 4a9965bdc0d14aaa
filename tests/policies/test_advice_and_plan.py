"""The advice of `check` names the subscription to which `plan` moves the user on the same day."""

from datetime import date, timedelta

from hypothesis import event, given
from hypothesis import strategies as st

from tests.policies.test_helps import ADD, SOME, Value, entries, findings
from validator.schema.tenant_schema import tenant_of
from validator.tenant.plan import plan_of

DAY = date(2026, 5, 1)
HORIZON = 30
LAST = DAY + timedelta(119)

DEPARTMENTS = st.sampled_from(["Care", "Sales", ""])
LISTS = [{}, {"premium-agent": 5}, {"standard-agent": 5}, {"premium-agent": 5, "standard-agent": 5}]


def later(days: int) -> str:
    return str(DAY + timedelta(days))


@st.composite
def subscriptions(draw: st.DrawFn, id: str) -> Value:
    made: Value = {
        "id": id,
        "type": "named",
        "start": later(draw(st.sampled_from([-400, -90, -5]))),
    }
    end = draw(st.sampled_from([None, HORIZON, HORIZON + 1, 60, 118, 119, 120, 140, 149, 150, 300]))
    made |= {} if end is None else {"end": later(end)}
    made |= draw(st.sampled_from([{}, {}, {"status": "trial"}]))
    made |= draw(st.fixed_dictionaries({}, optional={"department": DEPARTMENTS}))
    lines = draw(st.sampled_from(LISTS))
    return {**made, "entitlements": lines} if lines else made


@st.composite
def tenants(draw: st.DrawFn) -> Value:
    first = {
        "id": "A",
        "type": "named",
        "start": "2024-01-01",
        "end": later(draw(st.integers(0, 20))),
    }
    first |= draw(st.fixed_dictionaries({}, optional={"department": DEPARTMENTS}))
    roles, assignment = draw(
        st.sampled_from(
            [
                ("agent", {"subscription": "A", "license": "premium-agent"}),
                ("agent", {"subscription": "A", "license": "standard-agent"}),
                ("administrator", "A"),
            ]
        )
    )
    user = {"email": "u@x.example", "roles": [roles], "assignments": [assignment]}
    user |= draw(st.fixed_dictionaries({}, optional={"department": DEPARTMENTS}))
    ids = draw(st.permutations(["B", "C", "D"]))
    others = [draw(subscriptions(id)) for id in ids]
    return {
        "version": 1,
        "tenant": {"id": "t", "name": "T"},
        "subscriptions": [first, *others],
        "users": [user],
    }


@SOME
@given(tenants())
def test_check_and_plan_name_the_same_subscription(value: Value) -> None:
    helps = [item.help for item in findings(value, DAY, HORIZON) if item.id == "user-only-expiring"]
    moves = plan_of(tenant_of(value), DAY, LAST).moves
    added = ADD.match(helps[0]) if helps else None
    if added is None or not moves:
        event("no advice or no move")
        return
    target = next(item for item in value["subscriptions"] if item["id"] == moves[0].target)
    if target.get("end", "9") <= later(HORIZON):
        event("the plan has an interim subscription")
        return
    (entry,) = entries(added[1])
    named = entry if isinstance(entry, str) else entry["subscription"]
    assert named == moves[0].target, helps[0]
    event("same")
