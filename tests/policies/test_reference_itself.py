"""Tests of the reference: worked examples, and sentences of the terms that are easily misread."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.reference import (
    Found,
    Tenant,
    by_department,
    changes,
    largest_sum,
    lines,
    reference,
    usage_rows,
)
from tests.tenants import extreme_tenants, horizons, pairs, tenants, todays

Value = dict[str, Any]
D = date(2026, 5, 10)
COUNTRY = {"id": "t", "name": "T"}
PLAIN = settings(
    max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def sub(id: str = "Sub1", **fields: Any) -> Value:
    return {"id": id, "type": "named", "start": "2025-07-01"} | fields


def user(*assignments: Any, roles: str = "agent", email: str = "", **fields: Any) -> Value:
    email = email or "maud@x.example"
    return {"email": email, "roles": roles.split(), "assignments": list(assignments)} | fields


def on(subscription: str, license: str) -> Value:
    return {"subscription": subscription, "license": license}


def row(quantity: Any, service: str = "premium-agent", month: str = "2026-04", **f: Any) -> Value:
    return {"month": month, "service": service, "quantity": quantity} | f


def tenant(*subs: Value, users: Any = (), head: Any = None, **rest: Any) -> Value:
    head = COUNTRY | (head or {})
    value = {"version": 1, "tenant": head, "subscriptions": list(subs), "users": list(users)}
    return value | rest


def found(value: Value, today: date = D, horizon: int = 30) -> list[Found]:
    return sorted(reference(value, today, horizon))


def places(value: Value, id: str, today: date = D, horizon: int = 30) -> list[str]:
    return [path for name, path in found(value, today, horizon) if name == id]


def ids(value: Value, today: date = D, horizon: int = 30) -> set[str]:
    return {name for name, _ in found(value, today, horizon)}


def one_row(value: Value, service: str, today: date = D) -> Value:
    rows = [one for one in usage_rows(value, today) if one["service"] == service]
    assert len(rows) == 1
    return rows[0]


# Section 12


@pytest.mark.parametrize(("used", "overage", "bearer"), [(25, 0, None), (26, 1, "Sub1")])
def test_overage_is_use_beyond_the_entitlements_of_all_subscriptions(
    used: int, overage: int, bearer: str | None
) -> None:
    agents = {"premium-agent": 10}, {"premium-agent": 15}
    value = tenant(
        sub(entitlements=agents[0], department="Care"),
        sub("Sub2", start="2025-08-01", entitlements=agents[1]),
        usage=[row(used - 10, subscription="Sub1"), row(10, subscription="Sub2")],
    )
    assert ids(value) == ({"tenant-overage"} if overage else set())
    assert one_row(value, "premium-agent") == {
        "month": "2026-04",
        "service": "premium-agent",
        "on": "2026-04-30",
        "entitled": 25,
        "lowest": 25,
        "used": used,
        "overage": overage,
        "bearer": bearer,
        "primary": "Sub1",
        "split": [
            {"subscription": "Sub1", "department": "Care", "entitled": 10, "used": used - 10},
            {"subscription": "Sub2", "department": None, "entitled": 15, "used": 10},
        ],
    }


def test_the_second_subscription_bears_the_overage_after_the_first_ended() -> None:
    value = tenant(
        sub(entitlements={"premium-agent": 10}, end="2026-03-31"),
        sub("Sub2", start="2025-08-01", entitlements={"premium-agent": 15}),
        usage=[row(25, subscription="Sub2")],
    )
    assert found(value) == [("tenant-overage", "/usage/0/quantity")]
    report = one_row(value, "premium-agent")
    assert (report["overage"], report["bearer"], report["primary"]) == (10, "Sub2", "Sub2")


@pytest.mark.parametrize(
    ("fields", "bearer"),
    [
        ({}, "A"),
        ({"end": "2026-03-31"}, "B"),
        ({"lapses": [{"from": "2026-03-01", "until": "2026-04-30"}]}, "B"),
        ({"lapses": [{"from": "2026-03-01", "until": "2026-03-31"}]}, "A"),
    ],
)
def test_the_oldest_entitlement_bears_the_overage(fields: Value, bearer: str) -> None:
    value = tenant(
        sub("A", entitlements={"ai-agent": 1}, **fields),
        sub("B", start="2025-08-01", entitlements={"ai-agent": 1}),
        usage=[row(5, "ai-agent")],
    )
    assert one_row(value, "ai-agent")["bearer"] == bearer


def test_the_only_subscription_with_campaigns_bears_their_overage() -> None:
    value = tenant(
        sub("A", entitlements={"ai-agent": 1}),
        sub("C", start="2026-01-01", entitlements={"ivr-outbound-campaign": 2}),
        usage=[row(3, "ivr-outbound-campaign")],
    )
    report = one_row(value, "ivr-outbound-campaign")
    assert (report["bearer"], report["primary"]) == ("C", "A")


def test_users_need_an_assignment_to_the_next_subscription() -> None:
    subs = [sub(end="2026-05-20"), sub("Sub2", start="2026-01-01")]
    people = [
        user("Sub1", roles="administrator", email="ada@x.example"),
        user("Sub1"),
    ]
    assert found(tenant(*subs, users=people)) == [
        ("admin-lockout", "/users"),
        ("primary-shift", "/subscriptions/0/end"),
        ("user-only-expiring", "/users/0/assignments"),
        ("user-only-expiring", "/users/1/assignments"),
    ]
    for person in people:
        person["assignments"].append("Sub2")
    assert ids(tenant(*subs, users=people)) == {"primary-shift"}


def test_departments_may_have_different_terms() -> None:
    long = sub(end="2028-06-30", term_months=36, entitlements={"premium-agent": 1})
    short = sub(
        "Sub2",
        start="2025-08-01",
        end="2027-07-31",
        term_months=24,
        entitlements={"wfo-workforce-management": 1},
    )
    both = user(on("Sub1", "premium-agent"), on("Sub2", "wfo-workforce-management"))
    assert found(tenant(long, short, users=[both])) == []
    same_day = short | {"start": "2025-07-01", "end": "2027-06-30"}
    assert found(tenant(long, same_day)) == [("ambiguous-primary", "/subscriptions/1/start")]
    # The subscription with workforce optimization continues, but the desktop ends with the first one.
    near = {k: v for k, v in long.items() if k != "term_months"} | {"end": "2026-05-31"}
    assert places(tenant(near, short, users=[both]), "user-only-expiring") == [
        "/users/0/assignments"
    ]


def test_a_second_partner_needs_approval_for_full_access() -> None:
    subs = [sub(partner="north"), sub("Sub2", start="2026-01-01", partner="south")]
    partners_listed = [{"id": "north", "access": "full"}, {"id": "south", "access": "read-only"}]
    assert found(tenant(*subs, partners=partners_listed)) == []
    partners_listed[1]["access"] = "full"
    assert found(tenant(*subs, partners=partners_listed)) == [
        ("unapproved-partner-access", "/partners/1/access")
    ]


def test_flex_and_flex_3_can_be_combined() -> None:
    assert found(tenant(sub(offer="flex"), sub("Sub2", start="2026-01-01", offer="flex-3"))) == []


# Time


def test_a_lapsed_subscription_serves_no_user_but_is_live() -> None:
    lapsed = sub(lapses=[{"from": "2026-05-10", "until": "2026-05-10"}], type="concurrent")
    other = sub("Sub2", start="2026-06-01")
    assert found(tenant(lapsed, other)) == [
        ("mixed-subscription-types", "/subscriptions/1/type"),
        ("no-active-subscription", "/subscriptions"),
    ]
    assert "no-active-subscription" not in ids(tenant(lapsed, other), D + timedelta(1))


@pytest.mark.parametrize(
    ("fields", "entitled"),
    [
        ({"status": "cancelled", "end": "2027-01-31"}, 4),
        ({"status": "cancelled"}, 0),
        ({"status": "cancelled", "end": "2026-03-31"}, 0),
        ({"status": "suspended"}, 4),
        ({"status": "pending"}, 0),
    ],
)
def test_a_status_applies_from_today(fields: Value, entitled: int) -> None:
    value = tenant(sub(entitlements={"premium-agent": 4}, **fields), usage=[row(1)])
    assert one_row(value, "premium-agent")["entitled"] == entitled
    assert "no-active-subscription" in ids(value)


def test_grace_days_and_auto_renew_extend_a_term() -> None:
    assert "no-active-subscription" not in ids(tenant(sub(end="2026-05-01", grace_days=9)))
    assert "no-active-subscription" in ids(tenant(sub(end="2026-05-01", grace_days=8)))
    assert ids(tenant(sub(end="2025-12-31", auto_renew=True, notice_days=0))) == set()


def test_soon_includes_the_last_day_of_the_horizon() -> None:
    assert places(tenant(sub(end="2026-06-09")), "coverage-gap") == ["/subscriptions"]
    assert places(tenant(sub(end="2026-06-10")), "coverage-gap") == []
    assert places(tenant(sub(end="2026-05-10")), "coverage-gap", horizon=0) == ["/subscriptions"]


def test_a_hand_over_without_a_gap_keeps_cover() -> None:
    first = sub(end="2026-05-20")
    assert "coverage-gap" not in ids(tenant(first, sub("Sub2", start="2026-05-21")))
    assert "coverage-gap" in ids(tenant(first, sub("Sub2", start="2026-05-22")))


def test_primary_decides_between_subscriptions_with_the_same_start() -> None:
    one, two, three = sub("Sub1"), sub("Sub2", primary=True), sub("Sub3")
    assert Tenant(tenant(one, two), D).primary(D) == 1
    assert found(tenant(one, two, three)) == []
    assert found(tenant(one, two, three | {"primary": True})) == [
        ("ambiguous-primary", "/subscriptions/0/start"),
        ("ambiguous-primary", "/subscriptions/2/start"),
        ("wrong-primary", "/subscriptions/2/primary"),
    ]
    assert found(tenant(one, sub("Sub2"))) == [("ambiguous-primary", "/subscriptions/1/start")]
    # A subscription that is not active is ignored.
    assert places(tenant(one, sub("Sub2", start="2026-06-01", primary=True)), "wrong-primary") == []


def test_the_telephony_option_remains_after_an_end_but_not_after_a_cancellation() -> None:
    ended = sub(end="2026-01-31", telephony="vpop")
    running = sub("Sub2", start="2026-01-01", telephony="webex-calling")
    assert places(tenant(ended, running), "mixed-telephony") == ["/subscriptions/1/telephony"]
    assert ids(tenant(ended | {"status": "cancelled"}, running)) == set()


def test_bundled_pstn_in_another_country_is_reported_once_where_it_is_set() -> None:
    ended = sub(end="2026-01-31", telephony="bundled-pstn")
    running = [sub("Sub2", start="2025-08-01"), sub("Sub3", start="2025-09-01")]
    abroad = {"country": "NL"}
    places_found = places(tenant(ended, *running, head=abroad), "bundled-pstn-country")
    assert places_found == ["/subscriptions/0/telephony"]
    assert "bundled-pstn-country" not in ids(tenant(ended, *running))
    assert "bundled-pstn-country" not in ids(tenant(ended, head=abroad))
    by_tenant = abroad | {"telephony": "bundled-pstn"}
    assert places(tenant(*running, head=by_tenant), "bundled-pstn-country") == ["/tenant/telephony"]


def test_pstn_needs_the_bundle() -> None:
    def with_line(**line: Any) -> Value:
        return sub(telephony="vpop", entitlements={"pstn-toll-free": {"quantity": 0} | line})

    path = ["/subscriptions/0/entitlements/pstn-toll-free"]
    assert places(tenant(with_line(until="2026-05-10")), "pstn-without-bundle") == path
    assert places(tenant(with_line(until="2026-05-09")), "pstn-without-bundle") == []
    unknown = sub(entitlements={"pstn-toll-free": 1})
    assert places(tenant(unknown), "pstn-without-bundle") == []


def test_each_end_before_its_start_is_reported() -> None:
    strange = sub(
        end="2025-06-30",
        lapses=[{"from": "2026-01-02", "until": "2026-01-01"}],
        entitlements={
            "ai-agent": {"quantity": 1, "until": "2025-06-30"},
            "ivr-port": [1, {"quantity": 1, "since": "2026-02-02", "until": "2026-02-01"}],
            "premium-agent": [{"quantity": 1, "until": "2025-07-01"}],
        },
    )
    assert places(tenant(strange), "end-before-start") == [
        "/subscriptions/0/end",
        "/subscriptions/0/entitlements/ai-agent/until",
        "/subscriptions/0/entitlements/ivr-port/1/until",
        "/subscriptions/0/lapses/0/until",
    ]


@pytest.mark.parametrize(
    ("start", "months", "end", "wrong"),
    [
        ("2025-07-01", 12, "2026-06-30", False),
        ("2025-07-01", 12, "2028-06-30", False),
        ("2025-07-01", 12, "2028-07-01", True),
        ("2026-01-31", 1, "2026-02-27", False),
        ("2026-01-31", 1, "2026-02-28", True),
        ("2025-07-01", 12, "2025-06-30", True),
        ("9999-01-01", 12, "9999-12-31", True),
    ],
)
def test_an_end_must_be_a_multiple_of_the_term(
    start: str, months: int, end: str, wrong: bool
) -> None:
    value = tenant(sub(start=start, term_months=months, end=end))
    assert bool(places(value, "term-mismatch")) == wrong
    value["subscriptions"][0]["lapses"] = [{"from": "2026-01-01", "until": "2026-01-02"}]
    assert places(value, "term-mismatch") == []


def test_a_status_conflict_needs_an_explicit_status() -> None:
    assert places(tenant(sub(end="2026-05-09")), "status-date-conflict") == []
    for status in ("active", "trial"):
        value = tenant(sub(end="2026-05-09", status=status))
        assert places(value, "status-date-conflict") == ["/subscriptions/0/status"]


@pytest.mark.parametrize(
    ("end", "fields", "said"),
    [
        ("2026-06-09", {"notice_days": 0}, True),
        ("2026-06-10", {"notice_days": 0}, False),
        ("2026-06-08", {}, False),  # the decision day is 2026-05-09, yesterday
        ("2026-06-09", {}, True),
        # The term until 2026-06-08 has been decided, the one until 2026-07-08 has not.
        ("2026-06-08", {"term_months": 1}, True),
        # The current term is the first one that does not end before today.
        ("2025-06-30", {"notice_days": 40}, True),
        ("2025-06-30", {"notice_days": 40, "term_months": 24}, False),
        # 2026-02-28 + 1 day + 3 months - 1 day = 2026-05-31
        ("2026-02-28", {"notice_days": 0, "term_months": 3}, True),
    ],
)
def test_a_renewal_decision_is_reported_within_the_horizon(
    end: str, fields: Value, said: bool
) -> None:
    value = tenant(sub(end=end, auto_renew=True, **fields))
    expected = ["/subscriptions/0/auto_renew"] if said else []
    assert places(value, "renewal-decision") == expected
    value["subscriptions"][0]["status"] = "pending"
    assert places(value, "renewal-decision") == []


def test_a_term_without_a_next_day_does_not_count() -> None:
    notice = (date.max - D).days - 1  # the decision day is D+1 or D
    for end, said in (("9999-12-31", False), ("9999-12-30", True)):
        value = tenant(sub(end=end, auto_renew=True, notice_days=notice, term_months=1_000_000))
        assert bool(places(value, "renewal-decision")) == said


# The hand-over


def handover(seats: int, **fields: Any) -> Value:
    first = sub(end="2026-05-20", entitlements={"premium-agent": 5})
    renewal = sub("Sub2", start="2026-05-21", entitlements={"premium-agent": seats}) | fields
    people = [
        user(on("Sub1", "premium-agent"), email=f"u{number}@x.example") for number in range(2)
    ]
    return tenant(first, renewal, users=people)


def test_a_hand_over_needs_a_seat_for_each_user() -> None:
    path = ["/subscriptions/0/entitlements/premium-agent"]
    assert places(handover(1), "handover-too-small") == path
    assert places(handover(2), "handover-too-small") == []
    assert places(handover(1, type="concurrent"), "handover-too-small") == []
    assert places(handover(0, type="concurrent"), "handover-too-small") == path
    assert places(handover(1, start="2026-05-22"), "handover-too-small") == path
    unknown = handover(1)
    del unknown["subscriptions"][1]["entitlements"]
    assert places(unknown, "handover-too-small") == []


def test_a_hand_over_counts_holders_and_users_who_stay() -> None:
    stay = handover(2)
    stay["users"][0]["assignments"].append(on("Sub2", "premium-agent"))
    # One of the users stays covered, and holds one of the two seats.
    assert places(stay, "handover-too-small") == []
    stay["users"].append(user(on("Sub2", "premium-agent"), email="new@x.example"))
    assert places(stay, "handover-too-small") == ["/subscriptions/0/entitlements/premium-agent"]


def test_a_hand_over_includes_users_of_earlier_ends() -> None:
    value = handover(2)
    value["subscriptions"].append(
        sub("Sub3", end="2026-05-15", entitlements={"premium-agent": 1}),
    )
    value["users"].append(user(on("Sub3", "premium-agent"), email="early@x.example"))
    # On 2026-05-16, Sub1 has three free seats; on 2026-05-21, Sub2 has two for three users.
    assert places(value, "handover-too-small") == ["/subscriptions/0/entitlements/premium-agent"]


def test_a_bare_assignment_takes_a_seat_of_the_only_agent_licence() -> None:
    lone = sub(entitlements={"premium-agent": 1, "ivr-port": 1})
    both = sub(entitlements={"premium-agent": 1, "standard-agent": 1})
    people = [user("Sub1", email="a@x.example"), user("Sub1", email="b@x.example")]
    path = ["/subscriptions/0/entitlements/premium-agent"]
    assert places(tenant(lone, users=people), "over-assigned") == path
    assert places(tenant(both, users=people), "over-assigned") == []
    for person in people:
        person["roles"] = ["administrator"]
    assert places(tenant(lone, users=people), "over-assigned") == []


@pytest.mark.parametrize(
    ("entry", "more"),
    [
        ([{"quantity": 1, "until": "2026-12-31"}, {"quantity": 2, "since": "2027-01-01"}], False),
        ([{"quantity": 1, "since": "2026-12-31"}, {"quantity": 1, "until": "2026-12-31"}], False),
        ([{"quantity": 1, "since": "2027-01-01"}, {"quantity": 1, "until": "2026-12-31"}], True),
        ([{"quantity": 2, "until": "2026-05-09"}, 1], True),
        ([{"quantity": 1, "until": "2026-05-09"}], False),
        (0, True),
    ],
)
def test_over_assigned_compares_with_the_largest_future_quantity(entry: Any, more: bool) -> None:
    people = [user(on("Sub1", "ai-agent"), email=f"{letter}@x.example") for letter in "ab"]
    value = tenant(sub(end="2026-10-31", entitlements={"ai-agent": entry}), users=people)
    expected = ["/subscriptions/0/entitlements/ai-agent"] if more else []
    assert places(value, "over-assigned") == expected


def test_only_the_first_subscription_with_a_repeated_id_counts_for_users() -> None:
    first = sub(end="2026-01-31", entitlements={"premium-agent": 1})
    again = sub(entitlements={"premium-agent": 0})
    value = tenant(first, again, users=[user(on("Sub1", "premium-agent"))])
    assert places(value, "user-without-access") == ["/users/0/assignments"]
    assert places(value, "over-assigned") == []
    assert places(value, "duplicate-subscription") == ["/subscriptions/1/id"]


# Users


def test_an_assignment_serves_only_with_a_licence_for_the_roles() -> None:
    def access(assignment: Any, roles: str, **fields: Any) -> bool:
        value = tenant(sub(**fields), users=[user(assignment, roles=roles)])
        return not places(value, "user-without-access")

    wfo = {"entitlements": {"wfo-analytics": 1}}
    assert access("Sub1", "agent")
    assert not access("Sub1", "agent", **wfo)
    assert access("Sub1", "administrator", **wfo)
    assert not access("Sub1", "agent", entitlements={})
    assert access(on("Sub1", "premium-agent"), "agent", **wfo)  # another policy reports it
    assert access(on("Sub1", "wfo-analytics"), "agent", **wfo)  # the only assignment
    ended = {"entitlements": {"premium-agent": {"quantity": 1, "until": "2026-05-09"}}}
    assert not access(on("Sub1", "premium-agent"), "agent", **ended)
    assert not access("Sub1", "supervisor", **ended)


def test_assignments_of_agent_licences_decide_access() -> None:
    ended = sub(end="2026-01-31")
    optimization = sub("Sub2", entitlements={"wfo-analytics": 1})
    person = user(on("Sub1", "premium-agent"), on("Sub2", "wfo-analytics"))
    assert places(tenant(ended, optimization, users=[person]), "user-without-access") == [
        "/users/0/assignments"
    ]
    unknown = user("Sub8", on("Sub2", "wfo-analytics"))
    value = tenant(ended, optimization, users=[unknown])
    assert places(value, "user-without-access") == []
    assert places(value, "unknown-subscription") == ["/users/0/assignments/0"]


def test_user_unassigned_depends_on_roles_and_status() -> None:
    def said(**fields: Any) -> bool:
        return bool(places(tenant(sub(), users=[user(**fields)]), "user-unassigned"))

    assert said()
    assert said(roles="read-only-administrator agent")
    assert not said(roles="read-only-administrator")
    assert not said(status="inactive")
    assert said(status="pending")


def test_supervisors_need_a_premium_licence() -> None:
    def said(*assignments: Any, **fields: Any) -> list[str]:
        person = user(*assignments, roles="agent supervisor")
        return places(tenant(sub(**fields), users=[person]), "supervisor-needs-premium")

    both = {"entitlements": {"premium-agent": 1, "standard-agent": 1}}
    standard = {"entitlements": {"standard-agent": 1}}
    assert said(on("Sub1", "standard-agent"), **both) == ["/users/0/roles/1"]
    assert said("Sub1", **both) == []
    assert said("Sub1") == []
    assert said("Sub1", **standard) == ["/users/0/roles/1"]
    assert said("Sub1", status="suspended", **standard) == []


def test_a_standard_licence_is_a_duplicate_of_a_lasting_premium_licence() -> None:
    both = user(on("Sub1", "standard-agent"), on("Sub2", "premium-agent"))
    premium = sub("Sub2", start="2026-01-01", entitlements={"premium-agent": 1})
    standard = sub(entitlements={"standard-agent": 1})
    assert found(tenant(standard, premium, users=[both])) == [
        ("duplicate-agent-license", "/users/0/assignments/0")
    ]
    soon = premium | {"end": "2026-06-09"}
    assert "duplicate-agent-license" not in ids(tenant(standard, soon, users=[both]))
    bare = user(on("Sub1", "standard-agent"), "Sub2")
    assert found(tenant(standard, premium, users=[bare])) == []


def test_license_inactive_is_reported_for_users_with_access() -> None:
    ended = {"quantity": 1, "until": "2026-05-09"}
    value = tenant(
        sub(entitlements={"ai-assistant": ended, "premium-agent": 1}),
        users=[user(on("Sub1", "premium-agent"), on("Sub1", "ai-assistant"))],
    )
    assert found(value) == [("license-inactive", "/users/0/assignments/1/license")]
    value["users"][0]["assignments"].pop(0)
    assert found(value) == [("user-without-access", "/users/0/assignments")]
    to_come = [ended, {"quantity": 1, "since": "2026-09-01"}]
    value["subscriptions"][0]["entitlements"]["ai-assistant"] = to_come
    value["users"][0]["assignments"].append("Sub1")
    assert found(value) == []


def test_license_expiring_is_reported_once_per_licence() -> None:
    line = {"quantity": 9, "until": "2026-05-31"}
    person = user(
        on("Sub1", "premium-agent"), on("Sub1", "ai-assistant"), on("Sub1", "ai-assistant")
    )
    value = tenant(sub(entitlements={"ai-assistant": line, "premium-agent": 1}), users=[person])
    assert found(value) == [("license-expiring", "/users/0/assignments/1")]
    value["subscriptions"][0]["end"] = "2026-05-31"  # all cover ends, which another policy reports
    assert places(value, "license-expiring") == []
    assert places(value, "user-only-expiring") == ["/users/0/assignments"]


def test_a_user_is_idle_after_more_than_ninety_days() -> None:
    for last, said in (("2026-02-09", False), ("2026-02-08", True)):
        value = tenant(sub(), users=[user("Sub1", last_access=last)])
        assert bool(places(value, "idle-license")) == said
    value = tenant(sub(), users=[user("Sub1", status="inactive")])
    assert found(value) == [("idle-license", "/users/0")]


# Partners and references


def test_full_access_needs_an_approval_and_a_live_subscription() -> None:
    def partner(id: str, **fields: Any) -> Value:
        return {"id": id, "access": "full"} | fields

    ended = sub(end="2026-01-31", partner="south")
    running = sub("Sub2", start="2025-08-01", partner="north")
    unknown = sub("Sub3", start="2025-06-01", partner="west")
    partners_listed = [partner("north"), partner("south"), partner("south"), partner("east")]
    value = tenant(ended, running, unknown, partners=partners_listed)
    assert found(value) == [
        ("duplicate-partner", "/partners/2/id"),
        ("idle-partner-access", "/partners/1/access"),
        ("idle-partner-access", "/partners/3/access"),
        ("unapproved-partner-access", "/partners/0/access"),
        ("unknown-partner", "/subscriptions/2/partner"),
    ]
    assert found(tenant(sub(), partners=[partner("north")])) == []


def test_an_approver_must_be_an_administrator() -> None:
    partners_listed = [{"id": "north", "access": "full", "approved_by": "ADA@x.example"}]
    ada = user("Sub1", roles="administrator", email="ada@X.example")
    value = tenant(sub(partner="north"), partners=partners_listed, users=[ada])
    assert found(value) == []
    ada["email"] = "tom@x.example"
    assert found(value) == [("unknown-approver", "/partners/0/approved_by")]
    ada["roles"] = ["agent"]
    assert found(value) == []


# Usage


def test_tenant_wide_rows_override_other_rows() -> None:
    rows = [row(20, subscription="Sub1"), row(3), row(0.1), row(20, subscription="Sub8")]
    value = tenant(sub(entitlements={"premium-agent": 3}), usage=rows)
    assert found(value) == [
        ("duplicate-usage", "/usage/2"),
        ("tenant-overage", "/usage/1/quantity"),
        ("unknown-subscription", "/usage/3/subscription"),
    ]
    report = one_row(value, "premium-agent")
    assert (report["used"], report["overage"]) == (3.1, 0.1)
    assert [part["used"] for part in report["split"]] == [20, 20]


def test_a_hand_over_within_a_month_causes_no_overage() -> None:
    first = sub(end="2026-04-14", entitlements={"premium-agent": 10})
    second = sub("Sub2", start="2026-04-15", entitlements={"premium-agent": 8})
    assert found(tenant(first, second, usage=[row(8)])) == []
    assert found(tenant(first, second, usage=[row(9)])) == [
        ("possible-overage", "/usage/0/quantity")
    ]
    assert found(tenant(first, second, usage=[row(11)])) == [
        ("tenant-overage", "/usage/0/quantity")
    ]
    report = one_row(tenant(first, second, usage=[row(11)]), "premium-agent")
    assert (report["on"], report["lowest"], report["bearer"]) == ("2026-04-14", 8, "Sub2")
    assert [part["subscription"] for part in report["split"]] == ["Sub1"]


def test_overage_is_not_reported_with_unknown_entitlements() -> None:
    known = sub(entitlements={"premium-agent": 1})
    unknown = sub("Sub2", start="2026-04-30")
    rows = [row(9), row(9, "ivr-port")]
    assert ids(tenant(known, usage=rows)) == {"tenant-overage", "usage-without-entitlement"}
    assert found(tenant(known, unknown, usage=rows)) == []


def test_future_rows_are_only_reported_as_future() -> None:
    rows = [row(9, month="2026-06", subscription=name) for name in ("Sub1", "Sub1", "Sub8")]
    value = tenant(sub(end="2026-05-31", entitlements={}), usage=rows)
    usage = [one for one in found(value) if "/usage" in one[1]]
    assert usage == [
        ("duplicate-usage", "/usage/1"),
        ("future-usage", "/usage/0/month"),
        ("future-usage", "/usage/1/month"),
        ("future-usage", "/usage/2/month"),
        ("unknown-subscription", "/usage/2/subscription"),
    ]
    assert usage_rows(value, D) == []
    this_month = tenant(sub(), usage=[row(9, month="2026-05")])
    assert places(this_month, "future-usage") == []


def capacity(month: str, used: int, until: str) -> Value:
    entry = [3, {"quantity": 2, "until": until}]
    return tenant(sub(entitlements={"ivr-port": entry}), usage=[row(used, "ivr-port", month)])


@pytest.mark.parametrize(
    ("month", "used", "until", "horizon", "said"),
    [
        ("2026-04", 4, "2026-05-31", 30, True),
        ("2026-04", 3, "2026-05-31", 30, False),
        ("2026-04", 4, "2026-06-01", 30, False),  # June has the larger quantity on its first day
        ("2026-04", 4, "2026-05-31", 21, True),  # 2026-06-01 is D+22
        ("2026-04", 4, "2026-05-31", 20, False),
        ("2026-04", 4, "2026-04-30", 30, False),  # the quantity fell before this month
        ("2025-05", 4, "2026-05-31", 30, True),  # 12 months ago
        ("2025-04", 4, "2026-05-31", 30, False),
        ("2026-06", 4, "2026-05-31", 30, False),
    ],
)
def test_a_capacity_drop_is_compared_with_the_last_use(
    month: str, used: int, until: str, horizon: int, said: bool
) -> None:
    value = capacity(month, used, until)
    expected = ["/usage/0/quantity"] if said else []
    assert places(value, "capacity-drop", horizon=horizon) == expected


def test_connect_usage_belongs_to_the_primary() -> None:
    subs = [
        sub(end="2026-04-14", department="Care", entitlements={"webex-connect": 1}),
        sub("Sub2", start="2026-04-15", entitlements={}),
        sub("Sub3", start="2026-04-20", department="Care", entitlements={}),
    ]
    rows = [row(n, "webex-connect", subscription=f"Sub{n}") for n in (1, 2, 3)]
    value = tenant(*subs, usage=rows)
    assert found(value) == [("connect-usage-off-primary", "/usage/2/subscription")]
    report = one_row(value, "webex-connect")
    assert (report["overage"], report["bearer"], report["primary"]) == (None, None, "Sub2")
    assert report["split"] == [
        {"subscription": "Sub1", "department": "Care", "entitled": 1, "used": 0},
        {"subscription": "Sub2", "department": None, "entitled": 0, "used": 6},
    ]
    assert by_department(report["split"]) == [
        {"department": "Care", "entitled": 1, "used": 0},
        {"department": None, "entitled": 0, "used": 6},
    ]


def test_usage_outside_the_term_depends_only_on_dates() -> None:
    rows = [row(1, subscription="Sub1"), row(0, "ivr-port", subscription="Sub1")]
    assert places(tenant(sub(start="2026-05-01"), usage=rows), "usage-outside-term") == [
        "/usage/0/month"
    ]
    pending = sub(start="2026-04-30", status="pending")
    assert places(tenant(pending, usage=rows), "usage-outside-term") == []


def test_a_service_with_quantity_0_has_a_row() -> None:
    value = tenant(sub(entitlements={"ai-agent": 0, "ivr-port": 2}), usage=[row(1, "ivr-port")])
    report = one_row(value, "ai-agent")
    assert (report["on"], report["entitled"], report["used"]) == ("2026-04-30", 0, 0)
    assert len(report["split"]) == 1
    assert usage_rows(value, D, ["2026-03"]) == []


# Shifts


def test_a_change_of_the_primary_is_reported() -> None:
    second = sub("Sub2", start="2025-08-01")
    path = "/subscriptions/0"
    assert places(tenant(sub(end="2026-06-09"), second), "primary-shift") == [f"{path}/end"]
    assert places(tenant(sub(end="2026-06-10"), second), "primary-shift") == []
    lapse = [{"from": "2026-05-11", "until": "2026-05-11"}]
    assert places(tenant(sub(lapses=lapse), second), "primary-shift") == [path]
    # An older subscription that becomes active again also changes the primary.
    older = sub("Sub0", start="2025-06-01", lapses=[{"from": "2026-05-01", "until": "2026-05-31"}])
    assert places(tenant(sub(end="2026-06-30"), older), "primary-shift") == [path]
    same_id = sub(start="2026-06-01")
    assert places(tenant(sub(end="2026-05-31"), same_id), "primary-shift") == []


def test_a_change_of_the_bearer_is_reported() -> None:
    ends = {"ai-agent": {"quantity": 1, "until": "2026-06-09"}}
    value = tenant(
        sub(entitlements=ends), sub("Sub2", start="2026-01-01", entitlements={"ai-agent": 1})
    )
    path = ["/subscriptions/0/entitlements/ai-agent"]
    assert places(value, "bearer-shift") == path
    assert places(value, "bearer-shift", horizon=29) == []
    # The first line of the second subscription is the oldest one, although it has ended.
    ramp = [{"quantity": 1, "since": "2025-06-01", "until": "2025-06-30"}, 1]
    value["subscriptions"][1]["entitlements"]["ai-agent"] = ramp
    assert places(value, "bearer-shift") == []


def test_a_primary_without_agent_services_is_reported() -> None:
    second = sub("Sub2", start="2025-08-01", entitlements={"ivr-port": 0})
    assert found(tenant(sub(entitlements={"ai-agent": 1}), second)) == [
        ("primary-without-agents", "/subscriptions/0")
    ]
    assert found(tenant(sub(), second)) == []


# Changes


def changed(before: Value, after: Value) -> list[Found]:
    return sorted(changes(before, after, D))


def test_a_changed_telephony_option_is_reported() -> None:
    plain, vpop = tenant(sub()), tenant(sub(telephony="vpop"))
    declared = tenant(sub(), head={"telephony": "webex-calling"})
    assert changed(plain, vpop) == []
    assert changed(vpop, plain) == []
    assert changed(vpop, declared) == [("telephony-changed", "/tenant/telephony")]
    assert changed(declared, vpop) == [("telephony-changed", "/subscriptions/0/telephony")]


def test_a_changed_type_or_past_start_is_reported() -> None:
    before = tenant(sub(), sub("Sub2", start="2026-07-01"))
    after = tenant(sub("Sub2", start="2026-08-01"), sub(start="2026-08-01", type="concurrent"))
    assert changed(before, after) == [
        ("history-rewritten", "/subscriptions/1/start"),
        ("subscription-type-changed", "/subscriptions/1/type"),
    ]


def test_users_who_lose_access_are_reported() -> None:
    ada = user("Sub1", roles="administrator", email="ada@x.example")
    tom = user("Sub1", email="Tom@x.example")
    before = tenant(sub(), users=[ada, tom])
    after = tenant(sub(), users=[tom | {"assignments": [], "email": "tom@x.example"}])
    assert changed(before, after) == [
        ("access-removed", "/users/0"),
        ("administrator-removed", "/users"),
    ]
    assert changed(after, before) == []


def test_a_changed_past_entitlement_is_reported() -> None:
    bare, three = tenant(sub()), tenant(sub(entitlements={"ai-agent": 3}))
    dated = tenant(sub(entitlements={"ai-agent": {"quantity": 3, "since": "2026-05-10"}}))
    nothing = tenant(sub(entitlements={}))
    split = [{"quantity": 3, "until": "2026-05-09"}, {"quantity": 9, "since": "2026-05-10"}]
    later = tenant(sub(entitlements={"ai-agent": split}))
    path = "/subscriptions/0"
    assert changed(bare, three) == [("entitlement-without-since", f"{path}/entitlements/ai-agent")]
    assert changed(bare, dated) == []
    assert changed(three, later) == []
    assert changed(three, dated) == [("entitlement-rewritten", f"{path}/entitlements/ai-agent")]
    assert changed(three, nothing) == [("entitlement-rewritten", f"{path}/entitlements")]
    assert changed(three, bare) == [("entitlement-rewritten", path)]
    assert changed(dated, nothing) == []


# Invariants


@PLAIN
@given(tenants(), todays, horizons)
def test_every_path_exists_and_is_reported_once(value: Value, today: date, horizon: int) -> None:
    all_found = list(reference(value, today, horizon))
    assert len(all_found) == len(set(all_found))
    for _, path in all_found:
        at: Any = value
        for part in path.split("/")[1:]:
            at = at[int(part)] if isinstance(at, list) else at[part]


@PLAIN
@given(tenants(), todays)
def test_the_largest_sum_is_that_of_counting_every_day(value: Value, today: date) -> None:
    for one in value["subscriptions"]:
        for service in one.get("entitlements", {}):
            begin = max(today, date.fromisoformat(one["start"]))
            days = [begin + timedelta(n) for n in range(900)]
            every = lines(one, service)
            walked = [
                sum(line.quantity for line in every if line.counts(when))
                for when in days
                if any(line.counts(when) for line in every)
            ]
            assert largest_sum(one, service, today) == max(walked, default=None)


@PLAIN
@given(tenants(), todays)
def test_the_parts_of_a_split_add_up(value: Value, today: date) -> None:
    for report in usage_rows(value, today):
        parts = report["split"]
        assert sum(part["entitled"] for part in parts) == report["entitled"]
        summed = by_department(parts)
        assert sum(part["entitled"] for part in summed) == report["entitled"]


@PLAIN
@given(extreme_tenants(), todays, horizons)
def test_the_reference_works_at_the_end_of_the_calendar(
    value: Value, today: date, horizon: int
) -> None:
    list(reference(value, today, horizon))
    usage_rows(value, today)


@PLAIN
@given(pairs(), todays)
def test_no_change_is_no_finding(pair: tuple[Value, Value], today: date) -> None:
    before, after = pair
    assert list(changes(before, before, today)) == []
    assert list(changes(after, after, today)) == []
