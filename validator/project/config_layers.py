"""Load what a configuration extends: files in the repository and in installed packages.

A layer is one file. It overrides the layers that it extends; of several entries in `extends`, each
overrides those before it. Nothing is read from the network, and no package is imported.
"""

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from validator.project.config_table import ConfigError, config_table
from validator.project.repository import is_in_tree, tree_root
from validator.project.sources import name_in_reports
from validator.system.patterns import compiled

MAX_LAYERS = 50
"""The maximum number of files that a configuration may extend."""

_PACKAGE = r"(?s)package:([A-Za-z_][A-Za-z0-9_]*)/(.+)"
_ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]+://"
_WHOLE = (
    "include", "exclude", "select", "ignore", "expiring-within", "fail-on", "preview", "import",
)  # fmt: skip
"""Keys whose value comes from the nearest layer that has them."""


class Layer(NamedTuple):
    """One file of a configuration.

    `name` is its name in messages, and `key` identifies it. Paths in it are relative to `folder`.
    `package` is the folder of its package; None if it is not in a package.
    """

    name: str
    key: str
    folder: Path
    table: Mapping[str, Any]
    package: Path | None = None


class Merged(NamedTuple):
    """The table of all layers, and the name of the layer that each key comes from.

    Keys of nested tables are joined with a dot: `severity.primary-shift`.
    """

    table: Mapping[str, Any]
    origins: Mapping[str, str]


ReadBase = Callable[[Path], tuple[str, bytes] | None]
"""Returns the name in messages and the contents of a file; None if it does not exist."""


def read_base_file(file: Path) -> tuple[str, bytes] | None:
    """Return the name and the contents of a file of the working tree. Raises ConfigError."""
    name = shown_name(file)
    try:
        return (name, file.read_bytes()) if stat.S_ISREG(file.stat().st_mode) else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"{name}: {error.strerror}") from error


def shown_name(file: Path) -> str:
    """Return the name of a file in messages: its path relative to the working folder."""
    try:
        return name_in_reports(os.path.relpath(file))
    except ValueError:  # another drive
        return str(file)


def all_layers(layer: Layer, read: ReadBase) -> Sequence[Layer]:
    """Return all layers that a layer extends, then the layer itself. Raises ConfigError."""
    if not layer.table.get("extends"):
        return (layer,)
    root = tree_root(layer.folder, layer.folder)
    found: dict[str, Layer] = {}
    _collect(layer, read, root, [], found)
    return tuple(found.values())


def _collect(
    layer: Layer, read: ReadBase, root: Path, path: list[Layer], found: dict[str, Layer]
) -> None:
    """Add the layers that a layer extends, then the layer; `path` has the layers above it."""
    if layer.key in (item.key for item in path):
        names = [item.name for item in path] + [layer.name]
        cycle = " extends ".join(names[[item.key for item in path].index(layer.key) :])
        raise ConfigError(f"{path[-1].name}: extends: a cycle: {cycle}")
    if layer.key in found:
        return
    for item in layer.table.get("extends", ()):
        if len(found) + len(path) >= MAX_LAYERS:
            raise ConfigError(f"{layer.name}: extends: more than {MAX_LAYERS} files")
        _collect(_open(layer, item, read, root), read, root, [*path, layer], found)
    found[layer.key] = layer


def _open(layer: Layer, item: str, read: ReadBase, root: Path) -> Layer:
    """Return the layer that an entry of `extends` names. Raises ConfigError."""
    at = f"{layer.name}: extends: {item}"
    _check_path(at, item)
    package = compiled(_PACKAGE).fullmatch(item)
    if package is not None:
        return _open_in_package(at, package[1], package[2], read)
    if item.startswith("package:"):
        raise ConfigError(f"{at} is not of the form package:NAME/FILE.toml")
    if compiled(_ADDRESS).match(item):
        raise ConfigError(f"{at} is a URL; name a file, or a file in an installed package")
    if layer.package is not None:
        inside = os.path.relpath(os.path.join(layer.folder, item), layer.package)
        name = layer.name.partition("/")[0].removeprefix("package:")
        return _open_in_package(at, name, inside.replace(os.sep, "/"), read)
    file = Path(os.path.normpath(layer.folder / item))
    if not is_in_tree(str(file), root):
        raise ConfigError(f"{at} must be below {root}, and not in .git")
    opened = read(file)
    if opened is None:
        raise ConfigError(f"{at} does not exist")
    name, data = opened
    return Layer(name, os.path.realpath(file), file.parent, _table(file, name, data))


def _check_path(at: str, path: str) -> None:
    """Raise ConfigError for a path that no file system allows."""
    if "\0" in path:
        raise ConfigError(f"{at} has a null character")


def _open_in_package(at: str, package: str, path: str, read: ReadBase) -> Layer:
    folders = package_folders(package)
    if not folders:
        raise ConfigError(f"{at}: the package {package} is not installed")
    for folder in folders:
        file = Path(os.path.normpath(folder / path))
        if not is_below(file, folder):
            raise ConfigError(f"{at} must be in the package {package}")
        data = _package_data(file, read)
        if data is not None:
            name = f"package:{package}/{file.relative_to(folder).as_posix()}"
            table = _table(file, name, data)
            return Layer(name, os.path.realpath(file), file.parent, table, folder)
    raise ConfigError(f"{at}: the package {package} has no file {path}")


def _package_data(file: Path, read: ReadBase) -> bytes | None:
    """Return the contents of a file in a package, from the older version if that has it."""
    opened = read(file)
    if opened is None:
        opened = read_base_file(file)
    return None if opened is None else opened[1]


def is_below(file: Path, folder: Path) -> bool:
    """Return whether a file, with links resolved, is in a folder."""
    return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder))


def package_folders(name: str) -> Sequence[Path]:
    """Return the folders of an installed package without importing it; empty without one."""
    from importlib.util import find_spec

    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return ()
    places = None if spec is None else spec.submodule_search_locations
    return [Path(place) for place in places or ()]


def _table(file: Path, name: str, data: bytes) -> Mapping[str, Any]:
    table = config_table(file, name, data)
    if table is None:
        raise ConfigError(f"{name}: has no [tool.tenantlint]")
    return table


def merged_table(layers: Sequence[Layer]) -> Merged:
    """Merge the tables of all layers; later layers override earlier ones.

    `[severity]` and `[policy]` are merged key by key. `[[per-file]]` has the entries of all
    layers. `policy-files` is left out of the table, and its origin names all layers that have it.
    The origins are in the order of the layers.
    """
    table: dict[str, Any] = {}
    origins: dict[str, str] = {}

    def note(key: str, layer: Layer) -> None:
        origins.pop(key, None)
        origins[key] = layer.name

    for layer in layers:
        for key in _WHOLE:
            if key in layer.table:
                table[key] = layer.table[key]
                note(key, layer)
        for id, level in layer.table.get("severity", {}).items():
            table.setdefault("severity", {})[id] = level
            note(f"severity.{id}", layer)
        for id, options in layer.table.get("policy", {}).items():
            own = table.setdefault("policy", {}).setdefault(id, {})
            for option, value in options.items():
                own[option] = value
                note(f"policy.{id}.{option}", layer)
        for item in layer.table.get("per-file", ()):
            items = table.setdefault("per-file", [])
            note(f"per-file.{len(items)}", layer)
            items.append(item)
    names = [layer.name for layer in layers if layer.table.get("policy-files")]
    if names:
        origins["policy-files"] = ", ".join(names)
    return Merged(table, origins)


def policy_files(
    layers: Sequence[Layer], read: ReadBase
) -> tuple[Mapping[str, str], Mapping[str, bytes]]:
    """Return the configuration that names each policy file, and the contents of those in packages.

    Each file must be in the tree of the configuration, or in the package of its layer: a
    configuration comes from the tree under check, and messages quote policy files. Raises
    ConfigError.
    """
    contents: dict[str, bytes] = {}
    names: dict[str, str] = {}
    outside: list[str] = []
    nearest = layers[-1]
    for layer in layers:
        for item in layer.table.get("policy-files", ()):
            _check_path(f"{layer.name}: policy-files: {item}", item)
            if layer.package is not None:
                name, data = _policy_file_in_package(layer, layer.package, item, read)
                contents[name] = data
                names.setdefault(name, layer.name)
                continue
            root = tree_root(nearest.folder, nearest.folder)
            if not is_in_tree(os.path.join(layer.folder, item), root):
                at = f"{layer.name}: policy-files: {item}"
                outside.append(f"{at} must be below {root}, and not in .git")
            name = _relative_to_cwd(Path(os.path.normpath(layer.folder / item)))
            names.setdefault(name, layer.name)
    if outside:
        raise ConfigError(*outside)
    return names, contents


def _policy_file_in_package(
    layer: Layer, folder: Path, item: str, read: ReadBase
) -> tuple[str, bytes]:
    """Return the name and the contents of a policy file; `folder` is that of its package.

    Raises ConfigError.
    """
    file = Path(os.path.normpath(layer.folder / item))
    at = f"{layer.name}: policy-files: {item}"
    package = layer.name.partition("/")[0]
    if not is_below(file, folder):
        raise ConfigError(f"{at} must be in {package}")
    data = _package_data(file, read)
    if data is None:
        raise ConfigError(f"{at} does not exist")
    return f"{package}/{file.relative_to(folder).as_posix()}", data


def _relative_to_cwd(file: Path) -> str:
    """Return a path relative to the working folder if it is inside, else the absolute path."""
    here = Path.cwd()
    return file.relative_to(here).as_posix() if file.is_relative_to(here) else str(file)
