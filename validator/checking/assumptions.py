"""What-if assumptions: values of subscriptions that hold for a run instead of those of the file.

`SUB.KEY=VALUE` sets a key of a subscription, `SUB.KEY=` takes it away, and `+SUB={…}` adds a
subscription. Ids may contain dots.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from validator.document.reader import read_documents
from validator.findings.json_pointer import pointer, pointer_parts
from validator.findings.wording import listing
from validator.system.errors import NoVerdictError
from validator.tenant.calendar_days import day_before

KEYS = ("end", "status", "auto_renew", "start", "grace_days", "notice_days", "primary")
_ENTITLEMENT = re.compile(r"(?P<id>.+)\.(?P<key>entitlements\.[^.=]+)", re.DOTALL)
_FORM = "SUB.KEY=VALUE, SUB.KEY= or +SUB={type: …, start: …}"


class AssumptionError(NoVerdictError):
    """An assumption that cannot be made."""


class Assumption(NamedTuple):
    """An assumption: `text` is the option as it was given.

    `keys` are the keys below the subscription; without keys it is a new subscription. With
    `removes` the key is taken away.
    """

    text: str
    subscription: str
    keys: tuple[str, ...]
    value: Any
    removes: bool = False

    @property
    def adds(self) -> bool:
        """Whether it adds a subscription."""
        return not self.keys


class Assumed(NamedTuple):
    """A value with assumptions.

    `used` are the numbers of the assumptions that apply to it, `subscriptions` the indexes of the
    subscriptions that they change. `original_count` is the number of subscriptions in the file.
    """

    value: Any
    used: frozenset[int]
    subscriptions: frozenset[int]
    original_count: int

    def place(self, path: str) -> str:
        """Return the path that stands for a path in the file: that of what is assumed."""
        parts = pointer_parts(path)
        if parts[:1] != ["subscriptions"] or len(parts) == 1:
            return path
        index = int(parts[1])
        if index >= self.original_count:
            return "/subscriptions"
        return pointer(*parts[:2]) if index in self.subscriptions else path


def parse_assumption(text: str) -> Assumption:
    """Return the assumption of an option. Raises AssumptionError."""
    name, equals, written = text.partition("=")
    if not equals or not name.strip("+"):
        raise AssumptionError(f"--assume {text}: write {_FORM}")
    value = _value(text, written)
    if name.startswith("+"):
        if not isinstance(value, dict):
            raise AssumptionError(f"--assume {text}: a new subscription is a mapping: {_FORM}")
        id = name[1:]
        return Assumption(text, id, (), {**value, "id": id})
    if isinstance(value, dict | list):
        raise AssumptionError(f"--assume {text}: a value is a scalar, such as 2027-01-31 or 120")
    removes = not written.strip()
    match = _ENTITLEMENT.fullmatch(name)
    if match:
        keys = tuple(match["key"].split("."))
        return Assumption(text, match["id"], keys, value, removes)
    for key in sorted(KEYS, key=len, reverse=True):
        id = name.removesuffix(f".{key}")
        if id and id != name:
            return Assumption(text, id, (key,), value, removes)
    raise AssumptionError(
        f"--assume {text}: the key is one of {listing([*KEYS, 'entitlements.SERVICE'], 'and')}"
    )


def _value(text: str, written: str) -> Any:
    first, *more = read_documents(written)
    if more or not first.is_readable:
        raise AssumptionError(f"--assume {text}: {written} is not a YAML value")
    return first.value


def assume(value: Any, assumptions: Sequence[Assumption], first_day: date) -> Assumed:
    """Return the value of a tenant document with the assumptions that apply to it.

    An assumption applies to the first subscription of its id; one that adds a subscription
    applies to every tenant. The value holds the schema before; afterwards it may not.
    """
    subscriptions: list[Any] = list(value["subscriptions"])
    original_count = len(subscriptions)
    index_of = {item["id"]: index for index, item in reversed(list(enumerate(subscriptions)))}
    used: set[int] = set()
    changed: set[int] = set()
    for number, item in enumerate(assumptions):
        if item.adds:
            subscriptions.append(item.value)
            used.add(number)
            continue
        index = index_of.get(item.subscription)
        if index is not None:
            subscriptions[index] = _changed(subscriptions[index], item, first_day)
            used.add(number)
            changed.add(index)
    new_value = {**value, "subscriptions": subscriptions} if used else value
    return Assumed(new_value, frozenset(used), frozenset(changed), original_count)


def _changed(subscription: Any, item: Assumption, first_day: date) -> Any:
    """Return a subscription with one value assumed."""
    key = item.keys[0]
    if len(item.keys) == 1:
        rest = {name: value for name, value in subscription.items() if name != key}
        return rest if item.removes else {**rest, key: item.value}
    service = item.keys[1]
    lines = subscription.get(key, {})
    rest = {name: value for name, value in lines.items() if name != service}
    if not item.removes:
        earlier = _earlier_lines(subscription, lines.get(service, []), first_day)
        rest[service] = [*earlier, {"quantity": item.value, "since": first_day.isoformat()}]
    return {**subscription, key: rest}


def _earlier_lines(subscription: Any, entitlement: Any, first_day: date) -> list[Any]:
    """Return the lines that count before a day, so that they end on the day before."""
    if first_day == date.min:
        return []
    last = day_before(first_day).isoformat()
    found: list[Any] = []
    for written in entitlement if isinstance(entitlement, list) else [entitlement]:
        line = written if isinstance(written, dict) else {"quantity": written}
        if line.get("since", subscription["start"]) <= last:
            found.append({**line, "until": min(line.get("until", last), last)})
    return found
