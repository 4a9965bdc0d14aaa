"""The server's side of a worker: it sends questions and receives answers, in order."""

import asyncio
import os
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress

from validator.lsp.messages import (
    HEADER_BYTES,
    READY,
    Answer,
    Kind,
    Options,
    Place,
    Question,
    frame,
    frame_length,
)

_SECONDS_TO_START = 10
_SECONDS_TO_END = 2
_CLOSED = "the folder is no longer open"
_STOPPED = "the policies of this folder have exceeded a time or memory limit, or have crashed"


class WorkerProcess:
    """The worker of a folder; it is started with the first question.

    A worker that dies is only started again after a call of `revive`, because it would die again.
    """

    def __init__(self, folder: str, options: Options) -> None:
        self._folder = folder
        self._options = options
        self._questions: asyncio.Queue[tuple[Question, asyncio.Future[Answer]]] = asyncio.Queue()
        self._newest_texts: dict[tuple[Kind, str], str] = {}
        self._process: Process | None = None
        self._dead = ""
        self._serving: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        """Return the answer to a question. If the caller is cancelled, the worker continues.

        A question other than `check` that is asked again about a newer text of the file, before it
        is its turn, has an empty answer: an editor does not use answers about an older text.
        """
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._questions.put_nowait((question, future))
        self._newest_texts[question.kind, question.place.name] = question.place.text
        return await future

    def close_file(self, place: Place) -> None:
        """Make the worker forget a file."""
        if self._process is not None:
            future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            self._questions.put_nowait((Question("close", place), future))
        for key in [key for key in self._newest_texts if key[1] == place.name]:
            del self._newest_texts[key]

    def revive(self) -> None:
        """Allow a worker that has died to be started again."""
        self._dead = ""

    async def stop(self) -> None:
        """Stop the worker, and wait until it has ended. Questions that wait are answered."""
        serving, self._serving = self._serving, None
        if serving is not None:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving
        while not self._questions.empty():
            _, future = self._questions.get_nowait()
            _settle(future, Answer(failure=_CLOSED))

    async def _serve(self) -> None:
        try:
            while True:
                question, future = await self._questions.get()
                if future.done():  # cancelled
                    continue
                if self._is_outdated(question):
                    _settle(future, Answer())
                    continue
                try:
                    _settle(future, await self._answer(question))
                finally:
                    _settle(future, Answer(failure=_CLOSED))
        finally:
            # An editor that disconnects without a shutdown request cancels this task, too.
            await self._end()

    def _is_outdated(self, question: Question) -> bool:
        """Return whether the question has been asked again about a newer text."""
        text = question.place.text
        newest = self._newest_texts.get((question.kind, question.place.name), text)
        return question.kind != "check" and newest != text

    async def _answer(self, question: Question) -> Answer:
        if self._dead:
            return Answer(failure=self._dead)
        try:
            process = self._process or await self._start()
            data = READY
            while data == READY:  # again if a limit has stopped the worker, which then restarts
                await _send(process, question)
                if question.kind == "close":
                    return Answer()
                data = await _receive(process)
            return _loaded(data)
        except (OSError, EOFError, asyncio.IncompleteReadError) as error:
            self._dead = f"{self._folder}: {error}" if self._process is None else _STOPPED
        await self._end()
        return Answer(failure=self._dead)

    async def _start(self) -> Process:
        # With -P, the interpreter does not import modules from the folder, which is not trusted.
        command = (sys.executable, "-P", "-m", "validator.lsp.worker")
        # In a session of its own, the worker does not receive the interrupts of a terminal.
        # If the server ends at this moment, asyncio waits for ever for the pipes of the process.
        async with asyncio.timeout(_SECONDS_TO_START):
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=PIPE,
                stdout=PIPE,
                cwd=self._folder,
                env=_environment(),
                start_new_session=True,
            )
        self._process = process
        await _send(process, self._options)
        if await _receive(process) != READY:
            raise EOFError("the worker did not start")
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_SECONDS_TO_END):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _settle(future: "asyncio.Future[Answer]", answer: Answer) -> None:
    """Set the result of a future that has none."""
    if not future.done():
        future.set_result(answer)


def _environment() -> Mapping[str, str]:
    """Return the environment of a worker, which imports no modules from its working folder."""
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    absolute = os.pathsep.join(os.path.abspath(path) for path in paths if path)
    return {**os.environ, "PYTHONPATH": absolute} if absolute else os.environ


async def _send(process: Process, message: object) -> None:
    if process.stdin is None:
        raise EOFError
    process.stdin.write(frame(message))
    await process.stdin.drain()


async def _receive(process: Process) -> bytes:
    if process.stdout is None:
        raise EOFError
    header = await process.stdout.readexactly(HEADER_BYTES)
    return await process.stdout.readexactly(frame_length(header))


def _loaded(data: bytes) -> Answer:
    answer: Answer = pickle.loads(data)  # noqa: S301 - from the worker
    return answer
