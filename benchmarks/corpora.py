"""Makes the corpora: tenants with something wrong in every tenth, the same bytes every time."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

BEGIN = date(2024, 1, 1)
TERM = timedelta(1460)


def tenant(number: int, *, users: int, subscriptions: int = 3, usage: int = 6) -> str:
    """Return the YAML of a tenant."""
    chance = random.Random(f"{number} {users} {subscriptions} {usage}")
    return "".join(_lines(chance, number, users, subscriptions, usage))


def _lines(
    chance: random.Random, number: int, users: int, subscriptions: int, usage: int
) -> Iterator[str]:
    yield f"version: 1\ntenant:\n  id: org-{number:05}\n  name: Tenant {number}\n"
    yield "  country: NL\n  telephony: webex-calling\nsubscriptions:\n"
    ids = [f"Sub{number:05}{index:03}" for index in range(subscriptions)]
    for id in ids:
        start = BEGIN + timedelta(chance.randrange(400))
        wrong = chance.random() < 0.1 / subscriptions
        yield f"  - id: {id}\n    name: Care {id}\n    type: concurrent\n    start: {start}\n"
        yield f"    end: {start + TERM}\n    telephony: {'vpop' if wrong else 'webex-calling'}\n"
        yield f"    entitlements:\n      premium-agent: {users}\n      ivr-port: 10\n"
    yield "users:\n" if users else "users: []\n"
    for index in range(users):
        assigned = chance.choice(ids)
        yield f"  - email: user{index}@tenant{number}.example\n    name: User {index}\n"
        yield "    roles: [agent]\n    assignments:\n"
        yield f"      - {{subscription: {assigned}, license: premium-agent}}\n"
    yield "usage:\n" if usage else "usage: []\n"
    for index in range(usage):
        month = f"2026-{index % 4 + 1:02}"
        yield f"  - {{month: {month}, subscription: {chance.choice(ids)}, service: ivr-port, "
        yield f"quantity: {chance.randrange(20) / 10}}}\n"


def write(folder: Path, name: str) -> list[Path]:
    """Write a corpus and return its files: `one`, `small`, `middle` or `large`."""
    sizes = {"one": (1, 20), "small": (5_000, 4), "middle": (10, 2_000), "large": (1, 100_000)}
    many, users = sizes[name]
    target = folder / name
    target.mkdir()
    files = []
    for number in range(many):
        file = target / f"t{number:05}.tenant.yaml"
        file.write_text(tenant(number, users=users))
        files.append(file)
    return files
