"""Build the activations of CEL expressions: the values of variables for one list element."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from validator.findings.finding import Finding
from validator.findings.json_pointer import value_at
from validator.plugins.cel_environment import evaluator
from validator.plugins.cel_expression import Expression
from validator.plugins.cel_messages import variable
from validator.plugins.cel_schema import ELEMENT_VARIABLES, Scope
from validator.system.patterns import compiled
from validator.tenant.model import EntitlementLine, Node
from validator.tenant.tenant_on import TenantOn

MakeFinding = Callable[[str | None, str, str], Finding]
"""Returns a finding about an element, from a key of the element, a message and a help text."""


def activations(
    tenant: TenantOn,
    scope: Scope,
    expressions: Sequence[Expression],
    options: Mapping[str, Any],
) -> Iterator[tuple[Any, MakeFinding]]:
    """Yield an activation for each element of a list, and a function for findings about it.

    It has the variables that the expressions use. `options` are the values of the policy's options.
    """
    variables = sorted({name for item in expressions for name in item.variables})
    sources = [item.source for item in expressions]
    shared = {name: variable(tenant, name) for name in variables}
    shared |= {f"options.{name}": value for name, value in options.items()}
    env = evaluator(scope)
    for values, make_finding in _elements(tenant, scope.for_each, sources):
        yield env.Activation({**shared, **values}), make_finding


def _elements(
    tenant: TenantOn, for_each: str, sources: Sequence[str]
) -> Iterator[tuple[dict[str, Any], MakeFinding]]:
    """Yield the values of the element variables for each element of a list."""
    if for_each == "tenant":
        yield {}, _finding_maker(tenant.tenant, "tenant")
    elif for_each in ("subscriptions", "users", "partners", "usage"):
        (name,) = ELEMENT_VARIABLES[for_each]
        elements = getattr(tenant, for_each)
        for element, message in zip(elements, variable(tenant, for_each), strict=True):
            yield {name: message}, _finding_maker(element)
    elif for_each == "months":
        for use, message in zip(tenant.months.all_use, variable(tenant, "months"), strict=True):
            yield {"month": message}, _finding_maker(use.row)
    elif for_each == "assignments":
        for user, message in zip(tenant.users, variable(tenant, "users"), strict=True):
            outer = _outer("user", message, "assignments", sources)
            for assignment, inner in zip(user.assignments, message.assignments, strict=True):
                values = {"user": outer, "assignment": inner}
                yield values, _finding_maker(assignment)
    else:
        messages = variable(tenant, "subscriptions")
        for subscription, message in zip(tenant.subscriptions, messages, strict=True):
            entitlements = subscription.entitlements.values()
            lines = [line for entitlement in entitlements for line in entitlement.lines]
            outer = _outer("subscription", message, "entitlements", sources)
            for line, inner in zip(lines, message.entitlements, strict=True):
                values = {"subscription": outer, "entitlement": inner}
                yield values, _finding_maker(line)


def _outer(name: str, message: Any, field: str, sources: Sequence[str]) -> Any:
    """Return the message around elements without the field that has them, if that is not used.

    CEL copies the message for each of the elements.
    """
    used = compiled(rf"\b{field}\b|\b{name}\b(?!\s*\.)")
    if any(used.search(source) for source in sources):
        return message
    outer = type(message)()
    outer.CopyFrom(message)
    outer.ClearField(field)
    return outer


def _finding_maker(element: Node, *default_keys: str) -> MakeFinding:
    def make_finding(key: str | None, message: str, help: str) -> Finding:
        keys = (key,) if key is not None else default_keys
        if key is not None and isinstance(element, EntitlementLine) and _is_bare(element):
            keys = ()  # the document has only the quantity, so there is no other place
        return element.finding(*keys, message=message, help=help)

    return make_finding


def _is_bare(line: EntitlementLine) -> bool:
    """Return whether the document has only the quantity of a line."""
    return isinstance(value_at(line.document, line.path), int | float)
