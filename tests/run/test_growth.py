"""The steps and the memory of a run are proportional to its input in every dimension.

Lines of Python and bytes are counted instead of seconds. A regular expression does not run lines of
Python, so callgrind counts its instructions if valgrind is installed.
"""

import contextlib
import gc
import os
import re
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest

from tests.conftest import ROOT
from tests.growing import (
    DIMENSIONS,
    Input,
    assignments_in_turn,
    ending_licenses,
    ending_lines,
    ending_seats,
    misspelled_ids,
    terms_in_turn,
    users_in_turn,
)
from tests.run.counted import SIZES, TIMES, run_command, write
from validator.document.node_locator import NodeLocator
from validator.document.reader import read_documents
from validator.document.shared_values import changes_another_value, uses_by_aliases
from validator.document.value_edits import build_text_edits
from validator.findings import wording
from validator.findings.fix import Edit
from validator.findings.forecast_report import DrawnTimeline, QuantityFall, SubscriptionBar
from validator.findings.plan_picture import PlanPicture
from validator.findings.plan_report import TenantPlan, Unplaced
from validator.reporters.forecast.drawing import draw_timeline
from validator.reporters.plan.drawing import draw_plan
from validator.reporters.timeline_html import TimeScale

FORMATS = ("concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html")
STEPS_AT_FOUR = 2.3
"""The limit for the steps that the second doubling adds, relative to those of the first one."""
INSTRUCTIONS_AT_FOUR = 2.5
"""The same limit for instructions; NOISE is added, because some do not depend on the size."""
NOISE = 1_000_000
BYTES_AT_FOUR = 2.3
"""The limit for the peak memory with four times the input, relative to twice the input."""


class Cost(NamedTuple):
    """The number of Python lines that a run executes, and its peak memory in bytes."""

    steps: int
    size: int


@contextlib.contextmanager
def counted_lines() -> Iterator[list[int]]:
    """Count the Python lines that this thread executes.

    The caches of `re` and of similar names are emptied first. They drop their oldest entries when
    they are full, so what other tests left in them would decide which of the runs to compare
    compiles a pattern or compares a name again.
    """
    re.purge()
    wording._closest.cache_clear()  # noqa: SLF001
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


def check_of(made: Input, folder: Path) -> list[str]:
    """Write the files of an input; return a command that checks them and writes all reports."""
    arguments = write(made, folder)
    for name in FORMATS:
        arguments += ["--report", f"{name}={folder / name}"]
    return arguments


def cost_of(arguments: Sequence[str], folder: Path) -> Cost:
    """Run a command in a folder, in this process, and return its cost."""
    gc.collect()
    tracemalloc.start()
    try:
        with counted_lines() as lines:
            run_command(arguments, folder)
        size = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return Cost(lines[0], size)


@pytest.mark.parametrize("name", DIMENSIONS)
def test_time_and_memory_grow_no_faster_than_the_input(name: str, tmp_path: Path) -> None:
    make: Callable[[int], Input] = DIMENSIONS[name]
    size = 20 if name == "nesting" else 24
    folder = tmp_path / "in"

    def cost(times: int) -> Cost:
        return cost_of(check_of(make(times * size), folder), folder)

    run_command(check_of(make(4 * size), folder), folder)  # imports and caches
    one, two, four = map(cost, (1, 2, 4))
    assert four.steps - two.steps <= STEPS_AT_FOUR * (two.steps - one.steps) + 1000, (
        one,
        two,
        four,
    )
    # Other threads of the process, such as those of earlier tests, may have added to the peak.
    size_of_four = four.size
    if size_of_four > BYTES_AT_FOUR * two.size:
        size_of_four = cost(4).size
    assert size_of_four <= BYTES_AT_FOUR * two.size, (one, two, four, size_of_four)


CHECK = ("check", ".", "--no-cache", "--jobs", "1", "--as-of", "2026-05-01", "-f", "concise")
FIXES = (*CHECK, "--unsafe-fixes", "--diff")
FORECAST = ("forecast", "--from", "2026-05-01", "-f", "json")
WHY = ("why", "a.tenant.yaml", "--as-of", "2026-05-01", "-f", "json")
FIRST_DAY = ("--as-of", "2026-01-01")  # the first day of `users_in_turn` and the like


@pytest.mark.parametrize(
    ("arguments", "make", "size", "most"),
    [
        pytest.param(CHECK, ending_licenses, 40, 2.3, id="licences that end"),
        pytest.param(CHECK, ending_seats, 40, 2.3, id="seats that end"),
        pytest.param(FORECAST, ending_licenses, 20, 2.3, id="forecast of licences that end"),
        # The number of days also grows, and each has findings about the users of some days.
        pytest.param(
            FORECAST, lambda size: ending_licenses(size, size), 10, 4.2, id="forecast of days"
        ),
        pytest.param(FORECAST, ending_lines, 40, 2.3, id="forecast of lines that end"),
        pytest.param(WHY, terms_in_turn, 80, 2.2, id="primaries"),
        pytest.param(
            (*CHECK, *FIRST_DAY), users_in_turn, 60, 2.3, id="users with licences in turn"
        ),
        pytest.param((*CHECK, *FIRST_DAY), assignments_in_turn, 60, 2.3, id="assignments in turn"),
        pytest.param(FIXES, misspelled_ids, 60, 2.3, id="fixes of misspelled ids"),
    ],
)
def test_steps_of_commands(
    arguments: Sequence[str], make: Callable[[int], Input], size: int, most: float, tmp_path: Path
) -> None:
    folder = tmp_path / "in"

    def steps(times: int) -> int:
        write(make(times * size), folder)
        with counted_lines() as lines:
            run_command(arguments, folder)
        return lines[0]

    write(make(size), folder)
    run_command(arguments, folder)  # imports and caches
    one, two, four = map(steps, (1, 2, 4))
    assert four - two <= most * (two - one), (one, two, four)


def place_fixes(size: int) -> None:
    """Place the fix that removes an item of a list in flow style, for each item."""
    text = f"users: [{', '.join('a' * size)}] # b"
    (document,) = read_documents(text)
    locator = NodeLocator(text, document)
    for number in range(size - 1):
        build_text_edits(locator, [Edit.remove(f"/users/{number}")])


def look_for_shared_values(size: int) -> None:
    """Look for the mappings that inherit a key, for each of many that another one merges."""
    text = "".join(f"- &a{number} {{b: 0}}\n- {{<<: *a{number}}}\n" for number in range(size))
    (document,) = read_documents(text)
    locator = NodeLocator(text, document)
    uses = uses_by_aliases(locator)
    edits = [Edit.set(f"/{2 * number}/b", 1) for number in range(size)]
    assert all(changes_another_value(locator, uses, edit) for edit in edits)


def draw_falls(size: int) -> None:
    """Draw subscriptions, each with a quantity that falls."""
    day, last = date(2026, 5, 10), date(2026, 5, 31)
    bars = tuple(
        SubscriptionBar(
            str(number), "", day, None, None, is_renewing=False, is_serving=True, primary=()
        )
        for number in range(size)
    )
    falls = tuple(
        QuantityFall(day, str(number), "ivr-port", 2, 1, number) for number in range(size)
    )
    draw_timeline(DrawnTimeline("a", 0, "t", "T", bars, (), falls), (), day, last)


def draw_losses(size: int) -> None:
    """Draw subscriptions, each with a user who loses a licence and cannot be placed."""
    day, last = date(2026, 5, 10), date(2026, 5, 31)
    ids = [str(number) for number in range(size)]
    losses = tuple(Unplaced(id, "premium-agent", day, "no-seats", ("a@x.com",), 0) for id in ids)
    plan = TenantPlan((), losses, (), (), (), (), ())
    picture = PlanPicture((), {id: row for row, id in enumerate(ids)}, 0, (), ())
    draw_plan(picture, plan, TimeScale(day, last), "t", "T")


@pytest.mark.parametrize("step", [place_fixes, look_for_shared_values, draw_falls, draw_losses])
def test_a_step_for_each_item_does_not_run_over_all_items(step: Callable[[int], None]) -> None:
    def steps(size: int) -> int:
        with counted_lines() as lines:
            step(size)
        return lines[0]

    steps(1)
    one, two, four = map(steps, (200, 400, 800))
    assert four - two <= STEPS_AT_FOUR * (two - one)


@pytest.mark.skipif(shutil.which("callgrind_control") is None, reason="valgrind is not installed")
def test_instructions_grow_no_faster_than_the_input(tmp_path: Path) -> None:
    counted = instructions(tmp_path)
    grown = {
        name: (one, two, four)
        for name, (one, two, four) in counted.items()
        if four - two > INSTRUCTIONS_AT_FOUR * max(0, two - one) + NOISE
    }
    assert not grown


def instructions(folder: Path) -> dict[str, tuple[int, ...]]:
    """Return the instructions of `check` for each of SIZES, at one, two and four times the size."""
    command = [
        "valgrind", "-q", "--tool=callgrind", "--instr-atstart=no",
        "--zero-before=getppid", "--dump-before=getpgrp",
        f"--callgrind-out-file={folder / 'counts'}",
        sys.executable, "-m", "tests.run.counted", str(folder / "in"),
    ]  # fmt: skip
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=300)
    files = sorted(folder.glob("counts.*"), key=lambda file: int(file.suffix[1:]))
    runs = [
        int(line.removeprefix("summary: "))
        for file in files
        for line in file.read_text().splitlines()
        if line.startswith("summary: ")
    ]
    assert len(runs) == len(SIZES) * len(TIMES)
    return {
        name: tuple(runs[at * len(TIMES) : (at + 1) * len(TIMES)]) for at, name in enumerate(SIZES)
    }
