"""Processes many files in this process, in several processes, or with an executor."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import or_failure
from validator.checking.selection import Selection, load_selection
from validator.project.sources import Source, read_source_and_stamp
from validator.run.file_groups import check_files, failed_file
from validator.run.worker_count import worker_count
from validator.system.garbage_collector import collect_garbage

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from validator.checking.older_documents import OlderDocuments

Result = TypeVar("Result")
FileWork = Callable[[Source, Selection], Result]
"""Processes a file."""


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
        from validator.run.process_pool import results_of_processes

        load = partial(load_selection, selection.settings)
        work = partial(_check_chunk, older=older)
        chunks = results_of_processes(there, load, workers, work, failed_file)
    else:
        from validator.run.executors import results_of_executor

        chunks = results_of_executor(executor, there, selection.settings, older)
    yield from chain.from_iterable(chunks)


def results_of(
    sources: Sequence[Source],
    selection: Selection,
    work: FileWork[Result],
    failed: Callable[[Source, str], Result],
    *,
    jobs: int | None = None,
) -> list[Result]:
    """Return the result of some work for each file, in the order of the sources.

    `failed` returns the result for a file on which the work fails, given one line that says why.
    `jobs` is as for `check_sources`.
    """
    of_chunk = partial(_results_of_chunk, work=work, failed=failed)
    workers = worker_count(sources, jobs)
    if workers < 2:  # noqa: PLR2004
        return of_chunk(sources, selection)
    from validator.run.process_pool import results_of_processes

    load = partial(load_selection, selection.settings)
    chunks = results_of_processes(sources, load, workers, of_chunk, failed)
    return list(chain.from_iterable(chunks))


def _results_of_chunk(
    sources: Sequence[Source],
    selection: Selection,
    *,
    work: FileWork[Result],
    failed: Callable[[Source, str], Result],
) -> list[Result]:
    results: list[Result] = []
    for source in sources:
        result = or_failure(source.name, partial(work, source, selection))
        results.append(failed(source, result) if isinstance(result, str) else result)
        collect_garbage()
    return results


def _check_chunk(
    sources: Sequence[Source], selection: Selection, *, older: "OlderDocuments | None"
) -> list[CheckedFile]:
    from validator.checking.sent_results import SentResults

    read = partial(read_source_and_stamp, stdin=b"")
    return SentResults(check_files(sources, selection, older, read))
