"""Compares the speed of tenantlint with check-jsonschema, yamllint and ryl.

    python benchmarks/run.py [--runs N] [--corpus NAME]... [--linear] [--ways]

All programs check the same files, each N times in a row. tenantlint also runs its policies, each
time with an empty cache; "again" is the run after that, with a filled cache. ryl runs all its rules
without a cache. `pip install tenantlint[bench]` installs the other programs; yamllint and ryl are
left out if they are not installed next to the Python that runs this. Prints, for each corpus, the
median of the wall times and its spread (the quartiles), the processor time of all processes, the
peak memory of the process and its children together, and ratios to check-jsonschema. `--ways`
compares tenantlint with itself: text and concise, one process and two, another format after a run,
and `--since` with a tenth of the files changed. `--linear` shows that time is proportional to the
size: users, usage rows, subscriptions and files, each 1, 2, 4 and 8 times.
"""

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpora import CORPORA, tenant, write

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PEER = "check-jsonschema"
PEERS = (PEER, "yamllint", "ryl")
DAY = "2026-05-01"
CACHE = Path(tempfile.mkdtemp()) / "cache"


@dataclass(frozen=True)
class Measured:
    """Wall times and median processor time in seconds, and peak memory in MB."""

    times: list[float]
    peak: float
    processor: float = 0.0

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def spread(self) -> str:
        if len(self.times) < 3:
            return f"{min(self.times):.3f}-{max(self.times):.3f}"
        low, _, high = statistics.quantiles(self.times, n=4)
        return f"{low:.3f}-{high:.3f}"


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a command; discard its output."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    env["TENANTLINT_CACHE_DIR"] = str(CACHE)
    devnull = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=devnull, stderr=devnull, env=env)


def run(command: list[str]) -> float:
    """Run a command; return its wall time."""
    return run_timed(command)[0]


def run_timed(command: list[str]) -> tuple[float, float]:
    """Run a command; return its wall time and the processor time of all its processes."""
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = start(command)
    process.wait()
    elapsed, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert process.returncode in (0, 1), f"{command[0]}: exit code {process.returncode}"
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return elapsed, used


def peak_of(command: list[str]) -> float:
    """Run a command; return the peak memory of all its processes together, in MB.

    This needs a separate run, because reading the memory of a process slows it down. The memory is
    read every 20 ms; it is 0 for a command that ends before it could be read.
    """
    process = start(command)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _memory(process.pid) / 1024)
        time.sleep(0.02)
    return peak


def _memory(pid: int) -> float:
    """Return the proportional memory of a process and its children, in KB."""
    total = 0.0
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += float(line.split()[1])
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                total += _memory(int(child))
    except OSError:
        return total
    return total


def installed(name: str) -> bool:
    """Whether a program is installed next to the Python that runs this."""
    return shutil.which(name, path=str(BIN)) is not None


def commands(files: list[Path]) -> dict[str, list[str]]:
    """Return the command of each installed program by its name in the table.

    tenantlint checks the folder if there is more than one file; the other programs check the files.
    """
    folder = str(files[0].parent)
    named = [str(file) for file in files]
    schema = str(ROOT / "schemas" / "tenant.schema.json")
    ours = str(BIN / "tenantlint")
    check = [ours, "check", named[0] if len(files) == 1 else folder, "--as-of", DAY]
    check += ["--format", "concise"]
    peers = {
        PEER: ["--schemafile", schema, *named],
        "yamllint": ["-d", "relaxed", *named],
        "ryl": ["check", "--enable", "ALL", "--no-cache", *named],
    }
    there = {name: [str(BIN / name), *words] for name, words in peers.items() if installed(name)}
    return {"tenantlint": check, "again": check, **there}


def compare(corpus: str, folder: Path, runs: int) -> None:
    """Measure the programs on a corpus, one after the other, and print the comparison."""
    files = write(folder, corpus)
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"\n{corpus}: {len(files):,} files, {size:.1f} MB")
    programs = commands(files)
    results = {}
    for name, command in programs.items():
        if corpus == "one":
            run(command)  # fills the page cache
        timed = []
        for _ in range(runs):
            if name == "tenantlint":
                shutil.rmtree(CACHE, ignore_errors=True)
            timed.append(run_timed(command))
        if name == "tenantlint":
            shutil.rmtree(CACHE, ignore_errors=True)
        used = statistics.median(processor for _, processor in timed)
        results[name] = Measured([wall for wall, _ in timed], peak_of(command), used)
    peer = results[PEER]
    head = (
        ("median", 10),
        ("spread", 18),
        ("of peer", 10),
        ("faster", 9),
        ("CPU", 9),
        ("MB", 9),
        ("of peer", 10),
    )
    print(" " * 20 + "".join(f"{word:>{size}}" for word, size in head))
    for name, result in results.items():
        print(
            f"{name:20}{result.median:9.3f}s {result.spread:>17} "
            f"{result.median / peer.median:9.3f} {peer.median / result.median:7.1f}x "
            f"{result.processor:8.2f}s "
            + (f"{result.peak:8.0f} {result.peak / peer.peak:9.2f}" if result.peak else f"{'-':>8}")
        )
    if "ryl" in results:
        ratio = results["tenantlint"].median / results["ryl"].median
        print(f"tenantlint takes {ratio:.2f} times as long as ryl")


def ways(corpus: str, folder: Path, runs: int) -> None:
    """Print the processor and wall times of tenantlint on a corpus, with several options."""
    files = write(folder, corpus)
    target = files[0].parent
    ours = [str(BIN / "tenantlint"), "check", str(target), "--as-of", DAY, "--format"]
    plain = [*ours, "concise", "--no-cache", "--jobs"]
    print(f"\n{corpus}: {len(files):,} files; medians of {runs} runs")
    one, _ = _show("concise, one process", [*plain, "1"], runs)
    _show("text, one process", [*ours, "text", "--no-cache", "--jobs", "1"], runs, one)
    _show("concise, two processes", [*plain, "2"], runs, one)
    _show("text, two processes", [*ours, "text", "--no-cache", "--jobs", "2"], runs, one)
    shutil.rmtree(CACHE, ignore_errors=True)
    first, _ = _show("first run, with a cache", [*ours, "concise"], 1)
    for name in ("text", "json", "sarif", "github"):
        _show(f"then {name}", [*ours, name], 1, first)
    git = ["git", "-C", str(target), "-c", "user.name=x", "-c", "user.email=x@x.example"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "before"], check=True)
    for file in files[::10]:
        file.write_text(file.read_text() + "# changed\n")
    os.chdir(target)
    one, _ = _show("concise, one process", [*plain, "1"], runs)
    since = [*plain, "1", "--since-exact", "HEAD"]
    _show("--since, a tenth changed", since, runs, one)


def _show(
    name: str, command: list[str], runs: int, base: float | None = None
) -> tuple[float, float]:
    """Print and return the median processor and wall times of a command."""
    timed = [run_timed(command) for _ in range(runs)]
    wall, used = (statistics.median(values) for values in zip(*timed, strict=True))
    ratio = "" if base is None else f"{used / base:8.2f} of the first"
    print(f"{name:28}{used:8.2f}s CPU {wall:8.2f}s wall {peak_of(command):6.0f} MB{ratio}")
    return used, wall


def linear(folder: Path, runs: int) -> None:
    """Print the time of one process for 1, 2, 4 and 8 times the size of each dimension."""
    axes: dict[str, Callable[[int], dict[str, int]]] = {
        "users": lambda n: {"users": 4_000 * n},
        "usage": lambda n: {"users": 10, "usage": 8_000 * n},
        "subscriptions": lambda n: {"users": 10, "subscriptions": 2_000 * n},
    }
    print("\nseconds for 1, 2, 4 and 8 times the size, without start-up, and last to first")
    empty = folder / "empty.tenant.yaml"
    empty.write_text(tenant(0, users=0, subscriptions=1, usage=0))
    options = ["--as-of", DAY, "--format", "concise", "--jobs", "1", "--no-cache"]
    start = min(run([str(BIN / "tenantlint"), "check", str(empty), *options]) for _ in range(5))
    for axis, sizes in axes.items():
        row = []
        for factor in (1, 2, 4, 8):
            file = folder / f"{axis}{factor}.tenant.yaml"
            file.write_text(tenant(0, **sizes(factor)))
            command = [str(BIN / "tenantlint"), "check", str(file), *options]
            row.append(min(run(command) for _ in range(runs)) - start)
        print(
            f"{axis:15}" + "".join(f"{value:8.3f}" for value in row) + f"{row[-1] / row[0]:8.1f}x"
        )
    row = []
    for factor in (1, 2, 4, 8):
        many = folder / f"files{factor}"
        many.mkdir()
        for number in range(500 * factor):
            (many / f"t{number}.tenant.yaml").write_text(tenant(number, users=4))
        command = [str(BIN / "tenantlint"), "check", str(many), *options]
        row.append(min(run(command) for _ in range(runs)) - start)
    print(f"{'files':15}" + "".join(f"{value:8.3f}" for value in row) + f"{row[-1] / row[0]:8.1f}x")


def report_missing_programs(*, peers: bool) -> bool:
    """Print a line about the programs that are not installed; return whether the rest can run.

    tenantlint is always needed, check-jsonschema only with `peers`, because all ratios refer to it.
    """
    wanted = ("tenantlint", *(PEERS if peers else ()))
    missing = [name for name in wanted if not installed(name)]
    if missing:
        print(f"not installed: {', '.join(missing)}; run pip install tenantlint[bench]")
    return not {"tenantlint", PEER}.intersection(missing)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--corpus", action="append", choices=list(CORPORA))
    parser.add_argument("--linear", action="store_true")
    parser.add_argument("--ways", action="store_true")
    asked = parser.parse_args()
    if not report_missing_programs(peers=not (asked.linear or asked.ways)):
        return 2
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name:
        if asked.linear:
            linear(Path(name), asked.runs)
            return 0
        if asked.ways:
            for corpus in asked.corpus or ["small", "messy"]:
                ways(corpus, Path(name), asked.runs)
            return 0
        for corpus in asked.corpus or list(CORPORA):
            compare(corpus, Path(name), 3 * asked.runs if corpus == "one" else asked.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
