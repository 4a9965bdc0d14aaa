"""The pool of worker processes: order, failures, and workers that die at any moment."""

import multiprocessing
import os
import signal
import time
from collections.abc import Sequence
from functools import partial
from unittest.mock import patch

import pytest

from validator.project.sources import Source
from validator.run.process_pool import PoolError, results_of_processes
from validator.run.worker_count import worker_count

FILES = [Source(str(number), str(number)) for number in range(300)]
LARGE = "x" * 20_000_000


def names(files: Sequence[Source], _: object) -> list[str]:
    return [file.name for file in files]


def failed(_: Source, line: str) -> str:
    return line


def results(work: object, number: int = 300) -> list[list[str]]:
    return list(results_of_processes(FILES[:number], dict, 2, work, failed))  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [1, 2, 3, 127, 128, 129, 300])
def test_results_are_in_the_order_of_the_files(number: int) -> None:
    def slow_at_first(files: Sequence[Source], loaded: object) -> list[str]:
        time.sleep(0.2 if files[0].name == "0" else 0)
        return names(files, loaded)

    chunks = results(slow_at_first, number)
    assert [name for chunk in chunks for name in chunk] == [file.name for file in FILES[:number]]
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("answer", [None, lambda: None], ids=["raises", "cannot be sent"])
def test_a_chunk_without_results_fails_alone(answer: object) -> None:
    def work(files: Sequence[Source], loaded: object) -> object:
        if files[0].name != "3":
            return names(files, loaded)
        if answer is None:
            raise KeyError("a\nb")
        return [answer]

    chunks = results(work)
    assert [chunk[0] for chunk in chunks[:3]] == ["0", "3", "6"] or "3: " in chunks[1][0]
    (lines,) = (chunk for chunk in chunks if chunk[0].startswith("3: "))
    assert all(": a worker could not check this file: " in line for line in lines)
    assert all("\n" not in line for line in lines)
    assert len([name for chunk in chunks for name in chunk if name.isdecimal()]) == 297


def die_by(number: int, files: Sequence[Source], loaded: object) -> list[str]:
    if files[0].name == "30":
        os.kill(os.getpid(), number)
    return names(files, loaded)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_dies_ends_the_run(number: int) -> None:
    with pytest.raises(PoolError, match="a worker process died, so there are no results"):
        results(partial(die_by, number))
    assert not multiprocessing.active_children()


def test_a_worker_that_dies_while_it_sends_results_ends_the_run() -> None:
    def work(files: Sequence[Source], loaded: object) -> list[str]:
        return names(files, loaded) if files[0].name == "0" else [LARGE]

    chunks = results_of_processes(FILES, dict, 2, work, failed)
    next(chunks)
    time.sleep(0.3)  # the workers have filled their connections
    for child in multiprocessing.active_children():
        child.kill()
    with pytest.raises(PoolError, match="a worker process died"):
        list(chunks)


def test_a_run_that_stops_early_leaves_no_worker() -> None:
    chunks = results_of_processes(FILES, dict, 2, names, failed)
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_a_pool_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    with pytest.raises(PoolError) as caught:
        results(names)
    assert str(caught.value) == (
        "the worker processes cannot run: there is not enough memory, or the limit of processes "
        "is reached; try --jobs 1"
    )


def test_a_daemonic_process_uses_no_others_unless_they_are_requested() -> None:
    # Such as a worker of a task queue, which may not start processes.
    answers: multiprocessing.SimpleQueue[str] = multiprocessing.SimpleQueue()

    def answer() -> None:
        sources = [Source(str(number), "/dev/null") for number in range(2)]
        with patch("validator.run.worker_count.MIN_BYTES", -1):
            answers.put(str(worker_count(sources, None)))
        try:
            results(names)
        except PoolError as error:
            answers.put(str(error))

    here = multiprocessing.get_context("fork").Process(target=answer, daemon=True)
    here.start()
    here.join(20)
    assert answers.get() == "1"
    assert "daemonic processes are not allowed to have children" in answers.get()
