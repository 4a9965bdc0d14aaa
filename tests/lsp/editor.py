"""A language client that edits files as an editor does, and waits for diagnostics."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

from tests.conftest import COMMAND

SECONDS = 30


class Editor:
    """An editor that is connected to a server."""

    def __init__(self, client: LanguageClient) -> None:
        self.client: Any = client
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.published: list[types.PublishDiagnosticsParams] = []
        self.arrived = asyncio.Event()
        self.registered: list[types.Registration] = []

    def receive(self, params: types.PublishDiagnosticsParams) -> None:
        """Store diagnostics that the server publishes."""
        self.published.append(params)
        self.client.diagnostics[params.uri] = params.diagnostics
        self.arrived.set()

    def register(self, params: types.RegistrationParams) -> None:
        """Store the capabilities that the server registers."""
        self.registered += params.registrations

    async def open(self, file: Path, text: str) -> Sequence[types.Diagnostic]:
        """Open a file with a text; return the diagnostics."""
        self.show(file, text)
        return await self.diagnostics(file)

    def show(self, file: Path, text: str) -> None:
        """Open a file with a text."""
        uri = file.as_uri()
        self.texts[uri], self.versions[uri] = text, 1
        item = types.TextDocumentItem(uri, "yaml", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def close(self, file: Path) -> None:
        """Close a file."""
        identifier = types.TextDocumentIdentifier(file.as_uri())
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(identifier))

    def change(self, file: Path, text: str) -> None:
        """Change the text of an open file."""
        uri = file.as_uri()
        before, self.texts[uri] = self.texts[uri], text
        self.versions[uri] += 1
        # Most editors send the changed part of a text; every third change sends the whole text.
        change = (
            types.TextDocumentContentChangeWholeDocument(text)
            if self.versions[uri] % 3 == 0
            else difference(before, text)
        )
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[uri], uri), [change]
            )
        )

    async def edit(self, file: Path, text: str) -> Sequence[types.Diagnostic]:
        """Change the text of an open file; return the diagnostics of the new text."""
        self.change(file, text)
        return await self.diagnostics(file)

    async def diagnostics(self, file: Path) -> Sequence[types.Diagnostic]:
        """Wait for the diagnostics of the current version of a file."""
        uri = file.as_uri()

        def is_there() -> bool:
            last = self._last(uri)
            return last is not None and last.version == self.versions[uri]

        await self._wait(is_there)
        found: Sequence[types.Diagnostic] = self.client.diagnostics[uri]
        return found

    async def wait_for(self, file: Path, *codes: str) -> None:
        """Wait until a file's diagnostics have exactly the given codes."""

        def is_there() -> bool:
            last = self._last(file.as_uri())
            return last is not None and tuple(item.code for item in last.diagnostics) == codes

        await self._wait(is_there)

    async def wait_for_messages(self, file: Path, *messages: str) -> None:
        """Wait until a file's diagnostics have exactly the given messages."""

        def is_there() -> bool:
            last = self._last(file.as_uri())
            found = () if last is None else last.diagnostics
            return last is not None and tuple(item.message for item in found) == messages

        await self._wait(is_there)

    async def _wait(self, is_there: Any) -> None:
        async with asyncio.timeout(SECONDS):
            while not is_there():
                self.arrived.clear()
                await self.arrived.wait()

    def _last(self, uri: str) -> types.PublishDiagnosticsParams | None:
        return next((item for item in reversed(self.published) if item.uri == uri), None)

    def changed_on_disk(self, file: Path) -> None:
        """Notify the server that a file has changed on disk."""
        event = types.FileEvent(file.as_uri(), types.FileChangeType.Changed)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    async def hover(self, file: Path, word: str, nth: int = 0) -> str:
        """Return the hover text for the middle of the nth occurrence of a word."""
        params = types.HoverParams(*self._at(file, word, nth))
        answer = await self.client.text_document_hover_async(params)
        if answer is None:
            return ""
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    async def complete(self, file: Path, text: str) -> dict[str, types.CompletionItem]:
        """Change the file to the text without its `|`; return the completions at that place."""
        offset = text.index("|")
        self.change(file, text.replace("|", "", 1))
        params = types.CompletionParams(*self._position(file, offset))
        answer = await self.client.text_document_completion_async(params)
        assert isinstance(answer, types.CompletionList)
        return {item.label: item for item in answer.items}

    async def define(self, file: Path, word: str, nth: int = 0) -> list[str]:
        """Return the line and the text of each definition of the nth occurrence of a word."""
        params = types.DefinitionParams(*self._at(file, word, nth))
        answer: Any = await self.client.text_document_definition_async(params)
        lines = self.texts[file.as_uri()].splitlines()
        found = [(item.range.start, item.range.end) for item in answer]
        return [
            f"{start.line + 1}: {lines[start.line][start.character : end.character]}"
            for start, end in found
        ]

    async def symbols(self, file: Path) -> Sequence[types.DocumentSymbol]:
        """Return the outline of a file."""
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(file.as_uri()))
        answer: Any = await self.client.text_document_document_symbol_async(params)
        found: Sequence[types.DocumentSymbol] = answer
        return found

    @property
    def server_pid(self) -> int:
        """The id of the server's process."""
        pid: int = self.client._server.pid  # noqa: SLF001 - no public attribute has it
        return pid

    def _at(
        self, file: Path, word: str, nth: int
    ) -> tuple[types.TextDocumentIdentifier, types.Position]:
        text, offset = self.texts[file.as_uri()], -1
        for _ in range(nth + 1):
            offset = text.index(word, offset + 1)
        return self._position(file, offset + len(word) // 2)

    def _position(
        self, file: Path, offset: int
    ) -> tuple[types.TextDocumentIdentifier, types.Position]:
        place = position(self.texts[file.as_uri()], offset)
        return types.TextDocumentIdentifier(file.as_uri()), place


def position(text: str, offset: int) -> types.Position:
    """Convert an offset to a position of the protocol: line and UTF-16 column."""
    lines = re.split(r"\r\n|\r|\n", text[:offset])
    return types.Position(len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2)


def difference(before: str, after: str) -> types.TextDocumentContentChangePartial:
    """Return the change that replaces the part in which two texts differ."""
    least = min(len(before), len(after))
    start = next((i for i in range(least) if before[i] != after[i]), least)
    least -= start
    same = next((i for i in range(least) if before[-1 - i] != after[-1 - i]), least)
    end = len(before) - same
    # A position cannot be between the two characters of a line break.
    start -= any(text[max(start - 1, 0) : start + 1] == "\r\n" for text in (before, after))
    is_inside = before[end - 1 : end + 1] == "\r\n" or (
        after[len(after) - same - 1 : len(after) - same + 1] == "\r\n"
    )
    end += is_inside
    place = types.Range(position(before, start), position(before, end))
    return types.TextDocumentContentChangePartial(
        place, after[start : len(after) - len(before) + end]
    )


@asynccontextmanager
async def editor(
    *folders: Path,
    options: Sequence[str] = (),
    command: Sequence[str] = (),
    configuration: dict[str, Any] | None = None,
) -> AsyncIterator[Editor]:
    """Start a server for the folders and end it; `configuration` has the editor's settings."""
    client = make_test_lsp_client()
    client.set_configuration(configuration or {})
    made = Editor(client)
    features: Any = client.protocol.fm
    features.features.pop(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    features.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: made.receive(params))  # noqa: PLW0108 - pygls inspects the parameters
    features.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: made.register(params))  # noqa: PLW0108
    await client.start_io(*(command or (str(COMMAND), "lsp", *options)))
    await client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities("visual-studio-code"),
            root_uri=folders[0].as_uri() if folders else None,
            workspace_folders=[types.WorkspaceFolder(item.as_uri(), item.name) for item in folders],
        )
    )
    try:
        yield made
    finally:
        await client.shutdown_session()
