"""The language server with a client: findings, hover, definitions, outline, folders, time."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

import click
import pytest
from click.testing import CliRunner
from lsprotocol import types

from tests.conftest import COMMAND, ROOT, SOUND, UNSOUND, Run
from tests.lsp.editor import editor
from tests.plugins.test_policy_file import policy_text
from validator.cli.app import tenantlint
from validator.lsp.completion import complete
from validator.lsp.folder import Folder
from validator.lsp.hover import hover
from validator.lsp.messages import Checked, Kind, Place, Question
from validator.lsp.navigation import define
from validator.lsp.server import seconds_to_midnight
from validator.lsp.worker_process import WorkerProcess

DAY = ("--as-of", "2026-05-01")
HARBOUR = (ROOT / "fixtures" / "harbour.tenant.yaml").read_text()
SEVERITIES = {1: "error", 2: "warning", 3: "info"}


def play(work: Coroutine[Any, Any, None]) -> None:
    """Run the actions of an editor."""
    asyncio.run(work)


def codes(found: Sequence[types.Diagnostic]) -> list[str]:
    return [str(item.code) for item in found]


def test_diagnostics_are_those_of_check(run: Run, folder: Path) -> None:
    file = folder / "h.tenant.yaml"
    file.write_text(HARBOUR)
    expected = json.loads(run("check", file.name, *DAY, "-f", "json").out)["findings"]

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            found = await there.open(file, HARBOUR)
        assert len(found) == len(expected) == 8
        for got, item in zip(found, expected, strict=True):
            assert got.code == item["id"]
            assert got.source == "tenantlint"
            assert got.message == f"{item['message']}\n{item['help']}"
            assert SEVERITIES[got.severity or 0] == item["severity"]
            assert got.code_description is not None
            assert got.code_description.href.endswith(f"docs/policies.md#{item['id']}")
            start, end = got.range.start, got.range.end
            assert (start.line + 1, start.character + 1) == (item["line"], item["column"])
            assert (end.line + 1, end.character + 1) == (item["end_line"], item["end_column"])
            related = got.related_information or ()
            assert [part.message for part in related] == [
                part["message"] for part in item["related"]
            ]
            assert {part.location.uri for part in related} <= {file.as_uri()}
        (option,) = found[1].related_information or ()
        assert option.location.range.start == types.Position(7, 13)

    play(work())


def test_unsaved_text_is_checked(folder: Path) -> None:
    file = folder / "a.tenant.yaml"

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            assert codes(await there.open(file, SOUND)) == []
            assert codes(await there.edit(file, UNSOUND)) == ["mixed-telephony"]
            (broken,) = await there.edit(file, UNSOUND + "  - {id: [\n")
            assert broken.code == "yaml-syntax"
            assert broken.code_description is not None
            assert broken.code_description.href.endswith("docs/findings.md#yaml-syntax")
            assert codes(await there.edit(file, UNSOUND + "more: 1\n")) == [
                "schema-unknown-property"
            ]
            assert codes(await there.edit(file, SOUND)) == []
            # The editor counts columns in UTF-16 units.
            text = UNSOUND.replace("id: Sub2,", 'id: Sub2, name: "😀 ünïcode",')
            (found,) = await there.edit(file, text)
            line = text.splitlines()[4].encode("utf-16-le")
            place = found.range
            marked = line[2 * place.start.character : 2 * place.end.character].decode("utf-16-le")
            assert marked == "vpop"
            assert "Sub2 is active" in await there.hover(file, "vpop")
            (found,) = await there.edit(file, "\ufeff" + text)
            assert found.range == place
            several = await there.edit(file, '\ufeff{"version": 2}')
            (found,) = [item for item in several if item.code == "schema-const"]
            assert found.range.start == types.Position(0, 13)
            there.change(file, text)
            comment = "  # tenantlint: ignore[mixed-telephony]: OPS-42"
            hidden = text.rstrip("\n") + comment + "\n"
            assert codes(await there.edit(file, hidden)) == []
            assert "A subscription and its tenant use different telephony" in await there.hover(
                file, "mixed-tele"
            )
            there.close(file)
            await there.wait_for(file)
            assert not file.exists()

    play(work())


def test_hover_explains_values_and_findings(folder: Path) -> None:
    file = folder / "h.tenant.yaml"

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            await there.open(file, HARBOUR)
            # a subscription, at its id and where it is assigned
            by_id = await there.hover(file, "Sub119911")
            assert "**id** `string`" in by_id
            assert "As Control Hub shows it" in by_id
            state = "Sub119911 is active until 2026-05-31: its term ends then; 30 days left"
            assert f"**{state} (Care core)**" in by_id
            assert "Sub119911 is the primary until 2026-05-31, then Sub220022" in by_id
            assert "premium-agent: 10 until 2026-05-31, then 0; 1 holder" in by_id
            assert "Sub119911 is active until 2026-05-31" in await there.hover(file, "Sub119911", 2)
            # the tenant
            tenant = await there.hover(file, "Harbour Retail")
            assert "- a subscription is active until 2028-06-30" in tenant
            assert "- the primary is Sub119911, until 2026-05-31" in tenant
            # a user
            maud = await there.hover(file, "maud@harbour.example")
            assert (
                "Maud is covered until 2026-05-31: Sub119911 has premium-agent until then" in maud
            )
            assert "30 days left" in maud
            assert "licence premium-agent: covered until 2026-05-31, today by Sub119911" in maud
            # a finding
            finding = await there.hover(file, "vpop")
            assert "### mixed-telephony" in finding
            assert "error, telephony" in finding
            assert "docs/policies.md#mixed-telephony" in finding
            # a key, and a place without an explanation
            assert "calendar day" in await there.hover(file, "start")
            assert await there.hover(file, "yaml-language-server") == ""
            # a service: its line comes first
            shown = await there.hover(file, "ai-agent")
            lines = [line for line in shown.splitlines() if line.startswith("- ")]
            assert lines[0].startswith("- ai-agent: 2 until 2028-06-30, then 0")
            await there.edit(file, HARBOUR.replace("country: NL", "country: UK"))
            shown = await there.hover(file, "UK")
            assert "### schema-enum" in shown
            assert "one of 249 values" in shown

    play(work())


def test_hover_marks_the_innermost_of_several_findings() -> None:
    row = "  - {month: 2026-04, subscription: Sub9, service: ivr-port, quantity: 1}\n"
    text = f"{SOUND}usage:\n{row}{row}"
    column = row.index("Sub9")
    place = Place("a.tenant.yaml", text, date(2026, 5, 1), text.count("\n") - 1, column)
    found = hover(Folder({}), place)
    assert found is not None
    pages = [line for line in found.markdown.splitlines() if line.startswith("### ")]
    assert pages == ["### unknown-subscription", "### duplicate-usage"]
    assert (found.span.column, found.span.end_column) == (column + 1, column + 5)


@pytest.mark.parametrize("ask", [hover, complete])
def test_a_line_of_unfinished_suppressions_is_read_once(
    ask: Callable[[Folder, Place], object],
) -> None:
    # In quadratic time, this would take longer than any test may.
    comments = "# tenantlint: ignore[" * 100_000
    text = f"{SOUND}{comments}\n"
    place = Place("a.tenant.yaml", text, date(2026, 5, 1), SOUND.count("\n"), len(comments) // 2)
    ask(Folder({}), place)


DEFINITIONS = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01, partner: north}
  - {id: Sub1, type: named, start: 2025-02-01}
users:
  - {email: Ada@x.example, roles: [administrator], assignments: [Sub1, {subscription: Sub1}, Sub9]}
partners:
  - {id: north, access: full, approved_by: ada@X.example}
usage:
  - {month: 2026-04, subscription: Sub1, service: ivr-port, quantity: 1}
"""


@pytest.mark.parametrize(
    ("word", "nth", "target"),
    [
        ("Sub1", 2, ["4: Sub1"]),  # an assignment
        ("Sub1", 3, ["4: Sub1"]),  # an assignment as a mapping
        ("Sub1", 4, ["4: Sub1"]),  # a usage row
        ("Sub1", 1, ["4: Sub1"]),  # a repeated id leads to the first entry
        ("north", 0, ["9: north"]),
        ("ada@X.example", 0, ["7: Ada@x.example"]),
        ("Sub9", 0, []),
        ("named", 0, []),
        ("subscription: S", 0, []),
    ],
)
def test_an_id_leads_to_its_definition(
    folder: Path, word: str, nth: int, target: list[str]
) -> None:
    offset = -1
    for _ in range(nth + 1):
        offset = DEFINITIONS.index(word, offset + 1)
    before = DEFINITIONS[: offset + 1]
    place = Place(
        "a.tenant.yaml",
        DEFINITIONS,
        datetime(2026, 5, 1, tzinfo=UTC).date(),
        before.count("\n"),
        len(before.rpartition("\n")[2]),
    )
    assert folder.exists()
    found = define(Folder({}), place)
    lines = DEFINITIONS.splitlines()
    shown = [
        f"{span.line}: {lines[span.line - 1][span.column - 1 : span.end_column - 1]}"
        for span in found
    ]
    assert shown == target


def test_the_editor_shows_definitions_and_an_outline(folder: Path) -> None:
    file = folder / "d.tenant.yaml"

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            await there.open(file, DEFINITIONS)
            assert await there.define(file, "Sub1", 2) == ["4: Sub1"]
            (tenant,) = await there.symbols(file)
            assert (tenant.name, tenant.detail) == ("Harbour", "t1")
            lists = {item.name: item for item in tenant.children or ()}
            assert list(lists) == ["subscriptions", "users", "partners", "usage"]
            names = {
                name: [child.name for child in item.children or ()] for name, item in lists.items()
            }
            assert names == {
                "subscriptions": ["Sub1", "Sub1"],
                "users": ["Ada@x.example"],
                "partners": ["north"],
                "usage": ["2026-04 ivr-port"],
            }
            (user,) = lists["users"].children or ()
            assert user.range.start == types.Position(6, 4)
            assert user.selection_range.start == user.range.start
            # The range of a child is within the range of its parent.
            assert lists["users"].range.start <= user.range.start
            assert user.range.end <= lists["users"].range.end
            # A text that cannot be read keeps the last outline.
            there.change(file, DEFINITIONS.replace("tenant: {id", "tenant: {id: ["))
            assert [item.name for item in await there.symbols(file)] == ["Harbour"]

    play(work())


# Folders and configurations


def test_a_folder_can_be_removed_and_created_again(folder: Path) -> None:
    one = folder / "one"
    one.mkdir()
    config, file = one / "tenantlint.toml", one / "a.tenant.yaml"

    async def work() -> None:
        async with editor(one, options=DAY) as there:
            assert codes(await there.open(file, UNSOUND)) == ["mixed-telephony"]
            for text, expected in (("", ["mixed-telephony"]), ("ignore = ['telephony']\n", [])):
                shutil.rmtree(one)
                (gone,) = await there.edit(file, UNSOUND + "# edited\n")
                assert gone.message == f"no verdict: {one}: No such file or directory"
                one.mkdir()
                config.write_text(text)
                assert codes(await there.edit(file, UNSOUND)) == expected

    play(work())


def test_a_configuration_that_becomes_unreadable_is_no_verdict(folder: Path) -> None:
    config, file = folder / "tenantlint.toml", folder / "a.tenant.yaml"

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            assert codes(await there.open(file, UNSOUND)) == ["mixed-telephony"]
            config.symlink_to(config)
            assert codes(await there.edit(file, UNSOUND + "# edited\n")) == ["no-verdict"]
            config.unlink()
            assert codes(await there.edit(file, UNSOUND)) == ["mixed-telephony"]

    play(work())


def test_each_folder_has_its_own_configuration(folder: Path) -> None:
    one, two = folder / "one", folder / "two"
    for each in (one, two):
        (each / "inner" / "tenants").mkdir(parents=True)
    (one / "tenantlint.toml").write_text("[severity]\nmixed-telephony = 'info'\n")
    files = [one / "inner" / "tenants" / "a.yaml", two / "inner" / "tenants" / "a.yaml"]

    async def work() -> None:
        async with editor(one, two, options=DAY) as there:
            found = [(await there.open(file, UNSOUND))[0].severity for file in files]
            assert found == [3, 1]
            # A changed configuration is read again after an edit of the tenant file.
            config = one / "tenantlint.toml"
            config.write_text("ignore = ['telephony']\n")
            assert codes(await there.edit(files[0], UNSOUND + "# edited\n")) == []
            # It is also read again when the editor reports the change.
            assert [item.method for item in there.registered] == ["workspace/didChangeWatchedFiles"]
            config.unlink()
            there.changed_on_disk(config)
            await there.wait_for(files[0], "mixed-telephony")
            # The same holds for a configuration that it extends.
            (two / "base.toml").write_text("ignore = ['telephony']\n")
            (two / "tenantlint.toml").write_text("extends = ['base.toml']\n")
            there.changed_on_disk(two / "tenantlint.toml")
            await there.wait_for(files[1])
            (two / "base.toml").write_text("")
            there.changed_on_disk(two / "base.toml")
            await there.wait_for(files[1], "mixed-telephony")
            (two / "tenantlint.toml").write_text("exclude = ['inner/']\n")
            there.changed_on_disk(two / "tenantlint.toml")
            await there.wait_for(files[1])

    play(work())


def test_patterns_of_a_configuration_above_the_folder_are_relative_to_it(folder: Path) -> None:
    (folder / "tenantlint.toml").write_text("exclude = ['/archive/']\n")
    names = ("tenants/archive/a.yaml", "outside/archive/b.tenant.yaml", "archive/c.tenant.yaml")
    for name in names:
        (folder / name).parent.mkdir(parents=True)

    async def work() -> None:
        async with editor(folder / "tenants", options=DAY) as there:
            found = [codes(await there.open(folder / name, UNSOUND)) for name in names]
            assert found == [["mixed-telephony"], ["mixed-telephony"], []]

    play(work())


def test_a_mistake_in_the_configuration_is_a_diagnostic(folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    config = folder / "tenantlint.toml"
    config.write_text("ignor = ['telephony']\n")

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            (found,) = await there.open(file, UNSOUND)
            assert found.code == "no-verdict"
            assert found.severity == types.DiagnosticSeverity.Error
            assert "did you mean `ignore`?" in found.message
            config.write_text("")
            there.changed_on_disk(config)
            await there.wait_for(file, "mixed-telephony")

    play(work())


def test_changed_policy_files_are_read_again(folder: Path) -> None:
    file, policies = folder / "a.tenant.yaml", folder / "policies.yaml"
    policies.write_text(policy_text("subscription.id == 'Sub2'", each="subscriptions"))
    (folder / "tenantlint.toml").write_text("policy-files = ['policies.yaml']\n")

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            assert codes(await there.open(file, UNSOUND)) == ["mine", "mixed-telephony"]
            # The policy's page is shown, because the policy has no address.
            assert "### mine" in await there.hover(file, "Sub2")
            policies.write_text(policy_text("subscription.id == 'Sub3'", each="subscriptions"))
            there.changed_on_disk(policies)
            await there.wait_for(file, "mixed-telephony")
            policies.write_text(policy_text("subscription.idd == 'Sub3'", each="subscriptions"))
            there.changed_on_disk(policies)
            await there.wait_for(file, "no-verdict")

    play(work())


def test_files_that_are_not_tenant_files_have_no_diagnostics(folder: Path) -> None:
    names = ["docker-compose.yaml", "tenants/.hidden.yaml"]
    (folder / "tenants").mkdir()

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            for name in names:
                assert codes(await there.open(folder / name, "services: {}\n")) == []
            assert codes(await there.open(folder / "tenants" / "a.yaml", "services: {}\n"))
            # A file outside all folders uses the configuration of its own folder.
            outside = folder.parent / "elsewhere"
            outside.mkdir(exist_ok=True)
            (outside / "tenantlint.toml").write_text("select = ['usage']")
            assert codes(await there.open(outside / "x.tenant.yaml", UNSOUND)) == []

    play(work())


def test_the_server_accepts_options(folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    ending = SOUND.replace("start: 2025-01-01", "start: 2025-01-01, end: 2026-06-20")

    async def work(*options: str) -> list[str]:
        async with editor(folder, options=options) as there:
            return codes(await there.open(file, ending))

    assert "coverage-gap" in asyncio.run(work(*DAY, "--expiring-within", "60"))
    severe = ("--expiring-within", "60", "--ignore", "coverage-gap", "--stdio")
    assert "coverage-gap" not in asyncio.run(work(*DAY, *severe))


# Time


def test_diagnostics_are_updated_at_midnight(folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    day = folder / "day"
    day.write_text("2026-05-01")
    # The server reads the date from a file twenty times a second.
    program = (
        "from datetime import date; from pathlib import Path; import validator.lsp.server as s\n"
        f"s.utc_today = lambda: date.fromisoformat(Path({str(day)!r}).read_text())\n"
        "s._TICK_SECONDS = 0.05\n"
        "from validator.lsp.features import serve\n"
        "serve({}, None)\n"
    )
    ending = SOUND.replace("start: 2025-01-01", "start: 2025-01-01, end: 2026-05-31")

    async def work() -> None:
        command = (sys.executable, "-c", program)
        async with editor(folder, command=command) as there:
            assert codes(await there.open(file, ending)) == ["coverage-gap"]
            day.write_text("2026-06-01")
            await there.wait_for(file, "no-active-subscription")
            assert "Sub1 ended on 2026-05-31" in await there.hover(file, "Sub1")

    play(work())


@pytest.mark.parametrize(
    ("now", "seconds"), [((2026, 5, 1, 23, 59, 30), 30.05), ((2026, 12, 31, 0, 0, 0), 86_400.05)]
)
def test_the_seconds_to_midnight_are_those_in_utc(now: tuple[int, ...], seconds: float) -> None:
    year, month, day, hour, minute, second = now
    at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    assert seconds_to_midnight(at) == pytest.approx(seconds)


# Untrusted folders and failures


def test_no_code_in_the_folder_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = f"open({str(folder / 'ran')!r}, 'a').write(__name__)\n"
    for name in ("yaml", "pygls", "validator", "sitecustomize", "pydantic", "json", "asyncio"):
        (folder / f"{name}.py").write_text(evil)
    (folder / "pyproject.toml").write_text("[tool.tenantlint]\nignore = ['usage']\n")
    file = folder / "a.tenant.yaml"

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            assert codes(await there.open(file, UNSOUND)) == ["mixed-telephony"]

    play(work())
    assert not (folder / "ran").exists()
    # A relative PYTHONPATH is not resolved in the worker's folder.
    monkeypatch.setenv("PYTHONPATH", ".")
    monkeypatch.chdir(ROOT)
    play(work())
    assert not (folder / "ran").exists()


def _runs(process: int) -> bool:
    """Return whether a process exists and is no zombie."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def _wait_for_end(process: int) -> None:
    for _ in range(1_000):
        if not _runs(process):
            return
        time.sleep(0.01)
    raise TimeoutError(f"{process} still runs")


def _children(pid: int) -> list[int]:
    done = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, check=False
    )
    return [int(word) for word in done.stdout.split()]


@pytest.mark.parametrize("is_inner", [False, True])
def test_a_worker_that_dies_is_reported_and_restarted(folder: Path, is_inner: bool) -> None:
    # The worker has two processes: one evaluates, the other watches it.
    file = folder / "a.tenant.yaml"

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            assert codes(await there.open(file, UNSOUND)) == ["mixed-telephony"]
            (outer,) = _children(there.server_pid)
            (inner,) = _children(outer)
            os.kill(inner if is_inner else outer, signal.SIGKILL)
            _wait_for_end(inner)  # until then, it could still answer
            (found,) = await there.edit(file, SOUND)
            assert found.code == "no-verdict"
            assert "have crashed" in found.message
            assert await there.hover(file, "Sub1") == ""
            there.changed_on_disk(folder / "tenantlint.toml")
            await there.wait_for(file)
            assert "Sub1 is active" in await there.hover(file, "Sub1")

    play(work())


def test_the_server_ends_with_its_editor(folder: Path) -> None:
    with subprocess.Popen(
        [COMMAND, "lsp", *DAY],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for message in _first_messages(folder):
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        process.stdin.flush()
        _read_until(process.stdout, rb"publishDiagnostics")
        (worker,) = _children(process.pid)
        process.stdin.close()  # without a shutdown request
        assert process.wait(timeout=20) == 1
        assert process.stderr.read() == b""
        assert not Path(f"/proc/{worker}").exists()


@pytest.mark.parametrize(("asks", "code"), [(True, 0), (False, 1)])
def test_exit_without_a_shutdown_request_fails(folder: Path, *, asks: bool, code: int) -> None:
    with subprocess.Popen(
        [COMMAND, "lsp", *DAY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def send(message: dict[str, Any]) -> None:
            assert process.stdin is not None
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            process.stdin.flush()

        for message in _first_messages(folder):
            send(message)
        if asks:
            send({"id": 99, "method": "shutdown"})
            _read_until(process.stdout, rb'"id":\s*99')
        send({"method": "exit"})
        assert process.wait(timeout=20) == code


def _read_until(stream: IO[bytes], expected: bytes) -> None:
    """Read until a pattern has arrived."""
    shown = b""
    while not re.search(expected, shown):
        more = os.read(stream.fileno(), 65_536)
        assert more, f"the server ended after {shown!r}"
        shown += more


def _first_messages(folder: Path) -> list[dict[str, Any]]:
    uri = (folder / "a.tenant.yaml").as_uri()
    start: dict[str, Any] = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}
    text = {"uri": uri, "languageId": "yaml", "version": 1, "text": UNSOUND}
    return [
        {"method": "initialize", "params": start, "id": 1},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": text}},
    ]


def test_without_pygls_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("validator.lsp", "pygls"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls", None)
    done = CliRunner().invoke(tenantlint, ["lsp"], standalone_mode=False)
    assert isinstance(done.exception, click.ClickException)
    assert done.exception.message == (
        "the language server needs pygls: pip install 'tenantlint[lsp]'"
    )


def test_questions_to_a_worker_that_is_stopped_are_answered(folder: Path) -> None:
    place = Place("a.tenant.yaml", UNSOUND, date(2026, 5, 1))

    async def work() -> None:
        worker = WorkerProcess(str(folder), {})
        asked = [asyncio.create_task(worker.ask(Question("check", place))) for _ in range(3)]
        await asyncio.sleep(0)
        await worker.stop()
        answers = await asyncio.wait_for(asyncio.gather(*asked), 20)
        assert {answer.failure for answer in answers} == {"the folder is no longer open"}
        # It can be asked again.
        answer = await asyncio.wait_for(worker.ask(Question("check", place)), 20)
        assert answer.failure == ""
        await worker.stop()

    play(work())


def test_a_question_about_an_older_text_is_not_worked_on(folder: Path) -> None:
    texts = [f"{HARBOUR}# {number}\n" for number in range(4)]
    places = [Place("a.tenant.yaml", text, date(2026, 5, 1)) for text in texts]

    async def work() -> None:
        worker = WorkerProcess(str(folder), {})
        kinds: list[Kind] = ["symbols", "check"]
        asked = [
            asyncio.create_task(worker.ask(Question(kind, place)))
            for kind in kinds
            for place in places
        ]
        answers = [answer.value for answer in await asyncio.wait_for(asyncio.gather(*asked), 20)]
        await worker.stop()
        assert answers[:3] == [None, None, None]
        assert answers[3]
        assert all(isinstance(value, Checked) for value in answers[4:])

    play(work())
