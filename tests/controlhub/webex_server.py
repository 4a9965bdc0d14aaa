"""A server on the loopback interface that implements the documented Webex API.

It pages with `Link` headers, or as a test announces pages. It returns the users of `/licenses/{id}`
for `includeAssignedTo`, `limit` and `next`, and answers errors with a message and a tracking id. A
fault can answer instead.
"""

import json
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.controlhub.exports import holder

TOKEN = "NjQ5ZTk3Y2EtYjA4Mi00ZmU5_P0A1_2fd2b7e1"
CLIENT = {
    "client_id": "C0ffee",
    "client_secret": "s3cr3t-0f-the-client",
    "refresh_token": "r3fr3sh-me-0ften",
}

Announce = Callable[[str], tuple[dict[str, str], dict[str, Any]]]
"""Returns the headers and the keys of a response that announce a next page at an address."""

Fault = Callable[["Handler"], bool]
"""Answers a request with a failure and returns True, or returns False."""


class Api:
    """The organisation that the server describes, and the log of requests."""

    def __init__(
        self, licenses: Sequence[dict[str, Any]], people: Sequence[dict[str, Any]], page: int = 1000
    ) -> None:
        self.licenses, self.people, self.page = licenses, people, page
        self.holders: dict[str, list[dict[str, str]]] = {item["id"]: [] for item in licenses}
        for person in people:
            for id in person["licenses"]:
                self.holders[id].append(holder(person["emails"][0]))
        self.tokens = {TOKEN}
        self.exchange: dict[str, Any] = {"refresh_token_expires_in": 90 * 86_400}
        self.asked: list[str] = []
        self.tries: Counter[str] = Counter()
        self.announce: Announce = lambda address: ({"Link": f'<{address}>; rel="next"'}, {})
        self.fault: Fault = lambda _: False
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """Answers requests to the API."""

    api: Api
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None: ...

    @property
    def tries(self) -> int:
        """The number of requests to this address, including this one."""
        return self.api.tries[self.path]

    def reply(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.reply(status, {"message": message, "trackingId": "ROUTER_1-2-3"}, headers)

    def begin(self) -> bool:
        """Log the request; return whether a fault has answered it."""
        with self.api.lock:
            self.api.asked.append(self.path)
            self.api.tries[self.path] += 1
        return self.api.fault(self)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = {
            key: values[0] for key, values in parse_qs(self.rfile.read(length).decode()).items()
        }
        if self.begin():
            return
        if self.path != "/v1/access_token":
            self.refuse(404, "not found")
        elif form != {"grant_type": "refresh_token", **CLIENT}:
            self.refuse(400, f"invalid refresh token {form.get('refresh_token')}")
        else:
            token = f"renewed-{len(self.api.tokens)}-{TOKEN}"
            self.api.tokens.add(token)
            self.reply(200, {"access_token": token, **CLIENT, **self.api.exchange})

    def do_GET(self) -> None:
        if self.begin():
            return
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.api.tokens:
            self.refuse(
                401,
                "The request requires a valid access token set in the Authorization request header.",
            )
            return
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        path = unquote(parts.path.removeprefix("/v1"))
        if path == "/licenses":
            self.reply(200, {"items": list(self.api.licenses)})
        elif path == "/people":
            self.page_of("items", self.api.people, {}, query, int(query.get("max", 100)))
        elif (id := path.removeprefix("/licenses/")) in self.api.holders:
            license = next(item for item in self.api.licenses if item["id"] == id)
            if query.get("includeAssignedTo") != "user":
                self.reply(200, license)
                return
            self.page_of(
                "users",
                self.api.holders[id],
                license,
                query,
                min(int(query.get("limit", 300)), 300),
            )
        else:
            self.refuse(404, "not found")

    def page_of(
        self, key: str, items: Sequence[Any], more: dict[str, Any], query: dict[str, str], size: int
    ) -> None:
        at, size = int(query.get("next", 0)), min(size, self.api.page)
        headers: dict[str, str] = {}
        keys: dict[str, Any] = {}
        if at + size < len(items):
            following = urlencode({**query, "next": at + size})
            scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
            address = f"{scheme}://{self.headers['Host']}{urlsplit(self.path).path}?{following}"
            headers, keys = self.api.announce(address)
        self.reply(200, {**more, **keys, key: list(items[at : at + size])}, headers)


@contextmanager
def serve(api: Api, certificate: Path | None = None) -> Iterator[str]:
    """Serve an organisation; yield the API's address, which is https if a certificate is given."""
    handler = type("BoundHandler", (Handler,), {"api": api})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        scheme = "https" if certificate else "http"
        yield f"{scheme}://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
