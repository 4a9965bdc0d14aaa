"""Checks many files in this process, in several processes, or with an executor."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from validator.cache.file_cache import encoded_results
from validator.cache.program_fingerprint import contents
from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import FileCheck, evaluate, open_file, or_failure
from validator.checking.selection import Selection, Settings, load_selection
from validator.checking.sent_results import SentResults
from validator.project.sources import Source, SourceError, read_source_and_stamp
from validator.run.process_pool import results_of_processes, worker_count
from validator.system.cache_store import Stamp
from validator.system.errors import describe_error
from validator.system.garbage_collector import collect_garbage

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from validator.checking.older_documents import OlderDocuments

# The size of a group of files that a policy is run over at once. Larger groups do not stay in
# the processor's cache.
_GROUP_FILES = 12
_GROUP_BYTES = 24_000
# The size of a chunk for an executor, and the largest number of chunks without a result.
_CHUNK_FILES = 100
_CHUNK_BYTES = 1_000_000
_MAX_WAITING = 64


class WorkerError(Exception):
    """Raised if a worker has another version of the program, its plugins or its policies."""


class SentFile(NamedTuple):
    """A file with its contents, for a worker on a machine that may not have the file."""

    name: str
    data: bytes
    stamp: Stamp | None = None


class Job(NamedTuple):
    """The input of a remote worker, and the fingerprint that its program must have."""

    settings: Settings
    older: "OlderDocuments | None"
    fingerprint: str


def check_sources(
    sources: Sequence[Source],
    selection: Selection,
    *,
    jobs: int | None = None,
    stdin: bytes = b"",
    older: "OlderDocuments | None" = None,
    executor: "Executor | None" = None,
) -> Iterator[CheckedFile]:
    """Yield the result for each file: standard input first, then in the order of the sources.

    `jobs` is the number of processes; None means one for each core, if there is enough work.
    An `executor` is sent the contents of the files, so its workers may be on other machines.
    `older` holds the documents of an older version, for policies over a change.
    """
    workers = worker_count(sources, jobs)
    if executor is None and workers < 2:  # noqa: PLR2004
        yield from check_files(
            sources, selection, older, partial(read_source_and_stamp, stdin=stdin)
        )
        return
    here = [source for source in sources if source.path is None]
    yield from check_files(here, selection, older, partial(read_source_and_stamp, stdin=stdin))
    there = [source for source in sources if source.path is not None]
    if executor is None:
        load = partial(load_selection, selection.settings)
        work = partial(_check_chunk, older=older)
        chunks = results_of_processes(there, load, workers, work, _failed)
    else:
        chunks = _by_executor(executor, there, selection.settings, older)
    yield from chain.from_iterable(chunks)


def check_files(
    sources: Iterable[Source],
    selection: Selection,
    older: "OlderDocuments | None",
    read: Callable[[Source], tuple[bytes, Stamp | None]],
) -> Iterator[CheckedFile]:
    """Read and check files in the given order, small files in groups.

    In a group, each step runs for all files before the next step begins. The code and the data of
    a step then stay in the processor's cache, which saves a tenth of the time. An error in a
    file is a failure of that file only.
    """
    size, needs = 0, selection.settings.needs

    def read_and_open(source: Source) -> FileCheck:
        nonlocal size
        data, stamp = read(source)
        size += len(data)
        return open_file(source.name, data, selection, older=older, stamp=stamp)

    group: list[tuple[Source, FileCheck | str]] = []
    for source in sources:
        group.append((source, or_failure(source.name, partial(read_and_open, source))))
        if len(group) >= _GROUP_FILES or size >= _GROUP_BYTES:
            yield from encoded_results(_check_group(group, selection), needs)
            group, size = [], 0
            collect_garbage()
    yield from encoded_results(_check_group(group, selection), needs)


def _check_group(
    group: Sequence[tuple[Source, FileCheck | str]], selection: Selection
) -> list[CheckedFile]:
    """Return the results for a group of files, each of which was opened or has failed."""
    day = selection.settings.as_of
    started: list[tuple[Source, FileCheck | str]] = []
    for source, opened in group:
        if isinstance(opened, str):
            started.append((source, opened))
        else:
            failure = or_failure(source.name, partial(opened.start_day, day))
            started.append((source, failure or opened))
    evaluate(selection, [opened for _, opened in started if isinstance(opened, FileCheck)])
    results: list[CheckedFile] = []
    for source, opened in started:
        result = opened if isinstance(opened, str) else or_failure(source.name, opened.result)
        results.append(_failed(source, result) if isinstance(result, str) else result)
    return results


def _failed(source: Source, failure: str) -> CheckedFile:
    return CheckedFile(source.name, failures=(failure,))


def _check_chunk(
    sources: Sequence[Source], selection: Selection, *, older: "OlderDocuments | None"
) -> list[CheckedFile]:
    read = partial(read_source_and_stamp, stdin=b"")
    return SentResults(check_files(sources, selection, older, read))


# Executors


def _by_executor(
    executor: "Executor",
    sources: Sequence[Source],
    settings: Settings,
    older: "OlderDocuments | None",
) -> Iterator[list[CheckedFile]]:
    """Yield the results for chunks of files, in order. The contents of the files are sent."""
    sent_settings = settings._replace(
        policy_folders=tuple(os.path.abspath(name) for name in settings.policy_folders),
        policy_files=tuple(
            name if name in settings.policy_data else os.path.abspath(name)
            for name in settings.policy_files
        ),
    )
    job = Job(sent_settings, older, _fingerprint(sent_settings))
    waiting: deque[tuple[list[Source], Future[list[CheckedFile]]]] = deque()
    for chunk in _chunks(sources):
        if isinstance(chunk, CheckedFile):
            yield [chunk]
            continue
        files = [Source(file.name, None) for file in chunk]
        try:
            waiting.append((files, executor.submit(_check_sent, job, chunk)))
        except Exception as error:
            yield _failed_chunk(files, error)
        if len(waiting) >= _MAX_WAITING:
            yield _chunk_results(*waiting.popleft())
    while waiting:
        yield _chunk_results(*waiting.popleft())


def _chunk_results(
    files: Sequence[Source], future: "Future[list[CheckedFile]]"
) -> list[CheckedFile]:
    """Return the results for a chunk. If its worker has failed, each of its files has failed."""
    from concurrent.futures import CancelledError

    try:
        return future.result()
    except (Exception, CancelledError) as error:
        return _failed_chunk(files, error)


def _failed_chunk(files: Sequence[Source], error: BaseException) -> list[CheckedFile]:
    from concurrent.futures import BrokenExecutor

    reason = f"a worker could not check this file: {describe_error(error)}"
    if isinstance(error, BrokenExecutor):
        reason = "a worker process died"
    return [_failed(file, f"{file.name}: {reason}") for file in files]


def _chunks(sources: Iterable[Source]) -> Iterator[list[SentFile] | CheckedFile]:
    """Yield chunks of files with their contents, and a failed result for each unreadable file."""
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
    files = [name for name in settings.policy_files if name not in settings.policy_data]
    return contents((*settings.policy_folders, *files))


# The last job that was sent to this process, and its selection.
_last_job: tuple[Job, Selection] | None = None


def _check_sent(job: Job, files: Sequence[SentFile]) -> list[CheckedFile]:
    """Check files that were sent to this worker. Raises WorkerError if its program differs."""
    global _last_job  # noqa: PLW0603
    if _last_job is None or _last_job[0] != job:
        if _fingerprint(job.settings) != job.fingerprint:
            raise WorkerError("it has another version of tenantlint, its plugins or its policies")
        _last_job = job, load_selection(job.settings)
    selection = _last_job[1]
    sent = {file.name: (file.data, file.stamp) for file in files}
    sources = [Source(file.name, None) for file in files]
    return SentResults(check_files(sources, selection, job.older, lambda item: sent[item.name]))
