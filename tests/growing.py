"""Inputs that grow in one dimension: `DIMENSIONS` maps a name to a function of the size."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

HEAD = "version: 1\ntenant: {id: t1, name: Harbour Retail, telephony: webex-calling}\n"
SUBSCRIPTION = "  - {id: Sub1, type: named, start: 2025-01-01, entitlements: {premium-agent: 5}}\n"
TENANT = f"{HEAD}subscriptions:\n{SUBSCRIPTION}"


CHECK_DAY = "2026-05-01"
"""The day on which `tests.run.counted` checks."""


class Input(NamedTuple):
    """The files of a run by name, and additional arguments for `check`."""

    files: Mapping[str, str]
    arguments: tuple[str, ...] = ()


def _file(text: str) -> Input:
    return Input({"a.tenant.yaml": text})


def _lines(head: str, line: str, size: int) -> Input:
    return _file(head + "".join(line.format(number) for number in range(size)))


def minified(size: int) -> str:
    """Return a tenant as JSON on one line; none of its users has an assignment."""
    users = [{"email": f"u{number}@x.com", "roles": ["agent"]} for number in range(size)]
    subscription = {"id": "Sub1", "type": "named", "start": "2025-01-01"}
    value = {"version": 1, "tenant": {"id": "t1", "name": "Harbour"}}
    tenant = {**value, "subscriptions": [subscription], "users": users}
    return json.dumps(tenant, separators=(",", ":"))


def _fixes_on_a_line(size: int) -> Input:
    subscriptions = [
        {"id": f"S{number}", "type": "named", "start": "2025-01-01", "primary": number > 0}
        for number in range(size)
    ]
    value = {"version": 1, "tenant": {"id": "t1", "name": "Harbour"}}
    text = json.dumps({**value, "subscriptions": subscriptions}, separators=(",", ":"))
    return Input({"a.tenant.yaml": text}, ("--report", f"json={os.devnull}"))


def _month(number: int) -> str:
    return f"{2000 + number // 12:04}-{number % 12 + 1:02}"


def _day(number: int) -> str:
    return f"{_month(number)}-01"


def _usage(size: int) -> Input:
    rows = (
        f"  - {{month: {_month(number)}, subscription: Sub1, service: premium-agent, quantity: 7}}\n"
        for number in range(300 - size, 300)
    )
    return _file(f"{TENANT}usage:\n{''.join(rows)}")


def _entitlement_lines(size: int) -> Input:
    lines = ", ".join(f"{{quantity: 1, since: {_day(number)}}}" for number in range(size))
    return _file(
        f"{HEAD}subscriptions:\n  - id: Sub1\n    type: named\n    start: 2000-01-01\n"
        f"    entitlements: {{premium-agent: [{lines}]}}\n"
    )


def _iso(number: int) -> str:
    return (date(2026, 1, 1) + timedelta(number)).isoformat()


def terms_in_turn(size: int) -> Input:
    """Return subscriptions of which each lasts for a day."""
    line = "  - {{id: S{0}, type: named, start: {1}, end: {1}}}\n"
    lines = "".join(line.format(number, _iso(number)) for number in range(size))
    return _file(f"{HEAD}subscriptions:\n{lines}")


def _lapses(size: int) -> str:
    return ", ".join(f"{{from: {_iso(2 * n)}, until: {_iso(2 * n)}}}" for n in range(size))


def users_in_turn(size: int) -> Input:
    """Return users whose two licences take turns every day."""
    odd, even = (
        ", ".join(
            f"{{quantity: 9999, since: {_iso(2 * n + first)}, until: {_iso(2 * n + first)}}}"
            for n in range(size)
        )
        for first in (0, 1)
    )
    subscription = (
        "  - {{id: {}, type: named, start: 2025-01-01, entitlements: {{premium-agent: [{}]}}}}\n"
    )
    assignments = ", ".join(f"{{subscription: {id}, license: premium-agent}}" for id in "AB")
    users = "".join(
        f"  - {{email: u{n}@x.com, roles: [supervisor], assignments: [{assignments}]}}\n"
        for n in range(size)
    )
    return _file(
        f"{HEAD}subscriptions:\n{subscription.format('A', odd)}{subscription.format('B', even)}"
        f"users:\n{users}"
    )


def assignments_in_turn(size: int) -> Input:
    """Return a user with many assignments, each of which serves for a day."""
    ids = ", ".join(f"S{number}" for number in range(size))
    (text,) = terms_in_turn(size).files.values()
    return _file(f"{text}users:\n  - {{email: a@x.com, roles: [agent], assignments: [{ids}]}}\n")


def _lapses_and_lines(size: int) -> Input:
    """Return a subscription with lapses and lines; it has a lapse on the day of the check."""
    today = f"{{from: {CHECK_DAY}, until: {CHECK_DAY}}}"
    lines = ", ".join(f"{{quantity: 1, since: {_iso(2 * n + 1)}}}" for n in range(size))
    return _file(
        f"{HEAD}subscriptions:\n  - id: Sub1\n    type: named\n    start: 2025-01-01\n"
        f"    lapses: [{today}, {_lapses(size)}]\n    entitlements: {{premium-agent: [{lines}]}}\n"
        "users:\n  - {email: a@x.com, roles: [agent], assignments: [Sub1]}\n"
    )


def _lapses_and_users(size: int) -> Input:
    """Return users who have an assignment to a subscription with lapses, and another one."""
    subscriptions = "".join(
        f"  - {{id: S{n}, type: named, start: 2025-01-01}}\n" for n in range(size)
    )
    users = "".join(
        f"  - {{email: u{n}@x.com, roles: [agent], assignments: [Sub1, S{n}]}}\n"
        for n in range(size)
    )
    return _file(
        f"{HEAD}subscriptions:\n"
        f"  - {{id: Sub1, type: named, start: 2025-01-01, lapses: [{_lapses(size)}]}}\n"
        f"{subscriptions}users:\n{users}"
    )


def ending_licenses(size: int, days: int = 8) -> Input:
    """Return subscriptions that end on one of some days, each with a user who has a licence."""
    subscriptions = "".join(
        f"  - {{id: S{n}, type: named, start: 2025-01-01, end: {_iso(121 + n % days)}, "
        "entitlements: {premium-agent: 1}}\n"
        for n in range(size)
    )
    users = "".join(
        f"  - {{email: u{n}@x.com, roles: [agent], "
        f"assignments: [{{subscription: S{n}, license: premium-agent}}]}}\n"
        for n in range(size)
    )
    return _file(f"{HEAD}subscriptions:\n{subscriptions}users:\n{users}")


def ending_lines(size: int) -> Input:
    """Return a subscription with lines of one licence that end on successive days."""
    assignment = "{subscription: S, license: premium-agent}"
    user = f"{{email: a@x.com, roles: [agent], assignments: [{assignment}]}}"
    lines = "".join(f"      - {{quantity: 4, until: {_iso(121 + n)}}}\n" for n in range(size))
    entitlements = f"    entitlements:\n      premium-agent:\n{lines}"
    return _file(
        f"{HEAD}subscriptions:\n  - id: S\n    type: named\n    start: 2025-01-01\n{entitlements}"
        f"users: [{user}]\n"
    )


def ending_seats(size: int) -> Input:
    """Return named subscriptions that end on successive days, with too few seats for the users."""
    ending = "".join(
        f"  - {{id: E{n}, type: named, start: 2025-01-01, end: {_iso(121 + n % 28)}, "
        "entitlements: {standard-agent: 2}}\n"
        f"  - {{id: L{n}, type: named, start: 2025-01-01, entitlements: {{standard-agent: 1}}}}\n"
        for n in range(size)
    )
    users = "".join(
        f"  - {{email: u{n}@x.com, roles: [agent], "
        f"assignments: [{{subscription: E{n // 2}, license: standard-agent}}]}}\n"
        for n in range(2 * size)
    )
    return _file(f"{HEAD}subscriptions:\n{ending}users:\n{users}")


def misspelled_ids(size: int, id: str = "Sub{:04}x", written: str = "Sub{:04}") -> Input:
    """Return subscriptions with an id, and users whose assignment has it in another spelling."""
    subscriptions = "".join(
        f"  - {{id: {id.format(number)}, type: named, start: 2025-01-01}}\n"
        for number in range(size)
    )
    users = "".join(
        f"  - {{email: u{number}@x.com, roles: [agent], assignments: [{written.format(number)}]}}\n"
        for number in range(size)
    )
    return _file(f"{HEAD}subscriptions:\n{subscriptions}users:\n{users}")


def _assignments(size: int) -> Input:
    items = ", ".join(f"{{subscription: Sub{number}}}" for number in range(size))
    return _file(f"{TENANT}users:\n  - {{email: a@x.com, assignments: [{items}]}}\n")


def _unlisted(size: int) -> Input:
    """Assignments of licences that ended subscriptions do not list."""
    lines = "".join(
        f"  - {{id: S{number}, type: named, start: 2020-01-01, end: 2021-01-01, "
        "entitlements: {wfo-analytics: 1}}\n"
        for number in range(size)
    )
    items = ", ".join(
        f"{{subscription: S{number}, license: premium-agent}}" for number in range(size)
    )
    users = f"users:\n  - {{email: a@x.com, roles: [agent], assignments: [{items}]}}\n"
    head = TENANT.partition("subscriptions")[0]
    return _file(f"{head}subscriptions:\n{lines}{users}")


def _partners(size: int) -> Input:
    lines = "".join(f"  - {{id: p{number}, access: full}}\n" for number in range(size))
    return _file(f"{TENANT}partners:\n{lines}")


def _nesting(size: int) -> Input:
    return _file(f"{TENANT}x: {'[' * size}{']' * size}\n")


def _aliases(size: int) -> Input:
    users = "".join(f"  - {{<<: *a, email: u{number}@x.com}}\n" for number in range(size))
    return _file(
        f"{TENANT}users:\n  - &a {{email: a@x.com, assignments: [{{subscription: Sub1}}]}}\n{users}"
    )


def _suppressed_ids(size: int) -> Input:
    ids = ", ".join(f"x{number}" for number in range(size))
    return _file(f"{TENANT}# tenantlint: ignore[{ids}]: because\n")


def _strings_like_suppressions(size: int) -> Input:
    """Return a line with strings that look like suppressions, and a suppression at its end."""
    strings = ", ".join(['"a # tenantlint: z"'] * size)
    return _file(f"{TENANT}x-a: [{strings}]  # tenantlint: ignore[user]: because\n")


def _patterns(size: int) -> Input:
    patterns = ", ".join(f"'x{number}*y*z'" for number in range(size))
    config = f"exclude = [{patterns}]\n[[per-file]]\nfiles = [{patterns}]\nignore = ['user']\n"
    return Input({"a.tenant.yaml": TENANT, "tenantlint.toml": config})


def _settings_of_policies(size: int) -> Input:
    policies = (
        '"""Many policies."""\nfrom validator import Policy\n'
        f"for n in range({size}):\n"
        "    globals()[f'p{n}'] = Policy(f'p{n}', 'own', 'info', 'Page.', lambda tenant: ())\n"
    )
    config = "".join(
        f"[[per-file]]\nfiles = ['*']\nignore = ['p{number}']\nseverity = {{p{number} = 'error'}}\n"
        for number in range(size)
    )
    files = {"a.tenant.yaml": TENANT, f"own/many{size}.py": policies, "tenantlint.toml": config}
    return Input(files, ("--policies", "own"))


def _files(size: int) -> Input:
    text = TENANT + "  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}\n"
    return Input(
        {f"{number}.tenant.yaml": text.replace("t1", f"t{number}") for number in range(size)}
    )


def _baseline(size: int) -> Input:
    entries = [
        {"id": "mixed-telephony", "tenant": "t1", "place": f"/x/{number}"} for number in range(size)
    ]
    text = json.dumps({"version": 1, "known": entries}, indent=1)
    return Input({"a.tenant.yaml": TENANT, "b.json": text}, ("--baseline", "b.json"))


def _duplicate_keys(size: int) -> Input:
    return _file(f"{TENANT}" + f"users: [{{email: {'a' * size}@x.com}}]\n" * size)


HARD_TO_READ: Mapping[str, Callable[[int], str]] = {
    "spaces before a mistake": lambda size: f'a: "x" {" " * size}c\n',
    "carriage returns before a mistake": lambda size: "a:\r" + "  b\r" * size + " c: 1\r",
    "lines before a mistake": lambda size: "a:\n" + "  k: 1\n" * size + " c: 1\n",
    "brackets before a mistake": lambda size: f"a: [{'[],' * size}\nb: 1\n",
    "comments within a list": lambda size: "a: [x,\n" + "# ]# ?x &a:b\n" * size + "]\n",
    "signs in a comment": lambda size: f"a: 1 # {']# ?x ' * size}\n",
    "surrogate pairs": lambda size: "- \\ud83d\\ude00\n" * size,
    "repeated keys": lambda size: "a: 1\n" * size,
    "unclosed lists": lambda size: "---\na: [\n" * size,
}
"""Texts in which the reader must search for the mistake, or for what libyaml may misread."""


def _hard_to_read(make: Callable[[int], str]) -> Callable[[int], Input]:
    return lambda size: _file(make(size))


DIMENSIONS: Mapping[str, Callable[[int], Input]] = {
    "bytes in a line": lambda size: _file(f"{TENANT}users: [{{name: {'a b ' * 50 * size}}}]"),
    "bytes in an id": lambda size: _file(
        TENANT.replace("Sub1", "S" * 10 * size)
        + "users:\n"
        + "".join(
            f"  - {{email: u{number}@x.com, assignments: [{{subscription: x}}]}}\n"
            for number in range(20)
        )
    ),
    "lines": lambda size: _lines(TENANT, "# a comment {}\n\n", size),
    "users": lambda size: _lines(
        f"{TENANT}users:\n",
        "  - {{email: u{}@x.com, assignments: [{{subscription: Sub1}}]}}\n",
        size,
    ),
    "users with findings": lambda size: _lines(
        f"{TENANT}users:\n", "  - {{email: u{}@x.com, roles: [agent]}}\n", size
    ),
    "assignments per user": _assignments,
    "assignments of unlisted licences": _unlisted,
    "subscriptions": lambda size: _lines(
        TENANT, "  - {{id: S{}, type: concurrent, start: 2025-02-01, telephony: vpop}}\n", size
    ),
    "entitlement lines": _entitlement_lines,
    "lapses and entitlement lines": _lapses_and_lines,
    "lapses and users": _lapses_and_users,
    "usage rows": _usage,
    "partners": _partners,
    "documents": lambda size: _file(f"---\n{TENANT}" * size),
    "tenants in a file": lambda size: _file(
        "".join(f"---\n{TENANT}".replace("t1", f"t{number}") for number in range(size))
    ),
    "dashes on a line": lambda size: _file(f"{TENANT}{'- ' * 20 * size}a\n"),
    "documents that cannot be read": lambda size: _file("---\n*x\n" * size),
    "findings on a line": lambda size: _file(minified(size)),
    "fixes on a line": _fixes_on_a_line,
    "schema findings": lambda size: _lines(TENANT, "unknown{}: 1\n", size),
    "items that must differ": lambda size: _lines(
        f"{TENANT}users:\n  - email: a@x.com\n    roles:\n", "      - {{a: {}}}\n", size
    ),
    # One of the items is what is meant, so there is a fix.
    "items in place of a mapping": lambda size: _file(
        f"version: 1\ntenant: [{'{}, ' * size}{{id: t1, name: H}}]\nsubscriptions: []\n"
    ),
    "YAML findings": lambda size: _lines(f"{TENANT}tags:\n", "  - [0{}, no]\n", size),
    "duplicate keys": _duplicate_keys,
    "suppression comments": lambda size: _lines(
        TENANT, "# tenantlint: ignore[mixed-telephony]: because {}\n", size
    ),
    "ids in a suppression": _suppressed_ids,
    "strings like suppressions": _strings_like_suppressions,
    "aliases": _aliases,
    "nesting": _nesting,
    "patterns": _patterns,
    "settings of policies": _settings_of_policies,
    "files": _files,
    "baseline entries": _baseline,
    **{name: _hard_to_read(make) for name, make in HARD_TO_READ.items()},
}
