"""What expressions see of a tenant on a day: messages with typed fields, and variables.

Fields have the words of the tenant file; what is worked out beside them is asked of the tenant on
a day. Days are timestamps at 00:00 UTC. Source: github.com/google/cel-spec, well-known types.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from validator.findings.diagnostic import Finding
from validator.tenant import terms
from validator.tenant.calendar_days import seconds
from validator.tenant.model import (
    Assignment,
    EntitlementLine,
    Organisation,
    Partner,
    Subscription,
    UsageRow,
    User,
)
from validator.tenant.tenant_on import TenantOn

EARLIEST, FOREVER = date(1800, 1, 1), date(2199, 12, 31)
"""The days that CEL can subtract from each other: a duration has 64 bits of nanoseconds.

FOREVER stands for no end, and for every day after it.
"""

Fields = Mapping[str, str]
DAY = "day"

RECORDS: Mapping[str, Fields] = {
    "Tenant": {
        "id": "string",
        "name": "string",
        "country": "string",
        "telephony": "string",
        "telephony_option": "string",
        "covered_until": DAY,
    },
    "Entitlement": {
        "service": "string",
        "quantity": "int",
        "since": DAY,
        "until": DAY,
        "is_active": "bool",
        "assigned": "int",
    },
    "Subscription": {
        "id": "string",
        "name": "string",
        "department": "string",
        "partner": "string",
        "type": "string",
        "offer": "string",
        "telephony": "string",
        "status": "string",
        "start": DAY,
        "end": DAY,
        "last_day": DAY,
        "term_months": "int",
        "auto_renew": "bool",
        "grace_days": "int",
        "primary": "bool",
        "entitlements": "list Entitlement",
        "is_live": "bool",
        "is_active": "bool",
        "is_primary": "bool",
        "is_expiring": "bool",
        "state": "string",
    },
    "Assignment": {"subscription": "string", "license": "string", "is_known": "bool"},
    "User": {
        "email": "string",
        "name": "string",
        "department": "string",
        "roles": "list string",
        "assignments": "list Assignment",
        "has_access": "bool",
        "is_expiring": "bool",
        "covered_until": DAY,
    },
    "Partner": {
        "id": "string",
        "name": "string",
        "access": "string",
        "approved_by": "string",
        "has_subscription": "bool",
    },
    "UsageRow": {
        "month": "string",
        "subscription": "string",
        "service": "string",
        "quantity": "double",
        "entitled": "int",
        "used": "double",
        "overage": "double",
        "bearer": "string",
    },
}
"""The messages in scope and the types of their fields, in the words of the file."""

VARIABLES: Fields = {
    "tenant": "Tenant",
    "subscriptions": "list Subscription",
    "live": "list Subscription",
    "active": "list Subscription",
    "primary": "Subscription",
    "users": "list User",
    "partners": "list Partner",
    "usage": "list UsageRow",
    "today": DAY,
    "expiring_within": "int",
}
"""What is in scope of every expression."""

MEANINGS: Fields = {
    "tenant": "the organisation",
    "live": "the subscriptions that are not over",
    "active": "those that serve today",
    "primary": "the oldest active one; its `id` is empty where there is none",
    "today": "the day of the run",
    "expiring_within": "the horizon, in days",
    "Tenant.telephony_option": "its own, else that of the first live subscription that has one",
    "Tenant.covered_until": "the last day on which a subscription serves without a gap",
    "Entitlement.since": "the first day, if need be that of the subscription",
    "Entitlement.assigned": "how many users are assigned this licence in this subscription",
    "Subscription.last_day": "the end with its days of grace",
    "Subscription.primary": "what the file claims",
    "Subscription.is_live": "it is not over",
    "Subscription.is_active": "it serves today",
    "Subscription.is_primary": "it is the primary today",
    "Subscription.is_expiring": "it serves, and ends within the horizon",
    "Subscription.state": 'how it stands, in words, such as "ended on 2026-05-31"',
    "Assignment.is_known": "the tenant has this subscription",
    "User.has_access": "one of their subscriptions serves today",
    "User.is_expiring": "they have access, and lose it within the horizon",
    "User.covered_until": "the last day of their access without a gap",
    "Partner.has_subscription": "a subscription names it",
    "UsageRow.entitled": "the tenant's entitlement to the service in this month",
    "UsageRow.used": "the tenant's use of it in this month, all rows together",
    "UsageRow.overage": "what was used beyond the entitlement",
    "UsageRow.bearer": "the subscription that pays for that",
}
"""What is not said by its name."""

ELEMENTS: Mapping[str, Fields] = {
    "tenant": {},
    "subscriptions": {"subscription": "Subscription"},
    "users": {"user": "User"},
    "partners": {"partner": "Partner"},
    "usage": {"row": "UsageRow"},
    "assignments": {"user": "User", "assignment": "Assignment"},
    "entitlements": {"subscription": "Subscription", "entitlement": "Entitlement"},
}
"""What is in scope besides, for each of a list: the element, and what it stands in."""

PACKAGE = "tenantlint"
_KINDS = {"string": 9, "int": 3, "bool": 8, "double": 1}  # FieldDescriptorProto.Type
_MESSAGE, _OPTIONAL, _REPEATED = 11, 1, 3
_GREATEST = 2**63 - 1
_TIMESTAMP = ".google.protobuf.Timestamp"


def environment(each: str) -> Any:
    """Return the environment of expressions about each element of a list."""
    return _world().environment(each)


def scopes(on: TenantOn, each: str, needs: Iterable[str]) -> Iterator[tuple[Any, "At"]]:
    """Yield a scope for each element of a list, and what gives a finding there."""
    world = _world()
    base = {name: world.variable(on, name) for name in needs}
    env = world.environment(each)
    for values, at in _elements(on, each, world):
        yield env.Activation({**base, **values}), at


At = Callable[[str | None, str, str], Finding]
"""Given a key of the element, a message and a help, returns a finding."""


def _elements(on: TenantOn, each: str, world: "_World") -> Iterator[tuple[dict[str, Any], At]]:
    if each == "tenant":
        yield {}, _at(on.tenant, "tenant")
    elif each in ("subscriptions", "users", "partners", "usage"):
        (name,) = ELEMENTS[each]
        nodes = getattr(on, each)
        for node, message in zip(nodes, world.variable(on, each), strict=True):
            yield {name: message}, _at(node)
    elif each == "assignments":
        for user, message in zip(on.users, world.variable(on, "users"), strict=True):
            for node, inner in zip(user.assignments, message.assignments, strict=True):
                yield {"user": message, "assignment": inner}, _at(node)
    else:
        messages = world.variable(on, "subscriptions")
        for subscription, message in zip(on.subscriptions, messages, strict=True):
            for line, inner in zip(_lines(subscription), message.entitlements, strict=True):
                yield {"subscription": message, "entitlement": inner}, _at(line)


def _lines(subscription: Subscription) -> list[EntitlementLine]:
    return [line for item in subscription.entitlements.values() for line in item.lines]


def _at(node: Any, *default: str) -> At:
    def finding(key: str | None, message: str, help: str) -> Finding:
        keys = (key,) if key is not None else default
        found: Finding = node.finding(*keys, message=message, help=help)
        return found

    return finding


# Messages


@cache
def library() -> Any:
    """Return the CEL library, imported when it is needed."""
    from cel_expr_python import cel

    return cel


@cache
def _world() -> "_World":
    return _World()


class _World:
    """The messages and environments, made once when the first expression is compiled."""

    def __init__(self) -> None:
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

        self._pool = descriptor_pool.DescriptorPool()
        self._pool.AddSerializedFile(timestamp_pb2.DESCRIPTOR.serialized_pb)
        file = descriptor_pb2.FileDescriptorProto(
            name=f"{PACKAGE}.proto",
            package=PACKAGE,
            syntax="proto3",
            dependency=["google/protobuf/timestamp.proto"],
        )
        for name, fields in RECORDS.items():
            message = file.message_type.add(name=name)
            for number, (key, kind) in enumerate(fields.items(), 1):
                _add_field(message, number, key, kind)
        self._pool.AddSerializedFile(file.SerializeToString())
        self.classes = {
            name: message_factory.GetMessageClass(
                self._pool.FindMessageTypeByName(f"{PACKAGE}.{name}")
            )
            for name in RECORDS
        }
        self._environments: dict[str, Any] = {}

    def environment(self, each: str) -> Any:
        """Return the environment of expressions about each element of a list."""
        if each not in self._environments:
            from cel_expr_python.ext import ext_strings

            variables = {**VARIABLES, **ELEMENTS[each]}
            self._environments[each] = library().NewEnv(
                self._pool,
                variables={name: _cel_type(kind) for name, kind in variables.items()},
                extensions=[ext_strings.ExtStrings()],
            )
        return self._environments[each]

    def variable(self, on: TenantOn, name: str) -> Any:
        """Return what a variable is for a tenant on a day; worked out once for all expressions."""
        return on.share(("cel", name), lambda: self._worked_out(on, name))

    def _worked_out(self, on: TenantOn, name: str) -> Any:
        subscriptions = {} if name not in ("live", "active", "primary") else dict(
            zip(map(id, on.subscriptions), self.variable(on, "subscriptions"), strict=True)
        )  # fmt: skip
        match name:
            case "tenant":
                return self._tenant(on, on.organisation)
            case "subscriptions":
                live = set(map(id, on.live))
                return [self._subscription(on, item, live) for item in on.subscriptions]
            case "live" | "active":
                return [subscriptions[id(item)] for item in getattr(on, name)]
            case "primary":
                none = self.classes["Subscription"]()
                return none if on.primary is None else subscriptions[id(on.primary)]
            case "users":
                return [self._user(on, item) for item in on.users]
            case "partners":
                return [self._partner(on, item) for item in on.partners]
            case "usage":
                uses = {(use.row.month, use.row.service): use for use in on.months.all_use}
                return [self._row(item, uses[item.month, item.service]) for item in on.usage]
            case "today":
                # To ask for its parts notes that the answer may change every day.
                today = _bounded(date.fromisoformat(on.today.isoformat()))
                return datetime.combine(today, datetime.min.time(), UTC)
        return on.expiring_within

    def _tenant(self, on: TenantOn, item: Organisation) -> Any:
        option = on.telephony_option
        return self.classes["Tenant"](
            id=item.id,
            name=item.name,
            country=item.country,
            telephony=item.telephony,
            telephony_option=None if option is None else option.value,
            covered_until=_day(on.covered_until),
        )

    def _subscription(self, on: TenantOn, item: Subscription, live: set[int]) -> Any:
        return self.classes["Subscription"](
            id=item.id,
            name=item.name,
            department=item.department,
            partner=item.partner,
            type=item.type,
            offer=item.offer,
            telephony=item.telephony,
            status=item.status or "active",
            start=_day(item.start),
            end=_day(item.end),
            last_day=_day(on.last_day(item)),
            term_months=_int(item.term_months),
            auto_renew=item.auto_renew,
            grace_days=_int(item.grace_days),
            primary=item.primary,
            entitlements=[
                self._entitlement(on, item, service, line)
                for service, entitlement in item.entitlements.items()
                for line in entitlement.lines
            ],
            is_live=id(item) in live,
            is_active=on.is_active(item),
            is_primary=on.primary is item,
            is_expiring=on.is_expiring(item),
            state=on.state(item),
        )

    def _entitlement(
        self, on: TenantOn, item: Subscription, service: str, line: EntitlementLine
    ) -> Any:
        return self.classes["Entitlement"](
            service=service,
            quantity=_int(line.quantity),
            since=_day(terms.line_run(item, line)[0]),
            until=_day(line.until),
            is_active=on.run(on.timeline.line(item, line)) is not None,
            assigned=_int(on.holders(item, service)),
        )

    def _user(self, on: TenantOn, item: User) -> Any:
        until = on.user_covered_until(item)
        return self.classes["User"](
            email=item.email,
            name=item.name,
            department=item.department,
            roles=item.roles,
            assignments=[self._assignment(on, inner) for inner in item.assignments],
            has_access=until is not None,
            is_expiring=until is not None and on.is_ending(until),
            covered_until=_day(until),
        )

    def _assignment(self, on: TenantOn, item: Assignment) -> Any:
        return self.classes["Assignment"](
            subscription=item.subscription,
            license=item.license,
            is_known=on.subscription(item.subscription) is not None,
        )

    def _partner(self, on: TenantOn, item: Partner) -> Any:
        return self.classes["Partner"](
            id=item.id,
            name=item.name,
            access=item.access,
            approved_by=item.approved_by,
            has_subscription=on.has_subscription(item),
        )

    def _row(self, item: UsageRow, use: Any) -> Any:
        return self.classes["UsageRow"](
            month=item.month,
            subscription=item.subscription,
            service=item.service,
            quantity=float(item.quantity),
            entitled=_int(use.entitled),
            used=float(use.used),
            overage=float(use.overage),
            bearer=None if use.bearer is None else use.bearer.id,
        )


def _add_field(message: Any, number: int, name: str, kind: str) -> None:
    repeated, plain = kind.startswith("list "), kind.removeprefix("list ")
    field = message.field.add(name=name, number=number, label=_REPEATED if repeated else _OPTIONAL)
    if plain in _KINDS:
        field.type = _KINDS[plain]
        if not repeated:  # so that has() tells a value that is not there
            field.proto3_optional = True
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=f"_{name}")
    else:
        field.type = _MESSAGE
        field.type_name = _TIMESTAMP if plain == DAY else f".{PACKAGE}.{plain}"


def _cel_type(kind: str) -> Any:
    cel = library()
    if kind.startswith("list "):
        return cel.Type.List(_cel_type(kind.removeprefix("list ")))
    plain = {"int": cel.Type.INT, DAY: cel.Type.TIMESTAMP}
    return plain[kind] if kind in plain else cel.Type(f"{PACKAGE}.{kind}")


def _int(number: int | None) -> int | None:
    """Return a number as CEL has them, in 64 bits; the greatest stands for what is greater."""
    return None if number is None else min(number, _GREATEST)


def _day(day: date | None) -> dict[str, int] | None:
    """Return a day as the fields of a Timestamp."""
    return None if day is None else {"seconds": seconds(_bounded(day))}


def _bounded(day: date) -> date:
    return max(EARLIEST, min(day, FOREVER))
