"""Signals at any time: an exit code, no traceback, no remaining process, no partial file."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from tests.conftest import UNSOUND
from validator.plugins.cel_environment import is_cel_installed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MARK = "TENANTLINT_TEST_MARK"
POLICIES = """\
version: 1
policies:
  - id: mine
    title: A user.
    severity: warning
    for-each: users
    when: {when}
    message: "{{user.email}}"
"""
WAYS = {
    "one process": ["--jobs", "1"],
    "workers": ["--jobs", "2"],
    "policy files": ["--jobs", "1", "--config", "policies.toml"],
    "workers and policy files": ["--jobs", "2", "--config", "policies.toml"],
    "reports": ["--jobs", "2", "--no-cache", "--report", "json=r.json", "--report", "html=r.html"],
}


@pytest.fixture
def busy(folder: Path) -> Path:
    """Create a folder of files that take some time to check."""
    for number in range(150):
        text = UNSOUND.replace("t1", f"t{number}").replace("Sub", f"Sub{number}x")
        users = "".join(f"  - {{email: u{user}@x.com, roles: [agent]}}\n" for user in range(40))
        (folder / f"{number}.tenant.yaml").write_text(f"{text}users:\n{users}")
    (folder / "policies.yaml").write_text(POLICIES.format(when="user.email == 'x'"))
    (folder / "policies.toml").write_text("policy-files = ['policies.yaml']\n")
    return folder


def start(arguments: Sequence[str], mark: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "validator", "check", *arguments],
        env={**os.environ, MARK: mark, "TENANTLINT_CACHE_DIR": str(Path("kept").absolute())},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def survivors(mark: str) -> list[int]:
    """Return the ids of the processes that have inherited a mark."""
    alive = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            if mark.encode() in (folder / "environ").read_bytes() and state != "Z":
                alive.append(int(folder.name))
        except OSError:
            continue
    return alive


def assert_no_survivors(mark: str) -> None:
    for _ in range(100):
        if not survivors(mark):
            return
        time.sleep(0.05)
    left = survivors(mark)
    for process in left:
        os.kill(process, signal.SIGKILL)
    pytest.fail(f"processes are left: {left}")


def assert_nothing_half_written(folder: Path) -> None:
    names = [file.name for file in (*folder.iterdir(), *folder.glob("kept/*"))]
    assert not [name for name in names if name.startswith(".")]
    for name in ("r.json", "r.html"):
        if (folder / name).exists():
            assert (folder / name).read_text().endswith(("}\n", "</html>\n"))
            (folder / name).unlink()


def assert_no_traceback_of_ours(error: str) -> None:
    """Assert that there is no traceback, except one from the start of Python itself."""
    assert "Traceback" not in error or "validator" not in error, error


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_signal_at_any_moment_leaves_no_process_and_no_partial_file(
    busy: Path, way: str, name: str
) -> None:
    if "policy" in way and not is_cel_installed():
        pytest.skip("needs CEL")
    number = signal.Signals[name]
    chance = random.Random(f"{way} {name}")
    for _ in range(3):
        mark = uuid4().hex
        process = start([".", *WAYS[way]], mark)
        time.sleep(chance.uniform(0.05, 1))
        send = os.killpg if chance.random() < 0.4 and name != "SIGKILL" else os.kill
        send(process.pid, number)
        out, err = process.communicate(timeout=30)
        assert_no_survivors(mark)
        assert_no_traceback_of_ours(err.decode())
        if name != "SIGKILL":  # SIGKILL leaves no time to remove partial files
            assert_nothing_half_written(busy)
        # The process may have ended before the signal, or not have started its first line.
        assert process.returncode in (1, 128 + number, -number)
        assert process.returncode != 1 or out or "Traceback" in err.decode()


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
@pytest.mark.parametrize("way", ["one process", "workers", "policy files"])
def test_a_signal_has_its_exit_code(folder: Path, way: str, name: str, code: int) -> None:
    # The run waits for pipes to which no process writes.
    if "policy" in way and not is_cel_installed():
        pytest.skip("needs CEL")
    for file in ("a.yaml", "b.yaml"):
        os.mkfifo(folder / file)
    (folder / "policies.yaml").write_text(POLICIES.format(when="user.email == 'x'"))
    (folder / "policies.toml").write_text("policy-files = ['policies.yaml']\n")
    mark = uuid4().hex
    process = start(["a.yaml", "b.yaml", *WAYS[way]], mark)
    time.sleep(1.5)
    process.send_signal(signal.Signals[name])
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (code, b"", b"")
    assert_no_survivors(mark)


@pytest.mark.skipif(not is_cel_installed(), reason="needs CEL")
def test_an_endless_expression_does_not_delay_an_interrupt(folder: Path) -> None:
    users = "".join(f"  - {{email: u{user}@x.com, roles: [agent]}}\n" for user in range(2000))
    (folder / "a.tenant.yaml").write_text(f"{UNSOUND}users:\n{users}")
    when = "users.exists(a, users.exists(b, users.exists(c, a.email + b.email == c.email)))"
    (folder / "policies.yaml").write_text(POLICIES.format(when=when))
    (folder / "tenantlint.toml").write_text("policy-files = ['policies.yaml']\n")
    mark = uuid4().hex
    process = start(["a.tenant.yaml"], mark)
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130  # after MAX_SECONDS, it would be 2
    assert_no_survivors(mark)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_ignored_signal_stays_ignored(folder: Path, name: str, jobs: str) -> None:
    # This is the case under nohup and in the background of a script.
    os.mkfifo(folder / "a.yaml")
    (folder / "b.yaml").write_text(UNSOUND)
    mark = uuid4().hex
    number = signal.Signals[name]
    before = signal.signal(number, signal.SIG_IGN)
    try:
        process = start(["a.yaml", "b.yaml", "--jobs", jobs], mark)
    finally:
        signal.signal(number, before)
    time.sleep(1)
    os.killpg(process.pid, number)
    (folder / "a.yaml").write_text(UNSOUND)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert b"mixed-telephony" in out
