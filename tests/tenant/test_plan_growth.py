"""The lines of Python that a plan runs are proportional to the tenant in every dimension."""

import contextlib
import io
import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.run.test_growth import STEPS_AT_FOUR, counted_lines
from tests.tenant.test_plan import agent, document, subscription
from validator.cli.app import tenantlint
from validator.schema.tenant_schema import tenant_of
from validator.tenant.plan import plan_of
from validator.tenant.plan_release import releases_of

Value = dict[str, Any]

FIRST, LAST = date(2026, 5, 1), date(2100, 1, 1)
START = "2025-01-01"
SIZE = 48


def premium(id: str) -> Value:
    return {"subscription": id, "license": "premium-agent"}


def _departments(size: int) -> Value:
    """Return users who move to the subscription of their department."""
    subscriptions = [
        subscription(f"{kind}{number}", START, end, department=f"d{number}")
        for number in range(size)
        for kind, end in (("A", "2026-06-01"), ("B", None))
    ]
    users = (agent(f"u{number}@x.example", premium(f"A{number}")) for number in range(size))
    return document(subscriptions, *users)


def _ends(size: int) -> Value:
    """Return users who lose their seats on different days, while no seat is free."""
    days = [(FIRST + timedelta(number)).isoformat() for number in range(size)]
    subscriptions = [
        subscription(f"S{day}", START, day, entitlements={"premium-agent": 1}) for day in days
    ]
    return document(subscriptions, *(agent(f"{day}@x.example", premium(f"S{day}")) for day in days))


def _idle_holders(size: int) -> Value:
    """Return users who lose their seats, and idle users who could give seats back."""
    subscriptions = [
        subscription("Ends", START, "2026-06-01", entitlements={"premium-agent": size})
    ]
    users: list[Value] = []
    for number in range(size):
        id = f"S{number}"
        subscriptions.append(subscription(id, START, entitlements={"premium-agent": 1}))
        users.append(agent(f"i{number}@x.example", premium(id), status="inactive"))
        users.append(agent(f"u{number}@x.example", premium("Ends")))
    return document(subscriptions, *users)


def _chain(size: int) -> Value:
    """Return one user who is moved again and again."""
    subscriptions = []
    for number in range(size):
        since, until = (FIRST + timedelta(3 * number + more) for more in (0, 3))
        line = {"quantity": 1, "since": since.isoformat(), "until": until.isoformat()}
        subscriptions.append(
            subscription(f"S{number}", START, entitlements={"premium-agent": line})
        )
    return document(subscriptions, agent("a@x.example", premium("S0")))


def _chain_with_other_seats(size: int) -> Value:
    """Return one user who is moved again and again, with seats of another licence that remain."""
    value = _chain(size)
    for item in value["subscriptions"]:
        item["entitlements"]["standard-agent"] = 1
    return value


def _lines_of_the_target(size: int) -> Value:
    """Return users who move to a subscription with a quantity that rises many times."""
    days = [(FIRST - timedelta(number)).isoformat() for number in range(size)]
    lines = [size, *({"quantity": 1, "since": day} for day in days)]
    subscriptions = [
        subscription("Ends", START, "2026-06-01", entitlements={"premium-agent": size}),
        subscription("Goes on", START, entitlements={"premium-agent": lines}),
    ]
    users = (agent(f"u{number}@x.example", premium("Ends")) for number in range(size))
    return document(subscriptions, *users)


def _ended_assignments(size: int) -> Value:
    """Return a user with assignments that can be given back."""
    ended = [subscription(f"S{number}", START, "2026-02-01") for number in range(size)]
    subscriptions = [*ended, subscription("Goes on", START)]
    return document(
        subscriptions, agent("a@x.example", *(premium(item["id"]) for item in subscriptions))
    )


def _gaps(size: int) -> Value:
    """Return users with a licence to give back, in a subscription that had many gaps."""
    days = [[FIRST - timedelta(3 * number + more) for more in (3, 2)] for number in range(size)]
    lines = [
        {"quantity": 1, "since": since.isoformat(), "until": until.isoformat()}
        for since, until in days
    ]
    subscriptions = [
        subscription("Gaps", START, entitlements={"premium-agent": lines}),
        subscription("Goes on", START),
    ]
    both = premium("Gaps"), premium("Goes on")
    return document(
        subscriptions, *(agent(f"u{number}@x.example", *both) for number in range(size))
    )


DIMENSIONS: Mapping[str, Callable[[int], Value]] = {
    "departments": _departments,
    "moves of a user": _chain,
    "moves of a user, with other seats": _chain_with_other_seats,
    "lines of the target": _lines_of_the_target,
    "ended assignments": _ended_assignments,
    "gaps in a subscription": _gaps,
    "idle holders": _idle_holders,
    "days on which a subscription ends": _ends,
}


def lines_of(value: Value) -> int:
    """Return the number of lines that a plan with its releases runs."""
    tenant = tenant_of(value)
    with counted_lines() as lines:
        plan = plan_of(tenant, FIRST, LAST)
        releases = list(releases_of(tenant, FIRST, LAST))
    assert plan.moves or plan.unplaced or releases
    return lines[0]


def lines_of_apply(file: Path, size: int) -> int:
    """Return the number of lines that `plan --apply` runs for a file with several tenants."""
    subscriptions = [subscription("Ends", START, "2026-06-01"), subscription("Goes on", START)]
    value = document(subscriptions, agent("a@x.example", premium("Ends")))
    tenants = ({**value, "tenant": {"id": f"t{number}", "name": "T"}} for number in range(size))
    file.write_text("".join(f"---\n{json.dumps(tenant)}\n" for tenant in tenants))
    arguments = ["plan", str(file), "--from", "2026-05-01", "--apply", "--format", "json"]
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()) as messages,
        counted_lines() as lines,
    ):
        tenantlint.main(arguments, standalone_mode=False)
    assert f"{size} assignments added" in messages.getvalue()
    return lines[0]


def assert_is_linear(lines_of_size: Callable[[int], int]) -> None:
    lines_of_size(2)  # caches
    one, two, four = (lines_of_size(times * SIZE) for times in (1, 2, 4))
    assert four - two <= STEPS_AT_FOUR * (two - one) + 1000, (one, two, four)


@pytest.mark.parametrize("name", DIMENSIONS)
def test_the_time_of_a_plan_grows_no_faster_than_the_tenant(name: str) -> None:
    assert_is_linear(lambda size: lines_of(DIMENSIONS[name](size)))


def test_the_time_to_apply_a_plan_grows_no_faster_than_the_number_of_tenants(
    tmp_path: Path,
) -> None:
    assert_is_linear(lambda size: lines_of_apply(tmp_path / "a.tenant.yaml", size))
