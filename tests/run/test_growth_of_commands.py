"""The steps of all commands are proportional to their input, of `check` in more dimensions."""

import contextlib
import io
import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.growing import misspelled_ids
from tests.run.test_growth import STEPS_AT_FOUR, counted_lines
from validator.cli.app import tenantlint

HEAD = "version: 1\ntenant: {id: t1, name: Harbour Retail}\n"


class Run(NamedTuple):
    """The files of a run by name, and the command line."""

    files: Mapping[str, str]
    arguments: tuple[str, ...]


def _excluding(size: int) -> Run:
    patterns = ", ".join(f"'x{number}/*.yaml'" for number in range(size))
    files = {f"{number}.yaml": "" for number in range(size)}
    return Run({**files, "tenantlint.toml": f"exclude = [{patterns}]\n"}, ("config", "--files"))


def _excluding_named(size: int) -> Run:
    made = _excluding(size)
    return made._replace(arguments=(*made.arguments, *(f"{number}.yaml" for number in range(size))))


def _usage(size: int) -> Run:
    subscriptions = "".join(
        f"  - {{id: S{number}, type: named, start: 2000-01-01, end: 2000-02-01, entitlements: "
        "{premium-agent: 1}}\n"
        for number in range(size)
    )
    rows = "".join(
        f"  - {{month: {2010 + number // 12}-{number % 12 + 1:02}, service: ivr-port, "
        "quantity: 1}\n"
        for number in range(size)
    )
    text = f"{HEAD}subscriptions:\n{subscriptions}usage:\n{rows}"
    return Run({"a.tenant.yaml": text}, ("usage", "--as-of", "2026-05-01", "-f", "json"))


def _letter_case(size: int) -> Run:
    """Return a tenant with ids in another letter case, whose fixes are made."""
    options = ("--diff", "--unsafe-fixes", "--no-cache", "--as-of", "2026-05-01")
    files = misspelled_ids(size, "S{}", "s{}").files
    return Run(files, ("check", "a.tenant.yaml", *options))


def _csv(size: int, *rows: str) -> dict[str, str]:
    """Return a CSV export with a licence of each of S0, S1, and so on."""
    licenses = ",".join(f"Contact Center Premium Agent [S{number}]" for number in range(size))
    head = f"Display Name,User ID/Email (Required),User Status,{licenses}"
    return {"u.csv": "".join(f"{row}\n" for row in (head, *rows))}


def _short_rows(size: int) -> Run:
    rows = [f"U,u{number}@x.com,Active,TRUE" for number in range(size)]
    files = {"a.tenant.yaml": f"{HEAD}subscriptions: []\n", **_csv(size, *rows)}
    return Run(
        files,
        ("import", "--into", "a.tenant.yaml", "--dry-run", "--partial", "--users", "u.csv"),
    )


def _rows_of_a_user(size: int) -> Run:
    rows = [f"U,u@x.com,Active{',FALSE' * size}", *["U,u@x.com,Active,FALSE"] * size]
    files = {"a.tenant.yaml": f"{HEAD}subscriptions: []\n", **_csv(size, *rows)}
    return Run(
        files,
        ("import", "--into", "a.tenant.yaml", "--dry-run", "--partial", "--users", "u.csv"),
    )


def _licenses_of_a_user(size: int) -> Run:
    items = ", ".join(f"{{subscription: S{number}}}" for number in range(size))
    user = f"  - {{email: u@x.com, roles: [agent], assignments: [{items}]}}\n"
    files = {
        "a.tenant.yaml": f"{HEAD}subscriptions: []\nusers:\n{user}",
        **_csv(size, f"U,u@x.com,Active{',TRUE' * size}"),
    }
    return Run(files, ("drift", "a.tenant.yaml", "--users", "u.csv"))


def _unlimited(size: int) -> Run:
    items = [
        {
            "id": f"CJPPRM_{number}",
            "name": "Contact Center Premium Agent",
            "totalUnits": -1,
            "consumedUnits": 0,
            "subscriptionId": f"S{number}",
        }
        for number in range(size)
    ]
    files = {
        "a.tenant.yaml": f"{HEAD}subscriptions: []\n",
        "l.json": json.dumps({"items": items}),
    }
    return Run(files, ("drift", "a.tenant.yaml", "--licenses", "l.json"))


def _entries_of_a_user(size: int) -> Run:
    subscription = "  - {id: A, type: named, start: 2025-01-01, end: 2026-05-20}\n"
    users = "  - {email: u@x.com, roles: [agent], assignments: [A]}\n" * size
    files = {"a.tenant.yaml": f"{HEAD}subscriptions:\n{subscription}users:\n{users}"}
    about = ("--user", "u@x.com", "--policy", "user-only-expiring")
    return Run(files, ("why", "a.tenant.yaml", "--as-of", "2026-05-01", *about))


def _page_of_ends(size: int) -> Run:
    """Return named subscriptions that end on successive days, each with a user who loses a seat."""
    first = date(2026, 5, 1)
    subscriptions = "".join(
        f"  - {{id: S{number}, type: named, start: 2025-01-01, end: {first + timedelta(number)}, "
        "entitlements: {premium-agent: 1}}\n"
        for number in range(size)
    )
    users = "".join(
        f"  - {{email: u{number}@x.com, roles: [agent], "
        f"assignments: [{{subscription: S{number}, license: premium-agent}}]}}\n"
        for number in range(size)
    )
    files = {"a.tenant.yaml": f"{HEAD}subscriptions:\n{subscriptions}users:\n{users}"}
    window = ("--from", f"{first}", "--days", "2000")
    return Run(files, ("plan", "a.tenant.yaml", *window, "-f", "html"))


def _taking_turns(size: int, *command: str) -> Run:
    """Return users of two subscriptions that take turns, each with one more that is over."""
    first = date(2026, 5, 1)
    lines = ""
    for turn in (0, 1):
        days = [first + timedelta(2 * number + turn) for number in range(3 * size)]
        lapses = ", ".join(f"{{from: {day}, until: {day}}}" for day in days)
        lines += f"  - {{id: S{turn}, type: named, start: 2025-01-01, lapses: [{lapses}]}}\n"
    for number in range(size):
        lines += f"  - {{id: T{number}, type: named, start: 2025-01-01, end: 2025-12-31}}\n"
    users = "".join(_user(f"u{number}", f"S0, S1, T{number}") for number in range(size))
    return Run({"a.tenant.yaml": f"{HEAD}subscriptions:\n{lines}users:\n{users}"}, command)


def _user(name: str, assignments: str, more: str = "") -> str:
    return f"  - {{email: {name}@x.com, roles: [agent], assignments: [{assignments}]{more}}}\n"


def _entries_without_a_seat(size: int) -> Run:
    """Return entries of one address, each with a subscription of its own that ends."""
    lines = "".join(
        f"  - {{id: S{number}, type: named, start: 2025-01-01, end: 2026-05-11}}\n"
        for number in range(size)
    )
    users = "".join(_user("u", f"S{number}") for number in range(size))
    files = {"a.tenant.yaml": f"{HEAD}subscriptions:\n{lines}users:\n{users}"}
    return Run(files, ("plan", "a.tenant.yaml", "--from", "2026-05-01", "-f", "html"))


def _orders_for_many_days(size: int) -> Run:
    """Return users who lose a seat on different days, and a pending subscription with one seat."""
    rest = "entitlements: {premium-agent: 1}}\n"
    lines = f"  - {{id: P, type: named, status: pending, start: 2026-05-01, {rest}" + "".join(
        f"  - {{id: S{number}, type: named, start: 2025-01-01, "
        f"end: {date(2026, 5, 1) + timedelta(number)}, {rest}"
        for number in range(size)
    )
    users = "".join(
        _user(f"u{number}", f"{{subscription: S{number}, license: premium-agent}}")
        for number in range(size)
    )
    files = {"a.tenant.yaml": f"{HEAD}subscriptions:\n{lines}users:\n{users}"}
    return Run(files, (*_CHECK, "--expiring-within", "9000"))


def _assignments_without_access(size: int) -> Run:
    """Return a user with assignments to active subscriptions that give no access."""
    lines = "".join(
        f"  - {{id: S{number}, type: named, start: 2025-01-01, "
        "entitlements: {wfo-analytics: 1}}\n"
        for number in range(size)
    )
    users = _user("u", ", ".join(f"S{number}" for number in range(size)))
    files = {"a.tenant.yaml": f"{HEAD}subscriptions:\n{lines}users:\n{users}"}
    return Run(files, _CHECK)


def _idle_approvers(size: int) -> Run:
    """Return idle entries of one address that approves partners."""
    users = _user("u", "Sub1", ", last_access: 2025-01-01") * size
    partners = "".join(
        f"  - {{id: p{number}, access: full, approved_by: u@x.com}}\n" for number in range(size)
    )
    lines = f"{HEAD}subscriptions:\n  - {{id: Sub1, type: named, start: 2025-01-01}}\n"
    return Run({"a.tenant.yaml": f"{lines}users:\n{users}partners:\n{partners}"}, _CHECK)


def _losses_after_lapses(size: int) -> Run:
    """Return a page about users who lose the seats of a subscription with lapses."""
    first = date(2026, 5, 10)
    days = [first + timedelta(2 * number) for number in range(size)]
    lapses = ", ".join(f"{{from: {day}, until: {day}}}" for day in days)
    line = (
        "  - {id: A, type: named, start: 2025-01-01, entitlements: {premium-agent: 1}, "
        f"lapses: [{lapses}]}}\n"
    )
    users = "".join(
        _user(f"u{number}", "{subscription: A, license: premium-agent}") for number in range(size)
    )
    files = {"a.tenant.yaml": f"{HEAD}subscriptions:\n{line}users:\n{users}"}
    window = ("--from", "2026-05-01", "--days", "3000")
    return Run(files, ("plan", "a.tenant.yaml", *window, "-f", "html"))


def _wrong_telephony(size: int) -> Run:
    """Return subscriptions with another option than their tenant, which its country lacks."""
    tenant = "tenant: {id: t1, name: Harbour Retail, country: NL, telephony: bundled-pstn}\n"
    lines = "".join(
        f"  - {{id: S{number}, type: named, start: 2025-01-01, telephony: webex-calling}}\n"
        for number in range(size)
    )
    return Run({"a.tenant.yaml": f"version: 1\n{tenant}subscriptions:\n{lines}"}, _CHECK)


_CHECK = ("check", "a.tenant.yaml", "--as-of", "2026-05-01", "--no-cache", "-f", "concise")
_PLAN = ("plan", "a.tenant.yaml", "--from", "2026-05-01", "-f", "json")

COMMANDS: Mapping[str, tuple[int, Callable[[int], Run]]] = {
    "config: files and patterns": (5, _excluding),
    "config: named files and patterns": (5, _excluding_named),
    "usage: months and subscriptions": (24, _usage),
    "import: columns and short rows": (24, _short_rows),
    "import: licences and rows of a user": (24, _rows_of_a_user),
    "drift: assignments and licences of a user": (120, _licenses_of_a_user),
    "drift: licences without a limit": (120, _unlimited),
    "why: entries of a user": (100, _entries_of_a_user),
    "fixes of the letter case": (100, _letter_case),
    "plan: a page with subscriptions that end": (100, _page_of_ends),
    "plan: a page with entries without a seat": (60, _entries_without_a_seat),
    "plan: a page with losses after lapses": (100, _losses_after_lapses),
    "plan: subscriptions that take turns": (40, lambda size: _taking_turns(size, *_PLAN)),
    "check: subscriptions that take turns": (40, lambda size: _taking_turns(size, *_CHECK)),
    "check: orders for many days": (250, _orders_for_many_days),
    "check: assignments without access": (100, _assignments_without_access),
    "check: idle approvers": (250, _idle_approvers),
    "check: telephony options that differ": (100, _wrong_telephony),
}
"""The smallest size of each run, and a function of the size."""


def steps(made: Run, folder: Path) -> int:
    """Return the number of Python lines of a run in this process."""
    folder.mkdir()
    for name, text in made.files.items():
        (folder / name).write_text(text)
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        counted_lines() as lines,
    ):
        code = tenantlint.main(made.arguments, standalone_mode=False)
    assert code in (0, 1)
    return lines[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_steps_of_commands_grow_no_faster_than_the_input(name: str, tmp_path: Path) -> None:
    size, make = COMMANDS[name]
    steps(make(4 * size), tmp_path / "first")  # imports and caches
    one, two, four = (steps(make(times * size), tmp_path / str(times)) for times in (1, 2, 4))
    assert four - two <= STEPS_AT_FOUR * (two - one) + 1000, (one, two, four)
