"""Checks inputs of three sizes in this process, so that callgrind can count instructions.

    valgrind --tool=callgrind --instr-atstart=no --zero-before=getppid --dump-before=getpgrp \\
        python -m tests.run.counted FOLDER

`getppid` is called before each run, and `getpgrp` after it. So callgrind begins to count at the
former, and writes a file with the number of instructions at the latter.
"""

import contextlib
import gc
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.growing import CHECK_DAY, DIMENSIONS, HARD_TO_READ, Input
from validator.cli.app import tenantlint

SIZES = {
    "bytes in a line": 640,
    "bytes in an id": 400,
    "lines": 600,
    "findings on a line": 24,
    "fixes on a line": 60,
    "suppression comments": 60,
    "ids in a suppression": 600,
    "patterns": 24,
    "dashes on a line": 60,
    "documents that cannot be read": 24,
    **dict.fromkeys(HARD_TO_READ, 600),
    "lines before a mistake": 150,
    "brackets before a mistake": 150,
    "repeated keys": 24,
    "unclosed lists": 24,
    "items in place of a mapping": 1200,
}
"""The smallest size of each dimension that mostly runs code outside Python."""

TIMES = (1, 2, 4)


def write(made: Input, folder: Path) -> list[str]:
    """Write the files of an input into an empty folder; return the arguments of a run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in made.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return ["check", ".", "--no-cache", "--jobs", "1", "--as-of", CHECK_DAY, *made.arguments]


def run_command(arguments: Sequence[str], folder: Path) -> None:
    """Run a command in a folder, in this process."""
    printed = io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        code = tenantlint.main([*arguments], standalone_mode=False)
    assert code in (0, 1), printed.getvalue()


def run(made: Input, folder: Path) -> None:
    """Run `check` between a call of `getppid` and one of `getpgrp`.

    The cache of `re` is emptied before, because it drops patterns when it is full: what other runs
    left in it would decide which of the runs to compare compiles a pattern again.
    """
    arguments = [*write(made, folder), "--format", "concise"]
    re.purge()
    os.getppid()
    run_command(arguments, folder)
    os.getpgrp()


def main() -> None:
    """Run each of SIZES once to warm up imports and caches, then count it at each size."""
    folder = Path(sys.argv[1])
    # How long a collection takes depends on what was left by the runs before it.
    gc.set_threshold(0)
    gc.collect = lambda *_: 0
    for name, size in SIZES.items():
        run(DIMENSIONS[name](size), folder)
    # Instructions are counted from here on; without counting, a run takes a tenth of the time.
    command = ["callgrind_control", "-i", "on", str(os.getpid())]
    subprocess.run(command, check=True, capture_output=True)
    for name, size in SIZES.items():
        for times in TIMES:
            run(DIMENSIONS[name](times * size), folder)


if __name__ == "__main__":
    main()
