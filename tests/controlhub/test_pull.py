"""`pull`, `import --pull` and `drift --pull`, against a local server that can fail."""

import json
import os
import pty
import subprocess
import time
from collections.abc import Iterator
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import COMMAND, Outcome, Run
from tests.controlhub.exports import ORG, license_id, make_license, person
from tests.controlhub.webex_server import CLIENT, TOKEN, Announce, Api, Handler, serve
from validator.controlhub.saved_answers import SaveError, save_all

P, S = license_id("CJPPRM", 1), license_id("CJPSTD", 2)
ACCESS = {"WEBEX_ACCESS_TOKEN": TOKEN}
REFRESH = {f"WEBEX_{name.upper()}": value for name, value in CLIENT.items()}
CERTIFICATE = Path(__file__).parent / "loopback.pem"
"""A self-signed certificate for 127.0.0.1, and its key."""
SECRETS = (TOKEN, CLIENT["client_secret"], CLIENT["refresh_token"])


def small() -> Api:
    """Return an organisation with seven people, in pages of two."""
    people = [person(f"u{number}@x.example", *([P] if number < 5 else [S])) for number in range(7)]
    licenses = [
        make_license("CJPPRM", 1, "Sub1", 10, consumed=5),
        make_license("CJPSTD", 2, "Sub2", 10, consumed=2),
        make_license("FMS", 3, "", 44, name="Basic Messaging"),
    ]
    return Api(licenses, people, page=2)


@pytest.fixture
def api() -> Api:
    return small()


@pytest.fixture
def address(api: Api) -> Iterator[str]:
    with serve(api) as address:
        yield address


def clean(done: Outcome, folder: Path) -> Outcome:
    """Assert that neither the outcome nor a file in the folder has a secret; return the outcome."""
    texts = [
        done.out,
        done.err,
        *(file.read_text() for file in folder.rglob("*") if file.is_file()),
    ]
    for secret in SECRETS:
        assert not any(secret in text for text in texts)
    return done


def escaped(value: Any) -> bytes:
    """Return JSON in which each letter of the token is an escape."""
    escapes = "".join(f"\\u{ord(letter):04x}" for letter in TOKEN)
    return json.dumps(value).replace(TOKEN, escapes).encode()


def test_saved_answers_can_be_imported_and_compared(
    run: Run, folder: Path, api: Api, address: str
) -> None:
    done = clean(run("pull", "--into", "hub", WEBEX_API=address, **ACCESS), folder)
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "hub: 3 licences and 7 people\n"
        "Next: tenantlint drift --licenses hub/licenses.json --licenses hub/license-users.json "
        "--people hub/people.json\n"
    )
    assert len([path for path in api.asked if path.startswith("/v1/people?")]) == 4
    assert sorted(file.name for file in (folder / "hub").iterdir()) == [
        "license-users.json", "licenses.json", "people.json",
    ]  # fmt: skip
    assert {file.stat().st_mode & 0o777 for file in (folder / "hub").iterdir()} == {0o600}
    details = json.loads((folder / "hub" / "license-users.json").read_text())
    assert [len(detail["users"]) for detail in details] == [5, 2, 0]
    exports = done.out.splitlines()[1].split()[3:]
    assert run("import", *exports, "--into", "x.tenant.yaml").code == 0
    value = yaml.safe_load((folder / "x.tenant.yaml").read_text())
    assert value["tenant"]["id"] == ORG
    assert len(value["users"]) == 7
    same = clean(run("drift", "x.tenant.yaml", "--pull", WEBEX_API=address, **ACCESS), folder)
    assert same.code == 0
    asked = ("import", "--pull", "--into", "y.tenant.yaml")
    assert clean(run(*asked, WEBEX_API=address, **ACCESS), folder).code == 0
    assert (folder / "y.tenant.yaml").read_text() == (folder / "x.tenant.yaml").read_text()


@pytest.mark.parametrize(
    "announce",
    [
        lambda address: ({}, {"next": address}),
        lambda address: ({}, {"next": address.partition("next=")[2]}),
        lambda address: ({}, {"next": {"href": address}}),
        lambda address: ({}, {"links": {"self": "x", "next": address}}),
        lambda address: ({}, {"links": {"next": {"href": f"?{address.partition('?')[2]}"}}}),
        lambda address: ({}, {"paging": {"next": f"/v1{address.partition('/v1')[2]}"}}),
        lambda address: ({"Link": f"<x>; rel=first, <{address}>; rel=Next"}, {}),
        lambda address: ({"Link": f'<{address}>; title="p"; rel = "next last"'}, {}),
    ],
)
def test_pull_follows_every_next_page_that_a_saved_response_may_announce(
    run: Run, folder: Path, api: Api, address: str, announce: Announce
) -> None:
    api.announce = announce
    done = run("pull", "--into", "hub", WEBEX_API=address, **ACCESS)
    assert (done.code, done.err) == (0, "")
    exports = done.out.splitlines()[1].split()[3:]
    assert run("import", *exports, "--into", "x.tenant.yaml").code == 0
    assert len(yaml.safe_load((folder / "x.tenant.yaml").read_text())["users"]) == 7


def test_a_refresh_token_is_exchanged(run: Run, folder: Path, api: Api, address: str) -> None:
    asked = ("pull", "--into", "hub")
    assert clean(run(*asked, WEBEX_API=address, **REFRESH), folder).code == 0
    assert api.asked[0] == "/v1/access_token"

    # The access token expires once during the run.
    def end(request: Handler) -> bool:
        if request.path.startswith("/v1/people") and request.tries == 1:
            api.tokens.clear()
        return False

    api.fault = end
    api.tries.clear()
    assert clean(run(*asked, WEBEX_API=address, **REFRESH), folder).code == 0
    assert api.asked.count("/v1/access_token") >= 3
    api.exchange = {"refresh_token_expires_in": 9 * 86_400 + 5}
    soon = clean(run(*asked, WEBEX_API=address, **REFRESH), folder)
    assert soon.err == "tenantlint: WEBEX_REFRESH_TOKEN expires in 9 days; renew it\n"
    api.exchange = {"refresh_token": "an0ther-refresh-t0ken"}
    other = clean(run(*asked, WEBEX_API=address, **REFRESH), folder)
    assert "Webex returned another refresh token, which is not stored" in other.err
    assert "an0ther" not in other.err
    wrong = {**REFRESH, "WEBEX_REFRESH_TOKEN": "another-0ne-that-is-0ld"}
    done = clean(run(*asked, WEBEX_API=address, **wrong), folder)
    assert done.err == (
        "tenantlint: /access_token: the client or the refresh token is not accepted (400); renew "
        "WEBEX_REFRESH_TOKEN\n"
    )


def slow(_: Handler) -> bool:
    time.sleep(0.8)
    return False


def dribble(request: Handler) -> bool:
    request.send_response(200)
    request.send_header("Content-Length", "50000")
    request.end_headers()
    for _ in range(8):
        try:
            request.wfile.write(b" ")
        except OSError:
            break
        time.sleep(0.1)
    request.close_connection = True
    return True


def cut(request: Handler, *, with_length: bool) -> bool:
    body = b'{"items": [{"id": "'
    request.send_response(200)
    request.send_header(*(("Content-Length", "5000") if with_length else ("Connection", "close")))
    request.end_headers()
    request.wfile.write(body)
    request.close_connection = True
    return True


def hang_up(request: Handler) -> bool:
    request.close_connection = True
    return True


def status(request: Handler, code: int, headers: dict[str, str] | None = None) -> bool:
    request.refuse(code, "later", headers)
    return True


FAULTS: dict[str, Any] = {
    "429": lambda request: status(request, 429, {"Retry-After": "1"}),
    "429 until a time": lambda request: status(
        request, 429, {"Retry-After": formatdate(time.time() + 1, usegmt=True)}
    ),
    "500": lambda request: status(request, 500),
    "429 until a time that is none": lambda request: status(
        request, 429, {"Retry-After": f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT"}
    ),
    "503": lambda request: status(request, 503, {"Retry-After": "0"}),
    "slow": slow,
    "dribbling": dribble,
    "cut off": lambda request: cut(request, with_length=True),
    "cut off without a length": lambda request: cut(request, with_length=False),
    "hung up": hang_up,
}


def test_a_request_that_fails_once_is_retried(run: Run, folder: Path) -> None:
    # The first request to each address fails, each with the next kind of failure.
    api = small()
    ways = list(FAULTS.values())
    used: list[int] = []

    def fault(request: Handler) -> bool:
        if request.tries > 1:
            return False
        used.append(len(used) % len(ways))
        return bool(ways[used[-1]](request))

    api.fault = fault
    with serve(api) as address:
        done = run("pull", "--into", "hub", "--timeout", "0.5", WEBEX_API=address, **REFRESH)
    assert (clean(done, folder).code, done.err) == (0, "")
    assert set(used) == set(range(len(ways)))
    assert len(json.loads((folder / "hub" / "people.json").read_text())["items"]) == 7


def test_pull_waits_as_long_as_the_server_asks(run: Run, api: Api, address: str) -> None:
    times: list[float] = []

    def fault(request: Handler) -> bool:
        if request.path == "/v1/licenses":
            times.append(time.monotonic())
            return len(times) < 2 and status(request, 429, {"Retry-After": "1"})
        return False

    api.fault = fault
    assert run("pull", "--into", "hub", WEBEX_API=address, **ACCESS).code == 0
    assert all(later - earlier >= 1 for earlier, later in pairwise(times))


def only(path: str, code: int, message: str = "no", headers: dict[str, str] | None = None) -> Any:
    """Return a fault that refuses each request whose address begins with a path."""

    def fault(request: Handler) -> bool:
        if not request.path.startswith(path):
            return False
        request.refuse(code, message, headers)
        return True

    return fault


def of_people(value: Any, headers: dict[str, str] | None = None) -> Any:
    """Return a fault that answers each request for people with a value."""
    return lambda request: (
        request.path.startswith("/v1/people") and not request.reply(200, value, headers)
    )


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            only("/v1/people", 403, "Missing required scope."),
            "/people: no permission (403); the token must be from an administrator and have the scope spark-admin:people_read: Missing required scope.",
        ),
        (
            only("/v1/licenses", 401, f"{TOKEN} is wrong"),
            "/licenses: WEBEX_ACCESS_TOKEN is not accepted (401); it is wrong or has expired: … is wrong",
        ),
        (only("/v1/people?max=1000&next=4", 404), "/people: 404: no; nothing is saved"),
        (
            only("/v1/licenses", 429, headers={"Retry-After": "3600"}),
            "/licenses: slowed down (429) for 3600 seconds, 1 times; try again later; nothing is saved",
        ),
        (
            only("/v1/licenses", 429, headers={"Retry-After": "9" * 400}),
            "/licenses: slowed down (429) for more than a day, 1 times; try again later; nothing is saved",
        ),
        (
            only("/v1/people", 302, headers={"Location": "http://127.0.0.1:9/v1/people"}),
            "/people: the response continues at 127.0.0.1:9, which is another origin than the API; nothing is saved",
        ),
        (
            lambda request: request.path == "/v1/licenses" and not request.reply(200, {"items": 3}),
            "/licenses: the response has no items with an id; nothing is saved",
        ),
        (
            of_people({"items": []}, {"Link": '<https://evil.example/v1/people>; rel="next"'}),
            "/people: the response continues at evil.example, which is another origin than the API; nothing is saved",
        ),
        (
            of_people({"items": [{"id": "p", "errors": {"roles": {}}}]}),
            "/people: the response reports errors; nothing is saved",
        ),
        (
            of_people({"items": [], "next": "same"}),
            "/people: its pages form a cycle; nothing is saved",
        ),
        (
            of_people({"items": [], "links": {"next": {"href": "https://evil.example/v1"}}}),
            "/people: the response continues at evil.example, which is another origin than the API; nothing is saved",
        ),
        (
            of_people({"items": [], "paging": {"next": {"page": 2}}}),
            "/people: the response continues, but its next page has no address; nothing is saved",
        ),
        (
            lambda request: (
                request.path == "/v1/licenses" and not request.reply(200, {"items": []})
            ),
            "/licenses: the response has no items, but every organisation has some; the token may have no access to them; nothing is saved",
        ),
        (
            of_people({"items": []}),
            "/people: the response has no items, but every organisation has some; the token may have no access to them; nothing is saved",
        ),
        (
            lambda request: (
                "&next=" in request.path and not request.reply(200, {"errors": {"users": {}}})
            ),
            f"/licenses/{P}: the response reports errors; nothing is saved",
        ),
        (
            lambda request: "&next=" in request.path and not request.reply(200, {"items": []}),
            f"/licenses/{P}: the response is not about this licence; nothing is saved",
        ),
        (
            of_people({"items": [{"id": TOKEN}]}),
            "/people: the response contains a secret; nothing is saved",
        ),
        (
            of_people(escaped({"items": [{"id": TOKEN}]})),
            "/people: the response contains a secret; nothing is saved",
        ),
        (
            of_people(json.dumps({"items": [{"id": TOKEN}]}).encode("utf-16")),
            "/people: the response contains a secret; nothing is saved",
        ),
        (
            of_people({"items": []}, {"Link": '<http://[::1>; rel="next"'}),
            "/people: the response continues at http://[::1, which is not a valid address; nothing is saved",
        ),
        (
            of_people({"items": []}, {"Link": '<file:///a>; rel="next"'}),
            "/people: the response continues at file:, which is another origin than the API; nothing is saved",
        ),
    ],
)
def test_a_permanent_failure_is_2_with_one_line(
    run: Run, folder: Path, api: Api, address: str, fault: Any, message: str
) -> None:
    (folder / "hub").mkdir()
    (folder / "hub" / "people.json").write_text("old")
    api.fault = fault
    done = clean(run("pull", "--into", "hub", WEBEX_API=address, **ACCESS), folder)
    assert (done.code, done.out, done.err) == (2, "", f"tenantlint: {message}\n")
    assert [file.name for file in (folder / "hub").iterdir()] == ["people.json"]
    assert (folder / "hub" / "people.json").read_text() == "old"


@pytest.mark.parametrize("length", [16, 58, 59, 60, 61, 70, 500])
def test_no_part_of_a_token_is_printed(run: Run, api: Api, address: str, length: int) -> None:
    # Long texts of a response are shortened.
    token = (TOKEN * 20)[:length]
    api.tokens = {token}
    access = {"WEBEX_API": address, "WEBEX_ACCESS_TOKEN": token}
    for text in (token, token.lower()):
        api.fault = only("/v1/licenses", 400, f"bad {text} here")
        done = run("pull", "--into", "hub", **access)
        assert done.err == "tenantlint: /licenses: 400: bad … here; nothing is saved\n"
        link = {"Link": f'<http://{text}.evil.example/>; rel="next"'}
        api.fault = only("/v1/people", 200, headers=link)
        done = run("pull", "--into", "hub", **access)
        assert done.err.startswith("tenantlint: /people: the response continues at ….evil.example,")
        assert done.code == 2


def test_what_is_in_the_place_of_a_file_stays(
    run: Run, folder: Path, api: Api, address: str
) -> None:
    hub = folder / "hub"
    (hub / "people.json" / "inner").mkdir(parents=True)
    (hub / "licenses.json").symlink_to("nowhere")
    done = run("pull", "--into", "hub", WEBEX_API=address, **ACCESS)
    message = "tenantlint: hub: people.json is a folder; nothing is saved\n"
    assert (done.code, done.out, done.err) == (2, "", message)
    with pytest.raises(SaveError):
        save_all(str(hub), {"licenses.json": b"new", "people.json": b"new"})
    assert api.asked == []
    (folder / "file").write_text("")
    for into, reason in (
        ("file", "is not a folder"),
        ("file/hub", "Not a directory; nothing is saved"),
        ("x" * 300, "File name too long; nothing is saved"),
    ):
        done = run("pull", "--into", into, WEBEX_API=address, **ACCESS)
        assert (done.code, done.err) == (2, f"tenantlint: {into}: {reason}\n")
    assert sorted(file.name for file in hub.iterdir()) == ["licenses.json", "people.json"]
    assert (hub / "licenses.json").readlink() == Path("nowhere")


def test_files_that_cannot_all_be_saved_are_restored(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.json").write_text("old")
    (folder / "b.json").symlink_to("nowhere")
    replace = Path.replace

    def fails(file: Path, target: Path) -> Path:
        if file.name.startswith(".c.json"):
            raise OSError(28, "No space left on device")
        return replace(file, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="No space left"):
        save_all(str(folder), dict.fromkeys(("a.json", "b.json", "c.json"), b"new"))
    assert sorted(file.name for file in folder.iterdir()) == ["a.json", "b.json"]
    assert (folder / "a.json").read_text() == "old"
    assert (folder / "b.json").readlink() == Path("nowhere")


def test_a_redirect_to_the_same_origin_is_followed(run: Run, api: Api, address: str) -> None:
    def fault(request: Handler) -> bool:
        return request.path == "/v1/licenses" and status(
            request, 307, {"Location": "/v1/licenses?a=1"}
        )

    api.fault = fault
    assert run("pull", "--into", "hub", WEBEX_API=address, **ACCESS).code == 0


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "no credentials for the Webex API; set WEBEX_ACCESS_TOKEN, or WEBEX_CLIENT_ID, WEBEX_CLIENT_SECRET and WEBEX_REFRESH_TOKEN"),
        ({"WEBEX_CLIENT_ID": "a"}, "set WEBEX_CLIENT_SECRET and WEBEX_REFRESH_TOKEN, too"),
        ({"WEBEX_ACCESS_TOKEN": f"{TOKEN}\nX: y"}, "WEBEX_ACCESS_TOKEN: contains an invalid character"),
        ({"WEBEX_API": "http://webex.example/v1"}, "is not https; a token is not sent unencrypted"),
        ({"WEBEX_API": "http://127.0.0.1.evil.example/v1"}, "is not https"),
        ({"WEBEX_API": f"https://{TOKEN}@webexapis.com/v1"}, "WEBEX_API: contains a user name; remove it"),
        ({"WEBEX_API": "ftp://webexapis.com"}, "WEBEX_API: not an address such as https://webexapis.com/v1"),
        ({"WEBEX_API": TOKEN}, "WEBEX_API: not an address"),
        ({"WEBEX_API": f"https://webexapis.com:{TOKEN}/v1"}, "WEBEX_API: not an address"),
        ({"WEBEX_API": f"https://webexapis.com/v1?access_token={TOKEN}"}, "WEBEX_API: not an address"),
        ({"WEBEX_API": f"http://webex.example/{TOKEN}"}, "WEBEX_API: http://webex.example is not https"),
        ({"WEBEX_API": "https://[::1"}, "WEBEX_API: not an address"),
    ],
)  # fmt: skip
def test_missing_or_invalid_variables_are_2(
    run: Run, folder: Path, environment: dict[str, str], message: str
) -> None:
    given = {**({} if "WEBEX_API" not in environment else ACCESS), **environment}
    done = clean(run("pull", "--into", "hub", **given), folder)
    assert (done.code, done.err.count("\n"), message in done.err) == (2, 1, True), done.err
    assert not (folder / "hub").exists()


def test_an_unreachable_server_is_2(run: Run, folder: Path) -> None:
    done = clean(run("pull", "--into", "hub", WEBEX_API="http://127.0.0.1:9/v1", **ACCESS), folder)
    assert done.code == 2
    assert done.err.startswith("tenantlint: /licenses: ")
    assert done.err.endswith(", 3 times; nothing is saved\n")


def test_a_certificate_is_always_verified(run: Run, folder: Path, api: Api) -> None:
    with serve(api, certificate=CERTIFICATE) as address:
        asked = ("pull", "--into", "hub")
        done = clean(run(*asked, WEBEX_API=address, **ACCESS, PYTHONHTTPSVERIFY="0"), folder)
        assert done.code == 2
        assert "127.0.0.1: its certificate is not trusted: " in done.err
        assert api.asked == []
        trusted = {"SSL_CERT_FILE": str(CERTIFICATE)}
        assert run(*asked, WEBEX_API=address, **ACCESS, **trusted).code == 0
    shown = run("pull", "--help").out
    assert not any(word in shown for word in ("insecure", "verify", "--no-"))


def test_options_that_do_not_fit_are_refused(run: Run, folder: Path) -> None:
    (folder / "l.json").write_text("{}")
    for more, message in (
        (("--pull", "--licenses", "l.json"), "--pull requests licences and people"),
        (("--org", "o", "--licenses", "l.json"), "--org needs --pull"),
        (("--pull", "--partial"), "--partial can only be used with --users"),
    ):
        done = run("import", *more, "--into", "x.tenant.yaml", **ACCESS)
        assert (done.code, message in done.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "first"),
    [("my hub", "'my hub/licenses.json'"), ("-hub", "./-hub/licenses.json")],
)
def test_the_paths_of_the_next_command_are_quoted(
    run: Run, address: str, name: str, first: str
) -> None:
    done = run("pull", "--into", name, WEBEX_API=address, **ACCESS)
    assert f"Next: tenantlint drift --licenses {first} --licenses " in done.out
    assert done.out.endswith(f" --people {first.replace('licenses', 'people')}\n")


def test_another_organisation_can_be_pulled(run: Run, api: Api, address: str) -> None:
    assert run("pull", "--into", "hub", "--org", "Y2lz", WEBEX_API=address, **ACCESS).code == 0
    assert api.asked[0] == "/v1/licenses?orgId=Y2lz"
    assert any(path.startswith("/v1/people?max=1000&orgId=Y2lz") for path in api.asked)


def test_progress_is_shown_on_a_terminal(folder: Path, address: str) -> None:
    main, sub = pty.openpty()
    child = subprocess.Popen(
        [COMMAND, "pull", "--into", "hub"],
        cwd=folder,
        env={**os.environ, "WEBEX_API": address, **ACCESS, "TERM": "xterm", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=sub,
    )
    os.close(sub)
    shown = b""
    while True:
        try:
            chunk = os.read(main, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    out, _ = child.communicate(timeout=30)
    os.close(main)
    assert (child.returncode, b"hub: 3 licences" in out) == (0, True)
    assert b"people" in shown
    assert TOKEN.encode() not in shown


def test_fifty_thousand_people_can_be_pulled(run: Run, folder: Path) -> None:
    people = [
        {"id": f"p{number}", "emails": [f"u{number}@x.example"], "licenses": [P]}
        for number in range(50_000)
    ]
    with serve(
        Api([make_license("CJPPRM", 1, "Sub1", 60_000, consumed=50_000)], people)
    ) as address:
        done = run("pull", "--into", "hub", WEBEX_API=address, **ACCESS)
    assert (done.code, "and 50,000 people" in done.out) == (0, True)
    saved = json.loads((folder / "hub" / "license-users.json").read_text())
    assert len(saved[0]["users"]) == 50_000
