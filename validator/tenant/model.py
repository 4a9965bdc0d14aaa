"""The tenant as values: what a document says, typed, each part with its path.

Frozen dataclasses, built by the core of pydantic in one pass over the document's value.
Importing pydantic itself would take as long as the rest of a short run, so the core schema is
written out here; the class carries it, so `pydantic.TypeAdapter(Tenant)` and the fields of other
models take a Tenant as any pydantic type.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast, get_args

from pydantic_core import CoreSchema, SchemaValidator
from pydantic_core import core_schema as core

from validator.findings.finding import Finding, Related
from validator.findings.json_pointer import pointer

Telephony = Literal["webex-calling", "bundled-pstn", "vpop"]
SubscriptionType = Literal["named", "concurrent"]
Offer = Literal["flex", "flex-3"]
Status = Literal["active", "trial", "pending", "suspended", "cancelled"]
Role = Literal["agent", "supervisor", "administrator", "read-only-administrator"]
Access = Literal["full", "read-only"]


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of a tenant. It knows its path; two nodes are equal only if they are the same."""

    path: str = field(init=False, repr=False, default="")

    def at(self, *keys: str | int) -> str:
        """Return the path of a value under this node."""
        return self.path + pointer(*keys)

    def finding(
        self, *keys: str | int, message: str, help: str = "", related: Sequence[Related] = ()
    ) -> Finding:
        """Return a finding at this node, or at the value under these keys."""
        return Finding(self.at(*keys), message, help, related)


@dataclass(frozen=True, slots=True, eq=False)
class Organisation(Node):
    """The mapping `tenant`: which Webex organisation the document describes."""

    id: str
    name: str
    country: str | None = None
    telephony: Telephony | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Entitlement(Node):
    """A line of entitlements: how many of a service, and in which days of the subscription."""

    quantity: int
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Subscription(Node):
    """A subscription. `status` is None where the document leaves it to mean active."""

    id: str
    type: SubscriptionType
    start: date
    name: str | None = None
    department: str | None = None
    partner: str | None = None
    offer: Offer | None = None
    telephony: Telephony | None = None
    status: Status | None = None
    end: date | None = None
    term_months: int | None = None
    auto_renew: bool = False
    grace_days: int = 0
    primary: bool | None = None
    entitlements: Mapping[str, Entitlement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Assignment(Node):
    """A user's assignment to a subscription. `bare`: written as the id alone."""

    subscription: str
    license: str | None = None
    bare: bool = False

    def at(self, *keys: str | int) -> str:
        """Return the path of a value under this node; a bare one is all that there is."""
        return self.path if self.bare else self.path + pointer(*keys)


@dataclass(frozen=True, slots=True, eq=False)
class User(Node):
    """Somebody who works in the tenant."""

    email: str
    roles: tuple[Role, ...]
    name: str | None = None
    department: str | None = None
    assignments: tuple[Assignment, ...] = ()

    @property
    def label(self) -> str:
        """What messages call the user."""
        return self.name or self.email


@dataclass(frozen=True, slots=True, eq=False)
class Partner(Node):
    """A partner that looks after subscriptions."""

    id: str
    access: Access
    name: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class UsageRow(Node):
    """What was used of a service in a month (YYYY-MM), split by subscription."""

    month: str
    subscription: str
    service: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, eq=False)
class Tenant(Node):
    """All that one document says."""

    organisation: Organisation
    subscriptions: tuple[Subscription, ...]
    users: tuple[User, ...] = ()
    partners: tuple[Partner, ...] = ()
    usage: tuple[UsageRow, ...] = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic take the class as it stands."""
        return _TENANT


def tenant_of(value: object) -> Tenant:
    """Return the tenant that a document's value describes.

    Raises pydantic_core.ValidationError, which a value that holds the JSON Schema never does.
    """
    return cast("Tenant", _VALIDATOR.validate_python(value))


def _place(tenant: Tenant) -> Tenant:
    """Give every node its path, once: after that nothing changes any more."""
    place = object.__setattr__
    place(tenant, "path", "")
    place(tenant.organisation, "path", "/tenant")
    for name in ("subscriptions", "users", "partners", "usage"):
        for index, node in enumerate(getattr(tenant, name)):
            place(node, "path", f"/{name}/{index}")
    for subscription in tenant.subscriptions:
        for service, line in subscription.entitlements.items():
            place(line, "path", f"{subscription.path}/entitlements/{service}")
    for user in tenant.users:
        for index, assignment in enumerate(user.assignments):
            place(assignment, "path", f"{user.path}/assignments/{index}")
    return tenant


def _assignments(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [
        item if isinstance(item, dict) else {"subscription": item, "bare": True} for item in value
    ]


def _entitlements(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {
        service: line if isinstance(line, dict) else {"quantity": line}
        for service, line in value.items()
        if not service.startswith("x-")
    }


def _node(cls: type, required: Mapping[str, Any], optional: Mapping[str, Any]) -> CoreSchema:
    fields = [core.dataclass_field(name, schema) for name, schema in required.items()]
    for name, schema in optional.items():
        with_default = core.with_default_schema(core.nullable_schema(schema), default=None)
        own_default = schema["type"] == "default"
        fields.append(core.dataclass_field(name, schema if own_default else with_default))
    arguments = core.dataclass_args_schema(cls.__name__, fields)
    names = [item["name"] for item in fields]
    return core.dataclass_schema(cls, arguments, names, slots=True, frozen=True)


def _many(schema: CoreSchema) -> CoreSchema:
    return core.tuple_variable_schema(schema)


def _default(schema: CoreSchema, default: object) -> CoreSchema:
    return core.with_default_schema(schema, default=default)


def _one_of(literal: object) -> CoreSchema:
    return core.literal_schema(list(get_args(literal)))


_STR, _DATE = core.str_schema(), core.date_schema()
_ORGANISATION = _node(
    Organisation, {"id": _STR, "name": _STR}, {"country": _STR, "telephony": _one_of(Telephony)}
)
_ENTITLEMENT = _node(
    Entitlement, {"quantity": core.int_schema(ge=0)}, {"since": _DATE, "until": _DATE}
)
_SUBSCRIPTION = _node(
    Subscription,
    {"id": _STR, "type": _one_of(SubscriptionType), "start": _DATE},
    {
        "name": _STR,
        "department": _STR,
        "partner": _STR,
        "offer": _one_of(Offer),
        "telephony": _one_of(Telephony),
        "status": _one_of(Status),
        "end": _DATE,
        "term_months": core.int_schema(ge=1),
        "auto_renew": _default(core.bool_schema(), default=False),
        "grace_days": _default(core.int_schema(ge=0), 0),
        "primary": core.bool_schema(),
        "entitlements": core.with_default_schema(
            core.no_info_before_validator_function(
                _entitlements, core.dict_schema(_STR, _ENTITLEMENT)
            ),
            default_factory=dict,
        ),
    },
)
_ASSIGNMENT = _node(
    Assignment,
    {"subscription": _STR},
    {"license": _STR, "bare": _default(core.bool_schema(), default=False)},
)
_USER = _node(
    User,
    {"email": _STR, "roles": _many(_one_of(Role))},
    {
        "name": _STR,
        "department": _STR,
        "assignments": _default(
            core.no_info_before_validator_function(_assignments, _many(_ASSIGNMENT)), ()
        ),
    },
)
_PARTNER = _node(
    Partner, {"id": _STR, "access": _one_of(Access)}, {"name": _STR, "approved_by": _STR}
)
_USAGE = _node(
    UsageRow,
    {
        "month": _STR,
        "subscription": _STR,
        "service": _STR,
        "quantity": core.decimal_schema(ge=Decimal(0)),
    },
    {},
)
_TENANT = core.no_info_after_validator_function(
    _place,
    core.dataclass_schema(
        Tenant,
        core.dataclass_args_schema(
            "Tenant",
            [
                core.dataclass_field("organisation", _ORGANISATION, validation_alias="tenant"),
                core.dataclass_field("subscriptions", _many(_SUBSCRIPTION)),
                core.dataclass_field("users", _default(_many(_USER), ())),
                core.dataclass_field("partners", _default(_many(_PARTNER), ())),
                core.dataclass_field("usage", _default(_many(_USAGE), ())),
            ],
        ),
        ["organisation", "subscriptions", "users", "partners", "usage"],
        slots=True,
        frozen=True,
    ),
)
_VALIDATOR = SchemaValidator(_TENANT)
