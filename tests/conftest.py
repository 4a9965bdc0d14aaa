"""Shared fixtures: the installed command, golden files, generated pages and a tenant file."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from tests.forked_command import ForkedCommand, read_at_start

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("tenantlint")
# The words before a command that obeys the permissions of files, which root otherwise ignores.
OBEDIENT = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if not os.geteuid() else []
can_obey = pytest.mark.skipif(
    bool(OBEDIENT) and not shutil.which("setpriv"), reason="root ignores permissions"
)

SOUND = """\
version: 1
tenant: {id: t1, name: Harbour Retail, telephony: webex-calling}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
"""
UNSOUND = SOUND + "  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}\n"


@dataclass(frozen=True)
class Outcome:
    """The output and the exit code of a run of the command."""

    code: int
    out: str
    err: str

    @property
    def findings(self) -> list[str]:
        """The places and ids in concise output, without the lines that begin with `tenantlint:`."""
        return [
            " ".join(line.split(": ")[0:3:2])
            for line in self.out.splitlines()
            if not line.startswith("tenantlint: ")
        ]


Run = Callable[..., Outcome]

# A test must not fail because the machine is busy.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")


@pytest.fixture(autouse=True, scope="session")
def _separate_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the results of tests out of the user's cache."""
    os.environ["TENANTLINT_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create an empty folder and make it the working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


NOT_PASSED = ("NO_COLOR", "FORCE_COLOR", "PYTHONDONTWRITEBYTECODE")
"""The environment variables that tests do not pass on."""


def passed_on(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name not in NOT_PASSED}


@pytest.fixture(scope="session")
def forked_command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkedCommand]:
    command = ForkedCommand(tmp_path_factory.mktemp("run"), passed_on(os.environ))
    yield command
    command.stop()


@pytest.fixture
def run(folder: Path, forked_command: ForkedCommand) -> Run:
    """Run the command in the working folder; fail on a traceback.

    The installed command itself runs if a test asks for it with `fresh`, gives standard input, or
    sets variables that Python reads when it starts.
    """
    assert COMMAND.exists(), "install the project: pip install -e '.[dev]'"

    def run(
        *arguments: str,
        stdin: bytes = b"",
        timeout: float = 60,
        before: Sequence[str] = (),
        fresh: bool = False,
        cwd: Path = folder,
        **env: str,
    ) -> Outcome:
        env = {**passed_on(os.environ), **env}
        differs = read_at_start(env) != read_at_start(forked_command.env)
        if fresh or stdin or before or differs:
            done = subprocess.run(
                [*before, COMMAND, *arguments],
                cwd=cwd,
                env=env,
                input=stdin,
                capture_output=True,
                timeout=timeout,
                check=False,
            )
        else:
            done = forked_command.run(arguments, cwd, env, timeout)
        outcome = Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in outcome.err, outcome.err
        return outcome

    return run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


SLOWEST = ("run/test_growth.py", "distribution/test_packaging.py", "distribution/test_ci.py")
"""The files that run first, so that no process is left alone with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    slow = [str(ROOT / "tests" / name) for name in SLOWEST]
    items.sort(key=lambda item: slow.index(path) if (path := str(item.path)) in slow else len(slow))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a golden file, or rewrite the file."""

    def compare(name: str, text: str) -> None:
        file = ROOT / "tests" / "golden" / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(text.encode())
        assert text == file.read_bytes().decode()

    return compare


@pytest.fixture
def generated(request: pytest.FixtureRequest) -> Callable[[Path, str, str, str], None]:
    """Compare the text between two markers in a page with the expected text, or rewrite it."""

    def compare(page: Path, begin: str, end: str, text: str) -> None:
        old = page.read_text() if page.exists() else f"{begin}{end}"
        start = old.index(begin) + len(begin)
        new = old[:start] + text + old[old.index(end, start) :]
        if request.config.getoption("--update-golden"):
            page.write_text(new)
        assert page.read_text() == new

    return compare


@pytest.fixture
def harbour(folder: Path) -> str:
    """Copy the README's tenant file into the working folder; return its path."""
    (folder / "tenants").mkdir()
    shutil.copy(ROOT / "fixtures" / "harbour.tenant.yaml", folder / "tenants")
    return "tenants/harbour.tenant.yaml"
