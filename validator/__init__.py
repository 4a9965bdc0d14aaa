"""The public API: `from validator import Finding, policy, …`.

The names for policies are imported together when the first one is used. The names for running
checks are imported one by one. A run with a cached result imports none of them.
"""

# `typing` is slow to import, and signals are not handled until then.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from validator.api import *  # noqa: F403
    from validator.checking.checked_file import CheckedFile as CheckedFile
    from validator.checking.selection import Selection as Selection
    from validator.checking.selection import load_selection as load_selection
    from validator.checking.settings import Settings as Settings
    from validator.project.sources import Source as Source
    from validator.run.workers import check_sources as check_sources

_MODULES = {
    "CheckedFile": "validator.checking.checked_file",
    "Selection": "validator.checking.selection",
    "Settings": "validator.checking.settings",
    "Source": "validator.project.sources",
    "check_sources": "validator.run.workers",
    "load_selection": "validator.checking.selection",
}
"""The modules of the names for running checks, which policies do not need."""

# Distinguishes this package from a package `validator` in another distribution.
__distribution__ = "tenantlint"


def __getattr__(name: str) -> "Any":
    from importlib import import_module
    from importlib.util import find_spec

    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    # Attributes for the import system and modules of the package are not public names.
    if name != "__all__" and (name.startswith("__") or find_spec(f"validator.{name}")):
        raise AttributeError(name)
    api = import_module("validator.api")
    globals().update({known: getattr(api, known) for known in api.__all__})
    if name == "__all__":
        return sorted((*api.__all__, *_MODULES))
    try:
        return globals()[name]
    except KeyError:
        raise AttributeError(f"module 'validator' has no attribute {name!r}") from None
