"""Policy files: YAML with policies whose conditions are CEL expressions.

A policy file may come from the checked repository. It runs no code, and the time and the memory
of its expressions are limited.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from validator.document.encoding import decode
from validator.document.reader import Document, read_documents
from validator.document.scalar_places import offset_in_text
from validator.document.span_locator import SpanLocator
from validator.findings.diagnostic import Span
from validator.findings.finding import Finding
from validator.findings.json_pointer import value_at
from validator.findings.wording import did_you_mean, listing
from validator.plugins.cel_environment import is_cel_installed
from validator.plugins.cel_expression import CompileError, Expression, compile_expression
from validator.plugins.cel_guards import Facts
from validator.plugins.cel_schema import Scope, element_keys
from validator.plugins.declared_fix import KINDS, DeclaredFix, fix_mistakes, unwritable
from validator.plugins.declared_policy import (
    DeclaredPolicy,
    MessageTemplate,
    forget_timed_out,
    page_of,
    unshowable,
)
from validator.plugins.option import Option
from validator.plugins.policy import Policy
from validator.project.sources import Source, SourceError, read_source
from validator.schema.json_schema import Schema
from validator.system.bundled_files import bundled_schema
from validator.system.cache_store import digest
from validator.system.errors import NoVerdictError
from validator.system.file_kind import exists, is_file

_EXAMPLE_PATH = re.compile(r"/policies/\d+/examples/(?:bad|good)/\d+")
_TEMPLATE_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_QUOTE_HINT = "; quote an expression that begins with `!` or a quote, or write it below `when: |`"
_EXPRESSION_KEY = re.compile(r"\b(?:when|message|fix|set|append)[\"']?[ \t]*:")
_BRACE_AT_START = re.compile(r"\bmessage[\"']?[ \t]*:[ \t]*\{")
_POLICIES_KEY = re.compile(r"""(?:^|[{,])[ \t]*["']?policies["']?[ \t]*:""", re.MULTILINE)
MAX_BYTES = 1_000_000
"""The maximum size of a policy file."""
_VERSION_LENGTH = 16

_CEL_TYPES = {"integer": "int", "number": "double", "boolean": "bool", "string": "string"}


class PolicyFileError(NoVerdictError):
    """An invalid policy file; one line for each cause."""


def load_policy_file(file: str, name: str, data: bytes | None = None) -> list[Policy]:
    """Return the policies of a file; `name` is its name in messages.

    `data` has its contents if they must not be read from the file. Raises PolicyFileError.
    """
    if not is_cel_installed():
        raise PolicyFileError(f"{name}: policy files need CEL: pip install 'tenantlint[cel]'")
    try:
        text = decode(_read_bytes(file, name) if data is None else _bounded(data, name))
    except SourceError as error:
        raise PolicyFileError(str(error)) from error
    except UnicodeDecodeError as error:
        raise PolicyFileError(f"{name}: not {error.encoding.upper()}") from error
    if not _POLICIES_KEY.search(text):
        # Any file in the tree can be named here, but messages may only quote policy files.
        raise PolicyFileError(f"{name}: not a policy file: it has no key policies")
    forget_timed_out()
    spans, version = SpanLocator(text), digest(text)[:_VERSION_LENGTH]
    policies: list[Policy] = []
    causes: list[str] = []
    places: dict[str, str] = {}
    for document in read_documents(text):
        policy_document = _PolicyDocument(name, document, spans, version)
        for path, item in policy_document.sound_items(causes):
            place = policy_document.location(f"{path}/id")
            first = places.setdefault(item["id"], place)
            if first != place:
                causes.append(f"{place}: the policy id {item['id']} is already used at {first}")
            try:
                policies.append(policy_document.policy(path, item))
            except PolicyFileError as error:
                causes += error.causes
    if causes:
        raise PolicyFileError(*dict.fromkeys(causes))
    return policies


def _read_bytes(path: str, name: str) -> bytes:
    """Return the contents of a file; refuse pipes and devices, which may never end."""
    if exists(path) and not is_file(path):
        raise PolicyFileError(f"{name}: not a file")
    return _bounded(read_source(Source(name, path), b""), name)


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise PolicyFileError(f"{name}: larger than {MAX_BYTES // 1_000_000} MB")
    return data


def _is_action(help: str) -> bool:
    """Return whether a help says what to write; others describe the value."""
    return help.startswith(("did you mean", "write ", "add ", "remove ", "rename ", "replace "))


@cache
def _schema() -> Schema:
    return Schema("policies", bundled_schema("policies"))


@dataclass(frozen=True, slots=True)
class _PolicyDocument:
    """A document of a policy file, with the spans of its values and the version of the file."""

    name: str
    document: Document
    spans: SpanLocator
    version: str

    def location(self, path: str) -> str:
        """Return the location of a value: file, line and column."""
        return self._at(self.spans.span(self.document, path))

    def _at(self, span: Span) -> str:
        return f"{self.name}:{span.line}:{span.column}"

    def location_in(self, path: str, value: str, offset: int | None) -> str:
        """Return the location of an offset in the value at a path; of the value if it is None."""
        text = self.spans.scalar_text(self.document, path)
        if offset is None or text is None:
            return self.location(path)
        start = self.spans.offset(self.document, path) + offset_in_text(text, value, offset)
        return self._at(self.spans.span_between(start, start))

    def sound_items(self, causes: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the path and the value of each policy that is valid against the schema.

        A line is added to `causes` for each error.
        """
        value: Any = self.document.value
        is_readable = self.document.is_readable
        wrong = [found for _, found in _schema().findings(value)] if is_readable else []
        told = {found.path for found in wrong if _is_action(found.help)}
        for unread in self.document.findings:
            if unread.id == "yaml-ambiguous-scalar" and unread.path in told:
                continue  # the help about the type says what to write
            span = self.spans.span_between(unread.start, unread.end)
            line = self.spans.excerpt(span)[0]
            help = f"; {unread.help}" if unread.help else ""
            if unread.id == "yaml-syntax" and _BRACE_AT_START.search(line):
                help = "; quote a message that begins with {"
            elif unread.id == "yaml-syntax" and _EXPRESSION_KEY.search(line):
                help += _QUOTE_HINT
            causes.append(f"{self._at(span)}: {unread.message}{help}")
        if not is_readable:
            return
        causes += (self._schema_cause(value, found) for found in wrong)
        items = value.get("policies") if isinstance(value, dict) else None
        unsound = {"/".join(found.path.split("/")[:3]) for found in wrong}
        for index, item in enumerate(items if isinstance(items, list) else ()):
            path = f"/policies/{index}"
            if path not in unsound:
                yield path, item

    def _schema_cause(self, value: Any, found: Finding) -> str:
        """Return the line about an error in the schema of `value`, which is the whole document."""
        match = _EXAMPLE_PATH.match(found.path)
        example = value_at(value, match[0]) if match else None
        if match and isinstance(example, dict) and "text" not in example:
            help = "write - | and the tenant file below it"
            return f"{self.location(match[0])}: an example must be text; {help}"
        at = self._at(self.spans.span(self.document, found.path, on_key=found.on_key))
        return f"{at}: {found.message}" + (f"; {found.help}" if _is_action(found.help) else "")

    def policy(self, path: str, item: Mapping[str, Any]) -> Policy:
        """Return the policy at a path, whose value is `item`. Raises PolicyFileError."""
        causes: list[str] = []
        options = self._options(path, item, causes)
        kinds = tuple((option.name, _CEL_TYPES[option.kind]) for option in options)
        scope = Scope(item["for-each"], kinds)
        when = self._compiled(f"{path}/when", item["when"], scope, causes)
        if when is not None and not when.is_boolean:
            kind = when.type_name.lower()
            causes.append(
                f"{self.location(f'{path}/when')}: the expression must return a boolean, not {kind}"
            )
        facts = when.facts if when is not None else None
        message = self._message(f"{path}/message", item["message"], scope, facts, causes)
        causes += self._unknown_key(path, item)
        fix = self._fix(path, item, scope, facts, causes) if "fix" in item else None
        page = page_of(item, causes, self.location(path))
        if causes or when is None:
            raise PolicyFileError(*causes)

        def locate(key: str, offset: int | None) -> str:
            return self.location_in(f"{path}/{key}", value_at(item, f"/{key}"), offset)

        declared = DeclaredPolicy(locate, item, scope, when, message, fix, self.version)
        return Policy(
            item["id"],
            item.get("topic", "custom"),
            item["severity"],
            page,
            declared.evaluate,
            place=self.location(f"{path}/id"),
            options=options,
            stage=item.get("stage", "stable"),
            former_ids=tuple(item.get("former-ids", ())),
        )

    def _fix(
        self,
        path: str,
        item: Mapping[str, Any],
        scope: Scope,
        facts: Facts | None,
        causes: list[str],
    ) -> DeclaredFix | None:
        """Compile the fix of a policy; its errors are added to `causes`."""
        wrong = [f"{self.location(f'{path}/fix')}: {line}" for line in fix_mistakes(item)]
        causes += wrong
        if wrong:
            return None
        fix = item["fix"]
        kind = next(kind for kind in KINDS if kind in fix)
        value = None
        if kind in ("set", "append"):
            at = f"{path}/fix/{kind}"
            value = self._compiled(at, fix[kind], scope, causes, known=facts)
            if value is not None and (reason := unwritable(fix[kind], value.type_name)):
                causes.append(f"{self.location(at)}: {reason}")
        return DeclaredFix(kind, value, fix.get("rename"), fix.get("safe", False))

    def _options(self, path: str, item: Mapping[str, Any], causes: list[str]) -> tuple[Option, ...]:
        """Return the declared options; their errors are added to `causes`."""
        options: list[Option] = []
        for name, declared in item.get("options", {}).items():
            option = Option(
                name,
                declared["type"],
                declared["description"].strip(),
                declared["default"],
                declared.get("minimum"),
                declared.get("maximum"),
                tuple(declared.get("choices", ())),
                eases=declared.get("eases"),
            )
            if option.wrong:
                causes.append(f"{self.location(f'{path}/options/{name}')}: {option.wrong}")
            options.append(option)
        return tuple(options)

    def _unknown_key(self, path: str, item: Mapping[str, Any]) -> Iterator[str]:
        """Yield a line if an element cannot have the key in `at`."""
        key, keys = item.get("at"), element_keys(item["for-each"])
        if key is not None and key not in keys and not key.startswith("x-"):
            hint = did_you_mean(key, keys) or f"the keys are {listing(keys)}"
            yield f"{self.location(f'{path}/at')}: an element has no key {key}; {hint}"

    def _compiled(
        self,
        path: str,
        source: str,
        scope: Scope,
        causes: list[str],
        *,
        known: Facts | None = frozenset(),
        value: str | None = None,
        offset: int = 0,
    ) -> Expression | None:
        """Compile an expression in the value at a path; its errors are added to `causes`.

        `value` is the whole value if the expression is only a part of it, at `offset`. `known`
        are the days that are set when it is evaluated; None if they are unknown.
        """
        try:
            return compile_expression(source, scope, known)
        except CompileError as error:
            for item in error.errors:
                place = None if item.offset is None and value is None else (item.offset or 0)
                place = None if place is None else place + offset
                causes.append(f"{self.location_in(path, value or source, place)}: {item}")
            return None

    def _message(
        self,
        path: str,
        template: str,
        scope: Scope,
        facts: Facts | None,
        causes: list[str],
    ) -> MessageTemplate:
        """Compile the expressions of a message; their errors are added to `causes`."""
        texts, values, offsets = [""], [], []
        end = 0
        for match in _TEMPLATE_PART.finditer(template):
            texts[-1] += template[end : match.start()]
            end = match.end()
            at = partial(self.location_in, path, template, match.start())
            if match[0] in ("{{", "}}"):
                texts[-1] += match[0][0]
            elif match[1] is None or not match[1].strip():
                brace = match[0][0]
                hint = f"write {brace * 2} for a brace"
                if match[0] == "{":
                    hint = f"write }} after the expression, or {brace * 2} for a brace"
                causes.append(f"{at()}: {match[0]} is not an expression in braces; {hint}")
            else:
                begin = match.start(1)
                value = self._compiled(
                    path, match[1], scope, causes, known=facts, value=template, offset=begin
                )
                if value is not None and not value.is_printable:
                    causes.append(f"{at()}: {unshowable(match[1])}")
                if value is not None:
                    values.append(value)
                    offsets.append(begin)
                    texts.append("")
        texts[-1] += template[end:]
        return MessageTemplate(tuple(texts), tuple(values), tuple(offsets))
