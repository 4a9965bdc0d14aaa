"""Signals that end the program: nothing half-written is left behind, and no worker process.

A handler that raises could be caught, or be printed as a traceback where nothing can be raised. So
the handler cleans up itself and ends the process.
"""

import os
import signal
import sys

# This module is imported before signals are handled, and `typing` takes long to import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ENDING_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""The signals that end the program, with 128 and their number as the exit code."""

_PR_SET_PDEATHSIG = 1  # prctl(2)

_cleanups: "list[Callable[[], object]]" = []


def exit_on_signals() -> None:
    """End this process on each of ENDING_SIGNALS that it does not ignore.

    Only the main thread can set handlers; elsewhere this does nothing.
    """
    try:
        for number in ENDING_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup does
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
        except Exception:  # noqa: S112 - nothing keeps the process from ending
            continue
    os._exit(128 + number)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_cleanups.clear)


def become_worker() -> None:
    """Make this process of a pool end with its parent, which also handles an interrupt."""
    import multiprocessing

    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent: Any = multiprocessing.parent_process()
    if parent is not None and not is_killed_with_parent(parent.pid):
        from multiprocessing.connection import wait

        exit_when(lambda: wait([parent.sentinel]))


def is_killed_with_parent(parent: int) -> bool:
    """Ask the system to kill this process when its parent ends; tell whether it can do so.

    `parent` is the process id of the parent. Only Linux can do this.
    """
    if sys.platform != "linux":
        return False
    try:
        import ctypes

        if ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            return False
    except (ImportError, OSError, AttributeError):
        return False
    if os.getppid() != parent:  # it ended before
        os._exit(1)
    return True


def exit_when(wait: "Callable[[], object]") -> None:
    """End this process when `wait` returns, which a thread calls."""
    from threading import Thread

    def wait_and_exit() -> None:
        wait()
        os._exit(1)

    Thread(target=wait_and_exit, daemon=True).start()
