"""A run takes steps and memory in proportion to its input, in each dimension that it has.

Lines of Python and bytes are counted, not seconds. What happens inside a regular expression is no
line of Python; valgrind counts the instructions of that, where it is installed.
"""

import contextlib
import gc
import io
import os
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest

from tests.conftest import ROOT
from tests.growing import DIMENSIONS, TENANT, Input, minified
from validator.checking.file_check import check_file
from validator.checking.selection import Settings, load_selection
from validator.cli.app import tenantlint
from validator.plugins.cel_environment import is_cel_installed

FORMATS = ("concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html")
STEPS_AT_FOUR = 2.3
BYTES_AT_FOUR = 2.5
"""What the second doubling may add, as a multiple of what the first adds; in proportion it is 2."""


class Cost(NamedTuple):
    """The lines of Python that a run executes, and the most bytes that it holds."""

    steps: int
    size: int


@contextlib.contextmanager
def counted_lines() -> Iterator[list[int]]:
    """Count the lines that are executed in this thread."""
    count = [0]

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            count[0] += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield count
    finally:
        sys.settrace(before)


def write(made: Input, folder: Path) -> list[str]:
    """Write the files of an input into an empty folder; return the arguments of a run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in made.files.items():
        (folder / name).write_text(text)
    return ["check", ".", "--no-cache", "--jobs", "1", "--as-of", "2026-05-01", *made.arguments]


def cost(made: Input, folder: Path, *formats: str) -> Cost:
    """Run `check` in this process and return what it costs."""
    arguments = write(made, folder)
    for name in formats:
        arguments += ["--report", f"{name}={folder / name}"]
    gc.collect()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        tracemalloc.start()
        try:
            with counted_lines() as lines:
                code = tenantlint.main(arguments, standalone_mode=False)
            size = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert code in (0, 1)
    return Cost(lines[0], size)


@pytest.mark.parametrize("name", DIMENSIONS)
def test_a_run_grows_no_faster_than_its_input(name: str, tmp_path: Path) -> None:
    make: Callable[[int], Input] = DIMENSIONS[name]
    size = 16
    cost(make(size), tmp_path / "in", *FORMATS)  # imports
    one, two, four = (cost(make(times * size), tmp_path / "in", *FORMATS) for times in (1, 2, 4))
    assert four.steps - two.steps <= STEPS_AT_FOUR * (two.steps - one.steps) + 1000, (
        one,
        two,
        four,
    )
    assert four.size - two.size <= BYTES_AT_FOUR * (two.size - one.size) + 50_000, (one, two, four)


@pytest.mark.skipif(not is_cel_installed(), reason="needs CEL")
@pytest.mark.parametrize("grows", ["policies", "users"])
def test_policies_without_code_grow_no_faster(grows: str, tmp_path: Path) -> None:
    def cost_of(size: int) -> int:
        users = "".join(
            f"  - {{email: u{number}@x.com, roles: [agent]}}\n"
            for number in range(size if grows == "users" else 4)
        )
        policies = "".join(
            f"  - {{id: p{number}, severity: error, title: A., for-each: users, "
            "when: 'size(user.roles) == 1', message: '{user.email}'}\n"
            for number in range(size if grows == "policies" else 4)
        )
        (tmp_path / "p.yaml").write_text(f"version: 1\npolicies:\n{policies}")
        data = f"{TENANT}users:\n{users}".encode()
        day = date(2026, 5, 1)
        with counted_lines() as lines:
            selection = load_selection(
                Settings(day, policy_files=(str(tmp_path / "p.yaml"),), installed=False)
            )
            checked = check_file("a", data, selection)
        assert not checked.failures
        assert len(checked.diagnostics) >= size
        return lines[0]

    cost_of(16)
    one, two, four = (cost_of(times * 16) for times in (1, 2, 4))
    assert four - two <= STEPS_AT_FOUR * (two - one) + 1000, (one, two, four)


READ = """\
import sys
from validator.checking.suppressions import find_suppressions
from validator.document.reader import read_documents
from validator.document.span_locator import SpanLocator
from validator.project.patterns import pattern_matcher

for name in sys.argv[1:]:
    text = open(name).read()
    spans = SpanLocator(text)
    for document in read_documents(text):
        for found in document.findings:
            spans.span_between(found.start, found.end)
        if document.is_readable:
            find_suppressions(text, document, spans)
            spans.span(document, "")
    pattern_matcher(["*a*b*c*d", "**/x/**/y/*"])(text[:4_000])
"""
"""A program that does with files what regular expressions and libyaml do."""

TEXTS: Mapping[str, Callable[[int], str]] = {
    "a line without an end": minified,
    "brackets": lambda size: "[" * 50 * size,
    "comments": lambda size: TENANT + "# tenantlint: ignore[x]: because\n" * size,
    "documents": lambda size: "---\na: # \n" * size,
    "blanks": lambda size: f"a:{' ' * 50 * size}b\n" + " \n" * size + "# tenantlint" * size,
}


def instructions(times: int, folder: Path) -> int:
    """Return the instructions that the program READ takes for TEXTS, each of a multiple size."""
    files = []
    for number, make in enumerate(TEXTS.values()):
        (folder / f"{number}.yaml").write_text(make(100 * times))
        files.append(str(folder / f"{number}.yaml"))
    valgrind = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
    done = subprocess.run(
        [*valgrind, sys.executable, "-c", READ, *files],
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,  # a cliff takes hours
    )
    (count,) = (line.split()[-1] for line in done.stderr.splitlines() if "Collected" in line)
    return int(count)


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="needs valgrind")
def test_reading_grows_no_faster_than_its_texts(tmp_path: Path) -> None:
    one, two, four = (instructions(times, tmp_path) for times in (1, 2, 4))
    # Two counts of the same run differ by some ten thousand instructions.
    assert four - two <= STEPS_AT_FOUR * (two - one) + 300_000, (one, two, four)
