"""Measures `plan` for a large tenant with consecutive subscriptions.

    python benchmarks/plan.py [--users N] [--subscriptions N] [--days N] [--runs N]

The tenant has several generations of named subscriptions for 20 departments. Most users are
therefore moved several times, some of them to a subscription of another department, and seats run
out. Prints the wall time of the whole command for 1, 2 and 4 times the users, the time of `plan_of`
alone, and the number of users that the plan moves and cannot place.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from validator.schema.tenant_schema import tenant_of
from validator.tenant.plan import plan_of

FIRST = date(2026, 5, 1)
DEPARTMENTS = 20
GENERATION_DAYS = 70


def subscription(number: int, count: int, users: int) -> dict[str, Any]:
    """Return a subscription; each generation of the departments follows the previous one."""
    generation, department = divmod(number, DEPARTMENTS)
    generations = max(1, count // DEPARTMENTS)
    # Some overlap with the previous generation, others start on the day after its end.
    start = FIRST + timedelta(GENERATION_DAYS * generation - 30 - department % 3)
    end = start + timedelta(GENERATION_DAYS + department % 5)
    each = users // DEPARTMENTS
    item: dict[str, Any] = {
        "id": f"Sub{number:03}",
        "type": "named",
        "department": f"department {department}",
        "start": start.isoformat(),
        "entitlements": {
            "premium-agent": [
                each // 2,
                {"quantity": each // 5, "until": (end - timedelta(20)).isoformat()},
            ],
            "standard-agent": each * 2 // 5,
            "wfo-quality-management": each // 6,
        },
    }
    if generation < generations - 1:
        item["end"] = end.isoformat()
    return item


def user(number: int) -> dict[str, Any]:
    """Return a user with one to three assignments to a subscription in the first generation."""
    id = f"Sub{number % DEPARTMENTS:03}"
    premium = number // DEPARTMENTS % 2 == 0
    license = "premium-agent" if premium else "standard-agent"
    assignments: list[Any] = [{"subscription": id, "license": license}]
    if number % 11 == 0:
        assignments.append(id)
    if number % 5 == 0:
        assignments.append({"subscription": id, "license": "wfo-quality-management"})
    roles = ["supervisor"] if number % 17 == 0 else ["agent"]
    item = {"email": f"user{number}@x.example", "roles": roles, "assignments": assignments}
    if number % 13 == 0:
        item["status"] = "inactive"
    if number % 2:
        item["department"] = f"department {number % DEPARTMENTS}"
    return item


def tenant(users: int, subscriptions: int) -> dict[str, Any]:
    """Return a tenant with the given numbers of users and subscriptions."""
    return {
        "version": 1,
        "tenant": {"id": "large", "name": "Large"},
        "subscriptions": [
            subscription(number, subscriptions, users) for number in range(subscriptions)
        ],
        "users": [user(number) for number in range(users)],
        "usage": [{"month": "2026-04", "service": "premium-agent", "quantity": users}],
    }


def time_command(file: Path, days: int) -> float:
    """Return the wall time of the command, in seconds."""
    command = [
        str(Path(sys.executable)), "-m", "validator", "plan", str(file),
        "--from", FIRST.isoformat(), "--days", str(days), "--format", "json",
    ]  # fmt: skip
    begin = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, env=os.environ, check=False)
    assert done.returncode in (0, 1), f"plan: exit code {done.returncode}"
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=5000)
    parser.add_argument("--subscriptions", type=int, default=60)
    parser.add_argument("--days", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{options.subscriptions} subscriptions, {options.days} days; best of {options.runs}")
    last = FIRST + timedelta(options.days - 1)
    for factor in (1, 2, 4):
        users = options.users * factor
        value = tenant(users, options.subscriptions)
        parsed = tenant_of(value)
        times = []
        for _ in range(options.runs):
            begin = time.perf_counter()
            plan = plan_of(parsed, FIRST, last)
            times.append(time.perf_counter() - begin)
        moved = sum(len(move.users) for move in plan.moves)
        lost = sum(len(item.users) for item in plan.unplaced)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "large.tenant.yaml")
            file.write_text(yaml.safe_dump(value, sort_keys=False))
            command = min(time_command(file, options.days) for _ in range(options.runs))
        print(
            f"{users:6} users: command {command:.2f} s, plan_of {min(times):.2f} s, "
            f"{moved} moves, {lost} unplaced"
        )


if __name__ == "__main__":
    main()
