"""Complete keys, values, and ids of subscriptions, partners and users at the cursor."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from validator.document.reader import DOCUMENT_START, Document
from validator.document.span_locator import SpanLocator
from validator.findings.builtin import can_be_hidden
from validator.findings.diagnostic import Span
from validator.findings.wording import WORDS_OF_YAML
from validator.lsp.cursor import Cursor, cursor_at
from validator.lsp.folder import Folder, Opened
from validator.lsp.messages import Place, Proposal
from validator.lsp.node_path import offset_of
from validator.lsp.schema_lookup import ITEM, description, keys_at, schema_at, shape
from validator.system.patterns import compiled
from validator.tenant.subscription_standing import state_sentence, subscription_standing
from validator.tenant.tenant_on import TenantOn

_PLAIN = re.compile(r"[A-Za-z][\w./@+-]*")
_SUPPRESSION = re.compile(
    r"#[ \t]*tenantlint[ \t]*:[ \t]*ignore(?:-file)?[ \t]*\[(?:[^\[\]]*,)?[ \t]*"
    r"(?P<id>[a-zA-Z0-9-]*)\Z"
)
_HEAD = re.compile(r"(?:[ \t\r]*(?:[#%][^\n]*)?\n)*+(?=---)")
"""The comments and directives before the mark of the first document."""
_REST_OF_KEY = re.compile(r"[\w.-]*[\"']?[ \t]*:")
_WORD = re.compile(r"[\w.@+-]*")
_QUOTES = ("'", '"')
_SUBSCRIPTION_PATHS = (
    ("users", ITEM, "assignments", ITEM),
    ("users", ITEM, "assignments", ITEM, "subscription"),
    ("usage", ITEM, "subscription"),
)
_MOST = 2_000


class _Value(NamedTuple):
    text: str
    detail: str = ""
    documentation: str = ""
    is_reference: bool = False


def complete(folder: Folder, place: Place) -> tuple[Proposal, ...]:
    """Return the completions at a place; ids come from the last text that could be read."""
    offset = offset_of(place.text, place.line, place.column)
    cursor = cursor_at(place.text, offset)
    if cursor is None:
        return tuple(_ids_of_comment(folder, place, offset))
    typed = place.text[cursor.start : offset]
    end = _end_of_word(place.text, offset)
    is_closed = typed[:1] in _QUOTES and place.text.startswith(typed[:1], end)
    end += is_closed
    span = SpanLocator(place.text).span_between(cursor.start, end)
    found = list(_keys(cursor, span, place.text, end)) if cursor.can_be_key else []
    if cursor.can_be_value:
        opened = folder.readable(place)
        values = _values(cursor, opened, _document_number(place.text, offset))
        found += (_proposal(value, span, typed) for value in values)
    # A colon and a dash need a space after them.
    space = " " if place.text[max(cursor.start - 1, 0) : cursor.start] in (":", "-") else ""
    return tuple(item._replace(text=f"{space}{item.text}") for item in found[:_MOST])


def _end_of_word(text: str, offset: int) -> int:
    """Return the end of the word at the cursor, which a completion replaces."""
    match = _WORD.match(text, offset)
    return offset if match is None else match.end()


def _document_number(text: str, offset: int) -> int:
    """Return the number of the document at an offset; the first one is 0."""
    head = _HEAD.match(text)
    marks = compiled(DOCUMENT_START).finditer(text, head.end() + 1 if head else 0, offset)
    return sum(1 for _ in marks)


def _ids_of_comment(folder: Folder, place: Place, offset: int) -> Iterator[Proposal]:
    """Yield the ids for a suppression at the cursor; ids of nearby findings are first."""
    start = place.text.rfind("\n", 0, offset) + 1
    match = _SUPPRESSION.search(place.text, start, offset)
    if match is None:
        return
    opened = folder.open(place)
    span = SpanLocator(place.text).span_between(match.start("id"), offset)
    near = sorted(
        {
            item.id: abs(item.span.line - span.line)
            for item in opened.result.diagnostics
            if item.topic != "suppression"  # often about the comment that is being written
        }.items(),
        key=lambda item: item[1],
    )
    policies = opened.loaded.selection.plugins.policies
    for id in dict.fromkeys((*(name for name, _ in near), *policies)):
        page = folder.page(id, place.day)
        if page is not None and can_be_hidden(id):
            yield Proposal(id, "value", page.severity, page.title, id, span)


def _keys(cursor: Cursor, span: Span, text: str, end: int) -> Iterator[Proposal]:
    """Yield the keys that the mapping at the cursor lacks; required keys are first."""
    keys = sorted(keys_at(cursor.path), key=lambda item: not item[2])
    has_colon = _REST_OF_KEY.match(text, end) is not None
    quote = text[cursor.start] if text[cursor.start : end][:1] in _QUOTES else ""
    for key, schema, is_required in keys:
        if key in cursor.entry:
            continue
        detail = f"{shape(schema)}{', required' if is_required else ''}"
        colon = "" if has_colon else ": "
        inserted = f"{quote}{key}{quote}{colon}"
        yield Proposal(key, "key", detail, description(schema), inserted, span)


def _proposal(value: _Value, span: Span, typed: str) -> Proposal:
    quote = typed[:1] if typed[:1] in _QUOTES else ""
    text = value.text
    if quote == '"' or (not quote and value.is_reference and not _is_plain(text)):
        text = json.dumps(text, ensure_ascii=False)
    elif quote:
        text = "'{}'".format(text.replace("'", "''"))
    kind: Literal["reference", "value"] = "reference" if value.is_reference else "value"
    return Proposal(value.text, kind, value.detail, value.documentation, text, span)


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and text.lower() not in WORDS_OF_YAML


def _values(cursor: Cursor, opened: Opened | None, document: int) -> Iterable[_Value]:
    """Return the values that can be written at the cursor."""
    path = cursor.path
    if path in _SUBSCRIPTION_PATHS:
        return _subscriptions(opened, document)
    if path == ("subscriptions", ITEM, "partner"):
        items = _items(opened, document, "partners")
        return [_Value(id, str(item.get("name") or ""), "", True) for id, item in items]
    if path == ("partners", ITEM, "approved_by"):
        return _administrators(opened, document)
    schema = schema_at(path) or {}
    values = [*_schema_values(schema)]
    if path == ("users", ITEM, "assignments", ITEM, "license"):
        return _licenses(values, opened, document, cursor.entry.get("subscription", ""))
    return values


def _schema_values(schema: Mapping[str, Any]) -> Iterator[_Value]:
    words = description(schema)
    default = schema.get("default")
    for value in schema.get("enum", ()):
        yield _Value(str(value), "default" if value == default else "", words)
    if "const" in schema:
        yield _Value(str(schema["const"]), "", words)
    if schema.get("type") == "boolean":
        for flag in (True, False):
            yield _Value(str(flag).lower(), "default" if flag is default else "", words)
    elif "enum" not in schema and not isinstance(default, bool | list) and default is not None:
        yield _Value(str(default), "default", words)


def _documents(opened: Opened | None, number: int) -> Iterator[Document]:
    """Yield the document with a number, or the last one if the readable text has fewer."""
    documents = () if opened is None else opened.file.documents
    if documents:
        yield documents[min(number, len(documents) - 1)]


def _items(opened: Opened | None, number: int, section: str) -> Iterator[tuple[str, Any]]:
    """Yield the unique ids in a list, with their items."""
    seen: set[str] = set()
    for document in _documents(opened, number):
        value = document.value
        items = value.get(section) if isinstance(value, dict) else None
        for item in items if isinstance(items, list) else ():
            id = item.get("id") if isinstance(item, dict) else None
            if isinstance(id, str) and id and id not in seen:
                seen.add(id)
                yield id, item


def _subscriptions(opened: Opened | None, number: int) -> Iterator[_Value]:
    """Yield the ids of subscriptions, with their states."""
    standing: dict[str, str] = {}
    for document in _documents(opened, number):
        tenant = None if opened is None else opened.file.document_checks[document.index].tenant
        if tenant is not None and opened is not None:
            settings = opened.loaded.selection.settings
            on = TenantOn(tenant, settings.as_of, settings.expiring_within)
            for item in reversed(tenant.subscriptions[:_MOST]):
                standing[item.id] = state_sentence(subscription_standing(on, item))
    for id, item in _items(opened, number, "subscriptions"):
        services = item.get("entitlements")
        names = ", ".join(map(str, services)) if isinstance(services, dict) else ""
        yield _Value(id, str(item.get("name") or names), standing.get(id, names), True)


def _administrators(opened: Opened | None, number: int) -> Iterator[_Value]:
    for document in _documents(opened, number):
        value = document.value
        users = value.get("users") if isinstance(value, dict) else None
        for user in users if isinstance(users, list) else ():
            roles = user.get("roles") if isinstance(user, dict) else None
            if isinstance(roles, list) and "administrator" in roles and user.get("email"):
                name = str(user.get("name") or "")
                yield _Value(str(user["email"]), name, "", True)


def _licenses(
    values: list[_Value], opened: Opened | None, number: int, subscription: str
) -> list[_Value]:
    """Return the services; services that the subscription lists are first."""
    listed: Any = ()
    for id, item in _items(opened, number, "subscriptions"):
        if id == subscription:
            listed = item.get("entitlements") or ()
    first = [
        value._replace(detail=f"listed by {subscription}")
        for value in values
        if value.text in listed
    ]
    return [*first, *(value for value in values if value.text not in listed)]
