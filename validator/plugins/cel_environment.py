"""The environments of CEL expressions: their protobuf messages and variables.

CEL and protobuf are imported when the first expression is compiled.
Source: github.com/google/cel-spec, well-known types; descriptor.proto of protobuf.
"""

from functools import cache
from typing import Any

from validator.plugins.cel_functions import declarations, implementations
from validator.plugins.cel_schema import DAY, KEYS, MESSAGES, PACKAGE, Scope

# FieldDescriptorProto.Type and FieldDescriptorProto.Label
_SCALAR_TYPES = {"string": 9, "int": 3, "bool": 8, "double": 1}
_MESSAGE_TYPE = 11
_OPTIONAL, _REPEATED = 1, 3
_WELL_KNOWN = {DAY: ".google.protobuf.Timestamp", KEYS: ".google.protobuf.Struct"}


@cache
def cel_library() -> Any:
    """Return the module of the CEL library."""
    from cel_expr_python import cel

    return cel


@cache
def compiler(scope: Scope) -> Any:
    """Return the environment that compiles the expressions of a scope."""
    return _environment(scope, declarations())


@cache
def evaluator(scope: Scope) -> Any:
    """Return the environment that evaluates the compiled expressions of a scope."""
    return _environment(scope, implementations())


def _environment(scope: Scope, functions: list[Any]) -> Any:
    from cel_expr_python.ext import ext_strings

    return cel_library().NewEnv(
        _descriptor_pool(),
        variables={name: _cel_type(kind) for name, kind in scope.variables.items()},
        extensions=[ext_strings.ExtStrings()],
        functions=functions,
    )


@cache
def message_class(name: str) -> Any:
    """Return the protobuf class of a message of the schema."""
    from google.protobuf import message_factory

    descriptor = _descriptor_pool().FindMessageTypeByName(f"{PACKAGE}.{name}")
    return message_factory.GetMessageClass(descriptor)


@cache
def timestamp_class() -> Any:
    """Return the protobuf class for the value of a variable that is a day."""
    from google.protobuf import message_factory

    descriptor = _descriptor_pool().FindMessageTypeByName("google.protobuf.Timestamp")
    return message_factory.GetMessageClass(descriptor)


@cache
def _descriptor_pool() -> Any:
    """Return the protobuf descriptors of the schema."""
    from google.protobuf import descriptor_pb2, descriptor_pool, struct_pb2, timestamp_pb2

    pool = descriptor_pool.DescriptorPool()
    for module in (timestamp_pb2, struct_pb2):
        pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
    file = descriptor_pb2.FileDescriptorProto(
        name=f"{PACKAGE}.proto",
        package=PACKAGE,
        syntax="proto3",
        dependency=["google/protobuf/timestamp.proto", "google/protobuf/struct.proto"],
    )
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for number, (key, kind) in enumerate(fields.items(), 1):
            _add_field(message, number, key, kind)
    pool.AddSerializedFile(file.SerializeToString())
    return pool


def _add_field(message: Any, number: int, name: str, kind: str) -> None:
    is_list, plain = kind.startswith("list "), kind.removeprefix("list ")
    field = message.field.add(name=name, number=number, label=_REPEATED if is_list else _OPTIONAL)
    if plain in _SCALAR_TYPES:
        field.type = _SCALAR_TYPES[plain]
        if not is_list:  # so that has() can tell whether the field is set
            field.proto3_optional = True
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=f"_{name}")
    else:
        field.type = _MESSAGE_TYPE
        field.type_name = _WELL_KNOWN.get(plain, f".{PACKAGE}.{plain}")


def _cel_type(kind: str) -> Any:
    cel = cel_library()
    if kind.startswith("list "):
        return cel.Type.List(_cel_type(kind.removeprefix("list ")))
    plain = {
        "string": cel.Type.STRING,
        "int": cel.Type.INT,
        "double": cel.Type.DOUBLE,
        "bool": cel.Type.BOOL,
        DAY: cel.Type.TIMESTAMP,
        KEYS: cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    }
    return plain[kind] if kind in plain else cel.Type(f"{PACKAGE}.{kind}")


def is_cel_installed() -> bool:
    """Return whether the packages of the extra `cel` are installed."""
    from importlib.util import find_spec

    try:
        return bool(find_spec("cel_expr_python")) and bool(find_spec("google.protobuf"))
    except ModuleNotFoundError:  # there is no package `google`
        return False
