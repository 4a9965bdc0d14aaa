"""Fuzz cases: the files of a folder and a command, generated from a seed and a number."""

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import NamedTuple

from tests.fuzz import seeds
from tests.fuzz.mutations import mutated_bytes, mutated_text, mutated_value

DAY = "2026-05-01"
FORMATS = (
    "json", "json", "json", "text", "concise", "sarif", "junit", "github", "gitlab", "markdown",
    "html", "rdjson",
)  # fmt: skip
CHECK = ("check", ".", "--as-of", DAY, "--no-cache", "--jobs", "1")


class Case(NamedTuple):
    """The files of a folder by name, and the arguments of a run in it.

    With `own_process`, the run needs a separate process, because it may fork.
    """

    files: Mapping[str, bytes]
    arguments: tuple[str, ...]
    own_process: bool = False


def make_case(seed: int, number: int) -> Case:
    """Return a case; the same seed and number return the same case."""
    chance = Random(f"{seed} {number}")
    (make,) = chance.choices(list(KINDS), list(KINDS.values()))
    return make(chance)


def tenant_bytes(chance: Random) -> bytes:
    """Return a tenant file: a mutated text, or a mutated value in YAML or JSON."""
    if chance.random() < 0.5:
        return mutated_bytes(chance, chance.choice(seeds.tenant_texts()))
    value = mutated_value(chance, chance.choice(seeds.tenant_values()))
    text = json.dumps(value, indent=chance.choice((None, 1)), ensure_ascii=chance.random() < 0.5)
    return text.encode("utf-8", "replace")


def _check(chance: Random) -> Case:
    files = {"a.tenant.yaml": tenant_bytes(chance)}
    if chance.random() < 0.3:
        files["b.tenant.yaml"] = tenant_bytes(chance)
    more = chance.choice(((), (), ("--fail-on", "info"), ("--no-suppressions",), ("--statistics",)))
    return Case(files, (*CHECK, *more, "--format", chance.choice(FORMATS)))


def _other_command(chance: Random) -> Case:
    command = chance.choice(
        (
            ("forecast", ".", "--from", DAY, "--days", "90"),
            ("forecast", ".", "--from", "9999-12-01"),
            ("usage", ".", "--as-of", DAY),
            ("plan", ".", "--from", DAY, "--days", "200"),
        )
    )
    name = chance.choice(("json", "json", "text", "markdown", "html"))
    return Case({"a.tenant.yaml": tenant_bytes(chance)}, (*command, "--format", name))


def _configuration(chance: Random) -> Case:
    text = mutated_text(chance, seeds.CONFIG)
    files = {
        "a.tenant.yaml": seeds.SMALL.encode(),
        "tenantlint.toml": text.encode("utf-8", "replace"),
    }
    return Case(files, (*CHECK, "--format", "json"), own_process="policy" in text)


def _baseline(chance: Random) -> Case:
    text = json.dumps(mutated_value(chance, seeds.BASELINE))
    data = mutated_bytes(chance, text) if chance.random() < 0.5 else text.encode()
    write = ("--write-baseline",) if chance.random() < 0.3 else ()
    files = {"a.tenant.yaml": seeds.SMALL.encode(), "b.json": data}
    return Case(files, (*CHECK, "--format", "json", "--baseline", "b.json", *write))


def _policies(chance: Random) -> Case:
    text = mutated_text(chance, chance.choice(seeds.policy_texts()))
    if chance.random() < 0.3:
        return Case(
            {"p.yaml": text.encode("utf-8", "replace")}, ("test", "p.yaml"), own_process=True
        )
    files = {
        "a.tenant.yaml": tenant_bytes(chance),
        "p.yaml": text.encode("utf-8", "replace"),
        "tenantlint.toml": b'policy-files = ["p.yaml"]\n',
    }
    return Case(files, (*CHECK, "--format", "json"), own_process=True)


def _exports(chance: Random) -> Case:
    licenses, people, users = seeds.LICENSES, seeds.PEOPLE, seeds.CSV
    which = chance.randrange(3)
    licenses = mutated_value(chance, licenses) if which == 0 else licenses
    people = mutated_value(chance, people) if which == 1 else people
    users = mutated_text(chance, users) if which == 2 else users
    files = {
        "l.json": json.dumps(licenses).encode(),
        "p.json": json.dumps(people).encode(),
        "u.csv": users.encode("utf-8", "replace"),
        "a.tenant.yaml": tenant_bytes(chance) if chance.random() < 0.5 else seeds.SMALL.encode(),
    }
    sources = chance.choice(
        (
            ("--licenses", "l.json", "--people", "p.json"),
            ("--users", "u.csv"),
            ("--users", "u.csv", "--licenses", "l.json"),
        )
    )
    into = chance.choice(("a.tenant.yaml", "new.tenant.yaml"))
    command = chance.choice((("import", "--into", into), ("drift", "a.tenant.yaml")))
    more = ("--allow-removals",) if command[0] == "import" and chance.random() < 0.5 else ()
    return Case(files, (*command, *sources, *more))


KINDS: Mapping[Callable[[Random], Case], float] = {
    _check: 50, _other_command: 20, _configuration: 8, _baseline: 8, _exports: 12, _policies: 0.5,
}  # fmt: skip
"""Functions that generate a case, and their weights; those with a separate process are slow."""
