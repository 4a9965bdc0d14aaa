"""The core schema that builds the tenant classes from the value of a document.

pydantic-core builds all parts in one pass. Importing pydantic itself takes as long as the rest of
a short run, so this module defines the core schema directly.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, cast, get_args

from pydantic_core import CoreSchema, SchemaValidator, ValidationError
from pydantic_core import core_schema as core

from validator.tenant import model
from validator.tenant.model import Tenant


def tenant_of(value: object) -> Tenant:
    """Return the tenant that a document's value describes.

    Raises pydantic_core.ValidationError if the value does not match the JSON Schema.
    """
    try:
        return cast("Tenant", _VALIDATOR.validate_python(value))
    except ValidationError as error:
        if all(item["type"] != "int_parsing_size" for item in error.errors()):
            raise
        return cast("Tenant", _VALIDATOR.validate_python(_with_integers(value)))


def _with_integers(value: Any) -> Any:
    """Return a value in which whole numbers such as 1e19 are integers.

    pydantic-core accepts a float of more than 64 bits only as a number.
    """
    if isinstance(value, dict):
        return {key: _with_integers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_integers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _place(value: object, build: Callable[[object], Tenant]) -> Tenant:
    """Build a tenant and set the path and the document of every node.

    Nodes never change after that.
    """
    tenant = build(value)
    set_field = object.__setattr__

    def place(node: object, path: str) -> None:
        set_field(node, "path", path)
        set_field(node, "document", value)

    place(tenant, "")
    place(tenant.organisation, "/tenant")
    for name in ("subscriptions", "users", "partners", "usage"):
        for index, node in enumerate(getattr(tenant, name)):
            place(node, f"/{name}/{index}")
    for subscription in tenant.subscriptions:
        for index, lapse in enumerate(subscription.lapses):
            place(lapse, f"{subscription.path}/lapses/{index}")
        for service, entitlement in subscription.entitlements.items():
            path = f"{subscription.path}/entitlements/{service}"
            place(entitlement, path)
            for index, line in enumerate(entitlement.lines):
                place(line, f"{path}/{index}" if entitlement.is_list else path)
    for user in tenant.users:
        for index, assignment in enumerate(user.assignments):
            place(assignment, f"{user.path}/assignments/{index}")
    return tenant


def _assignments(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [
        item if isinstance(item, dict) else {"subscription": item, "bare": True} for item in value
    ]


def _subscription(value: object) -> object:
    """Convert each entitlement to a list of lines."""
    if not isinstance(value, dict) or not isinstance(value.get("entitlements"), dict):
        return value
    return {
        **value,
        "has_entitlements": True,
        "entitlements": {
            service: _lines(lines)
            for service, lines in value["entitlements"].items()
            if not service.startswith("x-")
        },
    }


def _lines(value: object) -> object:
    if isinstance(value, list):
        lines = [line if isinstance(line, dict) else {"quantity": line} for line in value]
        return {"lines": lines, "is_list": True}
    return {"lines": [value if isinstance(value, dict) else {"quantity": value}]}


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
    model.Organisation,
    {"id": _STR, "name": _STR},
    {"country": _STR, "telephony": _one_of(model.Telephony)},
)
_LINE = _node(
    model.EntitlementLine,
    {"quantity": core.int_schema(ge=0)},
    {"since": _DATE, "until": _DATE},
)
_ENTITLEMENT = _node(
    model.Entitlement,
    {"lines": _many(_LINE)},
    {"is_list": _default(core.bool_schema(), default=False)},
)
_LAPSE = core.dataclass_schema(
    model.Lapse,
    core.dataclass_args_schema(
        "Lapse",
        [
            core.dataclass_field("first", _DATE, validation_alias="from"),
            core.dataclass_field("until", _DATE),
        ],
    ),
    ["first", "until"],
    slots=True,
    frozen=True,
)
_SUBSCRIPTION = core.no_info_before_validator_function(
    _subscription,
    _node(
        model.Subscription,
        {"id": _STR, "type": _one_of(model.SubscriptionType), "start": _DATE},
        {
            "name": _STR,
            "department": _STR,
            "partner": _STR,
            "offer": _one_of(model.Offer),
            "telephony": _one_of(model.Telephony),
            "status": _one_of(model.Status),
            "end": _DATE,
            "term_months": core.int_schema(ge=1),
            "auto_renew": _default(core.bool_schema(), default=False),
            "notice_days": _default(core.int_schema(ge=0), 30),
            "grace_days": _default(core.int_schema(ge=0), 0),
            "lapses": _default(_many(_LAPSE), ()),
            "deployment": _one_of(model.Deployment),
            "primary": core.bool_schema(),
            "entitlements": core.with_default_schema(
                core.dict_schema(_STR, _ENTITLEMENT), default_factory=dict
            ),
            "has_entitlements": _default(core.bool_schema(), default=False),
        },
    ),
)
_ASSIGNMENT = _node(
    model.Assignment,
    {"subscription": _STR},
    {"license": _STR, "bare": _default(core.bool_schema(), default=False)},
)
_USER = _node(
    model.User,
    {"email": _STR, "roles": _many(_one_of(model.Role))},
    {
        "name": _STR,
        "department": _STR,
        "status": _one_of(model.UserStatus),
        "last_access": _DATE,
        "assignments": _default(
            core.no_info_before_validator_function(_assignments, _many(_ASSIGNMENT)), ()
        ),
    },
)
_PARTNER = _node(
    model.Partner,
    {"id": _STR, "access": _one_of(model.Access)},
    {"name": _STR, "approved_by": _STR},
)
_USAGE = _node(
    model.UsageRow,
    {
        "month": _STR,
        "service": _STR,
        "quantity": core.decimal_schema(ge=Decimal(0)),
    },
    {"subscription": _STR},
)
TENANT_SCHEMA = core.no_info_wrap_validator_function(
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
Tenant.core_schema = TENANT_SCHEMA
_VALIDATOR = SchemaValidator(TENANT_SCHEMA)
