"""The public names of `validator` as a page: signatures, fields and docstrings from the code."""

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, get_args, get_origin

import validator
from tests.docs.generated_page import table
from validator import testing
from validator.plugins import hookspecs
from validator.tenant.advice_on import Advice, AdviceOn
from validator.tenant.handover_on import Ending, HandoverOn
from validator.tenant.months_on import MonthsOn
from validator.tenant.shared import shared

HOOKS = tuple(
    item for name, item in vars(hookspecs).items() if name.startswith(f"{validator.__name__}_")
)
"""The specifications of the hooks."""
SECTIONS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "Policies and their findings": (
        "What a policy is made of.",
        tuple(
            getattr(validator, name)
            for name in (
                "policy Policy Option horizon months_of_history Finding Related Fold Fix Edit Fact "
                "Sighting FleetFinding Severity"
            ).split()
        ),
    ),
    "The tenant on a day": (
        "The argument of a policy. What depends on the day is worked out once for all policies.",
        (
            validator.TenantOn,
            MonthsOn,
            HandoverOn,
            AdviceOn,
            validator.MonthlyUse,
            Ending,
            Advice,
            validator.TelephonyOption,
            validator.FOREVER,
        ),
    ),
    "The tenant as the file has it": (
        "The classes have the names of the tenant file. Each part knows its path.",
        tuple(
            getattr(validator, name)
            for name in (
                "Tenant Organisation Subscription Entitlement EntitlementLine Lapse User "
                "Assignment Partner UsageRow"
            ).split()
        ),
    ),
    "Words": ("Messages are made with these.", (validator.counted, validator.listing)),
    "Plugins": (
        "What a package of plugins uses: the hooks, which it implements with `@hookimpl`, and more.",
        (
            *HOOKS,
            validator.hookimpl,
            validator.policies_in,
            validator.Report,
            validator.Reporter,
        ),
    ),
    "Tests of policies": (
        "The public names of `validator.testing`.",
        (testing.check_examples, testing.found, testing.expected, testing.examples),
    ),
    "Running checks": (
        "For programs that check files themselves.",
        tuple(
            getattr(validator, name)
            for name in "check_sources load_selection Selection Settings Source CheckedFile".split()
        ),
    ),
}
"""The sections of the page: a sentence, and the values that each shows."""

WIDTH = 96
"""Longer signatures have a line for each parameter."""

_NAMES = {id(getattr(validator, name)): name for name in validator.__all__}
_TEXTS = {
    "FOREVER": "The last day of the calendar; it stands for no end.",
    "Severity": "`error`, `warning` or `info`.",
    "Reporter": "A function from a `Report` to a text, or to an iterable of its parts: those of a large text need less memory.",
    "hookimpl": "The decorator of a function that implements a hook of tenantlint.",
}
"""The texts of values that cannot have a docstring."""


def name_of(value: Any) -> str:
    """Return the name of a value as `validator` or its module has it."""
    return _NAMES.get(id(value)) or str(value.__name__)


def shown_names() -> set[str]:
    """Return the names of all values on the page."""
    return {name_of(value) for _, values in SECTIONS.values() for value in values}


def reference() -> str:
    """Return the page."""
    return "".join(
        f"\n## {title}\n\n{text}\n" + "".join(map(_entry, values))
        for title, (text, values) in SECTIONS.items()
    )


def _entry(value: Any) -> str:
    name = name_of(value)
    head = f"\n### {name}\n\n"
    if name in _TEXTS:
        return f"{head}{_TEXTS[name]}\n"
    text = _paragraphs(value)
    if not inspect.isclass(value):
        return f"{head}```python\n{_call(name, value)}\n```\n\n{text}\n"
    fields, members = list(_fields(value)), list(_members(value))
    parts = [f"{head}{text}\n"]
    if fields:
        parts.append("\n" + table("field|type", fields))
    if members:
        parts.append("\n" + table("name|type|meaning", members))
    return "".join(parts)


def _paragraphs(value: Any) -> str:
    """Return a docstring, each paragraph on one line."""
    text = inspect.getdoc(value) or ""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text))


def _line(value: Any) -> str:
    """Return a docstring as one paragraph, for a cell of a table."""
    return " ".join((inspect.getdoc(value) or "").split())


def _fields(value: Any) -> Iterator[list[str]]:
    """Return a row for each field of a named tuple or a dataclass, and for inherited ones.

    Of another class: for each attribute that `__init__` sets with a type.
    """
    for owner in reversed(value.__mro__):
        for name, annotation in inspect.get_annotations(owner).items():
            is_field = name in getattr(value, "_fields", getattr(value, "__dataclass_fields__", ()))
            if is_field and not name.startswith("_"):
                yield [f"`{name}`", _type(annotation)]
        is_own = "__init__" in vars(owner) and not hasattr(owner, "__dataclass_fields__")
        if is_own and owner.__module__.startswith("validator."):
            source = inspect.getsource(owner.__init__)
            for name, written in re.findall(r"self\.([a-z]\w*): (.+?) =", source):
                yield [f"`{name}`", f"`{written}`"]


def _members(value: Any) -> Iterator[list[str]]:
    """Return a row for each property and method, those of base classes first."""
    found: dict[str, Any] = {}
    for owner in reversed(value.__mro__):
        if owner.__module__.startswith("validator."):
            found |= {
                name: item
                for name, item in vars(owner).items()
                if not name.startswith("_") and _function(item) is not None
            }
    for name, item in found.items():
        function = _function(item)
        if isinstance(item, property | cached_property | shared):
            yield [f"`{name}`", _type(function.__annotations__["return"]), _line(function)]
        else:
            signature = inspect.signature(function)
            shown = _signature(function, without_self=not isinstance(item, staticmethod))
            yield [
                f"`{name}{shown.partition(' -> ')[0]}`",
                _type(signature.return_annotation),
                _line(function),
            ]


def _function(item: Any) -> Any:
    """Return the function behind a member; None if there is none."""
    if isinstance(item, property):
        return item.fget
    if isinstance(item, cached_property):
        return item.func
    if isinstance(item, shared):
        return vars(item)["_work_out"]
    if isinstance(item, staticmethod | classmethod):
        return item.__func__
    return item if inspect.isfunction(item) else None


def _signature(function: Any, *, without_self: bool = False) -> str:
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())[1 if without_self else 0 :]
    return _plain(str(signature.replace(parameters=parameters)))


def _call(name: str, function: Any) -> str:
    """Return a signature, with a parameter a line where it is long."""
    shown = f"def {name}{_signature(function)}: ..."
    if len(shown) <= WIDTH:
        return shown
    parameters, _, returned = _signature(function)[1:].partition(") -> ")
    lines = re.split(r", (?=\*,|[*]{0,2}[a-z_]\w*: )", parameters)
    return "\n".join((f"def {name}(", *(f"    {line}," for line in lines), f") -> {returned}: ..."))


def _plain(text: str) -> str:
    """Return types without the modules of their names and the quotes of references."""
    short = (
        re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])", "", text)
        .replace("NoneType", "None")
        .replace("~", "")
    )
    return re.sub(r"'([A-Z]\w*)'", r"\1", short).replace("'", '"')


def _type(annotation: Any) -> str:
    """Return a type as source writes it, without the modules."""
    if annotation is None:
        return "`None`"
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return f"`{annotation.__name__}`"
    text = str(annotation) if get_args(annotation) else str(annotation).strip("'")
    return f"`{_plain(text)}`"
