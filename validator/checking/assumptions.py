"""Assumptions: subscription values that are used in a run instead of the values in the files.

`SUB.KEY=VALUE` sets a key of a subscription, `SUB.KEY=` removes it, and `+SUB={…}` adds a
subscription. Ids may contain dots and equals signs.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from validator.checking.schema_check import check_schemas
from validator.document.reader import read_documents
from validator.findings.json_pointer import pointer, pointer_parts, value_at
from validator.findings.wording import did_you_mean, few, listing, not_called
from validator.schema.formats import is_date
from validator.schema.json_schema import Schema
from validator.schema.vocabulary import LICENSE_NAMES, meant_value
from validator.system.errors import NoVerdictError
from validator.tenant.calendar_days import day_before
from validator.tenant.model import Tenant

KEYS = ("end", "status", "auto_renew", "start", "grace_days", "notice_days", "primary")
_NAME = re.compile(
    rf"(?s)(?P<id>.+?)\.(?:(?P<key>{'|'.join(KEYS)})|"
    rf"entitlements\.(?!(?:{'|'.join(KEYS)})=)(?P<service>[^.=]+))="
)
"""The part of an assumption up to the first `=` after a key that can be assumed."""
_MAX_HINTS = 20
_FORM = "write SUB.KEY=VALUE, SUB.KEY= or +SUB={type: …, start: …}"


class AssumptionError(NoVerdictError):
    """Raised if an assumption cannot be made."""


class Assumption(NamedTuple):
    """An assumption. `text` is the option as given.

    `keys` are the keys below the subscription. Without keys, the assumption adds a subscription.
    With `removes`, it removes the key.
    """

    text: str
    subscription: str
    keys: tuple[str, ...]
    value: Any
    removes: bool = False

    @property
    def is_new(self) -> bool:
        """Whether the assumption adds a subscription."""
        return not self.keys


class Applied(NamedTuple):
    """The numbers of the assumptions that apply to one tenant.

    `hints` holds a suggestion, by number, for each other assumption with a similar id.
    """

    used: tuple[int, ...]
    hints: tuple[tuple[int, str], ...] = ()


class Assumed(NamedTuple):
    """The value of a document with the assumptions that apply to it.

    `original` is the value in the file. `changed` holds the index and the keys of each assumed
    value in `/subscriptions`. `tenant` is None if no assumption applies.
    """

    value: Any
    original: Any
    applied: Applied
    changed: frozenset[tuple[str, ...]]
    tenant: Tenant | None = None

    def path_in_file(self, path: str) -> str:
        """Return the path in the file that a finding at a path marks.

        A finding at an assumed value marks the subscription. A finding in a new subscription
        marks the list of subscriptions.
        """
        if self.value is self.original:
            return path
        parts = pointer_parts(path)
        if parts[:1] != ["subscriptions"] or len(parts) == 1:
            return path
        if int(parts[1]) >= len(self.original["subscriptions"]):
            return "/subscriptions"
        subscription = pointer(*parts[:2])
        if any(tuple(parts[1:end]) in self.changed for end in range(2, len(parts) + 1)):
            return subscription
        try:
            value_at(self.original, path)
        except (LookupError, TypeError, ValueError):
            return subscription
        return path


def parse_assumptions(texts: Iterable[str]) -> tuple[Assumption, ...]:
    """Return the assumptions in the given options. Raises AssumptionError."""
    known: dict[tuple[str, tuple[str, ...]], Assumption] = {}
    for item in map(_parsed, texts):
        first = known.setdefault((item.subscription, item.keys), item)
        if first is not item:
            raise AssumptionError(
                f"--assume {item.text}: --assume {first.text} is about the same value; remove one"
            )
    return (*known.values(),)


def _parsed(text: str) -> Assumption:
    name, equals, written = text.partition("=")
    if text.startswith("+") and len(name) > 1 and equals:
        value = _yaml_value(text, written)
        if not isinstance(value, dict):
            raise AssumptionError(f"--assume {text}: a new subscription must be a mapping; {_FORM}")
        if value.get("id", name[1:]) != name[1:]:
            raise AssumptionError(
                f"--assume {text}: the id before = is {name[1:]}; remove the key id"
            )
        return Assumption(text, name[1:], (), {**value, "id": name[1:]})
    if match := _NAME.match(text):
        written = text[match.end() :]
        value = _yaml_value(text, written)
        if isinstance(value, dict | list):
            raise AssumptionError(
                f"--assume {text}: the value must be a scalar, such as 2027-01-31 or 120"
            )
        keys = (
            (match["key"],) if match["key"] else ("entitlements", _service(match["service"], text))
        )
        return Assumption(text, match["id"], keys, value, removes=not written.strip())
    if not equals:
        raise AssumptionError(f"--assume {text}: {_FORM}")
    keys_text = listing([*KEYS, "entitlements.SERVICE"], "or")
    raise AssumptionError(f"--assume {text}: write an id, a dot and one of {keys_text} before =")


def _service(name: str, text: str) -> str:
    """Return the name of a service. Raises AssumptionError for another name."""
    if name in LICENSE_NAMES:
        return name
    meant = meant_value(name, LICENSE_NAMES)
    hint = f"did you mean {meant}?" if meant else did_you_mean(name, LICENSE_NAMES)
    hint = hint or f"the services are {listing(list(LICENSE_NAMES))}"
    raise AssumptionError(f"--assume {text}: {not_called('service', name)}; {hint}")


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
    """Return the value of a tenant document with the assumptions that apply to it.

    The value must be valid by the schemas. An assumption applies to the first subscription with
    its id. An assumed quantity applies from the first day of the run on. Raises AssumptionError
    if a schema rejects the assumed value, or if a new subscription already exists.
    """
    subscriptions: list[Any] = list(value["subscriptions"])
    index_of = {item["id"]: index for index, item in reversed(list(enumerate(subscriptions)))}
    used: list[int] = []
    hints: list[tuple[int, str]] = []
    changed: set[tuple[str, ...]] = set()
    # The lines of an entitlement depend on the start, which may be assumed, too.
    for number, item in sorted(enumerate(assumptions), key=lambda pair: len(pair[1].keys)):
        index = index_of.get(item.subscription)
        if item.is_new:
            if index is not None:
                raise AssumptionError(
                    f"{file}: --assume {item.text}: the subscription {item.subscription} exists; "
                    f"change it with {item.subscription}.KEY=VALUE"
                )
            index_of[item.subscription] = len(subscriptions)
            subscriptions.append(item.value)
            used.append(number)
        elif index is None:
            is_few = len(hints) < _MAX_HINTS
            hint = did_you_mean(item.subscription, list(index_of)) if is_few else ""
            hints.append((number, hint))
        else:
            subscriptions[index] = _changed(subscriptions[index], item, first_day)
            changed.add((str(index), *item.keys))
            used.append(number)
    applied = Applied(tuple(used), tuple(hint for hint in hints if hint[1]))
    if not used:
        return Assumed(value, value, applied, frozenset())
    assumed = {**value, "subscriptions": subscriptions}
    tenant = _tenant(assumed, [assumptions[number] for number in used], schemas, file)
    return Assumed(assumed, value, applied, frozenset(changed), tenant)


def _changed(subscription: Any, item: Assumption, first_day: date) -> Any:
    """Return a subscription with one assumed value."""
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
    since = _since(subscription.get("start"), first_day)
    entitlement = [*earlier, {"quantity": item.value, "since": since}]
    return {**subscription, key: {**lines, service: entitlement}}


def _since(start: Any, first_day: date) -> str:
    """Return the first day of an assumed line: that of the run, but not before the start.

    An earlier line would make the subscription the bearer of services by seniority too early.
    """
    first = first_day.isoformat()
    # A start that is not a date is rejected by the schema later.
    return max(first, start) if isinstance(start, str) and is_date(start) else first


def _without(mapping: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name != key}


def _earlier_lines(subscription: Any, entitlement: Any, first_day: date) -> Iterator[Any]:
    """Yield the lines that count before a day, ended on the day before it."""
    if first_day == date.min:
        return
    last = day_before(first_day).isoformat()
    for written in entitlement if isinstance(entitlement, list) else [entitlement]:
        line = written if isinstance(written, dict) else {"quantity": written}
        since = line.get("since", subscription.get("start", ""))
        # A start that is not a date is rejected by the schema later.
        if not isinstance(since, str) or since <= last:
            yield {**line, "until": min(line.get("until", last), last)}


def _tenant(
    assumed: Any, used: Sequence[Assumption], schemas: Iterable[Schema], file: str
) -> Tenant | None:
    """Return the tenant that an assumed value describes.

    Raises AssumptionError if a schema rejects the value. The message names the option.
    """
    tenant, findings = check_schemas(assumed, schemas, lambda _: None)
    if findings:
        _, finding = findings[0]
        list_name, *rest = pointer_parts(finding.path) or [""]
        is_of_one = list_name == "subscriptions" and bool(rest)
        id = assumed["subscriptions"][int(rest[0])]["id"] if is_of_one else ""
        options = [item.text for item in used if item.subscription == id] or [
            item.text for item in used
        ]
        help = f"; {finding.help}" if finding.help else ""
        raise AssumptionError(
            f"{file}: --assume {few(options, 3)}: {finding.path}: {finding.message}{help}"
        )
    return tenant


def unused_assumptions(
    assumptions: Sequence[Assumption], applied: Sequence[Applied]
) -> Iterator[str]:
    """Yield a line for each assumption that does not apply. `applied` has an entry per tenant."""
    used = {number for item in applied for number in item.used}
    hints = dict(hint for item in reversed(applied) for hint in item.hints)
    for number, item in enumerate(assumptions):
        if item.is_new and len(applied) > 1:
            yield (
                f"--assume {item.text}: a new subscription needs a run with one tenant, but there "
                f"are {len(applied):,}; name one file"
            )
        elif number not in used:
            whose = "the tenant has no" if len(applied) == 1 else "no tenant has a"
            hint = hints.get(number, "")
            what = f"{whose} subscription {item.subscription}" if applied else "there is no tenant"
            yield f"--assume {item.text}: {what}{f'; {hint}' if hint else ''}"
