"""Checks many files: one after the other, by several processes, or by an executor."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import NamedTuple

from validator.cache.program_fingerprint import contents
from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import FileCheck, evaluate, open_file, or_failure
from validator.checking.selection import Selection, Settings, load_selection
from validator.project.sources import Source, SourceError, is_larger_than, read_source_and_stamp
from validator.run.pool_errors import failed_threads, pool_errors, wait_for_result
from validator.system.cache_store import Stamp
from validator.system.errors import describe_error
from validator.system.garbage_collector import collect_garbage_rarely
from validator.system.limits import exit_if_work_was_killed
from validator.system.signals import become_worker, cleanup_on_signal

MIN_BYTES = 1_000_000
"""For fewer bytes in all, starting processes costs more time than it saves."""
_CHUNKS_PER_WORKER = 32
# The files that a policy is run over together. More do not stay in the processor's cache.
_GROUP_FILES = 12
_GROUP_BYTES = 24_000
# The size of a chunk for an executor, and how many chunks wait for a result.
_CHUNK_FILES = 100
_CHUNK_BYTES = 1_000_000
_MAX_WAITING = 64

OlderValues = Mapping[str, object]
"""The values of the documents of an older version, by organisation id."""


class WorkerError(Exception):
    """A worker would not check as this process does."""


class SentFile(NamedTuple):
    """A file with its contents, for a machine that may not have it."""

    name: str
    data: bytes
    stamp: Stamp | None = None


class Job(NamedTuple):
    """All that a worker elsewhere must know, and the fingerprint of the program it must have."""

    settings: Settings
    older_values: OlderValues | None
    fingerprint: str


def check_sources(
    sources: Sequence[Source],
    selection: Selection,
    *,
    jobs: int | None = None,
    stdin: bytes = b"",
    older_values: OlderValues | None = None,
    executor: Executor | None = None,
) -> Iterator[CheckedFile]:
    """Yield the result of each file: standard input first, then in the order of the sources.

    `jobs` is the number of processes; None means one for each core, if there is enough work.
    An `executor` gets the contents of the files, so its workers may be on other machines.
    `older_values` are for the policies over a change.
    """
    collect_garbage_rarely()
    workers = _worker_count(sources, jobs)
    if executor is None and workers < 2:  # noqa: PLR2004
        yield from check_files(
            sources, selection, older_values, partial(read_source_and_stamp, stdin=stdin)
        )
        return
    here = [source for source in sources if source.path is None]
    yield from check_files(
        here, selection, older_values, partial(read_source_and_stamp, stdin=stdin)
    )
    there = [source for source in sources if source.path is not None]
    if executor is None:
        chunks = _by_processes(there, selection.settings, older_values, workers)
    else:
        chunks = _by_executor(executor, there, selection.settings, older_values)
    yield from chain.from_iterable(chunks)


def check_files(
    sources: Iterable[Source],
    selection: Selection,
    older_values: OlderValues | None,
    read: Callable[[Source], tuple[bytes, Stamp | None]],
) -> Iterator[CheckedFile]:
    """Read and check files in their order, small files in groups.

    In a group each step runs for all files before the next step begins. The code and the data of
    a step then stay in the processor's cache, which saves a tenth of the time. An error with a
    file is a failure of this file alone.
    """
    size = 0

    def read_and_open(source: Source) -> FileCheck:
        nonlocal size
        data, stamp = read(source)
        size += len(data)
        return open_file(source.name, data, selection, older_values=older_values, stamp=stamp)

    group: list[tuple[Source, FileCheck | str]] = []
    for source in sources:
        group.append((source, or_failure(source.name, partial(read_and_open, source))))
        if len(group) >= _GROUP_FILES or size >= _GROUP_BYTES:
            yield from _check_group(group, selection)
            group, size = [], 0
    yield from _check_group(group, selection)


def _check_group(
    group: Sequence[tuple[Source, FileCheck | str]], selection: Selection
) -> Iterator[CheckedFile]:
    """Yield the results of files that were opened, or failed."""
    day = selection.settings.as_of
    started: list[tuple[Source, FileCheck | str]] = []
    for source, opened in group:
        if isinstance(opened, str):
            started.append((source, opened))
        else:
            failure = or_failure(source.name, partial(opened.start_day, day))
            started.append((source, failure or opened))
    evaluate(selection, [opened for _, opened in started if isinstance(opened, FileCheck)])
    for source, opened in started:
        result = opened if isinstance(opened, str) else or_failure(source.name, opened.result)
        yield _failed(source, result) if isinstance(result, str) else result


def _failed(source: Source, failure: str) -> CheckedFile:
    return CheckedFile(source.name, failures=(failure,))


def _worker_count(sources: Sequence[Source], jobs: int | None) -> int:
    if len(sources) < 2:  # noqa: PLR2004
        return 1
    if jobs is not None:
        return min(jobs, len(sources))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if (cores or 1) < 2 or not is_larger_than(sources, MIN_BYTES):  # noqa: PLR2004
        return 1
    return min(cores or 1, len(sources))


# Processes of this machine


def _by_processes(
    sources: Sequence[Source],
    settings: Settings,
    older_values: OlderValues | None,
    workers: int,
) -> Iterator[list[CheckedFile]]:
    size = -(-len(sources) // (workers * _CHUNKS_PER_WORKER))
    with (
        failed_threads() as errors,
        _process_pool(sources, settings, older_values, workers) as pool,
    ):
        starts = range(0, len(sources), size)
        with pool_errors():
            waiting = [(at, pool.submit(_check_chunk, at, at + size)) for at in starts]
        for at, future in waiting:
            wait_for_result(future, errors)
            yield _result(sources[at : at + size], future)


@contextmanager
def _process_pool(
    sources: Sequence[Source],
    settings: Settings,
    older_values: OlderValues | None,
    workers: int,
) -> Iterator[Executor]:
    import multiprocessing
    import sys
    from concurrent.futures import ProcessPoolExecutor

    # A fresh interpreter would search the working folder for modules, and that is not trusted.
    os.environ["PYTHONSAFEPATH"] = "1"
    fork = sys.platform == "linux"
    context = multiprocessing.get_context("fork" if fork else None)
    pool = ProcessPoolExecutor(
        workers, context, _initialize_worker, (sources, settings, older_values)
    )

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


# The state of a worker process: the files of the run, the selection and the older version.
_worker_state: tuple[Sequence[Source], Selection, OlderValues | None] | None = None


def _initialize_worker(
    sources: Sequence[Source], settings: Settings, older_values: OlderValues | None
) -> None:
    """Load the selection in a worker process, once."""
    global _worker_state  # noqa: PLW0603
    become_worker()
    _worker_state = sources, load_selection(settings), older_values
    collect_garbage_rarely()


def _check_chunk(start: int, stop: int) -> list[CheckedFile]:
    if _worker_state is None:
        raise RuntimeError("the worker has no selection")
    sources, selection, older_values = _worker_state
    read = partial(read_source_and_stamp, stdin=b"")
    return list(check_files(sources[start:stop], selection, older_values, read))


# Any executor, here or elsewhere


def _by_executor(
    executor: Executor,
    sources: Sequence[Source],
    settings: Settings,
    older_values: OlderValues | None,
) -> Iterator[list[CheckedFile]]:
    """Yield the results of chunks of the files, in order. The contents are sent along."""
    sent_settings = settings._replace(
        policy_folders=tuple(os.path.abspath(name) for name in settings.policy_folders),
        policy_files=tuple(os.path.abspath(name) for name in settings.policy_files),
    )
    job = Job(sent_settings, older_values, _fingerprint(sent_settings))
    waiting: deque[tuple[list[Source], Future[list[CheckedFile]]]] = deque()
    for chunk in _chunks(sources):
        if isinstance(chunk, CheckedFile):
            yield [chunk]
            continue
        files = [Source(file.name, None) for file in chunk]
        try:
            waiting.append((files, executor.submit(_check_sent, job, chunk)))
        except Exception as error:
            yield [_failed(file, _worker_failure(file, error)) for file in files]
        if len(waiting) >= _MAX_WAITING:
            yield _result(*waiting.popleft())
    while waiting:
        yield _result(*waiting.popleft())


def _chunks(sources: Iterable[Source]) -> Iterator[list[SentFile] | CheckedFile]:
    """Yield chunks of files with their contents; each file that cannot be read by itself."""
    chunk: list[SentFile] = []
    size = 0
    for source in sources:
        try:
            data, stamp = read_source_and_stamp(source, b"")
        except SourceError as error:
            yield _failed(source, str(error))
            continue
        chunk.append(SentFile(source.name, data, stamp))
        size += len(data)
        if size >= _CHUNK_BYTES or len(chunk) >= _CHUNK_FILES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _fingerprint(settings: Settings) -> str:
    return contents((*settings.policy_folders, *settings.policy_files))


# The last job that this process was sent, and its selection.
_last_job: tuple[Job, Selection] | None = None


def _check_sent(job: Job, files: Sequence[SentFile]) -> list[CheckedFile]:
    """Check files that were sent here. Raises WorkerError if this program is another one."""
    global _last_job  # noqa: PLW0603
    if _last_job is None or _last_job[0] != job:
        if _fingerprint(job.settings) != job.fingerprint:
            raise WorkerError("it has another edition of tenantlint, its plugins or policies")
        _last_job = job, load_selection(job.settings)
    selection = _last_job[1]
    sent = {file.name: (file.data, file.stamp) for file in files}
    sources = [Source(file.name, None) for file in files]
    return list(check_files(sources, selection, job.older_values, lambda item: sent[item.name]))


def _result(files: Sequence[Source], future: "Future[list[CheckedFile]]") -> list[CheckedFile]:
    """Return the results of a chunk. If its worker is lost, each of its files is a failure."""
    from concurrent.futures import CancelledError

    try:
        return future.result()
    except (Exception, CancelledError) as error:
        return [_failed(file, _worker_failure(file, error)) for file in files]


def _worker_failure(file: Source, error: BaseException) -> str:
    from concurrent.futures.process import BrokenProcessPool

    if isinstance(error, BrokenProcessPool):
        exit_if_work_was_killed()
        return f"{file.name}: a worker process died"
    return f"{file.name}: a worker did not check it: {describe_error(error)}"
