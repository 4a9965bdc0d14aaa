"""The syntax tree of a CEL expression: its protobuf messages, and functions on its nodes.

Google's implementation serializes a checked expression as `cel.expr.CheckedExpr`. The messages
are defined here, with only the fields that are used. Source: github.com/google/cel-spec,
syntax.proto and checked.proto.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count
from typing import Any

_INT64, _INT32, _STRING, _BOOL, _DOUBLE, _MESSAGE = 3, 5, 9, 8, 1, 11
_UINT64, _BYTES, _ENUM_AS_INT = 4, 12, 5
_PACKAGE = "tenantlint.cel"
TIMESTAMP = 2
"""The value of Type.WellKnownType for a timestamp."""
UINT, STRING = 3, 5
"""Values of Type.PrimitiveType."""

# For each message: for each field its number, its type or the name of its message, and `*` if it
# is repeated. Fields that are not listed are kept when a message is serialized again.
_MESSAGES: Mapping[str, Mapping[str, tuple[int, int | str]]] = {
    "Any": {"type_url": (1, _STRING), "value": (2, _BYTES)},
    "Checked": {
        "references": (2, "*ReferenceEntry"),
        "types": (3, "*TypeEntry"),
        "expr": (4, "Expr"),
        "source": (5, "Source"),
    },
    "ReferenceEntry": {"key": (1, _INT64), "value": (2, "Reference")},
    "Reference": {"name": (1, _STRING), "overloads": (3, "*string")},
    "TypeEntry": {"key": (1, _INT64), "value": (2, "Type")},
    "Type": {
        "dynamic": (1, _BYTES),
        "primitive": (3, _ENUM_AS_INT),
        "well_known": (5, _ENUM_AS_INT),
        "list": (6, _BYTES),
        "map": (7, _BYTES),
        "message": (9, _STRING),
    },
    "Source": {"line_offsets": (3, "*int32"), "positions": (4, "*PositionEntry")},
    "PositionEntry": {"key": (1, _INT64), "value": (2, _INT32)},
    "Expr": {
        "id": (2, _INT64),
        "constant": (3, "Constant"),
        "ident": (4, "Ident"),
        "select": (5, "Select"),
        "call": (6, "Call"),
        "list": (7, "List"),
        "struct": (8, "Struct"),
        "comprehension": (9, "Comprehension"),
    },
    "Constant": {
        "null": (1, _ENUM_AS_INT),
        "bool": (2, _BOOL),
        "int": (3, _INT64),
        "uint": (4, _UINT64),
        "double": (5, _DOUBLE),
        "string": (6, _STRING),
        "bytes": (7, _BYTES),
    },
    "Ident": {"name": (1, _STRING)},
    "Select": {"operand": (1, "Expr"), "field": (2, _STRING), "test_only": (3, _BOOL)},
    "Call": {"target": (1, "Expr"), "function": (2, _STRING), "args": (3, "*Expr")},
    "List": {"elements": (1, "*Expr")},
    "Struct": {"entries": (2, "*Entry")},
    "Entry": {"map_key": (3, "Expr"), "value": (4, "Expr")},
    "Comprehension": {
        "variable": (1, _STRING),
        "range": (2, "Expr"),
        "result_variable": (3, _STRING),
        "start": (4, "Expr"),
        "condition": (5, "Expr"),
        "step": (6, "Expr"),
        "result": (7, "Expr"),
    },
}
_REPEATED_SCALARS = {"string": _STRING, "int32": _INT32}
Expr = Any
"""A message `Expr`: a node of the tree."""


@cache
def _message_class(name: str) -> Any:
    from google.protobuf import message_factory

    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{_PACKAGE}.{name}"))


@cache
def _pool() -> Any:
    from google.protobuf import descriptor_pb2, descriptor_pool

    file = descriptor_pb2.FileDescriptorProto(
        name="tenantlint_cel.proto", package=_PACKAGE, syntax="proto2"
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for key, (number, kind) in fields.items():
            field = message.field.add(name=key, number=number, label=1)
            _set(field, "type", kind if isinstance(kind, int) else _MESSAGE)
            if isinstance(kind, int):
                continue
            plain = kind.removeprefix("*")
            _set(field, "label", 3 if kind.startswith("*") else 1)
            if plain in _REPEATED_SCALARS:
                _set(field, "type", _REPEATED_SCALARS[plain])
            else:
                field.type_name = f".{_PACKAGE}.{plain}"
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return pool


def _set(field: Any, name: str, value: int) -> None:
    """Set a field that is an enumeration in the types of protobuf."""
    setattr(field, name, value)


class Tree:
    """A checked expression, as serialized by the compiler."""

    def __init__(self, data: bytes) -> None:
        self._any = _message_class("Any").FromString(data)
        self.checked = _message_class("Checked").FromString(self._any.value)
        self.expr: Expr = self.checked.expr
        self._types = {item.key: item.value for item in self.checked.types}
        self._positions = {item.key: item.value for item in self.checked.source.positions}

    def number_new_nodes(self) -> None:
        """Give each node that was added to the tree an id of its own."""
        every = list(nodes(self.expr))
        ids = count(max(item.id for item in every) + 1)
        for item in every:
            if not item.id:
                item.id = next(ids)

    def part(self, expr: Expr) -> bytes:
        """Return a node as a separate serialized expression."""
        alone = _message_class("Checked")()
        alone.CopyFrom(self.checked)
        alone.expr.CopyFrom(expr)
        packed = _message_class("Any")(type_url=self._any.type_url, value=alone.SerializeToString())
        data: bytes = packed.SerializeToString()
        return data

    def is_day(self, expr: Expr) -> bool:
        """Return whether a node is a timestamp."""
        found = self._types.get(expr.id)
        return found is not None and found.well_known == TIMESTAMP

    def is_list(self, expr: Expr) -> bool:
        """Return whether a node is known to be a list."""
        found = self._types.get(expr.id)
        return found is not None and found.HasField("list")

    def is_map(self, expr: Expr) -> bool:
        """Return whether a node is known to be a map."""
        found = self._types.get(expr.id)
        return found is not None and found.HasField("map")

    def primitive(self, expr: Expr) -> int:
        """Return the primitive type of a node, such as STRING; 0 for other types."""
        found = self._types.get(expr.id)
        primitive: int = 0 if found is None else found.primitive
        return primitive

    def is_dynamic(self, expr: Expr) -> bool:
        """Return whether the type of a node is only known when it is evaluated."""
        found = self._types.get(expr.id)
        return found is not None and found.HasField("dynamic")

    def message(self, expr: Expr) -> str:
        """Return the message type of a node, without its package; empty for other types."""
        found = self._types.get(expr.id)
        name: str = "" if found is None else found.message
        return name.rpartition(".")[2]

    def overloads(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the id of each node that calls a function, and the ids of its overloads."""
        for item in self.checked.references:
            if item.value.overloads:
                yield item.key, item.value.overloads

    def position(self, expr: Expr) -> int:
        """Return the offset of a node in the expression."""
        found: int = self._positions.get(expr.id, 0)
        return found

    def has_position(self, expr: Expr) -> bool:
        """Return whether a node has a position in the text of the expression."""
        return expr.id in self._positions

    def begin(self, expr: Expr) -> int:
        """Return the offset at which the text of a node begins."""
        here = [self._positions[item.id] for item in nodes(expr) if item.id in self._positions]
        return min(here, default=0)


def kind_of(expr: Expr) -> str:
    """Return the kind of a node: the name of its field in `Expr`; empty if none is set."""
    for name in ("select", "ident", "call", "constant", "comprehension", "list", "struct"):
        if expr.HasField(name):
            return name
    return ""


def is_null(expr: Expr) -> bool:
    """Return whether a node is the constant null."""
    return kind_of(expr) == "constant" and bool(expr.constant.HasField("null"))


def children(expr: Expr) -> list[Expr]:
    """Return the nodes directly below a node."""
    kind = kind_of(expr)
    if kind == "select":
        return [expr.select.operand]
    if kind == "call":
        target = [expr.call.target] if expr.call.HasField("target") else []
        return [*target, *expr.call.args]
    if kind == "list":
        return list(expr.list.elements)
    if kind == "struct":
        return [part for entry in expr.struct.entries for part in (entry.map_key, entry.value)]
    if kind == "comprehension":
        inner = expr.comprehension
        return [inner.range, inner.start, inner.condition, inner.step, inner.result]
    return []


def nodes(expr: Expr) -> Iterator[Expr]:
    """Yield a node and all nodes below it, parents before children."""
    pending = [expr]
    while pending:
        item = pending.pop()
        yield item
        pending += reversed(children(item))


def set_binding(expr: Expr, name: str, value: Expr) -> Expr:
    """Set an empty node to another node with a variable, and return that other node.

    This is what the macro cel.bind does: a loop without steps evaluates `value` once.
    """
    loop = expr.comprehension
    loop.variable, loop.result_variable = "@unused", name
    loop.range.list.SetInParent()
    loop.start.CopyFrom(value)
    loop.condition.constant.bool = False
    loop.step.ident.name = name
    result: Expr = loop.result
    return result


def set_call(expr: Expr, function: str, number: int) -> list[Expr]:
    """Set an empty node to a call, and return its arguments."""
    expr.call.function = function
    return [expr.call.args.add() for _ in range(number)]


def text_of(expr: Expr) -> str | None:
    """Return the text of a name, a field or an element of a list; None for anything else."""
    kind = kind_of(expr)
    if kind == "ident":
        name: str = expr.ident.name
        return name
    if kind == "select" and not expr.select.test_only:
        inner = text_of(expr.select.operand)
        return None if inner is None else f"{inner}.{expr.select.field}"
    if kind == "call" and expr.call.function == "_[_]":
        inner, index = text_of(expr.call.args[0]), expr.call.args[1]
        if inner is not None and kind_of(index) == "constant":
            part = index.constant
            if part.HasField("string") or part.HasField("int"):
                value = repr(part.string) if part.HasField("string") else str(part.int)
                return f"{inner}[{value}]"
    if kind == "call" and expr.call.function == "dyn":
        inner = text_of(expr.call.args[0])
        return None if inner is None else f"dyn({inner})"
    return None
