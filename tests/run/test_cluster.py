"""Files are checked by an executor in this process, or by a cluster with two workers."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import COMMAND, SOUND, UNSOUND, Run
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.plugins.loading import load_plugins
from validator.project.sources import Source
from validator.run.executors import Job, SentFile, WorkerError, _check_sent, _fingerprint
from validator.run.workers import check_sources

DAY = ("--as-of", "2026-05-01")
CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=60
    ) as cluster:
        print(cluster.scheduler_address, *(w.process.pid for w in cluster.workers.values()))
        sys.stdout.flush()
        sys.stdin.read()
"""


def write(folder: Path, files: int) -> list[Source]:
    (folder / "tenants").mkdir()
    for number in range(files):
        text = (UNSOUND if number % 5 == 0 else SOUND).replace("Sub", f"S{number}x")
        text = text.replace("t1", f"t{number}")
        (folder / "tenants" / f"t{number:04}.yaml").write_text(text)
    names = sorted(f"tenants/{file.name}" for file in (folder / "tenants").iterdir())
    return [Source(name, name) for name in names]


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[int]]]:
    """Start a cluster; yield the address of its scheduler and the process ids of its workers."""
    process = subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        cwd="/",
    )
    assert process.stdout is not None
    try:
        address, *pids = process.stdout.readline().split()
        yield address, [int(pid) for pid in pids]
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_cluster_reports_the_same(run: Run, folder: Path, cluster: tuple[str, list[int]]) -> None:
    write(folder, 250)
    (folder / "tenants" / "t9000.yaml").write_text("a: [\n")
    (folder / "tenants" / "t9001.yaml").symlink_to("nowhere")
    (folder / "tenantlint.toml").write_text(
        '[[per-file]]\nfiles = ["/tenants/t0005.yaml"]\nignore = ["mixed-telephony"]\n'
    )
    (folder / "mine" / "custom").mkdir(parents=True)
    (folder / "mine" / "custom" / "nameless.py").write_text(
        '"""No name."""\nfrom validator import policy\n'
        '@policy(severity="info")\ndef look(tenant):\n'
        '    for item in tenant.live:\n        yield item.finding(message="nameless")\n'
    )
    asked = ("check", *DAY, "tenants", "--no-cache", "--policies", "mine")
    wanted = run(*asked, "--jobs", "1")
    assert wanted.code == 2
    assert "t0010.yaml" in wanted.out
    assert "t0005.yaml: error" not in wanted.out
    assert run(*asked, "--scheduler", cluster[0]) == wanted
    assert run("check", *DAY, "-", "--scheduler", cluster[0], stdin=UNSOUND.encode()).code == 1


def test_workers_run_the_present_policies(
    run: Run, folder: Path, cluster: tuple[str, list[int]]
) -> None:
    write(folder, 1)
    (folder / "mine" / "custom").mkdir(parents=True)
    asked = ("check", *DAY, "tenants", "--no-cache", "--policies", "mine")
    for word in ("one", "two", "six", "one"):
        (folder / "mine" / "custom" / "nameless.py").write_text(
            '"""No name."""\nfrom validator import policy\n'
            '@policy(severity="error")\ndef look(tenant):\n'
            f"    yield tenant.finding('subscriptions', message={word!r})\n"
        )
        outcome = run(*asked, "--scheduler", cluster[0])
        assert (outcome.code, outcome.err) == (1, "")
        assert f"error[nameless]: {word}" in outcome.out


def test_a_worker_that_dies_does_not_change_the_report(
    run: Run, folder: Path, cluster: tuple[str, list[int]]
) -> None:
    write(folder, 1200)
    (folder / "slow" / "custom").mkdir(parents=True)
    (folder / "slow" / "custom" / "slow.py").write_text(
        '"""Slow."""\nimport time, pathlib\nfrom validator import policy\n'
        '@policy(severity="info")\ndef look(tenant):\n'
        f"    pathlib.Path({str(folder / 'started')!r}).touch()\n"
        "    time.sleep(0.003)\n    return []\n"
    )
    asked = ("check", *DAY, "tenants", "--no-cache", "--policies", "slow", "--format", "json")
    wanted = run(*asked, "--jobs", "2")
    (folder / "started").unlink()
    command = [str(COMMAND), *asked, "--scheduler", cluster[0]]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (folder / "started").exists():
        time.sleep(0.01)
    os.kill(cluster[1][0], signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (1, wanted.out, "")


def test_an_unreachable_scheduler_is_2(run: Run, folder: Path) -> None:
    write(folder, 1)
    asked = ("check", *DAY, "tenants", "--no-cache")
    for address in ("tcp://127.0.0.1:1", "nonsense", "x://y"):
        outcome = run(*asked, "--scheduler", address)
        assert (outcome.code, outcome.findings) == (2, [])
        assert outcome.err == (f"tenantlint: --scheduler {address}: no Dask scheduler responds\n")
    both = run(*asked, "--scheduler", "tcp://127.0.0.1:1", "--jobs", "2")
    assert both.err == "tenantlint: --jobs and --scheduler cannot be used together\n"


def settings(**other: Any) -> Settings:
    return Settings(date(2026, 5, 1), installed=False, **other)


def checked(sources: list[Source], executor: Executor | None, **other: Any) -> Any:
    selection = Selection(settings(**other), load_plugins(installed=False))
    return list(check_sources(sources, selection, jobs=1, executor=executor))


def test_any_executor_can_check_files(folder: Path) -> None:
    sources = write(folder, 230)
    with ThreadPoolExecutor(2) as executor:
        assert checked(sources, executor) == checked(sources, None)


class Lost(Executor):
    """An executor that loses every second task."""

    number = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
        self.number += 1
        future: Future[Any] = Future()
        if self.number % 2:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(RuntimeError("gone"))
        return future


def test_a_lost_task_is_a_failure_of_its_files(folder: Path) -> None:
    sources = write(folder, 230)
    results = checked(sources, Lost())
    lost = [result for result in results if result.failures]
    assert [result.file for result in results] == [source.name for source in sources]
    assert len(lost) == 100
    said = f"{lost[0].file}: a worker could not check this file: RuntimeError: gone"
    assert lost[0].failures[0].startswith(said)


def test_a_worker_with_another_version_is_refused() -> None:
    job = Job(settings(), None, "other")
    with pytest.raises(WorkerError, match="another version"):
        _check_sent(job, [SentFile("a", SOUND.encode())])
    same = Job(settings(), None, _fingerprint(settings()))
    assert [result.file for result in _check_sent(same, [SentFile("a", SOUND.encode())])] == ["a"]


def test_without_dask_the_error_names_the_extra(folder: Path) -> None:
    write(folder, 1)
    code = textwrap.dedent(
        """
        import sys
        import importlib.util
        importlib.util.find_spec = lambda name: None
        from validator.cli.app import main
        sys.argv = ["tenantlint", "check", "tenants", "--no-cache", "--scheduler", "tcp://x:1"]
        main()
        """
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "tenantlint: --scheduler needs Dask: pip install 'tenantlint[dask]'\n"
