"""Register installed plugins. A mistake names the plugin and its distribution."""

import re

import pluggy

from validator.findings.wording import did_you_mean, listing
from validator.plugins.policy_folder import PluginError
from validator.system.errors import describe_loading_error
from validator.system.installed_packages import PLUGIN_GROUP

_UNKNOWN_HOOK = re.compile(r"unknown hook '(\w+)'")
_UNKNOWN_ARGUMENTS = re.compile(r"for hook '(\w+)'.*Argument\(s\) \{(.*?)\}", re.DOTALL)


class PluginManager(pluggy.PluginManager):
    """The plugins of a run. `distributions` has those of the installed ones, by identity."""

    def __init__(self) -> None:
        super().__init__(PLUGIN_GROUP)
        self.distributions: dict[int, str] = {}


def register_installed(manager: PluginManager) -> None:
    """Register the installed plugins. Raises PluginError.

    pluggy's own function skips an entry point whose name is already that of another plugin.
    """
    from importlib.metadata import entry_points

    for entry in entry_points(group=PLUGIN_GROUP):
        distribution = entry.dist.name if entry.dist else ""
        name = f"{entry.name} of {distribution}" if manager.has_plugin(entry.name) else entry.name
        try:
            plugin = entry.load()
            manager.distributions[id(plugin)] = distribution or name
            manager.register(plugin, name)
            manager.check_pending()
        except KeyboardInterrupt:
            raise
        except pluggy.PluginValidationError as error:
            label = _label(name, distribution)
            raise PluginError(f"{label}: {_hook_mistake(manager, error)}") from error
        except BaseException as error:
            of = f" of the distribution {distribution}" if distribution else ""
            raise PluginError(
                f"the entry point {entry.name} = {entry.value}{of} cannot be loaded: "
                f"{describe_loading_error(error)}"
            ) from error
        if not manager.get_hookcallers(plugin):
            hooks = listing([f"{hook}()" for hook in _hook_names(manager)], "or")
            raise PluginError(
                f"{_label(name, distribution)} implements no hook; write @hookimpl above {hooks}"
            )


def plugin_label(manager: PluginManager, name: str) -> str:
    """Return the name of a plugin for messages, with its distribution if that is known."""
    return _label(name, manager.distributions.get(id(manager.get_plugin(name)), ""))


def _label(name: str, distribution: str) -> str:
    is_told = not distribution or distribution.replace("-", "_") == name.replace("-", "_")
    return f"the plugin {name}" + ("" if is_told else f" of the distribution {distribution}")


def _hook_mistake(manager: PluginManager, error: pluggy.PluginValidationError) -> str:
    """Return why pluggy refuses an implementation of a hook."""
    text = str(error)
    if match := _UNKNOWN_HOOK.search(text):
        names = _hook_names(manager)
        hint = did_you_mean(match[1], names) or f"the hooks are {listing(names)}"
        return f"no hook is called {match[1]}; {hint}"
    if match := _UNKNOWN_ARGUMENTS.search(text):
        arguments = match[2].replace("'", "")
        return f"the hook {match[1]} has no arguments; remove {arguments}"
    return " ".join(text.split())


def _hook_names(manager: PluginManager) -> list[str]:
    return [name for name, hook in vars(manager.hook).items() if hook.has_spec()]
