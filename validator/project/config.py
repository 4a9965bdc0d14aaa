"""Find and load the configuration file, and return its values."""

import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from validator.findings.severity import FailOn, Severity
from validator.project.config_layers import (
    Layer,
    ReadBase,
    all_layers,
    merged_table,
    policy_files,
    read_base_file,
)
from validator.project.config_table import ConfigError, config_table
from validator.project.file_patterns import FilePatterns
from validator.project.repository import is_in_tree, repository_root

__all__ = [
    "CONFIG_FILE_NAME",
    "Config",
    "ConfigError",
    "Level",
    "PerFile",
    "ReadConfig",
    "find_config",
    "load_config",
    "parse_config",
    "read_config_if_any",
]

Level = Severity | Literal["off"]
"""The severity of a policy or a built-in finding in a run, or `off`."""

CONFIG_FILE_NAME = "tenantlint.toml"


class PerFile(NamedTuple):
    """Settings for the files that match the patterns `files`, as in .gitignore."""

    files: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Level] = {}


class Config(NamedTuple):
    """The values of a configuration; None for a key that it does not have.

    `name` is the name of the file in messages. `file` is its resolved path; None if there is no
    configuration, and the defaults are used. Patterns are relative to `folder`. `policy_files` are
    relative to the working folder; `policy_data` has the contents of those that are not read from
    the working tree. `policy` has the options of policies by policy id, `usage_map` the columns of
    a usage report.
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
    preview: bool = False
    extends: tuple[str, ...] = ()
    extended_files: tuple[str, ...] = ()
    origins: Mapping[str, str] = {}

    @property
    def patterns(self) -> FilePatterns:
        """The patterns of the files that a search takes."""
        return FilePatterns(self.include, self.exclude, self.folder, self.file)


ReadConfig = Callable[[Path, str], Config | None]
"""Returns the configuration in a file with this name in messages, or None."""


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
    """Return the configuration in a file of the working tree, or None.

    Raises ConfigError.
    """
    return parse_config(file, name, _read_bytes(file, str(file))) if _is_file(file) else None


def _is_file(file: Path) -> bool:
    """Return whether a file exists. Raises ConfigError if it cannot be reached."""
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from error


def _read_bytes(file: Path, name: str) -> bytes:
    """Return the contents of a configuration. Raises ConfigError.

    Messages quote its keys, so a link in a repository must not point outside the repository.
    """
    try:
        if stat.S_ISLNK(file.lstat().st_mode):
            root = repository_root(file.parent.resolve())
            if root is not None and not is_in_tree(str(file), root):
                raise ConfigError(
                    f"{name}: this link must point to a file below {root}, not in .git"
                )
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{name}: {error.strerror}") from error


def parse_config(
    file: Path,
    name: str,
    data: bytes,
    folder: Path | None = None,
    read_base: ReadBase = read_base_file,
) -> Config | None:
    """Return the configuration in the contents of a file.

    Returns None for a pyproject.toml without [tool.tenantlint].

    `name` is the name of the file in messages. Patterns and policy files are relative to `folder`,
    by default the folder of the file with links resolved. `read_base` reads the files that it
    extends. Raises ConfigError.
    """
    table = config_table(file, name, data)
    if table is None:
        return None
    layer = Layer(name, str(file.resolve()), folder or file.resolve().parent, table)
    return _config_of(all_layers(layer, read_base), file.resolve(), read_base)


def _config_of(layers: Sequence[Layer], file: Path, read_base: ReadBase) -> Config:
    """Return the configuration of layers; each layer overrides those before it."""
    *_, nearest = layers
    merged = merged_table(layers)
    table, name, folder = merged.table, nearest.name, nearest.folder
    per_file = tuple(
        PerFile(tuple(item["files"]), tuple(item.get("ignore", ())), item.get("severity", {}))
        for item in table.get("per-file", ())
    )
    files, contents = policy_files(layers, read_base)
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
        policy=table.get("policy", {}),
        preview=table.get("preview", False),
        policy_files=tuple(files),
        policy_data=contents,
        usage_map=table.get("import", {}).get("usage", {}),
        extends=tuple(layer.name for layer in layers[:-1]),
        extended_files=tuple(layer.key for layer in layers[:-1] if layer.package is None),
        origins={
            **merged.origins,
            **{f"policy-files.{file}": layer for file, layer in files.items()},
        },
    )
