"""A pool of worker processes on this machine, which process chunks of files."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from validator.project.sources import Source, is_larger_than
from validator.run.pool_errors import failed_threads, pool_errors, wait_for_result
from validator.system.errors import describe_error
from validator.system.garbage_collector import collect_garbage_on_request
from validator.system.limits import exit_if_work_was_killed
from validator.system.signals import become_worker, cleanup_on_signal

if TYPE_CHECKING:  # slow to import, and only needed for several processes
    from concurrent.futures import Executor, Future

Result = TypeVar("Result")
State = TypeVar("State")
ChunkWork = Callable[[Sequence[Source], State], list[Result]]
"""Processes a chunk of files and returns a result for each of them.

It runs in the worker processes. The second argument is what the process has loaded at its start.
"""

MIN_BYTES = 1_000_000
"""The smallest total size for which several processes save time."""
_CHUNKS_PER_WORKER = 64


def worker_count(sources: Sequence[Source], jobs: int | None) -> int:
    """Return the number of processes to use for the given files.

    `jobs` is the requested number; None means one for each core, if there is enough work.
    """
    if len(sources) < 2:  # noqa: PLR2004
        return 1
    if jobs is not None:
        return min(jobs, len(sources))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if (cores or 1) < 2 or not is_larger_than(sources, MIN_BYTES):  # noqa: PLR2004
        return 1
    return min(cores or 1, len(sources))


def results_of_processes(
    sources: Sequence[Source],
    load: Callable[[], State],
    workers: int,
    work: ChunkWork[State, Result],
    failed: Callable[[Source, str], Result],
) -> Iterator[list[Result]]:
    """Yield the results for chunks of the files, in order.

    `failed` returns the result for a file whose process has died, given one line that says so.
    """
    size = -(-len(sources) // (workers * _CHUNKS_PER_WORKER))
    with (
        failed_threads() as errors,
        _process_pool(sources, load, workers, work) as pool,
    ):
        starts = range(0, len(sources), size)
        with pool_errors():
            waiting = deque((at, _submit(pool, at, at + size)) for at in starts)
        while waiting:
            at, future = waiting.popleft()  # nothing else keeps the results
            wait_for_result(future, errors)
            yield chunk_results(sources[at : at + size], future, failed)


def _submit(pool: "Executor", start: int, stop: int) -> "Future[list[Any]]":
    """Submit a chunk. If a worker has died before, the future of the chunk has that error."""
    from concurrent.futures import Future
    from concurrent.futures.process import BrokenProcessPool

    try:
        return pool.submit(_work_on_chunk, start, stop)
    except BrokenProcessPool as error:
        future: Future[list[Any]] = Future()
        future.set_exception(error)
        return future


@contextmanager
def _process_pool(
    sources: Sequence[Source], load: Callable[[], State], workers: int, work: ChunkWork[State, Any]
) -> Iterator["Executor"]:
    import multiprocessing
    import sys
    from concurrent.futures import ProcessPoolExecutor

    # A new interpreter would import modules from the working folder, which is not trusted.
    os.environ["PYTHONSAFEPATH"] = "1"
    fork = sys.platform == "linux"
    context = multiprocessing.get_context("fork" if fork else None)
    pool = ProcessPoolExecutor(workers, context, _initialize_worker, (sources, load, work))

    def kill_workers() -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with cleanup_on_signal(kill_workers):
        try:
            yield pool
        except BaseException:
            # An interrupted run does not wait for the files that are being checked.
            pool.shutdown(wait=False, cancel_futures=True)
            kill_workers()
            raise
        pool.shutdown()


# The state of a worker process: the files of the run, what was loaded, and the work function.
_worker_state: tuple[Sequence[Source], Any, ChunkWork[Any, Any]] | None = None


def _initialize_worker(
    sources: Sequence[Source], load: Callable[[], State], work: ChunkWork[State, Any]
) -> None:
    """Load what the work needs, once in each worker process."""
    global _worker_state  # noqa: PLW0603
    become_worker()
    _worker_state = sources, load(), work
    collect_garbage_on_request()


def _work_on_chunk(start: int, stop: int) -> list[Any]:
    if _worker_state is None:
        raise RuntimeError("the worker process is not initialized")
    sources, loaded, work = _worker_state
    return work(sources[start:stop], loaded)


def chunk_results(
    files: Sequence[Source],
    future: "Future[list[Result]]",
    failed: Callable[[Source, str], Result],
) -> list[Result]:
    """Return the results for a chunk. If its worker has failed, each of its files has failed."""
    from concurrent.futures import CancelledError

    try:
        return future.result()
    except (Exception, CancelledError) as error:
        return [failed(file, worker_failure(file, error)) for file in files]


def worker_failure(file: Source, error: BaseException) -> str:
    """Return one line that says why the worker has no result for a file."""
    from concurrent.futures.process import BrokenProcessPool

    if isinstance(error, BrokenProcessPool):
        exit_if_work_was_killed()
        return f"{file.name}: a worker process died"
    return f"{file.name}: a worker could not check this file: {describe_error(error)}"
