"""Many files through the engine: one after the other, by several processes, or by an executor."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from validator.cache.program_fingerprint import contents
from validator.checking.engine import Case, Checked, Done, attempt, let_look, opened
from validator.checking.selection import Plan, Settings
from validator.plugins.loading import load_plugins
from validator.project.sources import Source, SourceError, is_larger_than, read_source_and_stamp
from validator.system.cache_store import Stamp
from validator.system.errors import describe_error
from validator.system.garbage_collector import collect_garbage_rarely
from validator.system.limits import exit_if_work_was_killed

# Below so many bytes in all, starting processes costs more time than it saves.
ENOUGH_BYTES = 1_000_000
_CHUNKS_PER_JOB = 32
# What policies look at together: more does not stay in the processor's cache.
_TOGETHER = 12
_TOGETHER_BYTES = 24_000
# What is sent away at once, and how often before an answer is waited for.
_SENT_FILES = 100
_SENT_BYTES = 1_000_000
_SENT_AHEAD = 64

Older = Mapping[str, object]
"""The values of the documents of an older version, by tenant."""


class WorkerError(Exception):
    """What keeps a worker from judging as this process would."""


class Sent(NamedTuple):
    """A file as it is sent to another machine, which may not have it."""

    name: str
    data: bytes
    stamp: Stamp | None = None


class Job(NamedTuple):
    """What a worker elsewhere must know, and what it must be made of to judge alike."""

    settings: Settings
    before: Older | None
    made_of: str


def check_files(
    sources: Iterable[Source],
    plan: Plan,
    before: Older | None,
    read: Callable[[Source], tuple[bytes, Stamp | None]],
) -> Iterator[Checked]:
    """Read and check files, in their order, some small ones together, step by step.

    What a step makes use of is at hand again for the next file; that saves a tenth of the time.
    What goes wrong with a file is a failure of this file alone.
    """
    size = 0

    def read_case(source: Source) -> Case:
        nonlocal size
        data, stamp = read(source)
        size += len(data)
        return opened(source.name, data, plan, before=before, stamp=stamp)

    group: list[tuple[Source, Case | str]] = []
    for source in sources:
        group.append((source, attempt(source, partial(read_case, source))))
        if len(group) >= _TOGETHER or size >= _TOGETHER_BYTES:
            yield from _outcomes(group, plan)
            group, size = [], 0
    yield from _outcomes(group, plan)


def _outcomes(group: Sequence[tuple[Source, Case | str]], plan: Plan) -> Iterator[Checked]:
    """Yield what files that were read, or failed, come to."""
    day = plan.settings.as_of
    begun = [
        (source, attempt(source, partial(case.begin, day)) if isinstance(case, Case) else case)
        for source, case in group
    ]
    let_look(plan, [case for _, case in begun if isinstance(case, Case)])
    for source, case in begun:
        checked = attempt(source, case.outcome) if isinstance(case, Case) else case
        yield _failed(source, checked) if isinstance(checked, str) else checked


def _failed(source: Source, failure: str) -> Checked:
    return Checked(source.name, failures=(failure,))


def check_sources(
    sources: Sequence[Source],
    plan: Plan,
    *,
    jobs: int | None,
    stdin: bytes,
    before: Older | None,
    done: Done,
    executor: Executor | None = None,
) -> list[Checked]:
    """Return what each file has come to, in the order of the files.

    `jobs` is the number of processes; None means one for each core, if there is enough work.
    An `executor` gets the files themselves to work on, wherever that is.
    """
    collect_garbage_rarely()
    read = partial(read_source_and_stamp, stdin=stdin)
    workers = _workers(sources, jobs)
    if executor is None and workers < 2:  # noqa: PLR2004
        results = []
        for checked in check_files(sources, plan, before, read):
            results.append(checked)
            done([checked])
        return results
    local = [source for source in sources if source.path is None]
    away = [source for source in sources if source.path is not None]
    results = list(check_files(local, plan, before, read))
    done(results)
    if executor is None:
        chunks = _in_processes(away, plan.settings, before, workers)
    else:
        chunks = _in_executor(executor, away, plan.settings, before)
    for chunk in chunks:
        results += chunk
        done(chunk)
    order = {source.name: number for number, source in enumerate(sources)}
    return sorted(results, key=lambda checked: order[checked.file])


def _workers(sources: Sequence[Source], jobs: int | None) -> int:
    if len(sources) < 2:  # noqa: PLR2004
        return 1
    if jobs is not None:
        return min(jobs, len(sources))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if (cores or 1) < 2 or not is_larger_than(sources, ENOUGH_BYTES):  # noqa: PLR2004
        return 1
    return min(cores or 1, len(sources))


# Processes of this machine


def _in_processes(
    sources: Sequence[Source], settings: Settings, before: Older | None, workers: int
) -> Iterator[list[Checked]]:
    size = -(-len(sources) // (workers * _CHUNKS_PER_JOB))
    with _processes(sources, settings, before, workers) as pool:
        starts = range(0, len(sources), size)
        waiting = [(at, pool.submit(_check_chunk, at, at + size)) for at in starts]
        for at, future in waiting:
            yield _result(sources[at : at + size], future)


@contextmanager
def _processes(
    sources: Sequence[Source], settings: Settings, before: Older | None, workers: int
) -> Iterator[Executor]:
    import multiprocessing
    import sys
    from concurrent.futures import ProcessPoolExecutor

    # A fresh interpreter would look for modules in the working folder, which is not ours.
    os.environ["PYTHONSAFEPATH"] = "1"
    fork = sys.platform == "linux"
    context = multiprocessing.get_context("fork" if fork else None)
    pool = ProcessPoolExecutor(workers, context, _start, (sources, settings, before))
    try:
        yield pool
    except BaseException:
        # Whoever interrupts does not want to wait for what is being checked.
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    pool.shutdown()


# What a worker process knows: the files, the plan, and the older version.
_known: tuple[Sequence[Source], Plan, Older | None] | None = None


def _start(sources: Sequence[Source], settings: Settings, before: Older | None) -> None:
    """Load the plan in a worker, once."""
    import signal

    global _known  # noqa: PLW0603
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the run
    _known = sources, _plan(settings), before
    collect_garbage_rarely()


def _plan(settings: Settings) -> Plan:
    folders, files = settings.policy_folders, settings.policy_files
    return Plan(settings, load_plugins(folders, files, installed=settings.installed))


def _check_chunk(start: int, stop: int) -> list[Checked]:
    if _known is None:
        raise RuntimeError("the worker has no plan")
    sources, plan, before = _known
    return list(
        check_files(sources[start:stop], plan, before, partial(read_source_and_stamp, stdin=b""))
    )


# Any executor, here or elsewhere


def _in_executor(
    executor: Executor, sources: Sequence[Source], settings: Settings, before: Older | None
) -> Iterator[list[Checked]]:
    """Yield what chunks of the files come to, in order; their contents are sent along."""
    there = settings._replace(
        policy_folders=tuple(os.path.abspath(name) for name in settings.policy_folders),
        policy_files=tuple(os.path.abspath(name) for name in settings.policy_files),
    )
    work = partial(_check_away, Job(there, before, _made_of(there)))
    waiting: deque[tuple[list[Source], Future[list[Checked]]]] = deque()
    for chunk in _chunks(sources):
        if isinstance(chunk, Checked):
            yield [chunk]
            continue
        files = [Source(file.name, None) for file in chunk]
        try:
            waiting.append((files, executor.submit(work, chunk)))
        except Exception as error:
            yield [_failed(file, _lost(file, error)) for file in files]
        if len(waiting) >= _SENT_AHEAD:
            yield _result(*waiting.popleft())
    while waiting:
        yield _result(*waiting.popleft())


def _chunks(sources: Iterable[Source]) -> Iterator[list[Sent] | Checked]:
    """Yield files with their contents, some at a time; those that cannot be read by themselves."""
    chunk: list[Sent] = []
    size = 0
    for source in sources:
        try:
            data, stamp = read_source_and_stamp(source, b"")
        except SourceError as error:
            yield _failed(source, str(error))
            continue
        chunk.append(Sent(source.name, data, stamp))
        size += len(data)
        if size >= _SENT_BYTES or len(chunk) >= _SENT_FILES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _made_of(settings: Settings) -> str:
    return contents((*settings.policy_folders, *settings.policy_files))


# The last job that this process was sent, and the plan it makes.
_sent: tuple[Job, Plan] | None = None


def _check_away(job: Job, files: Sequence[Sent]) -> list[Checked]:
    """Check files that were sent here. Raises WorkerError where this would judge otherwise."""
    global _sent  # noqa: PLW0603
    if _sent is None or _sent[0] != job:
        if _made_of(job.settings) != job.made_of:
            raise WorkerError("it has another edition of tenantlint, its plugins or policies")
        _sent = job, _plan(job.settings)
    plan = _sent[1]
    sent = {file.name: (file.data, file.stamp) for file in files}
    sources = [Source(file.name, None) for file in files]
    return list(check_files(sources, plan, job.before, lambda source: sent[source.name]))


def _result(files: Sequence[Source], future: "Future[list[Checked]]") -> list[Checked]:
    """Return what a chunk has come to. If its worker is lost, so is the verdict on its files."""
    from concurrent.futures import CancelledError

    try:
        return future.result()
    except (Exception, CancelledError) as error:
        return [_failed(file, _lost(file, error)) for file in files]


def _lost(file: Source, error: BaseException) -> str:
    from concurrent.futures.process import BrokenProcessPool

    if isinstance(error, BrokenProcessPool):
        exit_if_work_was_killed()
        return f"{file.name}: a worker process died"
    return f"{file.name}: a worker did not check it: {describe_error(error)}"
