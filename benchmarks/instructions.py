"""Counts the instructions of five small runs, for this state of the project and an earlier one.

    python benchmarks/instructions.py [--base REV] [--fail]

On a shared machine, times differ by several per cent between runs; the number of instructions,
which callgrind (in valgrind) counts, does not. Both states are counted in the same call, by the
same interpreter and with the same dependencies: those of the Python that runs this program. The
earlier state is REV: by default HEAD, or HEAD~1 if nothing has changed since HEAD. This state is
the work tree, without files that git ignores. Only the metadata of the installed package is used.

Prints the instructions of each run, including its child processes, and the ratio of now to before.
With `--fail`, the exit code is 1 if a ratio is above 1.02. It is 2 if something cannot be counted,
and 0 with one line if valgrind is not installed. A call takes about two minutes.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from corpora import tenant

ROOT = Path(__file__).parents[1]
DAY = "2026-05-01"
LIMIT = 1.02
"""The highest ratio of now to before that passes; two counts of one state differ much less."""

SETTLED = 2.2
"""The number of seconds after which the program trusts the times of a written file."""


class CountError(Exception):
    """A run cannot be counted; the message is printed on the terminal."""


class Run(NamedTuple):
    """A run: its name, the arguments of tenantlint, and whether an earlier run fills the cache."""

    name: str
    arguments: tuple[str, ...]
    warm: bool = False


class Lab(NamedTuple):
    """A temporary folder in which both states have the same paths.

    `state` is a link to the state that is being counted. Paths and their hashes are therefore the
    same for both states.
    """

    folder: Path

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def work(self) -> Path:
        """The working folder, with the corpora."""
        return self.folder / "work"

    @property
    def kept(self) -> Path:
        """The cache of tenantlint."""
        return self.folder / "kept"

    @property
    def compiled(self) -> Path:
        """The compiled modules (.pyc) of the state and all libraries."""
        return self.folder / "compiled"

    @property
    def counts(self) -> Path:
        """The files that callgrind writes, one for each process."""
        return self.folder / "counts"


RUNS = (
    Run("start", ("--version",)),
    Run("check one file", ("check", "one.tenant.yaml", "--as-of", DAY)),
    Run("check 30 files", ("check", "many", "--as-of", DAY, "--jobs", "1", "--no-cache")),
    Run("forecast", ("forecast", "one.tenant.yaml", "--from", DAY)),
    Run("check again", ("check", "large", "--as-of", DAY, "--jobs", "1"), warm=True),
)


def write_corpora(work: Path) -> None:
    """Write a file with 20 users, 30 files with 4 users, and 10 files with 200 users (0.3 MB)."""
    (work / "one.tenant.yaml").write_text(tenant(0, users=20))
    for name, many, users in (("many", 30, 4), ("large", 10, 200)):
        folder = work / name
        folder.mkdir()
        for number in range(many):
            (folder / f"t{number:02}.tenant.yaml").write_text(tenant(number, users=users))


def git(*arguments: str) -> str:
    """Run git in the project and return its output. Raises CountError if it fails.

    The variables of git are removed, because they name another repository in a hook. No hooks run.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "--no-optional-locks", "-c", "core.hooksPath=/dev/null", *arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False)
    except OSError as error:
        raise CountError(f"git cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise CountError(f"git {arguments[0]}: {said[-1]}")
    return os.fsdecode(done.stdout)


def default_base() -> str:
    """Return HEAD if the work tree differs from it, including new files, else HEAD~1."""
    return "HEAD" if git("status", "--porcelain") else "HEAD~1"


def commit_of(revision: str) -> str:
    """Return the commit of a revision as 40 hexadecimal digits. Raises CountError."""
    try:
        return git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()
    except CountError as error:
        raise CountError(f"{revision} is not a commit in this clone") from error


@contextmanager
def base_state(folder: Path, commit: str) -> Iterator[None]:
    """Check out a commit in a folder, and remove it at the end. Raises CountError."""
    try:
        git("worktree", "add", "--detach", str(folder), commit)
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        git("worktree", "prune")


def copy_work_tree(folder: Path) -> None:
    """Copy the files of the work tree into a folder, without those that git ignores.

    A copy does not change while it is counted.
    """
    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, dict.fromkeys(names)):
        source, target = ROOT / name, folder / name
        if source.is_file() or source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)


def environment(lab: Lab) -> dict[str, str]:
    """Return the variables of a run, which are the same for both states; only PATH is inherited.

    Modules are compiled into the temporary folder, never next to the sources.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(lab.folder),
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(lab.state),
        "PYTHONPYCACHEPREFIX": str(lab.compiled),
        "TENANTLINT_CACHE_DIR": str(lab.kept),
    }


def execute(lab: Lab, prefix: list[str], code: str, arguments: tuple[str, ...]) -> str:
    """Run Python code, with a command as prefix; return its standard output.

    Raises CountError for an exit code other than 0 (no findings) or 1 (findings).
    """
    done = subprocess.run(
        # -P: do not import modules from the working folder
        [*prefix, sys.executable, "-P", "-c", code, *arguments],
        cwd=lab.work,
        env=environment(lab),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        said = done.stderr.strip().splitlines() or ["no output"]
        shown = " ".join(("tenantlint", *arguments))
        raise CountError(f"{shown}: exit code {done.returncode}: {said[-1]}")
    return done.stdout


def entry_of(state: Path) -> str:
    """Return the Python code that starts tenantlint in a state, from its pyproject.toml.

    Raises CountError if pyproject.toml has no script.
    """
    try:
        project = tomllib.loads((state / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        module, _, function = project["scripts"]["tenantlint"].partition(":")
    except (OSError, ValueError, KeyError) as error:
        raise CountError(
            f"the pyproject.toml of {state.name} has no script tenantlint: {error!r}"
        ) from error
    return f"from {module} import {function}; {function}()"


def settle(lab: Lab, state: Path) -> None:
    """Link a state as the one to run. Raises CountError if Python imports another one."""
    lab.state.unlink(missing_ok=True)
    lab.state.symlink_to(state, target_is_directory=True)
    shutil.rmtree(lab.compiled, ignore_errors=True)
    found = execute(lab, [], "import validator; print(validator.__file__)", ()).strip()
    if not Path(found).is_relative_to(lab.state):
        raise CountError(f"Python imports validator from {found}")


def count(lab: Lab, entry: str, run: Run) -> int:
    """Return the instructions of a run and its child processes. Raises CountError.

    `entry` is the Python code that starts tenantlint.

    Earlier runs, which are not counted, write the compiled modules and, for a warm run, the cache.
    Other runs have an empty cache.
    """
    shutil.rmtree(lab.kept, ignore_errors=True)
    execute(lab, [], entry, run.arguments)
    if run.warm:
        if not lab.kept.is_dir():
            raise CountError(f"{run.name}: the run before it has not written a cache")
        execute(lab, [], entry, run.arguments)  # compiles the modules that only a second run needs
    else:
        shutil.rmtree(lab.kept, ignore_errors=True)
    shutil.rmtree(lab.counts, ignore_errors=True)
    lab.counts.mkdir()
    callgrind = ["valgrind", "-q", "--tool=callgrind", "--trace-children=yes"]
    callgrind.append(f"--callgrind-out-file={lab.counts}/%p")
    execute(lab, callgrind, entry, run.arguments)
    return total(lab.counts)


def total(folder: Path) -> int:
    """Return the sum of the totals in the callgrind files in a folder.

    Each file has a line `totals: N`. Raises CountError if there is none.
    """
    found = []
    for file in folder.iterdir():
        with file.open(encoding="utf-8", errors="replace") as lines:
            found += [int(line.split()[1]) for line in lines if line.startswith("totals:")]
    if not found:
        raise CountError("callgrind has not written a total")
    return sum(found)


def count_all(lab: Lab, state: Path) -> list[int]:
    """Return the instructions of all runs for a state, in the order of RUNS. Raises CountError."""
    settle(lab, state)
    entry = entry_of(state)
    return [count(lab, entry, run) for run in RUNS]


def compare(commit: str) -> dict[str, tuple[int, int]]:
    """Return the instructions at a commit and now, by the name of the run. Raises CountError."""
    with tempfile.TemporaryDirectory(prefix="tenantlint-") as name:
        lab = Lab(Path(name).resolve())
        before, now = lab.folder / "base", lab.folder / "this"
        lab.work.mkdir()
        write_corpora(lab.work)
        written = time.monotonic()
        with base_state(before, commit):
            copy_work_tree(now)
            time.sleep(max(0.0, written + SETTLED - time.monotonic()))
            new = count_all(lab, now)
            old = count_all(lab, before)
    names = (run.name for run in RUNS)
    return dict(zip(names, zip(old, new, strict=True), strict=True))


def show(counts: dict[str, tuple[int, int]]) -> bool:
    """Print a table of the instructions; return whether all ratios are within the limit."""
    print(f"{'':16}{'before':>16}{'now':>16}{'ratio':>9}")
    fine = True
    for name, (before, now) in counts.items():
        more = now > before * LIMIT
        fine = fine and not more
        mark = f"  above {LIMIT}" if more else ""
        print(f"{name:16}{before:16,}{now:16,}{now / before:9.4f}{mark}")
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--base", metavar="REV", help="the git revision to compare with")
    parser.add_argument(
        "--fail", action="store_true", help=f"exit with 1 if a ratio is above {LIMIT}"
    )
    asked = parser.parse_args()
    if shutil.which("valgrind") is None:
        print("instructions: skipped, because valgrind is not installed")
        return 0
    try:
        commit = commit_of(asked.base or default_base())
        title = git("log", "-1", "--format=%h %s", commit).strip()
        print(f"instructions, Python {platform.python_version()}; before: {title}", flush=True)
        fine = show(compare(commit))
    except CountError as error:
        print(f"instructions: {error}", file=sys.stderr)
        return 2
    return 1 if asked.fail and not fine else 0


if __name__ == "__main__":
    sys.exit(main())
