"""Policy files: YAML with policies whose conditions are CEL expressions.

A policy file may come from the checked repository. It runs no code, and the time and the memory
of its expressions are limited.
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
from validator.findings.diagnostic import Span
from validator.findings.finding import Finding
from validator.plugins.cel_activation import activations
from validator.plugins.cel_environment import is_cel_installed
from validator.plugins.cel_expression import (
    Expression,
    ExpressionError,
    compile_expression,
    format_value,
)
from validator.plugins.policy import Policy, UndecidedError
from validator.project.sources import Source, SourceError, read_source
from validator.schema.json_schema import Schema
from validator.system.bundled_files import bundled_schema
from validator.system.errors import NoVerdictError
from validator.system.limits import MAX_SECONDS, LimitError, time_limit
from validator.tenant.tenant_on import TenantOn

_TEMPLATE_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_POLICIES_KEY = re.compile(r"""(?:^|[{,])[ \t]*["']?policies["']?[ \t]*:""", re.MULTILINE)
_BLOCK_SCALAR = re.compile(r"[|>][^\r\n]*(?:\r\n|\r|\n)")
MAX_BYTES = 1_000_000
"""The largest policy file that is read."""

# Policies that have taken too long are not evaluated again. If there are too many of them, no
# policy of a file is.
_timed_out: dict[str, str] = {}
_MAX_TIMED_OUT = 12
_TOO_MANY = f"{_MAX_TIMED_OUT} policies have run past their bound"
# The processor time is measured once for so many elements.
_ELEMENTS_PER_MEASUREMENT = 256


class PolicyFileError(NoVerdictError):
    """An invalid policy file; one line for each cause."""


@dataclass(frozen=True, slots=True)
class _MessageTemplate:
    """The parts of a message: texts, and between each two of them the expression of a value."""

    texts: tuple[str, ...]
    values: tuple[Expression, ...]


def load_policy_file(path: str, name: str, data: bytes | None = None) -> list[Policy]:
    """Return the policies of a file; `name` is its name in messages.

    `data` are its contents if they are not to be read from the path. Raises PolicyFileError.
    """
    if not is_cel_installed():
        raise PolicyFileError(f"{name}: policy files need CEL: pip install 'tenantlint[cel]'")
    try:
        text = decode(_read_bytes(path, name) if data is None else _bounded(data, name))
    except SourceError as error:
        raise PolicyFileError(str(error)) from error
    except UnicodeDecodeError as error:
        raise PolicyFileError(f"{name}: not {error.encoding.upper()}") from error
    if not _POLICIES_KEY.search(text):
        # Any file of the tree can be named here. Messages quote a policy file, and no other.
        raise PolicyFileError(f"{name}: not a policy file: it has no key policies")
    spans = SpanLocator(text)
    policies: list[Policy] = []
    causes: list[str] = []
    for document in read_documents(text):
        policy_document = _PolicyDocument(name, text, document, spans)
        policy_document.validate()
        value: Any = document.value
        for index, item in enumerate(value["policies"]):
            try:
                policies.append(policy_document.policy(f"/policies/{index}", item))
            except PolicyFileError as error:
                causes.append(str(error))
    if causes:
        raise PolicyFileError("\n".join(causes))
    return policies


def _read_bytes(path: str, name: str) -> bytes:
    """Return the contents of a file; pipes and devices are refused, as they may have no end."""
    if Path(path).exists() and not Path(path).is_file():
        raise PolicyFileError(f"{name}: not a file")
    return _bounded(read_source(Source(name, path), b""), name)


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise PolicyFileError(f"{name}: larger than {MAX_BYTES // 1_000_000} MB")
    return data


@cache
def _schema() -> Schema:
    return Schema("policies", bundled_schema("policies"))


@dataclass(frozen=True, slots=True)
class _PolicyDocument:
    """A document of a policy file, with the spans of its values."""

    name: str
    text: str
    document: Document
    spans: SpanLocator

    def location(self, path: str) -> str:
        """Return the location of a value: file, line and column."""
        return self.location_of_span(self.spans.span(self.document, path))

    def location_of_span(self, span: Span) -> str:
        """Return the location of the start of a span: file, line and column."""
        return f"{self.name}:{span.line}:{span.column}"

    def validate(self) -> None:
        """Raise PolicyFileError if the document is not YAML or not valid against its schema."""
        causes = []
        for found in self.document.findings:
            span = self.spans.span_between(found.start, found.end)
            hint = "; an expression that begins with a quote stands in quotes, or below `when: |`"
            hint = hint if found.id == "yaml-syntax" else ""
            causes.append(f"{self.location_of_span(span)}: {found.message}{hint}")
        if self.document.is_readable:
            for _, wrong in _schema().findings(self.document.value):
                span = self.spans.span(self.document, wrong.path, on_key=wrong.on_key)
                hint = (
                    f"; {wrong.help}" if wrong.help.startswith(("did you mean", "write `")) else ""
                )
                causes.append(f"{self.location_of_span(span)}: {wrong.message}{hint}")
        if causes:
            raise PolicyFileError("\n".join(causes))

    def policy(self, path: str, item: Mapping[str, Any]) -> Policy:
        """Return the policy at a path, whose value is `item`. Raises PolicyFileError."""
        for_each = item["for-each"]
        when = self.expression(f"{path}/when", item["when"], for_each)
        if not when.is_boolean:
            raise PolicyFileError(f"{self.location(f'{path}/when')}: comes to no true or false")
        message = self.message(f"{path}/message", item["message"], for_each)
        location = self.location(f"{path}/when")

        def evaluate(tenant: TenantOn) -> Iterator[Finding]:
            if location in _timed_out or len(_timed_out) == _MAX_TIMED_OUT:
                raise UndecidedError(
                    _timed_out.get(location, f"{location}: not asked: {_TOO_MANY}")
                )
            try:
                with time_limit(f"{location}: the policy {item['id']}"):
                    yield from _evaluate(tenant, for_each, when, message, item.get("at"), location)
            except LimitError as error:
                raise UndecidedError(str(error)) from error

        page = _page(item, self.location(path))
        return Policy(item["id"], item.get("topic", "custom"), item["severity"], page, evaluate)

    def expression(
        self, path: str, source: str, for_each: str, offset: int | None = None
    ) -> Expression:
        """Compile an expression in the value at a path. Raises PolicyFileError.

        `offset` is that of the expression within the value; None if it is the whole value.
        """
        try:
            return compile_expression(source, for_each)
        except ExpressionError as error:
            location = self.location_of_error(path, error, offset)
            raise PolicyFileError(f"{location}: {error}") from error

    def message(self, path: str, template: str, for_each: str) -> _MessageTemplate:
        """Compile the expressions of a message. Raises PolicyFileError."""
        texts, values = [""], []
        end = 0
        for match in _TEMPLATE_PART.finditer(template):
            texts[-1] += template[end : match.start()]
            end = match.end()
            if match[0] in ("{{", "}}"):
                texts[-1] += match[0][0]
            elif match[1] is None or not match[1].strip():
                raise PolicyFileError(
                    f"{self.location(path)}: {match[0]} is no expression in braces; write "
                    f"{match[0][0] * 2} for a brace"
                )
            else:
                value = self.expression(path, match[1], for_each, match.start(1))
                if not value.is_printable:
                    raise PolicyFileError(
                        f"{self.location(path)}: a message cannot show {match[0]}; "
                        "name one of its fields"
                    )
                values.append(value)
                texts.append("")
        texts[-1] += template[end:]
        return _MessageTemplate(tuple(texts), tuple(values))

    def location_of_error(self, path: str, error: ExpressionError, offset: int | None) -> str:
        """Return the location of an error in an expression.

        If the YAML text of the value has other lines or columns than the value, this is the
        location of the whole value.
        """
        span = self.spans.span(self.document, path)
        line = self.spans.line_text(span.line)[span.column - 1 :]
        row, column = error.line, error.column + (offset or 0)
        block = _BLOCK_SCALAR.match(line + "\n")
        if block:
            # A literal block has the same lines as the expression; a folded block has others.
            if offset is not None or line.startswith(">"):
                return self.location(path)
            first = self.spans.line_text(span.line + 1)
            indent = len(first) - len(first.lstrip(" "))
            return f"{self.name}:{span.line + row}:{indent + column}"
        if row > 1:
            return self.location(path)
        quote = line.startswith(('"', "'"))
        return f"{self.name}:{span.line}:{span.column + quote + column - 1}"


def _evaluate(
    tenant: TenantOn,
    for_each: str,
    when: Expression,
    message: _MessageTemplate,
    key: str | None,
    location: str,
) -> Iterator[Finding]:
    """Yield a finding for each element for which the expression `when` is true.

    `key` is that of the value in the element that the findings are about; None for the element.
    Raises UndecidedError.
    """
    variables = {name for part in (when, *message.values) for name in part.variables}
    begin = time.process_time()
    elements = activations(tenant, for_each, sorted(variables))
    try:
        for number, (activation, make_finding) in enumerate(elements):
            if (
                number % _ELEMENTS_PER_MEASUREMENT == 0
                and time.process_time() - begin > MAX_SECONDS / 2
            ):
                progress = f"with {number:,} {for_each} in {MAX_SECONDS / 2:g} seconds"
                _timed_out[location] = f"{location}: not done {progress}"
                raise UndecidedError(_timed_out[location])
            if when.evaluate(activation) is True:
                values = [format_value(part.evaluate(activation)) for part in message.values]
                parts = [word for pair in zip(message.texts, values, strict=False) for word in pair]
                yield make_finding(key, "".join((*parts, message.texts[-1])), "")
    except ExpressionError as error:
        raise UndecidedError(f"{location}: {error}") from error


def _page(item: Mapping[str, Any], location: str) -> str:
    """Return the page of a policy, in the form of the docstring of a Python policy.

    Raises PolicyFileError.
    """
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
                raise PolicyFileError(f"{location}: an example holds ```")
            parts.append(f"```yaml {kind}{as_of}\n{text}\n```")
    return "\n\n".join(parts)


def _examples(item: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, str]]:
    """Return the examples of a kind, `bad` or `good`, as mappings with a `text`."""
    examples = item.get("examples", {}).get(kind, ())
    return [{"text": each} if isinstance(each, str) else each for each in examples]
