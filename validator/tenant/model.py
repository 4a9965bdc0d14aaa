"""The tenant as values: what a document says, typed, each part with its path.

`model_schema` fills the classes from the value of a document. They declare their fields in plain
slots: creating nine dataclasses takes longer than checking a small file.
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
    """A part of a tenant, which cannot be changed. Two nodes are equal only if they are the same.

    `path` is its path in the document. `document` is the value of the document; it is None for a
    node that is not in a document.
    """

    __slots__ = ("document", "path")

    path: str
    document: object

    def __init__(self, *, path: str = "", document: object = None, **fields: object) -> None:
        """Make a node from all of its fields."""
        for name, value in {"path": path, "document": document, **fields}.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} of {type(self).__name__} cannot be set")

    __delattr__ = __setattr__  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the class with its own fields."""
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).__slots__)
        return f"{type(self).__name__}({fields})"

    def at(self, *keys: str | int) -> str:
        """Return the path of a value under this node."""
        return self.path + pointer(*keys)

    @property
    def x(self) -> Mapping[str, Any]:
        """The keys that begin with `x-`, and their values as the document has them."""
        return self._keys_at(self.path)

    def _keys_at(self, path: str) -> Mapping[str, Any]:
        found = None if self.document is None else value_at(self.document, path)
        if not isinstance(found, Mapping):
            return {}
        return {key: value for key, value in found.items() if str(key).startswith("x-")}

    def repeats(self, other: "Node") -> bool:
        """Return whether the document says the same here as at another part."""
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
        """Return a finding at this node, or at the value under these keys."""
        return Finding(self.at(*keys), message, help, related, fold=fold, fix=fix)


class Organisation(Node):
    """The mapping `tenant`: which Webex organisation the document describes."""

    __slots__ = ("country", "id", "name", "telephony")

    id: str
    name: str
    country: str | None
    telephony: Telephony | None


class EntitlementLine(Node):
    """A quantity of a service, from `since` (by default the subscription's start) to `until`.

    Its path is that of the line in a list of lines, else that of the service.
    """

    __slots__ = ("quantity", "since", "until")

    quantity: int
    since: date | None
    until: date | None


class Entitlement(Node):
    """The lines of a service in a subscription. Lines that overlap are added up.

    `is_list` tells whether they are written as a list.
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

    `status` is None where the document leaves it to mean active. `entitlements` are by service;
    where the document has no such key they are empty, and `has_entitlements` is false.
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
        """The keys of `entitlements` that begin with `x-`, and their values."""
        return self._keys_at(self.at("entitlements")) if self.has_entitlements else {}


class Assignment(Node):
    """A user's assignment to a subscription. `bare`: written as the id alone."""

    __slots__ = ("bare", "license", "subscription")

    subscription: str
    license: str | None
    bare: bool

    def at(self, *keys: str | int) -> str:
        """Return the path of a value under this node; a bare one is all that there is."""
        return self.path if self.bare else self.path + pointer(*keys)


class User(Node):
    """A user of the tenant. `status` is None where the document leaves it to mean active."""

    __slots__ = ("assignments", "department", "email", "last_access", "name", "roles", "status")

    email: str
    roles: tuple[Role, ...]
    name: str | None
    department: str | None
    status: UserStatus | None
    last_access: date | None
    assignments: tuple[Assignment, ...]

    def with_assignments(self, assignments: Sequence[Assignment]) -> "User":
        """Return a user with these assignments who is otherwise the same, in no document."""
        fields = {name: getattr(self, name) for name in User.__slots__}
        return User(**{**fields, "assignments": tuple(assignments)})

    @property
    def label(self) -> str:
        """What messages call the user."""
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

    Without a `subscription` it is the tenant's own figure.
    """

    __slots__ = ("month", "quantity", "service", "subscription")

    month: str
    service: str
    quantity: Decimal
    subscription: str | None


class Tenant(Node):
    """All that one document says."""

    __slots__ = ("organisation", "partners", "subscriptions", "usage", "users")

    organisation: Organisation
    subscriptions: tuple[Subscription, ...]
    users: tuple[User, ...]
    partners: tuple[Partner, ...]
    usage: tuple[UsageRow, ...]
    core_schema: "ClassVar[CoreSchema]"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> "CoreSchema":
        """Let pydantic take the class as it stands, once `model_schema` is imported."""
        return cls.core_schema
