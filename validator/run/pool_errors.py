"""Detects a process pool that fails because memory or processes run out.

If a thread of the pool fails, the futures of the pool never have a result.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from validator.system.errors import NoVerdictError, describe_error, is_shortage

if TYPE_CHECKING:
    from concurrent.futures import Future

_SECONDS_BETWEEN_LOOKS = 1


class PoolError(NoVerdictError):
    """Raised if worker processes cannot be started or cannot continue."""

    def __init__(self, error: BaseException) -> None:
        short = "there is not enough memory, or the limit of processes is reached"
        reason = short if is_shortage(error) else describe_error(error)
        super().__init__(f"the worker processes cannot run: {reason}; try --jobs 1")


@contextmanager
def failed_threads() -> Iterator[Sequence[BaseException]]:
    """Collect the errors that end threads instead of printing them."""
    import threading

    errors: list[BaseException] = []

    def add(arguments: Any) -> None:
        errors.append(arguments.exc_value or MemoryError())

    before, threading.excepthook = threading.excepthook, add
    try:
        yield errors
    finally:
        threading.excepthook = before


@contextmanager
def pool_errors() -> Iterator[None]:
    """Turn an error at the start of a pool into a PoolError."""
    try:
        yield
    except (RuntimeError, OSError, MemoryError) as error:
        raise PoolError(error) from error


def wait_for_result(future: "Future[Any]", errors: Sequence[BaseException]) -> None:
    """Wait until a future has a result. Raises PoolError if a pool thread fails before that."""
    from concurrent.futures import CancelledError

    while not future.done():
        try:
            future.exception(timeout=_SECONDS_BETWEEN_LOOKS)
        except (TimeoutError, CancelledError):
            if errors and not future.done():
                raise PoolError(errors[0]) from errors[0]
