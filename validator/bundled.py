"""What comes with the package: its policies, schemas and reporters, as a plugin like any other."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

from validator.folder import load_folder
from validator.hookspecs import Reporter, hookimpl
from validator.policy import Policy
from validator.report import Report

FORMATS = (
    "text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html",
)  # fmt: skip


def bundled_folder(name: str) -> Path:
    """Return the folder `policies` or `schemas`: inside the wheel, beside it in a checkout.

    Raises FileNotFoundError.
    """
    package = Path(__file__).parent
    inside = package / name
    if inside.is_dir():
        return inside
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    raise FileNotFoundError(f"the installation lacks its {name}; install tenantlint again")


def bundled_schema(name: str) -> str:
    """Return the text of a bundled schema, `tenant` or `config`."""
    return (bundled_folder("schemas") / f"{name}.schema.json").read_text("utf-8")


@hookimpl
def validator_policies() -> Iterable[Policy]:
    """Return the policies of the folder `policies`."""
    return load_folder(bundled_folder("policies"), "bundled")


@hookimpl
def validator_schemas() -> Mapping[str, str]:
    """Return the schema of the tenant file."""
    return {"tenant": bundled_schema("tenant")}


@hookimpl
def validator_reporters() -> Mapping[str, Reporter]:
    """Return the reporters, whose modules are imported when one is called."""
    return {name: _late(name) for name in FORMATS}


def _late(name: str) -> Reporter:
    def report(outcome: Report) -> str:
        reporter: Reporter = import_module(f"validator.reporters.{name}").render
        return reporter(outcome)

    return report
