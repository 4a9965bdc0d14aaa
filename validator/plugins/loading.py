"""All that plugins bring, collected and checked: policies, schemas, reporters."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pluggy

from validator.findings.builtin import is_builtin
from validator.findings.diagnostic import NoVerdictError
from validator.plugins import bundled, hookspecs
from validator.plugins.folder import PluginError, load_folder, reason
from validator.plugins.hookspecs import Reporter
from validator.plugins.policy import Policy
from validator.schema.json_schema import Schema
from validator.system.installed_packages import PROJECT, may_have_plugins


class Plugins(NamedTuple):
    """What has come in through the hooks; policies by id, in the order of topic and id."""

    policies: Mapping[str, Policy]
    schemas: tuple[Schema, ...]
    reporters: Mapping[str, Reporter]


class _Folder:
    """A folder of policies as a plugin."""

    def __init__(self, folder: str, name: str) -> None:
        self._folder, self._name = folder, name

    @hookspecs.hookimpl
    def validator_policies(self) -> list[Policy]:
        with _no_bytecode():
            return load_folder(Path(self._folder), self._name)


@contextmanager
def _no_bytecode() -> Iterator[None]:
    """Write nothing beside somebody's policies.

    Python takes bytecode for fresh if the source has the same size and the same second.
    """
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


class _File:
    """A file of policies without code as a plugin."""

    def __init__(self, file: str) -> None:
        self._file = file

    @hookspecs.hookimpl
    def validator_policies(self) -> list[Policy]:
        from validator.plugins.declared import load_declared

        return load_declared(self._file, self._file)


def load_plugins(
    folders: Sequence[str] = (), files: Sequence[str] = (), *, installed: bool = True
) -> Plugins:
    """Return what the bundled, the installed and the named folders' and files' plugins bring.

    `installed=False` leaves installed packages out, for tests. Raises PluginError.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(bundled, "tenantlint")
    for number, folder in enumerate(folders):
        manager.register(_Folder(folder, f"folder{number}"), folder)
    for file in dict.fromkeys(files):
        manager.register(_File(file), file)
    if installed and may_have_plugins():
        try:
            manager.load_setuptools_entrypoints(PROJECT)
            manager.check_pending()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise PluginError(f"an installed plugin does not load: {reason(error)}") from error
    return _collect(manager)


def _collect(manager: pluggy.PluginManager) -> Plugins:
    policies: dict[str, Policy] = {}
    for plugin, brought in _answers(manager.hook.validator_policies):
        for policy in brought:
            if not isinstance(policy, Policy):
                raise PluginError(f"the plugin {plugin}: {policy!r} is no policy")
            if policy.id in policies or is_builtin(policy.id):
                raise PluginError(f"the plugin {plugin}: the policy id {policy.id} is taken")
            policies[policy.id] = policy
    schemas = _named(manager.hook.validator_schemas, "schema name")
    reporters = _named(manager.hook.validator_reporters, "format")
    order = sorted(policies.values(), key=lambda policy: (policy.topic, policy.id))
    return Plugins(
        {policy.id: policy for policy in order},
        tuple(Schema(name, text) for name, text in schemas.items()),
        reporters,
    )


def _named(caller: pluggy.HookCaller, what: str) -> dict[str, Any]:
    """Return what all plugins answer to a hook that asks for things by name."""
    found: dict[str, Any] = {}
    for plugin, brought in _answers(caller):
        for name, thing in dict(brought).items():
            if name in found:
                raise PluginError(f"the plugin {plugin}: the {what} {name} is taken")
            found[name] = thing
    return found


def _answers(caller: pluggy.HookCaller) -> Iterator[tuple[str, Any]]:
    """Yield what each plugin answers to a hook; unlike a call, this knows whom to blame."""
    for implementation in caller.get_hookimpls():
        name = implementation.plugin_name
        try:
            brought: Any = implementation.function()
            answer = brought if isinstance(brought, Mapping) else list(brought)
        except (NoVerdictError, KeyboardInterrupt):
            raise
        except BaseException as error:  # a SystemExit, too, must not end the run with its code
            raise PluginError(f"the plugin {name} crashed: {reason(error)}") from error
        yield name, answer
