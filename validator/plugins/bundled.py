"""What comes with the package: its policies, schemas and reporters, as a plugin like any other."""

from collections.abc import Iterable, Mapping
from importlib import import_module

from validator.findings.report import Report
from validator.plugins.folder import load_folder
from validator.plugins.hookspecs import Reporter, hookimpl
from validator.plugins.policy import Policy
from validator.reporters.formats import CHECK_FORMATS
from validator.system.bundled_files import bundled_folder, bundled_schema


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
    return {name: _late(name) for name in CHECK_FORMATS}


def _late(name: str) -> Reporter:
    def report(outcome: Report) -> str:
        reporter: Reporter = import_module(f"validator.reporters.check.{name}").render
        return reporter(outcome)

    return report
