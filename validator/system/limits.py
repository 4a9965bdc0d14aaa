"""Bounds of time and memory for expressions that are not ours.

CEL ends by its nature, and its library bounds what it repeats; but a single operation may still
take as long, or as much memory, as somebody hostile likes, and nothing in a process can stop it.
So the work is done by a child process that says what it is at, and the parent speaks for it if it
does not survive. Where there is no fork (Windows), there is no such child.
"""

import mmap
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

MAX_SECONDS = 10
"""So much time of a processor a policy may take for one document."""

_TOO_MUCH = "takes more time or memory than a policy may"

_SLOTS, _SLOT = 64, 512
_MOST_AGAIN = 5
_MOST_OF_A_PLACE = 120
_ended: set[str] = set()
_board: mmap.mmap | None = None


def supervise(*, again: bool) -> None:
    """Go on in a child process; the parent waits, and leaves with the child's exit code.

    If the child is ended by a signal, it is begun `again` without what it was at, so that all
    else is still said; or, where that cannot be, the parent says it alone and leaves with 2.
    """
    global _board  # noqa: PLW0603
    if not hasattr(os, "fork") or _board is not None:
        return
    _board = mmap.mmap(-1, _SLOTS * _SLOT)
    sys.stdout.flush()
    sys.stderr.flush()
    while True:
        child = os.fork()
        if child == 0:
            _limit_memory()
            return
        code = _exit_code_of(child)
        if code >= 0:
            os._exit(code)
        if code in (-signal.SIGINT, -signal.SIGTERM):
            os._exit(128 - code)
        place = _at_work()
        _board[:] = bytes(_SLOTS * _SLOT)
        if not (again and place) or len(_ended) == _MOST_AGAIN:
            os.write(2, f"tenantlint: {place or 'the run'} {_TOO_MUCH}\n".encode())
            os._exit(2)
        _ended.add(place)


def _exit_code_of(child: int) -> int:
    """Wait for a child; return its exit code, or the signal that ended it as a negative number."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    while True:
        try:
            _, status = os.waitpid(child, 0)
        except KeyboardInterrupt:
            continue  # the child has been interrupted, too, and says so by its exit code
        return os.waitstatus_to_exitcode(status)


def _limit_memory() -> None:
    """Let the process grow by half of the machine's memory, and no more."""
    import resource

    half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    try:
        with open("/proc/self/statm", "rb") as file:
            used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + half, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return  # a system that knows no such limit


class BoundError(Exception):
    """What takes more than it may, with its place."""


@contextmanager
def watched(place: str) -> Iterator[None]:
    """Say what is at work, and end the process if it takes too long.

    `place` is for a person. Raises BoundError for what has ended a process before.
    """
    place = place[:_MOST_OF_A_PLACE]
    if place in _ended:
        raise BoundError(f"{place} {_TOO_MUCH}")
    if _board is None:
        yield
        return
    start = os.getpid() % _SLOTS * _SLOT
    _board[start : start + _SLOT] = place.encode("utf-8", "replace")[:_SLOT].ljust(_SLOT, b"\0")
    signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        _board[start : start + _SLOT] = bytes(_SLOT)


def _at_work() -> str:
    """Return what a process was at that has not come back; nothing if none says."""
    if _board is None:
        return ""
    for slot in range(_SLOTS):
        text = _board[slot * _SLOT : (slot + 1) * _SLOT].rstrip(b"\0")
        if text:
            return text.decode("utf-8", "replace")
    return ""


def give_up() -> None:
    """End this process, too, if a worker was ended at something: the parent knows how to go on."""
    if _at_work():
        os.kill(os.getpid(), signal.SIGPROF)
