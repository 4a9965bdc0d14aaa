"""Standard output, standard error, colour and progress."""

import io
import os
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, TypeVar

import click

from validator.system.cursor import show_cursor
from validator.system.signals import cleanup_on_signal

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

    from validator.controlhub.pull import Step

Result = TypeVar("Result")

# A run over fewer files ends before a progress bar is useful.
_MIN_PROGRESS_FILES = 100


class OutputError(click.ClickException):
    """Raised if standard output cannot be written."""


def print_text(text: str, *, is_utf8: bool = False) -> None:
    """Write a text to standard output, as `print_parts` does."""
    print_parts([text], is_utf8=is_utf8)


def print_parts(parts: Iterable[str], *, is_utf8: bool = False) -> None:
    """Write a text to standard output unchanged. Raises OutputError if it cannot be written.

    With `is_utf8` it is written as UTF-8, whatever the encoding of standard output.
    """
    if sys.stdout is None:
        raise OutputError("there is no standard output")
    # Characters that the terminal's encoding lacks, and undecodable file names, are escaped.
    if isinstance(sys.stdout, io.TextIOWrapper):
        if is_utf8:
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        sys.stdout.reconfigure(errors="backslashreplace")
    with _writable_stdout():
        sys.stdout.writelines(parts)
        sys.stdout.flush()


def print_bytes(data: bytes) -> None:
    """Write bytes to standard output. Raises OutputError if they cannot be written."""
    if sys.stdout is None:
        raise OutputError("there is no standard output")
    with _writable_stdout():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@contextmanager
def _writable_stdout() -> Iterator[None]:
    """Ignore a closed pipe, and convert other errors to an OutputError."""
    try:
        yield
    except BrokenPipeError:
        # The reader has closed the pipe; the verdict is the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        # The interpreter flushes the rest of the buffer at exit, which would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError(f"standard output: {error.strerror}") from error


def print_lines(*lines: str) -> None:
    """Write lines to standard output, with control characters escaped."""
    print_text("".join(f"{_printable(line)}\n" for line in lines))


def print_messages(*messages: str) -> None:
    """Write each line of the messages to standard error, prefixed with the program name."""
    print_message_lines(*(line for message in messages for line in message.splitlines()))


def print_message_lines(*lines: str) -> None:
    """Write lines to standard error, prefixed with the program name.

    Each stays one line, also if it contains the name of a file with a line break.
    """
    print_error_text("".join(f"tenantlint: {_printable(line)}\n" for line in lines))


def print_error_text(text: str) -> None:
    """Write a text to standard error; ignore errors, because the exit code has the result."""
    try:
        click.echo(text, err=True, nl=False)
    except OSError:
        # The interpreter flushes the rest of the buffer at exit, which would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _printable(text: str) -> str:
    from validator.system.printable import printable

    return printable(text)


def terminal_width() -> int | None:
    """Return the width of the terminal; None if standard output is not a terminal."""
    if not is_terminal(sys.stdout):
        return None
    from shutil import get_terminal_size

    return get_terminal_size((100, 24)).columns


def wants_color(color: str) -> bool:
    """Whether standard output is coloured; `color` is the value of `--color`."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(sys.stdout) and os.environ.get("TERM") != "dumb"


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a standard stream is a terminal; it is None if it was closed."""
    return stream is not None and stream.isatty()


@contextmanager
def _bar(*columns: "ProgressColumn") -> "Iterator[Progress]":
    """Show a progress bar on standard error.

    It hides the cursor, which is shown again also if a signal ends the process.
    """
    from rich.console import Console
    from rich.progress import Progress

    with (
        cleanup_on_signal(show_cursor),
        Progress(*columns, console=Console(stderr=True), transient=True) as bar,
    ):
        yield bar


def with_progress(results: Iterable[Result], total: int, *, quiet: bool) -> Iterator[Result]:
    """Yield results, with a progress bar if standard error is a terminal and the run is long."""
    if quiet or total < _MIN_PROGRESS_FILES or not is_terminal(sys.stderr):
        yield from results
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

    with _bar(TextColumn("checking"), BarColumn(), MofNCompleteColumn()) as bar:
        task = bar.add_task("", total=total)
        for result in results:
            yield result
            bar.advance(task)


def run_steps(steps: "Generator[Step, None, Result]", *, quiet: bool = False) -> Result:
    """Run all steps and return the result; show progress if standard error is a terminal."""
    if quiet or not is_terminal(sys.stderr):
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
    from rich.progress import BarColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"))
    with _bar(*columns) as bar:
        task = bar.add_task("contacting Webex", total=None, count="")
        shown = ""
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            if step.what != shown:
                # A task with a total cannot be changed to one without.
                bar.remove_task(task)
                task = bar.add_task(step.what, total=step.total, count="")
                shown = step.what
            count = f"{step.done:,}" if step.total is None else f"{step.done:,} of {step.total:,}"
            bar.update(task, completed=step.done, count=count)
