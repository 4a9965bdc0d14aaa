"""The base class of errors that end a run, and the description of exceptions."""

import errno
from collections.abc import Callable
from pathlib import Path

from validator.system.printable import printable


class NoVerdictError(Exception):
    """The run has no verdict that can be trusted, and ends with exit code 2.

    The text has one line for each cause: a line break in a value does not begin another cause.
    """

    def __init__(self, *causes: str) -> None:
        super().__init__(*map(_one_line, causes))

    def __str__(self) -> str:
        """Return the causes as lines."""
        return "\n".join(self.causes)

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes, each on one line."""
        return self.args


def _one_line(text: str) -> str:
    return printable(text) if len(text.splitlines()) > 1 else text.rstrip("\r\n")


def describe_error(error: BaseException) -> str:
    """Return the type, text and origin (file name and line) of an exception, on one line.

    The origin is omitted if there is none, and for a SyntaxError, whose text contains it.
    """
    text = " ".join(str(error).split())
    description = f"{type(error).__name__}: {text}" if text else type(error).__name__
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if isinstance(error, SyntaxError) or trace is None:
        return description
    return f"{description} ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})"


def describe_policy_error(
    error: BaseException, function: Callable[..., object], items: object = None
) -> str:
    """Return the type, text and origin of an exception from a policy, on one line.

    The origin is the last line that was run in the folder of the policy. If there is none, it is
    the `yield` at which its generator `items` waits, or else the line of the function. A policy
    without code is described like any other error, and without an origin if its finding is wrong.
    """
    import traceback

    frames = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    is_placed = bool(frames) and Path(frames[-1][0]).parent in _PLACING_FOLDERS
    text = " ".join(str(error).split())
    if is_placed and isinstance(error, KeyError):  # a path for which there is no span
        text = f"{text} is not in the document"
    description = f"{type(error).__name__}: {text}" if text else type(error).__name__
    code = getattr(function, "__code__", None)
    if code is None or Path(code.co_filename).is_relative_to(_PACKAGE):
        return description if is_placed else describe_error(error)
    folder = Path(code.co_filename).parent
    # The folder of a plugin with one module also contains this program.
    own = [
        (file, number)
        for file, number in frames
        if Path(file).is_relative_to(folder) and not Path(file).is_relative_to(_PACKAGE)
    ]
    waiting = getattr(items, "gi_frame", None)
    line = code.co_firstlineno if waiting is None else waiting.f_lineno
    file, line = own[-1] if own else (code.co_filename, line)
    return f"{description} ({Path(file).name}:{line})"


_PACKAGE = Path(__file__).parent.parent
_PLACING_FOLDERS = frozenset(_PACKAGE / name for name in ("checking", "document", "findings"))


def describe_failure(error: BaseException) -> str:
    """Return a line about an unexpected exception that ends a run."""
    return "not enough memory" if is_shortage(error) else f"internal error: {describe_error(error)}"


def is_shortage(error: BaseException) -> bool:
    """Return whether an error means that the system lacks memory or processes."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno in (errno.ENOMEM, errno.EAGAIN)
    return any(phrase in str(error) for phrase in _SHORTAGES)


# The last one is what Python reports if it cannot even create a MemoryError.
_SHORTAGES = (
    "can't start new thread", "failed to map segment", "Cannot allocate memory",
    "error return without exception set",
)  # fmt: skip
