"""The hooks through which everything comes in: bundled, from a folder, from a package."""

from collections.abc import Callable, Iterable, Mapping

import pluggy

from validator.findings.report import Report
from validator.plugins.policy import Policy
from validator.system.installed_packages import PROJECT

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

Reporter = Callable[[Report], str]


@hookspec
def validator_policies() -> Iterable[Policy]:
    """Return policies. Their ids may not be taken; their order does not matter."""
    raise NotImplementedError


@hookspec
def validator_schemas() -> Mapping[str, str]:
    """Return JSON Schemas (2020-12, as text) by name, which every tenant document must hold.

    The bundled one is called `tenant`. A schema may demand more of a document, such as keys
    that begin with `x-`; what one forbids, another cannot allow.
    """
    raise NotImplementedError


@hookspec
def validator_reporters() -> Mapping[str, Reporter]:
    """Return reporters by format name: functions that turn a report into text.

    A bundled reporter imports its module when it is called, which keeps the start short.
    """
    raise NotImplementedError
