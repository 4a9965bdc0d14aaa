"""The command `config`."""

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from validator.cli import options
from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.output import print_lines, print_messages, print_text

if TYPE_CHECKING:
    from validator.project.config import Config
    from validator.project.file_reasons import FileReason

_DEFAULTS = {
    "exclude": (), "select": (), "ignore": (), "expiring-within": 30, "fail-on": "error",
    "preview": False,
}  # fmt: skip
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_VARIABLES = ("select", "ignore", "severity", "expiring-within", "fail-on", "preview", "config")


@click.command("config")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--files",
    "wants_files",
    is_flag=True,
    help="List the YAML files in PATHS (by default in this folder), and why each is or is not "
    "checked.",
)
@options.fixed_format_option("text", "json", help="text (the default, TOML with comments) or json")
@options.CONFIG
def command(
    paths: tuple[str, ...], config_file: str | None, format_name: str, *, wants_files: bool
) -> int:
    """Show the configuration, and the origin of each value."""
    from validator.project.config import load_config

    if paths and not wants_files:
        raise click.UsageError("PATHS need --files")
    with no_verdict_as_click_error():
        config = load_config(config_file)
        if wants_files:
            return _print_files(paths, config, format_name)
    values = list(_values(config))
    variables = [name for name in map(_variable, _VARIABLES) if os.environ.get(name)]
    if format_name == "json":
        _print_json(
            {
                "configuration": config.name if config.file else None,
                "extends": list(config.extends),
                "values": [
                    {
                        "key": ".".join((*item.table, item.name)),
                        "value": item.value,
                        "origin": item.origin,
                    }
                    for item in values
                ],
                "variables": {name: os.environ[name] for name in variables},
            }
        )
    else:
        print_lines(*_text(config, values, variables))
    return 0


def _variable(key: str) -> str:
    return f"TENANTLINT_CHECK_{key.upper().replace('-', '_')}"


class _Value(NamedTuple):
    """A value of the configuration: the table and the key that hold it, and its origin."""

    table: tuple[str, ...]
    name: str
    value: Any
    origin: str


def _values(config: "Config") -> Iterator[_Value]:
    """Yield each value; tables last."""
    from validator.project.file_patterns import DEFAULT_PATTERNS

    origins = config.origins
    for key, default in {"include": DEFAULT_PATTERNS, **_DEFAULTS}.items():
        held = getattr(config, key.replace("-", "_"))
        value = default if held is None else held
        value = list(value) if isinstance(value, tuple) else value
        yield _Value((), key, value, origins.get(key, "default"))
    if config.policy_files:
        yield _Value((), "policy-files", list(config.policy_files), origins["policy-files"])
    for id, level in config.severity.items():
        yield _Value(("severity",), id, level, origins[f"severity.{id}"])
    for id, own in config.policy.items():
        for option, value in own.items():
            yield _Value(("policy", id), option, value, origins[f"policy.{id}.{option}"])
    for key, value in config.usage_map.items():
        yield _Value(("import", "usage"), key, value, origins["import"])
    for number, item in enumerate(config.per_file):
        table = {"files": list(item.files)}
        table |= {"ignore": list(item.ignore)} if item.ignore else {}
        table |= {"severity": dict(item.severity)} if item.severity else {}  # type: ignore[dict-item]
        yield _Value(("per-file",), str(number), table, origins[f"per-file.{number}"])


def _text(config: "Config", values: list[_Value], variables: list[str]) -> Iterator[str]:
    """Yield the configuration as lines of TOML; a comment names the origin of each value."""
    yield f"# configuration: {config.name}"
    for name in reversed(config.extends):
        yield f"# extends: {name}"
    for name in variables:
        yield f"# in check, the variable {name} overrides the configuration: {os.environ[name]}"
    current: tuple[str, ...] = ()
    for table, name, value, origin in values:
        if table == ("per-file",):
            yield ""
            yield f"[[per-file]]  # {origin}"
            yield from (f"{inner} = {_toml(item)}" for inner, item in value.items())
            continue
        if table != current:
            current = table
            yield ""
            yield f"[{'.'.join(map(_toml_key, table))}]"
        yield f"{_toml_key(name)} = {_toml(value)}  # {origin}"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml_key(k)} = {_toml(item)}" for k, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return _json(value)


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _json(key)


def _json(value: Any) -> str:
    """Return a text, a number or a boolean as TOML, in which every character can be printed."""
    import json

    return "".join(map(_escaped, json.dumps(value, ensure_ascii=False)))


def _escaped(char: str) -> str:
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def _print_files(paths: tuple[str, ...], config: "Config", format_name: str) -> int:
    from validator.project.file_reasons import file_reasons

    patterns = config.patterns
    try:
        reasons = list(file_reasons(paths or (".",), patterns))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        file = getattr(error, "filename", None) or ""
        raise click.ClickException(f"{file}: {reason}" if file else str(reason)) from error
    if format_name == "json":
        files = [
            {"file": item.name, "checked": item.is_checked, "reason": item.reason}
            for item in reasons
        ]
        _print_json({"configuration": config.name if config.file else None, "files": files})
    else:
        print_lines(*map(_file_line, reasons))
        if not reasons:
            print_messages("no YAML files found")
    return 0


def _file_line(item: "FileReason") -> str:
    return f"{'checked' if item.is_checked else '-':7}  {item.name}: {item.reason}"


def _print_json(value: dict[str, Any]) -> None:
    import json

    whole = {"version": 1, **value}
    print_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", is_utf8=True)
