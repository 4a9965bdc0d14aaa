"""Answers of the Webex API in JSON: `/v1/licenses` and `/v1/people`.

An id is the base64 encoding of a URI such as `ciscospark://us/LICENSE/<organisation>:<CODE>_<uuid>`.
Source: developer.webex.com/docs/api/v1/licenses and /people.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

from validator.controlhub.export import (
    AGENT_LICENSES,
    Export,
    ExportError,
    HeldLicense,
    agent_service,
    read_text,
)
from validator.findings.wording import shortened

_ADMINISTRATOR_ROLES = {
    "id_full_admin": "administrator",
    "id_readonly_admin": "read-only-administrator",
}
"""The roles of administrators, by the end of the URI of a role."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_items(name: str, key: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of an answer in a file. Raises ExportError.

    The file has an object with `items`, a list of such objects (pages), or one object with an id.
    `key` is a key of the objects, for messages.
    """
    try:
        pending: list[Any] = [json.loads(read_text(name))]
    except (ValueError, RecursionError) as error:
        raise ExportError(f"{name}: not JSON: {' '.join(str(error).split())}") from error
    found = False
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += reversed(value)
        elif isinstance(value, dict) and isinstance(value.get("items"), list):
            pending += reversed(value["items"])
            found = True
        elif isinstance(value, dict) and isinstance(value.get("id"), str):
            found = True
            yield value
        else:
            raise ExportError(f"{name}: no answer of the Webex API: it has no items with an id")
    if not found:
        raise ExportError(f"{name}: no answer of the Webex API: it has no items with {key}")


def add_license(
    export: Export, name: str, item: dict[str, Any], licenses_by_id: dict[str, HeldLicense]
) -> None:
    """Add an object of `/v1/licenses`; an agent's licence is also added to `licenses_by_id`.

    Raises ExportError.
    """
    organisation, code = _organisation_and_code(item["id"])
    subscription = _string(item.get("subscriptionId"))
    if organisation:
        _set_organisation(export, name, organisation)
    if subscription:
        export.licensed_subscriptions.add(subscription)
    service = AGENT_LICENSES.get(code) or agent_service(_string(item.get("name")))
    if service is None:
        return
    if not subscription:
        raise ExportError(f"{name}: the licence {shortened(item['id'])} has no subscriptionId")
    license = (subscription, service)
    export.subscriptions[subscription] = None
    licenses_by_id[item["id"]] = license
    total = item.get("totalUnits")
    if isinstance(total, float) and isfinite(total) and total == int(total):
        total = int(total)
    if not isinstance(total, int) or isinstance(total, bool):
        raise ExportError(
            f"{name}: {subscription}: the totalUnits of {service} are {shortened(str(total))}, "
            "which is no number"
        )
    if total >= 0:
        export.quantities[license] = export.quantities.get(license, 0) + total
    else:
        export.notes.append(f"left out: {service} of {subscription}, which has no limit")
    for user in item.get("users") or ():
        email = _string(user.get("email")) if isinstance(user, dict) else ""
        if not email:
            raise ExportError(f"{name}: a user of {service} in {subscription} has no email")
        person = export.person(email)
        person.name = person.name or _string(user.get("displayName"))
        person.licenses[license] = None
    export.has_users = export.has_users or "users" in item


def add_person(
    export: Export, name: str, item: dict[str, Any], licenses_by_id: dict[str, HeldLicense]
) -> None:
    """Add an object of `/v1/people`; agents' licences are looked up by their ids.

    Raises ExportError.
    """
    emails = item.get("emails")
    email = _string(emails[0]) if isinstance(emails, list) and emails else ""
    if not email:
        raise ExportError(f"{name}: the person {shortened(item['id'])} has no emails")
    if _string(item.get("orgId")):
        _set_organisation(export, name, _decoded(_string(item["orgId"])).rpartition("/")[2])
    person = export.person(email)
    full_name = " ".join(
        filter(None, (_string(item.get("firstName")), _string(item.get("lastName"))))
    )
    person.name = person.name or _string(item.get("displayName")) or full_name
    person.department = person.department or _string(item.get("department"))
    for id in _strings(item.get("licenses")):
        if id in licenses_by_id:
            person.licenses[licenses_by_id[id]] = None
    ends = (_decoded(id).rpartition("/")[2] for id in _strings(item.get("roles")))
    person.roles = frozenset(
        _ADMINISTRATOR_ROLES[end] for end in ends if end in _ADMINISTRATOR_ROLES
    )
    export.is_complete = export.has_users = True


def _set_organisation(export: Export, name: str, organisation: str) -> None:
    """Set the organisation of the exports, which must all be of the same one."""
    if export.organisation not in (None, organisation):
        raise ExportError(
            f"{name}: of the organisation {organisation}, but another file is of "
            f"{export.organisation}"
        )
    export.organisation = organisation


def _organisation_and_code(id: str) -> tuple[str, str]:
    """Return the organisation and the code in the id of a licence; empty if there are none."""
    organisation, colon, rest = _decoded(id).rpartition("/")[2].rpartition(":")
    return organisation if colon else "", rest.partition("_")[0]


def _decoded(id: str) -> str:
    """Return the URI that an id encodes; an id that encodes none is returned as it is."""
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
