"""What Control Hub and the Webex API tell of a tenant: users, licences, subscriptions.

Control Hub's export of users is CSV; a licence is a column that carries its subscription in
brackets. The answers of `/v1/licenses` and `/v1/people` are JSON; an id is base64 of
`ciscospark://us/LICENSE/<organisation>:<CODE>_<uuid>`. Source: help.webex.com nlkiw8e and afv3q8,
developer.webex.com/docs/api/v1/licenses and /people.
"""

import base64
import binascii
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from validator.document.encoding import decode
from validator.findings.diagnostic import NoVerdictError
from validator.findings.wording import counted, did_you_mean, listing, shortened
from validator.project.files import FilesError, Source, read_source

EMAIL = "User ID/Email (Required)"
KNOWN = ("First Name", "Last Name", "Display Name", EMAIL, "User Status", "Department")
AGENTS = {"CJPPRM": "premium-agent", "CJPSTD": "standard-agent"}
"""The licences of agents, by the code in their id."""
ROLES = {"id_full_admin": "administrator", "id_readonly_admin": "read-only-administrator"}
"""The roles of administrators, by the end of their id."""

_LICENCE = re.compile(
    r"(?:webex )?contact cent(?:er|re) (?P<kind>premium|standard) agent"
    r"\s*(?:\(suspended\))?\s*\[(?P<subscription>[^\]]+)\]\s*(?:\(suspended\))?",
    re.IGNORECASE,
)
_AGENT_NAME = re.compile(
    r"(?:webex )?contact cent(?:er|re) (?P<kind>premium|standard) agent", re.IGNORECASE
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_NAMED = 8

Held = tuple[str, str]
"""A subscription and a service."""


class ExportError(NoVerdictError):
    """An export that cannot be understood."""


@dataclass(slots=True)
class Person:
    """A user of the tenant. `roles` are those of administrators; None where nothing tells."""

    email: str
    name: str = ""
    department: str = ""
    held: dict[Held, None] = field(default_factory=dict)
    roles: frozenset[str] | None = None


@dataclass(slots=True)
class Export:
    """All that the exports tell.

    `people` are by e-mail address in lower case; `complete` tells whether who is not among them
    is not in the tenant. `units` are the quantities of agents' licences, `licensed` the
    subscriptions whose licences are all known. `notes` say what was left out.
    """

    people: dict[str, Person] = field(default_factory=dict)
    complete: bool = False
    knows_users: bool = False
    subscriptions: dict[str, None] = field(default_factory=dict)
    units: dict[Held, int] = field(default_factory=dict)
    licensed: set[str] = field(default_factory=set)
    organisation: str | None = None
    notes: list[str] = field(default_factory=list)

    def person(self, email: str) -> Person:
        """Return the person of an e-mail address, known or new."""
        return self.people.setdefault(email.lower(), Person(email))


def read_exports(users: Sequence[str], licenses: Sequence[str], people: Sequence[str]) -> Export:
    """Return what the files of these names tell. Raises ExportError."""
    if not (users or licenses or people):
        raise ExportError("nothing to compare with: name --users, --licenses or --people")
    export = Export()
    codes: dict[str, Held] = {}
    for name in users:
        _add_users(export, name, _text(name))
    for name in licenses:
        for item in _items(name, "totalUnits"):
            _add_license(export, name, item, codes)
    if people and not licenses:
        raise ExportError("--people names licences by their ids; --licenses says what those are")
    for name in people:
        for item in _items(name, "emails"):
            _add_person(export, name, item, codes)
    without = sum(not person.held for person in export.people.values())
    if without:
        export.notes.append(f"left out: {counted(without, 'user')} without a licence of an agent")
    return export


def _text(name: str) -> str:
    try:
        data = read_source(Source(name, name), b"")
        return decode(data)
    except FilesError as error:
        raise ExportError(str(error)) from error
    except UnicodeDecodeError as error:
        raise ExportError(f"{name}: not {error.encoding.upper()}; save it as UTF-8") from error


# CSV


def _add_users(export: Export, name: str, text: str) -> None:
    rows = _rows(name, text)
    try:
        line, head = next(rows)
    except StopIteration:
        raise ExportError(f"{name}: empty") from None
    columns = [" ".join(cell.split()) for cell in head]
    at = {column.lower(): number for number, column in reversed(list(enumerate(columns)))}
    if EMAIL.lower() not in at:
        hint = did_you_mean(EMAIL, columns)
        raise ExportError(f"{name}:{line}: no column {EMAIL}" + (hint and f"; {hint}"))
    licences: list[tuple[int, Held]] = []
    left_out: list[str] = []
    known = {column.lower() for column in KNOWN}
    for number, column in enumerate(columns):
        match = _LICENCE.fullmatch(column)
        if match:
            held = (match["subscription"].strip(), f"{match['kind'].lower()}-agent")
            licences.append((number, held))
            export.subscriptions[held[0]] = None
        elif column.lower() not in known and column:
            left_out.append(column)
    if not licences:
        raise ExportError(
            f"{name}:{line}: no column of an agent's licence, such as Contact Center Premium Agent "
            "[Sub121331]; export the users with their licences"
        )
    if left_out:
        shown = [shortened(column) for column in left_out[:_MOST_NAMED]]
        more = len(left_out) - len(shown)
        words = listing([*shown, f"{more} more"] if more else shown)
        export.notes.append(
            f"left out of {name}: the {'column' if len(left_out) == 1 else 'columns'} {words}"
        )

    def cell(row: list[str], column: str) -> str:
        number = at.get(column.lower())
        return "" if number is None or number >= len(row) else row[number].strip()

    for line, row in rows:
        if len(row) > len(columns) and any(value.strip() for value in row[len(columns) :]):
            raise ExportError(
                f"{name}:{line}: {len(row)} values, but {len(columns)} columns; "
                "quote what holds a comma"
            )
        email = cell(row, EMAIL)
        if not email:
            raise ExportError(f"{name}:{line}: no {EMAIL}")
        person = export.person(email)
        both = " ".join(filter(None, (cell(row, "First Name"), cell(row, "Last Name"))))
        person.name = person.name or cell(row, "Display Name") or both
        person.department = person.department or cell(row, "Department")
        for number, held in licences:
            value = row[number].strip() if number < len(row) else ""
            match value.upper():
                case "TRUE":
                    person.held[held] = None
                case "FALSE" | "":
                    pass
                case _:
                    raise ExportError(
                        f"{name}:{line}: {columns[number]}: {shortened(value)} is neither TRUE, "
                        "FALSE nor blank"
                    )
    export.complete = export.knows_users = True


def _rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of its last line."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ExportError(f"{name}:{reader.line_num}: not CSV: {error}") from error
        if any(value.strip() for value in row):
            yield reader.line_num, row


# JSON


def _items(name: str, key: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of an answer: its `items`, those of several pages, or one by itself."""
    try:
        left: list[Any] = [json.loads(_text(name))]
    except (ValueError, RecursionError) as error:
        raise ExportError(f"{name}: not JSON: {' '.join(str(error).split())}") from error
    found = False
    while left:
        value = left.pop()
        if isinstance(value, list):
            left += reversed(value)
        elif isinstance(value, dict) and isinstance(value.get("items"), list):
            left += reversed(value["items"])
            found = True
        elif isinstance(value, dict) and isinstance(value.get("id"), str):
            found = True
            yield value
        else:
            raise ExportError(f"{name}: no answer of the Webex API: it has no items with an id")
    if not found:
        raise ExportError(f"{name}: no answer of the Webex API: it has no items with {key}")


def _add_license(export: Export, name: str, item: dict[str, Any], codes: dict[str, Held]) -> None:
    organisation, code = _license_id(item["id"])
    subscription = _string(item.get("subscriptionId"))
    if organisation:
        _take_organisation(export, name, organisation)
    if subscription:
        export.licensed.add(subscription)
    match = _AGENT_NAME.fullmatch(" ".join(_string(item.get("name")).split()))
    service = AGENTS.get(code) or (f"{match['kind'].lower()}-agent" if match else None)
    if service is None:
        return
    if not subscription:
        raise ExportError(f"{name}: the licence {shortened(item['id'])} has no subscriptionId")
    held = (subscription, service)
    export.subscriptions[subscription] = None
    codes[item["id"]] = held
    total = item.get("totalUnits")
    if not isinstance(total, int | float) or isinstance(total, bool) or total != int(total):
        raise ExportError(
            f"{name}: {subscription}: the totalUnits of {service} are {shortened(str(total))}, "
            "which is no number"
        )
    if total >= 0:
        export.units[held] = export.units.get(held, 0) + int(total)
    else:
        export.notes.append(f"left out: {service} of {subscription}, which has no limit")
    for user in item.get("users") or ():
        email = _string(user.get("email")) if isinstance(user, dict) else ""
        if not email:
            raise ExportError(f"{name}: a user of {service} in {subscription} has no email")
        person = export.person(email)
        person.name = person.name or _string(user.get("displayName"))
        person.held[held] = None
    export.knows_users = export.knows_users or "users" in item


def _add_person(export: Export, name: str, item: dict[str, Any], codes: dict[str, Held]) -> None:
    emails = item.get("emails")
    email = _string(emails[0]) if isinstance(emails, list) and emails else ""
    if not email:
        raise ExportError(f"{name}: the person {shortened(item['id'])} has no emails")
    if _string(item.get("orgId")):
        _take_organisation(export, name, _decoded(_string(item["orgId"])).rpartition("/")[2])
    person = export.person(email)
    both = " ".join(filter(None, (_string(item.get("firstName")), _string(item.get("lastName")))))
    person.name = person.name or _string(item.get("displayName")) or both
    person.department = person.department or _string(item.get("department"))
    for id in _strings(item.get("licenses")):
        if id in codes:
            person.held[codes[id]] = None
    ends = (_decoded(id).rpartition("/")[2] for id in _strings(item.get("roles")))
    person.roles = frozenset(ROLES[end] for end in ends if end in ROLES)
    export.complete = export.knows_users = True


def _take_organisation(export: Export, name: str, organisation: str) -> None:
    if export.organisation not in (None, organisation):
        raise ExportError(
            f"{name}: of the organisation {organisation}, but another file is of "
            f"{export.organisation}"
        )
    export.organisation = organisation


def _license_id(id: str) -> tuple[str, str]:
    """Return the organisation and the code in the id of a licence, or nothing for each."""
    organisation, colon, rest = _decoded(id).rpartition("/")[2].rpartition(":")
    return organisation if colon else "", rest.partition("_")[0]


def _decoded(id: str) -> str:
    """Return what an id of the Webex API stands for; an id that stands for nothing is itself."""
    urlsafe = id.replace("+", "-").replace("/", "_")
    try:
        text = base64.urlsafe_b64decode(urlsafe + "=" * (-len(id) % 4)).decode()
    except (binascii.Error, ValueError):
        return id
    return text if text.startswith("ciscospark://") else id


def _string(value: object) -> str:
    return _SURROGATE.sub("\ufffd", value).strip() if isinstance(value, str) else ""


def _strings(value: object) -> Iterable[str]:
    return (item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
