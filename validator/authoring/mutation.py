"""Mutation tests: whether a policy reports small changes to its good examples."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from validator.document.reader import read_documents
from validator.findings.json_pointer import pointer, pointer_parts, value_at
from validator.plugins.policy import Policy
from validator.schema.formats import is_date
from validator.schema.json_schema import Schema
from validator.system.bundled_files import bundled_schema
from validator.testing import Example, examples, marked

Change = Callable[[Any], None]
"""Changes the value of a whole document in place."""

MAX_MUTANTS = 500
"""The maximum number of mutants of one example."""

_DAY, _YEAR = timedelta(1), timedelta(366)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed value, and a description of the change with its path."""

    description: str
    value: Any


@dataclass(frozen=True, slots=True)
class MutationResult:
    """Descriptions of the mutants of good examples, grouped by what the policy reports.

    `found` are mutants with a finding at a key that has a finding in a bad example, too. `unshown`
    are mutants that only have other findings. `missed` are mutants without a finding. `failed` are
    mutants on which the policy crashes, each with the reason.
    """

    found: tuple[str, ...]
    unshown: tuple[str, ...]
    missed: tuple[str, ...]
    failed: tuple[str, ...]


def run_mutants(policy: Policy) -> MutationResult:
    """Evaluate a policy for each mutant of the good examples on its page."""
    every = examples(policy.page)
    shown = {
        _without_indexes(path)
        for item in every
        if not item.good
        for path in _finding_paths(item, policy)
    }
    values_by_key = _values_by_key(every)
    found: list[str] = []
    unshown: list[str] = []
    missed: list[str] = []
    failed: list[str] = []
    good = [item for item in every if item.good and item.before is None]
    for number, example in enumerate(good, 1):
        value: Any = next(read_documents(example.text)).value
        for mutant in mutants(value, values_by_key):
            text = json.dumps(mutant.value)
            changed = f"good example {number}: {mutant.description}"
            try:
                paths = _finding_paths(Example(True, example.as_of, text), policy)
            except AssertionError as error:
                failed.append(f"{changed}: {error}")
                continue
            is_shown = not shown.isdisjoint(map(_without_indexes, paths))
            descriptions = found if is_shown else unshown if paths else missed
            descriptions.append(changed)
    return MutationResult(tuple(found), tuple(unshown), tuple(missed), tuple(failed))


def _finding_paths(example: Example, policy: Policy) -> list[str]:
    """Return the paths of the findings of a policy in an example."""
    day, before = example.as_of, example.before
    every = marked(example.text, as_of=day, policies=[policy], before=before)
    return [item.path for item in every if item.id == policy.id]


def _without_indexes(path: str) -> str:
    """Return a path without list indexes, the same for all elements of a list."""
    return "/".join(part for part in path.split("/") if not part.isdigit())


ValuesByKey = Mapping[tuple[str, str], list[Any]]
"""The values in examples, by the path of their mapping without indexes, and their key."""


def mutants(value: Any, values_by_key: ValuesByKey) -> Iterator[Mutant]:
    """Yield values that differ at one path and are still valid against the schema."""
    schema = _tenant_schema()
    count = 0
    for path, description, change in _changes(value, values_by_key):
        made = deepcopy(value)
        change(made)
        if schema.is_valid(made):
            yield Mutant(f"{path}: {description}", made)
            count += 1
            if count == MAX_MUTANTS:
                return


def _values_by_key(every: list[Example]) -> ValuesByKey:
    values_by_key: dict[tuple[str, str], list[Any]] = {}

    def collect(value: Any, path: str) -> None:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            if isinstance(key, str):
                known = values_by_key.setdefault((_without_indexes(path), key), [])
                if item not in known:
                    known.append(item)
            if isinstance(item, dict | list):
                collect(item, path + pointer(key))

    for example in every:
        value = next(read_documents(example.text)).value
        if isinstance(value, dict):
            collect(value, "")
    return values_by_key


def _changes(
    value: Any, values_by_key: ValuesByKey, path: str = ""
) -> Iterator[tuple[str, str, Change]]:
    """Yield the path, the description and the function of each change."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        here = path + pointer(key)
        if isinstance(key, str) and key.startswith("x-"):
            continue
        yield here, "removed", _removal(here)
        if isinstance(item, dict | list):
            yield from _changes(item, values_by_key, here)
            continue
        others = [
            *_similar_values(key, item),
            *values_by_key.get((_without_indexes(path), str(key)), ()),
        ]
        for other in [other for number, other in enumerate(others) if other not in others[:number]]:
            if other != item:
                yield here, f"{_json(item)} becomes {_json(other)}", _replacement(here, other)
    if isinstance(value, dict):
        for (where, key), known in values_by_key.items():
            if where == _without_indexes(path) and key not in value:
                here = path + pointer(key)
                for other in known:
                    yield here, f"{_json(other)} is added", _replacement(here, other)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _similar_values(key: object, item: object) -> Iterator[object]:
    """Yield values that could be written by mistake instead of a value."""
    if isinstance(item, bool):
        yield not item
    elif isinstance(item, int | float):
        yield from (item + 1, item - 1, 0)
    elif isinstance(item, str) and is_date(item):
        day = date.fromisoformat(item)
        for step in (_DAY, -_DAY, _YEAR, -_YEAR):
            try:
                yield (day + step).isoformat()
            except OverflowError:
                continue
    elif isinstance(item, str):
        values = _enum_values().get(str(key), ())
        yield from values or [f"{item}x"]


@cache
def _tenant_schema() -> Schema:
    return Schema("tenant", bundled_schema("tenant"))


@cache
def _enum_values() -> Mapping[str, list[str]]:
    """Return the values that the schema lists for each key, if there are at most 12."""
    definitions: Any = _tenant_schema().value["$defs"]
    options: dict[str, list[str]] = {}
    for definition in definitions.values():
        for key, inner in definition.get("properties", {}).items():
            named = definitions.get(inner.get("$ref", "").rpartition("/")[2], inner)
            listed = [item for item in named.get("enum", ()) if isinstance(item, str)]
            if 0 < len(listed) <= 12:  # noqa: PLR2004
                options.setdefault(key, []).extend(listed)
    return options


def _removal(path: str) -> Change:
    def change(value: Any) -> None:
        parent, key = _parent_and_key(value, path)
        del parent[key]

    return change


def _replacement(path: str, other: object) -> Change:
    def change(value: Any) -> None:
        parent, key = _parent_and_key(value, path)
        parent[key] = other

    return change


def _parent_and_key(value: Any, path: str) -> tuple[Any, Any]:
    parent = value_at(value, path.rpartition("/")[0])
    last = pointer_parts(path)[-1]
    return parent, int(last) if isinstance(parent, list) else last
