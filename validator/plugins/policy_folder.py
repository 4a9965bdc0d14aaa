"""Load policies from Python modules in a folder or in an installed package.

The modules of a folder belong to a package that only exists in `sys.modules`. Therefore they
cannot shadow modules of the checked repository, or be shadowed by them.
"""

import os
import stat
import sys
from collections.abc import Collection, Iterator, Sequence
from importlib import import_module, invalidate_caches
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from itertools import count
from pathlib import Path
from types import CodeType, ModuleType

from validator.plugins.policy import ROOT_PACKAGE, Policy
from validator.system.cache_store import digest
from validator.system.errors import NoVerdictError, describe_loading_error
from validator.system.file_kind import is_folder
from validator.system.folder_contents import contents_of

# The names under which this process has loaded folders, by their places and contents.
_loaded: dict[str, str] = {}
_numbers = count()


class PluginError(NoVerdictError):
    """A plugin, a policy folder or a policy that cannot be loaded."""


class _SourceLoader(SourceFileLoader):
    """Loads a module from its source; bytecode is neither read nor written.

    Bytecode in the folder need not be that of the source. Python would also use outdated bytecode
    after a change within the same second that keeps the size of the source.
    """

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _PolicyFolderFinder:
    """Finds the modules of policy folders, also if a policy imports them when it runs."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith(f"{ROOT_PACKAGE}.folder"):
            return None
        for folder in path or ():
            spec = FileFinder(folder, (_SourceLoader, [".py"])).find_spec(name)
            if spec is not None and spec.loader is not None:
                return spec
        return None


def load_own_folder(folder: Path) -> list[Policy]:
    """Return the policies of a folder with its present contents, as `load_policy_folder` does.

    A process can load several folders with equal names, or a folder again after a change. Equal
    contents of a folder are only loaded once. The modules of other contents are kept, because
    their policies can still be in use. Raises PluginError.
    """
    known = _identity(folder)
    if known in _loaded:
        return load_policy_folder(folder, _loaded[known])
    name = f"folder{next(_numbers)}"
    invalidate_caches()
    if _PolicyFolderFinder not in sys.meta_path:
        sys.meta_path.insert(0, _PolicyFolderFinder)
    try:
        found = load_policy_folder(folder, name)
    except PluginError:
        _forget_modules(name)
        raise
    # The folder can change while it is loaded.
    if known is not None and _identity(folder) == known:
        _loaded[known] = name
    return found


def _identity(folder: Path) -> str | None:
    """Return a digest of the place and the contents of a folder; None if it cannot be read."""
    try:
        return digest(os.path.abspath(folder), os.path.realpath(folder), *contents_of(str(folder)))
    except (OSError, ValueError):
        return None


def _forget_modules(name: str) -> None:
    """Remove the modules of a folder whose policies cannot be used."""
    package = f"{ROOT_PACKAGE}.{name}"
    for module in [*sys.modules]:
        if f"{module}.".startswith(f"{package}."):
            del sys.modules[module]


def load_policy_folder(folder: Path, name: str) -> list[Policy]:
    """Return the policies of a folder and of its subfolders; the name of a subfolder is a topic.

    Modules whose names begin with `_` or `test_` are skipped. Every other module must contain a
    policy. `name` is unique to the folder in this process. Raises PluginError.
    """
    if not is_folder(folder):
        raise PluginError(f"no policy folder at {folder}")
    root = ".".join((ROOT_PACKAGE, name, _identifier(folder.resolve().name)))
    found = _load_modules(folder, root, is_importable=False)
    if not found:
        raise PluginError(f"no policy in {folder}")
    return found


def policies_in(package: str) -> list[Policy]:
    """Return the policies of an installed package and of its subpackages.

    Modules whose names begin with `_` or `test_` are skipped. Raises PluginError.
    """
    found: list[Policy] = []
    for folder in import_module(package).__path__:
        found += _load_modules(Path(folder), package, is_importable=True)
    return found


def _load_modules(
    folder: Path, package: str, *, is_importable: bool, around: Collection[str] = ()
) -> list[Policy]:
    """Return the policies of the modules of a folder and its subfolders.

    If the package is not importable, it is created in `sys.modules`. `around` has the real paths
    of the folders around this one.
    """
    if not is_importable:
        _create_package(package, folder)
    around = {*around, os.path.realpath(folder)}
    found: list[Policy] = []
    for path, is_subfolder in _entries(folder):
        name = f"{package}.{path.name}"
        if is_subfolder:
            if os.path.realpath(path) in around:
                raise PluginError(f"{path}: a link to a folder that contains it; remove it")
            found += _load_modules(path, name, is_importable=is_importable, around=around)
        elif path.suffix == ".py":
            found += _load_module(str(path), name.removesuffix(".py"))
    return found


def _entries(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Yield what a folder contains, sorted, and whether it is a folder.

    Names that are not loaded are left out. Raises PluginError for what cannot be read, such as a
    link that leads nowhere, because it can stand for policies.
    """
    path = folder
    try:
        for name in sorted(os.listdir(folder)):
            if name.startswith(("_", ".", "test_")) or name == "conftest.py":
                continue
            path = folder / name
            yield path, stat.S_ISDIR(path.stat().st_mode)
    except OSError as error:
        raise PluginError(f"{path}: {error.strerror}") from error


def _load_module(file: str, name: str) -> list[Policy]:
    try:
        module = import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also SystemExit: its code must not become ours
        raise PluginError(f"{file}: {describe_loading_error(error)}") from error
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, Policy) and value.function.__module__ == name
    ]
    if not found:
        raise PluginError(f"{file}: contains no policy; begin the name of a helper module with _")
    return found


def _create_package(name: str, folder: Path) -> None:
    """Add a package with the modules of a folder to `sys.modules`."""
    parts = name.split(".")
    for length in range(1, len(parts)):
        parent = ".".join(parts[:length])
        sys.modules.setdefault(parent, _empty_package(parent, []))
    # A relative path would mean another folder after a change of the working folder.
    sys.modules[name] = _empty_package(name, [str(folder.absolute())])


def _empty_package(name: str, path: list[str]) -> ModuleType:
    module = ModuleType(name)
    module.__path__ = path
    return module


def _identifier(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name) or "policies"
