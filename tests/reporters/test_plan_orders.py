"""After the orders of a plan are made as its texts say, a new plan has a place for everybody."""

import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, note, settings

from tests import plan_tenants
from tests.plan_tenants import FIRST, LAST
from validator.reporters.plan.tasks import Task, tasks_of
from validator.schema.tenant_schema import tenant_of
from validator.tenant.plan import plan_of

Value = dict[str, Any]

SOME = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
ORDER = re.compile(
    r"order (?:one with )?(.+?) (?:from|that is active on) ([-0-9]+)(?: on)?, and assign "
    r"(it to the user|one to each user)"
)
SEATS = re.compile(
    r"([0-9]+) seats? of (an agent licence|[-a-z]+)(?: \(for the supervisors?(.*?)\))?"
)


def unplaced(value: Value) -> list[Task]:
    return [
        task for task in tasks_of(plan_of(tenant_of(value), FIRST, LAST)) if task.kind == "unplaced"
    ]


def followed(value: Value, tasks: list[Task]) -> Value:
    """Return the tenant after the orders, each in a subscription of its own."""
    changed = deepcopy(value)
    types = {item["type"] for item in value["subscriptions"]}
    by_email = {user["email"]: user for user in reversed(changed["users"])}
    for number, task in enumerate(tasks):
        order = ORDER.search(task.help)
        assert order is not None, task.help
        assert (order[3] == "it to the user") == (len(task.users) == 1)
        id, left = f"Ord{number}", list(task.users)
        entitlements: dict[str, int] = {}
        gets: dict[str, str | None] = {}
        for seats, license, names in SEATS.findall(order[1])[::-1]:
            users = names.replace(" and ", ", ").split(", ") if names else left
            users = [user.strip() for user in users]
            assert len(users) == int(seats)
            left = [user for user in left if user not in users]
            is_named = license != "an agent licence"
            listed = license if is_named else "standard-agent"
            entitlements[listed] = entitlements.get(listed, 0) + int(seats)
            gets |= dict.fromkeys(users, license if is_named else None)
        if "an agent licence for each agent" in order[1]:
            entitlements["standard-agent"] = len(left)
        changed["subscriptions"].append(
            {
                "id": id,
                "type": "concurrent" if types == {"concurrent"} else "named",
                "start": order[2],
                "entitlements": entitlements,
            }
        )
        for email in task.users:
            license = gets.get(email)
            entry = id if license is None else {"subscription": id, "license": license}
            by_email[email].setdefault("assignments", []).append(entry)
    return changed


def assert_everybody_has_a_place(value: Value) -> int:
    emails = [user["email"] for user in value["users"]]
    tasks = unplaced(value)
    if not tasks or len({email.lower() for email in emails}) < len(emails):
        return 0
    left = unplaced(followed(value, tasks))
    assert [(task.text, task.users) for task in left] == []
    return len(tasks)


@SOME
@given(plan_tenants.tenants())
def test_the_orders_of_a_plan_give_everybody_a_place(value: Value) -> None:
    note("\n".join(f"{task.text}: {task.help}: {task.users}" for task in unplaced(value)))
    event(f"{assert_everybody_has_a_place(value)} orders")


TERM = {"type": "named", "start": "2024-01-01", "end": "2026-05-31"}
PEOPLE = {"ada": "supervisor", "tom": "agent", "eva": "agent"}


def tenant(lists: Value, assignments: dict[str, Any]) -> Value:
    """Return a tenant whose subscriptions end on 2026-05-31 if their id begins with E."""
    subscriptions = [
        {"id": id, **TERM, "entitlements": listed} if id[0] == "E" else
        {"id": id, "type": "named", "start": "2025-01-01", "entitlements": listed}
        for id, listed in lists.items()
    ]  # fmt: skip
    users = [
        {"email": f"{name}@x.example", "roles": [PEOPLE[name]], "assignments": [item]}
        for name, item in assignments.items()
    ]
    about = {"id": "t", "name": "T"}
    return {"version": 1, "tenant": about, "subscriptions": subscriptions, "users": users}


STANDARD = {"subscription": "E", "license": "standard-agent"}
PREMIUM = {"subscription": "E", "license": "premium-agent"}
BOTH = {"premium-agent": 9, "standard-agent": 9}


@pytest.mark.parametrize(
    ("lists", "assignments", "helps"),
    [
        # A plan gives a supervisor a premium seat, which must not be that of another user.
        (
            {"E": BOTH},
            {"ada": STANDARD, "tom": PREMIUM},
            [
                (
                    "no subscription provides it; order one with 1 seat of premium-agent that is "
                    "active on 2026-06-01, and assign it to the user"
                ),
                (
                    "no subscription provides it; order one with 1 seat of premium-agent (for the "
                    "supervisor) that is active on 2026-06-01, and assign it to the user"
                ),
            ],
        ),
        (
            {"E": BOTH, "F": {"standard-agent": 0}},
            {"ada": STANDARD, "tom": STANDARD, "eva": STANDARD},
            [
                (
                    "no seat is free; order 2 seats of standard-agent and 1 seat of premium-agent (for "
                    "the supervisor ada@x.example) from 2026-06-01 on, and assign one to each user"
                )
            ],
        ),
        # Access without a named licence: a supervisor needs premium-agent here, too.
        (
            {"E": BOTH, "F": {"standard-agent": 0}},
            {"ada": "E", "tom": "E"},
            [
                (
                    "no seat is free; order 1 seat of an agent licence and 1 seat of premium-agent (for "
                    "the supervisor ada@x.example) from 2026-06-01 on, and assign one to each user"
                )
            ],
        ),
        # A plan could give the ordered seat to a supervisor who is moved with standard-agent.
        (
            {"E": BOTH, "F": {"standard-agent": 1}},
            {"ada": STANDARD, "tom": PREMIUM},
            [
                (
                    "no subscription provides it; order one with 1 seat of premium-agent that is "
                    "active on 2026-06-01, and assign it to the user"
                )
            ],
        ),
    ],
)
def test_orders_for_supervisors(lists: Value, assignments: Value, helps: list[str]) -> None:
    value = tenant(lists, assignments)
    assert [task.help for task in unplaced(value)] == helps
    assert_everybody_has_a_place(value)
