"""The public API for policies, and nothing else: `from validator import Finding, policy, …`.

Its names come with the first of them that is asked for: a run that knows its answer needs none.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validator.api import *  # noqa: F403

# Tells this package from that of another distribution of the same name.
__distribution__ = "tenantlint"


def __getattr__(name: str) -> Any:
    from importlib import import_module
    from importlib.util import find_spec

    # What the import system asks for needs nothing of it, nor do the modules of the package.
    if name != "__all__" and (name.startswith("__") or find_spec(f"validator.{name}")):
        raise AttributeError(name)
    api = import_module("validator.api")
    globals().update({known: getattr(api, known) for known in api.__all__})
    if name == "__all__":
        return api.__all__
    try:
        return globals()[name]
    except KeyError:
        raise AttributeError(f"module 'validator' has no attribute {name!r}") from None
