"""A pool of worker processes on this machine, which process chunks of files.

Each worker has a connection of its own. If a worker dies, even while it sends a result, its
connection ends, so the run never waits for it.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from validator.project.sources import Source
from validator.system.errors import NoVerdictError, describe_error, is_shortage
from validator.system.garbage_collector import collect_garbage_on_request
from validator.system.limits import exit_if_work_was_killed
from validator.system.signals import become_worker, cleanup_on_signal

if TYPE_CHECKING:  # slow to import, and only needed for several processes
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Result = TypeVar("Result")
State = TypeVar("State")
ChunkWork = Callable[[Sequence[Source], State], list[Result]]
"""Processes a chunk of files and returns a result for each of them.

It runs in the worker processes. The second argument is what the process has loaded at its start.
"""

_CHUNKS_PER_WORKER = 64
# The chunks that a worker has at once, so that it need not wait for the next one.
_CHUNKS_AHEAD = 2


class PoolError(NoVerdictError):
    """Raised if worker processes cannot be started, or if one of them dies."""


class _Worker(NamedTuple):
    """A worker process, and this process's end of its connection."""

    process: "BaseProcess"
    connection: "Connection"


def results_of_processes(
    sources: Sequence[Source],
    load: Callable[[], State],
    workers: int,
    work: ChunkWork[State, Result],
    failed: Callable[[Source, str], Result],
) -> Iterator[list[Result]]:
    """Yield the results for chunks of the files, in order.

    `failed` returns the result for a file of a chunk that cannot be processed, given one line that
    says why. Raises PoolError.
    """
    from multiprocessing.connection import wait

    size = -(-len(sources) // (workers * _CHUNKS_PER_WORKER))
    starts = range(0, len(sources), size)
    unsent = iter(starts)
    received: dict[int, list[Result] | str] = {}
    with _started_workers(workers, (sources, load, work)) as started:
        by_connection = {worker.connection: worker for worker in started}

        def send_next(worker: _Worker) -> None:
            start = next(unsent, None)
            if start is not None:
                _send(worker.connection, (start, start + size))

        for worker in [*started] * _CHUNKS_AHEAD:
            with _dead_worker(worker, started):
                send_next(worker)
        for start in starts:
            while start not in received:
                for connection in wait(list(by_connection)):
                    worker = by_connection[connection]  # type: ignore[index]
                    with _dead_worker(worker, started):
                        number, results = worker.connection.recv()
                        send_next(worker)
                    received[number] = results
            results = received.pop(start)
            if isinstance(results, str):
                line = f"a worker could not check this file: {results}"
                files = sources[start : start + size]
                yield [failed(file, f"{file.name}: {line}") for file in files]
            else:
                yield results


@contextmanager
def _started_workers(number: int, arguments: tuple[Any, ...]) -> Iterator[Sequence[_Worker]]:
    """Start workers; end them after the body of the `with` statement. Raises PoolError."""
    import multiprocessing
    import sys

    # A new interpreter would import modules from the working folder, which is not trusted.
    os.environ["PYTHONSAFEPATH"] = "1"
    fork = sys.platform == "linux"
    context: Any = multiprocessing.get_context("fork" if fork else None)
    started: list[_Worker] = []
    with cleanup_on_signal(lambda: _kill(started)):
        try:
            for _ in range(number):
                started.append(_start(context, arguments))  # noqa: PERF401 - killed if one fails
            yield started
            for worker in started:
                with suppress(OSError):
                    _send(worker.connection, None)
        except BaseException:
            # An interrupted run does not wait for the files that are being checked.
            _kill(started)
            raise
        finally:
            for worker in started:
                worker.process.join()
                worker.connection.close()


def _send(connection: "Connection", value: object) -> None:
    """Send a value as `Connection.send` does, but from bytes.

    `Connection.send` sends a view of a buffer. If that fails, the exception keeps both. Python
    3.12.0 and 3.12.1 can crash when they collect them as garbage (gh-111049), and 3.13 reports a
    BufferError.
    """
    import pickle

    connection.send_bytes(pickle.dumps(value))


def _start(context: Any, arguments: tuple[Any, ...]) -> _Worker:
    try:
        here, there = context.Pipe()
        process = context.Process(target=_run_worker, args=(there, *arguments), daemon=True)
        process.start()
    except AssertionError as error:  # this is a daemonic process
        raise PoolError(f"the worker processes cannot run: {error}; try --jobs 1") from error
    except (OSError, RuntimeError, MemoryError) as error:
        short = "there is not enough memory, or the limit of processes is reached"
        text = getattr(error, "strerror", None) or describe_error(error)
        reason = short if is_shortage(error) else text
        raise PoolError(f"the worker processes cannot run: {reason}; try --jobs 1") from error
    there.close()  # the connection then ends with the worker
    return _Worker(process, here)


def _kill(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.process.kill()


@contextmanager
def _dead_worker(worker: _Worker, workers: Sequence[_Worker]) -> Iterator[None]:
    """Raise PoolError if the body of the `with` statement finds the end of a connection.

    If a limit has killed the worker, end this process, so that its parent restarts the run.
    """
    try:
        yield
    except (EOFError, OSError) as error:
        _kill(workers)
        for other in workers:
            other.process.join()
        exit_if_work_was_killed(worker.process.pid or 0)
        raise PoolError(
            "a worker process died, so there are no results; if memory is short, try --jobs 1"
        ) from error


def _run_worker(
    connection: "Connection",
    sources: Sequence[Source],
    load: Callable[[], State],
    work: ChunkWork[State, Any],
) -> None:
    """Process the chunks that the parent sends, until it sends None.

    A chunk is the numbers of its first file and of the file after its last. The answer is the
    first number with the results, or with one line that says why there are none.
    """
    become_worker()
    loaded: State | None = None
    answer: list[Any] | str
    with suppress(EOFError, OSError):  # the parent has ended
        while chunk := connection.recv():
            start, stop = chunk
            try:
                if loaded is None:
                    loaded = load()
                    collect_garbage_on_request()
                answer = work(sources[start:stop], loaded)
                _send(connection, (start, answer))
            except Exception as error:
                _send(connection, (start, describe_error(error)))
