"""The features of the language server: handlers of notifications and requests."""

import logging
from collections.abc import Sequence
from datetime import date
from functools import partial

from lsprotocol import types

from validator.lsp import to_protocol
from validator.lsp.messages import Options
from validator.lsp.server import TenantlintServer
from validator.system.garbage_collector import collect_garbage_by_itself

_TRIGGERS = [" ", ":", "-", "[", "{", ","]
_ACTION_KINDS = [types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]
_WATCHED = ("**/*.toml", "**/*.yaml", "**/*.yml")


def make_server(options: Options, as_of: date | None) -> TenantlintServer:
    """Return the server with its features."""
    server = TenantlintServer(options, as_of)

    @server.feature(types.INITIALIZED)
    def _initialized(_: types.InitializedParams) -> None:
        server.start_ticking()
        _watch_files(server)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def _did_open(params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        server.open(item.uri, item.text, item.version)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def _did_change(params: types.DidChangeTextDocumentParams) -> None:
        server.change(params)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _did_save(_: types.DidSaveTextDocumentParams) -> None:
        server.recheck(revive=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _did_change_files(_: types.DidChangeWatchedFilesParams) -> None:
        server.recheck(revive=True)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def _did_change_folders(_: types.DidChangeWorkspaceFoldersParams) -> None:
        await server.reassign()

    @server.feature(types.SHUTDOWN)
    async def _shutdown(_: None) -> None:
        server.was_shut_down = True
        await server.stop_workers()

    _add_questions(server)
    return server


def _add_questions(server: TenantlintServer) -> None:
    """Add the features that handle requests about a position."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def _hover(params: types.HoverParams) -> types.Hover | None:
        found, positions = await server.ask("hover", params.text_document.uri, params.position)
        return None if found is None else to_protocol.hover(found, positions)

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=_TRIGGERS)
    )
    async def _complete(params: types.CompletionParams) -> types.CompletionList:
        found, positions = await server.ask("complete", params.text_document.uri, params.position)
        items = [
            to_protocol.completion(item, number, positions)
            for number, item in enumerate(found or ())
        ]
        return types.CompletionList(is_incomplete=False, items=items)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def _define(params: types.DefinitionParams) -> list[types.Location]:
        uri = params.text_document.uri
        found, positions = await server.ask("define", uri, params.position)
        return [types.Location(uri, positions.range(span)) for span in found or ()]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def _symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        found, positions = await server.ask("symbols", params.text_document.uri)
        return [to_protocol.symbol(item, positions) for item in found or ()]

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=_ACTION_KINDS)
    )
    async def _fix(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await _actions(server, params)


async def _actions(
    server: TenantlintServer, params: types.CodeActionParams
) -> list[types.CodeAction]:
    """Return the requested actions: the fixes in a range, and all safe fixes of the text."""
    uri, context = params.text_document.uri, params.context
    number = server.version_of(uri)
    convert = partial(to_protocol.code_action, has_versions=_knows_versions(server))
    found: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix, context.only):
        start, end = params.range.start, params.range.end
        repairs, positions = await server.ask("fixes", uri, start, end)
        found += [
            convert(
                item, types.CodeActionKind.QuickFix, uri, number, context.diagnostics, positions
            )
            for item in repairs or ()
        ]
    if context.only and _is_wanted(types.CodeActionKind.SourceFixAll, context.only):
        repair, positions = await server.ask("fix all", uri)
        if repair is not None:
            kind = types.CodeActionKind.SourceFixAll
            found.append(convert(repair, kind, uri, number, (), positions))
    return found


def _knows_versions(server: TenantlintServer) -> bool:
    """Return whether the editor can apply edits to a version of a text."""
    workspace = server.client_capabilities.workspace
    edit = None if workspace is None else workspace.workspace_edit
    return edit is not None and bool(edit.document_changes)


def _is_wanted(
    kind: types.CodeActionKind, only: Sequence[types.CodeActionKind | str] | None
) -> bool:
    """Return whether an editor requests this kind; if it names no kinds, it requests all."""
    names = [getattr(item, "value", item) for item in only or ()]
    return not names or any(f"{kind.value}.".startswith(f"{name}.") for name in names)


def _watch_files(server: TenantlintServer) -> None:
    """Register for changes to configurations and policy files, if the editor supports it."""
    workspace = server.client_capabilities.workspace
    watched = None if workspace is None else workspace.did_change_watched_files
    if watched is None or not watched.dynamic_registration:
        return
    watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
    server.client_register_capability(
        types.RegistrationParams(
            [
                types.Registration(
                    id="tenantlint-files",
                    method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                    register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers),
                )
            ]
        )
    )


def serve(options: Options, as_of: date | None) -> bool:
    """Serve the editor on standard input and output until it disconnects.

    Returns whether the editor had requested a shutdown, which decides about the exit code (LSP).
    """
    # The editor receives the errors of pygls; standard error must not have tracebacks.
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    collect_garbage_by_itself()
    server = make_server(options, as_of)
    server.start_io()
    return server.was_shut_down
