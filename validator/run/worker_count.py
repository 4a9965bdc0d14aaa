"""The number of worker processes that a run uses."""

import os
import sys
from collections.abc import Sequence

from validator.project.sources import Source, is_larger_than

MIN_BYTES = 1_000_000
"""The smallest total size for which several processes save time."""


def worker_count(sources: Sequence[Source], jobs: int | None) -> int:
    """Return the number of processes to use for the given files.

    `jobs` is the requested number; None means one for each core, if there is enough work.
    """
    if len(sources) < 2:  # noqa: PLR2004
        return 1
    if jobs is not None:
        return min(jobs, len(sources))
    if _is_daemon():
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if (cores or 1) < 2 or not is_larger_than(sources, MIN_BYTES):  # noqa: PLR2004
        return 1
    return min(cores or 1, len(sources))


def _is_daemon() -> bool:
    """Return whether this is a process that may not start others: a worker of another program."""
    multiprocessing = sys.modules.get("multiprocessing")
    return multiprocessing is not None and multiprocessing.current_process().daemon
