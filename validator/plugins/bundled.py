"""The plugin with the bundled policies, schemas and reporters."""

from collections.abc import Iterable, Mapping
from importlib import import_module

from validator.findings.report import Report
from validator.plugins.hookspecs import Reporter, hookimpl
from validator.plugins.policy import BUNDLED_PACKAGE, Policy
from validator.plugins.policy_folder import load_policy_folder
from validator.reporters.formats import CHECK_FORMATS
from validator.system.bundled_files import bundled_folder, bundled_schema


@hookimpl
def validator_policies() -> Iterable[Policy]:
    """Return the policies of the bundled folder."""
    return load_policy_folder(bundled_folder("policies"), BUNDLED_PACKAGE)


@hookimpl
def validator_schemas() -> Mapping[str, str]:
    """Return the schema of tenant documents."""
    return {"tenant": bundled_schema("tenant")}


@hookimpl
def validator_reporters() -> Mapping[str, Reporter]:
    """Return the reporters; the module of each is imported when it is called."""
    return {name: _lazy_reporter(name) for name in CHECK_FORMATS}


def _lazy_reporter(name: str) -> Reporter:
    def render(report: Report) -> str | Iterable[str]:
        reporter: Reporter = import_module(f"validator.reporters.check.{name}").render
        return reporter(report)

    return render
