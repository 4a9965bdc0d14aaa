"""Checks many files with an executor, whose workers may be on other machines."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from validator.cache.program_fingerprint import contents, program_contents
from validator.checking.checked_file import CheckedFile
from validator.checking.selection import Selection, load_selection
from validator.checking.sent_results import SentResults
from validator.checking.settings import Settings
from validator.project.sources import Source, SourceError, read_source_and_stamp
from validator.run.file_groups import check_files, failed_file
from validator.system.cache_store import Stamp, digest
from validator.system.errors import NoVerdictError, describe_error

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from validator.checking.older_documents import OlderDocuments

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


def results_of_executor(
    executor: "Executor",
    sources: Sequence[Source],
    settings: Settings,
    older: "OlderDocuments | None",
) -> Iterator[list[CheckedFile]]:
    """Yield the results for chunks of files, in order. The contents of the files are sent.

    Raises NoVerdictError if the program or the policies cannot be read.
    """
    sent_settings = settings._replace(
        policy_folders=tuple(str(Path(name).absolute()) for name in settings.policy_folders),
        policy_files=tuple(
            name if name in settings.policy_data else str(Path(name).absolute())
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
    return [failed_file(file, f"{file.name}: {reason}") for file in files]


def _chunks(sources: Iterable[Source]) -> Iterator[list[SentFile] | CheckedFile]:
    """Yield chunks of files with their contents, and a failed result for each unreadable file."""
    chunk: list[SentFile] = []
    size = 0
    for source in sources:
        try:
            data, stamp = read_source_and_stamp(source, b"")
        except SourceError as error:
            yield failed_file(source, str(error))
            continue
        chunk.append(SentFile(source.name, data, stamp))
        size += len(data)
        if size >= _CHUNK_BYTES or len(chunk) >= _CHUNK_FILES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _fingerprint(settings: Settings) -> str:
    """Return a digest of the program and the policies. Raises NoVerdictError."""
    files = [name for name in settings.policy_files if name not in settings.policy_data]
    try:
        return digest(_imported_program(), contents((*settings.policy_folders, *files)))
    except (OSError, ValueError) as error:
        raise NoVerdictError(
            f"the policies cannot be compared with those of the workers: {error}"
        ) from error


@cache
def _imported_program() -> str:
    """Return the contents of the program when this process used them first.

    Modules that are imported stay as they are, even if their files change.
    """
    return program_contents()


# The last job that was sent to this process, and its selection.
_last_job: tuple[Job, Selection] | None = None


def _check_sent(job: Job, files: Sequence[SentFile]) -> list[CheckedFile]:
    """Check files that were sent to this worker. Raises WorkerError if its program differs."""
    global _last_job  # noqa: PLW0603
    last = _last_job  # another thread can replace it
    if last is None or last[0] != job:
        if program_contents() != _imported_program():
            raise WorkerError("tenantlint or a plugin has changed since it was started; restart it")
        if _fingerprint(job.settings) != job.fingerprint:
            raise WorkerError("it has another version of tenantlint, its plugins or its policies")
        _last_job = last = job, load_selection(job.settings)
    selection = last[1]
    sent = {file.name: (file.data, file.stamp) for file in files}
    sources = [Source(file.name, None) for file in files]
    return SentResults(check_files(sources, selection, job.older, lambda item: sent[item.name]))
