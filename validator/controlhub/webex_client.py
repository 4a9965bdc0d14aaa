"""Request pages from the Webex API, with retries.

The client uses httpx instead of wxc-sdk, because responses are saved unchanged. The SDK yields
parsed items, treats a page without items as the last one, sends the token to any host that a link
to the next page names, and allows certificate verification to be disabled.
Sources: developer.webex.com/docs/basics (pagination, response codes, rate limits),
/docs/integrations (refresh tokens).
"""

import email.utils
import json
import re
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

from validator.controlhub.api_pages import next_of_answer, next_of_links
from validator.controlhub.webex_access import ACCESS_TOKEN, ApiAccess, PullError, origin
from validator.findings.wording import counted, shortened

_MAX_TRIES = 6
_FEW_TRIES = 3
_MAX_SLOWED = 20
_MAX_WAIT = 300
_MAX_REDIRECTS = 5
_DAY, _SOON_DAYS = 86_400, 14
_MIN_SECRET = 16
"""A shorter secret can be in a response by chance."""
_MAX_BYTES = 64 * 1024 * 1024
_PASSING = frozenset((408, 500, 502, 503, 504))
_OK, _UNAUTHORIZED, _FORBIDDEN, _TOO_MANY = 200, 401, 403, 429
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_REFRESHED = (400, 401, 403)


class Answer(NamedTuple):
    """A page: its JSON object, and the address of the next page; empty on the last page."""

    value: dict[str, Any]
    next: str


class _Response(NamedTuple):
    status: int
    headers: httpx.Headers
    body: bytes


class _PassingError(Exception):
    """A temporary failure: a broken connection, or a slow or truncated response."""


class _UnreachableError(_PassingError):
    """There is no connection; it is retried fewer times if there never was one."""


class _SlowError(_PassingError):
    """There was no complete response in time; each retry takes as long."""


class WebexClient:
    """A client for one API address and its credentials. It renews its access token if needed."""

    def __init__(self, access: ApiAccess, timeout: float) -> None:
        self._access = access
        self._token = access.credentials.token
        self._timeout = timeout
        self._is_reached = False
        self.notes: list[str] = []
        self._http = httpx.Client(
            timeout=timeout,
            follow_redirects=False,
            # A proxy from the environment would see a token that is sent without TLS.
            trust_env=access.address.startswith("https:"),
            headers={"Accept": "application/json", "User-Agent": "tenantlint"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def pages(self, path: str, scope: str, **query: str) -> Iterator[Answer]:
        """Yield the pages of a response; the token needs the scope `scope`. Raises PullError."""
        address = f"{self._access.address}{path}"
        if query:
            address += f"?{urlencode(query)}"
        seen: set[str] = set()
        while address:
            if address in seen:
                raise PullError(f"{path}: its pages form a cycle; nothing is saved")
            seen.add(address)
            answer = self._page(path, address, scope)
            yield answer
            address = answer.next

    def _page(self, path: str, address: str, scope: str) -> Answer:
        if not self._token:
            self._renew()
        is_renewed = not self._access.credentials.token
        response = self._patiently(path, lambda: self._get(path, address))
        if response.status == _UNAUTHORIZED and is_renewed:
            # The token may have expired during a long run.
            self._renew()
            response = self._patiently(path, lambda: self._get(path, address))
        if response.status != _OK:
            raise PullError(self._reason(path, response, scope))
        value = _json_object(response.body)
        if value is None:
            raise PullError(f"{path}: the response is not a JSON object; nothing is saved")
        # In the body, a secret may be escaped, or in another encoding.
        text = json.dumps(value, ensure_ascii=False)
        secrets = (secret for secret in self._secrets if len(secret) >= _MIN_SECRET)
        if any(json.dumps(secret, ensure_ascii=False)[1:-1] in text for secret in secrets):
            raise PullError(f"{path}: the response contains a secret; nothing is saved")
        return Answer(value, self._next(path, address, response, value))

    def _next(self, path: str, address: str, response: _Response, value: dict[str, Any]) -> str:
        """Return the address of the next page.

        Raises PullError if it has another origin, or cannot be requested.
        """
        following = next_of_links(response.headers.get_list("link"))
        if following:
            return self._same_origin(path, address, following)
        token = next_of_answer(value)
        if not token:
            return ""
        if not isinstance(token, str):
            raise PullError(
                f"{path}: the response continues, but its next page has no address; nothing is "
                "saved"
            )
        is_address = token.startswith(("http://", "https://", "/", "?"))
        following = token if is_address else _with_next(address, token)
        return self._same_origin(path, address, following)

    def _same_origin(self, path: str, address: str, target: str) -> str:
        """Return the absolute form of a target. Raises PullError if it has another origin."""
        problem = ""
        try:
            absolute = urljoin(address, target)
            parts = urlsplit(absolute)
            # A user name in an address would replace the token.
            is_same = origin(absolute) == origin(self._access.address) and "@" not in parts.netloc
            if not is_same:
                where = parts.netloc.rpartition("@")[2] or f"{parts.scheme}:"
                problem = f"{self._quoted(where)}, which is another origin than the API"
        except ValueError:
            problem = f"{self._quoted(target)}, which is not a valid address"
        if problem:
            raise PullError(f"{path}: the response continues at {problem}; nothing is saved")
        return absolute

    def _get(self, path: str, address: str) -> _Response:
        """Return the response to a request, after redirects."""
        headers = {"Authorization": f"Bearer {self._token}"}
        for _ in range(_MAX_REDIRECTS):
            response = self._send("GET", address, headers=headers)
            if response.status not in _REDIRECTS or "location" not in response.headers:
                return response
            address = self._same_origin(path, address, response.headers["location"])
        raise PullError(f"{path}: too many redirects; nothing is saved")

    def _renew(self) -> None:
        """Exchange the refresh token for an access token. Raises PullError."""
        path = "/access_token"
        credentials = self._access.credentials
        form = {
            "grant_type": "refresh_token",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "refresh_token": credentials.refresh_token,
        }
        address = f"{self._access.address}{path}"
        response = self._patiently(path, lambda: self._send("POST", address, data=form))
        if response.status in _REFRESHED:
            raise PullError(
                f"{path}: the client or the refresh token is not accepted ({response.status}); "
                "renew WEBEX_REFRESH_TOKEN"
            )
        if response.status != _OK:
            raise PullError(self._reason(path, response, ""))
        answer = _json_object(response.body) or {}
        token = answer.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise PullError(f"{path}: the response has no access token")
        self._token = token
        self._note_refresh_token(answer)

    def _note_refresh_token(self, answer: dict[str, Any]) -> None:
        """Add a note if the user must renew the refresh token, which is not stored here."""
        seconds = answer.get("refresh_token_expires_in")
        if answer.get("refresh_token", self._access.credentials.refresh_token) != (
            self._access.credentials.refresh_token
        ):
            self.notes.append(
                "Webex returned another refresh token, which is not stored; the one in "
                "WEBEX_REFRESH_TOKEN may expire"
            )
        elif isinstance(seconds, int) and seconds < _SOON_DAYS * _DAY:
            days = counted(max(0, seconds) // _DAY, "day")
            self.notes.append(f"WEBEX_REFRESH_TOKEN expires in {days}; renew it")

    def _send(self, method: str, address: str, **how: Any) -> _Response:
        """Return a complete response. Raises _PassingError and PullError."""
        deadline = time.monotonic() + self._timeout
        body = bytearray()
        try:
            with self._http.stream(method, address, **how) as response:
                for chunk in response.iter_bytes():
                    body += chunk
                    if time.monotonic() > deadline:
                        raise _SlowError(f"no complete response in {self._timeout:g} seconds")
                    if len(body) > _MAX_BYTES:
                        raise PullError(f"{urlsplit(address).path}: the response is too large")
                self._is_reached = True
                return _Response(response.status_code, response.headers, bytes(body))
        except httpx.TimeoutException as error:
            raise _SlowError(f"no response in {self._timeout:g} seconds") from error
        except httpx.TransportError as error:
            if _is_certificate(error):
                raise PullError(
                    f"{urlsplit(address).hostname}: its certificate is not trusted: "
                    f"{self._scrubbed(str(error))}"
                ) from error
            kind = _UnreachableError if isinstance(error, httpx.ConnectError) else _PassingError
            raise kind(self._scrubbed(str(error)) or type(error).__name__) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PullError(f"{self._scrubbed(str(error))}; nothing is saved") from error

    def _patiently(self, path: str, send: Callable[[], _Response]) -> _Response:
        """Retry a request until its response is neither slowed down nor a temporary failure."""
        tries = slowed = 0
        while True:
            try:
                response = send()
                if response.status == _OK and _json_object(response.body) is None:
                    raise _PassingError("the response is not JSON; it may be truncated")
            except _PassingError as error:
                tries += 1
                is_never = isinstance(error, _UnreachableError) and not self._is_reached
                is_long = is_never or isinstance(error, _SlowError)
                if tries >= (_FEW_TRIES if is_long else _MAX_TRIES):
                    reason = f"{path}: {error}, {tries} times; nothing is saved"
                    raise PullError(reason) from error
                time.sleep(_pause(tries))
                continue
            if response.status == _TOO_MANY:
                slowed += 1
                seconds = _retry_after(response.headers.get("retry-after", ""))
                if slowed >= _MAX_SLOWED or seconds > _MAX_WAIT:
                    wait = f"{seconds:.0f} seconds" if seconds <= _DAY else "more than a day"
                    raise PullError(
                        f"{path}: slowed down (429) for {wait}, {slowed} times; try again later; "
                        "nothing is saved"
                    )
                time.sleep(seconds)
            elif response.status in _PASSING:
                tries += 1
                if tries >= _MAX_TRIES:
                    return response
                given = response.headers.get("retry-after")
                time.sleep(min(_retry_after(given), _MAX_WAIT) if given else _pause(tries))
            else:
                return response

    def _reason(self, path: str, response: _Response, scope: str) -> str:
        """Return why a response cannot be used."""
        value = _json_object(response.body) or {}
        said = value.get("message")
        words = f": {self._quoted(said)}" if isinstance(said, str) and said else ""
        if response.status == _UNAUTHORIZED:
            name = ACCESS_TOKEN if self._access.credentials.token else "the renewed access token"
            return f"{path}: {name} is not accepted (401); it is wrong or has expired{words}"
        if response.status == _FORBIDDEN:
            return (
                f"{path}: no permission (403); the token must be from an administrator and have "
                f"the scope {scope}{words}"
            )
        return f"{path}: {response.status}{words}; nothing is saved"

    @property
    def _secrets(self) -> tuple[str, ...]:
        return tuple(filter(None, (*self._access.credentials.secrets, self._token)))

    def _scrubbed(self, text: str) -> str:
        """Return a text without secrets, on one line."""
        for secret in self._secrets:
            text = re.sub(re.escape(secret), "…", text, flags=re.IGNORECASE)
        return " ".join(text.split())

    def _quoted(self, text: str) -> str:
        """Return what a response says, without secrets, shortened to a part of a line."""
        return shortened(self._scrubbed(text))  # not the reverse: a part of a secret is not found


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _with_next(address: str, token: str) -> str:
    """Return the address of the page that a token names."""
    parts = urlsplit(address)
    query = httpx.QueryParams(parts.query).set("next", token)
    return parts._replace(query=str(query)).geturl()


def _retry_after(text: str) -> float:
    """Return the seconds to wait from the header Retry-After: a number, or a date.

    They are infinite for a very large number, and 1 if the text is neither.
    """
    if text.isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 1.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _pause(tries: int) -> float:
    """Return the seconds before the next retry."""
    return 0.25 * 2.0**tries


def _is_certificate(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
