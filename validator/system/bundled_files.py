"""The files that are distributed with the package: policies and schemas."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


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
    """Return the text of a bundled schema: `tenant`, `config`, `policies` or `report`."""
    return (bundled_folder("schemas") / f"{name}.schema.json").read_text("utf-8")


@cache
def tenant_schema() -> Mapping[str, Any]:
    """Return the schema of a tenant file."""
    import json

    schema: Mapping[str, Any] = json.loads(bundled_schema("tenant"))
    return schema
