"""What if: values of subscriptions that hold for a run instead of those of the files.

`SUB.KEY=VALUE` sets a key of a subscription, `SUB.KEY=` takes it away, and `+SUB={…}` adds a
subscription. Ids may contain dots and equals signs.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from validator.document.reader import read_documents
from validator.findings.json_pointer import pointer, pointer_parts, value_at
from validator.findings.wording import did_you_mean, few, listing
from validator.schema.json_schema import Schema
from validator.system.errors import NoVerdictError
from validator.tenant.calendar_days import day_before

KEYS = ("end", "status", "auto_renew", "start", "grace_days", "notice_days", "primary")
_ENTITLEMENT = re.compile(r"(?P<id>.+)\.entitlements\.(?P<service>[^.]+)", re.DOTALL)
_FORM = "write SUB.KEY=VALUE, SUB.KEY= or +SUB={type: …, start: …}"


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
    def is_new(self) -> bool:
        """Whether it adds a subscription."""
        return not self.keys


class Applied(NamedTuple):
    """The assumptions that apply to one tenant, by number.

    `hints` has a suggestion for each of the others, by number, where an id is similar.
    """

    used: tuple[int, ...]
    hints: tuple[tuple[int, str], ...] = ()


class Assumed(NamedTuple):
    """The value of a document with the assumptions that apply to it.

    `original` is the value of the file. `changed` are the keys below `/subscriptions/i` whose
    values are assumed.
    """

    value: Any
    original: Any
    applied: Applied
    changed: tuple[tuple[str, ...], ...]

    def path_in_file(self, path: str) -> str:
        """Return the path of what a finding at a path marks in the file.

        What is assumed marks the subscription; a new subscription marks the list.
        """
        if self.value is self.original:
            return path
        parts = pointer_parts(path)
        if parts[:1] != ["subscriptions"] or len(parts) == 1:
            return path
        if int(parts[1]) >= len(self.original["subscriptions"]):
            return "/subscriptions"
        subscription = pointer(*parts[:2])
        if any(keys == tuple(parts[1 : 1 + len(keys)]) for keys in self.changed):
            return subscription
        try:
            value_at(self.original, path)
        except (LookupError, TypeError, ValueError):
            return subscription
        return path


def parse_assumptions(texts: Iterable[str]) -> tuple[Assumption, ...]:
    """Return the assumptions of the options. Raises AssumptionError."""
    return tuple([_parsed(text) for text in texts])


def _parsed(text: str) -> Assumption:
    name, equals, written = text.partition("=")
    if text.startswith("+") and len(name) > 1 and equals:
        value = _yaml_value(text, written)
        if not isinstance(value, dict):
            raise AssumptionError(f"--assume {text}: a new subscription is a mapping; {_FORM}")
        if value.get("id", name[1:]) != name[1:]:
            raise AssumptionError(
                f"--assume {text}: the id is {name[1:]}, which stands before =; leave out id"
            )
        return Assumption(text, name[1:], (), {**value, "id": name[1:]})
    for match in re.finditer("=", text):
        name, written = text[: match.start()], text[match.end() :]
        id, keys = _split_name(name)
        if keys:
            value = _yaml_value(text, written)
            if isinstance(value, dict | list):
                raise AssumptionError(
                    f"--assume {text}: the value is a scalar, such as 2027-01-31 or 120"
                )
            return Assumption(text, id, keys, value, removes=not written.strip())
    if not equals:
        raise AssumptionError(f"--assume {text}: {_FORM}")
    keys_text = listing([*KEYS, "entitlements.SERVICE"], "or")
    raise AssumptionError(f"--assume {text}: before = stands an id, a dot and one of {keys_text}")


def _split_name(name: str) -> tuple[str, tuple[str, ...]]:
    """Return the id and the keys of `SUB.KEY`; no keys where it ends with none of them."""
    match = _ENTITLEMENT.fullmatch(name)
    if match and match["service"] not in KEYS:
        return match["id"], ("entitlements", match["service"])
    id, _, key = name.rpartition(".")
    return (id, (key,)) if id and key in KEYS else ("", ())


def _yaml_value(text: str, written: str) -> Any:
    first, *more = read_documents(written)
    if more or not first.is_readable:
        raise AssumptionError(f"--assume {text}: {written} is not a YAML value")
    return first.value


def assume(
    value: Any,
    assumptions: Sequence[Assumption],
    schemas: Iterable[Schema],
    first_day: date,
    file: str,
) -> Assumed:
    """Return the value of a tenant document of a file with the assumptions that apply to it.

    The value holds the schemas. An assumption applies to the first subscription of its id. The
    quantity of a service holds from the first day of the run on. Raises AssumptionError
    where a schema refuses what is assumed, or a new subscription is there already.
    """
    subscriptions: list[Any] = list(value["subscriptions"])
    index_of = {item["id"]: index for index, item in reversed(list(enumerate(subscriptions)))}
    used: list[int] = []
    hints: list[tuple[int, str]] = []
    changed: list[tuple[str, ...]] = []
    # The lines of an entitlement depend on the start, which may be assumed too.
    for number, item in sorted(enumerate(assumptions), key=lambda pair: len(pair[1].keys)):
        index = index_of.get(item.subscription)
        if item.is_new:
            if index is not None:
                raise AssumptionError(
                    f"{file}: --assume {item.text}: there is a {item.subscription} already; "
                    f"change it with {item.subscription}.KEY=VALUE"
                )
            index_of[item.subscription] = len(subscriptions)
            subscriptions.append(item.value)
            used.append(number)
        elif index is None:
            hints.append((number, did_you_mean(item.subscription, list(index_of))))
        else:
            subscriptions[index] = _changed(subscriptions[index], item, first_day)
            changed.append((str(index), *item.keys))
            used.append(number)
    applied = Applied(tuple(used), tuple(hint for hint in hints if hint[1]))
    if not used:
        return Assumed(value, value, applied, ())
    assumed = Assumed({**value, "subscriptions": subscriptions}, value, applied, tuple(changed))
    _validate(assumed, [assumptions[number] for number in used], schemas, file)
    return assumed


def _changed(subscription: Any, item: Assumption, first_day: date) -> Any:
    """Return a subscription with one value assumed."""
    key = item.keys[0]
    if len(item.keys) == 1:
        return _without(subscription, key) if item.removes else {**subscription, key: item.value}
    service = item.keys[1]
    if item.removes and key not in subscription:
        return subscription
    lines = subscription.get(key, {})
    if item.removes:
        return {**subscription, key: _without(lines, service)}
    earlier = list(_earlier_lines(subscription, lines.get(service, []), first_day))
    entitlement = [*earlier, {"quantity": item.value, "since": first_day.isoformat()}]
    return {**subscription, key: {**lines, service: entitlement}}


def _without(mapping: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name != key}


def _earlier_lines(subscription: Any, entitlement: Any, first_day: date) -> Iterator[Any]:
    """Yield the lines that count before a day, so that they end on the day before."""
    if first_day == date.min:
        return
    last = day_before(first_day).isoformat()
    for written in entitlement if isinstance(entitlement, list) else [entitlement]:
        line = written if isinstance(written, dict) else {"quantity": written}
        since = line.get("since", subscription.get("start", ""))
        # A start that is not a day is refused by the schema later.
        if not isinstance(since, str) or since <= last:
            yield {**line, "until": min(line.get("until", last), last)}


def _validate(
    assumed: Assumed, used: Sequence[Assumption], schemas: Iterable[Schema], file: str
) -> None:
    """Raise AssumptionError if a schema refuses the value; the message names the option."""
    for schema in schemas:
        for _, finding in schema.findings(assumed.value, lambda _: None):
            index = pointer_parts(finding.path)[1:2]
            id = assumed.value["subscriptions"][int(index[0])]["id"] if index else ""
            options = [item.text for item in used if item.subscription == id] or [
                item.text for item in used
            ]
            help = f"; {finding.help}" if finding.help else ""
            raise AssumptionError(
                f"{file}: --assume {few(options, 3)}: {finding.path}: {finding.message}{help}"
            )


def unused_assumptions(
    assumptions: Sequence[Assumption], applied: Sequence[Applied]
) -> Iterator[str]:
    """Yield a line for each assumption that cannot hold; `applied` has those of each tenant."""
    used = {number for item in applied for number in item.used}
    hints = dict(hint for item in reversed(applied) for hint in item.hints)
    for number, item in enumerate(assumptions):
        if item.is_new and len(applied) > 1:
            yield (
                f"--assume {item.text}: a new subscription is for a run over one tenant, and there "
                f"are {len(applied):,}; name one file"
            )
        elif number not in used:
            whose = "the tenant has no" if len(applied) == 1 else "no tenant has a"
            hint = hints.get(number, "")
            what = f"{whose} subscription {item.subscription}" if applied else "there is no tenant"
            yield f"--assume {item.text}: {what}{f'; {hint}' if hint else ''}"
