"""The public API for policies: `from validator import Finding, policy, …`.

The first use of a public name imports all of them. A run whose result is cached needs none.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validator.api import *  # noqa: F403


def __getattr__(name: str) -> Any:
    from importlib import import_module
    from importlib.util import find_spec

    # The import system looks up dunder names and submodules, which are no public names.
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
