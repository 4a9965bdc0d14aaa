"""The typed parts of a tenant document, each with its path.

`schema.tenant_schema` builds the nodes from the value of a document. The classes declare their
fields in plain slots, because creating dataclasses takes longer than checking a small file.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn

from validator.findings.finding import Finding, Fold, Related
from validator.findings.fix import Fix
from validator.findings.json_pointer import pointer, value_at

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

Telephony = Literal["webex-calling", "bundled-pstn", "vpop"]
SubscriptionType = Literal["named", "concurrent"]
Offer = Literal["flex", "flex-3"]
Status = Literal["active", "trial", "pending", "suspended", "cancelled"]
UserStatus = Literal["active", "verified", "not-verified", "pending", "inactive"]
Deployment = Literal["cloud", "hybrid"]
Role = Literal["agent", "supervisor", "administrator", "read-only-administrator"]
Access = Literal["full", "read-only"]


class Node:
    """An immutable part of a tenant. Two nodes are only equal if they are identical.

    `path` is its JSON Pointer. `document` is the value of the whole document, or None for a node
    that is not in a document.
    """

    __slots__ = ("document", "path")

    path: str
    document: object

    def __init__(self, *, path: str = "", document: object = None, **fields: object) -> None:
        """Create a node from all of its fields."""
        for name, value in {"path": path, "document": document, **fields}.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} of {type(self).__name__} cannot be set")

    __delattr__ = __setattr__  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the class name with its own fields."""
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).__slots__)
        return f"{type(self).__name__}({fields})"

    def at(self, *keys: str | int) -> str:
        """Return the path of a value in this node."""
        return self.path + pointer(*keys)

    @property
    def x(self) -> Mapping[str, Any]:
        """The keys that begin with `x-`, with the values from the document."""
        return self._keys_at(self.path)

    def _keys_at(self, path: str) -> Mapping[str, Any]:
        found = None if self.document is None else value_at(self.document, path)
        if not isinstance(found, Mapping):
            return {}
        return {key: value for key, value in found.items() if str(key).startswith("x-")}

    def repeats(self, other: "Node") -> bool:
        """Return whether another part of the document has the same value."""
        if self.document is None or other.document is None:
            return False
        return bool(value_at(self.document, self.path) == value_at(other.document, other.path))

    def finding(
        self,
        *keys: str | int,
        message: str,
        help: str = "",
        related: Sequence[Related] = (),
        fold: Fold | None = None,
        fix: Fix | None = None,
    ) -> Finding:
        """Return a finding at this node, or at the value under the given keys."""
        return Finding(self.at(*keys), message, help, related, fold=fold, fix=fix)


class Organisation(Node):
    """The mapping `tenant`: the Webex organisation that the document describes."""

    __slots__ = ("country", "id", "name", "telephony")

    id: str
    name: str
    country: str | None
    telephony: Telephony | None


class EntitlementLine(Node):
    """A quantity of a service from `since` (by default the subscription's start) to `until`.

    Its path is that of the line if the lines are a list, else that of the service.
    """

    __slots__ = ("quantity", "since", "until")

    quantity: int
    since: date | None
    until: date | None


class Entitlement(Node):
    """The lines of a service in a subscription. Overlapping lines are added up.

    `is_list`: the document has the lines as a list.
    """

    __slots__ = ("is_list", "lines")

    lines: tuple[EntitlementLine, ...]
    is_list: bool


class Lapse(Node):
    """Days without service between a term and its renewal: from `first` to `until`."""

    __slots__ = ("first", "until")

    first: date
    until: date


class Subscription(Node):
    """A subscription.

    `status` is None if the document has no status, which means active. `entitlements` has an entry
    for each service. If the document has no such key, it is empty and `has_entitlements` is false.
    """

    __slots__ = (
        "auto_renew", "department", "deployment", "end", "entitlements", "grace_days",
        "has_entitlements", "id", "lapses", "name", "notice_days", "offer", "partner", "primary",
        "start", "status", "telephony", "term_months", "type",
    )  # fmt: skip

    id: str
    type: SubscriptionType
    start: date
    name: str | None
    department: str | None
    partner: str | None
    offer: Offer | None
    telephony: Telephony | None
    status: Status | None
    end: date | None
    term_months: int | None
    auto_renew: bool
    notice_days: int
    grace_days: int
    lapses: tuple[Lapse, ...]
    deployment: Deployment | None
    primary: bool | None
    entitlements: Mapping[str, Entitlement]
    has_entitlements: bool

    @property
    def entitlements_x(self) -> Mapping[str, Any]:
        """The keys of `entitlements` that begin with `x-`, with their values."""
        return self._keys_at(self.at("entitlements")) if self.has_entitlements else {}


class Assignment(Node):
    """A user's assignment to a subscription. `bare`: the document only has the id."""

    __slots__ = ("bare", "license", "subscription")

    subscription: str
    license: str | None
    bare: bool

    def at(self, *keys: str | int) -> str:
        """Return the path of a value in this node; a bare assignment has only one path."""
        return self.path if self.bare else self.path + pointer(*keys)


class User(Node):
    """A user of the tenant. `status` is None if the document has none, which means active."""

    __slots__ = ("assignments", "department", "email", "last_access", "name", "roles", "status")

    email: str
    roles: tuple[Role, ...]
    name: str | None
    department: str | None
    status: UserStatus | None
    last_access: date | None
    assignments: tuple[Assignment, ...]

    def with_assignments(self, assignments: Sequence[Assignment]) -> "User":
        """Return a copy of the user with other assignments. It is not in a document."""
        fields = {name: getattr(self, name) for name in User.__slots__}
        return User(**{**fields, "assignments": tuple(assignments)})

    @property
    def label(self) -> str:
        """The name of the user in messages: the name, or else the e-mail address."""
        return self.name or self.email


class Partner(Node):
    """A partner that looks after subscriptions."""

    __slots__ = ("access", "approved_by", "id", "name")

    id: str
    access: Access
    name: str | None
    approved_by: str | None


class UsageRow(Node):
    """The use of a service in a month (YYYY-MM).

    Without a `subscription`, the row is the figure for the whole tenant.
    """

    __slots__ = ("month", "quantity", "service", "subscription")

    month: str
    service: str
    quantity: Decimal
    subscription: str | None


class Tenant(Node):
    """The content of a tenant document."""

    __slots__ = ("organisation", "partners", "subscriptions", "usage", "users")

    organisation: Organisation
    subscriptions: tuple[Subscription, ...]
    users: tuple[User, ...]
    partners: tuple[Partner, ...]
    usage: tuple[UsageRow, ...]
    core_schema: "ClassVar[CoreSchema]"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> "CoreSchema":
        """Return the core schema, which `schema.tenant_schema` sets when it is imported."""
        return cls.core_schema
