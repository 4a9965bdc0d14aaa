"""Following a help literally removes its finding and causes no other."""

import json
import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st

from tests import plan_tenants, tenants
from validator.checking.file_check import check_file
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.findings.diagnostic import Diagnostic
from validator.findings.wording import counted
from validator.plugins.loading import load_plugins

Value = dict[str, Any]
Place = tuple[str, str]

PLUGINS = load_plugins(installed=False)
MANY = settings(max_examples=200, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=100, suppress_health_check=list(HealthCheck))

ADD = re.compile(
    r"add (`.+`) to the assignments of ([^,]+), and assign (?:it|them) in Control Hub:"
)
WRITE = re.compile(
    r"write (`.+`) instead of (?:all )?(`.+`) in the assignments of ([^,]+), and assign (?:it|them) in Control"
)
REMOVE = re.compile(r"remove (?:all )?(`.+`) from the assignments of ([^;]+); ")
ORDERS = (
    "order ", "remove `status: pending` of ", "assign an administrator", "assign the user", "assign `license: premium-agent`",
    "assign the licence on", "assign ", "nothing is to be done: ", "add the subscription to `assignments`",
)  # fmt: skip
"""The beginnings of helps that cannot be followed in the file alone."""
ORDER = re.compile(r"(\d+) (\S+?)(?: or \S+)? seats? from (\S+) on")
INSTEAD = re.compile(r"and assign (?:it|one|one of each) to [^;]+? instead of (?:all )?(`[^;]+`)")


def findings(value: Value, day: date, horizon: int) -> list[Diagnostic]:
    selection = Selection(Settings(day, horizon), PLUGINS)
    outcome = check_file("t.yaml", json.dumps(value).encode(), selection)
    assert outcome.failures == ()
    return list(outcome.diagnostics)


def places(value: Value, found: Iterable[Diagnostic]) -> set[Place]:
    """Return ids and places; assignments are identified by their values, as their indexes change."""
    return {(item.id, stable(value, item.path)) for item in found}


def stable(value: Value, path: str) -> str:
    if shift := re.fullmatch(r"(/subscriptions/\d+)(?:/end|/lapses.*)?", path):
        return shift[1]  # a shift of the primary is at what causes it
    match = re.fullmatch(r"(/users/(\d+)/assignments)/(\d+)(.*)", path)
    if match is None:
        return path
    items = [json.dumps(item) for item in value["users"][int(match[2])]["assignments"]]
    number = int(match[3])
    return f"{match[1]}/{items[number]} {items[:number].count(items[number])}{match[4]}"


# Each function edits the value as a finding's help says, or returns False if it cannot.


def user_at(value: Value, path: str) -> Value:
    user: Value = value["users"][int(path.split("/")[2])]
    return user


def subscription_at(value: Value, path: str) -> Value:
    subscription: Value = value["subscriptions"][int(path.split("/")[2])]
    return subscription


def assign(value: Value, item: Diagnostic) -> bool:
    add, write, remove = (form.match(item.help) for form in (ADD, WRITE, REMOVE))
    if add is not None:
        new, old, name = entries(add[1]), [], add[2]
    elif write is not None:
        new, old, name = entries(write[1]), entries(write[2]), write[3]
    elif remove is not None:
        new, old, name = [], entries(remove[1]), remove[2]
    elif " from the file and from Control Hub" in item.help:
        return remove_user(user_at(value, item.path))
    else:
        assert item.help.startswith(ORDERS), item.help
        return False
    if item.path == "/users":
        named = [user for user in value["users"] if label(user) == name]
        if len(named) != 1:
            return False  # the help does not distinguish two users with the same name
        (user,) = named
        assert "administrator" in user["roles"]
    else:
        user = user_at(value, item.path)
        assert label(user) == name
    assignments = user.get("assignments", [])
    assert all(entry in assignments for entry in old)
    user["assignments"] = [entry for entry in assignments if entry not in old] + new
    return True


def remove_user(user: Value) -> bool:
    """Replace a user by one without findings, so that the indexes of the others stay the same."""
    email = user["email"]
    user.clear()
    user |= {"email": f"gone.{email}", "roles": ["read-only-administrator"]}
    return True


def label(user: Value) -> str:
    return str(user.get("name") or user["email"])


def entries(text: str) -> list[Any]:
    return [yaml.safe_load(entry) for entry in re.findall("`([^`]+)`", text)]


def remove_status(value: Value, item: Diagnostic) -> bool:
    del subscription_at(value, item.path)["status"]
    return True


def remove_primary(value: Value, item: Diagnostic) -> bool:
    """Remove the claim, unless the same id is listed twice.

    The claim decides who of those with the same start is the primary later. If this is the one with
    the id of the present primary, then a shift only appears without the claim.
    """
    assert item.help.startswith("remove `primary: true` here")
    claiming = subscription_at(value, item.path)
    del claiming["primary"]
    ids = [other["id"] for other in value["subscriptions"]]
    return ids.count(claiming["id"]) == 1


def claim_primary(value: Value, item: Diagnostic) -> bool:
    """Set `primary` only on the subscription that is the primary if no subscription sets it.

    The claim also decides past months. Webex Connect usage on another subscription with the same
    start, which may have ended, shows that Cisco billed that one. The help is not followed then.
    """
    start = subscription_at(value, item.path)["start"]
    (related,) = item.related
    claiming = subscription_at(value, related.path)
    equal = [item for item in value["subscriptions"] if item["start"] == start]
    others = {item["id"] for item in equal} - {claiming["id"]}
    for row in value.get("usage", ()):
        if row["service"] == "webex-connect" and row.get("subscription") in others:
            return False
    for subscription in equal:
        subscription.pop("primary", None)
    claiming["primary"] = True
    return True


def remove_assignment(value: Value, item: Diagnostic) -> bool:
    """Remove the assignment and all equal ones."""
    assignments = user_at(value, item.path)["assignments"]
    entry = assignments[int(item.path.split("/")[4])]
    assignments[:] = [other for other in assignments if other != entry]
    return True


def remove_or_assign(value: Value, item: Diagnostic) -> bool:
    follow = remove_assignment if item.help.startswith("remove the assignment: ") else assign
    return follow(value, item)


def do_not_renew(value: Value, item: Diagnostic) -> None:
    """End the term. Its users then have findings, which the help announces."""
    match = re.search(r"write `auto_renew: false` and `end: (\S+)`(.*)", item.help)
    assert match is not None
    subscription = subscription_at(value, item.path)
    subscription |= {"auto_renew": False, "end": match[1]}
    if match[2].startswith(", and remove `term_months`"):
        del subscription["term_months"]


def remove_standard(value: Value, item: Diagnostic, found: Iterable[Diagnostic]) -> None:
    """Remove each assignment of the user that has a finding with the same id."""
    assert item.help.startswith("remove the standard-agent assignment")
    user, before = item.path.split("/")[:3], deepcopy(value)
    for one in found:
        if one.id == item.id and one.path.split("/")[:3] == user:
            entry = user_at(before, one.path)["assignments"][int(one.path.split("/")[4])]
            kept = [other for other in user_at(value, one.path)["assignments"] if other != entry]
            user_at(value, one.path)["assignments"] = kept


def only_read(value: Value, item: Diagnostic) -> bool:
    if item.help.startswith("first correct `partner` of "):
        return False
    assert "set `access: read-only`" in item.help
    value["partners"][int(item.path.split("/")[2])]["access"] = "read-only"
    return True


def remove_idle(value: Value, item: Diagnostic) -> bool:
    user = user_at(value, item.path)
    if item.help.startswith("give another administrator access; then") or "approves" in item.help:
        return False
    assert item.help.startswith(
        f"remove {label(user)} from the file and from Control Hub if the user has left; or keep"
    )
    return remove_user(user)


ASSIGNED = (
    "user-only-expiring", "user-without-access", "user-unassigned", "supervisor-needs-premium",
)  # fmt: skip
"""The findings about a user whose help is an assignment."""

FOLLOW: dict[str, Callable[[Value, Diagnostic], bool]] = {
    "user-unassigned": assign,
    "user-only-expiring": assign,
    "user-without-access": assign,
    "admin-lockout": assign,
    "license-expiring": assign,
    "supervisor-needs-premium": assign,
    "status-date-conflict": remove_status,
    "wrong-primary": remove_primary,
    "ambiguous-primary": claim_primary,
    "license-inactive": remove_assignment,
    "license-not-entitled": remove_or_assign,
    "idle-license": remove_idle,
    "unapproved-partner-access": only_read,
    "idle-partner-access": only_read,
}


def assert_helps_hold(value: Value, day: date, horizon: int) -> None:
    """Follow the help of each finding separately."""
    found = findings(value, day, horizon)
    before = places(value, found)
    for item in found:
        changed = deepcopy(value)
        if item.id == "duplicate-agent-license":
            remove_standard(changed, item, found)
        elif item.id not in FOLLOW or not FOLLOW[item.id](changed, item):
            continue
        event(item.id)
        note(f"{item.id} at {item.path}: {item.message}\n{item.help}\n{changed}")
        after = places(changed, findings(changed, day, horizon))
        assert after - before == set()
        assert (item.id, stable(value, item.path)) not in after


def assert_orders_hold(value: Value, day: date, horizon: int) -> None:
    """Follow each help that orders seats of today for a user; a new subscription has them."""
    found = findings(value, day, horizon)
    before = {place for place in places(value, found) if place[1].startswith("/users/")}
    for item in found:
        match = re.match(r"order (.+?), and assign ([^;]*)(?:; ((?:add|write) .+))?$", item.help)
        if item.id not in ASSIGNED or match is None:
            continue
        orders = ORDER.findall(match[1])
        if not orders or any(since != day.isoformat() for _, _, since in orders):
            continue
        changed = deepcopy(value)
        user = user_at(changed, item.path)
        instead = INSTEAD.search(f"and assign {match[2]}")
        old = entries(instead[1]) if instead else []
        new = [{"subscription": "Ordered", "license": license} for _, license, _ in orders]
        kept = [entry for entry in user.get("assignments", []) if entry not in old]
        user["assignments"] = kept + new
        if match[3]:
            assert assign(changed, item._replace(help=match[3]))
        lines = {license: int(number) for number, license, _ in orders}
        changed["subscriptions"].append(
            {"id": "Ordered", "type": "named", "start": day.isoformat(), "entitlements": lines}
        )
        event(f"{item.id} with an order{' and more' if match[3] else ''}")
        note(f"{item.id} at {item.path}: {item.message}\n{item.help}\n{changed}")
        after = places(changed, findings(changed, day, horizon))
        assert {place for place in after - before if place[1].startswith("/users/")} == set()
        assert (item.id, stable(value, item.path)) not in after


@SOME
@given(tenants.tenants(), tenants.todays, tenants.horizons)
def test_following_an_order_removes_its_finding_and_causes_no_other(
    value: Value, day: date, horizon: int
) -> None:
    assert_orders_hold(value, day, horizon)


@MANY
@given(tenants.tenants(), tenants.todays, tenants.horizons)
def test_following_a_help_removes_its_finding_and_causes_no_other(
    value: Value, day: date, horizon: int
) -> None:
    assert_helps_hold(value, day, horizon)


days_of_handover = st.integers(0, 70).map(lambda number: plan_tenants.FIRST + timedelta(number))


@MANY
@given(plan_tenants.tenants(), days_of_handover, tenants.horizons)
def test_following_a_help_about_a_hand_over_causes_no_other_finding(
    value: Value, day: date, horizon: int
) -> None:
    assert_helps_hold(value, day, horizon)


@SOME
@given(plan_tenants.tenants(), days_of_handover, tenants.horizons)
def test_following_the_helps_for_all_users_together_causes_no_other_finding(
    value: Value, day: date, horizon: int
) -> None:
    # The seats that the helps name are enough for all users together.
    found = findings(value, day, horizon)
    changed, moved = deepcopy(value), set()
    helps = set()  # two licences that end can have the same help
    for item in found:
        if item.id in ASSIGNED:
            user = item.path.split("/")[2]
            if user not in moved and assign(changed, item):
                moved.add(user)
        elif item.id == "license-expiring" and item.path.split("/")[2] not in moved:
            followed = (item.path.split("/")[2], item.help)
            if followed not in helps:
                assign(changed, item)
            helps.add(followed)
    event(f"{len(moved)} users")
    after = places(changed, findings(changed, day, horizon))
    assert after - places(value, found) == set()


def value_of(text: str) -> Value:
    """Return the value of a document that may lack the version and the tenant."""
    written: Value = json.loads(json.dumps(yaml.safe_load(text), default=str))
    return {"version": 1, "tenant": {"id": "t", "name": "T"}} | written


def the_help(text: str, id: str, day: str = "2026-05-01") -> str:
    value = value_of(text)
    (found,) = (one for one in findings(value, date.fromisoformat(day), 30) if one.id == id)
    return found.help


SUPERVISOR = """
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {standard-agent: 5, premium-agent: %d}}
users:
  - email: maud@x.example
    roles: [supervisor]
    assignments: [{subscription: Sub1, license: standard-agent}]
  - email: tom@x.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: premium-agent}]
"""


def test_a_supervisor_is_given_premium_if_a_seat_is_free() -> None:
    assert the_help(SUPERVISOR % 2, "supervisor-needs-premium").startswith(
        "write `{subscription: Sub1, license: premium-agent}` instead of "
        "`{subscription: Sub1, license: standard-agent}` in the assignments of maud@x.example, and"
    )


def test_the_help_orders_a_premium_seat_if_none_is_free() -> None:
    assert the_help(SUPERVISOR % 1, "supervisor-needs-premium") == (
        "order 1 premium-agent seat from 2026-05-01 on, and assign it to "
        "maud@x.example instead of `{subscription: Sub1, license: standard-agent}`"
    )


EXPIRING = """
subscriptions:
  - {id: Old, type: named, start: 2023-06-01, end: 2026-05-20,
     entitlements: {premium-agent: 5, wfo-analytics: 5}}
  - {id: "012", type: named, start: 2026-05-01, entitlements: {premium-agent: 1, wfo-analytics: 1}}
users:
  - email: maud@x.example
    roles: [agent]
    assignments:
      - {subscription: Old, license: premium-agent}
      - {subscription: Old, license: wfo-analytics}
"""


def test_the_help_moves_every_licence_that_ends() -> None:
    assert the_help(EXPIRING, "user-only-expiring").startswith(
        'add `{subscription: "012", license: premium-agent}` and '
        '`{subscription: "012", license: wfo-analytics}` to the assignments of maud@x.example, '
    )


def test_the_help_orders_seats_for_those_who_get_none() -> None:
    tom = "  - email: tom@x.example\n    roles: [agent]\n    assignments: [Old]\n"
    tom = tom.replace("[Old]", "[{subscription: Old, license: premium-agent}]")
    value = value_of(EXPIRING + tom)
    found = findings(value, date(2026, 5, 1), 30)
    maud, other = (one.help for one in found if one.id == "user-only-expiring")
    assert maud.startswith('add `{subscription: "012", license: premium-agent}` and ')
    assert other == (
        "order 1 premium-agent seat from 2026-05-21 on, and assign it to tom@x.example on that "
        "day; `tenantlint plan` lists all users who must be moved"
    )


def test_a_supervisor_who_loses_access_needs_one_seat() -> None:
    text = """
subscriptions:
  - {id: S1, type: named, start: 2025-05-01, end: 2026-05-15, entitlements: {ai-agent: 3}}
  - {id: S2, type: named, start: 2025-06-01, entitlements: {premium-agent: 1}}
users:
  - {email: u@x.example, roles: [supervisor], assignments: [{subscription: S1, license: ai-agent}]}
"""
    assert the_help(text, "user-only-expiring").startswith(
        "order 1 ai-agent seat from 2026-05-16 on, and assign it to u@x.example on that day; add "
        "`{subscription: S2, license: premium-agent}` to the assignments of u@x.example, and assign"
    )


def test_access_that_the_file_offers_is_named_beside_what_must_be_ordered() -> None:
    text = """
subscriptions:
  - {id: A, type: named, start: 2025-05-01, end: 2026-05-15}
  - {id: P, type: named, start: 2025-06-01, entitlements: {premium-agent: 1}}
  - {id: B, type: named, start: 2026-09-01, entitlements: {premium-agent: 3}}
users:
  - email: u@x.example
    roles: [agent]
    assignments: [{subscription: B, license: premium-agent}, {subscription: A, license: ai-agent}]
"""
    assert the_help(text, "user-without-access").startswith(
        "order 1 ai-agent seat from 2026-05-16 on, and assign it to u@x.example on that day; add "
        "`{subscription: P, license: premium-agent}` to the assignments of u@x.example, and assign"
    )


def test_a_licence_that_the_file_offers_is_named_beside_the_access_to_order() -> None:
    text = """
subscriptions:
  - {id: A, type: named, start: 2025-01-01, end: 2026-05-15, entitlements: {wfo-analytics: 2}}
  - {id: B, type: named, start: 2025-02-01, entitlements: {wfo-analytics: 5}}
users:
  - email: u@x.example
    roles: [agent]
    assignments: [A, {subscription: A, license: wfo-analytics}]
"""
    assert the_help(text, "user-without-access").startswith(
        "order 1 standard-agent or premium-agent seat from 2026-05-01 on, and assign it to "
        "u@x.example; add `{subscription: B, license: wfo-analytics}` to the assignments of "
        "u@x.example, and assign it in Control Hub: "
    )


def test_both_findings_about_a_supervisor_have_the_same_help() -> None:
    ending = """
subscriptions:
  - {id: A, type: named, start: 2025-01-01, end: 2026-05-15, entitlements: {wfo-analytics: 2}}
users:
  - email: u@x.example
    roles: [supervisor]
    assignments: [{subscription: A, license: wfo-analytics}]
"""
    assert the_help(ending, "supervisor-needs-premium") == (
        "order 1 premium-agent seat from 2026-05-01 on and 1 wfo-analytics seat from 2026-05-16 "
        "on, and assign one of each to u@x.example on these days"
    )
    lasting = (
        "  - {id: B, type: named, start: 2025-02-01, entitlements: {premium-agent: 5}}\nusers:"
    )
    help = the_help(ending.replace("users:", lasting), "supervisor-needs-premium")
    assert help.startswith(
        "order 1 wfo-analytics seat from 2026-05-16 on, and assign it to u@x.example on that day; "
        "add `{subscription: B, license: premium-agent}` to the assignments of u@x.example, and "
    )
    ended = """
subscriptions:
  - id: A
    type: named
    start: 2025-01-01
    entitlements: {premium-agent: {quantity: 5, until: 2026-04-30}, wfo-analytics: 5}
users:
  - email: u@x.example
    roles: [supervisor]
    assignments:
      - {subscription: A, license: premium-agent}
      - {subscription: A, license: wfo-analytics}
"""
    order = (
        "order 1 premium-agent seat from 2026-05-01 on, and assign it to u@x.example instead of "
        "`{subscription: A, license: premium-agent}`"
    )
    assert the_help(ended, "user-without-access") == order
    assert the_help(ended, "supervisor-needs-premium") == order


SEATS = """
subscriptions:
  - {{id: C, type: named, start: 2025-01-01, entitlements: {{premium-agent: {0}}}}}
users:
"""


@pytest.mark.parametrize(("seats", "agents"), [(1, 1), (3, 3), (3, 2), (2, 4)])
def test_a_seat_that_a_supervisor_and_agents_may_take_is_offered_to_one_of_them(
    seats: int, agents: int
) -> None:
    users = "".join(f"  - {{email: a{n}@x.example, roles: [agent]}}\n" for n in range(agents))
    supervisor = "  - {email: s@x.example, roles: [supervisor]}\n"
    value = value_of(SEATS.format(seats) + users + supervisor)
    found = [item for item in findings(value, date(2026, 5, 1), 30) if item.id == "user-unassigned"]
    *of_agents, of_supervisor = (item.message.partition("; ")[2] for item in found)
    offer = f"C has no end, has premium-agent and {counted(seats, 'free seat')}"
    none = "no free seat of standard-agent or premium-agent is left from 2026-05-01 on"
    assert of_supervisor == offer
    offered = min(agents, seats - 1)
    assert of_agents == [offer] * offered + [none] * (agents - offered)
    assert sum(item.help.startswith("order ") for item in found) == max(0, agents + 1 - seats)


def test_a_seat_that_is_kept_for_another_user_is_not_left() -> None:
    text = """
subscriptions:
  - {id: A, type: named, start: 2025-01-01, end: 2026-05-15, entitlements: {premium-agent: 2}}
  - {id: C, type: named, start: 2025-01-01, entitlements: {premium-agent: 1}}
users:
  - email: u@x.example
    roles: [agent]
    assignments: [{subscription: A, license: premium-agent}]
  - {email: v@x.example, roles: [agent]}
"""
    found = messages_and_helps(text)
    assert "; C has no end, has premium-agent and 1 free seat" in found["user-only-expiring"][0]
    assert found["user-unassigned"][0].endswith(
        "; no free seat of standard-agent or premium-agent is left from 2026-05-01 on"
    )


def test_no_seat_is_kept_for_a_user_whose_subscription_is_unknown() -> None:
    users = """  - {email: u@x.example, roles: [agent]}
  - email: v@x.example
    roles: [agent]
    assignments: [{subscription: Gone, license: premium-agent}]
"""
    help = the_help(SEATS.format(1) + users, "user-unassigned")
    assert help.startswith("add `C` to the assignments of u@x.example, and assign it ")


def test_an_ordered_seat_replaces_an_assignment_whose_licence_has_ended() -> None:
    text = """
subscriptions:
  - id: S
    type: named
    start: 2025-05-01
    entitlements: {standard-agent: {quantity: 2, until: 2026-04-01}, ai-agent: 1}
users:
  - email: u@x.example
    roles: [agent]
    assignments: [{subscription: S, license: standard-agent}]
"""
    assert the_help(text, "user-without-access") == (
        "order 1 standard-agent seat from 2026-05-01 on, and assign it to u@x.example instead of "
        "`{subscription: S, license: standard-agent}`"
    )


def test_an_assignment_whose_licence_does_not_count_yet_is_named_as_the_reason() -> None:
    text = """
subscriptions:
  - id: S
    type: named
    start: 2025-05-01
    entitlements: {premium-agent: {quantity: 2, since: 2026-07-01}}
users:
  - {email: u@x.example, roles: [%s], assignments: [%s]}
"""
    premium = "{subscription: S, license: premium-agent}"
    for role, assignment, reason in (
        ("administrator", premium, "has no premium-agent on 2026-05-01"),
        ("agent", premium, "has no premium-agent on 2026-05-01"),
        ("agent", "S", "gives the user no agent licence"),
    ):
        value = value_of(text % (role, assignment))
        found = findings(value, date(2026, 5, 1), 30)
        (message,) = (one.message for one in found if one.id == "user-without-access")
        start = f"u@x.example has no access on 2026-05-01: S is active, but {reason}; "
        assert message.startswith(start)


def test_a_subscription_of_the_same_department_is_preferred() -> None:
    text = """
subscriptions:
  - {id: A, type: named, start: 2025-05-01, end: 2026-05-15, department: Care}
  - {id: S, type: named, start: 2025-06-01, department: Sales, entitlements: {premium-agent: %d}}
  - {id: C, type: named, start: 2025-06-01, end: 2027-05-31, department: Care,
     entitlements: {premium-agent: %d}}
users:
  - {email: c@x.example, roles: [agent], assignments: [{subscription: A, license: premium-agent}]}
  - {email: d@x.example, roles: [agent], assignments: [{subscription: A, license: premium-agent}]}
  - email: s@x.example
    roles: [agent]
    department: Sales
    assignments: [{subscription: A, license: premium-agent}]
"""

    def chosen(*seats: int) -> list[str]:
        found = findings(value_of(text % seats), date(2026, 5, 1), 30)
        helps = [item.help for item in found if item.id == "user-only-expiring"]
        assert len(helps) == 3
        return [help.partition("subscription: ")[2][:1] for help in helps]

    assert chosen(3, 3) == ["C", "C", "S"]
    assert chosen(3, 0) == ["S", "S", "S"]
    assert chosen(2, 1) == ["C", "S", "S"]
    assert chosen(1, 2) == ["C", "C", "S"]
    text = text.replace("2027-05-31", "2026-08-27")  # it ends in a plan of 120 days
    assert chosen(3, 3) == ["S", "S", "S"]
    text = text.replace("2026-08-27", "2026-08-28")
    assert chosen(3, 3) == ["C", "C", "S"]
    text = text.replace("2026-08-28", "2026-08-20")
    text = text.replace("start: 2025-06-01, dep", "start: 2025-06-01, end: 2026-08-27, dep")
    assert chosen(3, 3) == ["C", "C", "S"]  # neither lasts until the end of a plan


def test_the_department_is_that_of_the_subscription_that_serves_last() -> None:
    text = """
subscriptions:
  - {id: O, type: named, start: 2024-01-01, end: 2025-12-31, department: Care}
  - {id: A, type: named, start: 2025-05-01, end: 2026-05-15, department: Sales}
  - {id: C, type: named, start: 2025-06-01, department: Care, entitlements: {premium-agent: 5}}
  - {id: S, type: named, start: 2025-06-01, end: 2027-12-31, department: Sales,
     entitlements: {premium-agent: 5}}
users:
  - email: u@x.example
    roles: [agent]
    assignments: [{subscription: O, license: premium-agent}, {subscription: A, license: premium-agent}]
"""
    assert the_help(text, "user-only-expiring").startswith(
        "add `{subscription: S, license: premium-agent}`"
    )


def test_the_department_is_that_of_the_subscription_with_the_licence() -> None:
    text = """
subscriptions:
  - {id: A, type: named, start: 2024-01-01, end: 2026-05-15, department: Sales}
  - {id: B, type: named, start: 2024-01-01, end: 2026-05-15, department: Care}
  - {id: S, type: named, start: 2025-01-01, department: Sales, entitlements: {premium-agent: 5}}
  - {id: C, type: named, start: 2025-06-01, department: Care, entitlements: {premium-agent: 5}}
users:
  - email: u@x.example
    roles: [agent]
    assignments: [{subscription: A, license: wfo-analytics}, {subscription: B, license: premium-agent}]
"""
    assert "add `{subscription: C, license: prem" in the_help(text, "user-only-expiring")


def test_an_option_that_the_country_does_not_have_is_not_proposed() -> None:
    text = """
tenant: {id: t, name: T, country: DE}
subscriptions:
  - {id: S, type: named, start: 2025-05-01, end: 2026-01-01, telephony: bundled-pstn}
  - {id: T, type: named, start: 2025-06-01, telephony: webex-calling}
"""
    assert the_help(text, "mixed-telephony") == (
        "bundled-pstn is not available in DE: ask Cisco support to switch the whole tenant, then "
        "write its option as `telephony` of the tenant, and remove `telephony` from the "
        "subscriptions"
    )
    value = value_of(text.replace("end: 2026-01-01, ", ""))
    assert [item.id for item in findings(value, date(2026, 5, 1), 30)] != []
    value["tenant"]["telephony"] = "webex-calling"
    for subscription in value["subscriptions"]:
        del subscription["telephony"]
    assert findings(value, date(2026, 5, 1), 30) == []


def test_the_lines_of_the_bundled_pstn_end_with_that_option() -> None:
    text = """
tenant: {id: t, name: T, telephony: webex-calling}
subscriptions:
  - id: S
    type: named
    start: 2026-01-01
    telephony: bundled-pstn
    entitlements:
      pstn-toll-free: {quantity: 1, until: 2026-06-30}
      pstn-inbound-toll: {quantity: 1, until: 2026-04-30}
"""
    value = value_of(text)
    (found,) = findings(value, date(2026, 5, 1), 30)
    assert (found.id, found.fix) == ("mixed-telephony", None)
    assert found.help == (
        "write `telephony: webex-calling`, and end the lines of pstn-toll-free with `until` (remove "
        "those that have not begun), because they are part of bundled-pstn; if the tenant uses "
        "bundled-pstn, correct the tenant's option"
    )
    subscription = value["subscriptions"][0]
    subscription["telephony"] = "webex-calling"
    assert [item.id for item in findings(value, date(2026, 5, 1), 30)] == ["pstn-without-bundle"]
    subscription["entitlements"]["pstn-toll-free"]["until"] = "2026-04-30"
    assert findings(value, date(2026, 5, 1), 30) == []


def test_the_lines_of_the_bundled_pstn_also_end_where_it_is_not_available() -> None:
    text = """
tenant: {id: t, name: T, country: NL, telephony: bundled-pstn}
subscriptions:
  - {id: A, type: named, start: 2025-01-01, entitlements: {pstn-toll-free: 1}}
  - {id: B, type: named, start: 2025-02-01, telephony: vpop}
"""
    value = value_of(text)
    (found,) = (
        item for item in findings(value, date(2026, 5, 1), 30) if item.id == "mixed-telephony"
    )
    assert found.help == (
        "bundled-pstn is not available in NL: ask Cisco support to switch the whole tenant, then "
        "write its option as `telephony` of the tenant, remove `telephony` from the subscriptions, "
        "and end the lines of pstn-toll-free with `until` (remove those that have not begun), "
        "because they are part of bundled-pstn"
    )
    assert found.fix is None  # it would be reported as bundled-pstn-country
    value["tenant"]["telephony"] = "vpop"
    del value["subscriptions"][1]["telephony"]
    assert [item.id for item in findings(value, date(2026, 5, 1), 30)] == ["pstn-without-bundle"]
    line = {"quantity": 1, "until": "2026-04-30"}
    value["subscriptions"][0]["entitlements"]["pstn-toll-free"] = line
    assert findings(value, date(2026, 5, 1), 30) == []


def test_a_licence_that_begins_later_does_not_serve_a_supervisor_today() -> None:
    text = """
subscriptions:
  - {id: A, type: concurrent, start: 2026-01-30, entitlements: {standard-agent: {quantity: 3, until: 2026-05-26}}}
  - {id: B, type: concurrent, start: 2026-05-16, entitlements: {premium-agent: 2}}
users:
  - {email: u1@x.example, roles: [supervisor]}
  - {email: u2@x.example, roles: [supervisor], assignments: [A]}
"""
    order = "order 1 premium-agent seat from 2026-05-01 on, and assign it to u2@x.example"
    assert the_help(text, "supervisor-needs-premium") == order
    found = messages_and_helps(text)
    message, help = found["user-unassigned"]
    assert message.endswith(
        "; no lasting subscription with premium-agent and 2 free seats is available from "
        "2026-05-01 on"
    )
    assert help.startswith("order 2 premium-agent seats from 2026-05-01 on")
    assert "; B has no end and has premium-agent" in found["user-only-expiring"][0]


def test_the_last_seat_goes_to_a_user_who_loses_access() -> None:
    text = """
subscriptions:
  - {id: B, type: named, start: 2026-04-01, entitlements: {premium-agent: 1}}
  - id: D
    type: named
    start: 2026-04-02
    entitlements: {standard-agent: 1, premium-agent: {quantity: 3, until: 2026-05-25}}
users:
  - email: u0@x.example
    roles: [supervisor]
    assignments: [D, {subscription: D, license: premium-agent}]
  - email: u1@x.example
    roles: [supervisor]
    assignments: [{subscription: D, license: premium-agent}]
"""
    found = messages_and_helps(text)
    assert found["license-expiring"][1].startswith(
        "order 1 premium-agent seat from 2026-05-26 on, and assign it to u0@x.example"
    )
    assert found["user-only-expiring"][1].startswith(
        "add `{subscription: B, license: premium-agent}` to the assignments of u1@x.example"
    )


def test_a_term_beyond_the_calendar_has_no_day_on_which_it_ends() -> None:
    (found,) = findings(
        value_of(
            "subscriptions: [{id: A, type: named, start: 0001-01-01, end: 9999-12-31, "
            "term_months: 119988}]"
        ),
        date(2026, 5, 1),
        30,
    )
    assert found.message == (
        "a term of 119,988 months from 0001-01-01 ends after the end of the calendar, but A ends "
        "on 9999-12-31, which is not the end of a renewal either"
    )


def test_connect_usage_is_added_to_the_row_of_the_primary() -> None:
    text = """
subscriptions:
  - {id: A, type: named, start: 2025-05-01, entitlements: {webex-connect: 1}}
  - {id: B, type: named, start: 2025-06-01, entitlements: {webex-connect: 1}}
usage:
  - {month: 2026-03, service: webex-connect, subscription: A, quantity: 2}
  - {month: 2026-03, service: webex-connect, subscription: B, quantity: 1.5}
"""
    assert the_help(text, "connect-usage-off-primary") == (
        "add 1.5 to the 2 of A in 2026-03, and remove this row"
    )


MISSPELLED = """\
tenant: {id: t1, name: T}
subscriptions: [{id: Sub119911, type: named, start: 2025-01-01}]
users:
- email: maud@x.example
  roles: [agent]
  assignments:
  - {subscription: Sub119911, license: premium-agent}
  - {subscription: Sub119912, license: premium-agent}
  - Sub119912
usage:
- {month: 2026-03, subscription: Sub119912, service: ivr-port, quantity: 4}
- {month: 2026-04, subscription: Sub119912, service: ivr-port, quantity: 4}
- {month: 2026-04, subscription: Sub119911, service: ivr-port, quantity: 5.5}
"""


def test_a_suggested_subscription_is_not_listed_twice() -> None:
    found = findings(value_of(MISSPELLED), date(2026, 5, 1), 30)
    unknown = [item for item in found if item.id == "unknown-subscription"]
    meant = "did you mean Sub119911?"
    assert [(item.path, item.help, item.fix is not None) for item in unknown] == [
        (
            "/users/0/assignments/1/subscription",
            f"{meant} Another entry assigns it with premium-agent: remove this entry",
            True,
        ),
        ("/users/0/assignments/2", meant, True),
        ("/usage/0/subscription", meant, True),
        (
            "/usage/1/subscription",
            f"{meant} Then add 4 to the 5.5 of Sub119911 in 2026-04, and remove this row",
            False,
        ),
    ]


UNLISTED_BY_THE_CLOSEST = """
subscriptions:
  - {id: Sub107A, type: named, start: 2024-01-01, entitlements: {premium-agent: 9}}
  - {id: Sub107C, type: named, start: 2026-01-01, entitlements: {premium-agent: 9, ivr-port: 9}}
  - {id: Sub1077, type: named, start: 2025-01-01, end: 2025-06-30}
users:
  - {email: a@h.example, roles: [agent], assignments: [{subscription: Sub107B, license: LICENSE}]}
  - {email: b@h.example, roles: [agent], assignments: [{subscription: Sub107B, license: premium-agent}]}
usage:
  - {month: MONTH, subscription: Sub107B, service: premium-agent, quantity: QUANTITY}
"""


@pytest.mark.parametrize(
    ("license", "month", "quantity", "ids"),
    [
        ("premium-agent", "2026-03", 8, ["Sub107C", "Sub107C", "Sub107C"]),
        # The misspelled id means one subscription, so the same one is proposed everywhere.
        ("premium-agent", "2025-10", 8, ["Sub107A", "Sub107A", "Sub107A"]),
        ("premium-agent", "2025-10", 0, ["Sub107C", "Sub107C", "Sub107C"]),
        ("premium-agent", "2023-12", 8, ["Sub107C", "Sub107C", None]),
        ("standard-agent", "2025-06", 8, ["Sub1077", "Sub1077", "Sub1077"]),
        ("standard-agent", "2025-10", 8, [None, "Sub107C", None]),
        ("ivr-port", "2026-03", 8, ["Sub107C", "Sub107C", "Sub107C"]),
    ],
)
def test_a_suggested_subscription_includes_the_licence_and_ran_in_the_month(
    license: str, month: str, quantity: int, ids: list[str | None]
) -> None:
    text = UNLISTED_BY_THE_CLOSEST.replace("LICENSE", license).replace("MONTH", month)
    found = findings(value_of(text.replace("QUANTITY", str(quantity))), date(2026, 5, 1), 30)
    unknown = [item for item in found if item.id == "unknown-subscription"]
    assert [item.fix is not None for item in unknown] == [id is not None for id in ids]
    named = [re.match(r"did you mean (\w+)\?$", item.help) for item in unknown]
    assert [match and match[1] for match in named] == ids


def test_an_id_in_other_letters_is_not_taken_for_another_one() -> None:
    text = UNLISTED_BY_THE_CLOSEST.replace("LICENSE", "premium-agent").replace("QUANTITY", "8")
    text = text.replace("MONTH", "2025-10").replace("Sub107B", "SUB107C")
    found = findings(value_of(text), date(2026, 5, 1), 30)
    helps = [item.help for item in found if item.id == "unknown-subscription"]
    assert helps == [*2 * ["did you mean Sub107C?"], "correct the id, or add the subscription."]


def test_a_display_name_leads_to_the_id_if_it_is_unique() -> None:
    text = """
subscriptions:
  - {id: Sub1, name: Customer care, type: named, start: 2024-01-01, partner: Northwind BV}
  - {id: Sub2, name: Sales, type: named, start: 2024-02-01}
  - {id: Sub3, name: Sales, type: named, start: 2024-03-01}
partners:
  - {id: nw, name: Northwind BV, access: read-only}
users:
  - {email: ada@x.example, roles: [agent], assignments: [%s]}
"""
    assert the_help(text % "Sub1", "unknown-partner") == "did you mean nw?"
    assert the_help(text % "customer care", "unknown-subscription") == "did you mean Sub1?"
    assert "did you mean" not in the_help(text % "Sales", "unknown-subscription")


def test_the_licence_that_an_ended_subscription_listed_is_found_elsewhere() -> None:
    text = """
subscriptions:
  - {id: A, type: named, start: 2024-01-01, end: 2026-04-20, entitlements: {premium-agent: 5}}
  - {id: S, type: named, start: 2024-02-01, entitlements: {premium-agent: 3}}
users:
  - {email: ada@x.example, roles: [agent], assignments: [A]}
"""
    assert the_help(text, "user-without-access").startswith(
        "add `{subscription: S, license: premium-agent}` to the assignments of ada@x.example, and"
    )


ONE_SUBSCRIPTION = """
subscriptions:
  - {id: Old, type: named, start: 2023-06-01, end: 2026-05-20,
     entitlements: {premium-agent: 1, standard-agent: 1}}
  - {id: New, type: named, start: 2026-05-01, end: 2029-04-30,
     entitlements: {premium-agent: %d, standard-agent: 1}}
users:
  - {email: maud@x.example, roles: [agent], assignments: [Old]}
  - {email: tom@x.example, roles: [agent]}
"""


def messages_and_helps(text: str) -> dict[str, tuple[str, str]]:
    value = value_of(text)
    found = findings(value, date(2026, 5, 1), 30)
    return {item.id: (item.message, item.help) for item in found}


def test_a_user_without_a_named_licence_is_assigned_without_one() -> None:
    message, help = messages_and_helps(ONE_SUBSCRIPTION % 1)["user-only-expiring"]
    assert message == (
        "maud@x.example loses the Agent Desktop on 2026-05-21; New runs until 2029-04-30, has "
        "premium-agent, standard-agent and 2 free seats"
    )
    assert help.startswith("add `New` to the assignments of maud@x.example, and assign it in")


def test_users_without_assignments_come_after_those_who_lose_access() -> None:
    # There is a seat for each of the two users, or only for the one who loses access.
    message, help = messages_and_helps(ONE_SUBSCRIPTION % 1)["user-unassigned"]
    assert message.endswith(
        "(agent) is not assigned to any subscription; New runs until 2029-04-30, has "
        "premium-agent, standard-agent and 2 free seats"
    )
    assert help.startswith("add `New` to the assignments of tom@x.example, and assign it in")
    found = messages_and_helps(ONE_SUBSCRIPTION % 0)
    assert found["user-only-expiring"][0].endswith("premium-agent, standard-agent and 1 free seat")
    message, help = found["user-unassigned"]
    assert message.endswith(
        "subscription; no free seat of standard-agent or premium-agent is left from 2026-05-01 on"
    )
    assert help == (
        "order 1 standard-agent or premium-agent seat from 2026-05-01 on, and assign it to "
        "tom@x.example"
    )


def test_the_last_of_the_free_seats_is_for_a_user_without_an_assignment() -> None:
    # Two users lose access on different days. With the user without an assignment, they are three.
    text = """
subscriptions:
  - {id: Old1, type: named, start: 2024-01-01, end: 2026-05-10, entitlements: {premium-agent: 1}}
  - {id: Old2, type: named, start: 2024-01-01, end: 2026-05-20, entitlements: {premium-agent: 1}}
  - {id: New, type: named, start: 2025-01-01, entitlements: {premium-agent: %d}}
users:
  - {email: ada@x.example, roles: [agent], assignments: [{subscription: Old1, license: premium-agent}]}
  - {email: ben@x.example, roles: [agent], assignments: [{subscription: Old2, license: premium-agent}]}
  - {email: tom@x.example, roles: [agent]}
"""
    assert the_help(text % 3, "user-unassigned").startswith("add `New` to the assignments of tom")
    assert the_help(text % 2, "user-unassigned").startswith("order 1 standard-agent or premium")


def test_the_only_free_seat_of_today_is_given_to_one_user() -> None:
    text = """
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 1}}
users:
  - {email: ada@x.example, roles: [agent]}
  - {email: ben@x.example, roles: [agent]}
"""
    found = findings(value_of(text), date(2026, 5, 1), 30)
    first, second = [item.help for item in found if item.id == "user-unassigned"]
    assert first.startswith("add `Sub1` to the assignments of ada@x.example, and assign it in")
    assert second.startswith("order 1 standard-agent or premium-agent seat from 2026-05-01 on, and")


def test_a_seat_is_given_to_a_user_who_has_access_before_one_who_had_it() -> None:
    text = """
subscriptions:
  - {id: Past, type: named, start: 2024-01-01, end: 2026-04-20, entitlements: &both {premium-agent: 1, standard-agent: 0}}
  - {id: Old, type: named, start: 2024-01-01, end: 2026-05-31, entitlements: *both}
  - {id: New, type: named, start: 2025-01-01, entitlements: *both}
users:
  - {email: ada@x.example, roles: [agent], assignments: [Past]}
  - {email: ben@x.example, roles: [agent], assignments: [Old]}
"""
    # The seat is needed from the day after the last one that is soon.
    assert the_help(text, "user-only-expiring").startswith("add `New` to the assignments of ben")
    assert the_help(text, "user-without-access").startswith("order 1 standard-agent or premium-ag")


def test_the_last_seat_goes_to_an_administrator_then_to_a_supervisor() -> None:
    text = """
subscriptions:
  - {id: Old, type: named, start: 2024-01-01, end: 2026-05-20, entitlements: {premium-agent: 3}}
  - {id: New, type: named, start: 2025-01-01, entitlements: {premium-agent: %d}}
users:
"""
    user = "  - {email: %s@x.example, roles: [agent, %s], assignments: [Old]}\n"
    roles = (("tom", "agent"), ("ida", "supervisor"), ("ada", "administrator"))
    text += "".join(user % names for names in roles).replace("agent, agent", "agent")
    for seats, expected in ((1, ["ada"]), (2, ["ida", "ada"])):
        found = findings(value_of(text % seats), date(2026, 5, 1), 30)
        helps = [item.help for item in found if item.id == "user-only-expiring"]
        added = [help for help in helps if help.startswith("add ")]
        assert [help.partition("@")[0].split()[-1] for help in added] == expected


TWO_SUCCESSORS = """
subscriptions:
  - {id: Old, type: named, start: 2023-06-01, end: 2026-05-20, entitlements: {premium-agent: 3}}
  - {id: New1, type: named, start: 2026-01-01, entitlements: {premium-agent: %d}}
  - {id: New2, type: named, start: 2026-02-01, entitlements: {premium-agent: 1}}
users:
  - {email: ada@x.example, roles: [agent], assignments: [{subscription: Old, license: premium-agent}]}
  - {email: ben@x.example, roles: [agent], assignments: [{subscription: Old, license: premium-agent}]}
  - {email: eva@x.example, roles: [agent], assignments: [{subscription: Old, license: premium-agent}]}
"""


def said(text: str) -> list[tuple[str, str]]:
    """Return the ends of the messages about users who lose access, and the helps."""
    value = value_of(text)
    found = findings(value, date(2026, 5, 1), 30)
    lost = " loses the Agent Desktop on 2026-05-21; "
    return [
        (item.message.partition(lost)[2], item.help.partition(", and assign it in ")[0])
        for item in found
        if item.id == "user-only-expiring"
    ]


def test_the_seats_of_several_subscriptions_are_shared() -> None:
    first = "New1 has no end, has premium-agent and 2 free seats"
    second = "New2 has no end, has premium-agent and 1 free seat"
    add = "add `{subscription: %s, license: premium-agent}` to the assignments of %s@x.example"
    assert said(TWO_SUCCESSORS % 2) == [
        (first, add % ("New1", "ada")),
        (first, add % ("New1", "ben")),
        (second, add % ("New2", "eva")),
    ]


def test_only_missing_seats_must_be_ordered() -> None:
    message, help = said(TWO_SUCCESSORS % 1)[2]
    assert message == "no free seat of premium-agent is left from then on"
    assert help == (
        "order 1 premium-agent seat from 2026-05-21 on, and assign it to eva@x.example on that "
        "day; `tenantlint plan` lists all users who must be moved"
    )
    nothing = said(TWO_SUCCESSORS.replace("premium-agent: 1", "premium-agent: 0") % 0)
    assert {message for message, _ in nothing} == {
        "no lasting subscription with premium-agent and 3 free seats is available from then on"
    }
    assert {help.partition(" seats ")[0] for _, help in nothing} == {"order 3 premium-agent"}


PENDING = """
subscriptions:
  - {id: Old, type: named, start: 2023-06-01, end: 2026-05-20, entitlements: {premium-agent: 3}}
  - {id: New, type: named, start: 2026-05-21, status: pending, entitlements: {%s: 3}}
users:
  - {email: ada@x.example, roles: [administrator], assignments: [Old]}
  - {email: ben@x.example, roles: [agent], assignments: [{subscription: Old, license: premium-agent}]}
"""


def test_a_pending_subscription_is_named() -> None:
    found = messages_and_helps(PENDING % "premium-agent")
    remove = "remove `status: pending` of New when it is provisioned; otherwise "
    assert found["coverage-gap"] == (
        "no subscription is active from 2026-05-21 on; New is pending",
        f"{remove}renew a subscription, or order one",
    )
    assert found["handover-too-small"][1].startswith(f"{remove}order 1 more premium-agent seat")
    message, help = found["user-only-expiring"]
    assert message.endswith("1 free seat is available from then on; New is pending")
    assert help.startswith(f"{remove}order 1 premium-agent seat from 2026-05-21 on, and assign it")
    message, help = found["admin-lockout"]
    assert message.endswith("no lasting subscription is available from then on; New is pending")
    assert help.startswith(f"{remove}order a subscription that is active from 2026-05-21 on")
    value = value_of(PENDING % "premium-agent")
    del value["subscriptions"][1]["status"]
    ids = [item.id for item in findings(value, date(2026, 5, 1), 30)]
    assert "coverage-gap" not in ids
    assert "handover-too-small" not in ids


def test_a_pending_subscription_without_the_licence_is_not_named() -> None:
    found = messages_and_helps(PENDING % "wfo-analytics")
    assert "pending" in found["coverage-gap"][0]
    assert "pending" not in found["handover-too-small"][1]
    assert "pending" not in found["user-only-expiring"][0]


TOO_FEW_PENDING = """
subscriptions:
  - {id: A, type: named, start: 2025-01-01, end: 2026-05-20, entitlements: {premium-agent: 3}}
  - {id: B, type: named, start: 2025-01-01, end: 2026-05-25, entitlements: {premium-agent: 1}}
  - {id: P, type: TYPE, start: 2026-05-21, status: pending, entitlements: {premium-agent: SEATS}}
users:
  - {email: a@x.example, roles: [agent], assignments: [{subscription: A, license: premium-agent}]}
  - {email: b@x.example, roles: [agent], assignments: [{subscription: A, license: premium-agent}]}
  - {email: c@x.example, roles: [agent], assignments: [{subscription: A, license: premium-agent}]}
  - {email: d@x.example, roles: [agent], assignments: [{subscription: B, license: premium-agent}]}
"""


@pytest.mark.parametrize(
    ("seats", "numbers"), [(1, [2, 1]), (2, [1, 1]), (3, [0, 1]), (4, [0, 0]), (9, [0, 0])]
)
def test_what_a_pending_subscription_lacks_is_to_be_ordered(seats: int, numbers: list[int]) -> None:
    text = TOO_FEW_PENDING.replace("SEATS", str(seats)).replace("TYPE", "named")
    found = findings(value_of(text), date(2026, 5, 1), 30)
    days = ["2026-05-21", "2026-05-26"]
    for id, more in (("handover-too-small", "more "), ("user-only-expiring", "")):
        helps = list(dict.fromkeys(item.help.partition(";")[0] for item in found if item.id == id))
        remove = "remove `status: pending` of P when it is provisioned"
        expected = [
            f"{remove}, and order {number} {more}premium-agent seat{'s' * (number > 1)} from {day} on"
            if number
            else remove
            for day, number in zip(days, numbers, strict=True)
        ]
        assert helps == list(dict.fromkeys(expected))
    value = value_of(text)
    del value["subscriptions"][2]["status"]
    value["subscriptions"][2]["entitlements"]["premium-agent"] += sum(numbers)
    assert "handover-too-small" not in {item.id for item in findings(value, date(2026, 5, 1), 30)}


def test_a_concurrent_pending_subscription_is_enough() -> None:
    text = TOO_FEW_PENDING.replace("SEATS", "1").replace("TYPE", "concurrent")
    for id in ("handover-too-small", "user-only-expiring"):
        found = findings(value_of(text), date(2026, 5, 1), 30)
        helps = [item.help for item in found if item.id == id]
        assert helps
        assert all("is provisioned; otherwise order" in help for help in helps)


@pytest.mark.parametrize(
    ("end", "more", "is_named"),
    [
        ("2026-07-20", "", True),
        ("2026-05-25", "", False),
        ("2026-05-25", "  - {id: Later, type: named, start: 2026-05-26}\n", True),
    ],
)
def test_a_pending_subscription_that_ends_soon_does_not_close_a_gap(
    end: str, more: str, is_named: bool
) -> None:
    text = f"""
subscriptions:
  - {{id: Old, type: named, start: 2025-01-01, end: 2026-05-20}}
  - {{id: New, type: named, start: 2026-04-01, end: {end}, status: pending}}
{more}"""
    for day, id in (("2026-05-01", "coverage-gap"), ("2026-05-21", "no-active-subscription")):
        message, help = next(
            (item.message, item.help)
            for item in findings(value_of(text), date.fromisoformat(day), 30)
            if item.id == id
        )
        assert ("New is pending" in message) == is_named
        assert ("of New when it is provisioned" in help) == is_named


NEEDS_ON_TWO_DAYS = """
subscriptions:
  - {id: S1, type: named, start: 2025-01-01, end: 2026-05-10, entitlements: {standard-agent: 3}}
  - {id: S2, type: named, start: 2025-02-01, end: 2026-05-13, entitlements: {ai-agent: 6}}
  - {id: S3, type: named, start: 2026-05-14, entitlements: {standard-agent: 2}}
users:
  - email: bob@x.example
    roles: [agent]
    assignments: [{subscription: S1, license: standard-agent}]
  - email: ada@x.example
    roles: [administrator]
    assignments: [S2, {subscription: S1, license: standard-agent}]
"""


def test_a_successor_has_the_licence_on_the_day_of_each_need() -> None:
    found = messages_and_helps(NEEDS_ON_TWO_DAYS)
    message, help = found["license-expiring"]
    assert message.endswith("standard-agent and 1 free seat is available from then on")
    assert help.startswith("order 1 standard-agent seat from 2026-05-11 on, and assign it to ada")


WAITING_ON_TWO_DAYS = """
subscriptions:
  - {id: Core, type: named, start: 2022-01-01, entitlements: {premium-agent: 1}}
  - {id: Old, type: named, start: 2024-01-01, end: 2026-05-20, entitlements: {premium-agent: 9}}
  - {id: Lab, type: named, start: 2025-01-01, status: suspended, entitlements: {premium-agent: 1}}
users:
  - {email: a@x.example, roles: [agent], assignments: [{subscription: Core, license: premium-agent}]}
  - {email: b@x.example, roles: [agent], assignments: [{subscription: Old, license: premium-agent}]}
  - {email: c@x.example, roles: [agent], assignments: [{subscription: Old, license: premium-agent}]}
  - {email: d@x.example, roles: [agent], assignments: [{subscription: Lab, license: premium-agent}]}
  - email: e@x.example
    roles: [agent]
    last_access: 2026-01-01
    assignments: [{subscription: Old, license: premium-agent}]
"""


def test_the_seats_to_order_are_those_of_the_working_users_of_a_day() -> None:
    value = value_of(WAITING_ON_TWO_DAYS)
    by_user = {
        item.path.split("/")[2]: item.help
        for item in findings(value, date(2026, 5, 1), 30)
        if item.id in ASSIGNED
    }
    assert by_user["1"].startswith("order 2 premium-agent seats from 2026-05-21 on, and assign one")
    assert by_user["3"].startswith("order 1 premium-agent seat from 2026-05-01 on, and assign it")
    assert by_user["4"].startswith("remove e@x.example from the file and from Control Hub if the")


BOTH_LICENSES = """
subscriptions:
  - {id: S1, type: named, start: 2025-01-01, end: 2026-05-20, entitlements: {premium-agent: 1}}
  - {id: S2, type: named, start: 2025-02-01, entitlements: {standard-agent: 1}}
users:
  - email: ada@x.example
    roles: [agent]
    assignments:
      - {subscription: S1, license: premium-agent}
      - {subscription: S2, license: standard-agent}
"""


def test_an_ordered_licence_takes_the_place_of_the_other_agent_licence() -> None:
    help = messages_and_helps(BOTH_LICENSES)["license-expiring"][1]
    assert help == (
        "order 1 premium-agent seat from 2026-05-21 on, and assign it to ada@x.example instead of "
        "`{subscription: S2, license: standard-agent}` on that day"
    )


NOT_LISTED = """
subscriptions:
  - {id: Sub1, type: TYPE, start: 2024-01-01, end: END, entitlements: {premium-agent: 9}}
  - {id: Sub2, type: TYPE, start: 2025-01-01, entitlements: {premium-agent: 9, standard-agent: 1}}
users:
  - email: ada@h.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: standard-agent}]
  - email: bob@h.example
    roles: [agent]
    assignments: [{subscription: Sub1, license: standard-agent}, OTHER]
"""


def not_listed(end: str, other: str, type: str = "named") -> list[str]:
    """Return the helps about the licence that Sub1 does not list."""
    text = NOT_LISTED.replace("END", end).replace("OTHER", other).replace("TYPE", type)
    found = findings(value_of(text), date(2026, 5, 1), 30)
    return [item.help for item in found if item.id == "license-not-entitled"]


def test_the_only_assignment_is_replaced_and_not_removed() -> None:
    ada, bob = not_listed("2025-12-31", "{subscription: Sub2, license: premium-agent}")
    assert ada.startswith(
        "write `{subscription: Sub2, license: standard-agent}` instead of `{subscription: Sub1, "
        "license: standard-agent}` in the assignments of ada@h.example, and assign it in "
    )
    assert bob == "remove the assignment: Sub1 ended on 2025-12-31"
    _, *both = not_listed("2025-12-31", "{subscription: Sub1, license: wfo-analytics}")
    assert both[0] == both[1]
    assert both[0].endswith(
        "assign it to bob@h.example instead of `{subscription: Sub1, license: standard-agent}` and "
        "`{subscription: Sub1, license: wfo-analytics}`"
    )


def test_the_order_of_an_unlisted_licence_is_enough_and_lasts() -> None:
    other = "; if another licence is meant, assign one of which {} has a free seat"
    order = "order {} for Sub1, and add {} to its `entitlements` with `since`"
    assert (
        not_listed("2027-12-31", "Sub2")
        == [order.format("2 standard-agent seats", "them") + other.format("Sub1")] * 2
    )
    assert (
        not_listed("2027-12-31", "Sub2", "concurrent")
        == [order.format("standard-agent", "it") + other.format("Sub1")] * 2
    )
    assert (
        not_listed("2026-05-20", "Sub2")
        == [
            "order 2 standard-agent seats for a lasting subscription, and assign one there instead"
            + other.format("a lasting subscription")
        ]
        * 2
    )


PREMIUM_TAKES_OVER = """
subscriptions:
  - {id: Sub1, type: named, start: 2024-01-01, end: 2026-05-20, entitlements: {standard-agent: 1}}
  - {id: Sub2, type: named, start: START, entitlements: {premium-agent: 2, standard-agent: 2}}
users:
  - email: ada@h.example
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: standard-agent}
      - ASSIGNED
"""


def test_a_user_with_premium_is_not_told_to_take_standard_again() -> None:
    text = PREMIUM_TAKES_OVER.replace("ASSIGNED", "{subscription: Sub2, license: premium-agent}")
    help = the_help(text.replace("START", "2025-01-01"), "license-expiring")
    assert help == (
        "remove `{subscription: Sub1, license: standard-agent}` from the assignments of "
        "ada@h.example; premium-agent, which the user has, includes standard-agent"
    )
    help = the_help(text.replace("START", "2026-05-21"), "license-expiring")
    assert help == (
        "nothing is to be done: ada@h.example has premium-agent on 2026-05-21, which includes "
        "standard-agent"
    )


def test_a_user_who_may_use_premium_is_not_told_to_take_standard_again() -> None:
    text = PREMIUM_TAKES_OVER.replace("ASSIGNED", "Sub2").replace("START", "2025-01-01")
    help = the_help(text.replace(", standard-agent: 2", ""), "license-expiring")
    assert help.startswith("remove `{subscription: Sub1, license: standard-agent}` from ")


def test_both_agent_licences_that_end_are_replaced_by_premium() -> None:
    text = """
subscriptions:
  - id: Sub1
    type: named
    start: 2024-01-01
    end: 2026-05-20
    entitlements: {standard-agent: 1, premium-agent: 1}
  - {id: Sub2, type: named, start: 2025-01-01, entitlements: {premium-agent: 2, standard-agent: 2}}
  - {id: Wfo, type: named, start: 2025-01-01, entitlements: {wfo-analytics: 2}}
users:
  - email: ada@h.example
    roles: [administrator]
    assignments:
      - {subscription: Sub1, license: standard-agent}
      - {subscription: Sub1, license: premium-agent}
      - Wfo
"""
    found = findings(value_of(text), date(2026, 5, 1), 30)
    helps = [item.help for item in found if item.id == "license-expiring"]
    assert len(helps) == 2
    assert helps[0] == helps[1]
    assert helps[0].startswith(
        "write `{subscription: Sub2, license: premium-agent}` instead of `{subscription: Sub1, "
        "license: standard-agent}` in the assignments of ada@h.example"
    )


def test_what_license_not_entitled_orders_is_enough_for_bare_assignments_too() -> None:
    text = """
subscriptions:
  - {id: Sub2, type: named, start: 2025-01-01, entitlements: {wfo-analytics: 5}}
users:
  - {email: a@h.example, roles: [agent], assignments: [{subscription: Sub2, license: standard-agent}]}
  - {email: b@h.example, roles: [agent], assignments: [Sub2]}
  - {email: c@h.example, roles: [administrator], assignments: [Sub2]}
"""
    assert the_help(text, "license-not-entitled").startswith(
        "order 2 standard-agent seats for Sub2"
    )
    listed = text.replace("5}", "5, premium-agent: 1}")
    assert the_help(listed, "license-not-entitled").startswith(
        "order 1 standard-agent seat for Sub2"
    )


def test_the_seats_of_a_pending_subscription_are_for_a_certain_licence_first() -> None:
    text = """
subscriptions:
  - {id: Base, type: named, start: 2025-01-01, entitlements: {premium-agent: 1}}
  - id: Old
    type: named
    start: 2025-01-01
    end: 2026-04-20
    entitlements: {premium-agent: 5, standard-agent: 5}
  - {id: New, type: named, start: 2026-04-21, status: pending, entitlements: {premium-agent: 1}}
users:
  - email: adm@h.example
    roles: [administrator]
    assignments: [{subscription: Base, license: premium-agent}]
  - {email: a@h.example, roles: [agent], assignments: [{subscription: Old, license: premium-agent}]}
  - {email: b@h.example, roles: [agent], assignments: [Old]}
"""
    found = findings(value_of(text), date(2026, 5, 1), 30)
    first, second = (item.help for item in found if item.id == "user-without-access")
    provisioned = "remove `status: pending` of New when it is provisioned"
    assert first.startswith(f"{provisioned}; otherwise order 1 premium-agent seat")
    order = "order 1 standard-agent or premium-agent seat from 2026-05-01 on"
    assert second.startswith(f"{provisioned}, and {order}; otherwise {order}")


TRIAL = """
subscriptions:
  - {id: Old, type: named, start: 2023-06-01, end: 2026-05-20, entitlements: {premium-agent: 1}}
  - id: New
    type: named
    start: 2026-05-21
    end: 2027-05-20
    entitlements: {premium-agent: %s}
  - {id: trialSub.x, type: named, start: 2026-05-01, status: trial, entitlements: {premium-agent: 1}}
users:
  - {email: ada@x.example, roles: [agent], assignments: [{subscription: Old, license: premium-agent}]}
"""


def test_a_trial_is_the_last_successor_and_is_named_as_one() -> None:
    message, _ = messages_and_helps(TRIAL % 1)["user-only-expiring"]
    assert "; New runs until 2027-05-20, has premium-agent and 1 free seat" in message
    message, _ = messages_and_helps(TRIAL % 0)["user-only-expiring"]
    assert "; trialSub.x, a trial, has no end, has premium-agent and 1 free seat" in message


REPEATED = """
subscriptions:
  - id: S1
    type: named
    start: 2025-01-01
    entitlements: {premium-agent: 2, standard-agent: 2}
users:
  - email: ada@x.example
    roles: [supervisor]
    assignments:
      - {subscription: S1, license: standard-agent}
      - {subscription: S1, license: standard-agent}
"""


def test_each_of_equal_assignments_is_replaced() -> None:
    help = messages_and_helps(REPEATED)["supervisor-needs-premium"][1]
    standard, premium = (
        f"`{{subscription: S1, license: {name}-agent}}`" for name in ("standard", "premium")
    )
    assert help.startswith(f"write {premium} instead of all {standard} in the assignments of ada")


RENEWING = """
subscriptions:
  - {id: Sub1, type: named, start: 2024-08-31, end: 2025-02-27, term_months: 6, auto_renew: true}
"""


def test_the_proposed_end_does_not_contradict_the_term() -> None:
    value = value_of(RENEWING)
    (found,) = findings(value, date(2025, 7, 10), 30)
    assert found.help.endswith(
        "write `auto_renew: false` and `end: 2025-08-27`, and remove `term_months`"
    )
    do_not_renew(value, found)
    assert findings(value, date(2025, 7, 10), 30) == []


@pytest.mark.parametrize(
    "change", [("-27", "-28"), ("08-31", "08-28"), ("02-27, term_months: 6", "08-27")]
)
def test_a_term_that_is_not_moved_by_a_short_month_is_kept(change: tuple[str, str]) -> None:
    help = the_help(RENEWING.replace(*change), "renewal-decision", "2025-07-10")
    assert "term_months" not in help


FALLING = """
subscriptions:
  - id: A
    type: named
    start: 2025-01-01
    entitlements: {ivr-port: [{quantity: 5, until: 2026-05-31}, {quantity: 2, until: 2026-06-30}]}
usage: [{month: 2026-05, subscription: A, service: ivr-port, quantity: 3}]
"""


def test_only_subscriptions_with_more_use_than_their_own_are_named() -> None:
    text = """
subscriptions:
  - {id: A, type: concurrent, start: 2025-01-01, entitlements: {ivr-port: 5}}
  - {id: B, type: concurrent, start: 2025-02-01, entitlements: {ivr-port: 5}}
usage:
  - {month: 2026-04, subscription: A, service: ivr-port, quantity: 5}
  - {month: 2026-04, subscription: B, service: ivr-port, quantity: 8}
"""
    message, _ = messages_and_helps(text)["tenant-overage"]
    assert message.endswith("; used more than their own entitlement: B (8 of 5)")


def test_the_order_for_falling_quantities_is_enough_for_all_months() -> None:
    found = findings(value_of(FALLING), date(2026, 5, 31), 40)
    (help,) = (item.help for item in found if item.id == "capacity-drop")
    assert help.startswith(
        "order 1 more ivr-port from 2026-06-01 on and 2 more ivr-port from 2026-07-01 on, or"
    )


def test_the_plan_that_is_named_reaches_the_last_month_with_overage() -> None:
    text = FALLING.replace("2026-06-30", "2026-09-30")
    found = findings(value_of(text), date(2026, 5, 31), 150)
    (help,) = (item.help for item in found if item.id == "capacity-drop")
    assert "; `tenantlint plan --until 2026-10-01` lists the months with overage" in help


def test_a_page_that_names_a_plan_says_how_it_reaches_a_later_day() -> None:
    pages = [item.page for item in PLUGINS.policies.values() if "tenantlint plan" in item.page]
    assert len(pages) > 1
    assert all("with `--until`" in " ".join(page.split()) for page in pages)


def test_the_use_of_a_year_ago_is_compared_with_falling_quantities() -> None:
    text = """
subscriptions:
  - {id: A, type: concurrent, start: 2024-01-01, entitlements: {ivr-port: [{quantity: 9, until: 2026-05-31}, 2]}}
usage:
  - {month: %s, subscription: A, service: ivr-port, quantity: 5}
"""
    assert "capacity-drop" in messages_and_helps(text % "2025-05")
    assert "capacity-drop" not in messages_and_helps(text % "2025-04")


def test_an_administrator_with_another_name_is_not_proposed_as_the_approver() -> None:
    text = """
subscriptions: [{id: S1, type: named, start: 2025-01-01, partner: pw}]
users: [{email: %s@harbour.example, roles: [administrator], assignments: [S1]}]
partners: [{id: pw, access: full, approved_by: ada@harbour.example}]
"""
    assert "did you mean" not in messages_and_helps(text % "tom.jones")["unknown-approver"][1]
    assert messages_and_helps(text % "adaa")["unknown-approver"][1].startswith("did you mean adaa@")


def test_connect_usage_has_no_fix_if_the_primary_has_a_row() -> None:
    text = """
subscriptions: [{id: A, type: named, start: 2025-01-01}, {id: B, type: named, start: 2025-02-01}]
usage:
  - {month: 2026-04, subscription: A, service: webex-connect, quantity: %s}
  - {month: 2026-%s, subscription: B, service: webex-connect, quantity: 1}
"""
    for month, has_fix in (("04", False), ("03", True)):
        found = findings(value_of(text % (1, month)), date(2026, 5, 1), 30)
        (item,) = (item for item in found if item.id == "connect-usage-off-primary")
        assert (item.fix is not None) == has_fix


def test_users_who_are_shown_as_one_lose_what_their_subscriptions_give() -> None:
    text = """
subscriptions:
  - {id: Core, type: named, start: 2025-01-01, entitlements: {premium-agent: 2}}
  - {id: W1, type: named, start: 2025-01-01, end: 2026-05-05, entitlements: {wfo-analytics: 2}}
  - {id: W2, type: named, start: 2025-01-01, end: 2026-05-20, entitlements: {wfo-analytics: 2}}
users:
  - email: ada@x.example
    roles: [agent]
    assignments:
      - {subscription: Core, license: premium-agent}
      - {subscription: W1, license: wfo-analytics}
      - {subscription: W2, license: wfo-analytics}
"""
    found = findings(value_of(text), date(2026, 5, 1), 30)
    (item,) = (item for item in found if item.id == "license-expiring")
    assert item.fold is not None
    assert item.fold.predicate.startswith("keep access, but lose wfo-analytics in W2 on 2026-05-21")


def test_a_pending_subscription_is_only_named_if_it_helps() -> None:
    text = """
subscriptions:
  - {id: A, type: named, start: 2025-01-01, end: 2026-05-20, entitlements: {premium-agent: 1}}
  - {id: B, type: named, start: 2026-04-14, end: 2026-05-25, status: pending,
     entitlements: {premium-agent: BEFORE}}
  - {id: P, type: named, start: 2026-04-15, status: pending, entitlements: {premium-agent: SEATS}}
users:
  - {email: a@x.example, roles: [agent], assignments: [{subscription: A, license: premium-agent}]}
  - email: q@x.example
    roles: [agent]
    assignments: [{subscription: P, license: premium-agent}]
"""

    def named(seats: int, *, before: int = 0, end: str = "") -> list[str]:
        """Return the ids of the findings whose help proposes P, which has a number of seats."""
        written = text.replace("SEATS", str(seats)).replace("BEFORE", str(before))
        written = written.replace("04-15,", f"04-15, end: {end},") if end else written
        found = findings(value_of(written), date(2026, 5, 1), 30)
        about = ("user-only-expiring", "user-without-access", "handover-too-small")
        return [id for id in about if any(item.id == id and "of P" in item.help for item in found)]

    assert named(0) == []
    assert named(1) == ["user-without-access"]  # its only seat is that of q@x.example
    everywhere = ["user-only-expiring", "user-without-access", "handover-too-small"]
    assert named(2) == everywhere
    assert named(2, before=5) == everywhere  # it lasts longer than B, which is older
    assert named(2, end="2026-05-24") == []  # then its users would lose the licence
