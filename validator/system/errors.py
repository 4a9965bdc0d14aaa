"""The base class of errors that end a run, and the description of exceptions."""

import errno
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


def describe_policy_error(error: BaseException) -> str:
    """Return the type, text and origin of an exception from a policy, on one line.

    The origin is never in the parts of this program that place findings, of which the author of a
    policy knows nothing.
    """
    traces = []
    trace = error.__traceback__
    while trace is not None:
        traces.append(trace)
        trace = trace.tb_next
    outside = [
        trace
        for trace in traces
        if Path(trace.tb_frame.f_code.co_filename).parent not in _PLACING_FOLDERS
    ]
    if len(outside) == len(traces) or outside[-1:] == traces[-1:]:
        return describe_error(error)
    text = str(error)
    if isinstance(error, KeyError):  # a path for which there is no span
        text = f"{text} is not in the document"
    description = f"{type(error).__name__}: {' '.join(text.split())}"
    own = [trace for trace in outside if "importlib" not in trace.tb_frame.f_code.co_filename]
    if not own:
        return description
    return f"{description} ({Path(own[-1].tb_frame.f_code.co_filename).name}:{own[-1].tb_lineno})"


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
