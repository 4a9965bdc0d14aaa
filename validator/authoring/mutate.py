"""Small changes of a tenant file, as somebody may make them by mistake."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from validator.document.reader import read_documents
from validator.findings.diagnostic import pointer, pointer_parts, value_at
from validator.plugins.policy import Policy
from validator.schema.formats import is_date
from validator.schema.json_schema import Schema
from validator.system.bundled_files import bundled_schema
from validator.testing import Example, examples, marked

MOST = 500
"""So many changes of one example are tried."""

_DAY, _YEAR = timedelta(1), timedelta(366)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed value, and what was changed, in words."""

    said: str
    value: Any


@dataclass(frozen=True, slots=True)
class Tried:
    """The changes of a policy's good examples: those it finds, and those it does not.

    A change is named by its example, its path and what it was. `unshown` are found, but at a key
    at which no bad example has a finding.
    """

    found: tuple[str, ...]
    unshown: tuple[str, ...]
    missed: tuple[str, ...]


def try_mutants(policy: Policy) -> Tried:
    """Change the good examples of a policy's page in small ways; return what it says of each."""
    every = examples(policy.page)
    shown = {_key(path) for item in every if not item.good for path in _marked(item, policy)}
    words = _vocabulary(every)
    lists: tuple[list[str], list[str], list[str]] = ([], [], [])
    good = [item for item in every if item.good and item.before is None]
    for number, example in enumerate(good, 1):
        value: Any = next(read_documents(example.text)).value
        for mutant in mutants(value, words):
            text = json.dumps(mutant.value)
            other = Example(True, example.as_of, text)
            paths = _marked(other, policy)
            kind = 2 if not paths else 0 if {_key(path) for path in paths} & shown else 1
            lists[kind].append(f"good example {number}: {mutant.said}")
    return Tried(*(tuple(items) for items in lists))


def _marked(example: Example, policy: Policy) -> list[str]:
    """Return the paths of what a policy finds in an example."""
    day, before = example.as_of, example.before
    every = marked(example.text, as_of=day, policies=[policy], before=before)
    return [item.path for item in every if item.id == policy.id]


def _key(path: str) -> str:
    return "/".join(part for part in path.split("/") if not part.isdigit())


Words = Mapping[tuple[str, str], list[Any]]
"""The values that stand in examples, by what they stand in and their key."""


def mutants(value: Any, words: Words) -> Iterator[Mutant]:
    """Yield values that differ in one place and still hold the schema."""
    schema = _schema()
    count = 0
    for path, said, change in _changes(value, words):
        made = deepcopy(value)
        change(made)
        if schema.is_valid(made):
            yield Mutant(f"{path}: {said}", made)
            count += 1
            if count == MOST:
                return


def _vocabulary(every: list[Example]) -> Words:
    words: dict[tuple[str, str], list[Any]] = {}

    def collect(value: Any, path: str) -> None:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            if isinstance(key, str):
                known = words.setdefault((_key(path), key), [])
                if item not in known:
                    known.append(item)
            if isinstance(item, dict | list):
                collect(item, path + pointer(key))

    for example in every:
        value = next(read_documents(example.text)).value
        if isinstance(value, dict):
            collect(value, "")
    return words


def _changes(value: Any, words: Words, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield the path of a change, what it is, and what makes it in a copy of the whole."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        here = path + pointer(key)
        if isinstance(key, str) and key.startswith("x-"):
            continue
        yield here, "left out", _remove(here)
        if isinstance(item, dict | list):
            yield from _changes(item, words, here)
            continue
        others = [*_others(key, item), *words.get((_key(path), str(key)), ())]
        for other in [other for number, other in enumerate(others) if other not in others[:number]]:
            if other != item:
                yield here, f"{_written(item)} becomes {_written(other)}", _put(here, other)
    if isinstance(value, dict):
        for (where, key), known in words.items():
            if where == _key(path) and key not in value:
                here = path + pointer(key)
                for other in known:
                    yield here, f"{_written(other)} is put in", _put(here, other)


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _others(key: object, item: object) -> Iterator[object]:
    """Yield values that somebody may write instead."""
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
        options = _options().get(str(key), ())
        yield from options or [f"{item}x"]


@cache
def _schema() -> Schema:
    return Schema("tenant", bundled_schema("tenant"))


@cache
def _options() -> Mapping[str, list[str]]:
    """Return the values that the schema lists for a key."""
    definitions: Any = _schema().value["$defs"]
    options: dict[str, list[str]] = {}
    for definition in definitions.values():
        for key, inner in definition.get("properties", {}).items():
            named = definitions.get(inner.get("$ref", "").rpartition("/")[2], inner)
            listed = [item for item in named.get("enum", ()) if isinstance(item, str)]
            if 0 < len(listed) <= 12:  # noqa: PLR2004
                options.setdefault(key, []).extend(listed)
    return options


def _remove(path: str) -> Any:
    def change(value: Any) -> None:
        parent, last = _parent(value, path)
        del parent[last]

    return change


def _put(path: str, other: object) -> Any:
    def change(value: Any) -> None:
        parent, last = _parent(value, path)
        parent[last] = other

    return change


def _parent(value: Any, path: str) -> tuple[Any, Any]:
    parent = value_at(value, path.rpartition("/")[0])
    last = pointer_parts(path)[-1]
    return parent, int(last) if isinstance(parent, list) else last
