"""The hooks of plugins."""

from collections.abc import Callable, Iterable, Mapping

import pluggy

from validator.findings.report import Report
from validator.plugins.policy import Policy
from validator.system.installed_packages import PLUGIN_GROUP

hookspec = pluggy.HookspecMarker(PLUGIN_GROUP)
hookimpl = pluggy.HookimplMarker(PLUGIN_GROUP)

Reporter = Callable[[Report], str | Iterable[str]]
"""Turns a report into a text, or into its parts: those of a large text need less memory."""


@hookspec
def validator_policies() -> Iterable[Policy]:
    """Return policies, in any order. Their ids must be unique among all plugins."""
    raise NotImplementedError


@hookspec
def validator_schemas() -> Mapping[str, str]:
    """Return JSON Schemas (2020-12, as text) by name.

    Every tenant document must be valid against all schemas. The bundled schema is `tenant`. A
    schema of a plugin can require more, such as keys that begin with `x-`, but it cannot allow
    what another schema forbids.
    """
    raise NotImplementedError


@hookspec
def validator_reporters() -> Mapping[str, Reporter]:
    """Return reporters by the name of their format.

    A reporter should import what it needs when it is called, to keep startup fast.
    """
    raise NotImplementedError
