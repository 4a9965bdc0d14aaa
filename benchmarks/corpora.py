"""Generates the corpora; one tenant in ten has a finding, and the bytes are always the same."""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
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
        # Twelve rows have months of their own: two of a subscription and month are a finding.
        year, month = divmod(2026 * 12 + 3 - index % 12, 12)
        yield f"  - {{month: {year}-{month + 1:02}, subscription: {chance.choice(ids)}, "
        yield f"service: ivr-port, quantity: {chance.randrange(20) / 10}}}\n"


def messy(number: int) -> str:
    """Return the YAML of a tenant with about sixteen findings from as many policies."""
    # Ten consecutive tenants share a subscription id.
    shared = f"Shared{number // 10:05}"
    lines = [
        f"version: 1\ntenant: {{id: org-{number:05}, name: Tenant {number}, country: NL}}\n",
        "subscriptions:\n",
        f"  - {{id: {shared}, type: named, start: 2024-03-01, telephony: webex-calling,\n",
        "     partner: northwind, entitlements: {standard-agent: 1, ivr-port: 10}}\n",
        f"  - {{id: Sub{number:05}, type: concurrent, start: 2025-01-01, telephony: vpop,\n",
        "     primary: true, end: 2027-02-27, term_months: 36,\n",
        "     partner: southwind, entitlements: {premium-agent: 5}}\n",
        "users:\n",
    ]
    users = (
        ("ada", "administrator", f"{{subscription: {shared}}}"),
        ("bob", "agent", f"{{subscription: {shared}, license: standard-agent}}"),
        ("cas", "agent", f"{{subscription: {shared}, license: standard-agent}}"),
        ("dot", "agent", ""),
        ("eve", "agent", ""),
        ("fay", "agent", f"{{subscription: Sub{number:05}x}}"),
        ("fin", "agent", f"{{subscription: Sub{number:05}y}}"),
        ("gus", "supervisor", f"{{subscription: {shared}, license: standard-agent}}"),
        ("hal", "agent", f"{{subscription: {shared}, license: premium-agent}}"),
        ("ada", "agent", f"{{subscription: {shared}}}"),
    )
    lines += [
        f"  - email: {name}@tenant{number}.example\n    name: {name.title()} van den Berg\n"
        f"    roles: [{role}]\n    assignments: [{assigned}]\n"
        for name, role, assigned in users
    ]
    lines += [
        "partners:\n  - {id: northwind, name: Northwind BV, access: read-only}\n",
        "  - {id: southwind, name: Southwind BV, access: full}\n",
        "  - {id: eastwind, name: Eastwind BV, access: full}\n",
        "usage:\n",
        f"  - {{month: 2026-03, subscription: {shared}, service: ivr-port, quantity: 12.5}}\n",
        f"  - {{month: 2026-04, subscription: {shared}, service: ai-agent, quantity: 3}}\n",
        f"  - {{month: 2026-04, subscription: {shared}, service: ai-assistant, quantity: 4}}\n",
    ]
    return "".join(lines)


def two_findings(number: int) -> str:
    """Return the YAML of a tenant with five users and about two findings."""
    unassigned = "  - {email: zoe@tenant.example, roles: [agent]}\n"
    return tenant(number, users=4).replace("usage:\n", f"{unassigned}usage:\n")


def write(folder: Path, name: str) -> list[Path]:
    """Write a corpus to a folder; return its files."""
    many, make = CORPORA[name]
    target = folder / name
    target.mkdir()
    files = []
    for number in range(many):
        file = target / f"t{number:05}.tenant.yaml"
        file.write_text(make(number))
        files.append(file)
    return files


CORPORA: Mapping[str, tuple[int, Callable[[int], str]]] = {
    "one": (1, partial(tenant, users=20)),
    "small": (5_000, partial(tenant, users=4)),
    "two": (5_000, two_findings),
    "messy": (5_000, messy),
    "middle": (10, partial(tenant, users=2_000)),
    "large": (1, partial(tenant, users=100_000)),
}
"""The number of files, and the function that returns the text of each, by corpus name."""
