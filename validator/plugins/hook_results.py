"""Call the hooks of plugins and check what they return. A mistake names the plugin."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from validator.plugins.plugin_manager import PluginManager, plugin_label
from validator.plugins.policy import Policy, policy_mistake
from validator.plugins.policy_folder import PluginError
from validator.system.errors import NoVerdictError, describe_error


class PluginReporter(NamedTuple):
    """A reporter of an installed plugin, with the name of the plugin for messages."""

    plugin: str
    render: Callable[[Any], Any]

    def __call__(self, report: Any) -> Any:
        """Return the text of a report."""
        return self.render(report)


def hook_policies(manager: PluginManager) -> Iterator[tuple[str, Policy]]:
    """Yield each policy with the name of its plugin."""
    hook = "validator_policies"
    for name, result in _results(manager, hook, "a list of policies"):
        label = plugin_label(manager, name)
        if isinstance(result, Policy):
            raise PluginError(f"{label}: {hook} returns one policy; return a list of policies")
        if isinstance(result, str | bytes | Mapping) or not isinstance(result, Iterable):
            raise _wrong_result(label, hook, result, "a list of policies")
        for policy in _listed(label, result):
            if not isinstance(policy, Policy):
                raise PluginError(f"{label}: {_shown(policy)} is not a policy")
            if mistake := policy_mistake(policy):
                raise PluginError(f"{label}: the policy {policy.id}: {mistake}")
            yield name, policy


def hook_values(
    manager: PluginManager, hook: str, what: str, kind: str, is_right: Callable[[Any], bool]
) -> Iterator[tuple[str, str, Any]]:
    """Yield the items of the mappings that a hook returns: plugin, name and value.

    `what` describes a name in messages and `kind` the values.
    """
    seen: set[str] = set()
    right = f"a mapping of each {what} to {kind}"
    for name, result in _results(manager, hook, right):
        label = plugin_label(manager, name)
        if not isinstance(result, Mapping):
            raise _wrong_result(label, hook, result, right)
        for key, value in result.items():
            if not isinstance(key, str) or not key:
                raise PluginError(f"{label}: {hook}: the {what} {key!r} must be a text")
            if not is_right(value):
                kind_of_value = type(value).__name__
                raise PluginError(f"{label}: the {what} {key}: {kind_of_value} is not {kind}")
            if key in seen:
                raise PluginError(f"{label}: the {what} {key} is already used")
            seen.add(key)
            yield name, key, value


def _results(manager: PluginManager, hook: str, right: str) -> Iterator[tuple[str, Any]]:
    """Yield the name of each plugin and its result for a hook.

    A call through pluggy would not show which plugin raised an error.
    """
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        label = plugin_label(manager, implementation.plugin_name)
        if implementation.wrapper or implementation.hookwrapper:
            raise PluginError(f"{label}: {hook} must not be a wrapper; return {right}")
        with _crash_named(label):
            result: Any = implementation.function()
        if inspect.iscoroutine(result):
            result.close()
            raise PluginError(f"{label}: {hook} is async; write def instead of async def")
        yield implementation.plugin_name, result


def _listed(label: str, result: Iterable[Any]) -> list[Any]:
    with _crash_named(label):
        return list(result)


@contextmanager
def _crash_named(label: str) -> Iterator[None]:
    """Turn an exception, also a SystemExit, into one that names the plugin."""
    try:
        yield
    except (NoVerdictError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise PluginError(f"{label} crashed: {describe_error(error)}") from error


def _wrong_result(label: str, hook: str, result: object, right: str) -> PluginError:
    given = "None" if result is None else type(result).__name__
    return PluginError(f"{label}: {hook} returns {given}; return {right}")


def _shown(value: object) -> str:
    is_function = inspect.isfunction(value)
    name = getattr(value, "__name__", "")
    return f"the function {name} without @policy" if is_function else repr(value)
