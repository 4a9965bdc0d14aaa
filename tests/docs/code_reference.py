"""Generate the page about the public names of `validator` from signatures and docstrings."""

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, ForwardRef, get_args, get_origin

import validator
from tests.docs.generated_page import table
from validator import testing
from validator.plugins import hookspecs
from validator.tenant.advice_on import Advice, AdviceOn
from validator.tenant.handover_on import Ending, HandoverOn
from validator.tenant.model import Node
from validator.tenant.months_on import Drop, MonthsOn
from validator.tenant.on_day import OnDay
from validator.tenant.shared import shared

HOOKS = tuple(
    item for name, item in vars(hookspecs).items() if name.startswith(f"{validator.__name__}_")
)
"""The specifications of the hooks."""
SECTIONS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "Policies and their findings": (
        "The parts of a policy.",
        tuple(
            getattr(validator, name)
            for name in (
                "policy Policy Option horizon months_of_history Finding Related Fold Fix Edit Fact "
                "Sighting FleetFinding Severity"
            ).split()
        ),
    ),
    "The tenant on a day": (
        "The argument of a policy. Values that depend on the day are computed once for all policies.",
        (
            validator.TenantOn,
            MonthsOn,
            HandoverOn,
            AdviceOn,
            validator.MonthlyUse,
            Drop,
            Ending,
            Advice,
            validator.TelephonyOption,
            validator.FOREVER,
            validator.SENIORITY_SERVICES,
        ),
    ),
    "The tenant in the file": (
        "The classes are named after the parts of the tenant file. Each object has a path.",
        tuple(
            getattr(validator, name)
            for name in (
                "Tenant Organisation Subscription Entitlement EntitlementLine Lapse User "
                "Assignment Partner UsageRow"
            ).split()
        ),
    ),
    "Messages": (
        "Functions that format the text of messages.",
        (
            validator.counted,
            validator.few,
            validator.listing,
            validator.once_provisioned,
            validator.what_follows,
        ),
    ),
    "Plugins": (
        "For plugin packages: the hooks, which a plugin implements with `@hookimpl`, and types.",
        (
            *HOOKS,
            validator.hookimpl,
            validator.policies_in,
            validator.Report,
            validator.Reporter,
        ),
    ),
    "Testing policies": (
        "The public names of `validator.testing`.",
        (testing.check_examples, testing.found, testing.expected, testing.examples),
    ),
    "Checking files": (
        "For programs that check files with this package as a library.",
        tuple(
            getattr(validator, name)
            for name in "check_sources load_selection Selection Settings Source CheckedFile".split()
        ),
    ),
}
"""The sections of the page: an introduction, and the values that the section documents."""

WIDTH = 96
"""The maximum width of a signature on one line; a longer one has a line for each parameter."""

_NAMES = {id(getattr(validator, name)): name for name in validator.__all__}
_TEXTS = {
    "FOREVER": "The last day of the calendar, which represents no end.",
    "SENIORITY_SERVICES": "The services whose overage is borne by the subscription that has had "
    "them longest.",
    "Severity": "`error`, `warning` or `info`.",
    "Reporter": "A function that converts a `Report` to text, or to an iterable of parts of the "
    "text, which needs less memory.",
    "hookimpl": "The decorator for a function that implements a hook of tenantlint.",
}
"""Descriptions of values that cannot have a docstring."""


_INTERNAL = {"clock", "worked_out"}
"""Attributes of a tenant on a day that only the program uses."""


def name_of(value: Any) -> str:
    """Return the name of a value in `validator`, or else in its module."""
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
    """Return a docstring with each paragraph on one line."""
    text = inspect.getdoc(value) or ""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text))


def _line(value: Any) -> str:
    """Return a docstring as one paragraph, for a table cell."""
    return " ".join((inspect.getdoc(value) or "").split())


def _fields(value: Any) -> Iterator[list[str]]:
    """Yield a row for each field of a named tuple, dataclass or node, including inherited ones.

    For other classes, yield a row for each attribute that the class or `__init__` annotates.
    """
    for owner in reversed(value.__mro__):
        for name, annotation in inspect.get_annotations(owner).items():
            declared = (getattr(value, "_fields", ()), getattr(value, "__dataclass_fields__", ()))
            is_field = any(name in names for names in (*declared, _slots(owner)))
            is_field = is_field or (issubclass(owner, OnDay) and name not in _INTERNAL)
            if is_field and not name.startswith("_"):
                yield [f"`{name}`", _type(annotation)]
        is_own = "__init__" in vars(owner) and not hasattr(owner, "__dataclass_fields__")
        if is_own and owner.__module__.startswith("validator."):
            source = inspect.getsource(owner.__init__)
            for name, written in re.findall(r"self\.([a-z]\w*): (.+?) =", source):
                yield [f"`{name}`", f"`{written}`"]


def _slots(owner: type) -> tuple[str, ...]:
    """Return the fields of a node's class."""
    return vars(owner).get("__slots__", ()) if issubclass(owner, Node) else ()


def _members(value: Any) -> Iterator[list[str]]:
    """Yield a row for each property and method, those of base classes first."""
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
    """Return the function behind a member, or None."""
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
    """Return a signature, with one parameter per line if it is longer than `WIDTH`."""
    shown = f"def {name}{_signature(function)}: ..."
    if len(shown) <= WIDTH:
        return shown
    parameters, _, returned = _signature(function)[1:].partition(") -> ")
    lines = re.split(r", (?=\*,|[*]{0,2}[a-z_]\w*: )", parameters)
    return "\n".join((f"def {name}(", *(f"    {line}," for line in lines), f") -> {returned}: ..."))


def _plain(text: str) -> str:
    """Remove module names, and the quotes of forward references, from types."""
    short = (
        re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])", "", text)
        .replace("NoneType", "None")
        .replace("~", "")
    )
    return re.sub(r"'([A-Z]\w*)'", r"\1", short).replace("'", '"')


def _type(annotation: Any) -> str:
    """Return a type as it is written in source code, without module names."""
    if annotation is None:
        return "`None`"
    if isinstance(annotation, ForwardRef):
        return f"`{annotation.__forward_arg__}`"
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return f"`{annotation.__name__}`"
    text = str(annotation) if get_args(annotation) else str(annotation).strip("'")
    return f"`{_plain(text)}`"
