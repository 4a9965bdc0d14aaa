"""The typed parts of a tenant document, each with its path.

The classes are frozen dataclasses. `model_schema` builds them from the value of a document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal

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


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of a tenant. Two nodes are only equal if they are identical.

    `path` is its JSON Pointer, and `document` the value of the whole document.
    """

    path: str = field(init=False, repr=False, default="")
    document: object = field(init=False, repr=False, default=None)

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


@dataclass(frozen=True, slots=True, eq=False)
class Organisation(Node):
    """The mapping `tenant`: the Webex organisation that the document describes."""

    id: str
    name: str
    country: str | None = None
    telephony: Telephony | None = None


@dataclass(frozen=True, slots=True, eq=False)
class EntitlementLine(Node):
    """A quantity of a service from `since` (by default the subscription's start) to `until`.

    Its path is that of the line if the lines are a list, else that of the service.
    """

    quantity: int
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Entitlement(Node):
    """The lines of a service in a subscription. Overlapping lines are added up.

    `is_list`: the document has the lines as a list.
    """

    lines: tuple[EntitlementLine, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lapse(Node):
    """Days without service between a term and its renewal: from `first` to `until`."""

    first: date
    until: date


@dataclass(frozen=True, slots=True, eq=False)
class Subscription(Node):
    """A subscription.

    `status` is None if the document has no status, which means active. `entitlements` has an entry
    for each service. If the document has no such key, it is empty and `has_entitlements` is false.
    """

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
    notice_days: int = 30
    grace_days: int = 0
    lapses: tuple[Lapse, ...] = ()
    deployment: Deployment | None = None
    primary: bool | None = None
    entitlements: Mapping[str, Entitlement] = field(default_factory=dict)
    has_entitlements: bool = False

    @property
    def entitlements_x(self) -> Mapping[str, Any]:
        """The keys of `entitlements` that begin with `x-`, with their values."""
        return self._keys_at(self.at("entitlements")) if self.has_entitlements else {}


@dataclass(frozen=True, slots=True, eq=False)
class Assignment(Node):
    """A user's assignment to a subscription. `bare`: the document only has the id."""

    subscription: str
    license: str | None = None
    bare: bool = False

    def at(self, *keys: str | int) -> str:
        """Return the path of a value in this node; a bare assignment has only one path."""
        return self.path if self.bare else self.path + pointer(*keys)


@dataclass(frozen=True, slots=True, eq=False)
class User(Node):
    """A user of the tenant. `status` is None if the document has none, which means active."""

    email: str
    roles: tuple[Role, ...]
    name: str | None = None
    department: str | None = None
    status: UserStatus | None = None
    last_access: date | None = None
    assignments: tuple[Assignment, ...] = ()

    @property
    def label(self) -> str:
        """The name of the user in messages: the name, or else the e-mail address."""
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
    """The use of a service in a month (YYYY-MM).

    Without a `subscription`, the row is the figure for the whole tenant.
    """

    month: str
    service: str
    quantity: Decimal
    subscription: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tenant(Node):
    """The content of a tenant document."""

    organisation: Organisation
    subscriptions: tuple[Subscription, ...]
    users: tuple[User, ...] = ()
    partners: tuple[Partner, ...] = ()
    usage: tuple[UsageRow, ...] = ()
    core_schema: "ClassVar[CoreSchema]"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> "CoreSchema":
        """Return the core schema, which `model_schema` sets when it is imported."""
        return cls.core_schema
