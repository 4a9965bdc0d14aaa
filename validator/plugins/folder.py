"""A folder of Python policies, loaded by path.

The modules live in a package that exists in `sys.modules` alone: no path is searched for it and
none of its names can hide, or be hidden by, a folder of the repository under check.
"""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from validator.findings.diagnostic import NoVerdictError
from validator.plugins.policy import Policy

_ROOT = "_tenantlint_policies"


class PluginError(NoVerdictError):
    """A plugin, a folder of policies or a policy that cannot be loaded."""


def load_folder(folder: Path, name: str) -> list[Policy]:
    """Return the policies of a folder and the folders in it, which are their topics.

    Modules whose names begin with `_` or `test_` are none; every other module holds a policy.
    `name` keeps two folders apart. Raises PluginError.
    """
    if not folder.is_dir():
        raise PluginError(f"no folder of policies at {folder}")
    root = ".".join((_ROOT, name, _identifier(folder.resolve().name)))
    found = _load(folder, root)
    if not found:
        raise PluginError(f"no policy in {folder}")
    return found


def policies_in(package: str) -> list[Policy]:
    """Return the policies of an installed package: of each module in it and in its folders.

    Modules whose names begin with `_` or `test_` are none. Raises PluginError.
    """
    found: list[Policy] = []
    for folder in import_module(package).__path__:
        found += _load(Path(folder), package, made=True)
    return found


def _load(folder: Path, package: str, *, made: bool = False) -> list[Policy]:
    if not made:
        _make_package(package, folder)
    found: list[Policy] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith(("_", ".", "test_")) or entry.name == "conftest.py":
            continue
        if entry.is_dir():
            found += _load(entry, f"{package}.{entry.name}", made=made)
        elif entry.suffix == ".py":
            found += _load_module(entry, f"{package}.{entry.stem}")
    return found


def _load_module(file: Path, name: str) -> list[Policy]:
    try:
        module = import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a SystemExit, too, must not end the run with its code
        raise PluginError(f"{file}: {reason(error)}") from error
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, Policy) and value.look.__module__ == name
    ]
    if not found:
        raise PluginError(f"{file}: holds no policy; begin the name of a helper with _")
    return found


def _make_package(name: str, folder: Path) -> None:
    """Put an empty package into `sys.modules` that finds its modules in the folder."""
    parts = name.split(".")
    for length in range(1, len(parts)):
        parent = ".".join(parts[:length])
        sys.modules.setdefault(parent, _package(parent, []))
    sys.modules[name] = _package(name, [str(folder)])


def _package(name: str, path: list[str]) -> ModuleType:
    module = ModuleType(name)
    module.__path__ = path
    return module


def _identifier(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name) or "policies"


def reason(error: BaseException) -> str:
    """Return what an exception says, on one line, with the place it comes from."""
    text = " ".join(str(error).split())
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if isinstance(error, SyntaxError) or trace is None:
        return said
    return f"{said} ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})"
