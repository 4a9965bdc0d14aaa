"""Describe the value under the mouse."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from validator.checking.document_check import DocumentCheck
from validator.document.span_locator import SpanLocator
from validator.findings.diagnostic import Diagnostic, Span
from validator.findings.report import Page
from validator.lsp.folder import Folder, Opened
from validator.lsp.messages import Explanation, Place
from validator.lsp.node_path import NodeAt, document_at, node_at, offset_of
from validator.lsp.schema_lookup import description, schema_at, shape
from validator.reporters.escaping import escape_markdown
from validator.tenant.model import Subscription, Tenant, User
from validator.tenant.subscription_standing import (
    primary_sentence,
    service_sentence,
    state_sentence,
    subscription_standing,
)
from validator.tenant.tenant_on import TenantOn
from validator.tenant.tenant_standing import tenant_sentences, tenant_standing
from validator.tenant.user_standing import (
    assignment_sentence,
    cover_sentence,
    license_sentence,
    remark_sentence,
    user_standing,
)

_COMMENT = re.compile(r"#[ \t]*tenantlint[ \t]*:[ \t]*ignore(?:-file)?[ \t]*\[([^\[\]\r\n]*)\]")
_ID = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_MOST_PARTS = 12
_MOST_PAGES = 3


def hover(folder: Folder, place: Place) -> Explanation | None:
    """Return a description of a place: its key, its state, and the pages of its findings."""
    opened = folder.open(place)
    offset = offset_of(place.text, place.line, place.column)
    spans = SpanLocator(place.text)
    commented = _page_of_comment(folder, place, spans, offset)
    if commented is not None:
        return commented
    parts: list[str] = []
    span: Span | None = None
    document = document_at(opened.file.documents, offset)
    node = None
    if document is not None:
        node = node_at(document, offset)
        span = spans.span_between(node.start, node.end)
        check = opened.file.document_checks[document.index]
        parts += _about_value(opened, check, node)
    here = _findings_at(opened.result.diagnostics, place)
    pages = dict.fromkeys(item.id for item in here)
    for id in islice(pages, _MOST_PAGES):
        page = folder.page(id, place.day)
        if page is not None:
            parts.append(page_markdown(id, page))
    if here:
        span = here[0].span
    return Explanation("\n\n---\n\n".join(parts), span) if parts and span is not None else None


def page_markdown(id: str, page: Page) -> str:
    """Return the page of a finding, with its address."""
    address = f"\n\n[{id}]({page.address})" if page.address else ""
    return f"### {id}\n\n{page.severity}, {page.topic}\n\n{page.text}{address}"


def _page_of_comment(
    folder: Folder, place: Place, spans: SpanLocator, offset: int
) -> Explanation | None:
    """Return the page of the id at an offset, if the id is in a suppression."""
    start = place.text.rfind("\n", 0, offset) + 1
    end = place.text.find("\n", offset)
    line_end = len(place.text) if end < 0 else end
    for match in _COMMENT.finditer(place.text, start, line_end):
        for id in _ID.finditer(place.text, match.start(1), match.end(1)):
            if id.start() <= offset <= id.end():
                page = folder.page(id[0], place.day)
                if page is not None:
                    span = spans.span_between(id.start(), id.end())
                    return Explanation(page_markdown(id[0], page), span)
    return None


def _findings_at(diagnostics: Sequence[Diagnostic], place: Place) -> list[Diagnostic]:
    """Return the findings whose span contains the place; the shortest span is first."""
    line, column = place.line + 1, place.column + 1
    found = [
        item
        for item in diagnostics
        if (item.span.line, item.span.column) <= (line, column)
        and (line, column) <= (item.span.end_line, item.span.end_column)
    ]
    return sorted(found, key=lambda item: _extent(item.span))


def _extent(span: Span) -> tuple[int, int]:
    """Return the lines and the columns between the start and the end of a span."""
    return span.end_line - span.line, span.end_column - span.column


def _about_value(opened: Opened, check: DocumentCheck, node: NodeAt) -> Iterator[str]:
    schema = schema_at(node.parts)
    if schema is not None and node.parts and not node.parts[-1].isdecimal():
        words = description(schema)
        kind = shape(schema)
        yield (
            f"**{escape_markdown(node.parts[-1])}**"
            + (f" `{kind}`" if kind else "")
            + (f"\n\n{words}" if words else "")
        )
    if check.tenant is not None:
        settings = opened.loaded.selection.settings
        on = TenantOn(check.tenant, settings.as_of, settings.expiring_within)
        yield from _standings(check.tenant, on, node)


def _standings(tenant: Tenant, on: TenantOn, node: NodeAt) -> Iterator[str]:
    """Yield the state of the subscription or user at a node, and of what it refers to."""
    section, number, *rest = (*node.parts, "", "")
    if section == "tenant":
        yield tenant_markdown(on)
    if not number.isdecimal():
        return
    index = int(number)
    if section == "subscriptions" and index < len(tenant.subscriptions):
        service = rest[1] if rest[0] == "entitlements" and len(rest) > 1 else ""
        yield subscription_markdown(on, tenant.subscriptions[index], service)
    elif section == "users" and index < len(tenant.users):
        user = tenant.users[index]
        position = rest[1] if rest[0] == "assignments" and len(rest) > 1 else ""
        if position.isdecimal() and int(position) < len(user.assignments):
            subscription = on.subscription(user.assignments[int(position)].subscription)
            yield user_markdown(on, user)
            if subscription is not None:
                yield subscription_markdown(on, subscription)
        else:
            yield user_markdown(on, user)
    elif section == "usage" and index < len(tenant.usage):
        subscription = on.subscription(tenant.usage[index].subscription or "")
        if subscription is not None:
            yield subscription_markdown(on, subscription)
    elif section == "partners" and index < len(tenant.partners):
        partner = tenant.partners[index]
        for item in islice(
            (item for item in tenant.subscriptions if item.partner == partner.id), _MOST_PARTS
        ):
            yield subscription_markdown(on, item)


def tenant_markdown(on: TenantOn) -> str:
    """Return the state of a tenant as Markdown."""
    lines = [f"- {escape_markdown(text)}" for text in tenant_sentences(tenant_standing(on))]
    return "\n".join((f"**{escape_markdown(on.organisation.name)}**", "", *lines))


def subscription_markdown(on: TenantOn, item: Subscription, service: str = "") -> str:
    """Return the state of a subscription as Markdown; the line of `service` is first."""
    standing = subscription_standing(on, item)
    name = f" ({item.name})" if item.name else ""
    lines = [f"**{escape_markdown(state_sentence(standing) + name)}**", ""]
    services = sorted(standing.services, key=lambda part: part.service != service)
    sentences = [primary_sentence(standing)]
    if not item.has_entitlements:
        sentences.append("it lists no entitlements")
    listed = [service_sentence(standing, part) for part in services]
    sentences = [*listed, *sentences] if service else [*sentences, *listed]
    lines += [f"- {escape_markdown(sentence)}" for sentence in sentences]
    return "\n".join(lines)


def user_markdown(on: TenantOn, user: User) -> str:
    """Return the state of a user as Markdown."""
    standing = user_standing(on, user)
    remark = remark_sentence(standing)
    sentences = [remark] if remark else []
    sentences += [assignment_sentence(part) for part in standing.assignments[:_MOST_PARTS]]
    sentences += [f"licence {license_sentence(part)}" for part in standing.licenses[:_MOST_PARTS]]
    lines = [f"**{escape_markdown(cover_sentence(standing))}**", ""]
    return "\n".join([*lines, *(f"- {escape_markdown(sentence)}" for sentence in sentences)])
