"""Load plugins: the policies, schemas and reporters of a run."""

import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Literal, NamedTuple

from validator.findings.builtin import BUILTIN_TOPICS, is_builtin
from validator.plugins import bundled, hookspecs
from validator.plugins.hook_results import PluginReporter, hook_policies, hook_values
from validator.plugins.hookspecs import Reporter
from validator.plugins.plugin_manager import PluginManager, plugin_label, register_installed
from validator.plugins.policy import Policy
from validator.plugins.policy_folder import PluginError, load_own_folder
from validator.schema.json_schema import Schema
from validator.system.file_kind import is_missing
from validator.system.installed_packages import may_have_plugins

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

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @hookspecs.hookimpl
    def validator_policies(self) -> list[Policy]:
        return load_own_folder(Path(self.folder))


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
    manager = PluginManager()
    manager.add_hookspecs(hookspecs)
    manager.register(bundled, OWN_PLUGIN)
    for folder in _distinct(folders):
        manager.register(_PolicyFolderPlugin(folder), f"folder {folder}")
    for file in _distinct(files, data or ()):
        manager.register(
            _PolicyFilePlugin(
                file, (data or {}).get(file), (origins or {}).get(f"policy-files.{file}")
            ),
            f"file {file}",
        )
    with redirect_stdout(sys.stderr):  # what a plugin prints is not part of a report
        if installed and may_have_plugins():
            register_installed(manager)
        return _plugins_of(manager)


def _distinct(paths: Sequence[str], as_named: Collection[str] = ()) -> list[str]:
    """Return the paths without those that lead to the same place as an earlier one.

    The paths `as_named` are not followed.
    """
    found: dict[str, str] = {}
    for path in paths:
        found.setdefault(path if path in as_named else os.path.realpath(path), path)
    return list(found.values())


def _plugins_of(manager: PluginManager) -> Plugins:
    policies: dict[str, Policy] = {}
    origins: dict[str, Origin] = {}
    for plugin, policy in hook_policies(manager):
        if policy.id in policies or is_builtin(policy.id):
            origin = _origin(manager, plugin)
            place = _place(policy, origin) or plugin_label(manager, plugin)
            if policy is policies.get(policy.id):
                raise PluginError(f"{place}: the policy {policy.id} is returned twice")
            other = policies.get(policy.id)
            holder = _place(other, origins[policy.id]) if other else OWN_PLUGIN
            used_by = holder or origins[policy.id].name
            raise PluginError(
                f"{place}: the policy id {policy.id} is already used by {used_by}; "
                "choose another id, or load only one of them"
            )
        policies[policy.id] = policy
        origins[policy.id] = _origin(manager, plugin)
    _check_topics(policies, origins)
    _check_former_ids(policies)
    schemas = tuple(_schemas(manager))
    reporters = dict(_reporters(manager))
    order = sorted(policies.values(), key=lambda policy: (policy.topic, policy.id))
    return Plugins(
        {policy.id: policy for policy in order},
        schemas,
        reporters,
        origins,
    )


def _schemas(manager: PluginManager) -> Iterator[Schema]:
    kind = "the text of a JSON Schema"
    for plugin, name, text in hook_values(
        manager, "validator_schemas", "schema name", kind, lambda value: isinstance(value, str)
    ):
        owner = "" if plugin == OWN_PLUGIN else plugin_label(manager, plugin)
        yield Schema(name, text, owner)


def _reporters(manager: PluginManager) -> Iterator[tuple[str, Any]]:
    for plugin, name, render in hook_values(
        manager, "validator_reporters", "format", "a function", callable
    ):
        is_own = plugin == OWN_PLUGIN
        yield name, render if is_own else PluginReporter(plugin_label(manager, plugin), render)


def _place(policy: Policy, origin: Origin) -> str:
    """Return the file of a policy; empty for one in a package, whose name says more."""
    return policy.place or (policy.file if origin.kind == "folder" else "")


def _check_topics(policies: Mapping[str, Policy], origins: Mapping[str, Origin]) -> None:
    """Raise PluginError if the id of a policy is also a topic. The bundled one is not blamed."""
    holders = {policy.topic: policy for policy in [*policies.values()][::-1]}
    for policy in policies.values():
        if policy.id not in holders and policy.id not in BUILTIN_TOPICS:
            continue
        if origins[policy.id].kind == "bundled":
            holder = holders[policy.id]
            raise PluginError(
                f"{holder.place or holder.file}: the topic {holder.topic} is also the id of a "
                "policy; choose another topic"
            )
        raise PluginError(
            f"{policy.place or policy.file}: the policy id {policy.id} is also a topic; choose "
            "another id"
        )


def _check_former_ids(policies: Mapping[str, Policy]) -> None:
    """Raise PluginError if a former id does not stand for one policy."""
    topics = {policy.topic for policy in policies.values()} | BUILTIN_TOPICS
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


def _origin(manager: PluginManager, name: str) -> Origin:
    plugin = manager.get_plugin(name)
    if isinstance(plugin, _PolicyFolderPlugin):
        return Origin("folder", plugin.folder)
    if isinstance(plugin, _PolicyFilePlugin):
        return Origin("file", plugin.file)
    if plugin is bundled:
        return Origin("bundled", OWN_PLUGIN)
    return Origin("package", manager.distributions.get(id(plugin), name))
