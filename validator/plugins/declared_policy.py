"""Evaluate a policy from a policy file for each element of a tenant, and return its page."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from validator.findings.finding import Finding
from validator.findings.json_pointer import pointer
from validator.findings.wording import shortened
from validator.plugins.cel_activation import MakeFinding, activations
from validator.plugins.cel_expression import Expression, ExpressionError, format_value, is_message
from validator.plugins.cel_schema import Scope
from validator.plugins.declared_fix import DeclaredFix
from validator.plugins.policy import UndecidedError
from validator.system.limits import MAX_SECONDS, LimitError, time_limit
from validator.tenant.tenant_on import TenantOn

Locate = Callable[[str, int | None], str]
"""Returns the file, line and column of the value of a key, or of a character in it."""

# Policies that took too long are not evaluated again until a policy file is loaded. After too many
# of them, no policy from a policy file is evaluated.
_timed_out: dict[str, str] = {}
_MAX_TIMED_OUT = 12
_BARE_KEYS = ("quantity", "subscription")
"""The keys whose values the document can have instead of an element with keys."""
_EMPTY_MESSAGE = "the message is empty; add text outside the braces, or test the value"
_TOO_MANY = f"{_MAX_TIMED_OUT} policies have exceeded their time limit"


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """The parts of a message: texts, and the expressions of the values between them.

    `offsets` are the offsets of the expressions in the message.
    """

    texts: tuple[str, ...]
    values: tuple[Expression, ...]
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DeclaredPolicy:
    """A compiled policy from a policy file. `locate` returns positions in the file.

    `version` is a digest of the contents of the file.
    """

    locate: Locate
    item: Mapping[str, Any]
    scope: Scope
    when: Expression
    message: MessageTemplate
    fix: DeclaredFix | None = None
    version: str = ""

    def evaluate(self, tenant: TenantOn, **options: Any) -> Iterator[Finding]:
        """Yield a finding for each element for which the condition is true.

        `options` are the values of its options. Raises UndecidedError.
        """
        location = self.locate("when", None)
        if location in _timed_out or len(_timed_out) == _MAX_TIMED_OUT:
            raise UndecidedError(
                _timed_out.get(location, f"{location}: not evaluated: {_TOO_MANY}")
            )
        try:
            with time_limit(f"{location}: the policy {self.item['id']}", self.version):
                yield from self._findings(tenant, location, options)
        except LimitError as error:
            raise UndecidedError(str(error)) from error

    def _findings(
        self, tenant: TenantOn, location: str, options: Mapping[str, Any]
    ) -> Iterator[Finding]:
        for_each = self.scope.for_each
        parts = [self.when, *self.message.values]
        if self.fix is not None and self.fix.value is not None:
            parts.append(self.fix.value)
        begin = time.process_time()
        elements = activations(tenant, self.scope, parts, options)
        for number, (activation, make_finding) in enumerate(elements):
            if time.process_time() - begin > MAX_SECONDS / 2:
                limit = f"{MAX_SECONDS / 2:g} seconds"
                _timed_out[location] = (
                    f"{location}: took more than {limit} for {number:,} {for_each}"
                )
                raise UndecidedError(_timed_out[location])
            try:
                found = self._finding(activation, make_finding, tenant.tenant.document)
            except ExpressionError as error:
                raise UndecidedError(str(error), make_finding(None, "", "").path) from error
            if found is not None:
                yield found

    def _finding(
        self, activation: Any, make_finding: MakeFinding, document: object
    ) -> Finding | None:
        """Return the finding about an element; None if the condition is not true.

        Raises ExpressionError, with the position in the file.
        """
        if self._value(self.when, activation, "when", 0) is not True:
            return None
        found = make_finding(self.item.get("at"), self._text(activation), "")
        if not found.message.strip():
            raise ExpressionError(f"{self.locate('message', 0)}: {_EMPTY_MESSAGE}")
        return (self.fix and self._fixed(self.fix, found, activation, document)) or found

    def _fixed(
        self, fix: DeclaredFix, found: Finding, activation: Any, document: object
    ) -> Finding:
        """Return a finding with its fix. A bare id or quantity has no other key to change."""
        key = self.item.get("at")
        is_elsewhere = key is not None and not found.path.endswith(pointer(key))
        if is_elsewhere and (fix.kind != "set" or key not in _BARE_KEYS):
            return found

        def evaluate(value: Expression) -> Any:
            return self._value(value, activation, f"fix/{fix.kind}", 0)

        return found._replace(fix=fix.at(found.path, evaluate, document))

    def _text(self, activation: Any) -> str:
        """Return the message for an element."""
        message = self.message
        parts = [message.texts[0]]
        for value, offset, text in zip(
            message.values, message.offsets, message.texts[1:], strict=True
        ):
            shown = self._value(value, activation, "message", offset)
            if is_message(shown):
                place, source = self.locate("message", offset), shortened(value.source)
                raise ExpressionError(f"{place}: {unshowable(source)}")
            parts += [format_value(shown), text]
        return "".join(parts)

    def _value(self, part: Expression, activation: Any, key: str, offset: int) -> Any:
        """Return the value of an expression that is in the value of a key, at an offset."""
        try:
            return part.evaluate(activation)
        except ExpressionError as error:
            place = offset + (error.offset or 0)
            raise ExpressionError(f"{self.locate(key, place)}: {error}") from error


def unshowable(source: str) -> str:
    """Return the message about an expression whose value a message cannot show."""
    return f"a message cannot show {{{source}}}; name one of its fields"


def forget_timed_out() -> None:
    """Allow the policies that took too long to be evaluated again."""
    _timed_out.clear()


def page_of(item: Mapping[str, Any], causes: list[str], location: str) -> str:
    """Return the page of a policy, in the form of the docstring of a Python policy.

    A line is added to `causes` for each example that the page cannot contain.
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
                causes.append(f"{location}: an example contains ```")
            parts.append(f"```yaml {kind}{as_of}\n{text}\n```")
    return "\n\n".join(parts)


def _examples(item: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, str]]:
    """Return the examples of a kind, `bad` or `good`, as mappings with a `text`."""
    examples = item.get("examples", {}).get(kind, ())
    return [{"text": each} if isinstance(each, str) else each for each in examples]
