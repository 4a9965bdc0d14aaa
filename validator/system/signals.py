"""Handle signals that end the program, without leaving partial files or worker processes.

If a handler raised an exception, other code could catch it, or Python could only print it. The
handler therefore cleans up and ends the process itself.
"""

import os
import signal
import sys

# This module is imported before signals are handled, and `typing` is slow to import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ENDING_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""The signals that end the program. The exit code is 128 plus the number of the signal."""

_PR_SET_PDEATHSIG = 1  # prctl(2)

_cleanups: "list[Callable[[], object]]" = []


def exit_on_signals() -> None:
    """End this process on each signal in ENDING_SIGNALS that it does not ignore.

    Only the main thread can set handlers. In other threads, this does nothing.
    """
    try:
        for number in ENDING_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` ignores signals
                signal.signal(number, _exit_on_signal)
    except ValueError:  # this is not the main thread
        return


class cleanup_on_signal:  # noqa: N801 - used as a function
    """Call `cleanup` if a signal ends the process in the body of the `with` statement."""

    def __init__(self, cleanup: "Callable[[], object]") -> None:
        self._cleanup = cleanup

    def __enter__(self) -> None:
        _cleanups.append(self._cleanup)

    def __exit__(self, *_: object) -> None:
        _cleanups.remove(self._cleanup)


def _exit_on_signal(number: int, _frame: object) -> None:
    for cleanup in reversed(_cleanups):
        try:
            cleanup()
        except Exception:  # noqa: S112 - a failed cleanup must not keep the process running
            continue
    os._exit(128 + number)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_cleanups.clear)


def become_worker() -> None:
    """Make this worker process end with its parent, and leave interrupts to the parent."""
    import multiprocessing

    for number in ENDING_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` ignores signals
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent: Any = multiprocessing.parent_process()
    if parent is not None and not is_killed_with_parent(parent.pid):
        from multiprocessing.connection import wait

        exit_when(lambda: wait([parent.sentinel]))


def is_killed_with_parent(parent: int) -> bool:
    """Ask the system to kill this process when its parent ends; return whether it will.

    `parent` is the process id of the parent. Only Linux supports this.
    """
    if sys.platform != "linux":
        return False
    try:
        import ctypes

        if ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            return False
    except (ImportError, OSError, AttributeError):
        return False
    if os.getppid() != parent:  # the parent has already ended
        os._exit(1)
    return True


def exit_when(wait: "Callable[[], object]") -> None:
    """Start a thread that calls `wait` and ends this process when it returns."""
    from threading import Thread

    def wait_and_exit() -> None:
        wait()
        os._exit(1)

    Thread(target=wait_and_exit, daemon=True).start()
