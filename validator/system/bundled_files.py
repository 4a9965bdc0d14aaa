"""The files that are distributed with the package: policies and schemas."""

from functools import cache
from pathlib import Path


def bundled_folder(name: str) -> Path:
    """Return the folder `policies` or `schemas`.

    The folder is inside the package if a wheel was installed, and next to the package in a
    checkout. Raises FileNotFoundError.
    """
    package = Path(__file__).parents[1]
    inside = package / name
    if inside.is_dir():
        return inside
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    raise FileNotFoundError(f"the installation has no {name} folder; reinstall tenantlint")


@cache
def bundled_schema(name: str) -> str:
    """Return the text of a bundled schema: `tenant`, `config` or `policies`."""
    return (bundled_folder("schemas") / f"{name}.schema.json").read_text("utf-8")
