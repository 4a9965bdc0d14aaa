"""The base class of errors that end a run, and the description of exceptions."""

import errno
from collections.abc import Callable, Iterator, Sequence
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
    return _description(error, list(_entries(error))[-1:])


def describe_loading_error(error: BaseException) -> str:
    """Return the same for an exception that other code raises when it is loaded.

    The origin is the last line that was run outside of this program, such as the line of a policy
    that calls a function of this program with a wrong argument.
    """
    entries = list(_entries(error))
    outside = [
        (file, line)
        for file, line in entries
        if not file.startswith("<") and not Path(file).is_relative_to(_PACKAGE)
    ]
    return _description(error, (outside or entries)[-1:])


def _entries(error: BaseException) -> Iterator[tuple[str, int]]:
    """Yield the file and line of each entry of a traceback, the origin last."""
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def _text_of(error: BaseException) -> str:
    """Return the text of an exception on one line; empty if its own code fails."""
    try:
        return " ".join(str(error).split())
    except Exception:
        return ""


def _description(error: BaseException, origin: Sequence[tuple[str, int]]) -> str:
    text = _text_of(error)
    description = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if isinstance(error, SyntaxError):
        return description
    return "".join([description, *(f" ({Path(file).name}:{line})" for file, line in origin)])


def describe_policy_error(
    error: BaseException, function: Callable[..., object], items: object = None
) -> str:
    """Return the type, text and origin of an exception from a policy, on one line.

    The origin is the last line that was run in the folder of the policy. If there is none, it is
    the `yield` at which its generator `items` waits, or else the line of the function. A policy
    without code is described like any other error, and without an origin if its finding is wrong.
    """
    frames = list(_entries(error))
    is_placed = bool(frames) and Path(frames[-1][0]).parent in _PLACING_FOLDERS
    text = _text_of(error)
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
    return any(phrase in _text_of(error) for phrase in _SHORTAGES)


# The last one is what Python reports if it cannot even create a MemoryError.
_SHORTAGES = (
    "can't start new thread", "failed to map segment", "Cannot allocate memory",
    "error return without exception set",
)  # fmt: skip
