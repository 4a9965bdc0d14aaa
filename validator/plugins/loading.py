"""Load plugins: the policies, schemas and reporters of a run."""

import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pluggy

from validator.findings.builtin import is_builtin
from validator.plugins import bundled, hookspecs
from validator.plugins.hookspecs import Reporter
from validator.plugins.policy import Policy
from validator.plugins.policy_folder import PluginError, load_policy_folder
from validator.schema.json_schema import Schema
from validator.system.errors import NoVerdictError, describe_error
from validator.system.file_kind import is_missing
from validator.system.installed_packages import PLUGIN_GROUP, may_have_plugins

OWN_PLUGIN = "tenantlint"
"""The name of the bundled plugin."""


class Origin(NamedTuple):
    """The origin of a policy: the bundled plugin, a folder, a file or an installed package."""

    kind: Literal["bundled", "folder", "file", "package"]
    name: str


class Plugins(NamedTuple):
    """The policies, schemas and reporters of all plugins.

    `policies` are by id, sorted by topic and id. `origins` has the origin of each policy, by id.
    """

    policies: Mapping[str, Policy]
    schemas: tuple[Schema, ...]
    reporters: Mapping[str, Reporter]
    origins: Mapping[str, Origin] = {}


class _PolicyFolderPlugin:
    """A plugin with the policies in a folder."""

    def __init__(self, folder: str, name: str) -> None:
        self.folder, self._name = folder, name

    @hookspecs.hookimpl
    def validator_policies(self) -> list[Policy]:
        with _no_bytecode():
            return load_policy_folder(Path(self.folder), self._name)


@contextmanager
def _no_bytecode() -> Iterator[None]:
    """Disable the writing of bytecode to a policy folder.

    Python would use outdated bytecode after a change within the same second that keeps the size of
    the source.
    """
    before = sys.dont_write_bytecode, sys.pycache_prefix
    # Below this prefix there is no bytecode: that of the tree need not be of the source next to it.
    sys.dont_write_bytecode, sys.pycache_prefix = True, os.devnull
    try:
        yield
    finally:
        sys.dont_write_bytecode, sys.pycache_prefix = before


class _PolicyFilePlugin:
    """A plugin with the policies in a policy file, which contains no code."""

    def __init__(self, file: str, data: bytes | None, origin: str | None) -> None:
        self.file, self._data, self._origin = file, data, origin

    @hookspecs.hookimpl
    def validator_policies(self) -> list[Policy]:
        from validator.plugins.policy_file import load_policy_file

        if self._data is None and is_missing(self.file):
            at = f"{self._origin}: policy-files: " if self._origin else ""
            raise PluginError(f"{at}{self.file} does not exist")
        return load_policy_file(self.file, self.file, self._data)


def load_plugins(
    folders: Sequence[str] = (),
    files: Sequence[str] = (),
    *,
    installed: bool = True,
    data: Mapping[str, bytes] | None = None,
    origins: Mapping[str, str] | None = None,
) -> Plugins:
    """Load the bundled plugin, the installed plugins, policy folders and policy files.

    With `installed=False`, installed plugins are not loaded. `data` has the contents of policy
    files that must not be read from their paths. `origins` are those of the configuration. A
    folder or file that is reached twice counts once. Raises PluginError.
    """
    manager = pluggy.PluginManager(PLUGIN_GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(bundled, OWN_PLUGIN)
    for number, folder in enumerate(_distinct(folders)):
        manager.register(_PolicyFolderPlugin(folder, f"folder{number}"), f"folder {folder}")
    for file in _distinct(files, data or ()):
        manager.register(
            _PolicyFilePlugin(
                file, (data or {}).get(file), (origins or {}).get(f"policy-files.{file}")
            ),
            f"file {file}",
        )
    distributions: dict[int, str] = {}
    if installed and may_have_plugins():
        distributions = _register_installed(manager)
    return _plugins_of(manager, distributions)


def _register_installed(manager: pluggy.PluginManager) -> dict[int, str]:
    """Register the installed plugins; return the names of their distributions, by identity.

    pluggy's own function skips an entry point whose name is already that of another plugin.
    """
    from importlib.metadata import entry_points

    distributions: dict[int, str] = {}
    for entry in entry_points(group=PLUGIN_GROUP):
        distribution = entry.dist.name if entry.dist else ""
        try:
            plugin = entry.load()
            is_taken = manager.has_plugin(entry.name)
            manager.register(plugin, f"{entry.name} of {distribution}" if is_taken else entry.name)
            manager.check_pending()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            of = f" of the distribution {distribution}" if distribution else ""
            raise PluginError(
                f"the entry point {entry.name} = {entry.value}{of} cannot be loaded: "
                f"{describe_error(error)}"
            ) from error
        distributions[id(plugin)] = distribution or entry.name
    return distributions


def _distinct(paths: Sequence[str], as_named: Collection[str] = ()) -> list[str]:
    """Return the paths without those that lead to the same place as an earlier one.

    The paths `as_named` are not followed.
    """
    found: dict[str, str] = {}
    for path in paths:
        found.setdefault(path if path in as_named else os.path.realpath(path), path)
    return list(found.values())


def _plugins_of(manager: pluggy.PluginManager, distributions: Mapping[int, str]) -> Plugins:
    policies: dict[str, Policy] = {}
    origins: dict[str, Origin] = {}
    for plugin, result in _hook_results(manager.hook.validator_policies):
        for policy in result:
            if not isinstance(policy, Policy):
                raise PluginError(f"the plugin {plugin}: {policy!r} is not a policy")
            if policy.id in policies or is_builtin(policy.id):
                origin = _origin(manager, plugin, distributions)
                place = _place(policy, origin) or f"the plugin {plugin}"
                other = policies.get(policy.id)
                holder = _place(other, origins[policy.id]) if other else OWN_PLUGIN
                used_by = holder or origins[policy.id].name
                raise PluginError(
                    f"{place}: the policy id {policy.id} is already used by {used_by}; "
                    "choose another id"
                )
            policies[policy.id] = policy
            origins[policy.id] = _origin(manager, plugin, distributions)
    _check_former_ids(policies)
    schemas = _collect_mappings(manager.hook.validator_schemas, "schema name")
    reporters = _collect_mappings(manager.hook.validator_reporters, "format")
    order = sorted(policies.values(), key=lambda policy: (policy.topic, policy.id))
    return Plugins(
        {policy.id: policy for policy in order},
        tuple(Schema(name, text) for name, text in schemas.items()),
        reporters,
        origins,
    )


def _place(policy: Policy, origin: Origin) -> str:
    """Return the file of a policy; empty for one in a package, whose name says more."""
    return policy.place or (policy.file if origin.kind == "folder" else "")


def _check_former_ids(policies: Mapping[str, Policy]) -> None:
    """Raise PluginError if a former id is the id of a policy or topic, or used by two policies."""
    topics = {policy.topic for policy in policies.values()}
    known: dict[str, str] = {}
    for policy in policies.values():
        for old in policy.former_ids:
            if old in policies or is_builtin(old) or old in topics:
                raise PluginError(
                    f"{policy.place or policy.id}: the former id {old} is the id of another policy "
                    "or topic"
                )
            if known.setdefault(old, policy.id) != policy.id:
                raise PluginError(
                    f"{policy.place or policy.id}: the former id {old} is also a former id of "
                    f"{known[old]}"
                )


def _origin(manager: pluggy.PluginManager, name: str, distributions: Mapping[int, str]) -> Origin:
    plugin = manager.get_plugin(name)
    if isinstance(plugin, _PolicyFolderPlugin):
        return Origin("folder", plugin.folder)
    if isinstance(plugin, _PolicyFilePlugin):
        return Origin("file", plugin.file)
    if plugin is bundled:
        return Origin("bundled", OWN_PLUGIN)
    return Origin("package", distributions.get(id(plugin), name))


def _collect_mappings(caller: pluggy.HookCaller, what: str) -> dict[str, Any]:
    """Return the merged results of a hook that returns mappings.

    `what` describes a key in messages.
    """
    collected: dict[str, Any] = {}
    for plugin, result in _hook_results(caller):
        for name, value in dict(result).items():
            if name in collected:
                raise PluginError(f"the plugin {plugin}: the {what} {name} is already used")
            collected[name] = value
    return collected


def _hook_results(caller: pluggy.HookCaller) -> Iterator[tuple[str, Any]]:
    """Yield the name of each plugin and its result for a hook.

    A call through pluggy would not show which plugin raised an error.
    """
    for implementation in caller.get_hookimpls():
        name = implementation.plugin_name
        try:
            returned: Any = implementation.function()
            result = returned if isinstance(returned, Mapping) else list(returned)
        except (NoVerdictError, KeyboardInterrupt):
            raise
        except BaseException as error:  # also SystemExit: its code must not become ours
            raise PluginError(f"the plugin {name} crashed: {describe_error(error)}") from error
        yield name, result
