"""Policies without code: a YAML file of CEL expressions, made into policies like any other.

The file may come from the very repository under check: nothing of it runs code, and what does not
end is ended.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from validator.document.encoding import decode
from validator.document.reader import Document, read_documents
from validator.document.span_locator import SpanLocator
from validator.findings.diagnostic import Finding, NoVerdictError, Span
from validator.plugins.cel import Expression, ExpressionError, compiled, shown
from validator.plugins.cel_scope import scopes
from validator.plugins.policy import Policy, UndecidedError
from validator.project.files import FilesError, Source, read_source
from validator.schema.json_schema import Schema
from validator.system.bundled_files import bundled_schema
from validator.system.limits import MAX_SECONDS, BoundError, watched
from validator.tenant.tenant_on import TenantOn

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_BLOCK_SCALAR = re.compile(r"[|>][^\r\n]*(?:\r\n|\r|\n)")
MAX_BYTES = 1_000_000
"""So large a file of policies may be."""

# Policies that have run past their bound are not asked again, and when there are many, none is.
_past_bound: dict[str, str] = {}
_MOST_PAST_BOUND = 12
_TOO_MANY = f"{_MOST_PAST_BOUND} policies have run past their bound"
# How often the clock is asked while elements are looked at.
_ELEMENTS_AT_ONCE = 256


class DeclarationError(NoVerdictError):
    """A file of policies that cannot be used; a line for each cause."""


@dataclass(frozen=True, slots=True)
class _Message:
    """The text of a message between its values: one more text than values."""

    texts: tuple[str, ...]
    values: tuple[Expression, ...]


def load_declared(path: str, name: str) -> list[Policy]:
    """Return the policies of a file; `name` is what messages call it. Raises DeclarationError."""
    try:
        text = decode(_read(path, name))
    except FilesError as error:
        raise DeclarationError(str(error)) from error
    except UnicodeDecodeError as error:
        raise DeclarationError(f"{name}: not {error.encoding.upper()}") from error
    places = SpanLocator(text)
    policies: list[Policy] = []
    causes: list[str] = []
    for document in read_documents(text):
        file = _File(name, text, document, places)
        file.refuse_unsound()
        value: Any = document.value
        for index, item in enumerate(value["policies"]):
            try:
                policies.append(file.policy(f"/policies/{index}", item))
            except DeclarationError as error:
                causes.append(str(error))
    if causes:
        raise DeclarationError("\n".join(causes))
    return policies


def _read(path: str, name: str) -> bytes:
    """Return the bytes of a file; of a pipe or a device there may be no end."""
    if Path(path).exists() and not Path(path).is_file():
        raise DeclarationError(f"{name}: not a file")
    data = read_source(Source(name, path), b"")
    if len(data) > MAX_BYTES:
        raise DeclarationError(f"{name}: larger than {MAX_BYTES // 1_000_000} MB")
    return data


@cache
def _schema() -> Schema:
    return Schema("policies", bundled_schema("policies"))


@dataclass(frozen=True, slots=True)
class _File:
    """A document of a file of policies, which knows where everything stands."""

    name: str
    text: str
    document: Document
    places: SpanLocator

    def at(self, path: str) -> str:
        """Return the place of a value as messages say it."""
        return self.place(self.places.span(self.document, path))

    def place(self, span: Span) -> str:
        """Return where a span begins, as messages say it."""
        return f"{self.name}:{span.line}:{span.column}"

    def refuse_unsound(self) -> None:
        """Raise DeclarationError if the document is not YAML, or breaks the schema."""
        causes = []
        for found in self.document.findings:
            span = self.places.span_between(found.start, found.end)
            hint = "; an expression that begins with a quote stands in quotes, or below `when: |`"
            hint = hint if found.id == "yaml-syntax" else ""
            causes.append(f"{self.place(span)}: {found.message}{hint}")
        if self.document.is_readable:
            for _, wrong in _schema().findings(self.document.value):
                span = self.places.span(self.document, wrong.path, on_key=wrong.on_key)
                hint = f"; {wrong.help}" if wrong.help.startswith("did you mean") else ""
                causes.append(f"{self.place(span)}: {wrong.message}{hint}")
        if causes:
            raise DeclarationError("\n".join(causes))

    def policy(self, path: str, item: Mapping[str, Any]) -> Policy:
        """Return the policy that stands at a path."""
        each = item["for-each"]
        when = self.expression(f"{path}/when", item["when"], each)
        if not when.is_condition:
            raise DeclarationError(f"{self.at(f'{path}/when')}: comes to no true or false")
        message = self.message(f"{path}/message", item["message"], each)
        place = self.at(f"{path}/when")

        def look(tenant: TenantOn) -> Iterator[Finding]:
            if place in _past_bound or len(_past_bound) == _MOST_PAST_BOUND:
                raise UndecidedError(_past_bound.get(place, f"{place}: not asked: {_TOO_MANY}"))
            try:
                with watched(f"{place}: the policy {item['id']}"):
                    yield from _look(tenant, each, when, message, item.get("at"), place)
            except BoundError as error:
                raise UndecidedError(str(error)) from error

        page = _page(item, self.at(path))
        return Policy(item["id"], item.get("topic", "custom"), item["severity"], page, look)

    def expression(self, path: str, source: str, each: str, begin: int | None = None) -> Expression:
        """Return a compiled expression; `begin` is where it stands within the value at a path."""
        try:
            return compiled(source, each)
        except ExpressionError as error:
            raise DeclarationError(f"{self.inside(path, error, begin)}: {error}") from error

    def message(self, path: str, template: str, each: str) -> _Message:
        """Return a message, its expressions compiled."""
        texts, values = [""], []
        last = 0
        for match in _PART.finditer(template):
            texts[-1] += template[last : match.start()]
            last = match.end()
            if match[0] in ("{{", "}}"):
                texts[-1] += match[0][0]
            elif match[1] is None or not match[1].strip():
                raise DeclarationError(
                    f"{self.at(path)}: {match[0]} is no expression in braces; write "
                    f"{match[0][0] * 2} for a brace"
                )
            else:
                value = self.expression(path, match[1], each, match.start(1))
                if not value.can_be_shown:
                    raise DeclarationError(
                        f"{self.at(path)}: a message cannot show {match[0]}; name one of its fields"
                    )
                values.append(value)
                texts.append("")
        texts[-1] += template[last:]
        return _Message(tuple(texts), tuple(values))

    def inside(self, path: str, error: ExpressionError, begin: int | None) -> str:
        """Return the place of an error in an expression, as far as the text is as written."""
        span = self.places.span(self.document, path)
        line = self.places.line_text(span.line)[span.column - 1 :]
        row, column = error.line, error.column + (begin or 0)
        block = _BLOCK_SCALAR.match(line + "\n")
        if block:
            # A literal block has the lines of the expression; a folded one has its own.
            if begin is not None or line.startswith(">"):
                return self.at(path)
            first = self.places.line_text(span.line + 1)
            indent = len(first) - len(first.lstrip(" "))
            return f"{self.name}:{span.line + row}:{indent + column}"
        if row > 1:
            return self.at(path)
        quote = line.startswith(('"', "'"))
        return f"{self.name}:{span.line}:{span.column + quote + column - 1}"


def _look(
    tenant: TenantOn,
    each: str,
    when: Expression,
    message: _Message,
    key: str | None,
    place: str,
) -> Iterator[Finding]:
    """Yield a finding for each element for which the expression is true."""
    needs = {name for part in (when, *message.values) for name in part.needs}
    begin = time.process_time()
    try:
        for number, (scope, at) in enumerate(scopes(tenant, each, sorted(needs))):
            if number % _ELEMENTS_AT_ONCE == 0 and time.process_time() - begin > MAX_SECONDS / 2:
                done = f"with {number:,} {each} in {MAX_SECONDS / 2:g} seconds"
                _past_bound[place] = f"{place}: not done {done}"
                raise UndecidedError(_past_bound[place])
            if when.value(scope) is True:
                values = [shown(part.value(scope)) for part in message.values]
                parts = [word for pair in zip(message.texts, values, strict=False) for word in pair]
                yield at(key, "".join((*parts, message.texts[-1])), "")
    except ExpressionError as error:
        raise UndecidedError(f"{place}: {error}") from error


def _page(item: Mapping[str, Any], place: str) -> str:
    """Return the page of a policy, as the docstring of a module would have it."""
    parts = [item["title"].strip()]
    if item.get("description"):
        parts.append(item["description"].strip())
    if item.get("do"):
        parts.append(f"**Do:** {item['do'].strip()}")
    parts.append(f"**When:** for each of {item['for-each']}, `{' '.join(item['when'].split())}`")
    if item.get("source"):
        parts.append(f"**Source:** {item['source'].strip()}")
    for kind in ("bad", "good"):
        for example in _examples(item, kind):
            as_of = f" as-of={example['as-of']}" if "as-of" in example else ""
            text = example["text"].rstrip("\n")
            if "```" in text:
                raise DeclarationError(f"{place}: an example holds ```")
            parts.append(f"```yaml {kind}{as_of}\n{text}\n```")
    return "\n\n".join(parts)


def _examples(item: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, str]]:
    examples = item.get("examples", {}).get(kind, ())
    return [{"text": each} if isinstance(each, str) else each for each in examples]
