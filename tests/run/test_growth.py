"""A run takes steps and memory in proportion to its input, in each dimension that it has.

Lines of Python and bytes are counted, not seconds. What happens inside a regular expression is no
line of Python; valgrind counts the instructions of that, where it is installed.
"""

import contextlib
import gc
import io
import shutil
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest

from tests.growing import DIMENSIONS, Input
from validator.cli.app import tenantlint

FORMATS = ("concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html")
STEPS_AT_FOUR = 2.3
"""How much the second doubling may add to the steps, as a multiple of what the first adds."""
BYTES_AT_FOUR = 2.3
"""How much more memory four times the input may take than twice."""


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
    size = 20 if name == "nesting" else 24
    cost(make(4 * size), tmp_path / "in", *FORMATS)  # imports and caches
    one, two, four = (cost(make(times * size), tmp_path / "in", *FORMATS) for times in (1, 2, 4))
    assert four.steps - two.steps <= STEPS_AT_FOUR * (two.steps - one.steps) + 1000, (
        one,
        two,
        four,
    )
    assert four.size <= BYTES_AT_FOUR * two.size, (one, two, four)
