"""A process that loads policies several times runs the present code each time."""

import multiprocessing
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import SOUND, UNSOUND
from tests.lsp.editor import editor
from tests.lsp.test_lsp import codes, play
from validator import Settings, Source, check_sources, load_selection
from validator.cache import program_fingerprint
from validator.plugins.policy import ROOT_PACKAGE
from validator.plugins.policy_folder import PluginError
from validator.run import executors
from validator.system import folder_contents
from validator.system.errors import NoVerdictError

DAY = ("--as-of", "2026-05-01")
POLICY = '''"""No name."""
from validator import policy

@policy(severity="error")
def look(tenant):
    {imports}
    for item in tenant.subscriptions:
        yield item.finding(message={message})
'''


def plant(folder: Path, message: str, imports: str = "pass") -> None:
    """Write a policy that reports a message."""
    (folder / "custom").mkdir(parents=True, exist_ok=True)
    text = POLICY.format(message=message, imports=imports)
    (folder / "custom" / "nameless.py").write_text(text)


def settings(folder: Path) -> Settings:
    return Settings(date(2026, 5, 1), policy_folders=(str(folder),), installed=False)


@pytest.fixture
def tenants(folder: Path) -> list[Source]:
    (folder / "a.tenant.yaml").write_text(SOUND)
    return [Source("a.tenant.yaml", "a.tenant.yaml")]


def said(folder: Path, sources: list[Source], executor: Executor | None = None) -> list[str]:
    """Load the policies of a folder, and return what they report."""
    results = check_sources(sources, load_selection(settings(folder)), executor=executor)
    return [
        line
        for result in results
        for line in (*result.failures, *(item.message for item in result.diagnostics))
    ]


@pytest.mark.parametrize("imports", ["pass", "from ._words import WORD", "from . import _words"])
def test_each_load_runs_the_code_of_its_folder(
    folder: Path, tenants: list[Source], imports: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    message = {"pass": "'{}'", "from . import _words": "_words.WORD"}.get(imports, "WORD")

    def write(name: str, word: str) -> None:
        plant(folder / name, message.format(word), imports)
        (folder / name / "custom" / "_words.py").write_text(f"WORD = {word!r}\n")

    write("a/mine", "one")
    write("b/mine", "two")
    first = load_selection(settings(folder / "a/mine"))
    assert said(folder / "b/mine", tenants) == ["two"]
    # The first selection imports its helper only now.
    (result,) = check_sources(tenants, first)
    assert [item.message for item in result.diagnostics] == ["one"]
    write("b/mine", "six")
    assert said(folder / "b/mine", tenants) == ["six"]
    write("b/mine", "two")
    assert said(folder / "b/mine", tenants) == ["two"]
    assert said(folder / "a/mine", tenants) == ["one"]
    assert not [*folder.rglob("__pycache__")]


def test_a_relative_folder_is_that_of_the_working_folder(
    folder: Path, tenants: list[Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        plant(folder / name / "mine", repr(name))
        (folder / name / "a.tenant.yaml").write_text(SOUND)
        monkeypatch.chdir(folder / name)
        assert said(Path("mine"), tenants) == [name]


def test_unchanged_code_is_loaded_once(folder: Path) -> None:
    plant(folder / "mine", "'one'")

    def function() -> object:
        return load_selection(settings(folder / "mine")).plugins.policies["nameless"].function

    assert function() is function()


def test_a_folder_that_cannot_be_loaded_leaves_no_modules(folder: Path) -> None:
    plant(folder / "mine", "'one'")
    (folder / "mine" / "custom" / "wrong.py").write_text("raise ValueError\n")
    before = {name for name in sys.modules if name.startswith(f"{ROOT_PACKAGE}.")}
    load_selection(Settings(date(2026, 5, 1), installed=False))
    with pytest.raises(PluginError, match="wrong"):
        load_selection(settings(folder / "mine"))
    after = {name for name in sys.modules if name.startswith(f"{ROOT_PACKAGE}.")}
    assert not [name for name in after - before if not name.startswith(f"{ROOT_PACKAGE}.bundled")]


def test_a_worker_process_runs_the_present_code(folder: Path, tenants: list[Source]) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        for name, word in (("a", "one"), ("b", "two"), ("b", "six"), ("a", "one")):
            plant(folder / name / "mine", repr(word))
            assert said(folder / name / "mine", tenants, executor) == [word]


def test_a_worker_whose_program_has_changed_is_refused(
    folder: Path, tenants: list[Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(folder / "mine", "'one'")
    monkeypatch.setattr(executors, "_last_job", None)
    with ThreadPoolExecutor(1) as executor:
        assert said(folder / "mine", tenants, executor) == ["one"]
        contents = program_fingerprint.program_contents()
        monkeypatch.setattr(executors, "program_contents", lambda: f"{contents} changed")
        plant(folder / "mine", "'two'")
        (line,) = said(folder / "mine", tenants, executor)
    assert "tenantlint or a plugin has changed since it was started; restart it" in line


def test_a_folder_that_is_too_large_to_be_compared_is_an_error(
    folder: Path, tenants: list[Source]
) -> None:
    plant(folder / "mine", "'one'")
    (folder / "mine" / "custom" / "_data").write_bytes(bytes(folder_contents.MAX_BYTES))
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(NoVerdictError, match="more than 20,000,000 bytes in all"),
    ):
        said(folder / "mine", tenants, executor)


def test_the_language_server_loads_a_changed_folder_again(folder: Path) -> None:
    file, mine = folder / "a.tenant.yaml", folder / "mine"
    plant(mine, "'one'")

    async def work() -> None:
        async with editor(folder, options=(*DAY, "--policies", str(mine))) as there:
            found = await there.open(file, SOUND)
            assert [item.message for item in found] == ["one"]
            plant(mine, "'two'")
            found = await there.edit(file, UNSOUND)
            assert codes(found) == ["nameless", "nameless", "mixed-telephony"]
            assert found[0].message == "two"

    play(work())
