"""Limits of time and memory for CEL expressions, which may come from the checked repository.

Every CEL expression terminates, and its library limits the number of iterations. But a single
operation can still take any amount of time or memory, and the process cannot interrupt it. The work
is therefore done in a child process, which writes its current work to shared memory. If the child
is killed, the parent restarts it without that work. Without `os.fork` (Windows), there are no
limits.
"""

import mmap
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from validator.system.cursor import show_cursor
from validator.system.errors import NoVerdictError
from validator.system.signals import ENDING_SIGNALS, exit_when, is_killed_with_parent

MAX_SECONDS = 10
"""The processor time after which a policy on one document is killed.

It ends by itself after half of this time, unless the evaluation for one element takes too long.
"""

_LIMIT_EXCEEDED = "takes more time or memory than a policy is allowed to"

# The shared memory has one slot for the current work of each process in a run.
_SLOT_COUNT, _SLOT_BYTES = 64, 512
_MAX_RESTARTS = 5
_SECONDS_TO_END = 2
_MAX_WORK_LENGTH = 120
_killed_work: set[str] = set()
_shared_slots: mmap.mmap | None = None


class KilledError(NoVerdictError):
    """Raised in the parent if the child was killed and cannot be restarted."""


def run_in_limited_child(*, restart: bool) -> None:
    """Fork, and return only in the child. The parent waits and exits with the child's exit code.

    If a signal kills the child, the parent forks again, and `time_limit` refuses the work that the
    child was doing. Without `restart`, or after five restarts, the parent raises KilledError.
    """
    global _shared_slots  # noqa: PLW0603
    if not hasattr(os, "fork") or _shared_slots is not None:
        return
    _shared_slots = mmap.mmap(-1, _SLOT_COUNT * _SLOT_BYTES)
    sys.stdout.flush()
    sys.stderr.flush()
    while True:
        parent = os.getpid()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(writing)
            if not is_killed_with_parent(parent):
                exit_when(partial(os.read, reading, 1))
            _limit_memory()
            return
        code = _wait_for(child)
        os.close(reading)
        os.close(writing)
        if code >= 0:
            os._exit(code)
        show_cursor()  # a killed child could not do this
        if -code in ENDING_SIGNALS:
            os._exit(128 - code)
        work = _unfinished_work()
        _shared_slots[:] = bytes(_SLOT_COUNT * _SLOT_BYTES)
        if not (restart and work) or len(_killed_work) == _MAX_RESTARTS:
            name = work.rpartition("\0")[2]
            raise KilledError(f"{name} {_LIMIT_EXCEEDED}" if work else _killed_by(-code))
        _killed_work.add(work)


def _killed_by(number: int) -> str:
    name = signal.Signals(number).name
    return f"the run was killed by {name}; if memory is short, try --jobs 1 and fewer files"


def _wait_for(child: int) -> int:
    """Wait for a child; return its exit code, or the signal that killed it as a negative number.

    A signal that ends this process is passed on to the child. If the child does not end soon,
    because it is evaluating an expression, it is killed. The signal is returned in both cases.
    """
    ended_by = 0

    def pass_on(number: int, _frame: object) -> None:
        nonlocal ended_by
        ended_by = number
        with suppress(ProcessLookupError):
            os.kill(child, number)
        signal.setitimer(signal.ITIMER_REAL, _SECONDS_TO_END)

    def kill(_number: int, _frame: object) -> None:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)

    handlers = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    for number, handler in handlers.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, pass_on)
    signal.signal(signal.SIGALRM, kill)
    _, status = os.waitpid(child, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    return -ended_by if ended_by else os.waitstatus_to_exitcode(status)


def _limit_memory() -> None:
    """Allow the process to grow by half of the machine's memory, within the limits of the user."""
    import resource

    half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    try:
        with open("/proc/self/statm", "rb") as file:
            used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if soft == resource.RLIM_INFINITY or used + half < soft:
            resource.setrlimit(resource.RLIMIT_AS, (used + half, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return  # the system has no such limit


class LimitError(Exception):
    """The work has exceeded a limit before. The text names the work."""


@contextmanager
def time_limit(work: str, version: str = "") -> Iterator[None]:
    """Kill the process if the body of the `with` statement takes more than MAX_SECONDS.

    `work` describes the body in messages. Raises LimitError if the same version of this work killed
    a process before, or if the body runs out of memory. A `version` has at most 31 bytes. There is
    no limit outside `run_in_limited_child`.
    """
    work = work[:_MAX_WORK_LENGTH]
    known = f"{version}\0{work}"
    if known in _killed_work:
        raise LimitError(f"{work} {_LIMIT_EXCEEDED}")
    try:
        with _time_limit(known):
            yield
    except MemoryError as error:
        raise LimitError(f"{work} {_LIMIT_EXCEEDED}") from error


@contextmanager
def _time_limit(work: str) -> Iterator[None]:
    if _shared_slots is None:
        yield
        return
    slot = _slot(os.getpid())
    _shared_slots[slot] = work.encode("utf-8", "replace")[:_SLOT_BYTES].ljust(_SLOT_BYTES, b"\0")
    signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        _shared_slots[slot] = bytes(_SLOT_BYTES)


def _unfinished_work() -> str:
    """Return the work that a killed process left in its slot, or an empty string.

    Its version and a NUL are before it.
    """
    if _shared_slots is None:
        return ""
    for slot in range(_SLOT_COUNT):
        text = _shared_slots[slot * _SLOT_BYTES : (slot + 1) * _SLOT_BYTES].rstrip(b"\0")
        if text:
            return text.decode("utf-8", "replace")
    return ""


def exit_if_work_was_killed(worker: int) -> None:
    """Kill this process if a limit killed a worker, so that the parent restarts.

    `worker` is the process id of a worker that has died. The others must have ended, too.
    """
    if _shared_slots is None:
        return
    text = _shared_slots[_slot(worker)]
    _shared_slots[:] = bytes(_SLOT_COUNT * _SLOT_BYTES)
    _shared_slots[_slot(worker)] = text
    if _unfinished_work():
        os.kill(os.getpid(), signal.SIGPROF)


def _slot(process: int) -> slice:
    start = process % _SLOT_COUNT * _SLOT_BYTES
    return slice(start, start + _SLOT_BYTES)
