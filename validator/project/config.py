"""The configuration file: its search, its schema and its values."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from validator.findings.severity import FailOn, Severity
from validator.project.repository import is_in_tree, repository_root, tree_root
from validator.system.errors import NoVerdictError

Level = Severity | Literal["off"]
"""The severity of a policy or a built-in finding in a run, or that it is off."""

CONFIG_FILE_NAME = "tenantlint.toml"


class ConfigError(NoVerdictError):
    """A configuration that does not exist or is invalid; one line for each cause."""

    def __init__(self, *causes: str) -> None:
        super().__init__("\n".join(causes))
        self.causes = causes


class PerFile(NamedTuple):
    """Settings for the files that match the patterns `files`, as in .gitignore."""

    files: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Level] = {}


class Config(NamedTuple):
    """The values of a configuration; None for a key that it does not have.

    `name` is the name of the file in messages, `file` its resolved path; None for the defaults,
    if there is no configuration. Patterns are relative to `folder`. `policy_files` are relative
    to the working folder; `policy_data` has the contents of those that are not read from the
    working tree. `policy` has the options of policies by their ids, `usage_map` the columns of a
    usage report.
    """

    name: str = "none"
    folder: Path = Path()
    file: Path | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    expiring_within: int | None = None
    fail_on: FailOn | None = None
    severity: Mapping[str, Level] = {}
    per_file: tuple[PerFile, ...] = ()
    policy_files: tuple[str, ...] = ()
    policy_data: Mapping[str, bytes] = {}
    usage_map: Mapping[str, str] = {}
    policy: Mapping[str, Mapping[str, Any]] = {}


ReadConfig = Callable[[Path, str], Config | None]
"""Returns the configuration in a file with this name in messages, None where there is none."""


def load_config(path: str | None) -> Config:
    """Return the configuration at a path, or the closest one from the working folder upwards.

    Raises ConfigError.
    """
    if path is None:
        return find_config(read_config_if_any)
    config = parse_config(Path(path), path, _read_bytes(Path(path), path))
    if config is None:
        raise ConfigError(f"{path}: has no [tool.tenantlint]")
    return config


def find_config(read: ReadConfig) -> Config:
    """Return the closest configuration from the working folder upwards, or the defaults."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in (CONFIG_FILE_NAME, "pyproject.toml"):
            file = folder / name
            config = read(file, name if folder == here else str(file))
            if config is not None:
                return config
    return Config(folder=here)


def read_config_if_any(file: Path, name: str) -> Config | None:
    """Return the configuration in a file of the working tree, None where there is none.

    Raises ConfigError.
    """
    return parse_config(file, name, _read_bytes(file, str(file))) if file.is_file() else None


def _read_bytes(file: Path, name: str) -> bytes:
    """Return the contents of a configuration. Raises ConfigError.

    Messages quote its keys, so a link of a repository must not lead out of it.
    """
    if file.is_symlink():
        root = repository_root(file.parent.resolve())
        if root is not None and not is_in_tree(str(file), root):
            raise ConfigError(f"{name}: this link must lead to a file below {root}, not in .git")
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{name}: {error.strerror}") from error


def parse_config(file: Path, name: str, data: bytes, folder: Path | None = None) -> Config | None:
    """Return the configuration in the contents of a file; None for a pyproject.toml without one.

    `name` is the name of the file in messages. Patterns and policy files are relative to `folder`,
    by default the one that the file is in when links are followed. Raises ConfigError.
    """
    # Most pyproject.toml do not name this program, and need not be parsed.
    if file.name == "pyproject.toml" and b"tenantlint" not in data:
        return None
    import tomllib

    from validator.schema.json_schema import Schema
    from validator.system.bundled_files import bundled_schema

    try:
        table: Any = tomllib.loads(data.decode().removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name}: not TOML: {' '.join(str(error).split())}") from error
    if file.name == "pyproject.toml":
        tool = table.get("tool", {})
        if not isinstance(tool, dict) or "tenantlint" not in tool:
            return None
        table = tool["tenantlint"]
    # JSON has no dates and times. As strings they break the schema, which has no use for them.
    table = json.loads(json.dumps(table, default=str))
    wrong = Schema("config", bundled_schema("config")).findings(table)
    if wrong:
        raise ConfigError(
            *(
                f"{name}: {finding.path[1:].replace('/', '.') or 'the file'}: {finding.message}"
                + (
                    f"; {finding.help}"
                    if finding.help.startswith(("did you mean", "write `"))
                    else ""
                )
                for _, finding in wrong
            )
        )
    return _config_of(table, name, file.resolve(), folder or file.resolve().parent)


def _config_of(table: Mapping[str, Any], name: str, file: Path, folder: Path) -> Config:
    per_file = tuple(
        PerFile(tuple(item["files"]), tuple(item.get("ignore", ())), item.get("severity", {}))
        for item in table.get("per-file", ())
    )
    return Config(
        name=name,
        folder=folder,
        file=file,
        include=tuple(table["include"]) if "include" in table else None,
        exclude=tuple(table.get("exclude", ())),
        select=tuple(table.get("select", ())),
        ignore=tuple(table.get("ignore", ())),
        expiring_within=table.get("expiring-within"),
        fail_on=table.get("fail-on"),
        severity=table.get("severity", {}),
        per_file=per_file,
        usage_map=table.get("import", {}).get("usage", {}),
        policy=table.get("policy", {}),
        policy_files=_policy_files(table.get("policy-files", ()), folder, name),
    )


def _policy_files(items: Sequence[str], folder: Path, name: str) -> tuple[str, ...]:
    """Return the paths of policy files, which must lie in the tree of the configuration.

    A configuration comes from the tree under check, and messages about a policy file quote it.
    Raises ConfigError.
    """
    if not items:
        return ()
    root = tree_root(folder, folder)
    outside = [item for item in items if not is_in_tree(os.path.join(folder, item), root)]
    if outside:
        raise ConfigError(
            *(
                f"{name}: policy-files: {item} must lie below {root}, and not in .git"
                for item in outside
            )
        )
    return tuple(_relative_to_cwd(folder / item) for item in items)


def _relative_to_cwd(file: Path) -> str:
    """Return a path relative to the working folder if it is inside, else the absolute path."""
    here = Path.cwd()
    return file.relative_to(here).as_posix() if file.is_relative_to(here) else str(file)
