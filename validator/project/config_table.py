"""Parse the TOML table of one configuration file, and validate it against the schema."""

import re
from functools import partial
from pathlib import Path
from typing import Any

from validator.findings.finding import Finding
from validator.findings.json_pointer import value_at
from validator.system.errors import NoVerdictError

_TABLES = (
    (r"/per-file", "[[per-file]]"),
    (r"/per-file/\d+/severity", 'severity = {ID = "info"}'),
    (r"/severity", "[severity]"),
    (r"/policy(?:/[^/]*)?", "[policy.ID]"),
    (r"/import(?:/usage)?", "[import.usage]"),
)
"""The headings and values that define a table at a path."""

_YAML_PAIR = re.compile(r"`([\w-]+): ([^`]*)`")
_HELP_WITH_WORD = re.compile(r"write `((?!true|false)[a-z-]+)`")
_INVALID_VALUE = re.compile(r"Invalid value \(at line (\d+), column (\d+)\)")  # by tomllib
_WORD = re.compile(r"[A-Za-z*][\w./*-]*")
_TRUTHS = {"true": "true", "yes": "true", "false": "false", "no": "false"}


class ConfigError(NoVerdictError):
    """A configuration that does not exist or is invalid; one line for each cause."""


def config_table(file: Path, name: str, data: bytes) -> dict[str, Any] | None:
    """Return the table in the contents of a file; None for a pyproject.toml without one.

    `name` is the name of the file in messages. Raises ConfigError.
    """
    # Most pyproject.toml files do not mention this program and need not be parsed.
    if file.name == "pyproject.toml" and b"tenantlint" not in data:
        return None
    import json
    import tomllib

    from validator.schema.json_schema import Schema
    from validator.system.bundled_files import bundled_schema

    try:
        table: Any = tomllib.loads(data.decode().removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        hint = _hint_about_quotes(reason, data.decode(errors="replace"))
        raise ConfigError(f"{name}: not TOML: {reason}{hint}") from error
    if file.name == "pyproject.toml":
        tool = table.get("tool", {})
        if not isinstance(tool, dict) or "tenantlint" not in tool:
            return None
        table = tool["tenantlint"]
    elif isinstance(table.get("tool"), dict) and "tenantlint" in table["tool"]:
        raise ConfigError(
            f"{name}: [tool.tenantlint] is for pyproject.toml; write the keys without a heading"
        )
    # JSON has no dates and times. No key takes them, so as strings they do not match the schema.
    try:
        table = json.loads(json.dumps(table, default=str))
    except RecursionError as error:  # a dotted key with hundreds of parts
        raise ConfigError(f"{name}: tables are nested too deeply") from error
    wrong = Schema("config", bundled_schema("config")).findings(table)
    if wrong:
        raise ConfigError(
            *(
                f"{name}: {finding.path[1:].replace('/', '.') or 'the file'}: "
                f"{_in_toml(finding.message)}{_hint(finding, table)}"
                for _, finding in wrong
            )
        )
    _check_patterns(name, table)
    return dict(table)


def _hint_about_quotes(reason: str, text: str) -> str:
    """Return what to write, after a semicolon, if a value in TOML is a word without quotes."""
    place = _INVALID_VALUE.fullmatch(reason)
    lines = text.removeprefix("\ufeff").split("\n")
    word = _WORD.match(lines[int(place[1]) - 1], int(place[2]) - 1) if place else None
    if word is None:
        return ""
    truth = _TRUTHS.get(word[0].lower())
    return f"; write `{truth}`" if truth else f'; write `"{word[0]}"`, with quotes'


def _check_patterns(name: str, table: dict[str, Any]) -> None:
    """Raise ConfigError for invalid patterns of files."""
    found: dict[str, list[str]] = {
        key: table[key] for key in ("include", "exclude") if key in table
    }
    for number, item in enumerate(table.get("per-file", ())):
        found[f"per-file.{number}.files"] = item["files"]
    if not found:
        return
    from validator.project.patterns import PatternError, pattern_matcher

    wrong: list[str] = []
    for key, patterns in found.items():
        for number, pattern in enumerate(patterns):
            try:
                pattern_matcher([pattern])
            except PatternError as error:
                wrong.append(f"{name}: {key}.{number}: {error}")
    if wrong:
        raise ConfigError(*wrong)


def _in_toml(message: str) -> str:
    """Return a message with TOML's word for a mapping."""
    message = message.replace("must be a mapping", "must be a table")
    return message.replace(", not a mapping", ", not a table")


def _toml_advice(finding: Finding) -> str:
    """Return what to write in TOML where the help is about YAML; an empty string if none."""
    if finding.message.endswith(" lacks files"):
        return 'add files = ["tenants/*.yaml"]'
    if " must be a mapping" in finding.message or finding.message.endswith(", not a mapping"):
        return next(
            (f"write {text}" for pattern, text in _TABLES if re.fullmatch(pattern, finding.path)),
            "",
        )
    return ""


def _hint(finding: Finding, table: Any) -> str:
    """Return a hint, after a semicolon, or an empty string; strings in it are quoted for TOML."""
    import json

    if advice := _toml_advice(finding):
        return f"; {advice}"
    value = value_at(table, finding.path)
    if finding.path == "/policies" and isinstance(value, list | str):
        files = [value] if isinstance(value, str) else value
        return f"; write `policy-files = {json.dumps(files, ensure_ascii=False)}`"
    if not finding.help.startswith(("did you mean", "write `", "remove `")):
        is_unknown_table = (
            finding.on_key and isinstance(value, dict) and "/" not in finding.path[1:]
        )
        policy = f"the options of a policy belong to [policy.{finding.path[1:]}]"
        return f"; {policy}" if is_unknown_table else ""
    if isinstance(value, str) and finding.help.startswith("write `["):
        items = _items(finding.path.rpartition("/")[2], value)
        return f"; write `{json.dumps(items, ensure_ascii=False)}`"
    if (word := _HELP_WITH_WORD.fullmatch(finding.help)) and not isinstance(value, str):
        return f'; write `"{word[1]}"`'
    return f"; {_YAML_PAIR.sub(partial(_toml_pair, given=value), finding.help)}"


def _items(key: str, value: str) -> list[str]:
    """Return the items of the list that a string at a key means.

    A path or a pattern is one string; ids may be comma-separated, as in the options.
    """
    parts = value.split(",") if key in ("select", "ignore") else [value]
    return [part.strip() for part in parts if part.strip()]


def _toml_pair(match: re.Match[str], given: object) -> str:
    """Return the proposal of a key with its value as TOML. `given` is the value in the file."""
    import json

    from validator.document.reader import read_documents

    value = next(read_documents(match[2])).value
    if isinstance(value, list) and isinstance(given, str):
        value = _items(match[1], given)
    return f"`{match[1]} = {json.dumps(value, ensure_ascii=False)}`"
