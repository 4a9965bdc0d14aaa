"""The public API: `from validator import Finding, policy, …`.

The names for policies are loaded together, when the first of them is used; the names for running
checks each on their own. A run whose outcome is cached needs none of them.
"""

# Not from `typing`, which takes long to import: until then signals are not handled.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from validator.api import *  # noqa: F403
    from validator.checking.checked_file import CheckedFile as CheckedFile
    from validator.checking.selection import Selection as Selection
    from validator.checking.selection import Settings as Settings
    from validator.checking.selection import load_selection as load_selection
    from validator.project.sources import Source as Source
    from validator.run.workers import check_sources as check_sources

_MODULES = {
    "CheckedFile": "validator.checking.checked_file",
    "Selection": "validator.checking.selection",
    "Settings": "validator.checking.selection",
    "Source": "validator.project.sources",
    "check_sources": "validator.run.workers",
    "load_selection": "validator.checking.selection",
}
"""The names for running checks, which no policy needs, by their modules."""

# Tells this package from that of another distribution of the same name.
__distribution__ = "tenantlint"


def __getattr__(name: str) -> "Any":
    from importlib import import_module
    from importlib.util import find_spec

    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    # Attributes that the import system asks for, and modules of the package, are no public names.
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
