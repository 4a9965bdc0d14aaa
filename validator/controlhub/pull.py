"""Request the Webex API responses that `import` and `drift` read, with all pages."""

import json
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from validator.controlhub.api_pages import Page, has_id, without_next
from validator.controlhub.webex_access import PullError, access_from

if TYPE_CHECKING:
    from validator.controlhub.webex_client import WebexClient

LICENSES, LICENSE_USERS, PEOPLE = "licenses.json", "license-users.json", "people.json"
_LICENSES_SCOPE = "spark-admin:licenses_read"
_PEOPLE_SCOPE = "spark-admin:people_read"
_USERS_IN_A_PAGE, _PEOPLE_IN_A_PAGE = "300", "1000"


class Step(NamedTuple):
    """The progress of a pull: what it reads, the number of items, and the total if it is known."""

    what: str
    done: int
    total: int | None = None


class Pulled(NamedTuple):
    """The responses: the list of licences, each licence with its users, the list of people.

    `notes` are lines about the access.
    """

    licenses: Page
    license_users: tuple[Page, ...]
    people: Page
    notes: tuple[str, ...] = ()

    def files(self) -> dict[str, bytes]:
        """Return the contents of the files, by name."""
        users = [page.items[0] for page in self.license_users]
        return {
            LICENSES: _json_bytes({"items": list(self.licenses.items)}),
            LICENSE_USERS: _json_bytes(users),
            PEOPLE: _json_bytes({"items": list(self.people.items)}),
        }


def pull(
    environment: Mapping[str, str], organisation: str | None, timeout: float
) -> Generator[Step, None, Pulled]:
    """Request all responses; yield the progress and return the responses. Raises PullError."""
    access = access_from(environment)
    try:
        from validator.controlhub.webex_client import WebexClient
    except ImportError as error:
        raise PullError("the Webex API needs httpx: pip install 'tenantlint[webex]'") from error
    client = WebexClient(access, timeout)
    query = {"orgId": organisation} if organisation else {}
    try:
        licenses = yield from _list(client, "/licenses", "licences", _LICENSES_SCOPE, query)
        users: list[Page] = []
        for number, item in enumerate(licenses, 1):
            users.append((yield from _license_users(client, item["id"])))
            yield Step("licences", number, len(licenses))
        asked = {"max": _PEOPLE_IN_A_PAGE, **query}
        people = yield from _list(client, "/people", "people", _PEOPLE_SCOPE, asked)
    finally:
        client.close()
    return Pulled(
        Page("/v1/licenses", "", tuple(licenses), ""),
        tuple(users),
        Page("/v1/people", "", tuple(people), ""),
        tuple(dict.fromkeys(client.notes)),
    )


def _list(
    client: "WebexClient", path: str, what: str, scope: str, query: Mapping[str, str]
) -> Generator[Step, None, list[dict[str, Any]]]:
    items: list[dict[str, Any]] = []
    for answer in client.pages(path, scope, **query):
        found = answer.value.get("items")
        if not isinstance(found, list) or not all(map(has_id, found)):
            raise PullError(f"{path}: the response has no items with an id; nothing is saved")
        if any(item.get("errors") for item in (answer.value, *found)):
            raise PullError(f"{path}: the response reports errors; nothing is saved")
        items += found
        yield Step(what, len(items))
    if not items:
        raise PullError(
            f"{path}: the response has no items, but every organisation has some; the token may "
            "have no access to them; nothing is saved"
        )
    return items


def _license_users(client: "WebexClient", id: str) -> Generator[Step, None, Page]:
    """Return a licence with the users of all its pages."""
    path = f"/licenses/{quote(id, safe='')}"
    query = {"includeAssignedTo": "user", "limit": _USERS_IN_A_PAGE}
    license: dict[str, Any] = {}
    users: list[Any] = []
    for answer in client.pages(path, _LICENSES_SCOPE, **query):
        if answer.value.get("errors"):
            raise PullError(f"{path}: the response reports errors; nothing is saved")
        # A licence without users may lack the key; a further page must have it.
        found = answer.value.get("users", None if license else [])
        is_other = answer.value.get("id", license.get("id")) != id
        if is_other or not isinstance(found, list):
            raise PullError(f"{path}: the response is not about this licence; nothing is saved")
        license = license or answer.value
        users += found
        if len(users) > len(found):
            yield Step("users of a licence", len(users))
    return Page(f"/v1{path}", id, ({**without_next(license), "users": users},), "")


def _json_bytes(value: object) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()


def pulled_pages(pulled: Pulled) -> tuple[list[Page], list[Page]]:
    """Return the pages of licences and the pages of people."""
    return [pulled.licenses, *pulled.license_users], [pulled.people]
