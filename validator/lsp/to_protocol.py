"""Convert the results of a worker to the types of the protocol."""

from collections.abc import Callable, Mapping, Sequence

from lsprotocol import types

from validator.findings.diagnostic import Diagnostic, Span
from validator.findings.severity import Severity
from validator.lsp.messages import Checked, Explanation, Proposal, Repair, Symbol
from validator.lsp.positions import Positions

SOURCE = "tenantlint"
NO_VERDICT = "no-verdict"
"""The code of diagnostics that say why there is no verdict."""

_SEVERITIES: Mapping[Severity, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_ITEM_KINDS = {
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.EnumMember,
    "reference": types.CompletionItemKind.Reference,
}
_SYMBOL_KINDS = {
    "tenant": types.SymbolKind.Namespace,
    "list": types.SymbolKind.Array,
    "subscription": types.SymbolKind.Package,
    "user": types.SymbolKind.Object,
    "partner": types.SymbolKind.Interface,
    "usage": types.SymbolKind.Number,
}

AddressOf = Callable[[str], str]
"""Returns the URI of a file by its name in reports."""


def diagnostics(
    checked: Checked, positions: Positions, address_of: AddressOf
) -> list[types.Diagnostic]:
    """Return the diagnostics of a file; the reasons why there is no verdict are first."""
    return [
        *no_verdict(checked.failures),
        *(
            diagnostic(item, checked.pages.get(item.id), positions, address_of)
            for item in checked.diagnostics
        ),
    ]


def no_verdict(reasons: Sequence[str]) -> list[types.Diagnostic]:
    """Return a diagnostic at the start of a file for each reason why there is no verdict."""
    start = types.Position(0, 0)
    lines = [line for reason in reasons for line in reason.splitlines()]
    return [
        types.Diagnostic(
            range=types.Range(start, start),
            severity=types.DiagnosticSeverity.Error,
            code=NO_VERDICT,
            source=SOURCE,
            message=f"no verdict: {line}",
        )
        for line in lines
    ]


def diagnostic(
    item: Diagnostic, page: str | None, positions: Positions, address_of: AddressOf
) -> types.Diagnostic:
    """Return a diagnostic of the protocol; its message ends with the help."""
    related = [
        types.DiagnosticRelatedInformation(
            location=types.Location(address_of(part.file), positions.range(part.span)),
            message=part.message,
        )
        for part in item.related
    ]
    return types.Diagnostic(
        range=positions.range(item.span),
        severity=_SEVERITIES[item.severity],
        code=item.id,
        code_description=None if page is None else types.CodeDescription(href=page),
        source=SOURCE,
        message=f"{item.message}\n{item.help}" if item.help else item.message,
        related_information=related or None,
        data={"path": item.path, "document": item.document},
    )


def hover(item: Explanation, positions: Positions) -> types.Hover:
    """Return a hover of the protocol."""
    content = types.MarkupContent(types.MarkupKind.Markdown, item.markdown)
    return types.Hover(content, positions.range(item.span))


def completion(item: Proposal, number: int, positions: Positions) -> types.CompletionItem:
    """Return an item of a completion; the sort text keeps the items in their order."""
    return types.CompletionItem(
        label=item.label,
        kind=_ITEM_KINDS[item.kind],
        detail=item.detail or None,
        documentation=item.documentation or None,
        sort_text=f"{number:05}",
        filter_text=item.text.lstrip(" "),
        text_edit=types.TextEdit(positions.range(item.span), item.text),
    )


def symbol(item: Symbol, positions: Positions) -> types.DocumentSymbol:
    """Return an item of the outline."""
    return types.DocumentSymbol(
        name=item.name,
        kind=_SYMBOL_KINDS[item.kind],
        detail=item.detail or None,
        range=positions.range(item.span),
        selection_range=positions.range(item.name_span),
        children=[symbol(child, positions) for child in item.children],
    )


def code_action(
    item: Repair,
    kind: types.CodeActionKind,
    uri: str,
    number: int | None,
    found: Sequence[types.Diagnostic],
    positions: Positions,
    *,
    has_versions: bool,
) -> types.CodeAction:
    """Return a fix as an action on a text; `found` are diagnostics of the editor.

    With `has_versions`, the editor can apply edits to a version of a text.
    """
    edits = [
        types.TextEdit(positions.range(Span(*change[:4])), change.text) for change in item.changes
    ]
    edit = types.WorkspaceEdit(changes={uri: edits})
    if has_versions:
        version = types.OptionalVersionedTextDocumentIdentifier(uri, number)
        edit = types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(version, edits)])
    # Other findings in the range can have the same id, and codes of other servers any type.
    fixed = [(finding.id, positions.range(finding.span)) for finding in item.findings]
    return types.CodeAction(
        title=item.title if item.safe else f"{item.title} (a guess)",
        kind=kind,
        diagnostics=[one for one in found if (one.code, one.range) in fixed] or None,
        is_preferred=item.safe or None,
        edit=edit,
    )
