"""Many files through the engine: one after the other, or by several processes."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from validator.engine import Checked, attempt, check
from validator.files import Source
from validator.plan import Plan, Settings
from validator.plugins import load_plugins

# Below so many bytes in all, starting processes costs more time than it saves.
ENOUGH_BYTES = 1_000_000
_CHUNKS_PER_JOB = 8


Older = Mapping[str, object]
"""The values of the documents of an older version, by tenant."""


def check_source(source: Source, plan: Plan, stdin: bytes, before: Older | None) -> Checked:
    """Read and check one file. What goes wrong is a failure of this file alone."""
    checked = attempt(source, stdin, lambda data: check(source.name, data, plan, before=before))
    return _failed(source, checked) if isinstance(checked, str) else checked


def _failed(source: Source, failure: str) -> Checked:
    return Checked(source.name, failures=(failure,))


def check_sources(
    sources: Sequence[Source],
    plan: Plan,
    *,
    jobs: int | None,
    stdin: bytes,
    before: Older | None,
    advance: Callable[[int], None],
) -> list[Checked]:
    """Return what each file has come to, in the order of the files.

    `jobs` is the number of processes; None means one for each core, if there is enough work.
    `advance` is told how many files are done.
    """
    collect_rarely()
    workers = _workers(sources, jobs)
    if workers < 2:  # noqa: PLR2004
        results = []
        for source in sources:
            results.append(check_source(source, plan, stdin, before))
            advance(1)
        return results
    local = [source for source in sources if source.path is None]
    away = [source for source in sources if source.path is not None]
    results = [check_source(source, plan, stdin, before) for source in local]
    for chunk in _in_processes(away, plan.settings, before, workers):
        results += chunk
        advance(len(chunk))
    order = {source.name: number for number, source in enumerate(sources)}
    return sorted(results, key=lambda checked: order[checked.file])


def collect_rarely() -> None:
    """Let the collector of cycles run rarely: documents are trees, and there are many of them."""
    import gc

    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _workers(sources: Sequence[Source], jobs: int | None) -> int:
    if len(sources) < 2:  # noqa: PLR2004
        return 1
    if jobs is not None:
        return min(jobs, len(sources))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if (cores or 1) < 2 or sum(_size(source) for source in sources) < ENOUGH_BYTES:  # noqa: PLR2004
        return 1
    return min(cores or 1, len(sources))


def _size(source: Source) -> int:
    try:
        return os.stat(source.path).st_size if source.path is not None else 0
    except (OSError, ValueError):
        return 0


def _in_processes(
    sources: Sequence[Source], settings: Settings, before: Older | None, workers: int
) -> Iterator[list[Checked]]:
    import multiprocessing
    import sys
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # A fresh interpreter would look for modules in the working folder, which is not ours.
    os.environ["PYTHONSAFEPATH"] = "1"
    fork = sys.platform == "linux"
    context = multiprocessing.get_context("fork" if fork else None)
    size = -(-len(sources) // (workers * _CHUNKS_PER_JOB))
    chunks = [sources[start : start + size] for start in range(0, len(sources), size)]
    pool = ProcessPoolExecutor(workers, context, _start, (settings, before))
    try:
        futures = [pool.submit(_check_chunk, chunk) for chunk in chunks]
        for chunk, future in zip(chunks, futures, strict=True):
            try:
                yield future.result()
            except BrokenProcessPool:
                yield [_failed(source, f"{source.name}: a worker process died") for source in chunk]
    except BaseException:
        # Whoever interrupts does not want to wait for what is being checked.
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    pool.shutdown()


# What a worker process knows: the plan, and the older version.
_known: tuple[Plan, Older | None] | None = None


def _start(settings: Settings, before: Older | None) -> None:
    """Load the plan in a worker, once."""
    import signal

    global _known  # noqa: PLW0603
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the run
    plugins = load_plugins(settings.policy_folders, installed=settings.installed)
    _known = Plan(settings, plugins), before
    collect_rarely()


def _check_chunk(sources: Sequence[Source]) -> list[Checked]:
    if _known is None:
        raise RuntimeError("the worker has no plan")
    plan, before = _known
    return [check_source(source, plan, b"", before) for source in sources]
