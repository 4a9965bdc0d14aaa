"""Expectations for each run: a documented exit code, plain messages, an end, one result."""

import contextlib
import gc
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from tests.conftest import COMMAND
from tests.fuzz.cases import Case

MAX_SECONDS = 20
"""A longer run counts as a hang, because the inputs are small."""

_BAD_WORDS = ("Traceback", "internal error", "HangError", "crashed:")


class HangError(BaseException):
    """Raised in a run that takes too long; only the handling of a policy's crash may catch it."""


class Result(NamedTuple):
    """The exit code and the output of a run."""

    code: int
    out: bytes
    err: str


def write_files(case: Case, folder: Path) -> None:
    """Write the files of a case into a folder, and remove all others."""
    for file in folder.iterdir():
        file.unlink()
    for name, data in case.files.items():
        (folder / name).write_bytes(data)


def run_case(case: Case, folder: Path, arguments: tuple[str, ...] = ()) -> Result:
    """Write the files of a case and run its arguments, or the given ones."""
    write_files(case, folder)
    words = arguments or case.arguments
    return _run_process(words, folder) if case.own_process else _run_here(words, folder)


def _run_process(arguments: tuple[str, ...], folder: Path) -> Result:
    try:
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=folder,
            capture_output=True,
            timeout=3 * MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Result(-1, b"", "HangError")
    return Result(done.returncode, done.stdout, done.stderr.decode())


def _run_here(arguments: tuple[str, ...], folder: Path) -> Result:
    """Run the command in this process, which is a hundred times faster."""
    from validator.cli.app import main

    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    code: object = None
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", ["tenantlint", *arguments]),
        mock.patch("validator.system.limits.run_in_limited_child", side_effect=AssertionError),
        _time_limit(),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
        except HangError:
            err.write("HangError")
        finally:
            gc.unfreeze()
            gc.enable()
    for stream in (out, err):
        stream.flush()
    printed, messages = (stream.buffer.getvalue() for stream in (out, err))
    return Result(code if isinstance(code, int) else -1, printed, messages.decode())


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    def end(_number: int, _frame: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(MAX_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def complaints(case: Case, result: Result) -> list[str]:
    """Return the violated expectations for the result of a case, one line each."""
    code, out, err = result
    found = [f"the output has {word}" for word in _BAD_WORDS if word in err or word.encode() in out]
    if code not in (0, 1, 2):
        found.append(f"exit code {code}")
    begins = ("tenantlint: ", "Usage: ", "Try ", "Error: ")
    # These commands also write their results to standard error.
    writes_results = case.arguments[0] in ("import", "test")
    if not writes_results and not all(line.startswith(begins) for line in err.splitlines()):
        found.append("standard error has a line without a prefix")
    if code == 2 and not err:
        found.append("exit code 2 without a reason")
    if case.arguments[0] == "check" and "json" in case.arguments and out:
        found += _complaints_of_json(out, code)
    return [*found, f"standard error: {err[:500]}"] if found else []


def _complaints_of_json(out: bytes, code: int) -> Iterator[str]:
    try:
        report = json.loads(out)
    except ValueError as error:
        yield f"the output is not JSON: {error}"
        return
    if bool(report["failures"]) is not (code == 2):
        yield "the failures and the exit code disagree"
    for item in report["findings"]:
        begin, end = (item["line"], item["column"]), (item["end_line"], item["end_column"])
        if not (1, 1) <= begin <= end or item["column"] < 1:
            yield f"{item['id']} has an invalid span: {begin} to {end}"
        if not item["message"]:
            yield f"{item['id']} has no message"
    order = [
        (item["file"], item["line"], item["column"], item["id"]) for item in report["findings"]
    ]
    if order != sorted(order):
        yield "the findings are not sorted"


PADDING = b"# " + b"x" * 120_000 + b"\n"
"""Comments that make a file large enough to be cached."""


def complaints_of_repetition(case: Case, folder: Path, cache: Path) -> list[str]:
    """Run `check` with one and two processes, with and without the cache; compare the results."""
    files = {**case.files, "z.tenant.yaml": PADDING + case.files["a.tenant.yaml"]}
    padded = Case(files, case.arguments, own_process=True)
    plain = [word for word in case.arguments if word not in ("--no-cache", "--jobs", "1")]
    write_files(padded, folder)
    with mock.patch.dict(os.environ, {"TENANTLINT_CACHE_DIR": str(cache)}):
        results = [
            _run_process((*plain, *more), folder)
            for more in (
                ("--no-cache", "--jobs", "1"), ("--no-cache", "--jobs", "2"), ("--jobs", "1"), ("--jobs", "2"),
            )
        ]  # fmt: skip
    wrong = complaints(padded, results[0])
    if any(result != results[0] for result in results):
        wrong.append("the results of one process, two processes and the cache differ")
    return wrong
