"""Find the definition of an id, and build the outline of a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from validator.document.nodes import MAPPING, SEQUENCE, Nodes, key_text
from validator.document.reader import Document
from validator.document.span_locator import SpanLocator
from validator.findings.diagnostic import Span
from validator.findings.json_pointer import pointer
from validator.lsp.folder import Folder
from validator.lsp.messages import Place, Symbol
from validator.lsp.node_path import document_at, node_at, offset_of, value_at

_KINDS: dict[str, Any] = {
    "subscriptions": "subscription",
    "users": "user",
    "partners": "partner",
    "usage": "usage",
}


def define(folder: Folder, place: Place) -> tuple[Span, ...]:
    """Return where the subscription, partner or user at a place is defined; empty if nowhere."""
    opened = folder.open(place)
    offset = offset_of(place.text, place.line, place.column)
    document = document_at(opened.file.documents, offset)
    if document is None:
        return ()
    node = node_at(document, offset)
    value = value_at(document.value, node.parts)
    section, key = _definition_of(node.parts)
    if node.is_key or not isinstance(value, str) or not section:
        return ()
    items = value_at(document.value, (section,))
    if not isinstance(items, list):
        return ()
    spans = SpanLocator(place.text)
    wanted = value.lower() if key == "email" else value
    for number, item in enumerate(items):
        found = item.get(key) if isinstance(item, dict) else None
        if isinstance(found, str) and (found.lower() if key == "email" else found) == wanted:
            return (spans.span(document, pointer(section, number, key)),)
    return ()


def _definition_of(parts: tuple[str, ...]) -> tuple[str, str]:
    """Return the list and the key that define the id at a path; empty if there is no id."""
    match parts:
        case ("users", _, "assignments", _) | ("users", _, "assignments", _, "subscription"):
            return "subscriptions", "id"
        case ("usage", _, "subscription"):
            return "subscriptions", "id"
        case ("subscriptions", _, "partner"):
            return "partners", "id"
        case ("partners", _, "approved_by"):
            return "users", "email"
        case (("subscriptions" | "partners") as section, _, "id"):
            return section, "id"
    return "", ""


def symbols(folder: Folder, place: Place) -> tuple[Symbol, ...]:
    """Return the outline: tenants with their subscriptions, users, partners and usage.

    If the text cannot be read, the outline is that of its last version that could be read.
    """
    opened = folder.readable(place)
    if opened is None:
        return ()
    spans = SpanLocator(opened.text)
    found = (_tenant(item, spans, opened.text) for item in opened.file.documents)
    return tuple(symbol for symbol in found if symbol is not None)


def _tenant(document: Document, spans: SpanLocator, text: str) -> Symbol | None:
    nodes = document.nodes
    if not document.is_readable or nodes.kind(0) != MAPPING:
        return None
    tenant = value_at(document.value, ("tenant",))
    name, id = (value_at(tenant, (key,)) for key in ("name", "id"))
    children: list[Symbol] = []
    for key, value in nodes.children(0):
        section = key_text(nodes.key_name(key) or "") if key is not None else ""
        if key is None or section not in _KINDS or nodes.kind(value) != SEQUENCE:
            continue
        items = value_at(document.value, (section,))
        inner = tuple(_items(nodes, value, items, section, spans, text))
        children.append(
            Symbol(
                section,
                "list",
                f"{len(inner)}",
                _span(nodes, key, value, spans, text),
                spans.span_between(*nodes.offsets(key)),
                inner,
            )
        )
    whole = _span(nodes, 0, 0, spans, text)
    first = spans.span(document, "")
    label = name if isinstance(name, str) and name else "tenant"
    detail = id if isinstance(id, str) else ""
    return Symbol(label, "tenant", detail, whole, first, tuple(children))


def _items(
    nodes: Nodes, node: int, items: Any, section: str, spans: SpanLocator, text: str
) -> Iterator[Symbol]:
    for number, (_, value) in enumerate(nodes.children(node)):
        item = items[number] if isinstance(items, list) and number < len(items) else None
        if not isinstance(item, dict):
            continue
        name, detail = _label(section, item)
        span = _span(nodes, value, value, spans, text)
        start, end = nodes.offsets(value)
        line = text[start:end].partition("\n")[0].rstrip()
        first = spans.span_between(start, start + len(line))
        yield Symbol(name or section, _KINDS[section], detail, span, first)


def _label(section: str, item: dict[str, Any]) -> tuple[str, str]:
    """Return the name and the detail of an item of a list."""
    keys: Sequence[str] = {
        "subscriptions": ("id", "name"),
        "users": ("email", "name"),
        "partners": ("id", "name"),
        "usage": ("month", "service"),
    }[section]
    first, second = (str(item.get(key) or "") for key in keys)
    if section == "usage":
        return f"{first} {second}".strip(), f"{item.get('quantity', '')}"
    return first, second


def _span(nodes: Nodes, first: int, last: int, spans: SpanLocator, text: str) -> Span:
    """Return the span from the start of a node to the end of another, without trailing space."""
    start, end = nodes.offsets(first)[0], nodes.offsets(last)[1]
    while end > start and text[end - 1].isspace():
        end -= 1
    return spans.span_between(start, end)
