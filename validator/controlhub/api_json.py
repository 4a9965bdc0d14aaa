"""Read licences and people from Webex API responses: `/v1/licenses` and `/v1/people`.

An id is the base64 encoding of a URI such as `ciscospark://us/LICENSE/<organisation>:<CODE>_<uuid>`.
Source: developer.webex.com/docs/api/v1/licenses and /people.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

from validator.controlhub.document_values import whole_number
from validator.controlhub.export import (
    AGENT_LICENSE_CODES,
    AGENT_SERVICES,
    Export,
    ExportError,
    License,
    Person,
)
from validator.controlhub.export_times import day_of
from validator.findings.wording import shortened
from validator.schema.vocabulary import LICENSE_NAMES, plain, service_of_license

_ADMINISTRATOR_ROLES = {
    "id_full_admin": "administrator",
    "id_readonly_admin": "read-only-administrator",
}
"""The administrator roles, by the end of the URI of a role."""
_OTHERS = {
    form: service
    for service, names in LICENSE_NAMES.items()
    for name in names
    if re.match(r"(wfo|workforce optimi[sz]ation) |webex connect$|webex ai agent$", name)
    for form in (name, f"webex {name}", f"cisco {name}")
}
"""The services of licences whose names do not begin with "Contact Center"."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTACT_CENTER = re.compile(r"contact cent(?:er|re)", re.IGNORECASE)


def add_license(export: Export, name: str, item: dict[str, Any], *, is_list: bool) -> None:
    """Add an object of `/v1/licenses`, or of `/v1/licenses/{id}` without `is_list`.

    The same licence may be added several times: from the list, and from each page of its users.
    Raises ExportError.
    """
    if "totalUnits" not in item:
        hint = "; use --people for people" if "emails" in item else ""
        raise ExportError(
            f"{name}: {shortened(item['id'])} is not a licence: it has no totalUnits{hint}"
        )
    id = item["id"].rstrip("=")
    organisation, code = _organisation_and_code(id)
    if organisation:
        _set_organisation(export, name, organisation)
    license = _license(name, item, id, code)
    known = export.licenses.get(id)
    if known is not None:
        _require_same(name, license, known)
    if known is None or license.has_users or not known.has_users:
        export.licenses[id] = license
    if license.subscription and is_list:
        export.licensed_subscriptions.add(license.subscription)
    if license.service is None:
        if license.name:
            export.left_out.licenses[license.name] = None
    else:
        export.subscriptions[license.subscription] = None
    if license.subscription and _CONTACT_CENTER.search(license.name):
        export.subscriptions[license.subscription] = None
    if known is None and license.service is not None:
        if license.total is None:
            export.unlimited.add(license.held)
        else:
            export.quantities[license.held] = export.quantities.get(license.held, 0) + license.total
    if license.service in AGENT_SERVICES:
        _add_holders(export, name, item, license)


def _require_same(name: str, license: License, known: License) -> None:
    """Raise ExportError if a licence has other values in another response."""
    values = (
        ("totalUnits", license.total, known.total),
        ("subscriptionId", license.subscription, known.subscription),
        ("name", license.name, known.name),
    )
    for key, here, there in values:
        if here != there:
            raise ExportError(
                f"{name}: {_label(license.id, license.name, license.service)} has {key} "
                f"{_shown(here)} here and {_shown(there)} in another response; fetch both again"
            )


def _shown(value: int | str | None) -> str:
    """Return a value for messages; None is a quantity without a limit."""
    if isinstance(value, str):
        return shortened(value) or "(empty)"
    return "-1" if value is None else str(value)


def _license(name: str, item: dict[str, Any], id: str, code: str) -> License:
    """Return the licence of an object. Raises ExportError."""
    title = _string(item.get("name"))
    subscription = _string(item.get("subscriptionId"))
    service = (
        AGENT_LICENSE_CODES.get(code) or service_of_license(title) or _OTHERS.get(plain(title))
    )
    if service is not None and not subscription:
        if service not in AGENT_SERVICES:
            service = None
        else:
            raise ExportError(f"{name}: {_label(id, title, service)} has no subscriptionId")
    total = whole_number(item.get("totalUnits"))
    if service is not None and total is None:
        raise ExportError(
            f"{name}: {subscription}: the totalUnits of {service} are "
            f"{shortened(str(item.get('totalUnits')))}, which is not a number"
        )
    return License(
        id,
        title,
        subscription,
        service,
        None if total is None or total < 0 else total,
        # Other licences may be consumed by devices.
        _consumed(item) if service in AGENT_SERVICES else whole_number(item.get("consumedByUsers")),
        "users" in item,
    )


def _add_holders(export: Export, name: str, item: dict[str, Any], license: License) -> None:
    """Add the users that a licence lists."""
    for user in item.get("users") or ():
        email = _string(user.get("email")) if isinstance(user, dict) else ""
        if not email:
            raise ExportError(
                f"{name}: a user of {license.service} in {license.subscription} has no email"
            )
        export.require_email(f"{name}: {license.service} in {license.subscription}", email)
        person = export.person(email)
        person.name = person.name or _string(user.get("displayName"))
        person.licenses[license.held] = None
        # EXTERNAL users belong to another organisation, which lists them.
        person.is_internal = person.is_internal or user.get("type") == "INTERNAL"
    export.has_users = export.has_users or "users" in item


def add_person(export: Export, name: str, item: dict[str, Any]) -> None:
    """Add an object of `/v1/people`; its licences are looked up by their ids.

    Raises ExportError.
    """
    emails = item.get("emails")
    email = _string(emails[0]) if isinstance(emails, list) and emails else ""
    if not email:
        hint = "; use --licenses for licences" if "totalUnits" in item else ""
        raise ExportError(
            f"{name}: {shortened(item['id'])} is not a person: it has no emails{hint}"
        )
    if not isinstance(item.get("licenses"), list):
        raise ExportError(
            f"{name}: {email} has no key licenses, so their licences are unknown; fetch the people "
            "with the token of an administrator"
        )
    if _string(item.get("orgId")):
        _set_organisation(export, name, _decoded(_string(item["orgId"])).rpartition("/")[2])
    person = export.person(email)
    person.is_listed = True
    full_name = " ".join(
        filter(None, (_string(item.get("firstName")), _string(item.get("lastName"))))
    )
    person.name = person.name or _string(item.get("displayName")) or full_name
    person.department = person.department or _string(item.get("department"))
    for id in _strings(item.get("licenses")):
        license = export.licenses.get(id.rstrip("="))
        if license is None:
            export.unknown_licenses.setdefault(id, email)
        elif license.service in AGENT_SERVICES:
            person.licenses[license.held] = None
    if person.licenses:
        export.require_email(f"{name}: the person {shortened(item['id'])}", email)
    _set_roles(export, person, item)
    _set_status(person, item)
    if export.takes_last_access:
        person.last_access = person.last_access or day_of(_string(item.get("lastActivity")))
    export.is_complete = export.has_users = True


def _set_roles(export: Export, person: Person, item: dict[str, Any]) -> None:
    ends = {_decoded(id).rpartition("/")[2] for id in _strings(item.get("roles"))}
    known = {_ADMINISTRATOR_ROLES[end] for end in ends if end in _ADMINISTRATOR_ROLES}
    person.roles = frozenset(known)
    for end in sorted(ends - _ADMINISTRATOR_ROLES.keys()):
        export.left_out.roles[shortened(end)] = None


def _set_status(person: Person, item: dict[str, Any]) -> None:
    """Set the status of a person.

    The key `status` of the API is not used: it is the presence, which is `inactive` for a user who
    is temporarily away.
    """
    if item.get("loginEnabled") is False:
        person.status = person.status or "inactive"
    elif item.get("invitePending") is True:
        person.status = person.status or "pending"
    elif item.get("loginEnabled") is True and item.get("invitePending") is False:
        person.is_enabled = True


def _consumed(item: dict[str, Any]) -> int | None:
    """Return the number of users who consume a licence; None if it is unknown."""
    by_users, total = (
        whole_number(item.get("consumedByUsers")),
        whole_number(item.get("consumedUnits")),
    )
    if by_users is not None or total is None:
        return by_users
    return max(0, total - (whole_number(item.get("consumedByWorkspaces")) or 0))


def _label(id: str, name: str, service: str | None) -> str:
    """Return a licence for messages: its name, and the part of its id that is unique."""
    tail = _decoded(id).rpartition(":")[2]
    return f"the licence {name or service or ''} ({shortened(tail)})"


def _set_organisation(export: Export, name: str, organisation: str) -> None:
    """Set the organisation of the exports, which must be the same for all."""
    if export.organisation not in (None, organisation):
        raise ExportError(
            f"{name}: belongs to the organisation {organisation}, but another file belongs to "
            f"{export.organisation}"
        )
    export.organisation = organisation


def _organisation_and_code(id: str) -> tuple[str, str]:
    """Return the organisation and the code in the id of a licence; empty if they are missing."""
    organisation, colon, rest = _decoded(id).rpartition("/")[2].rpartition(":")
    return organisation if colon else "", rest.partition("_")[0]


def _decoded(id: str) -> str:
    """Return the URI that an id encodes; any other id is returned unchanged."""
    urlsafe = id.replace("+", "-").replace("/", "_")
    try:
        text = base64.urlsafe_b64decode(urlsafe + "=" * (-len(id) % 4)).decode()
    except (binascii.Error, ValueError):
        return id
    return text if text.startswith("ciscospark://") else id


def _string(value: object) -> str:
    """Return a stripped string without surrogates; empty if the value is not a string."""
    return _SURROGATE.sub("\ufffd", value).strip() if isinstance(value, str) else ""


def _strings(value: object) -> Iterable[str]:
    """Return the strings of a list; none if the value is not a list."""
    return (item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
