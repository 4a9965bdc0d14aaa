"""The configuration file: found, read, checked against its schema."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from validator.findings.diagnostic import FailOn, NoVerdictError, Severity

Level = Severity | Literal["off"]

FILE_NAME = "tenantlint.toml"


class ConfigError(NoVerdictError):
    """A configuration that is missing or wrong; one line for each cause."""

    def __init__(self, *causes: str) -> None:
        super().__init__("\n".join(causes))
        self.causes = causes


class PerFile(NamedTuple):
    """Settings for the files that match `files`, patterns as in .gitignore."""

    files: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Level] = {}


class Config(NamedTuple):
    """What the configuration says; None where it says nothing.

    `name` is what messages call the file, `folder` the one from which its patterns count.
    """

    name: str = "the configuration"
    folder: Path = Path()
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    expiring_within: int | None = None
    fail_on: FailOn | None = None
    severity: Mapping[str, Level] = {}
    per_file: tuple[PerFile, ...] = ()
    policy_files: tuple[str, ...] = ()


def load_config(named: str | None) -> Config:
    """Return the named configuration, or the nearest one from the working folder upwards.

    Raises ConfigError.
    """
    if named is not None:
        config = _read(Path(named), named)
        if config is _NOT_OURS:
            raise ConfigError(f"{named}: has no [tool.tenantlint]")
        return config
    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in (FILE_NAME, "pyproject.toml"):
            file = folder / name
            if file.is_file() and (name == FILE_NAME or b"tenantlint" in _bytes(file, str(file))):
                shown = name if folder == here else str(file)
                config = _read(file, shown)
                if config is not _NOT_OURS:
                    return config
    return Config(folder=here)


_NOT_OURS = Config()


def _bytes(file: Path, name: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{name}: {error.strerror}") from error


def _read(file: Path, name: str) -> Config:
    import tomllib

    from validator.schema.json_schema import Schema
    from validator.system.bundled_files import bundled_schema

    try:
        table: Any = tomllib.loads(_bytes(file, name).decode().removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name}: not TOML: {' '.join(str(error).split())}") from error
    if file.name == "pyproject.toml":
        tool = table.get("tool", {})
        if not isinstance(tool, dict) or "tenantlint" not in tool:
            return _NOT_OURS
        table = tool["tenantlint"]
    # Dates and times are no JSON; as strings they are refused where they do not belong.
    table = json.loads(json.dumps(table, default=str))
    wrong = Schema("config", bundled_schema("config")).findings(table)
    if wrong:
        raise ConfigError(
            *(
                f"{name}: {finding.path[1:].replace('/', '.') or 'the file'}: {finding.message}"
                + (f"; {finding.help}" if finding.help.startswith("did you mean") else "")
                for _, finding in wrong
            )
        )
    return _config(table, file, name)


def _config(table: Mapping[str, Any], file: Path, name: str) -> Config:
    per_file = tuple(
        PerFile(tuple(item["files"]), tuple(item.get("ignore", ())), item.get("severity", {}))
        for item in table.get("per-file", ())
    )
    return Config(
        name=name,
        folder=file.resolve().parent,
        include=tuple(table["include"]) if "include" in table else None,
        exclude=tuple(table.get("exclude", ())),
        select=tuple(table.get("select", ())),
        ignore=tuple(table.get("ignore", ())),
        expiring_within=table.get("expiring-within"),
        fail_on=table.get("fail-on"),
        severity=table.get("severity", {}),
        per_file=per_file,
        policy_files=tuple(
            _from_here(file.resolve().parent / item) for item in table.get("policy-files", ())
        ),
    )


def _from_here(file: Path) -> str:
    """Return a path as somebody in the working folder would write it."""
    here = Path.cwd()
    return file.relative_to(here).as_posix() if file.is_relative_to(here) else str(file)
