"""The data of a tenant's exports from Control Hub and the Webex API.

`users_csv` and `api_json` read them.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, get_args

from validator.document.encoding import decode
from validator.findings.wording import shortened
from validator.project.sources import Source, SourceError, read_source
from validator.schema.formats import is_email
from validator.schema.vocabulary import LICENSE_NAMES, service_of_license
from validator.system.errors import NoVerdictError
from validator.tenant.model import UserStatus

AGENT_LICENSE_CODES = {"CJPPRM": "premium-agent", "CJPSTD": "standard-agent"}
"""The services of agent licences, by the code in the id of a licence."""
AGENT_SERVICES = tuple(AGENT_LICENSE_CODES.values())
ADMINISTRATOR_ROLES = ("administrator", "read-only-administrator")
SERVICES = (*AGENT_SERVICES, *(name for name in LICENSE_NAMES if name not in AGENT_SERVICES))
"""All services, in the order in which entitlements are written; agent licences are first."""
USER_STATUSES: tuple[UserStatus, ...] = get_args(UserStatus)

UsageKey = tuple[str, str | None, str]
"""The month, the subscription (None for the tenant's own figure) and the service of a usage row."""

HeldLicense = tuple[str, str]
"""The subscription and the service of a licence."""


class ExportError(NoVerdictError):
    """An invalid export."""


class License(NamedTuple):
    """A licence of the Webex API.

    `service` is None if tenant files have no such service. `total` is None if it is unlimited.
    `consumed` is the number of users; None if the API does not return it. With `has_users`, the
    users who hold the licence are listed.
    """

    id: str
    name: str
    subscription: str
    service: str | None
    total: int | None
    consumed: int | None
    has_users: bool

    @property
    def held(self) -> HeldLicense:
        """The subscription and the service."""
        return self.subscription, self.service or ""


@dataclass(slots=True)
class Person:
    """A user of the tenant.

    `licenses` is an ordered set of agent licences. `denied` are the agent licences that the user
    does not hold according to an export. `roles` are administrator roles; None if they are unknown.
    `status` is empty if it is unknown; with `is_enabled`, it is neither inactive nor pending. With
    `is_listed`, the user is in a list of all users; with `is_internal`, the user must be in it.
    """

    email: str
    name: str = ""
    department: str = ""
    licenses: dict[HeldLicense, None] = field(default_factory=dict)
    roles: frozenset[str] | None = None
    denied: set[HeldLicense] = field(default_factory=set)
    status: str = ""
    is_enabled: bool = False
    is_listed: bool = False
    is_internal: bool = False
    last_access: date | None = None


@dataclass(slots=True)
class LeftOut:
    """The exported data that an import does not use: columns by file, the rest by name."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    licenses: dict[str, None] = field(default_factory=dict)
    roles: dict[str, None] = field(default_factory=dict)
    statuses: dict[str, None] = field(default_factory=dict)
    times: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Export:
    """The merged data of all exports of a tenant.

    `people` are by e-mail address in lower case. With `has_users`, their licences are known. With
    `is_complete`, they are all users of the tenant. With `is_partial`, licences that the exports
    do not mention are left unchanged. The last access of users is only read with
    `takes_last_access`. `subscriptions` is an ordered set of ids. `suspended` are
    the subscriptions that a CSV shows as suspended, `serving` those that it shows as not suspended.
    `licenses` are by id. `quantities` are numbers of licences; `unlimited` licences have none.
    `licensed_subscriptions` are the subscriptions whose licences are all known. `usage` has
    quantities. `left_out` is the data that an import does not use, and `notes` has lines about it.
    `not_understood` has a line for each usage row that cannot be read, and for each user whose
    e-mail address cannot be written to a file; then nothing is imported.
    """

    people: dict[str, Person] = field(default_factory=dict)
    is_complete: bool = False
    has_users: bool = False
    is_partial: bool = False
    takes_last_access: bool = False
    subscriptions: dict[str, None] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    serving: set[str] = field(default_factory=set)
    licenses: dict[str, License] = field(default_factory=dict)
    quantities: dict[HeldLicense, int] = field(default_factory=dict)
    unlimited: set[HeldLicense] = field(default_factory=set)
    licensed_subscriptions: set[str] = field(default_factory=set)
    unknown_licenses: dict[str, str] = field(default_factory=dict)
    usage: dict[UsageKey, float] = field(default_factory=dict)
    organisation: str | None = None
    left_out: LeftOut = field(default_factory=LeftOut)
    notes: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)

    def person(self, email: str) -> Person:
        """Return the person with an e-mail address; a new person is added."""
        return self.people.setdefault(email.lower(), Person(email))

    def unlimited_services(self, subscription: str) -> tuple[str, ...]:
        """Return the services that have no limit in a subscription."""
        return tuple(service for service in SERVICES if (subscription, service) in self.unlimited)

    def require_email(self, place: str, email: str) -> None:
        """Note the e-mail address of a user with an agent licence if the schema refuses it."""
        if not is_email(email):
            self.not_understood.append(
                f"{place}: {shortened(email)} is not an e-mail address; correct it in Control Hub, "
                "and export the data again"
            )


def agent_service(name: str) -> str | None:
    """Return the service of an agent licence by its name; None for other licences."""
    return service_of_license(name, AGENT_SERVICES)


def read_text(name: str) -> str:
    """Return the text of an export file. Raises ExportError."""
    try:
        data = read_source(Source(name, name), b"")
        return decode(data)
    except SourceError as error:
        raise ExportError(str(error)) from error
    except UnicodeDecodeError as error:
        raise ExportError(f"{name}: not {error.encoding.upper()}; save it as UTF-8") from error
