"""The language server, which checks the open texts of an editor and publishes diagnostics."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from validator.lsp import to_protocol
from validator.lsp.messages import Answer, Checked, Kind, Options, Place, Question
from validator.lsp.positions import UTF16, Positions, edited
from validator.lsp.protocol import Protocol
from validator.lsp.worker_process import WorkerProcess
from validator.system.errors import describe_error

_TICK_SECONDS = 60
"""The interval between checks of the day; a timer to midnight stops while a computer sleeps."""


def utc_today() -> date:
    """Return the current day in UTC."""
    return datetime.now(UTC).date()


class Text:
    """A text that is open in the editor.

    `source` is the text in its version `number`. `folder` is its folder, and `name` its name in the
    folder. `is_stale` is true if it has changed since the last check began. `published` are the
    diagnostics that the editor has.
    """

    def __init__(self, folder: str, name: str, source: str, number: int) -> None:
        self.folder = folder
        self.name = name
        self.source = source
        self.number = number
        self.is_stale = True
        self.checking: asyncio.Task[None] | None = None
        self.published: list[types.Diagnostic] | None = None
        self.published_version: int | None = None


class TenantlintServer(LanguageServer):
    """The server, with its open texts and the workers of its folders."""

    def __init__(self, options: Options, as_of: date | None) -> None:
        super().__init__(
            "tenantlint",
            version("tenantlint"),
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
        )
        # The library ends lines at characters that do not end a line in the protocol.
        self.protocol.fm.builtin_features.pop(types.TEXT_DOCUMENT_DID_CHANGE)
        self._options = options
        self._as_of = as_of
        self._texts: dict[str, Text] = {}
        self._workers: dict[str, WorkerProcess] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.was_shut_down = False

    @property
    def day(self) -> date:
        """The day on which texts are judged."""
        return self._as_of or utc_today()

    # Texts

    def open(self, uri: str, source: str, number: int) -> None:
        """Add a text, and check it."""
        path = to_fs_path(uri) if uri.startswith("file:") else None
        if path is None:
            return  # a text without a file has no configuration
        folder = self._folder_of(path)
        name = os.path.relpath(path, folder).replace(os.sep, "/")
        self._texts[uri] = Text(folder, name, source, number)
        self.check(uri)

    def change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Change a text, and check it."""
        uri = params.text_document.uri
        text = self._texts.get(uri)
        if text is not None:
            text.source = edited(text.source, params.content_changes, self._encoding)
            text.number = params.text_document.version
            self.check(uri)

    def check(self, uri: str) -> None:
        """Check a text. Edits during a check are checked together afterwards."""
        text = self._texts.get(uri)
        if text is None:
            return
        text.is_stale = True
        if text.checking is None:
            text.checking = asyncio.create_task(self._check(uri, text))

    def close(self, uri: str) -> None:
        """Remove a text, and its diagnostics."""
        text = self._texts.pop(uri, None)
        if text is not None:
            self._worker(text.folder).close_file(Place(text.name, "", self.day))
            self._publish(uri, None, [])
            is_used = any(other.folder == text.folder for other in self._texts.values())
            if not is_used and text.folder not in self._folders():
                self._run(self._workers.pop(text.folder).stop())

    def recheck(self, *, revive: bool = False) -> None:
        """Check all texts again; with `revive` also in folders whose worker has died."""
        if revive:
            for worker in self._workers.values():
                worker.revive()
        for uri in self._texts:
            self.check(uri)

    async def _check(self, uri: str, text: Text) -> None:
        try:
            while text.is_stale and self._texts.get(uri) is text:
                text.is_stale = False
                positions, number = Positions(text.source, self._encoding), text.number
                answer = await self._worker(text.folder).ask(
                    Question("check", Place(text.name, positions.text, self.day))
                )
                if not text.is_stale and self._texts.get(uri) is text:
                    self._show(uri, text, positions, number, answer)
        except Exception as error:
            # Without diagnostics, the text would seem to have no findings.
            reason = f"{text.name}: internal error: {describe_error(error)}"
            self._publish(uri, None, to_protocol.no_verdict((reason,)))
        finally:
            text.checking = None

    def _show(
        self, uri: str, text: Text, positions: Positions, number: int | None, answer: Answer
    ) -> None:
        """Publish the diagnostics of an answer, unless the editor has them already."""
        checked: Checked | None = answer.value
        if checked is None:
            found = to_protocol.no_verdict((answer.failure,))
        else:
            found = to_protocol.diagnostics(checked, positions, self._uri_of(text))
        if text.published != found or text.published_version != number:
            text.published, text.published_version = found, number
            self._publish(uri, number, found)

    def _publish(self, uri: str, number: int | None, found: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri, version=number, diagnostics=found)
        )

    @property
    def _encoding(self) -> str:
        """The encoding in whose units the editor counts columns."""
        encoding = self.workspace.position_encoding or UTF16
        return str(getattr(encoding, "value", encoding))

    def _uri_of(self, text: Text) -> Callable[[str], str]:
        def uri_of(name: str) -> str:
            return from_fs_path(os.path.join(text.folder, name)) or name

        return uri_of

    def version_of(self, uri: str) -> int | None:
        """Return the version of an open text."""
        text = self._texts.get(uri)
        return None if text is None else text.number

    # Questions about a place

    async def ask(
        self,
        kind: Kind,
        uri: str,
        position: types.Position | None = None,
        end: types.Position | None = None,
    ) -> tuple[Any, Positions]:
        """Return the answer to a question about a text, and the positions in the text.

        The answer is None if the text is not open.
        """
        text = self._texts.get(uri)
        positions = Positions("" if text is None else text.source, self._encoding)
        if text is None:
            return None, positions
        begin = (0, 0) if position is None else positions.characters(position)
        stop = begin if end is None else positions.characters(end)
        place = Place(text.name, positions.text, self.day, *begin, *stop)
        answer = await self._worker(text.folder).ask(Question(kind, place))
        return answer.value, positions

    # Folders

    def _folder_of(self, path: str) -> str:
        """Return the innermost workspace folder that contains a file, else the file's folder."""
        absolute = Path(os.path.abspath(path))
        holding = [folder for folder in self._folders() if absolute.is_relative_to(folder)]
        return max(holding, key=len, default=str(absolute.parent))

    def _folders(self) -> list[str]:
        """Return the workspace folders."""
        names = [to_fs_path(item.uri) for item in self.workspace.folders.values()]
        if not names and self.workspace.root_path:
            names = [self.workspace.root_path]
        return [os.path.abspath(name) for name in names if name]

    def _worker(self, folder: str) -> WorkerProcess:
        if folder not in self._workers:
            self._workers[folder] = WorkerProcess(folder, self._options)
        return self._workers[folder]

    async def reassign(self) -> None:
        """Assign each text to its folder again, after the workspace folders have changed."""
        for uri in list(self._texts):
            text = self._texts[uri]
            self.close(uri)
            self.open(uri, text.source, text.number)
        used = {*self._folders(), *(text.folder for text in self._texts.values())}
        unused = [self._workers.pop(folder) for folder in {*self._workers} - used]
        for worker in unused:
            await worker.stop()

    # Time

    def start_ticking(self) -> None:
        """Start to check all texts again when the day changes."""
        self._run(self._tick())

    async def _tick(self) -> None:
        day = self.day
        while True:
            await asyncio.sleep(min(_TICK_SECONDS, seconds_to_midnight(datetime.now(UTC))))
            if self.day != day:
                day = self.day
                self.recheck()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop_workers(self) -> None:
        """Stop the workers of all folders."""
        workers = [*self._workers.values()]
        self._workers.clear()
        await asyncio.gather(*(worker.stop() for worker in workers))


def seconds_to_midnight(now: datetime) -> float:
    """Return the seconds until shortly after the next midnight."""
    midnight = datetime.combine(now.date() + timedelta(1), datetime.min.time(), UTC)
    return (midnight - now).total_seconds() + 0.05
