"""The core schema that builds the tenant classes from the value of a document.

It is made from the JSON Schema of a tenant, so that pydantic-core checks and builds all parts in
one pass. Importing pydantic itself takes as long as the rest of a short run, so this module defines
the core schema directly.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, cast

from pydantic_core import CoreSchema, SchemaValidator
from pydantic_core import core_schema as core

from validator.schema.core_schemas import (
    EXTENSION,
    JsonSchema,
    keywords,
    many,
    mapping_keys,
    scalar,
)
from validator.system.bundled_files import bundled_schema
from validator.system.fast_json import parsed_json
from validator.tenant.model import (
    Assignment,
    Entitlement,
    EntitlementLine,
    Lapse,
    Node,
    Organisation,
    Partner,
    Subscription,
    Tenant,
    UsageRow,
    User,
)

TENANT_SCHEMA_NAME = "tenant"
"""The name of the schema of tenants among the schemas of all plugins."""


def tenant_of(value: object) -> Tenant:
    """Return the tenant that a document's value describes.

    Raises ValueError (a pydantic_core.ValidationError) if the value does not match the JSON Schema.
    """
    return cast("Tenant", _VALIDATOR.validate_python(value))


def _setter(cls: type[Node], field: str) -> Callable[[Node, object], None]:
    """Return the function that sets a field of a node, although nodes are immutable."""
    setter: Callable[[Node, object], None] = getattr(cls, field).__set__
    return setter


_set_path, _set_document = _setter(Node, "path"), _setter(Node, "document")
_set_has_entitlements = _setter(Subscription, "has_entitlements")
_set_entitlements = _setter(Subscription, "entitlements")
_set_is_list, _set_bare = _setter(Entitlement, "is_list"), _setter(Assignment, "bare")


def _place(value: Any, build: Callable[[object], Tenant]) -> Tenant:
    """Build a tenant, and set what depends on the place of a node: its path and its document.

    Nodes never change after that. Raises ValueError if a mapping has a key that it may not have.
    """
    tenant = build(value)

    def place(node: Node, path: str, mapping: Any = None) -> None:
        _set_path(node, path)
        _set_document(node, value)
        if mapping is not None and not _KEYS[type(node)].issuperset(mapping):
            _check_keys(mapping.keys() - _KEYS[type(node)])

    place(tenant, "", value)
    place(tenant.organisation, "/tenant", value["tenant"])
    for index, subscription in enumerate(tenant.subscriptions):
        written = value["subscriptions"][index]
        at = f"/subscriptions/{index}"
        place(subscription, at, written)
        for number, lapse in enumerate(subscription.lapses):
            place(lapse, f"{at}/lapses/{number}", written["lapses"][number])
        _set_has_entitlements(subscription, "entitlements" in written)
        entitlements = subscription.entitlements
        _set_entitlements(subscription, MappingProxyType(entitlements))
        for service, entitlement in entitlements.items():
            path, found = f"{at}/entitlements/{service}", written["entitlements"][service]
            is_list = isinstance(found, list)
            place(entitlement, path)
            _set_is_list(entitlement, is_list)
            for number, line in enumerate(entitlement.lines):
                item = found[number] if is_list else found
                own_path = f"{path}/{number}" if is_list else path
                place(line, own_path, item if isinstance(item, dict) else None)
    for index, user in enumerate(tenant.users):
        written, at = value["users"][index], f"/users/{index}"
        place(user, at, written)
        for number, assignment in enumerate(user.assignments):
            item = written["assignments"][number]
            bare = isinstance(item, str)
            _set_bare(assignment, bare)
            place(assignment, f"{at}/assignments/{number}", None if bare else item)
    for index, partner in enumerate(tenant.partners):
        place(partner, f"/partners/{index}", value["partners"][index])
    for index, row in enumerate(tenant.usage):
        place(row, f"/usage/{index}", value["usage"][index])
    return tenant


def _check_keys(unknown: Iterable[object]) -> None:
    """Raise ValueError for a key that does not begin with `x-`.

    pydantic-core can forbid or allow all keys that it does not know, but not some of them.
    """
    for key in unknown:
        if not str(key).startswith(EXTENSION):
            raise ValueError(f"the key {key} is not known")


def _assignments(value: object) -> object:
    """Return a list of assignments in which those that are only an id are mappings, too."""
    if not isinstance(value, list):
        return value
    return [item if isinstance(item, dict) else {"subscription": item} for item in value]


def _entitlements(value: object) -> object:
    """Return the entitlements of a subscription, each with the list of its lines."""
    if not isinstance(value, dict):
        return value
    return {
        service: {
            "lines": [_line(line) for line in (found if isinstance(found, list) else [found])]
        }
        for service, found in value.items()
        if not str(service).startswith(EXTENSION)
    }


def _line(value: object) -> object:
    return value if isinstance(value, dict) else {"quantity": value}


_SCHEMA: JsonSchema = parsed_json(bundled_schema(TENANT_SCHEMA_NAME).encode())
_DEFINITIONS: Mapping[str, JsonSchema] = _SCHEMA["$defs"]
_MAPPINGS: Mapping[type[Node], JsonSchema] = {
    Tenant: _SCHEMA,
    Organisation: _DEFINITIONS["tenant"],
    Subscription: _DEFINITIONS["subscription"],
    EntitlementLine: _DEFINITIONS["line"],
    Lapse: _DEFINITIONS["lapse"],
    User: _DEFINITIONS["user"],
    Assignment: _DEFINITIONS["assignment"],
    Partner: _DEFINITIONS["partner"],
    UsageRow: _DEFINITIONS["usage"],
}
_KEYS = {
    # A line may also be a number.
    cls: mapping_keys(schema, *(("minimum",) if cls is EntitlementLine else ()))
    for cls, schema in _MAPPINGS.items()
}
_NAMES = {(Tenant, "tenant"): "organisation", (Lapse, "from"): "first"}
"""The fields that have other names than their keys."""
_DEFAULTS = {
    "auto_renew": False, "notice_days": 30, "grace_days": 0, "lapses": (), "assignments": (),
    "users": (), "partners": (), "usage": (), "entitlements": {},
}  # fmt: skip
"""The value of each key that may be missing and then is not None."""


def _node(cls: type[Node], **parts: CoreSchema) -> CoreSchema:
    """Return the core schema for a node; `parts` are those of the keys that are no scalars."""
    schema = _MAPPINGS[cls]
    fields = []
    for key, found in schema["properties"].items():
        value = parts[key] if key in parts else scalar(_referenced(found))
        if key not in schema["required"]:
            value = core.with_default_schema(value, default=_DEFAULTS.get(key))
        name = _NAMES.get((cls, key), key)
        is_field = name in cls.__slots__  # the version is only checked
        fields.append(
            core.dataclass_field(name, value, validation_alias=key, init_only=not is_field)
        )
    return _built(cls, fields)


def _built(cls: type[Node], fields: list[core.DataclassField]) -> CoreSchema:
    arguments = core.dataclass_args_schema(cls.__name__, fields)
    names = [field["name"] for field in fields]
    return core.dataclass_schema(cls, arguments, names, slots=True, frozen=True)


def _referenced(schema: JsonSchema) -> JsonSchema:
    """Return a schema, or the definition that it refers to."""
    if "$ref" not in schema:
        return schema
    return _DEFINITIONS[keywords(schema, "$ref")["$ref"].removeprefix("#/$defs/")]


def _list(cls: type[Node], key: str, items: CoreSchema) -> CoreSchema:
    """Return the core schema for the list under a key."""
    return many(items, _MAPPINGS[cls]["properties"][key])


_SERVICES = scalar(_DEFINITIONS["service"])
_LINES = many(_node(EntitlementLine), {"type": "array", "minItems": 1})
_ENTITLEMENT = _built(Entitlement, [core.dataclass_field("lines", _LINES)])
_SUBSCRIPTION = _node(
    Subscription,
    lapses=_list(Subscription, "lapses", _node(Lapse)),
    entitlements=core.no_info_before_validator_function(
        _entitlements, core.dict_schema(_SERVICES, _ENTITLEMENT)
    ),
)
_ROLES = _list(User, "roles", scalar(_MAPPINGS[User]["properties"]["roles"]["items"]))
_USER = _node(
    User,
    roles=_ROLES,
    assignments=core.no_info_before_validator_function(
        _assignments, _list(User, "assignments", _node(Assignment))
    ),
)
TENANT_SCHEMA = core.no_info_wrap_validator_function(
    _place,
    _node(
        Tenant,
        tenant=_node(Organisation),
        subscriptions=_list(Tenant, "subscriptions", _SUBSCRIPTION),
        users=_list(Tenant, "users", _USER),
        partners=_list(Tenant, "partners", _node(Partner)),
        usage=_list(Tenant, "usage", _node(UsageRow)),
    ),
)
Tenant.core_schema = TENANT_SCHEMA
_VALIDATOR = SchemaValidator(TENANT_SCHEMA)
