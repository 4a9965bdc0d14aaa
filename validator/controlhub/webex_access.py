"""Read the address of the Webex API and the credentials from the environment."""

import ipaddress
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from validator.findings.wording import listing, shortened
from validator.system.errors import NoVerdictError

ADDRESS = "WEBEX_API"
ACCESS_TOKEN = "WEBEX_ACCESS_TOKEN"  # noqa: S105
REFRESH = ("WEBEX_CLIENT_ID", "WEBEX_CLIENT_SECRET", "WEBEX_REFRESH_TOKEN")
_DEFAULT_ADDRESS = "https://webexapis.com/v1"
# What RFC 6750 and RFC 6749 allow in tokens and in the credentials of clients.
_SECRET = re.compile(r"[\x21-\x7e]+")
_PORTS = {"https": 443, "http": 80}


class PullError(NoVerdictError):
    """Responses of the Webex API that could not be read; nothing was saved."""


class Credentials(NamedTuple):
    """An access token, or the three values to request one; the others are empty."""

    token: str = ""
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""

    def __repr__(self) -> str:
        return "Credentials(…)"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must not be shown."""
        return tuple(value for value in self if value and value != self.client_id)


class ApiAccess(NamedTuple):
    """The address of the API, without a slash at its end, and the credentials."""

    address: str
    credentials: Credentials


def access_from(environment: Mapping[str, str]) -> ApiAccess:
    """Return the address and the credentials from the environment. Raises PullError."""
    address = _address(environment.get(ADDRESS) or _DEFAULT_ADDRESS)
    values = {name: environment.get(name, "").strip() for name in (ACCESS_TOKEN, *REFRESH)}
    for name, value in values.items():
        if value and not _SECRET.fullmatch(value):
            raise PullError(f"{name}: contains an invalid character; set it again")
    if values[ACCESS_TOKEN]:
        return ApiAccess(address, Credentials(values[ACCESS_TOKEN]))
    missing = [name for name in REFRESH if not values[name]]
    if missing:
        some = len(missing) < len(REFRESH)
        wanted = f"{listing(missing)}, too" if some else f"{ACCESS_TOKEN}, or {listing(REFRESH)}"
        raise PullError(f"no credentials for the Webex API; set {wanted}")
    return ApiAccess(address, Credentials("", *(values[name] for name in REFRESH)))


def _address(text: str) -> str:
    """Return the address of the API if a token can be sent to it. Raises PullError.

    Messages only show the host, because the address may contain a token by mistake.
    """
    wanted = f"{ADDRESS}: not an address such as {_DEFAULT_ADDRESS}"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise PullError(wanted) from None
    if "@" in parts.netloc:
        raise PullError(f"{ADDRESS}: contains a user name; remove it")
    if parts.scheme not in _PORTS or not parts.hostname or parts.query or parts.fragment:
        raise PullError(wanted)
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise PullError(
            f"{ADDRESS}: http://{shortened(parts.hostname)} is not https; "
            "a token is not sent unencrypted"
        )
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its name or address, without a DNS query."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin(address: str) -> tuple[str, str, int | None]:
    """Return the scheme, host and port of an address."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
