"""The data of a tenant's exports from Control Hub and the Webex API.

`users_csv` and `api_json` read them.
"""

from dataclasses import dataclass, field

from validator.document.encoding import decode
from validator.project.sources import Source, SourceError, read_source
from validator.schema.vocabulary import service_of_license
from validator.system.errors import NoVerdictError

AGENT_LICENSES = {"CJPPRM": "premium-agent", "CJPSTD": "standard-agent"}
"""The services of agents' licences, by the code in the id of a licence."""
AGENT_SERVICES = tuple(AGENT_LICENSES.values())
ADMINISTRATOR_ROLES = ("administrator", "read-only-administrator")

HeldLicense = tuple[str, str]
"""The subscription and the service of a licence."""


class ExportError(NoVerdictError):
    """An invalid export."""


@dataclass(slots=True)
class Person:
    """A user of the tenant.

    `licenses` is an ordered set of agents' licences, `denied` are those of which an export says
    that the user does not hold them. `roles` are those of administrators; None if they are unknown.
    """

    email: str
    name: str = ""
    department: str = ""
    licenses: dict[HeldLicense, None] = field(default_factory=dict)
    roles: frozenset[str] | None = None
    denied: set[HeldLicense] = field(default_factory=set)


@dataclass(slots=True)
class Export:
    """The merged data of all exports of a tenant.

    `people` are by e-mail address in lower case. With `has_users` their licences are known. With
    `is_complete` all users of the tenant are among them. With `is_partial` a licence of which
    nothing is said stays as it is. `subscriptions` is an ordered set of ids.
    `quantities` are the numbers of agents' licences. `licensed_subscriptions` are those of which
    all licences are known. `notes` say which data were left out, one line each.
    """

    people: dict[str, Person] = field(default_factory=dict)
    is_complete: bool = False
    has_users: bool = False
    is_partial: bool = False
    subscriptions: dict[str, None] = field(default_factory=dict)
    quantities: dict[HeldLicense, int] = field(default_factory=dict)
    licensed_subscriptions: set[str] = field(default_factory=set)
    organisation: str | None = None
    notes: list[str] = field(default_factory=list)

    def person(self, email: str) -> Person:
        """Return the person with an e-mail address; a new one is added."""
        return self.people.setdefault(email.lower(), Person(email))


def agent_service(name: str) -> str | None:
    """Return the service of an agent's licence by its name; None if it is another licence."""
    return service_of_license(name, tuple(AGENT_LICENSES.values()))


def read_text(name: str) -> str:
    """Return the text of an export file. Raises ExportError."""
    try:
        data = read_source(Source(name, name), b"")
        return decode(data)
    except SourceError as error:
        raise ExportError(str(error)) from error
    except UnicodeDecodeError as error:
        raise ExportError(f"{name}: not {error.encoding.upper()}; save it as UTF-8") from error
